using System.Buffers.Binary;
using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Cql;

/// <summary>
/// The native protocol of Cassandra and Scylla, versions 1 to 4 and the beginning of 5: each request with its answer, statements as shapes.
/// Kept per flow are requests that wait and the shapes of prepared statements, both bounded. From version 5 on all behind the start is
/// wrapped anew and not followed; neither are compressed bodies.
/// </summary>
internal sealed class CqlAnalyser : MessageAnalyser, IProtocol
{
    private const int MostShown = 9 + 8 + SqlStatement.MostBytes, MostWaiting = 128, MostPrepared = 128, LongestText = 128, Longest = 256 << 20;
    private const byte Error = 0, Startup = 1, Ready = 2, Authenticate = 3, Options = 5, Supported = 6, Query = 7, Result = 8, Prepare = 9, Execute = 10, Register = 11, Event = 12, Batch = 13, Challenge = 14, Response = 15, Success = 16;
    private const byte Compressed = 1, Tracing = 2, CustomPayload = 4, Warning = 8;

    private readonly Waiting<short, CqlRequest> waiting = new(MostWaiting);
    private readonly Dictionary<UInt128, string> prepared = [];
    private string? keyspace, user;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "cql",
        Title = "Cassandra native protocol (CQL)",
        Standard = "CQL binary protocol v3, v4 and v5",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of(1, 2, 3, 4, 5, 0x83, 0x84),
        Ports = [9042],
        LookAhead = 32,
        MaxHeld = 8 * 1024,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.IsEmpty) return Match.No;
        int version = bytes[0] & 0x7F, header = HeaderOf(version);
        bool isResponse = (bytes[0] & 0x80) != 0;
        if (version is 0 or > 5) return Match.No;
        if (bytes.Length < header) return bytes.Length > 1 && bytes[1] > 0x1F ? Match.No : Match.NeedMore;
        byte operation = bytes[header - 5];
        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes[(header - 4)..]);
        if (bytes[1] > 0x1F || bytes[2] > 0x7F) return Match.No;
        if (isResponse)
        {
            // A server's first words in mid-stream: rows or an error, whose kinds are small numbers.
            if (opening.FromStart || operation is not Result || length < 4 || version < 3 || (bytes[1] & Compressed) != 0) return Match.No;
            if (bytes.Length < header + 4) return Match.NeedMore;
            return BinaryPrimitives.ReadUInt32BigEndian(bytes[header..]) is >= 1 and <= 5 ? opening.Client.IsEmpty ? Match.Yes : Match.YesReversed : Match.No;
        }
        switch (operation)
        {
            case Options:
                // An empty message is told from others' only by its bytes being all.
                return length == 0 && bytes.Length == header && bytes[1] is 0 or 0x10 ? Match.Yes : Match.No;
            case Startup:
                if (bytes.Length < header + 4 + 11) return length is < 15 or > 1024 ? Match.No : Match.NeedMore;
                return bytes[header] == 0 && bytes[header + 2] == 0 && IsWord(bytes[(header + 4)..]) ? Match.Yes : Match.No;
            case Query or Prepare when !opening.FromStart && version is 3 or 4 && bytes[1] == 0:
                if (bytes.Length < header + 10) return Match.NeedMore;
                return BinaryPrimitives.ReadUInt32BigEndian(bytes[header..]) + 4 <= length && IsWord(bytes.Slice(header + 4, 4)) ? Match.Yes : Match.No;
            default:
                return Match.No;
        }
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into) => waiting.End(into);

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        waiting.Clear();
        prepared.Clear();
        keyspace = user = null;
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        int version = bytes[0] & 0x7F, header = HeaderOf(version);
        if (version is 0 or > 5 || ((bytes[0] & 0x80) != 0) != (side == Side.Server)) return Measured.Wrong(CqlFaults.MalformedFrame);
        if (bytes.Length < header) return Measured.Need(header);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes[(header - 4)..]);
        return length > Longest || bytes[header - 5] > Success ? Measured.Wrong(CqlFaults.MalformedFrame) : new Measured(header + (long)length, MostShown);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        int version = message.Bytes[0] & 0x7F, header = HeaderOf(version);
        byte flags = message.Bytes[1], operation = message.Bytes[header - 5];
        short stream = header == 8 ? (sbyte)message.Bytes[2] : BinaryPrimitives.ReadInt16BigEndian(message.Bytes[2..]);
        SpanReader body = new(message.Bytes[header..]);
        bool isCompressed = (flags & Compressed) != 0;
        if (message.Side == Side.Client)
        {
            if (NameOf(operation) is not { } name) return Continuation.Stay;
            CqlRequest request = new(message.At, message.Range) { Began = message.At, Version = version, Operation = name, Keyspace = keyspace, User = user, IsCompressed = isCompressed };
            if (!isCompressed)
            {
                if ((flags & CustomPayload) != 0) SkipPayload(ref body);
                request = Ask(request, operation, ref body);
                if (body.Failed && message.Bytes.Length == message.Length) into.Report(CqlFaults.MalformedBody);
            }
            waiting.Add(stream, request with { Places = TextPlace.Of(null, message.Bytes, message.Range, request.Driver) }, into);
            return Continuation.Stay;
        }
        if (operation == Event || waiting.Take(stream) is not { } asked) return Continuation.Stay;
        CqlRequest done = asked with { At = message.At, Result = ResultOf(operation), ResultBytes = message.Length - header };
        if (!isCompressed)
        {
            if ((flags & Tracing) != 0) body.Skip(16);
            if ((flags & Warning) != 0) SkipTexts(ref body);
            if ((flags & CustomPayload) != 0) SkipPayload(ref body);
            done = Answer(done, operation, ref body);
        }
        into.Emit(done);
        // Behind the start of version 5, frames lie in segments with checksums of their own.
        return version == 5 && operation is Ready or Authenticate ? Continuation.Done : Continuation.Stay;
    }

    private static int HeaderOf(int version) => version < 3 ? 8 : 9;

    private static bool IsWord(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes[..Math.Min(bytes.Length, 11)])
        {
            if (!char.IsAsciiLetter((char)b) && b is not ((byte)'_' or (byte)' ')) return false;
        }
        return true;
    }

    private static string? NameOf(byte operation) => operation switch
    {
        Startup => "startup",
        Options => "options",
        Query => "query",
        Prepare => "prepare",
        Execute => "execute",
        Batch => "batch",
        Register => "register",
        Response or 4 => "auth",
        _ => null,
    };

    private static string? ResultOf(byte operation) => operation switch
    {
        Error => "error",
        Ready => "ready",
        Authenticate => "authenticate",
        Supported => "supported",
        Challenge => "auth challenge",
        Success => "auth success",
        _ => null,
    };

    private static void SkipTexts(ref SpanReader body)
    {
        for (int count = body.U16(); count > 0 && !body.Failed; count--) body.Skip(body.U16());
    }

    private static void SkipPayload(ref SpanReader body)
    {
        for (int count = body.U16(); count > 0 && !body.Failed; count--)
        {
            body.Skip(body.U16());
            int length = (int)body.U32();
            if (length > 0) body.Skip(length);
        }
    }

    private static string? Text(ref SpanReader body)
    {
        ReadOnlySpan<byte> text = body.Take(body.U16());
        return ShortText.Of(text, LongestText);
    }

    /// <summary>What a prepared statement is called: mostly a digest of 16 bytes.</summary>
    private static UInt128 Identifier(ref SpanReader body)
    {
        ReadOnlySpan<byte> id = body.Take(body.U16());
        return id.Length >= 16 ? BinaryPrimitives.ReadUInt128BigEndian(id) : UInt128.Zero;
    }

    private static string? Shape(ref SpanReader body)
    {
        int length = (int)body.U32();
        ReadOnlySpan<byte> statement = length > body.Remaining ? body.Take(body.Remaining) : body.Take(length);
        return SqlStatement.Shape(statement);
    }

    private CqlRequest Ask(CqlRequest request, byte operation, ref SpanReader body)
    {
        switch (operation)
        {
            case Startup:
                (string? name, string? version) = (null, null);
                for (int count = body.U16(); count > 0 && !body.Failed; count--)
                {
                    ReadOnlySpan<byte> key = body.Take(body.U16());
                    if (key.SequenceEqual("DRIVER_NAME"u8)) name = Text(ref body);
                    else if (key.SequenceEqual("DRIVER_VERSION"u8)) version = Text(ref body);
                    else body.Skip(body.U16());
                }
                return request with { Driver = name is null ? null : version is null ? name : $"{name} {version}" };
            case Query or Prepare:
                return request with { Statement = Shape(ref body) };
            case Execute:
                return request with { Statement = prepared.GetValueOrDefault(Identifier(ref body)) };
            case Batch:
                body.Skip(1);
                body.U16();
                if (body.U8() == 0) return request with { Statement = Shape(ref body) };
                return request with { Statement = prepared.GetValueOrDefault(Identifier(ref body)) };
            case Response:
                // SASL PLAIN: who he acts for, the user, the password, with zeros between them.
                ReadOnlySpan<byte> token = body.Take((int)Math.Min(body.U32(), int.MaxValue));
                int zero = token.IndexOf((byte)0);
                if (zero < 0) return request;
                user = ShortText.Of(new SpanReader(token[(zero + 1)..]).UntilZero(), LongestText);
                return request with { User = user };
            default:
                return request;
        }
    }

    private CqlRequest Answer(CqlRequest done, byte operation, ref SpanReader body)
    {
        switch (operation)
        {
            case Error:
                return done with { Error = ErrorOf(body.U32()) };
            case Authenticate:
                return done with { Authenticator = Text(ref body) };
            case Result:
                uint kind = body.U32();
                done = done with { Result = kind switch { 1 => "void", 2 => "rows", 3 => "keyspace", 4 => "prepared", 5 => "schema change", _ => "unknown" } };
                if (kind == 3) done = done with { Keyspace = keyspace = Text(ref body) };
                if (kind == 4 && done.Statement is { } statement && Identifier(ref body) is var id && !body.Failed && id != UInt128.Zero && (prepared.Count < MostPrepared || prepared.ContainsKey(id))) prepared[id] = statement;
                return done;
            default:
                return done;
        }
    }

    private static string ErrorOf(uint code) => code switch
    {
        0 => "server error",
        0x000A => "protocol error",
        0x0100 => "bad credentials",
        0x1000 => "unavailable",
        0x1001 => "overloaded",
        0x1002 => "bootstrapping",
        0x1003 => "truncate error",
        0x1100 => "write timeout",
        0x1200 => "read timeout",
        0x1300 => "read failure",
        0x1500 => "write failure",
        0x2000 => "syntax error",
        0x2100 => "unauthorized",
        0x2200 => "invalid",
        0x2300 => "configuration error",
        0x2400 => "already exists",
        0x2500 => "unprepared",
        _ => "0x" + code.ToString("x", CultureInfo.InvariantCulture),
    };
}
