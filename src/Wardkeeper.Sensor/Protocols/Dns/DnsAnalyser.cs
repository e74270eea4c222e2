using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dns;

/// <summary>
/// DNS over UDP and TCP, and what shares its message format: multicast DNS, LLMNR and the NetBIOS name service, all of which Zeek
/// calls <c>dns</c>. A query is paired with its reply by id, operation and, where an id is used twice, question; kept per flow are
/// at most 64 queries and 16 replies that wait for each other. Multicast DNS is a row per message: its ids are zero and its
/// messages answer nobody in particular. Not parsed: the authority and additional sections beyond what they state of their sender,
/// EDNS options, signatures.
/// </summary>
internal sealed class DnsAnalyser : IProtocol
{
    private const int MaxQueries = 64;
    private const int MaxReplies = 16;
    private const int MaxUnsound = 3;
    private const long QueryPatience = 30 * CaptureTime.PerSecond;

    /// <summary>A reply before its query is a capture out of order, which is never out by much.</summary>
    private const long ReplyPatience = 2 * CaptureTime.PerSecond;

    private readonly List<DnsMessage> queries = [];
    private readonly List<DnsMessage> replies = [];
    private bool clientLost, serverLost, serverShown;
    private int unsound;
    private string proto = "udp";

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "dns",
        Title = "Domain Name System, with multicast DNS, LLMNR and NetBIOS name service",
        Standard = "RFC 1035, 2136, 6762, 6763, 4795, 1001, 1002, 9460",
        Carriers = Carrier.Udp | Carrier.Tcp,
        Ports = [53, 5353, 5355, 137],
        LookAhead = 288,
        MaxHeld = 65_540,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening) => DnsRecognition.Of(opening);

    /// <summary>The protocol that a flow between these ports speaks in DNS's format.</summary>
    public static DnsKind KindOf(ushort clientPort, ushort serverPort)
    {
        if (clientPort == 5353 || serverPort == 5353) return DnsKind.Multicast;
        if (clientPort == 5355 || serverPort == 5355) return DnsKind.LinkLocal;
        return clientPort == 137 || serverPort == 137 ? DnsKind.NetBios : DnsKind.Unicast;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        if (segment.Flow.Carrier == Carrier.Tcp) return ConsumeStream(segment, into);
        Take(segment, 0, segment.Bytes.Length, segment.Missing > 0, into);
        return unsound >= MaxUnsound ? Progress.GiveUp(DnsFaults.NotDns) : Progress.All(segment);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
        if (side == Side.Client) clientLost = true;
        else serverLost = true;
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into)
    {
        foreach (DnsMessage query in queries) Emit(query, null, into);
        foreach (DnsMessage reply in replies) Emit(null, reply, into);
        queries.Clear();
        replies.Clear();
    }

    /// <inheritdoc/>
    public void Reset()
    {
        queries.Clear();
        replies.Clear();
        (clientLost, serverLost, serverShown, unsound, proto) = (false, false, false, 0, "udp");
    }

    private Progress ConsumeStream(in Segment segment, ITransactionSink into)
    {
        proto = "tcp";
        ReadOnlySpan<byte> bytes = segment.Bytes;
        ref bool lost = ref segment.Side == Side.Client ? ref clientLost : ref serverLost;
        if (lost)
        {
            // Nothing marks where a message begins; a segment is taken for one only when it is a sound message with its length.
            if (!DnsRecognition.IsWholeFrame(bytes)) return Progress.All(segment);
            lost = false;
        }
        if (bytes.Length < 2) return new Progress(0, 2);
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        if (length < DnsHeader.Length) return Progress.GiveUp(DnsFaults.FrameTooShort);
        if (bytes.Length < 2 + length) return new Progress(0, 2 + length);
        Take(segment, 2, length, false, into);
        return unsound >= MaxUnsound ? Progress.GiveUp(DnsFaults.NotDns) : new Progress(2 + length);
    }

    private void Take(in Segment segment, int start, int length, bool truncated, ITransactionSink into)
    {
        DnsKind kind = KindOf(segment.Flow.ClientPort, segment.Flow.ServerPort);
        Address sender = segment.Flow.At(segment.Side).Ip;
        DnsMessage? message = DnsMessage.Read(segment.Bytes.Slice(start, length), kind, sender, truncated, segment.At, segment.Range(start, length), into);
        if (message is null) return;
        if (into.Buffers is { } buffers) DnsBuffers.Offer(segment.Bytes.Slice(start, length), kind, buffers);
        unsound = message.IsSound || truncated ? 0 : unsound + 1;
        if (!message.IsSound && !truncated && kind != DnsKind.NetBios && message.Query is null) return;
        Expire(segment.At, into);
        if (kind == DnsKind.Multicast) Emit(message.Header.IsReply ? null : message, message.Header.IsReply ? message : null, into);
        else if (message.Header.IsReply) Reply(message, into);
        else Query(message, into);
    }

    private void Query(DnsMessage query, ITransactionSink into)
    {
        int found = Find(replies, query);
        if (found >= 0)
        {
            DnsMessage reply = replies[found];
            replies.RemoveAt(found);
            Emit(query, reply, into);
            return;
        }
        if (queries.Count >= MaxQueries)
        {
            Emit(queries[0], null, into);
            queries.RemoveAt(0);
        }
        queries.Add(query);
    }

    private void Reply(DnsMessage reply, ITransactionSink into)
    {
        int found = Find(queries, reply);
        if (found >= 0)
        {
            DnsMessage query = queries[found];
            queries.RemoveAt(found);
            Emit(query, reply, into);
            return;
        }
        if (replies.Count >= MaxReplies)
        {
            Emit(null, replies[0], into);
            replies.RemoveAt(0);
        }
        replies.Add(reply);
    }

    /// <summary>The oldest message of the same id and operation, one with the same question before any other.</summary>
    private static int Find(List<DnsMessage> among, DnsMessage partner)
    {
        int first = -1;
        for (int i = 0; i < among.Count; i++)
        {
            DnsMessage one = among[i];
            if (one.Header.Id != partner.Header.Id || one.Header.Opcode != partner.Header.Opcode) continue;
            if (one.Type == partner.Type && one.Query == partner.Query) return i;
            if (first < 0) first = i;
        }
        return first;
    }

    private void Expire(CaptureTime now, ITransactionSink into)
    {
        while (queries.Count > 0 && now.Nanoseconds - queries[0].At.Nanoseconds > QueryPatience)
        {
            Emit(queries[0], null, into);
            queries.RemoveAt(0);
        }
        while (replies.Count > 0 && now.Nanoseconds - replies[0].At.Nanoseconds > ReplyPatience)
        {
            Emit(null, replies[0], into);
            replies.RemoveAt(0);
        }
    }

    private void Emit(DnsMessage? query, DnsMessage? reply, ITransactionSink into)
    {
        DnsExchange exchange = DnsExchangeBuilder.Of(query, reply, proto, serverShown);
        serverShown |= exchange.ShowsServer;
        into.Emit(exchange);
    }
}
