using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dns;

/// <summary>
/// One DNS query with its reply, or either alone; for multicast DNS one message. The first fields are Zeek's dns.log with Zeek's
/// meaning; those after <c>opcode_name</c> are our own.
/// </summary>
public sealed record DnsExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "dns";

    /// <summary>Transport: <c>udp</c> or <c>tcp</c>.</summary>
    public required string Proto { get; init; }

    /// <summary>Identifier that the inquirer chose and the reply repeats, 0 to 65535. RFC 1035, section 4.1.1.</summary>
    public required int TransId { get; init; }

    /// <summary>Time from the query to a reply that held an answer record; see <c>response_time</c> for all replies.</summary>
    public TimeSpan? Rtt { get; init; }

    /// <summary>Name asked for, in lower case (the last question's, if there were several); for a reply alone the first answer's owner. NetBIOS names are decoded.</summary>
    public string? Query { get; init; }

    /// <summary>Class asked for, 0 to 65535; for multicast DNS without its top bit. RFC 1035, section 3.2.4.</summary>
    public int? Qclass { get; init; }

    /// <summary>Name of the class, for example <c>C_INTERNET</c>.</summary>
    public string? QclassName { get; init; }

    /// <summary>Type asked for, 0 to 65535. RFC 1035, section 3.2.3.</summary>
    public int? Qtype { get; init; }

    /// <summary>Name of the type, for example <c>AAAA</c>; on port 137 <c>NB</c> and <c>NBSTAT</c>.</summary>
    public string? QtypeName { get; init; }

    /// <summary>Response code of the reply, 0 to 15. RFC 1035, section 4.1.1.</summary>
    public int? Rcode { get; init; }

    /// <summary>Name of the response code, for example <c>NXDOMAIN</c>.</summary>
    public string? RcodeName { get; init; }

    /// <summary>Whether a reply with an answer record was authoritative.</summary>
    public bool AA { get; init; }

    /// <summary>Whether the query was marked as truncated; see <c>reply_truncated</c> for the reply.</summary>
    public bool TC { get; init; }

    /// <summary>Whether the query asked for recursion.</summary>
    public bool RD { get; init; }

    /// <summary>Whether a reply with an answer record offered recursion.</summary>
    public bool RA { get; init; }

    /// <summary>Three bits of the query: reserved (4), authentic data (2), checking disabled (1).</summary>
    public int Z { get; init; }

    /// <summary>The answer section's records as text, at most 64.</summary>
    public IReadOnlyList<string>? Answers { get; init; }

    /// <summary>Times to live of <c>answers</c>, in seconds.</summary>
    public IReadOnlyList<double>? TTLs { get; init; }

    /// <summary>Whether the server refused: a reply with nothing but its question, or an error without one.</summary>
    public bool Rejected { get; init; }

    /// <summary>Operation, 0 to 15. RFC 1035, section 4.1.1; RFC 1002, section 4.2.1.1.</summary>
    public int Opcode { get; init; }

    /// <summary>Name of the operation, for example <c>query</c>, <c>dynamic-update</c>, <c>netbios-registration</c>.</summary>
    public required string OpcodeName { get; init; }

    /// <summary>The name as it was spelled, where that differs from <c>query</c>.</summary>
    public string? OriginalQuery { get; init; }

    /// <summary>Time from the query to its reply, whatever the reply held.</summary>
    public TimeSpan? ResponseTime { get; init; }

    /// <summary>All questions with their types, where there were several; at most 64.</summary>
    public IReadOnlyList<string>? Questions { get; init; }

    /// <summary>Answer records that the reply's header declares; more than <c>answers</c> lists when it was cut or malformed.</summary>
    public int? AnswerCount { get; init; }

    /// <summary>Answers of types that Zeek's log leaves out (HTTPS, SVCB, CAA, HINFO, TKEY, NetBIOS), at most 64.</summary>
    public IReadOnlyList<string>? OtherAnswers { get; init; }

    /// <summary>What a dynamic update asked for: prerequisites, additions and deletions, at most 64. RFC 2136.</summary>
    public IReadOnlyList<string>? Updates { get; init; }

    /// <summary>Sixteenth byte of the NetBIOS name: 0 workstation or workgroup, 27 domain master browser, 28 domain controllers, 32 file server. RFC 1001.</summary>
    public int? NetbiosSuffix { get; init; }

    /// <summary>Whether the reply was marked as truncated, so that the inquirer should come again over TCP.</summary>
    public bool? ReplyTruncated { get; init; }

    /// <summary>What the message's sender states of itself, and who that is.</summary>
    internal IReadOnlyList<DnsStatement> Statements { get; init; } = [];

    /// <summary>Where name servers listen; names are asked of neighbours at other ports.</summary>
    private const int NameServerPort = 53;

    /// <summary>Side that made <see cref="Statements"/>.</summary>
    internal Side StatedBy { get; init; }

    /// <summary>Whether this is the flow's first reply of a name server that serves.</summary>
    internal bool ShowsServer { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("proto"u8, Proto);
        row.Number("trans_id"u8, TransId);
        row.Elapsed("rtt"u8, Rtt);
        row.Text("query"u8, Query);
        row.Number("qclass"u8, Qclass);
        row.Text("qclass_name"u8, QclassName);
        row.Number("qtype"u8, Qtype);
        row.Text("qtype_name"u8, QtypeName);
        row.Number("rcode"u8, Rcode);
        row.Text("rcode_name"u8, RcodeName);
        row.Flag("AA"u8, AA);
        row.Flag("TC"u8, TC);
        row.Flag("RD"u8, RD);
        row.Flag("RA"u8, RA);
        row.Number("Z"u8, Z);
        row.Texts("answers"u8, Answers);
        row.Reals("TTLs"u8, TTLs);
        row.Flag("rejected"u8, Rejected);
        row.Number("opcode"u8, Opcode);
        row.Text("opcode_name"u8, OpcodeName);
        row.Text("original_query"u8, OriginalQuery);
        row.Elapsed("response_time"u8, ResponseTime);
        row.Texts("questions"u8, Questions);
        row.Number("answer_count"u8, AnswerCount);
        row.Texts("other_answers"u8, OtherAnswers);
        row.Texts("updates"u8, Updates);
        row.Number("netbios_suffix"u8, NetbiosSuffix);
        row.Flag("reply_truncated"u8, ReplyTruncated);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (ShowsServer)
        {
            into.Service();
            into.Claim(flow.Server, ClaimKind.Role, "dns-server", "DNS reply");
        }
        if (QtypeName is "A" or "AAAA" && flow.ResponderPort == NameServerPort) into.Claim(flow.Client, ClaimKind.AskedName, Query, "question");
        foreach (DnsStatement statement in Statements) into.Claim(flow.At(StatedBy), statement.Kind, statement.Value, statement.Origin);
    }
}
