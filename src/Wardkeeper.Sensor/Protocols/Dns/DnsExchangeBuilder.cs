using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dns;

/// <summary>Makes a row from a query, a reply or both, by Zeek's rules of what comes from which.</summary>
internal static class DnsExchangeBuilder
{
    private const int Refused = 5;

    public static DnsExchange Of(DnsMessage? query, DnsMessage? reply, string proto, bool serverShown)
    {
        DnsMessage any = (query ?? reply)!, last = reply is null || (query is not null && query.At > reply.At) ? query! : reply;
        CaptureTime began = query is not null && reply is not null && query.At < reply.At ? query.At : query is not null && reply is not null ? reply.At : any.At;
        bool netBios = any.Kind == DnsKind.NetBios, asked = query?.Query is not null;
        TimeSpan? time = query is not null && reply is not null && reply.At > query.At ? reply.At.Since(query.At) : null;
        DnsMessage speaker = reply is { Statements.Count: > 0 } || query is null ? reply! : query;
        string? name = query?.Query ?? reply?.FirstOwner ?? reply?.Query;
        string? spelled = query?.Spelled ?? reply?.Spelled;
        return new DnsExchange(last.At, last.Bytes)
        {
            Began = began,
            Proto = proto,
            TransId = any.Header.Id,
            Rtt = reply is { HasAnswer: true } ? time : null,
            Query = name,
            Qclass = asked ? DnsMessage.PlainClass(query!.Class, query.Kind) : null,
            QclassName = asked ? DnsCodes.ClassName(DnsMessage.PlainClass(query!.Class, query.Kind)) : null,
            Qtype = asked ? query!.Type : null,
            QtypeName = asked ? DnsCodes.TypeName(query!.Type, netBios) : null,
            Rcode = reply?.Header.ResponseCode,
            RcodeName = reply is null ? null : DnsCodes.ErrorName(reply.Header.ResponseCode),
            AA = reply is { HasAnswer: true, Header.Authoritative: true },
            TC = asked && query!.Header.Truncated,
            RD = asked && query!.Header.RecursionDesired,
            RA = reply is { HasAnswer: true, Header.RecursionAvailable: true },
            Z = asked ? query!.Header.Reserved : 0,
            Answers = reply?.Answers,
            TTLs = reply?.Ttls,
            Rejected = reply is not null && IsRejection(reply.Header),
            Opcode = any.Header.Opcode,
            OpcodeName = DnsCodes.OpcodeName(any.Header.Opcode, netBios),
            OriginalQuery = spelled is not null && name is not null && spelled != name && spelled.Equals(name, StringComparison.OrdinalIgnoreCase) ? spelled : null,
            ResponseTime = time,
            Questions = query?.Questions ?? reply?.Questions,
            AnswerCount = reply?.Header.Answers,
            OtherAnswers = reply?.OtherAnswers,
            Updates = query?.Updates,
            NetbiosSuffix = query?.Suffix ?? reply?.Suffix,
            ReplyTruncated = reply is { Header.Truncated: true } ? true : null,
            Statements = speaker.Statements,
            Places = speaker.Places,
            StatedBy = speaker.Bytes.Side,
            ShowsServer = !serverShown && reply is { Kind: DnsKind.Unicast } && reply.Header.ResponseCode != Refused && reply.Bytes.Side == Side.Server && reply.IsSound,
        };
    }

    private static bool IsRejection(in DnsHeader header) => header.Questions == 0
        ? header.ResponseCode != 0
        : header.Answers == 0 && header.Authorities == 0 && header.Additionals == 0;
}
