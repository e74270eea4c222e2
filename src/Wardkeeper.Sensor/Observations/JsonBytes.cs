using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Wardkeeper.Sensor.Observations;

/// <summary>
/// JSON as bytes (RFC 8259), without white space and without checking what its caller does: rows are a tenth of all work, and nearly all
/// of their text is plain ASCII, which is copied sixteen characters at a time. Anything else goes through the framework's encoder.
/// </summary>
internal sealed class JsonBytes
{
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>Longest text of a number: a double with sign, point and exponent.</summary>
    private const int LongestNumber = 32;

    /// <summary>The two bytes <c>":</c>, as they lie in memory.</summary>
    private static readonly ushort ColonAfterQuote = MemoryMarshal.Read<ushort>("\":"u8);

    private byte[] bytes = new byte[4096];
    private int length;

    /// <summary>What was written so far.</summary>
    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, length);

    /// <summary>How many bytes that are.</summary>
    public int Length => length;

    /// <summary>The same; it is gone when more is written.</summary>
    public ReadOnlyMemory<byte> Memory => bytes.AsMemory(0, length);

    /// <summary>Forgets what was written.</summary>
    public void Clear() => length = 0;

    /// <summary>A brace, bracket or line end.</summary>
    public void Mark(byte mark)
    {
        Reserve(1);
        bytes[length++] = mark;
    }

    /// <summary>Opens an element of a list: a comma unless it is the first.</summary>
    public void Element()
    {
        Reserve(1);
        if (length > 0 && bytes[length - 1] is not ((byte)'{' or (byte)'[')) bytes[length++] = (byte)',';
    }

    /// <summary>Opens a field. Names are plain ASCII and need no escape.</summary>
    public void Name(ReadOnlySpan<byte> name)
    {
        Reserve(name.Length + 4);
        ref byte into = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(bytes), length);
        int comma = Unsafe.Add(ref into, -1) is (byte)'{' or (byte)'[' ? 0 : 1;
        into = (byte)',';
        into = ref Unsafe.Add(ref into, comma);
        into = (byte)'"';
        CopyShort(name, ref Unsafe.Add(ref into, 1));
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref into, name.Length + 1), ColonAfterQuote);
        length += name.Length + 3 + comma;
    }

    /// <summary>Digits or a word that is JSON already.</summary>
    public void Raw(ReadOnlySpan<byte> json)
    {
        Reserve(json.Length);
        json.CopyTo(bytes.AsSpan(length));
        length += json.Length;
    }

    /// <summary>Text that is known to be plain ASCII without quotation mark and backslash.</summary>
    public void Plain(ReadOnlySpan<byte> text)
    {
        Reserve(text.Length + 2);
        bytes[length++] = (byte)'"';
        CopyShort(text, ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(bytes), length));
        length += text.Length;
        bytes[length++] = (byte)'"';
    }

    /// <summary>Any text.</summary>
    public void Text(ReadOnlySpan<char> text)
    {
        Reserve(text.Length + 2);
        bytes[length] = (byte)'"';
        int done = CopyPlain(text, bytes.AsSpan(length + 1));
        length += done + 1;
        if (done < text.Length) Escaped(text[done..]);
        Mark((byte)'"');
    }

    /// <summary>A whole number.</summary>
    public void Number(long value)
    {
        Reserve(LongestNumber);
        Utf8Formatter.TryFormat(value, bytes.AsSpan(length), out int written);
        length += written;
    }

    /// <summary>A fractional number, in the shortest form that is read back as the same.</summary>
    public void Number(double value)
    {
        Reserve(LongestNumber);
        Utf8Formatter.TryFormat(value, bytes.AsSpan(length), out int written);
        length += written;
    }

    /// <summary>Microseconds as seconds with six decimals, exactly.</summary>
    public void Micros(long micros)
    {
        Reserve(LongestNumber);
        if (micros < 0)
        {
            bytes[length++] = (byte)'-';
            micros = -micros;
        }
        (long seconds, long rest) = Math.DivRem(micros, 1_000_000);
        Number(seconds);
        Span<byte> into = bytes.AsSpan(length, 7);
        into[0] = (byte)'.';
        uint left = (uint)rest;
        for (int i = 6; i > 0; i--)
        {
            (left, uint digit) = Math.DivRem(left, 10);
            into[i] = (byte)('0' + digit);
        }
        length += 7;
    }

    /// <summary>Copies what nearly always has less than 17 bytes, by two moves that may overlap: a call would cost more than the copying. The caller made room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyShort(ReadOnlySpan<byte> from, ref byte target)
    {
        int count = from.Length;
        ref byte source = ref MemoryMarshal.GetReference(from);
        if (count is >= 8 and <= 16)
        {
            ulong last = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref source, count - 8));
            Unsafe.WriteUnaligned(ref target, Unsafe.ReadUnaligned<ulong>(ref source));
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, count - 8), last);
        }
        else if (count is >= 4 and < 8)
        {
            uint last = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref source, count - 4));
            Unsafe.WriteUnaligned(ref target, Unsafe.ReadUnaligned<uint>(ref source));
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, count - 4), last);
        }
        else if (count > 16)
        {
            Unsafe.CopyBlockUnaligned(ref target, ref source, (uint)count);
        }
        else
        {
            for (int i = 0; i < count; i++) Unsafe.Add(ref target, i) = Unsafe.Add(ref source, i);
        }
    }

    /// <summary>Copies characters as long as they are ASCII that stands for itself, and tells how many were.</summary>
    private static int CopyPlain(ReadOnlySpan<char> text, Span<byte> into)
    {
        ref ushort from = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(text));
        ref byte target = ref MemoryMarshal.GetReference(into[..text.Length]);
        int at = 0;
        if (text.Length >= 8)
        {
            // Eight characters at a time; the last eight overlap those before them.
            for (; at + 8 <= text.Length; at += 8)
            {
                if (!CopyEight(ref from, ref target, at)) return at;
            }
            if (at < text.Length && CopyEight(ref from, ref target, text.Length - 8)) return text.Length;
        }
        for (; at < text.Length; at++)
        {
            char c = text[at];
            if (c is < ' ' or > '~' or '"' or '\\') break;
            Unsafe.Add(ref target, at) = (byte)c;
        }
        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool CopyEight(ref ushort from, ref byte into, int at)
    {
        Vector128<ushort> text = Vector128.LoadUnsafe(ref from, (nuint)at);
        // As unsigned numbers, all but ' ' to '~' lie above the range.
        Vector128<ushort> special = Vector128.GreaterThan(text - Vector128.Create((ushort)' '), Vector128.Create((ushort)('~' - ' '))) |
            Vector128.Equals(text, Vector128.Create((ushort)'"')) | Vector128.Equals(text, Vector128.Create((ushort)'\\'));
        if (special != Vector128<ushort>.Zero) return false;
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref into, at), Vector128.Narrow(text, text).AsUInt64().ToScalar());
        return true;
    }

    private void Escaped(ReadOnlySpan<char> text)
    {
        Span<char> encoded = stackalloc char[512];
        while (!text.IsEmpty)
        {
            Encoder.Encode(text, encoded, out int read, out int written);
            Reserve(written * 3);
            Utf8.FromUtf16(encoded[..written], bytes.AsSpan(length), out _, out int stored);
            length += stored;
            text = text[read..];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Reserve(int count)
    {
        if (bytes.Length - length < count) Grow(count);
    }

    private void Grow(int count) => Array.Resize(ref bytes, Math.Max(bytes.Length * 2, length + count));
}
