using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Flows;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures.Buffers;
using Wardkeeper.Sensor.Signatures.Prefilter;
using Wardkeeper.Sensor.Signatures.Rules;

namespace Wardkeeper.Sensor.Signatures;

/// <summary>
/// Runs rules in one shard. Packets pass through, what is in order of streams, and what analysers offer of transactions; of each, first the
/// patterns that occur are found in one pass, then the rules behind them are asked. Kept per flow is a <see cref="FlowMemory"/>; nothing of it grows with
/// the traffic. What matches leaves as a row, in packet order.
/// </summary>
internal sealed class SignatureEngine(RuleSet set, ShardOutput output, SensorCounters counters, bool looksAtOnce) : IBufferSink
{
    private readonly Stack<FlowMemory> pool = new();
    private readonly RuleMatcher matcher = new(counters);
    private readonly List<int> candidates = [];
    private RuleSet rules = set;
    private FlowMemory? current;
    private Packet packet;
    private bool isPacketToServer;

    /// <summary>Other rules take the place of those that ran; what flows remember stays.</summary>
    public void Use(RuleSet other) => rules = other;

    /// <summary>A packet is about to be worked on: what analysers offer from here on is of its flow.</summary>
    public void Begin(ref Flow flow, bool fromOriginator, in Packet with)
    {
        current = flow.Signatures ??= pool.Count > 0 ? pool.Pop() : new FlowMemory();
        current.Touch(ref flow);
        packet = with;
        isPacketToServer = fromOriginator != current.View.ClientIsResponder;
    }

    /// <summary>What is in order of a stream.</summary>
    public void Stream(bool fromOriginator, ReadOnlySpan<byte> bytes, long offset)
    {
        if (current is null || !rules.NeedsStreams) return;
        bool toServer = fromOriginator != current.View.ClientIsResponder;
        current.Window(toServer).Add(bytes, offset);
    }

    /// <summary>The packet was worked on: rules are asked about it, and about streams that are due.</summary>
    public void Finish(ref Flow flow)
    {
        if (current is not { } memory) return;
        memory.Touch(ref flow);
        bool toServer = isPacketToServer;
        if (memory.IsPassed) return;
        bool tcp = packet.Kind == PacketKind.Tcp;
        Decoded(memory, toServer);
        if (tcp && rules.ByEvent.Count > 0 && memory.Oddities.Look(in packet, toServer) is { } odd) Heard(odd);
        RuleIndex index = tcp ? rules.TcpPackets : packet.Kind == PacketKind.Udp ? rules.Datagrams : rules.Others;
        if (!index.IsEmpty)
        {
            ReadOnlySpan<byte> payload = PacketParts.Payload(in packet);
            Gather(index, payload);
            Ask(memory, toServer, payload, null);
        }
        if (!tcp || rules.TcpStreams.IsEmpty) return;
        if (looksAtOnce && memory.Window(toServer).Fresh > 0) Look(memory, toServer);
        bool turns = packet.PayloadLength > 0 || (packet.TcpFlags & (TcpStates.Fin | TcpStates.Rst)) != 0;
        if (memory.Window(!toServer) is { Fresh: > 0 } other && (turns || other.Fresh >= StreamWindow.Enough)) Look(memory, !toServer);
        if (memory.Window(toServer).Fresh >= 16 * StreamWindow.Enough || (memory.Window(toServer).Fresh > 0 && (packet.TcpFlags & TcpStates.Rst) != 0)) Look(memory, toServer);
    }

    /// <summary>A packet that belongs to no flow since its headers cannot be read.</summary>
    public void Odd(in Packet odd)
    {
        if (rules.ByDecoderEvent.Count == 0) return;
        Flow flow = new() { Kind = odd.Kind, IpProtocol = odd.IpProtocol, EtherType = odd.EtherType, Originator = odd.Source, Responder = odd.Destination, OriginatorMac = odd.SourceMac, Vlan = odd.Vlan, FirstAt = odd.At, LastAt = odd.At, FirstPacket = odd.Number };
        Begin(ref flow, fromOriginator: true, in odd);
        if (current is { } memory)
        {
            Decoded(memory, toServer: true);
            memory.Reset();
            if (pool.Count < 4096) pool.Push(memory);
        }
        current = null;
    }

    private void Decoded(FlowMemory memory, bool toServer)
    {
        if (packet.Events == DecoderEvents.None || rules.ByDecoderEvent.Count == 0) return;
        candidates.Clear();
        DecoderEvents left = packet.Events;
        while (left != DecoderEvents.None)
        {
            if (rules.ByDecoderEvent.TryGetValue(DecoderEventList.TakeFirst(ref left), out List<int>? waiting)) candidates.AddRange(waiting);
        }
        Ask(memory, toServer, default, null);
    }

