using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Kerberos;
using Wardkeeper.Sensor.Protocols.Snmp;

namespace Wardkeeper.Sensor.Protocols.Ldap;

/// <summary>Operations of one connection that wait for their results, and the log-in that is under way.</summary>
internal sealed class LdapConversation
{
    private const int MostWaiting = 64, MostAttributes = 16, LongestText = 512;
    private const byte Simple = 0x80, Sasl = 0xA3, SicilyDiscovery = 0x89, SicilyNegotiate = 0x8A, SicilyResponse = 0x8B, ServerToken = 0x87, Enumerated = 0x0A, Boolean = 0x01;

    private readonly LdapBuffers offers = new();
    private readonly Waiting<(long Id, byte Answer), LdapOperation> operations = new(MostWaiting);
    private readonly List<PendingSearch> searches = [];
    private readonly GssExchange authentication = new();

    /// <summary>Whether a log-in was asked for that can protect what follows.</summary>
    public bool IsProtected { get; private set; }

    /// <summary>Takes one message.</summary>
    public Continuation Take(Side side, ReadOnlySpan<byte> bytes, CaptureTime at, ByteRange range, ITransactionSink into)
    {
        if (!LdapMessage.TryRead(bytes, out LdapMessage message))
        {
            into.Report(LdapFaults.MalformedOperation);
            return Continuation.Stay;
        }
        if (into.Buffers is { } buffers) offers.Offer(in message, side, buffers);
        if (LdapMessage.IsRequest(message.Operation))
        {
            if (side == Side.Client) Request(in message, at, range, into);
            return Continuation.Stay;
        }
        return side == Side.Server ? Answer(in message, at, range, into) : Continuation.Stay;
    }

    /// <summary>Hands out what waits.</summary>
    public void End(ITransactionSink into)
    {
        foreach (PendingSearch search in searches) into.Emit(search.Row with { ResultCount = search.Count });
        searches.Clear();
        operations.End(into);
        authentication.Finish(null, null, into);
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        offers.Reset();
        searches.Clear();
        operations.Clear();
        authentication.Reset();
        IsProtected = false;
    }

    private void Request(in LdapMessage message, CaptureTime at, ByteRange range, ITransactionSink into)
    {
        LdapOperation row = new(at, range) { Began = at, MessageId = message.Id, Opcode = "" };
        BerReader fields = new(message.Content);
        switch (message.Operation)
        {
            case LdapMessage.BindRequest:
                operations.Add((message.Id, LdapMessage.BindResponse), Bind(fields, row, at, range, into), into);
                break;
            case LdapMessage.SearchRequest:
                Search(in message, at, range, into);
                break;
            case LdapMessage.ModifyRequest:
                operations.Add((message.Id, LdapMessage.ModifyResponse), row with { Opcode = "modify", ObjectName = Text(ref fields), Argument = Changes(fields) }, into);
                break;
            case LdapMessage.AddRequest:
                operations.Add((message.Id, LdapMessage.AddResponse), row with { Opcode = "add", ObjectName = Text(ref fields) }, into);
                break;
            case LdapMessage.DeleteRequest:
                operations.Add((message.Id, LdapMessage.DeleteResponse), row with { Opcode = "delete", ObjectName = ShortText.Of(message.Content, LongestText) }, into);
                break;
            case LdapMessage.ModifyNameRequest:
                operations.Add((message.Id, LdapMessage.ModifyNameResponse), row with { Opcode = "modify DN", ObjectName = Text(ref fields), Argument = Text(ref fields) }, into);
                break;
            case LdapMessage.CompareRequest:
                operations.Add((message.Id, LdapMessage.CompareResponse), row with { Opcode = "compare", ObjectName = Text(ref fields) }, into);
                break;
            case LdapMessage.ExtendedRequest:
                string name = fields.TryTake(Simple, out ReadOnlySpan<byte> identifier) ? ShortText.Of(identifier, 64) ?? "" : "";
                operations.Add((message.Id, LdapMessage.ExtendedResponse), row with { Opcode = "extended", ObjectName = LdapNames.Extended(name) }, into);
                break;
            default:
                into.Emit(row with { Opcode = message.Operation == LdapMessage.Unbind ? "unbind" : "abandon" });
                break;
        }
    }

