using System.Buffers.Binary;
using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Memcached;

/// <summary>The binary form: a header of 24 bytes that says all lengths.</summary>
internal sealed class MemcachedBinary : MessageAnalyser
{
    /// <summary>First byte of a request, and of an answer.</summary>
    public const byte Request = 0x80, Answer = 0x81;

    private const int Header = 24, MostWaiting = 64, Longest = 1 << 30, LastOperation = 0x25;

    private readonly Waiting<uint, MemcachedCommand> waiting = new(MostWaiting);

    /// <summary>Whether a header begins here.</summary>
    public static Match Begins(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Header) return (bytes.Length > 1 && bytes[1] > LastOperation) || (bytes.Length > 5 && (bytes[5] != 0 || bytes[4] > 32)) ? Match.No : Match.NeedMore;
        return bytes[1] <= LastOperation && bytes[5] == 0 && IsSound(bytes) && IsShaped(bytes) && BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) < 1024 ? Match.Yes : Match.No;
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into) => waiting.End(into);

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        waiting.Clear();
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] != (side == Side.Client ? Request : Answer)) return Measured.Wrong(MemcachedFaults.MalformedHeader);
        if (bytes.Length < Header) return Measured.Need(Header);
        return IsSound(bytes) ? new Measured(Header + BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]), Header + 64) : Measured.Wrong(MemcachedFaults.MalformedHeader);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = message.Bytes;
        int key = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), extras = bytes[4];
        long value = message.Length - Header - key - extras;
        uint opaque = BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]);
        string name = NameOf(bytes[1]);
        if (message.Side == Side.Client)
        {
            waiting.Add(opaque, new MemcachedCommand(message.At, message.Range) { Began = message.At, Command = name, Keys = key > 0 ? 1 : 0, ValueBytes = value > 0 ? value : null }, into);
            return Continuation.Stay;
        }
        if (waiting.Take(opaque) is not { } asked) return Continuation.Stay;
        int status = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        bool isGet = name.StartsWith("get", StringComparison.Ordinal);
        into.Emit(asked with
        {
            At = message.At,
            Status = StatusOf(status),
            Hits = isGet ? status == 0 ? 1 : 0 : null,
            HitBytes = isGet ? status == 0 ? value : 0 : null,
            Version = name == "version" && status == 0 ? ShortText.Of(bytes[(Header + extras)..], 32) : null,
            Places = name == "version" && status == 0 ? TextPlace.Of(null, bytes, message.Range, ShortText.Of(bytes[(Header + extras)..], 32)) : null,
        });
        return Continuation.Stay;
    }

    /// <summary>Whether a request has the parts that its operation has; answers have fewer rules, but of those that ask for nothing both are empty.</summary>
    private static bool IsShaped(ReadOnlySpan<byte> bytes)
    {
        int key = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), extras = bytes[4];
        uint body = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
        if (bytes[0] == Answer) return extras is 0 or 4 or 8;
        return bytes[1] switch
        {
            0 or 4 or 9 or 0x0C or 0x0D or 0x14 => key > 0 && extras == 0 && body == key,
            1 or 2 or 3 or 0x11 or 0x12 or 0x13 => key > 0 && extras == 8,
            5 or 6 or 0x15 or 0x16 => key > 0 && extras == 20,
            0x0E or 0x0F or 0x19 or 0x1A or 0x21 or 0x22 => key > 0 && extras == 0,
            7 or 0x0A or 0x0B or 0x17 or 0x20 => body == 0,
            0x10 => extras == 0 && body == key,
            _ => extras is 0 or 4,
        };
    }

    private static bool IsSound(ReadOnlySpan<byte> bytes)
    {
        uint body = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
        int key = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return body <= Longest && key + bytes[4] <= body && key <= 250 && bytes[4] <= 32;
    }

    private static string NameOf(byte operation) => operation switch
    {
        0 or 9 or 0x0C or 0x0D => "get",
        1 or 0x11 => "set",
        2 or 0x12 => "add",
        3 or 0x13 => "replace",
        4 or 0x14 => "delete",
        5 or 0x15 => "incr",
        6 or 0x16 => "decr",
        7 or 0x17 => "quit",
        8 or 0x18 => "flush_all",
        0x0A => "noop",
        0x0B => "version",
        0x0E or 0x19 => "append",
        0x0F or 0x1A => "prepend",
        0x10 => "stats",
        0x1B => "verbosity",
        0x1C => "touch",
        0x1D or 0x1E => "gat",
        0x20 => "sasl list",
        0x21 or 0x22 => "sasl auth",
        _ => "0x" + operation.ToString("x2", CultureInfo.InvariantCulture),
    };

    private static string StatusOf(int status) => status switch
    {
        0 => "OK",
        1 => "NOT_FOUND",
        2 => "EXISTS",
        3 => "TOO_LARGE",
        4 => "INVALID",
        5 => "NOT_STORED",
        6 => "NON_NUMERIC",
        0x20 => "AUTH_ERROR",
        0x21 => "AUTH_CONTINUE",
        0x81 => "UNKNOWN_COMMAND",
        0x82 => "OUT_OF_MEMORY",
        _ => "0x" + status.ToString("x", CultureInfo.InvariantCulture),
    };
}
