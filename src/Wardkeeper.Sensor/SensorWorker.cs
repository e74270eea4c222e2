using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Flows;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Signatures;

namespace Wardkeeper.Sensor;

/// <summary>
/// One shard from decoded packet to observation, top to bottom; read this first. It owns its flow table, its pools and its
/// limits, and takes time from packets only, so what it gives depends on its packets and on nothing else.
/// </summary>
internal sealed class SensorWorker
{
    private readonly SensorLimits limits;
    private readonly FlowTable flows;
    private readonly CopyFilter copies = new();
    private readonly ContentPath content;
    private readonly TcpReassembly reassembly;
    private readonly FlowReports reports;
    private readonly AnnouncedFlows announced;
    private readonly Func<int, string?> tunnels;
    private readonly StackTraits stacks;
    private readonly GroupSpeech greetings;
    private readonly PacketTricks tricks;
    private readonly Routers routers;
    private readonly List<int> guesses = [];
    private readonly List<(long Packet, CaptureTime Until, FlowRecord Record)> ended = [];
    private readonly bool looksAtOnce;
    private int batches;
    private CaptureTime clock;

    public SensorWorker(SensorOptions options, Recognition recognition, AnnouncedFlows announced, Func<int, string?> tunnels, CaptureTime now = default)
    {
        clock = now;
        limits = options.Limits;
        this.announced = announced;
        this.tunnels = tunnels;
        flows = new FlowTable(limits);
        content = new ContentPath(recognition, limits, Counters, Output, options.Masker, announced);
        reassembly = new TcpReassembly(limits, content, Counters);
        reports = new FlowReports(recognition, options.Local);
        stacks = new StackTraits(content);
        greetings = new GroupSpeech(content);
        tricks = new PacketTricks(content, Output);
        routers = new Routers(Output);
        looksAtOnce = options.LooksAtOnce;
        if (options.Rules is { } rules) Use(rules);
        Use(options.Sums);
    }

    /// <summary>What this shard gave since it was last cleared.</summary>
    public ShardOutput Output { get; } = new();

    /// <summary>What went wrong, was dropped or was copied.</summary>
    public SensorCounters Counters { get; } = new();

    /// <summary>Flows announced since they were last taken.</summary>
    public List<(ExpectedFlow Flow, string Parent, long Packet, CaptureTime At)> Announced => content.Announced;

    /// <summary>Flows that are alive.</summary>
    public int LiveFlows => flows.Count;

    /// <summary>Rules take the place of those that ran; between batches. Flows under way are looked into from their next packet on where none ran.</summary>
    public void Use(RuleSet rules)
    {
        if (content.Signatures is { } engine)
        {
            engine.Use(rules);
            return;
        }
        content.Signatures = new SignatureEngine(rules, Output, Counters, looksAtOnce);
        Counters.Listener = content.Signatures.Heard;
    }

    /// <summary>Which sums of files are computed beside SHA-256, of bodies that begin from now on; between batches.</summary>
    public void Use(FileSums sums) => content.Sums = sums;

    /// <summary>Works on this shard's packets of a batch.</summary>
    public void Run(PacketBatch batch, int shard)
    {
        batches++;
        Guessed();
        for (int at = batch.First(shard); at >= 0; at = batch.Next(at)) OnPacket(in batch.At(at));
        Tick(batch.End, batch.LastNumber);
        if (batch.EndsFlows) Finish(batch.LastNumber);
    }

    /// <summary>Ends every flow: the capture is over.</summary>
    public void Finish(long lastPacket)
    {
        content.Packet = lastPacket;
        content.Now = clock;
        batches++;
        Guessed();
        for (int slot = flows.Any(); slot >= 0; slot = flows.Any()) End(slot, FlowEnd.CaptureEnd);
    }

    /// <summary>Hands out what waited for announcements; between batches.</summary>
    public void Settle()
    {
        content.Settle(announced);
        foreach ((long packet, CaptureTime until, FlowRecord record) in ended)
        {
            FlowView view = record.View;
            FlowRecord named = announced.Find(view.ResponderAddress, view.ResponderPort, view.Carrier, until) is { Protocol: { } protocol } found && content.IsTransfer(protocol)
                ? record with { Service = protocol, Parents = record.Parents?.Contains(found.Parent) == true ? record.Parents : [.. record.Parents ?? [], found.Parent] }
                : record;
            Output.Add(packet, named);
        }
        ended.Clear();
    }