    /// <summary>Version, name, and how the client proves itself. RFC 4511, section 4.2; the last kinds are Microsoft's (MS-ADTS, section 5.1.1.1.3).</summary>
    private LdapOperation Bind(BerReader fields, LdapOperation row, CaptureTime at, ByteRange range, ITransactionSink into)
    {
        fields.TryTakeInteger(out long version);
        row = row with { Version = version, ObjectName = Text(ref fields), Opcode = "bind" };
        if (!fields.TryHeaderAndPart(out byte kind, out ReadOnlySpan<byte> proof)) return row;
        switch (kind)
        {
            case Simple:
                return row with { Opcode = "bind simple", Password = proof.IsEmpty ? null : "<hidden>", PasswordRule = proof.IsEmpty ? null : PasswordRules.Broken(row.ObjectName, proof) };
            case Sasl:
                IsProtected = true;
                BerReader sasl = new(proof);
                string? mechanism = Text(ref sasl);
                if (sasl.TryHeaderAndPart(out _, out ReadOnlySpan<byte> token)) authentication.Take(token, at, range, into);
                return row with { Opcode = "bind SASL", Argument = mechanism };
            case SicilyDiscovery or SicilyNegotiate or SicilyResponse:
                IsProtected = true;
                authentication.Take(proof, at, range, into);
                return row with { Opcode = "bind NTLM" };
            default:
                return row;
        }
    }

    private void Search(in LdapMessage message, CaptureTime at, ByteRange range, ITransactionSink into)
    {
        BerReader fields = new(message.Content);
        string? start = Text(ref fields);
        fields.TryTake(Enumerated, out ReadOnlySpan<byte> scope);
        fields.TryTake(Enumerated, out ReadOnlySpan<byte> aliases);
        fields.TryTakeInteger(out _);
        fields.TryTakeInteger(out _);
        fields.TryTake(Boolean, out _);
        if (scope.Length != 1 || aliases.Length != 1 || !fields.TryHeaderAndPart(out byte kind, out ReadOnlySpan<byte> filter))
        {
            into.Report(LdapFaults.MalformedOperation);
            return;
        }
        List<string> attributes = [];
        if (fields.TryHeaderAndPart(out _, out ReadOnlySpan<byte> wanted))
        {
            BerReader each = new(wanted);
            while (attributes.Count < MostAttributes && Text(ref each) is { } attribute) attributes.Add(attribute);
        }
        string? text = LdapFilter.Of(kind, filter);
        if (searches.Count == MostWaiting)
        {
            into.Emit(searches[0].Row with { ResultCount = searches[0].Count });
            searches.RemoveAt(0);
        }
        searches.Add(new PendingSearch(new LdapSearch(at, range)
        {
            Began = at,
            MessageId = message.Id,
            Scope = LdapNames.Scope(scope[0]),
            DerefAliases = LdapNames.Aliases(aliases[0]),
            BaseObject = start,
            Filter = text,
            Attributes = attributes.Count == 0 ? null : attributes,
            ClientHost = start is null ? HostIn(text) : null,
        })
        {
            IsOfServer = start is null && scope[0] == 0,
        });
    }

    /// <summary>A client that looks for a domain names itself in the filter.</summary>
    private static string? HostIn(string? filter)
    {
        int from = filter?.IndexOf("(Host=", StringComparison.OrdinalIgnoreCase) ?? -1;
        if (from < 0) return null;
        string rest = filter![(from + 6)..];
        int end = rest.IndexOf(')', StringComparison.Ordinal);
        return end is > 0 and <= 64 && rest[..end] != "?" ? rest[..end] : null;
    }