    /// <summary>The flow is about to end: what its analyser still offers is of it, and of no packet.</summary>
    public void BeginEnd(ref Flow flow)
    {
        current = flow.Signatures;
        if (current is null) return;
        current.Touch(ref flow);
        isPacketToServer = true;
        packet = new Packet { Kind = flow.Kind, IpProtocol = flow.IpProtocol, EtherType = flow.EtherType, Source = flow.Originator, Destination = flow.Responder, SourcePort = flow.OriginatorPort, DestinationPort = flow.ResponderPort, At = flow.LastAt, Number = packet.Number };
    }

    /// <summary>The flow ended.</summary>
    public void End(ref Flow flow)
    {
        if (flow.Signatures is not { } memory) return;
        current = memory;
        if (flow.Kind == PacketKind.Tcp && !memory.IsPassed)
        {
            if (memory.ToServer.Fresh > 0) Look(memory, true);
            if (memory.ToClient.Fresh > 0) Look(memory, false);
        }
        if (!memory.Client.IsEmpty) Complete(Side.Client);
        if (!memory.Server.IsEmpty) Complete(Side.Server);
        memory.Reset();
        if (pool.Count < 4096) pool.Push(memory);
        flow.Signatures = null;
        current = null;
    }

    /// <summary>Something odd was counted while a packet of the current flow was worked on.</summary>
    public void Heard(string name)
    {
        if (current is not { } memory || !rules.ByEvent.TryGetValue(name, out List<int>? waiting)) return;
        candidates.Clear();
        candidates.AddRange(waiting);
        Ask(memory, isPacketToServer, default, null);
    }

    /// <inheritdoc/>
    public void Offer(BufferName name, Side side, ReadOnlySpan<byte> bytes) => current?.Offered(side == Side.Client).Add(name, bytes);

    /// <inheritdoc/>
    public void Offer(BufferName name, Side side, long number) => current?.Offered(side == Side.Client).Add(name, number);

    /// <inheritdoc/>
    public void Append(BufferName name, Side side, ReadOnlySpan<byte> bytes) => current?.Offered(side == Side.Client).Append(name, bytes);

    /// <inheritdoc/>
    public void Event(Side side, string name) => current?.Offered(side == Side.Client).Event(name);

    /// <summary>Something odd was met in a transaction that goes no further.</summary>
    public void Told(Side side, string name)
    {
        Event(side, name);
        Complete(side);
    }

    /// <inheritdoc/>
    public void Complete(Side side)
    {
        if (current is not { } memory) return;
        bool toServer = side == Side.Client;
        TransactionBuffers offered = memory.Offered(toServer);
        if (!memory.IsPassed)
        {
            candidates.Clear();
            candidates.AddRange(rules.OfAbsence);
            for (int part = 0; part < offered.Count; part++)
            {
                if (rules.Of(offered.NameOf(part)) is not { } index) continue;
                candidates.AddRange(index.Always);
                index.Patterns.Find(offered.BytesOf(part), candidates);
            }
            if (offered.Events.Count > 0 && rules.Of(BufferName.AppEvent) is { } events) candidates.AddRange(events.Always);
            Ask(memory, toServer, default, offered);
        }
        offered.Clear();
    }

    private void Look(FlowMemory memory, bool toServer)
    {
        StreamWindow window = memory.Window(toServer);
        Gather(rules.TcpStreams, window.Bytes);
        if (candidates.Count > 0)
        {
            matcher.Window = window;
            Ask(memory, toServer, window.Bytes, null);
            matcher.Window = null;
        }
        window.Settle();
    }

    private void Gather(RuleIndex index, ReadOnlySpan<byte> bytes)
    {
        candidates.Clear();
        candidates.AddRange(index.Always);
        if (!bytes.IsEmpty) index.Patterns.Find(bytes, candidates);
    }

    private void Ask(FlowMemory memory, bool toServer, ReadOnlySpan<byte> payload, TransactionBuffers? offered)
    {
        if (candidates.Count == 0) return;
        candidates.Sort();
        PacketView view = new(ref packet, memory, toServer);
        int last = -1;
        foreach (int index in candidates)
        {
            if (index == last) continue;
            last = index;
            Rule rule = rules.Rules[index];
            if (!matcher.Holds(rule, in view, payload, offered)) continue;
            foreach (FlowNote note in rule.Notes) note.Change?.Invoke(memory);
            if (rule.Action == "pass")
            {
                memory.IsPassed |= offered is not null || rule.IsOncePerDirection;
                if (rule.IsTold) Tell(rule, memory, toServer);
                return;
            }
            if (rule.IsSilent && rule.HostNotes.Count == 0 && matcher.Values.Count == 0) continue;
            Tell(rule, memory, toServer);
        }
    }

    private void Tell(Rule rule, FlowMemory memory, bool toServer) =>
        output.Add(packet.Number, new SignatureAlert(packet.At, default, rule, toServer, toServer != memory.View.ClientIsResponder, packet.Number) { Flow = memory.View, Values = matcher.Values });
}
