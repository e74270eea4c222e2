using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Mysql;

/// <summary>
/// MySQL and MariaDB: greeting, log-in, and each command with its result, rows counted and passed by. Kept per flow are the
/// greeting's version and the command that waits for its answer. Passwords are never read. What is compressed or encrypted after
/// the log-in is not followed.
/// </summary>
internal sealed class MysqlAnalyser : MessageAnalyser, IProtocol
{
    /// <summary>The command that a log-in counts as.</summary>
    internal const string Login = "login";

    private const string Disguise = "5.5.5-";

    private const int Header = 4, MostShown = 4 + SqlStatement.MostBytes, LongestText = 64;
    private const uint Secure = 0x800, Compressed = 0x20, WithDatabase = 0x8, LongAuthentication = 0x200000, SecureConnection = 0x8000, Attributes = 0x100000, WithPlugin = 0x80000, NoEof = 0x1000000, QueryAttributes = 0x8000000, Modern = 0x200;
    private const byte Ok = 0, LocalFile = 0xFB, EndOfRows = 0xFE, Error = 0xFF;

    private string? version, command, argument, database, program;
    private bool hasLogin, isLoggedIn, hasNoEof, hasAttributes, isCompressed;
    private Reading reading;
    private ulong columns;
    private long rows;
    private CaptureTime asked;
    private ByteRange where;
    private TextPlace? places;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "mysql",
        Title = "MySQL and MariaDB",
        Standard = "MySQL Client/Server Protocol",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of([.. Enumerable.Range(16, 240).Select(static b => (byte)b)]),
        Ports = [3306],
        LookAhead = 96,
        MaxHeld = 16 * 1024,
    };

    /// <summary>Where the server is in its answer.</summary>
    private enum Reading : byte
    {
        Nothing,
        First,
        Columns,
        Rows,
    }

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        // The server speaks first: length below 256, number 0, protocol 10 and a version that is text and begins with a digit.
        ReadOnlySpan<byte> bytes = opening.Server;
        if (bytes.IsEmpty) return IsLogin(opening.Client);
        if (bytes.Length < 7) return !bytes.IsEmpty && (bytes.Length < 2 || bytes[1] == 0) && (bytes.Length < 5 || (bytes[2] == 0 && bytes[3] == 0 && bytes[4] is 10 or Error)) ? Match.NeedMore : Match.No;
        if (bytes[1] != 0 || bytes[2] != 0 || bytes[3] != 0) return Match.No;
        if (bytes[4] == Error) return IsRefusal(bytes) ? Match.Yes : Match.No;
        if (bytes[4] != 10 || !char.IsAsciiDigit((char)bytes[5])) return Match.No;
        int end = bytes[5..Math.Min(bytes.Length, 5 + LongestText)].IndexOf((byte)0);
        if (end < 0) return bytes.Length < 5 + LongestText && !bytes[5..].ContainsAnyExceptInRange((byte)' ', (byte)'~') ? Match.NeedMore : Match.No;
        return end >= 3 && !bytes.Slice(5, end).ContainsAnyExceptInRange((byte)' ', (byte)'~') && bytes.Slice(5, end).Contains((byte)'.') ? Match.Yes : Match.No;
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into)
    {
        if (command is not null) Emit(asked, null, null, into);
        else if (version is not null && !hasLogin) Greeted(into);
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        version = command = argument = database = program = null;
        hasLogin = isLoggedIn = hasNoEof = hasAttributes = isCompressed = false;
        reading = Reading.Nothing;
        columns = 0;
        rows = 0;
        asked = default;
        where = default;
        places = null;
    }

    /// <inheritdoc/>
    protected override string? Successor => "ssl";

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Header) return Measured.Need(Header);
        int length = bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
        if (version is null && command is null && side == Side.Server && (length > 255 || bytes[3] != 0)) return Measured.Wrong(MysqlFaults.NoHandshake);
        return new Measured(Header + length, side == Side.Client ? MostShown : Math.Min(MostShown, 96));
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        ReadOnlySpan<byte> content = message.Bytes[Header..];
        if (content.IsEmpty) return Continuation.Stay;
        if (message.Side == Side.Client) return FromClient(in message, content, into);
        return FromServer(in message, content, into);
    }

    /// <summary>Number 1, and bytes of zero between what the client can do and its name (MariaDB uses the last four of the 23): for captures that miss the greeting.</summary>
    private static Match IsLogin(ReadOnlySpan<byte> bytes)
    {
        const int Zeros = 13, Name = 36, LastZero = 32;
        if (bytes.Length >= 4 && (bytes[1] > 1 || bytes[2] != 0 || bytes[3] != 1)) return Match.No;
        if (bytes.Length > Zeros && bytes[Zeros..Math.Min(bytes.Length, LastZero)].ContainsAnyExcept((byte)0)) return Match.No;
        if (bytes.Length < Name) return Match.NeedMore;
        return (BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) & Modern) != 0 && bytes[0] + (bytes[1] << 8) >= 32 ? Match.Yes : Match.No;
    }

    private static bool IsRefusal(ReadOnlySpan<byte> bytes)
    {
        int number = BinaryPrimitives.ReadUInt16LittleEndian(bytes[5..]);
        return number is >= 1000 and < 2200 && bytes.Length >= 7 && bytes[0] == Math.Min(bytes.Length - Header, 255) && bytes.Length > 12 && !bytes[7..].ContainsAnyExceptInRange((byte)' ', (byte)'~');
    }

    private Continuation FromClient(in Message message, ReadOnlySpan<byte> content, ITransactionSink into)
    {
        if (!isLoggedIn) return command is null && message.Bytes[3] > 0 ? LogIn(in message, content, into) : Continuation.Stay;
        // Only number 0 begins a command; others go on with a file or a long packet.
        if (message.Bytes[3] != 0) return Continuation.Stay;
        if (command is not null) Emit(message.At, null, null, into);
        if (MysqlCommands.Name(content[0]) is not { } name) return Continuation.Stay;
        command = name;
        argument = MysqlCommands.HasStatement(content[0]) ? Statement(content) : MysqlCommands.HasName(content[0]) ? ShortText.Of(content[1..], LongestText) : null;
        (asked, where, reading, rows) = (message.At, message.Range, Reading.First, 0);
        if (MysqlCommands.IsUnanswered(content[0])) Emit(message.At, null, null, into);
        return Continuation.Stay;
    }

    private Continuation LogIn(in Message message, ReadOnlySpan<byte> content, ITransactionSink into)
    {
        (command, asked, where) = (Login, message.At, message.Range);
        uint capabilities = content.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(content) : 0;
        if ((capabilities & Secure) != 0 && message.Length == Header + 32)
        {
            Emit(message.At, null, true, into);
            return Continuation.HandOver;
        }
        SpanReader reader = new(content);
        reader.Skip((capabilities & Modern) != 0 ? 32 : 5);
        argument = Text(ref reader);
        if (reader.Failed || (capabilities & Modern) == 0)
        {
            if (reader.Failed) into.Report(MysqlFaults.MalformedLogin);
            return Continuation.Stay;
        }
        (hasNoEof, hasAttributes, isCompressed) = ((capabilities & NoEof) != 0, (capabilities & QueryAttributes) != 0, (capabilities & Compressed) != 0);
        if ((capabilities & LongAuthentication) != 0) reader.Skip((int)Math.Min(Counted(ref reader), int.MaxValue));
        else if ((capabilities & SecureConnection) != 0) reader.Skip(reader.U8());
        else Text(ref reader);
        if ((capabilities & WithDatabase) != 0) database = Text(ref reader);
        if ((capabilities & WithPlugin) != 0) Text(ref reader);
        if ((capabilities & Attributes) != 0)
        {
            ReadOnlySpan<byte> named = Program(ref reader);
            program = ShortText.Of(named, LongestText);
            if (program is not null) places = new TextPlace(program, message.Range.Of(message.Bytes, named[..Math.Min(named.Length, LongestText)]), places);
        }
        return Continuation.Stay;
    }

    private Continuation FromServer(in Message message, ReadOnlySpan<byte> content, ITransactionSink into)
    {
        if (!isLoggedIn && version is null && command is null) return Greeting(in message, content, into);
        if (command is null) return Continuation.Stay;
        if (!isLoggedIn)
        {
            // Anything else is a further step of the authentication.
            if (content[0] is not (Ok or Error)) return Continuation.Stay;
            isLoggedIn = content[0] == Ok;
            Answer(in message, content, into);
            return isCompressed || !isLoggedIn ? Continuation.Done : Continuation.Stay;
        }
        switch (reading)
        {
            case Reading.First when content[0] is Ok or Error:
                Answer(in message, content, into);
                break;
            case Reading.First when content[0] == LocalFile || (command == "change_user" && content[0] is not (Ok or Error)):
                break;
            case Reading.First when MysqlCommands.ReturnsRows(command):
                SpanReader reader = new(content);
                columns = Counted(ref reader);
                reading = Reading.Columns;
                break;
            case Reading.First:
                Emit(message.At, true, null, into);
                break;
            case Reading.Columns:
                // Definitions, then their end where the two did not agree to leave it out.
                if (columns > 0) columns--;
                if (columns == 0 && (hasNoEof || (content[0] == EndOfRows && message.Length <= Header + 5))) reading = Reading.Rows;
                break;
            case Reading.Rows when content[0] == Error || (content[0] == EndOfRows && message.Length < Header + (hasNoEof ? 0xFFFFFF : 9)):
                Emit(message.At, content[0] != Error, null, into, content[0] == Error ? Number(content) : null, rows);
                break;
            case Reading.Rows:
                rows++;
                break;
        }
        return Continuation.Stay;
    }

    private Continuation Greeting(in Message message, ReadOnlySpan<byte> content, ITransactionSink into)
    {
        if (content[0] == Error)
        {
            (command, where, asked) = (Login, message.Range, message.At);
            Emit(message.At, false, null, into, Number(content));
            return Continuation.Done;
        }
        SpanReader reader = new(content[1..]);
        version = Text(ref reader);
        // MariaDB puts a number in front that old replicas understand.
        if (version is not null && version.StartsWith(Disguise, StringComparison.Ordinal) && version.Contains("MariaDB", StringComparison.Ordinal)) version = version[Disguise.Length..];
        (where, asked, places) = (message.Range, message.At, TextPlace.Of(null, message.Bytes, message.Range, version));
        return Continuation.Stay;
    }

    private void Answer(in Message message, ReadOnlySpan<byte> content, ITransactionSink into)
    {
        if (content[0] == Error)
        {
            Emit(message.At, false, null, into, Number(content));
            return;
        }
        SpanReader reader = new(content);
        reader.Skip(1);
        ulong changed = Counted(ref reader);
        Emit(message.At, true, null, into, null, command is Login or "prepare" || reader.Failed ? null : (long)Math.Min(changed, long.MaxValue));
    }

    private void Greeted(ITransactionSink into)
    {
        command = Login;
        Emit(asked, null, null, into);
    }

    private void Emit(CaptureTime at, bool? success, bool? encrypted, ITransactionSink into, int? error = null, long? count = null)
    {
        bool isLogin = command == Login;
        hasLogin |= isLogin;
        into.Emit(new MysqlCommand(at, where)
        {
            Began = asked,
            Cmd = command!,
            Arg = argument,
            Success = success,
            Rows = count,
            Error = error,
            ServerVersion = isLogin ? version : null,
            Database = isLogin ? database : null,
            Program = isLogin ? program : null,
            Encrypted = encrypted,
            Places = isLogin ? places : null,
        });
        command = argument = null;
        reading = Reading.Nothing;
    }

    /// <summary>A query's statement stands behind its attributes, where both agreed on them; with any there, it is not looked for.</summary>
    private string? Statement(ReadOnlySpan<byte> content)
    {
        bool isBehind = hasAttributes && content[0] == MysqlCommands.Query && content.Length > 2;
        return !isBehind ? SqlStatement.Shape(content[1..]) : content[1] == 0 ? SqlStatement.Shape(content[3..]) : null;
    }

    private static int? Number(ReadOnlySpan<byte> content) => content.Length >= 3 ? BinaryPrimitives.ReadUInt16LittleEndian(content[1..]) : null;

    /// <summary>A text that ends with a zero byte.</summary>
    private static string? Text(ref SpanReader reader) => ShortText.Of(reader.UntilZero(), LongestText);

    /// <summary>A number with its length in front. Protocol Basics, Protocol::LengthEncodedInteger.</summary>
    private static ulong Counted(ref SpanReader reader)
    {
        byte first = reader.U8();
        return first switch
        {
            0xFC => reader.U16Little(),
            0xFD => (uint)(reader.U16Little() | (reader.U8() << 16)),
            0xFE => reader.U32Little() | ((ulong)reader.U32Little() << 32),
            _ => first,
        };
    }

    /// <summary>The program among the connection's attributes.</summary>
    private static ReadOnlySpan<byte> Program(ref SpanReader reader)
    {
        ulong total = Counted(ref reader);
        SpanReader attributes = new(reader.Rest[..(int)Math.Min(total, (ulong)reader.Remaining)]);
        while (attributes.Remaining > 0)
        {
            ReadOnlySpan<byte> name = attributes.Take((int)Math.Min(Counted(ref attributes), int.MaxValue)), value = attributes.Take((int)Math.Min(Counted(ref attributes), int.MaxValue));
            if (name.SequenceEqual("program_name"u8)) return value;
        }
        return default;
    }
}