    private Continuation Answer(in LdapMessage message, CaptureTime at, ByteRange range, ITransactionSink into)
    {
        BerReader fields = new(message.Content);
        switch (message.Operation)
        {
            case LdapMessage.SearchEntry:
                if (Find(message.Id) is not { } search) return Continuation.Stay;
                search.Count++;
                if (!search.IsOfServer) return Continuation.Stay;
                Text(ref fields);
                if (fields.TryHeaderAndPart(out _, out ReadOnlySpan<byte> attributes)) search.Server.Read(attributes);
                return Continuation.Stay;
            case LdapMessage.SearchReference or LdapMessage.Intermediate:
                return Continuation.Stay;
        }
        fields.TryTake(Enumerated, out ReadOnlySpan<byte> code);
        string? matched = Text(ref fields), said = Text(ref fields);
        if (!BerReader.TryInteger(code, out long result))
        {
            into.Report(LdapFaults.MalformedOperation);
            return Continuation.Stay;
        }
        if (message.Operation == LdapMessage.SearchDone)
        {
            if (Find(message.Id) is not { } done) return Continuation.Stay;
            searches.Remove(done);
            into.Emit(done.Finish(at, LdapNames.ResultText(result), said));
            return Continuation.Stay;
        }
        if (message.Operation == LdapMessage.BindResponse) Bound(message.Content, fields, result, at, range, into);
        if (operations.Take((message.Id, message.Operation)) is not { } operation) return Continuation.Stay;
        into.Emit(operation with { At = at, Result = LdapNames.ResultText(result), DiagnosticMessage = said });
        bool isTls = message.Operation == LdapMessage.ExtendedResponse && result == 0 && operation.ObjectName?.StartsWith(LdapNames.StartTls, StringComparison.Ordinal) == true;
        return isTls ? Continuation.HandOver : Continuation.Stay;
    }

    private void Bound(ReadOnlySpan<byte> content, BerReader rest, long result, CaptureTime at, ByteRange range, ITransactionSink into)
    {
        while (rest.TryHeaderAndPart(out byte tag, out ReadOnlySpan<byte> value))
        {
            if (tag == ServerToken) authentication.Take(value, at, range, into);
        }
        // Microsoft's older kind puts its token where the name of an entry belongs.
        BerReader fields = new(content);
        if (fields.TryTake(Enumerated, out _) && fields.TryTake(BerReader.OctetString, out ReadOnlySpan<byte> name) && GssToken.IsNtlm(name)) authentication.Take(name, at, range, into);
        else if (result != 14) authentication.Finish(result == 0, at, into);
    }

    private PendingSearch? Find(long id)
    {
        foreach (PendingSearch search in searches)
        {
            if (search.Row.MessageId == id) return search;
        }
        return null;
    }

    /// <summary>Operations and attributes of a modification: <c>replace(unicodePwd)</c>. RFC 4511, section 4.6.</summary>
    private static string? Changes(BerReader fields)
    {
        if (!fields.TryHeaderAndPart(out _, out ReadOnlySpan<byte> list)) return null;
        BerReader each = new(list);
        StringBuilder text = new();
        for (int i = 0; i < MostAttributes && each.TryHeaderAndPart(out _, out ReadOnlySpan<byte> change); i++)
        {
            BerReader parts = new(change);
            parts.TryTake(Enumerated, out ReadOnlySpan<byte> kind);
            if (!parts.TryHeaderAndPart(out _, out ReadOnlySpan<byte> attribute)) break;
            BerReader named = new(attribute);
            if (text.Length > 0) text.Append(", ");
            text.Append(kind is [0] ? "add" : kind is [1] ? "delete" : kind is [2] ? "replace" : "increment").Append('(').Append(Text(ref named)).Append(')');
        }
        return text.Length == 0 ? null : text.ToString();
    }

    private static string? Text(ref BerReader reader) => reader.TryTake(BerReader.OctetString, out ReadOnlySpan<byte> text) ? ShortText.Of(text, LongestText)?.TrimEnd('\0') : null;

    /// <summary>A search whose results come.</summary>
    private sealed class PendingSearch(LdapSearch row)
    {
        private LdapServer? server;

        public LdapSearch Row { get; } = row;

        public long Count { get; set; }

        public bool IsOfServer { get; init; }

        public LdapServer Server => server ??= new LdapServer();

        public LdapSearch Finish(CaptureTime at, string result, string? said) => Row with
        {
            At = at,
            ResultCount = Count,
            Result = result,
            DiagnosticMessage = said,
            ServerName = server?.Name,
            ServerNetbiosName = server?.NetBiosName,
            Domain = server?.Domain,
            Forest = server?.Forest,
            Site = server?.Site,
            ServerVersion = server?.Version,
        };
    }
}