    private void OnPacket(in Packet packet)
    {
        if (packet.Kind < PacketKind.IcmpError && limits.RecogniseCopies && copies.Check(in packet) is var copy && copy != CopyKind.None)
        {
            if (copy != CopyKind.Mirror) routers.Note(in packet, copy);
            Counters.Count(copy == CopyKind.Mirror ? "mirror-copy" : "routed-copy", packet.Number);
            return;
        }
        Tick(packet.At, packet.Number);
        if (packet.Kind == PacketKind.IcmpError)
        {
            Blame(in packet);
            return;
        }
        if (packet.Kind == PacketKind.Malformed)
        {
            tricks.Malformed(in packet);
            content.Signatures?.Odd(in packet);
            return;
        }
        int slot = flows.Find(in packet, packet.Kind, out bool fromOriginator);
        if (slot >= 0 && IsReuse(in flows.At(slot), fromOriginator, in packet))
        {
            End(slot, FlowEnd.Closed);
            slot = -1;
        }
        if (slot < 0) slot = Begin(in packet, out fromOriginator);
        ref Flow flow = ref flows.At(slot);
        if (flow.AskedIn != 0 && flow.AskedIn != batches) Ask(ref flow);
        Account(ref flow, fromOriginator, in packet);
        tricks.Look(ref flow, fromOriginator, in packet);
        if (packet.Kind == PacketKind.Tcp)
        {
            TcpStates.Move(ref flow, fromOriginator, in packet);
            if ((packet.TcpFlags & TcpStates.Syn) != 0) stacks.Note(ref flow, fromOriginator, in packet);
            content.Signatures?.Begin(ref flow, fromOriginator, in packet);
            reassembly.Take(ref flow, fromOriginator, in packet);
        }
        else
        {
            if (packet.Kind == PacketKind.Udp) greetings.Note(ref flow, fromOriginator, in packet);
            content.Signatures?.Begin(ref flow, fromOriginator, in packet);
            Datagram(ref flow, fromOriginator, in packet);
        }
        content.Signatures?.Finish(ref flow);
        if (flow.IsGuess && flow.AskedIn == 0) Guess(slot, ref flow);
        Keep(slot, ref flow);
        if (clock > flow.LookAt) Look(ref flow);
    }

    private static void Account(ref Flow flow, bool fromOriginator, in Packet packet)
    {
        ref FlowSide side = ref fromOriginator ? ref flow.Orig : ref flow.Resp;
        if (side.Packets++ == 0) FirstFrom(ref flow, ref side, fromOriginator, in packet);
        side.IpBytes += packet.IpLength;
        if (packet.At > flow.LastAt) flow.LastAt = packet.At;
    }

    private static void FirstFrom(ref Flow flow, ref FlowSide side, bool fromOriginator, in Packet packet)
    {
        side.Ttl = packet.Ttl;
        if (fromOriginator) flow.OriginatorMac = packet.SourceMac;
        else if (packet.Kind != PacketKind.Link) (flow.ResponderMac, flow.ResponderVlan) = (packet.SourceMac, packet.Vlan);
    }

    private void Datagram(ref Flow flow, bool fromOriginator, in Packet packet)
    {
        ref FlowSide side = ref fromOriginator ? ref flow.Orig : ref flow.Resp;
        bool icmp = packet.Kind is PacketKind.Icmp or PacketKind.Icmp6;
        int length = icmp ? Math.Max(0, packet.PayloadLength - 4) : packet.PayloadLength;
        if (packet.Kind == PacketKind.Udp && side.Packets == 1) flow.Note('d', fromOriginator);
        long offset = side.PayloadBytes;
        side.PayloadBytes += length;
        if (flow.Stage == RecognitionStage.Settled) return;
        int start = icmp ? packet.TransportOffset : packet.PayloadOffset, end = packet.PayloadOffset + packet.PayloadCaptured;
        if (end <= start) return;
        content.Datagram(ref flow, fromOriginator, packet.Chunk.Data.AsSpan(start, end - start), packet.PayloadLength - packet.PayloadCaptured, packet.At, offset);
    }

