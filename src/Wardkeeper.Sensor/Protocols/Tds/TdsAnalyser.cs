using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Kerberos;

namespace Wardkeeper.Sensor.Protocols.Tds;

/// <summary>
/// Tabular Data Stream of Microsoft SQL Server, version 7 on: pre-login with versions and encryption, log-in where it is in clear,
/// and batches and procedure calls with their result. Kept per flow is the one request that waits for its answer. Of a
/// password in clear the rule that it breaks is read. What is encrypted within it is not followed.
/// </summary>
internal sealed class TdsAnalyser : MessageAnalyser, IProtocol
{
    private const int Header = 8, MostShown = 8 + SqlStatement.MostBytes, RecordHeader = 5, LastToken = 13, LongestText = 64;
    private const byte Batch = 1, Rpc = 3, Response = 4, Attention = 6, Bulk = 7, Transaction = 14, Login = 16, Negotiated = 17, PreLogin = 18, Sealed = 0x17, EndOfMessage = 1, KnownStatus = 0x1F;
    private const byte ErrorToken = 0xAA, InfoToken = 0xAB, LoginToken = 0xAD, EnvironmentToken = 0xE3, NegotiationToken = 0xED, DoneToken = 0xFD, DoneInProcedure = 0xFF, DoneProcedure = 0xFE;

    private static readonly byte[] TransactionHeader = [22, 0, 0, 0, 18, 0, 0, 0, 2, 0];

