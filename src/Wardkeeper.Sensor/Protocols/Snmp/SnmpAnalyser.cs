using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Snmp;

/// <summary>
/// Reads SNMP versions 1, 2c and 3 over UDP. A flow's messages are summed up in one row at its end (and after each hour of a flow
/// that does not end); objects that say what a device is are handed out when an answer first brings them. Kept per flow: the sums
/// and which objects were shown. Never kept: communities. Not parsed: other variables, encrypted messages, the
/// arguments of traps.
/// </summary>
internal sealed class SnmpAnalyser : IProtocol
{
    private const int MaxBindings = 512;
    private SnmpSums sums = new();

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "snmp",
        Title = "Simple network management",
        Standard = "RFC 1157, RFC 3412, RFC 3414, RFC 3416, RFC 3418",
        Carriers = Carrier.Udp,
        FirstBytes = FirstBytes.Of(BerReader.Sequence),
        Ports = [161, 162],
        LookAhead = 1500,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        if (opening.Carrier != Carrier.Udp) return Match.No;
        SnmpPacket.Read(opening.Any, opening.Truncated, out SnmpPacket packet);
        // Messages that are broken on purpose are attacks on SNMP agents, so they are told as SNMP.
        if (!packet.IsSnmp) return Match.No;
        // A response comes from the server; a trap's sender is the client, for it speaks first.
        bool isAnswer = packet.Operation is SnmpOperation.Response or SnmpOperation.Report;
        bool isAsked = packet.Operation is SnmpOperation.Get or SnmpOperation.GetNext or SnmpOperation.GetBulk or SnmpOperation.Set;
        return (isAnswer && !opening.Client.IsEmpty) || (isAsked && opening.Client.IsEmpty) ? Match.YesReversed : Match.Yes;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        Fault? fault = SnmpPacket.Read(bytes, segment.Missing > 0, out SnmpPacket packet);
        if (!packet.IsSnmp) return new Progress(bytes.Length, 0, fault);
        if (into.Buffers is { } buffers) SnmpBuffers.Offer(in packet, segment.Side, buffers);
        if (sums.IsDue(segment.At)) Finish(into);
        sums.Count(in packet, in segment);
        if (fault is not null) return new Progress(bytes.Length, 0, segment.Missing > 0 ? null : fault);
        if (packet.Operation == SnmpOperation.Response) fault = Answer(in packet, in segment, into);
        if (packet.Operation == SnmpOperation.TrapV1 && packet.GenericTrap is >= 0 and < 5) Show(1, BerReader.ObjectId, packet.Enterprise, in segment, into);
        return new Progress(bytes.Length, 0, fault);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into) => Finish(into);

    /// <inheritdoc/>
    public void Reset() => sums = new SnmpSums();

    private void Finish(ITransactionSink into)
    {
        if (sums.Row() is { } row) into.Emit(row);
        sums.Begin();
    }

    private Fault? Answer(in SnmpPacket packet, in Segment segment, ITransactionSink into)
    {
        BerReader bindings = new(packet.Bindings);
        for (int i = 0; bindings.Rest.Length > 0; i++)
        {
            if (i == MaxBindings) return SnmpFaults.TooManyBindings;
            if (SnmpPacket.Next(ref bindings, out ReadOnlySpan<byte> name, out byte tag, out ReadOnlySpan<byte> value) is { } fault) return fault;
            if (tag == BerReader.TimeTicks && SnmpObjects.IsUpTime(name)) sums.Up(value, segment.At);
            int found = SnmpObjects.Find(name);
            if (found >= 0) Show(found, tag, value, in segment, into);
        }
        return null;
    }

    private void Show(int index, byte tag, ReadOnlySpan<byte> value, in Segment segment, ITransactionSink into)
    {
        if (sums.IsShown(index) && index != SnmpObjects.SysDescr) return;
        if (SnmpObjects.Text(tag, value) is not { } text) return;
        if (index == SnmpObjects.SysDescr) sums.DisplayString = text;
        if (!sums.Shows(index)) return;
        into.Emit(new SnmpValue(segment.At, segment.Range(0, segment.Bytes.Length)) { ObjectName = SnmpObjects.All[index].Name, Value = text, Kind = SnmpObjects.All[index].Kind, Places = new TextPlace(text, segment.Range(0, segment.Bytes.Length).Of(segment.Bytes, value), null) });
    }
}