    private int Begin(in Packet packet, out bool fromOriginator)
    {
        while (flows.IsFull)
        {
            Counters.Count("flow-evicted", packet.Number);
            End(flows.LongestSilent(), FlowEnd.Evicted);
        }
        int slot = flows.Add(packet.Hash);
        ref Flow flow = ref flows.At(slot);
        bool flip = IsAnswer(in packet);
        fromOriginator = !flip;
        flow.Kind = packet.Kind;
        flow.IpProtocol = packet.IpProtocol;
        flow.EtherType = packet.EtherType;
        (flow.Vlan, flow.ResponderVlan, flow.InnerVlan, flow.Tunnel) = (packet.Vlan, packet.Vlan, packet.InnerVlan, packet.Tunnel);
        (flow.Originator, flow.Responder) = flip ? (packet.Destination, packet.Source) : (packet.Source, packet.Destination);
        (ushort source, ushort destination) = packet.Kind is PacketKind.Icmp or PacketKind.Icmp6 ? IcmpPairs.Ports(in packet) : (packet.SourcePort, packet.DestinationPort);
        (flow.OriginatorPort, flow.ResponderPort) = flip ? (destination, source) : (source, destination);
        (flow.OriginatorMac, flow.ResponderMac) = flip ? (packet.DestinationMac, packet.SourceMac) : (packet.SourceMac, packet.DestinationMac);
        flow.FirstAt = flow.LastAt = packet.At;
        flow.LookAt = new CaptureTime(clock.Nanoseconds + EarlyReports.Every);
        flow.FirstPacket = packet.Number;
        flow.FromStart = packet.Kind != PacketKind.Tcp;
        if (flip) flow.Note('^', false);
        flows.List(slot, packet.Kind switch { PacketKind.Tcp => TimeoutClass.Attempt, PacketKind.Link => TimeoutClass.Link, _ => TimeoutClass.Datagram }, clock);
        if (!announced.IsEmpty) Adopt(ref flow);
        return slot;
    }

    /// <summary>Whether a flow's first packet looks like an answer, so that its sender is the responder.</summary>
    private static bool IsAnswer(in Packet packet)
    {
        if (packet.Kind == PacketKind.Tcp)
        {
            int flags = packet.TcpFlags & (TcpStates.Syn | TcpStates.AckFlag);
            if (flags == TcpStates.Syn) return false;
            if (flags == (TcpStates.Syn | TcpStates.AckFlag)) return true;
        }
        else if (packet.Kind != PacketKind.Udp)
        {
            return false;
        }
        if (packet.Destination.IsMulticastOrBroadcast) return false;
        return LikelyServers.Contains(packet.Kind, packet.SourcePort) && !LikelyServers.Contains(packet.Kind, packet.DestinationPort);
    }

    private void Adopt(ref Flow flow)
    {
        flow.Announced = announced.Find(flow.Responder, flow.ResponderPort, flow.Carrier, flow.FirstAt);
        if (flow.Announced?.Protocol is not { } protocol) return;
        content.AttachExpected(ref flow, protocol);
        flow.AskedIn = batches;
    }

    private void Guess(int slot, ref Flow flow)
    {
        flow.AskedIn = batches;
        guesses.Add(slot);
    }

    /// <summary>Asks again, once in a batch, who announced a flow and what file will pass there.</summary>
    private void Ask(ref Flow flow)
    {
        flow.Announced = announced.Find(flow.Responder, flow.ResponderPort, flow.Carrier, clock) ?? flow.Announced;
        flow.AskedIn = flow.Announced is null || flow.Announced.File is not null ? 0 : batches;
    }

    /// <summary>Decides about what was guessed in the last batch: only what was announced by now is followed further.</summary>
    private void Guessed()
    {
        foreach (int slot in guesses)
        {
            ref Flow flow = ref flows.At(slot);
            if (!flow.IsGuess) continue;
            Ask(ref flow);
            if (flow.Announced?.Protocol is { } protocol) content.Confirm(ref flow, protocol);
            else content.Unguess(ref flow);
        }
        guesses.Clear();
    }

