using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Signatures.Buffers;
using Wardkeeper.Sensor.Signatures.Matching;

namespace Wardkeeper.Sensor.Signatures.Rules;

/// <summary>One rule that is run. Immutable once it is made, so that all shards share it.</summary>
internal sealed class Rule
{
    private int? priority;

    /// <summary>Place in the order in which rules are asked.</summary>
    public int Index { get; set; }

    /// <summary>Line of its file, and the file.</summary>
    public required RuleOrigin Origin { get; init; }

    /// <summary>The rule as it is written.</summary>
    public string Text { get; set; } = "";

    public string Action { get; set; } = "alert";

    public long Sid { get; set; }

    public long Gid { get; set; } = 1;

    public int Revision { get; set; }

    public string Message { get; set; } = "";

    public string? Classtype { get; set; }

    /// <summary>1 is the most urgent; 3 where neither the rule nor its class says.</summary>
    public int Priority { get => priority ?? 3; set => priority = value; }

    /// <summary>Whether the rule itself says its priority.</summary>
    public bool IsPrioritySet => priority is not null;

    public List<string> References { get; } = [];

    public bool IsSilent { get; set; }

    /// <summary>Whether a pass rule is to be told of all the same (<c>alert</c>).</summary>
    public bool IsTold { get; set; }

    /// <summary>What carries it, and the services in which it may be said.</summary>
    public RuleProtocol Protocol { get; set; } = RuleProtocol.Any;

    /// <summary>Indexes of those services.</summary>
    public int[] ServiceIds { get; set; } = [];

    /// <summary>Index of the service that takes their place when it is recognised in the same flow, or -1.</summary>
    public int SuccessorId { get; set; } = -1;

    public AddressSet Source { get; set; } = AddressSet.Any;

    public AddressSet Destination { get; set; } = AddressSet.Any;

    public PortSet SourcePorts { get; set; } = PortSet.Any;

    public PortSet DestinationPorts { get; set; } = PortSet.Any;

    public bool IsBidirectional { get; set; }

    /// <summary>Only to the server (true), only to the client (false), or both.</summary>
    public bool? ToServer { get; set; }

    /// <summary>Only in established flows (true), only in others (false), or both.</summary>
    public bool? Established { get; set; }

    public bool IsStreamOnly { get; set; }

    public bool IsPacketOnly { get; set; }

    /// <summary>What is looked into.</summary>
    public List<Section> Sections { get; } = [];

    /// <summary>Conditions on the packet and its flow.</summary>
    public List<PacketTest> Tests { get; } = [];

    /// <summary>Conditions on what other rules noted in the flow, asked last and in order, and what this rule notes.</summary>
    public List<FlowNote> Notes { get; } = [];

    /// <summary>Notes that outlive the flow; they are looked at where all shards meet.</summary>
    public List<HostNote> HostNotes { get; } = [];

    /// <summary>Notes about the flow that it sets.</summary>
    public HashSet<int> Sets { get; } = [];

    /// <summary>Notes about the flow that it waits for, of each group at least one.</summary>
    public List<int[]> Awaits { get; } = [];

    public Threshold? Threshold { get; set; }

    /// <summary>Whether a test looks at a packet's own header, so that the rule is asked of packets and not of streams.</summary>
    public bool NeedsPacket { get; set; }

    /// <summary>The event of streams it waits for, by the sensor's name.</summary>
    public string? PacketEvent { get; set; }

    /// <summary>The event of the decoder it waits for.</summary>
    public DecoderEvents DecoderEvent { get; set; }

    /// <summary>Whether it looks into transactions.</summary>
    public bool IsOfTransactions => Sections.Exists(static section => section.IsOfTransactions);

    /// <summary>Whether it looks into payload.</summary>
    public Section? PayloadSection => Sections.Find(static section => section.Client == BufferName.Payload);

    /// <summary>Whether it is asked only once of each direction of a flow: it has no condition but addresses and the service.</summary>
    public bool IsOncePerDirection { get; set; }

    /// <summary>Whether it asks what service a flow is.</summary>
    public bool AsksService { get; set; }

    /// <summary>What it cost.</summary>
    public RuleCost Cost { get; } = new();
}

/// <summary>Where a rule came from.</summary>
internal sealed record RuleOrigin(string File, int Line);

/// <summary>How often a rule was asked and how long that took, summed over all shards.</summary>
internal sealed class RuleCost
{
    private long asked, matched, steps;

    /// <summary>How often its conditions were looked at, how often they held, and the bytes looked into.</summary>
    public (long Asked, long Matched, long Bytes) Sum => (Interlocked.Read(ref asked), Interlocked.Read(ref matched), Interlocked.Read(ref steps));

    /// <summary>Adds what a shard counted.</summary>
    public void Add(bool holds, long bytes)
    {
        Interlocked.Increment(ref asked);
        if (holds) Interlocked.Increment(ref matched);
        if (bytes > 0) Interlocked.Add(ref steps, bytes);
    }
}

/// <summary>Checks of one buffer.</summary>
internal sealed class Section(BufferName client, BufferName server)
{
    /// <summary>The buffer when the client speaks.</summary>
    public BufferName Client { get; } = client;

    /// <summary>The buffer when the server speaks.</summary>
    public BufferName Server { get; } = server;

    public List<Transform> Transforms { get; } = [];

    public List<BufferCheck> Checks { get; } = [];

    /// <summary>The checks once the rule is made.</summary>
    public BufferCheck[] Made { get; set; } = [];

    /// <summary>Which of several: null for any, -1 and below from the last, <see cref="int.MaxValue"/> for all.</summary>
    public int? Which { get; set; }

    /// <summary>Whether it holds when the buffer is not there at all.</summary>
    public bool AbsentHolds { get; set; }

    /// <summary>Whether it holds only then.</summary>
    public bool MustBeAbsent { get; set; }

    /// <summary>Whether analysers offer it.</summary>
    public bool IsOfTransactions => (Client == BufferName.None ? Server : Client) >= BufferName.FileData;

    /// <summary>The buffer on a side.</summary>
    public BufferName On(bool toServer) => toServer ? Client : Server;
}
