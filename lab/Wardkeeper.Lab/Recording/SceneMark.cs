using System.Net;
using System.Net.NetworkInformation;

namespace Wardkeeper.Lab.Recording;

/// <summary>When a scene ran and which of the frames then recorded belong to it.</summary>
/// <param name="Name">Name of the scene.</param>
/// <param name="IsAttack">Whether it is an attack; a benign twin or oddity otherwise.</param>
/// <param name="Begin">First moment, microseconds since 1970, as recorded.</param>
/// <param name="End">Last moment.</param>
/// <param name="Traffic">Which frames.</param>
internal sealed record SceneMark(string Name, bool IsAttack, long Begin, long End, IReadOnlyList<SceneTraffic> Traffic)
{
    private const long Day = 86_400_000_000;

    /// <summary>What was played before it and stands for earlier days.</summary>
    public IReadOnlyList<ScenePast> Past { get; init; } = [];

    /// <summary>How much earlier than it was recorded a frame is shown, in microseconds; 0 for what stands for no earlier day.</summary>
    public long Earlier(in Frame frame)
    {
        foreach (ScenePast past in Past)
        {
            if (past.Holds(frame)) return past.DaysBefore * Day;
        }
        return 0;
    }

    /// <summary>Whether a frame belongs to it.</summary>
    public bool Holds(in Frame frame) => frame.At >= Begin && frame.At <= End && SceneTraffic.AnyHolds(Traffic, frame);
}

/// <summary>Honest work that was played before a scene and is recorded as that of an earlier day: what is judged by habits needs some.</summary>
/// <param name="DaysBefore">How many days earlier.</param>
/// <param name="Begin">First moment, microseconds since 1970, as recorded.</param>
/// <param name="End">Last moment.</param>
/// <param name="Traffic">Which frames.</param>
internal sealed record ScenePast(int DaysBefore, long Begin, long End, IReadOnlyList<SceneTraffic> Traffic)
{
    /// <summary>Whether a frame belongs to it.</summary>
    public bool Holds(in Frame frame) => frame.At >= Begin && frame.At <= End && SceneTraffic.AnyHolds(Traffic, frame);
}

/// <summary>Frames to and from one host, all of them or those with one peer or one port.</summary>
/// <param name="Ip">The host's address.</param>
/// <param name="Mac">Its hardware address: for frames that carry another IP address or none; null to go by IP alone.</param>
/// <param name="Peer">The other end, or null for any.</param>
/// <param name="Port">A TCP or UDP port of either end, or null for any.</param>
internal sealed record SceneTraffic(IPAddress Ip, PhysicalAddress? Mac = null, IPAddress? Peer = null, int? Port = null)
{
    private readonly uint ip = Number(Ip), peer = Peer is null ? 0 : Number(Peer);
    private readonly ulong mac = Mac is null ? 0 : Mac.GetAddressBytes().Aggregate(0UL, (sum, part) => (sum << 8) | part);

    /// <summary>Whether a frame is of one of several.</summary>
    public static bool AnyHolds(IReadOnlyList<SceneTraffic> several, in Frame frame)
    {
        foreach (SceneTraffic traffic in several)
        {
            if (traffic.Holds(frame)) return true;
        }
        return false;
    }

    /// <summary>Whether a frame is one of them.</summary>
    public bool Holds(in Frame frame)
    {
        (uint from, uint to) = frame.Addresses ?? default;
        bool isOwn = from == ip || to == ip || (mac != 0 && (frame.Source == mac || frame.Target == mac));
        return isOwn && (Peer is null || from == peer || to == peer) && (Port is null || (frame.Ports is { } ports && (ports.From == Port || ports.To == Port)));
    }

    private static uint Number(IPAddress address) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());
}
