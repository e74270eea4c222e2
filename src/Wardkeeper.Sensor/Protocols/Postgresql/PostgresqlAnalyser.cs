using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Postgresql;

/// <summary>
/// PostgreSQL, protocol 3: start-up with user and database, how the user is known, and each statement with its answer, rows
/// counted and passed by. Kept per flow is the one request that waits for its answer; a request sent before the answer to the one
/// before counts as answered together with it. Of a password that the server asked for in clear, the rule that it breaks is read.
/// </summary>
internal sealed class PostgresqlAnalyser : MessageAnalyser, IProtocol
{
    private const int Header = 5, Version3 = 196608, CancelCode = 80877102, SslCode = 80877103, GssCode = 80877104, LongestStartup = 10_000, MostShown = 5 + SqlStatement.MostBytes, LongestText = 64, LongestPassword = 512;
    private const long LongestMessage = 1L << 30;

    private bool hasStarted, isAskingForTls;
    private string? request, argument, user, database, program, authentication, version, tag, passwordRule;
    private long rows;
    private CaptureTime asked;
    private ByteRange where;
    private TextPlace? places;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "postgresql",
        Title = "PostgreSQL",
        Standard = "PostgreSQL 17 documentation, chapter 53",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of(0, (byte)'R'),
        Ports = [5432],
        LookAhead = 16,
        MaxHeld = 16 * 1024,
    };

    /// <inheritdoc/>
    protected override string? Successor => "ssl";

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Client;
        if (bytes.IsEmpty) return IsAuthentication(opening.Server);
        if (bytes.Length < 8) return bytes.Length < 3 || (bytes[1] == 0 && bytes[2] < 0x28) ? Match.NeedMore : Match.No;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes), code = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        if (code is SslCode or GssCode) return length == 8 ? Match.Yes : Match.No;
        if (code == CancelCode) return length is >= 16 and <= 268 ? Match.Yes : Match.No;
        // On its port, what the server answers with one letter is a request for some cover, though none that is known.
        if (length == 8 && bytes.Length == 8 && opening.HasPort(Info.Ports[0])) return opening.Server.IsEmpty ? Match.NeedMore : opening.Server.Length == 1 && opening.Server[0] is (byte)'N' or (byte)'E' ? Match.Yes : Match.No;
        if (code is < Version3 or > Version3 + 2 || length is < 14 or > LongestStartup) return Match.No;
        // The first parameter's name follows: text.
        return bytes.Length < 9 ? Match.NeedMore : char.IsAsciiLetter((char)bytes[8]) ? Match.Yes : Match.No;
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into)
    {
        if (request is not null) Emit(asked, null, into);
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        hasStarted = isAskingForTls = false;
        request = argument = user = database = program = authentication = version = tag = passwordRule = null;
        rows = 0;
        asked = default;
        where = default;
        places = null;
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (side == Side.Server && isAskingForTls) return new Measured(1, 1);
        if (side == Side.Client && !hasStarted)
        {
            if (bytes.Length < 4) return Measured.Need(4);
            uint startup = BinaryPrimitives.ReadUInt32BigEndian(bytes);
            return startup is < 8 or > LongestStartup ? Measured.Wrong(PostgresqlFaults.ImpossibleLength) : new Measured(startup, LongestStartup);
        }
        if (!char.IsAsciiLetter((char)bytes[0]) && bytes[0] is not ((byte)'1' or (byte)'2' or (byte)'3')) return Measured.Wrong(PostgresqlFaults.UnknownMessage);
        if (bytes.Length < Header) return Measured.Need(Header);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]);
        if (length is < 4 or > (uint)LongestMessage) return Measured.Wrong(PostgresqlFaults.ImpossibleLength);
        return new Measured(length + 1L, Shown(side, bytes[0]));
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        if (message.Side == Side.Client)
        {
            if (!hasStarted) Start(in message, into);
            else Ask(in message, into);
            return Continuation.Stay;
        }
        if (!isAskingForTls)
        {
            Answer(in message, into);
            return Continuation.Stay;
        }
        isAskingForTls = false;
        bool agrees = message.Bytes[0] is (byte)'S' or (byte)'G';
        Emit(message.At, agrees, into);
        return agrees ? message.Bytes[0] == 'S' ? Continuation.HandOver : Continuation.Done : Continuation.Stay;
    }

    /// <summary>The server's question who the client is, for captures that miss the start-up.</summary>
    private static Match IsAuthentication(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[0] != 'R') return Match.No;
        if (bytes.Length < 9) return bytes.Length < 4 || (bytes[1] | bytes[2] | bytes[3]) == 0 ? Match.NeedMore : Match.No;
        return (bytes[1] | bytes[2] | bytes[3] | bytes[5] | bytes[6] | bytes[7]) == 0 && bytes[4] >= 8 && bytes[8] is 0 or 2 or 3 or 5 or 7 or 9 or 10 ? Match.Yes : Match.No;
    }

    /// <summary>Whether the password comes next, readable: the server asked for it so.</summary>
    private bool IsPasswordNext => request == "startup" && authentication == "password";

    /// <summary>How much of a message is looked at; rows (D), and passwords (p) that do not go in clear, by their header alone.</summary>
    private int Shown(Side side, byte kind) => (side, (char)kind) switch
    {
        (Side.Client, 'Q' or 'P') => MostShown,
        (Side.Client, 'p') when IsPasswordNext => Header + LongestPassword,
        (Side.Server, 'E' or 'S' or 'C' or 'R') => 512,
        _ => Header,
    };

    private void Start(in Message message, ITransactionSink into)
    {
        uint code = message.Bytes.Length < 8 ? 0 : BinaryPrimitives.ReadUInt32BigEndian(message.Bytes[4..]);
        (asked, where) = (message.At, message.Range);
        switch (code)
        {
            case SslCode or GssCode:
                (request, isAskingForTls) = ("ssl_request", true);
                break;
            case CancelCode:
                (request, hasStarted) = ("cancel", true);
                Emit(message.At, null, into);
                break;
            case not (>= Version3 and <= Version3 + 2):
                into.Report(PostgresqlFaults.UnknownMessage);
                isAskingForTls = message.Length == 8;
                break;
            default:
                (request, hasStarted, isAskingForTls) = ("startup", true, false);
                SpanReader reader = new(message.Bytes[8..]);
                while (reader.Remaining > 1)
                {
                    ReadOnlySpan<byte> name = reader.UntilZero(), value = reader.UntilZero();
                    if (name.SequenceEqual("user"u8)) user = ShortText.Of(value, LongestText);
                    else if (name.SequenceEqual("database"u8)) database = ShortText.Of(value, LongestText);
                    else if (name.SequenceEqual("application_name"u8)) program = ShortText.Of(value, LongestText);
                }
                places = TextPlace.Of(null, message.Bytes, message.Range, program);
                break;
        }
    }

    private void Ask(in Message message, ITransactionSink into)
    {
        if (message.Bytes[0] == 'p' && IsPasswordNext && message.Bytes[Header..].IndexOf((byte)0) is >= 0 and int end) passwordRule = PasswordRules.Broken(user, message.Bytes.Slice(Header, end));
        string? named = (char)message.Bytes[0] switch { 'Q' => "simple_query", 'P' => "parse", 'F' => "function", _ => null };
        if (named is null) return;
        // A driver may send several statements before it waits: the earlier ones have no answer of their own here.
        if (request is not null) Emit(message.At, null, into);
        SpanReader reader = new(message.Bytes[Header..]);
        if (named == "parse") reader.UntilZero();
        if (named != "function" && into.Buffers is { } buffers)
        {
            SpanReader text = reader;
            buffers.Offer(Signatures.Buffers.BufferName.PgsqlQuery, Side.Client, text.UntilZero());
            buffers.Complete(Side.Client);
        }
        (request, argument, asked, where, rows, tag) = (named, named == "function" ? null : SqlStatement.Shape(reader.UntilZero()), message.At, message.Range, 0, null);
    }

    private void Answer(in Message message, ITransactionSink into)
    {
        ReadOnlySpan<byte> content = message.Bytes[Header..];
        switch ((char)message.Bytes[0])
        {
            case 'R' when content.Length >= 4:
                authentication = BinaryPrimitives.ReadUInt32BigEndian(content) switch { 0 => authentication ?? "trust", 2 => "kerberos", 3 => "password", 5 => "md5", 7 or 8 => "gss", 9 => "sspi", 10 or 11 or 12 => "sasl", _ => authentication };
                break;
            case 'S' when request == "startup":
                SpanReader reader = new(content);
                if (!reader.UntilZero().SequenceEqual("server_version"u8)) break;
                version = ShortText.Of(reader.UntilZero(), LongestText);
                places = TextPlace.Of(places, message.Bytes, message.Range, version);
                break;
            case 'D':
                rows++;
                break;
            case 'C':
                tag = ShortText.Of(content.TrimEnd((byte)0), LongestText);
                break;
            case 'E' when request is not null:
                tag = Code(content);
                Emit(message.At, false, into);
                break;
            case 'Z' when request is not null:
                Emit(message.At, true, into);
                break;
            default:
                break;
        }
    }

    private void Emit(CaptureTime at, bool? success, ITransactionSink into)
    {
        bool isStart = request == "startup";
        into.Emit(new PostgresqlRequest(at, where)
        {
            Began = asked,
            User = isStart ? user : null,
            Database = isStart ? database : null,
            ApplicationName = isStart ? program : null,
            Frontend = request!,
            FrontendArg = argument,
            Success = success,
            BackendArg = success is null ? null : tag,
            Rows = success is true && (request is "simple_query" or "parse") ? rows : null,
            Authentication = isStart ? authentication : null,
            PasswordRule = isStart ? passwordRule : null,
            ServerVersion = isStart ? version : null,
            Places = isStart ? places : null,
        });
        request = argument = tag = null;
        rows = 0;
    }

    /// <summary>The code among an error's fields. 53.8.</summary>
    private static string? Code(ReadOnlySpan<byte> fields)
    {
        SpanReader reader = new(fields);
        while (reader.Remaining > 1)
        {
            byte kind = reader.U8();
            ReadOnlySpan<byte> value = reader.UntilZero();
            if (kind == (byte)'C') return ShortText.Of(value, LongestText);
        }
        return null;
    }
}
