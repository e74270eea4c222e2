using System.Buffers.Text;

namespace Wardkeeper.Sensor.Signatures.Matching;

/// <summary>How a number lies in a buffer: so many bytes, binary or as text. What byte_test, byte_jump, byte_extract and byte_math have in common.</summary>
internal sealed record ByteNumber
{
    /// <summary>Bytes it takes; 0 for text of unknown length.</summary>
    public Amount Count { get; init; }

    public Amount Offset { get; init; }

    public bool IsRelative { get; init; }

    public bool IsLittleEndian { get; init; }

    /// <summary>0 for binary, else the base of its digits: 8, 10 or 16.</summary>
    public int TextBase { get; init; }

    /// <summary>Bits that count; the result is shifted so that the lowest of them is its first.</summary>
    public ulong Mask { get; init; } = ulong.MaxValue;

    /// <summary>Reads it; says where it ended.</summary>
    public bool TryRead(ref Inspection at, out ulong value, out int end)
    {
        value = 0;
        end = 0;
        long from = Offset.Of(at.Scratch) + (IsRelative ? at.Position : 0), count = Count.Of(at.Scratch);
        if (from < 0 || from > at.Buffer.Length || count < 0 || count > at.Buffer.Length - from) return false;
        if (TextBase != 0) return TryReadText(at.Buffer[(int)from..], (int)count, out value, out end, (int)from);
        if (count > 8) return false;
        ReadOnlySpan<byte> bytes = at.Buffer.Slice((int)from, (int)count);
        for (int i = 0; i < bytes.Length; i++) value = (value << 8) | bytes[IsLittleEndian ? bytes.Length - 1 - i : i];
        value = Masked(value);
        end = (int)(from + count);
        return true;
    }

    private ulong Masked(ulong value) => Mask is ulong.MaxValue ? value : Mask == 0 ? 0 : (value & Mask) >> System.Numerics.BitOperations.TrailingZeroCount(Mask);

    private bool TryReadText(ReadOnlySpan<byte> bytes, int count, out ulong value, out int end, int from)
    {
        bytes = count == 0 ? bytes[..Math.Min(23, bytes.Length)] : bytes[..count];
        int skipped = 0;
        while (skipped < bytes.Length && bytes[skipped] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') skipped++;
        ReadOnlySpan<byte> digits = bytes[skipped..];
        if (TextBase == 16 && digits.StartsWith("0x"u8)) digits = digits[2..];
        int used = 0;
        value = 0;
        if (TextBase == 16)
        {
            if (!Utf8Parser.TryParse(digits, out value, out used, 'x')) used = 0;
        }
        else if (TextBase == 10)
        {
            if (!Utf8Parser.TryParse(digits, out value, out used)) used = 0;
        }
        else
        {
            while (used < digits.Length && used < 21 && digits[used] is >= (byte)'0' and <= (byte)'7') value = (value * 8) + (ulong)(digits[used++] - '0');
        }
        value = Masked(value);
        end = from + (count == 0 ? skipped + used : count);
        return used > 0;
    }
}
