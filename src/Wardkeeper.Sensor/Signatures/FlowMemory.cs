using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Flows;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures.Buffers;

namespace Wardkeeper.Sensor.Signatures;

/// <summary>What the engine remembers of one flow, all of it bounded: notes, who alerted already, what is not yet looked into. Pooled per shard.</summary>
internal sealed class FlowMemory
{
    /// <summary>Most counters of a flow.</summary>
    private const int MostCounters = 64;

    private ulong[] bits = [];
    private Dictionary<int, uint>? counters;
    private HashSet<long>? once;

    /// <summary>The flow's facts.</summary>
    public FlowView View { get; private set; } = null!;

    /// <summary>What was recognised in it.</summary>
    public ProtocolSet Services { get; private set; }

    /// <summary>Whether the connection stands, or both ends of another flow have spoken.</summary>
    public bool IsEstablished { get; private set; }

    /// <summary>Time of the last packet.</summary>
    public CaptureTime LastAt { get; private set; }

    /// <summary>Packets and IP bytes in both directions.</summary>
    public long PacketsToServer { get; private set; }

    public long PacketsToClient { get; private set; }

    public long BytesToServer { get; private set; }

    public long BytesToClient { get; private set; }

    /// <summary>Bytes of the streams passed by, for <c>stream_size</c>.</summary>
    public long StreamToServer { get; private set; }

    public long StreamToClient { get; private set; }

    /// <summary>What is odd of its stream.</summary>
    public StreamOddities Oddities;

    /// <summary>Whether a pass rule let the flow go.</summary>
    public bool IsPassed { get; set; }

    public StreamWindow ToServer { get; } = new();

    public StreamWindow ToClient { get; } = new();

    public TransactionBuffers Client { get; } = new();

    public TransactionBuffers Server { get; } = new();

    /// <summary>What is in order of a direction.</summary>
    public StreamWindow Window(bool toServer) => toServer ? ToServer : ToClient;

    /// <summary>What a side's transaction offered.</summary>
    public TransactionBuffers Offered(bool toServer) => toServer ? Client : Server;

    /// <summary>Takes what a packet changed.</summary>
    public void Touch(ref Flow flow)
    {
        View = flow.Facts();
        Services |= flow.Services;
        ref readonly FlowSide client = ref View.ClientIsResponder ? ref flow.Resp : ref flow.Orig;
        ref readonly FlowSide server = ref View.ClientIsResponder ? ref flow.Orig : ref flow.Resp;
        if (flow.Kind != PacketKind.Tcp) IsEstablished = flow.Orig.Packets > 0 && flow.Resp.Packets > 0;
        else IsEstablished |= flow.Orig.State is EndState.Established or EndState.Closed && flow.Resp.State is EndState.Established or EndState.Closed;
        (PacketsToServer, PacketsToClient, BytesToServer, BytesToClient) = (client.Packets, server.Packets, client.IpBytes, server.IpBytes);
        (StreamToServer, StreamToClient) = (client.StreamLength, server.StreamLength);
        LastAt = flow.LastAt;
    }

    /// <summary>A service was recognised.</summary>
    public void Recognise(ProtocolSet services) => Services |= services;

    /// <summary>Whether a bit is set.</summary>
    public bool Has(int bit) => (bit >> 6) < bits.Length && (bits[bit >> 6] & (1UL << (bit & 63))) != 0;

    /// <summary>Sets or clears a bit.</summary>
    public void Set(int bit, bool value)
    {
        if ((bit >> 6) >= bits.Length) Array.Resize(ref bits, (bit >> 6) + 1);
        if (value) bits[bit >> 6] |= 1UL << (bit & 63);
        else bits[bit >> 6] &= ~(1UL << (bit & 63));
    }

    /// <summary>A counter's value; null if it was never set.</summary>
    public uint? Counter(int name) => counters is not null && counters.TryGetValue(name, out uint value) ? value : null;

    /// <summary>Sets a counter.</summary>
    public void Count(int name, uint value)
    {
        counters ??= [];
        if (counters.Count < MostCounters || counters.ContainsKey(name)) counters[name] = value;
    }

    /// <summary>Whether this is the first time for a rule and a direction.</summary>
    public bool Once(long rule, bool toServer) => (once ??= []).Add((rule << 1) | (toServer ? 1L : 0));

    /// <summary>Makes it as new.</summary>
    public void Reset()
    {
        bits = [];
        counters = null;
        once = null;
        Services = default;
        Oddities = default;
        IsEstablished = IsPassed = false;
        ToServer.Clear();
        ToClient.Clear();
        Client.Clear();
        Server.Clear();
    }
}
