using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures.Buffers;
using Wardkeeper.Sensor.Signatures.Matching;
using Wardkeeper.Sensor.Signatures.Rules;

namespace Wardkeeper.Sensor.Signatures;

/// <summary>Asks one rule, cheapest conditions first: header, direction, state, service, tests, buffers, notes. One per shard.</summary>
internal sealed class RuleMatcher(SensorCounters counters)
{
    /// <summary>How often a rule may be cut off before a shard asks it no more.</summary>
    private const int MostCutOffs = 32;

    private readonly InspectionScratch scratch = new();
    private readonly Dictionary<long, int> cutOff = [];

    /// <summary>The stream's window while one is looked into.</summary>
    public StreamWindow? Window { get; set; }

    /// <summary>What the rule that matched last has to ask of sets of values that rules change.</summary>
    public IReadOnlyList<(DatasetCheck Check, string Value)> Values => scratch.Values.Count == 0 ? [] : [.. scratch.Values];

    /// <summary>Whether a rule matches.</summary>
    public bool Holds(Rule rule, in PacketView view, ReadOnlySpan<byte> payload, TransactionBuffers? offered)
    {
        if (!Fits(rule, in view)) return false;
        foreach (PacketTest test in rule.Tests)
        {
            if (!test(in view)) return false;
        }
        if (cutOff.Count > 0 && cutOff.GetValueOrDefault(rule.Sid) >= MostCutOffs) return false;
        if (Window is { } window) payload = payload[window.From(rule.Sid)..];
        bool holds = true;
        long bytes = 0;
        scratch.CutOff = 0;
        scratch.Values.Clear();
        foreach (Section section in rule.Sections)
        {
            holds = Holds(section, in view, payload, offered, ref bytes);
            if (!holds) break;
        }
        if (scratch.CutOff > 0) CutOff(rule, view.Packet.Number);
        foreach (FlowNote note in rule.Notes) holds = holds && note.Test?.Invoke(view.Flow) != false;
        if (holds && (rule.IsOncePerDirection || rule.AsksService && rule.Sections.Count == 0) && !view.Flow.Once(rule.Sid, view.ToServer)) holds = false;
        rule.Cost.Add(holds, bytes);
        if (holds) Window?.Note(rule.Sid);
        return holds;
    }

    private void CutOff(Rule rule, long number)
    {
        counters.Count("signature-cut-off", number);
        int times = cutOff[rule.Sid] = cutOff.GetValueOrDefault(rule.Sid) + 1;
        if (times == MostCutOffs) counters.Count(FormattableString.Invariant($"signature-stopped-{rule.Sid}"), number);
    }

    private static bool Fits(Rule rule, in PacketView view)
    {
        if (rule.ToServer is { } toServer && toServer != view.ToServer) return false;
        if (rule.Established is { } established && established != view.Flow.IsEstablished) return false;
        if (!rule.Protocol.Fits(in view.Packet)) return false;
        if (rule.ServiceIds is { Length: > 0 } services && !Speaks(view.Flow, services)) return false;
        if (rule.SuccessorId >= 0 && view.Flow.Services.Contains(rule.SuccessorId)) return false;
        FlowView flow = view.Flow.View;
        bool fromOriginator = view.ToServer != flow.ClientIsResponder;
        Address source = fromOriginator ? flow.OriginatorAddress : flow.ResponderAddress, destination = fromOriginator ? flow.ResponderAddress : flow.OriginatorAddress;
        bool ports = view.Packet.Kind is PacketKind.Tcp or PacketKind.Udp or PacketKind.OtherIp;
        ushort from = fromOriginator ? flow.OriginatorPort : flow.ResponderPort, to = fromOriginator ? flow.ResponderPort : flow.OriginatorPort;
        return Fits(rule, source, from, destination, to, ports) || (rule.IsBidirectional && Fits(rule, destination, to, source, from, ports));
    }

    private static bool Fits(Rule rule, Address source, ushort from, Address destination, ushort to, bool ports) =>
        (!ports || (rule.SourcePorts.Contains(from) && rule.DestinationPorts.Contains(to))) && rule.Source.Contains(source) && rule.Destination.Contains(destination);

    private static bool Speaks(FlowMemory flow, int[] services)
    {
        foreach (int service in services)
        {
            if (flow.Services.Contains(service)) return true;
        }
        return false;
    }

    private bool Holds(Section section, in PacketView view, ReadOnlySpan<byte> payload, TransactionBuffers? offered, ref long bytes)
    {
        if (section.Client == BufferName.Payload)
        {
            if (offered is not null) payload = view.Packet.Kind == PacketKind.Tcp ? view.Flow.Window(view.ToServer).Bytes : PacketParts.Payload(in view.Packet);
            return Holds(section, payload, ref bytes);
        }
        if (!section.IsOfTransactions) return PacketParts.Of(section.Client, in view) is { IsEmpty: false } header && Holds(section, header, ref bytes);
        if (offered is null) return false;
        BufferName name = section.On(view.ToServer);
        if (name == BufferName.None) return false;
        if (name == BufferName.AppEvent) return HasEvent(section, offered, ref bytes);
        if (section.Which is { } which) return HoldsOf(which, name, section, offered, ref bytes);
        bool isThere = false;
        for (int part = 0; part < offered.Count; part++)
        {
            if (offered.NameOf(part) != name) continue;
            isThere = true;
            if (section.MustBeAbsent) return false;
            if (Holds(section, offered.BytesOf(part), ref bytes)) return true;
        }
        return !isThere && (section.MustBeAbsent || section.AbsentHolds);
    }

    private bool HoldsOf(int which, BufferName name, Section section, TransactionBuffers offered, ref long bytes)
    {
        int count = 0, at = 0;
        for (int part = 0; part < offered.Count; part++) count += offered.NameOf(part) == name ? 1 : 0;
        bool all = which == int.MaxValue && count > 0;
        if (which < 0) which += count;
        for (int part = 0; part < offered.Count; part++)
        {
            if (offered.NameOf(part) != name) continue;
            if (all && !Holds(section, offered.BytesOf(part), ref bytes)) return false;
            if (!all && at++ == which) return Holds(section, offered.BytesOf(part), ref bytes);
        }
        return all;
    }

    private bool HasEvent(Section section, TransactionBuffers offered, ref long bytes)
    {
        foreach (string name in offered.Events)
        {
            if (Holds(section, System.Text.Encoding.ASCII.GetBytes(name), ref bytes)) return true;
        }
        return false;
    }

    private bool Holds(Section section, ReadOnlySpan<byte> buffer, ref long bytes)
    {
        bytes += buffer.Length;
        foreach (Transform transform in section.Transforms) buffer = transform(buffer);
        Inspection inspection = new(buffer, section.Made, scratch);
        return inspection.Run();
    }
}
