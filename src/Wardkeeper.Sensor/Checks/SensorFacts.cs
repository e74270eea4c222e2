namespace Wardkeeper.Sensor.Checks;

/// <summary>Everything that the checks go by. What is null is not known.</summary>
public sealed record SensorFacts
{
    /// <summary>Whether this process may listen to interfaces (CAP_NET_RAW).</summary>
    public bool? MayCapture { get; init; }

    /// <summary>Whether the system says that its clock is kept right by a time server.</summary>
    public bool? IsClockKept { get; init; }

    /// <summary>How far the time servers seen in the traffic are ahead of the clock that stamps the packets; negative when behind.</summary>
    public TimeSpan? TimeServersAhead { get; init; }

    /// <summary>The interfaces that are listened to, or are to be.</summary>
    public IReadOnlyList<InterfaceFacts> Interfaces { get; init; } = [];

    /// <summary>Names of the interfaces that there are, for whoever named one that is not.</summary>
    public IReadOnlyList<string> Available { get; init; } = [];

    /// <summary>What came through them; null when nothing is captured yet.</summary>
    public TrafficFacts? Traffic { get; init; }
}

/// <summary>What is known of one interface.</summary>
public sealed record InterfaceFacts
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Whether there is one of this name.</summary>
    public bool Exists { get; init; }

    /// <summary>Whether it is switched on.</summary>
    public bool IsUp { get; init; }

    /// <summary>Whether its cable leads somewhere.</summary>
    public bool HasCarrier { get; init; }

    /// <summary>Hardware type by its ARPHRD_ number of linux/if_arp.h.</summary>
    public int Hardware { get; init; }

    /// <summary>Whether it is a wireless card, which in its usual mode hears only what is meant for itself.</summary>
    public bool IsWireless { get; init; }

    /// <summary>Its own IP addresses, link-local ones of IPv6 included.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>Packets that it sent while it was watched; null when it was looked at once only.</summary>
    public long? Sent { get; init; }

    /// <summary>Frames that the card threw away as faulty since it was set up: too long for its MTU, damaged.</summary>
    public long? ReceiveErrors { get; init; }

    /// <summary>Largest packet in bytes.</summary>
    public int? Mtu { get; init; }

    /// <summary>Whether received packets are joined into larger ones before they are captured (GRO, LRO).</summary>
    public bool? JoinsPackets { get; init; }

    /// <summary>Frames captured; null when nothing is captured yet.</summary>
    public long? Captured { get; init; }

    /// <summary>Frames that the kernel had no room for.</summary>
    public long KernelDrops { get; init; }
}

/// <summary>What came through all interfaces since the start, or in a window of time.</summary>
/// <param name="Packets">Packets, copies included.</param>
/// <param name="MirrorCopies">Copies that the mirror made.</param>
/// <param name="RoutedCopies">Packets seen both before and behind a router.</param>
/// <param name="TcpFlows">TCP connections with data that are over.</param>
/// <param name="OneSidedTcpFlows">Those of them of which only one side was seen.</param>
public sealed record TrafficFacts(long Packets, long MirrorCopies, long RoutedCopies, long TcpFlows, long OneSidedTcpFlows);
