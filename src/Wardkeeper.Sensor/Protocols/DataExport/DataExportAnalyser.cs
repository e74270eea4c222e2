using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.DataExport;

/// <summary>
/// The Data Export protocol by which central stations and drivers read Philips IntelliVue monitors, one message a datagram. Kept per
/// flow: the association that waits for its answer, and a bounded number of polls. Measured values stay where they are; the patient's
/// identifier is masked, of values stand digests that tell equal answers, names are not read.
/// </summary>
internal sealed class DataExportAnalyser : IProtocol
{
    private const int MostPolls = 16, DataPort = 24105;
    private const byte Request = 0x0D, Response = 0x0E, Refuse = 0x0C, Release = 0x09, Released = 0x0A, Abort = 0x19;

    private readonly List<OpenPoll> polls = [];
    private DataExportExchange? association, release;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "data-export",
        Title = "Philips IntelliVue Data Export",
        Standard = "Philips Data Export Interface Programming Guide, ISO/IEEE 11073-20101",
        Carriers = Carrier.Udp,
        FirstBytes = FirstBytes.Of(0x00, Release, Released, Refuse, Request, Response, Abort, 0xE1),
        Ports = [DataPort, 24005],
        LookAhead = 2048,
    };

    /// <summary>Session header of an association message. Guide, chapter 6, AssocReqSessionHeader.</summary>
    private static ReadOnlySpan<byte> Session => [0x05, 0x08, 0x13, 0x01, 0x00, 0x16, 0x01, 0x02, 0x80, 0x00, 0x14, 0x02, 0x00, 0x02];

    /// <summary>What follows the length of a release message but for its last code.</summary>
    private static ReadOnlySpan<byte> ReleaseBody => [0xC1, 0x16, 0x61, 0x80, 0x30, 0x80, 0x02, 0x01, 0x01, 0xA0, 0x80];

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> datagram = opening.Any;
        if (datagram.Length < 4) return Match.No;
        bool isOfServer;
        switch (datagram[0])
        {
            case Request or Response when HasSession(datagram): isOfServer = datagram[0] == Response; break;
            case Release or Released when datagram.Length > 2 && datagram[2..].StartsWith(ReleaseBody): isOfServer = datagram[0] == Released; break;
            case Refuse or Abort when opening.HasPort(DataPort) && datagram[1] == datagram.Length - 2: isOfServer = opening.Client.IsEmpty == (opening.ServerPort == DataPort); break;
            case 0x00 when RemoteOperation.TryIndication(datagram, out RemoteOperation indication): isOfServer = indication.IsOfServer; break;
            case 0xE1 when RemoteOperation.TryData(datagram, out RemoteOperation operation): isOfServer = operation.IsOfServer; break;
            default: return Match.No;
        }
        return isOfServer == opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into) => new(segment.Bytes.Length, 0, Take(in segment, into));

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into)
    {
        foreach (OpenPoll poll in polls) into.Emit(poll.Finish(into.Masker));
        polls.Clear();
        if (association is not null) into.Emit(association);
        if (release is not null) into.Emit(release);
        association = release = null;
    }

    /// <inheritdoc/>
    public void Reset()
    {
        polls.Clear();
        association = release = null;
    }

    private Fault? Take(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> datagram = segment.Bytes;
        ByteRange range = segment.Range(0, datagram.Length);
        if (datagram.Length < 4) return DataExportFaults.MalformedMessage;
        switch (datagram[0])
        {
            case Request when HasSession(datagram):
                if (association is not null) into.Emit(association);
                association = new DataExportExchange(segment.At, range) { Kind = "association" };
                return null;
            case Response when HasSession(datagram): return Answered(ref association, "association", "accepted", in segment, into);
            case Refuse: return Answered(ref association, "association", "refused", in segment, into);
            case Release:
                if (release is not null) into.Emit(release);
                release = new DataExportExchange(segment.At, range) { Kind = "release" };
                return null;
            case Released: return Answered(ref release, "release", "confirmed", in segment, into);
            case Abort:
                into.Emit(new DataExportExchange(segment.At, range) { Kind = "abort" });
                return null;
            case 0x00 when RemoteOperation.TryIndication(datagram, out RemoteOperation indication): return Event(in indication, in segment, into);
            case 0xE1 when RemoteOperation.TryData(datagram, out RemoteOperation operation): return Operation(in operation, in segment, into);
            default: return DataExportFaults.MalformedMessage;
        }
    }

    private static Fault? Answered(ref DataExportExchange? waiting, string kind, string status, in Segment segment, ITransactionSink into)
    {
        DataExportExchange asked = waiting ?? new DataExportExchange(segment.At, segment.Range(0, segment.Bytes.Length)) { Kind = kind };
        into.Emit(new DataExportExchange(segment.At, asked.Bytes) { Began = asked.At, Kind = kind, Status = status });
        waiting = null;
        return null;
    }

    private Fault? Operation(in RemoteOperation operation, in Segment segment, ITransactionSink into)
    {
        if (operation is { Kind: RemoteOperation.Invoke, Command: RemoteOperation.EventReport or RemoteOperation.ConfirmedEventReport }) return Event(in operation, in segment, into);
        if (operation is { Kind: RemoteOperation.Answer, Command: RemoteOperation.ConfirmedEventReport }) return null;
        ByteRange range = segment.Range(0, segment.Bytes.Length);
        if (operation.Kind == RemoteOperation.Invoke)
        {
            if (polls.Count == MostPolls)
            {
                into.Emit(polls[0].Finish(into.Masker));
                polls.RemoveAt(0);
            }
            OpenPoll poll = new(in operation, segment.At, range);
            polls.Add(poll);
            return poll.Fault;
        }
        int invoke = operation.InvokeId;
        int at = polls.FindLastIndex(poll => poll.InvokeId == invoke);
        if (at < 0)
        {
            polls.Insert(0, new OpenPoll(in operation, segment.At, range));
            at = 0;
        }
        OpenPoll open = polls[at];
        Fault? fault = open.Take(in operation, segment.At, into.Masker);
        // An extended poll goes on until it is asked no more: it is told at the end.
        if (open.IsDone || polls.Count > MostPolls)
        {
            into.Emit(open.Finish(into.Masker));
            polls.RemoveAt(at);
        }
        return fault;
    }

    private static Fault? Event(in RemoteOperation operation, in Segment segment, ITransactionSink into)
    {
        SpanReader reader = new(operation.Body);
        reader.Skip(10);
        int type = reader.U16();
        ReadOnlySpan<byte> content = reader.Take(reader.U16());
        if (type == DataExportNames.SystemCreated && !reader.Failed) content = content.Length < 6 ? default : content[6..];
        if (reader.Failed || type is not (DataExportNames.SystemCreated or DataExportNames.ConnectIndication)) return DataExportFaults.MalformedMessage;
        MonitorFacts facts = new();
        bool isWell = facts.Take(content, into.Masker);
        DataExportExchange row = facts.Describe(new DataExportExchange(segment.At, segment.Range(0, segment.Bytes.Length)) { Kind = type == DataExportNames.SystemCreated ? "system_created" : "connect_indication" }, into.Masker);
        into.Emit(row with { Places = TextPlace.Of(null, segment.Bytes, row.Bytes, row.Vendor, row.Model, row.Software) });
        return isWell ? null : DataExportFaults.MalformedAttribute;
    }

    private static bool HasSession(ReadOnlySpan<byte> datagram)
    {
        int at = datagram[1] == 0xFF ? 4 : 2;
        return datagram.Length > at && datagram[at..].StartsWith(Session);
    }
}