    private readonly GssExchange authentication = new();
    private string? command, argument, user, database, host, application, version, encryption, passwordRule;
    private bool isContinued, isEncrypted;
    private int? error;
    private CaptureTime asked;
    private ByteRange where;
    private TextPlace? places;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "tds",
        Title = "Tabular Data Stream (Microsoft SQL Server)",
        Standard = "MS-TDS",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of(Batch, Rpc, Response, Transaction, Login, PreLogin),
        Ports = [1433],
        LookAhead = 64,
        MaxHeld = 16 * 1024,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.IsEmpty || (opening.Client.IsEmpty ? bytes[0] != Response : bytes[0] == Response)) return Match.No;
        if (bytes.Length < Header + 10) return bytes.Length < 2 || (bytes[1] & ~KnownStatus) == 0 ? Match.NeedMore : Match.No;
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        if ((bytes[1] & ~KnownStatus) != 0 || bytes[7] != 0 || length < Header + 6) return Match.No;
        // In mid-stream: a request whose headers say which transaction it belongs to. MS-TDS 2.2.5.3.
        if (bytes[0] is Batch or Rpc or Transaction)
        {
            bool isNamed = bytes[0] == Rpc && bytes[Header] is > 3 and < 128 && bytes[Header + 1] == 0 && IsWide(bytes[(Header + 2)..]);
            return isNamed || bytes.Slice(Header, 10).SequenceEqual(TransactionHeader) || (bytes[0] == Batch && IsWide(bytes[Header..])) ? Match.Yes : Match.No;
        }
        // The first option is the version; behind the options lie the six bytes it points at.
        if (bytes[0] != Login) return bytes[8] == 0 && bytes[9] == 0 && bytes[10] is >= 6 and <= 96 && bytes[11] == 0 && bytes[12] == 6 ? Match.Yes : Match.No;
        // A log-in says its own length and a version from 7.0 to 8.0.
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) == length - Header && bytes[15] is >= 0x70 and <= 0x80 ? Match.Yes : Match.No;
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into)
    {
        if (command is not null) Emit(asked, null, null, into);
        authentication.Finish(null, null, into);
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        authentication.Reset();
        command = argument = user = database = host = application = version = encryption = passwordRule = null;
        isContinued = isEncrypted = false;
        error = null;
        asked = default;
        where = default;
        places = null;
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (isEncrypted && bytes[0] == Sealed)
        {
            if (bytes.Length < RecordHeader) return Measured.Need(RecordHeader);
            return new Measured(RecordHeader + BinaryPrimitives.ReadUInt16BigEndian(bytes[3..]), RecordHeader);
        }
        if (bytes.Length < Header) return Measured.Need(Header);
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        if (length < Header || bytes[0] is 0 or > PreLogin || (side == Side.Server && bytes[0] is not (Response or PreLogin))) return Measured.Wrong(TdsFaults.MalformedPacket);
        // An answer's last token says what came of it: its packets are seen whole, 32 kB at most.
        return new Measured(length, side == Side.Server ? length : MostShown);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        byte kind = message.Bytes[0];
        // With "off" the log-in alone is sealed, in records of TLS outside any packet; with the others everything is from now on.
        if (kind == Sealed) return encryption == "off" ? Continuation.Stay : Continuation.Done;
        ReadOnlySpan<byte> content = message.Bytes[Header..];
        bool isLast = (message.Bytes[1] & EndOfMessage) != 0;
        if (message.Side == Side.Client)
        {
            if (!isContinued) Ask(in message, kind, content, into);
            isContinued = !isLast;
            return Continuation.Stay;
        }
        if (command == "prelogin")
        {
            Options(in message, content);
            isEncrypted = encryption is "on" or "required" or "off";
            Emit(message.At, true, null, into);
            return Continuation.Stay;
        }
        if (command is null || kind != Response) return Continuation.Stay;
        // Windows' own log-in goes on with a token of either side, and the answer comes when it is over.
        if (command == "login" && content.Length > 3 && content[0] == NegotiationToken)
        {
            authentication.Take(content[3..], message.At, message.Range, into);
            return Continuation.Stay;
        }
        if (command == "login") LoginAnswer(in message, content);
        else if (content.Length > 10 && content[0] == ErrorToken) error ??= BinaryPrimitives.ReadInt32LittleEndian(content[3..]);
        if (isLast) Finish(in message, content, into);
        return Continuation.Stay;
    }

    /// <summary>Whether it begins with four letters of two bytes each, as statements and procedures' names before version 7.2 do.</summary>
    private static bool IsWide(ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < 8; i += 2)
        {
            if (!(char.IsAsciiLetter((char)bytes[i]) || bytes[i] is (byte)'_' or (byte)' ') || bytes[i + 1] != 0) return false;
        }
        return true;
    }

    private void Ask(in Message message, byte kind, ReadOnlySpan<byte> content, ITransactionSink into)
    {
        // The hands of TLS are shaken within packets of this kind.
        if (isEncrypted && kind == PreLogin) return;
        if (kind == Negotiated) authentication.Take(content, message.At, message.Range, into);
        string? named = kind switch { Batch => "batch", Rpc => "rpc", Attention => "attention", Bulk => "bulk", Transaction => "transaction", Login => "login", PreLogin => "prelogin", _ => null };
        if (named is null) return;
        if (command is not null) Emit(message.At, null, null, into);
        (command, argument, error, asked, where) = (named, null, null, message.At, message.Range);
        switch (kind)
        {
            case Batch:
                argument = SqlStatement.Shape(MemoryMarshal.Cast<byte, char>(Statement(content)));
                break;
            case Rpc:
                argument = Procedure(content);
                break;
            case Login when !LogIn(content):
                into.Report(TdsFaults.MalformedLogin);
                break;
            case Login:
                places = TextPlace.Of(places, message.Bytes, message.Range, application);
                authentication.Take(Token(content), message.At, message.Range, into);
                break;
            default:
                break;
        }
    }

    /// <summary>Behind headers that say their own length (version 7.2 on). MS-TDS 2.2.5.3.</summary>
    private static ReadOnlySpan<byte> Statement(ReadOnlySpan<byte> content)
    {
        if (content.Length < 22) return content;
        uint headers = BinaryPrimitives.ReadUInt32LittleEndian(content);
        return headers is >= 22 and < 256 && headers <= content.Length ? content[(int)headers..] : content;
    }

    /// <summary>The procedure called, by name or by its well-known number. MS-TDS 2.2.6.6.</summary>
    private static string? Procedure(ReadOnlySpan<byte> content)
    {
        SpanReader reader = new(Statement(content));
        ushort length = reader.U16Little();
        if (length == 0xFFFF)
        {
            ushort number = reader.U16Little();
            return number switch { 10 => "sp_executesql", 11 => "sp_prepare", 12 => "sp_execute", 13 => "sp_prepexec", 15 => "sp_unprepare", >= 1 and <= 9 => "sp_cursor", _ => null };
        }
        string name = new(MemoryMarshal.Cast<byte, char>(reader.Take(Math.Min((int)length, 128) * 2)));
        return reader.Failed ? null : SqlStatement.Shape(name);
    }

    private bool LogIn(ReadOnlySpan<byte> content)
    {
        if (content.Length < 94) return false;
        bool isRight = TryText(content, 36, out host) & TryText(content, 40, out user) & TryText(content, 48, out application) & TryText(content, 68, out database);
        if (user is "") user = null;
        passwordRule = user is null ? null : TdsPassword.Broken(user, content);
        return isRight;
    }

    /// <summary>The first token of Windows' own log-in; nothing when a user logs in by name.</summary>
    private static ReadOnlySpan<byte> Token(ReadOnlySpan<byte> content)
    {
        int offset = BinaryPrimitives.ReadUInt16LittleEndian(content[78..]), length = BinaryPrimitives.ReadUInt16LittleEndian(content[80..]);
        return offset + length > content.Length ? default : content.Slice(offset, length);
    }

    /// <summary>A text that an offset and a count of characters point at.</summary>
    private static bool TryText(ReadOnlySpan<byte> content, int pointer, out string? text)
    {
        int offset = BinaryPrimitives.ReadUInt16LittleEndian(content[pointer..]), length = BinaryPrimitives.ReadUInt16LittleEndian(content[(pointer + 2)..]);
        text = null;
        if (length == 0) return true;
        if (offset + (length * 2) > content.Length) return false;
        text = new string(MemoryMarshal.Cast<byte, char>(content.Slice(offset, Math.Min(length, LongestText) * 2)));
        return true;
    }

    /// <summary>What the server's options say: version and encryption. MS-TDS 2.2.6.5.</summary>
    private void Options(in Message message, ReadOnlySpan<byte> content)
    {
        SpanReader reader = new(content);
        for (int i = 0; i < 16; i++)
        {
            byte option = reader.U8();
            if (option == 0xFF || reader.Failed) return;
            int offset = reader.U16(), length = reader.U16();
            if (reader.Failed || offset + length > content.Length) return;
            ReadOnlySpan<byte> value = content.Slice(offset, length);
            if (option == 0 && length >= 4) Told(in message, value[..4]);
            else if (option == 1 && length >= 1) encryption = value[0] switch { 0 => "off", 1 => "on", 2 => "none", 3 => "required", _ => null };
        }
    }

    /// <summary>The server's version: two bytes and a number of two.</summary>
    private void Told(in Message message, ReadOnlySpan<byte> number)
    {
        version = string.Create(CultureInfo.InvariantCulture, $"{number[0]}.{number[1]}.{BinaryPrimitives.ReadUInt16BigEndian(number[2..])}");
        places = new TextPlace(version, message.Range.Of(message.Bytes, number), places);
    }

    /// <summary>Goes along the tokens that a log-in is answered with; each says its length.</summary>
    private void LoginAnswer(in Message message, ReadOnlySpan<byte> content)
    {
        SpanReader reader = new(content);
        while (reader.Remaining > 2)
        {
            byte token = reader.U8();
            if (token is not (ErrorToken or InfoToken or LoginToken or EnvironmentToken)) return;
            ReadOnlySpan<byte> value = reader.Take(reader.U16Little());
            if (token == ErrorToken && value.Length >= 4) error ??= BinaryPrimitives.ReadInt32LittleEndian(value);
            else if (token == LoginToken && value.Length >= 10) Told(in message, value[^4..]);
        }
    }

    /// <summary>The last token of an answer is a DONE: status and rows. MS-TDS 2.2.7.6.</summary>
    private void Finish(in Message message, ReadOnlySpan<byte> content, ITransactionSink into)
    {
        ReadOnlySpan<byte> done = content.Length >= LastToken ? content[^LastToken..] : default;
        bool isDone = !done.IsEmpty && done[0] is DoneToken or DoneProcedure or DoneInProcedure;
        ushort status = isDone ? BinaryPrimitives.ReadUInt16LittleEndian(done[1..]) : (ushort)0;
        bool hasFailed = error is not null || (status & 2) != 0;
        long? rows = isDone && (status & 0x10) != 0 ? BinaryPrimitives.ReadInt64LittleEndian(done[5..]) : null;
        Emit(message.At, isDone || error is not null ? !hasFailed : null, rows >= 0 ? rows : null, into);
    }

    private void Emit(CaptureTime at, bool? success, long? rows, ITransactionSink into)
    {
        if (command == "login") authentication.Finish(success, at, into);
        bool isLogin = command == "login", isFirst = isLogin || command == "prelogin";
        into.Emit(new TdsRequest(at, where)
        {
            Began = asked,
            Command = command!,
            Argument = argument,
            Success = success,
            Rows = rows,
            Error = error,
            User = isLogin ? user : null,
            PasswordRule = isLogin ? passwordRule : null,
            Database = isLogin ? database : null,
            ClientHost = isLogin ? host : null,
            Application = isLogin ? application : null,
            ServerVersion = isFirst ? version : null,
            Places = isFirst ? places : null,
            Encryption = command == "prelogin" ? encryption : null,
        });
        command = argument = null;
        error = null;
    }
}
