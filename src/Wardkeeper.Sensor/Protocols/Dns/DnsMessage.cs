using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dns;

/// <summary>Which of the protocols that share DNS's message format it is.</summary>
internal enum DnsKind : byte
{
    /// <summary>DNS proper, on any port.</summary>
    Unicast,

    /// <summary>Multicast DNS (RFC 6762), port 5353.</summary>
    Multicast,

    /// <summary>Link-local multicast name resolution (RFC 4795), port 5355.</summary>
    LinkLocal,

    /// <summary>NetBIOS name service (RFC 1002), port 137.</summary>
    NetBios,
}

/// <summary>Something the sender of a message said of itself.</summary>
internal readonly record struct DnsStatement(ClaimKind Kind, string Value, string Origin);

/// <summary>One message, read: what a row needs of it and what its sender states of itself.</summary>
internal sealed class DnsMessage
{
    /// <summary>Most answers, questions or updates a row lists; the header's counts tell how many there were.</summary>
    public const int MaxListed = 64;

    public DnsHeader Header { get; private init; }

    public DnsKind Kind { get; private init; }

    public CaptureTime At { get; private init; }

    public ByteRange Bytes { get; private init; }

    /// <summary>The last question's name in lower case; NetBIOS names decoded.</summary>
    public string? Query { get; private set; }

    /// <summary>The last question's name as it was spelled.</summary>
    public string? Spelled { get; private set; }

    public ushort Type { get; private set; }

    public ushort Class { get; private set; }

    public byte? Suffix { get; private set; }

    /// <summary>All questions, if there is more than one.</summary>
    public List<string>? Questions { get; private set; }

    /// <summary>Owner of the first answer.</summary>
    public string? FirstOwner { get; private set; }

    public List<string>? Answers { get; private set; }

    public List<double>? Ttls { get; private set; }

    public List<string>? OtherAnswers { get; private set; }

    public List<string>? Updates { get; private set; }

    /// <summary>Whether the answer section held a record of a type that Zeek's log knows.</summary>
    public bool HasAnswer { get; private set; }

    public IReadOnlyList<DnsStatement> Statements { get; private set; } = [];

    /// <summary>Where what it states of makers, models and versions stands.</summary>
    public TextPlace? Places { get; private set; }

    /// <summary>Whether all questions could be read; what cannot read its questions is hardly DNS.</summary>
    public bool IsSound { get; private set; }

    private bool IsNetBios => Kind == DnsKind.NetBios;

    /// <summary>Reads a message as far as it is well formed. Null when there is no header.</summary>
    /// <param name="truncated">Whether the capture cut it off: then running out of bytes is nobody's fault.</param>
    /// <param name="sender">Address of who sent it.</param>
    public static DnsMessage? Read(ReadOnlySpan<byte> bytes, DnsKind kind, Address sender, bool truncated, CaptureTime at, ByteRange range, ITransactionSink into)
    {
        if (!DnsHeader.TryRead(bytes, out DnsHeader header))
        {
            if (!truncated) into.Report(DnsFaults.HeaderTooShort);
            return null;
        }
        DnsMessage message = new() { Header = header, Kind = kind, At = at, Bytes = range };
        DnsReader reader = new(bytes);
        message.ReadQuestions(ref reader);
        if (reader.Fault is null) message.ReadAnswers(ref reader, into);
        if (reader.Fault is null && header.Opcode == DnsHeader.OpcodeUpdate && kind == DnsKind.Unicast) message.ReadUpdates(ref reader);
        if (reader.Fault is not null && !truncated) into.Report(reader.Fault);
        message.Statements = DnsStatements.Of(bytes, header, kind, sender);
        if (kind != DnsKind.Multicast) return message;
        foreach (DnsStatement stated in message.Statements)
        {
            if (stated.Kind is ClaimKind.Model or ClaimKind.Vendor or ClaimKind.OperatingSystem or ClaimKind.Firmware) message.Places = TextPlace.Of(message.Places, bytes, range, stated.Value);
        }
        return message;
    }