    /// <summary>A new connection on a tuple whose last one is over, or that begins anew with another sequence number.</summary>
    private static bool IsReuse(in Flow flow, bool fromOriginator, in Packet packet)
    {
        if (packet.Kind != PacketKind.Tcp || (packet.TcpFlags & (TcpStates.Syn | TcpStates.AckFlag)) != TcpStates.Syn) return false;
        ref readonly FlowSide self = ref fromOriginator ? ref flow.Orig : ref flow.Resp;
        if (self.State is EndState.Closed or EndState.Reset || (flow.Orig.State == EndState.Reset || flow.Resp.State == EndState.Reset)) return true;
        return self.State == EndState.Established && (self.Notes & SideNotes.HasSeq) != 0 && packet.Seq + 1 != self.FirstSeq;
    }

    private void Keep(int slot, ref Flow flow)
    {
        if (flow.Kind != PacketKind.Tcp)
        {
            flows.Touch(slot, flow.Timeout, clock);
            return;
        }
        TimeoutClass timeout = TcpStates.Timeout(in flow);
        if (timeout == TimeoutClass.Open || timeout != flow.Timeout) flows.Touch(slot, timeout, clock);
    }

    private void Blame(in Packet packet)
    {
        PacketKind kind = packet.IpProtocol switch { 6 => PacketKind.Tcp, 17 => PacketKind.Udp, 1 => PacketKind.Icmp, 58 => PacketKind.Icmp6, _ => PacketKind.OtherIp };
        int slot = flows.Find(in packet, kind, out _);
        if (slot < 0) return;
        ref Flow flow = ref flows.At(slot);
        if (flow.IcmpErrors++ > 0) return;
        ReadOnlySpan<byte> icmp = packet.Payload;
        if (icmp.Length >= 2) (flow.IcmpErrorType, flow.IcmpErrorCode) = (icmp[0], icmp[1]);
    }

    private void Tick(CaptureTime now, long packet)
    {
        if (now > clock) clock = now;
        content.Now = now;
        content.Packet = packet;
        for (int slot = flows.NextDue(clock); slot >= 0; slot = flows.NextDue(clock)) End(slot, FlowEnd.TimedOut);
    }

    private void End(int slot, FlowEnd how)
    {
        ref Flow flow = ref flows.At(slot);
        bool isOver = how is FlowEnd.TimedOut or FlowEnd.CaptureEnd;
        if (isOver && flow.Timeout is TimeoutClass.Closed) how = FlowEnd.Closed;
        if (isOver && flow.Timeout is TimeoutClass.Reset) how = FlowEnd.Reset;
        content.Signatures?.BeginEnd(ref flow);
        reassembly.Finish(ref flow);
        content.End(ref flow, how);
        content.Signatures?.End(ref flow);
        if (flow.IsGuess) ended.Add((content.Packet, flow.LastAt, reports.Of(ref flow, Parents(ref flow), interim: false)));
        else if (flow.Kind != PacketKind.Link) Output.Add(content.Packet, reports.Of(ref flow, Parents(ref flow), interim: false));
        flows.Remove(slot);
    }

    /// <summary>Reports a living flow when it is time, or early. What it reports early moves nothing of what all report.</summary>
    private void Look(ref Flow flow)
    {
        uint age = (uint)Math.Max(0, clock.Since(flow.FirstAt).TotalSeconds), every = (uint)limits.Report.TotalSeconds;
        bool isEarly = EarlyReports.IsDue(ref flow, clock), isRegular = age >= flow.ReportedAt + every;
        if (isRegular) flow.ReportedAt = age;
        if (isEarly || isRegular) Interim(ref flow);
        flow.LookAt = new CaptureTime(clock.Nanoseconds + EarlyReports.Every);
    }

    private void Interim(ref Flow flow)
    {
        if (flow.Kind != PacketKind.Link) Output.Add(content.Packet, reports.Of(ref flow, Parents(ref flow), interim: true));
    }

    private List<string>? Parents(ref Flow flow)
    {
        if (!announced.IsEmpty) flow.Announced ??= announced.Find(flow.Responder, flow.ResponderPort, flow.Carrier, flow.LastAt);
        string? tunnel = flow.Tunnel > 0 ? tunnels(flow.Tunnel) : null, parent = flow.Announced?.Parent;
        return (parent, tunnel) switch
        {
            (null, null) => null,
            (null, _) => [tunnel],
            (_, null) => [parent],
            _ => [tunnel, parent],
        };
    }
}