    /// <summary>Class without the bit that multicast DNS puts above it (RFC 6762, sections 5.4 and 10.2).</summary>
    public static ushort PlainClass(ushort value, DnsKind kind) => kind == DnsKind.Multicast ? (ushort)(value & 0x7FFF) : value;

    private void ReadQuestions(ref DnsReader reader)
    {
        for (int i = 0; i < Header.Questions; i++)
        {
            if (!reader.TryQuestion(out DnsQuestion question)) return;
            if (i > 0 && i < MaxListed)
            {
                Questions ??= [Listed()];
            }
            if (i < MaxListed || i == Header.Questions - 1) SetQuestion(reader.Whole, question);
            if (i > 0 && i < MaxListed) Questions!.Add(Listed());
        }
        IsSound = true;
    }

    private string Listed() => $"{Query} {DnsCodes.TypeName(Type, IsNetBios)}";

    private void SetQuestion(ReadOnlySpan<byte> bytes, in DnsQuestion question)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        int position = question.NameAt;
        if (!DnsName.TryRead(bytes, ref position, name, out int length, out _, out _)) return;
        (Type, Class, Suffix) = (question.Type, question.Class, null);
        if (IsNetBios && NetBiosName.TryDecode(name[..length], out string decoded, out byte suffix))
        {
            (Query, Spelled, Suffix) = (decoded, decoded, suffix);
            return;
        }
        Query = DnsName.Printable(name[..length], lower: true);
        Spelled = name[..length].IndexOfAnyInRange((byte)'A', (byte)'Z') < 0 ? Query : DnsName.Printable(name[..length], lower: false);
    }

    private void ReadAnswers(ref DnsReader reader, ITransactionSink into)
    {
        bool isUpdate = Header.Opcode == DnsHeader.OpcodeUpdate && Kind == DnsKind.Unicast;
        for (int i = 0; i < Header.Answers && reader.TryRecord(out DnsRecord record); i++)
        {
            if (isUpdate) List(DnsUpdateText.Prerequisite(record), record, Header.IsReply);
            else if (Header.IsReply || Kind == DnsKind.Multicast) ReadAnswer(record, into);
        }
    }

    private void ReadAnswer(in DnsRecord record, ITransactionSink into)
    {
        bool listed = DnsAnswerText.IsInAnswers(record.Type, IsNetBios);
        HasAnswer |= listed;
        FirstOwner ??= OwnerOf(record);
        if ((listed ? Answers?.Count : OtherAnswers?.Count) >= MaxListed) return;
        string? text = DnsAnswerText.Of(record, IsNetBios);
        if (text is null) into.Report(DnsFaults.RecordDataMalformed);
        if (string.IsNullOrEmpty(text)) return;
        if (!listed)
        {
            (OtherAnswers ??= []).Add(text);
            return;
        }
        (Answers ??= []).Add(text);
        (Ttls ??= []).Add(record.Ttl);
    }

    private void ReadUpdates(ref DnsReader reader)
    {
        for (int i = 0; i < Header.Authorities && reader.TryRecord(out DnsRecord record); i++)
        {
            if (DnsUpdateText.Update(record) is { } text) List(text, record, Header.IsReply);
        }
    }

    /// <summary>An update's reply may repeat what was asked for; Zeek lists that, and we list the request's own.</summary>
    private void List(string text, in DnsRecord record, bool inReply)
    {
        if (!inReply)
        {
            if ((Updates ??= []).Count < MaxListed) Updates.Add(text);
            return;
        }
        HasAnswer = true;
        FirstOwner ??= record.Owner(lower: true);
        if ((Answers ??= []).Count >= MaxListed) return;
        Answers.Add(text);
        (Ttls ??= []).Add(record.Ttl);
    }

    private string OwnerOf(in DnsRecord record)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        int position = record.NameAt;
        if (!DnsName.TryRead(record.Message, ref position, name, out int length, out _, out _)) return "";
        return IsNetBios && NetBiosName.TryDecode(name[..length], out string decoded, out _) ? decoded : DnsName.Printable(name[..length], lower: true);
    }
}
