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

    private byte[] bytes = new byte[4096];
    private int length;

    /// <summary>What was written so far.</summary>
    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, length);

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
        Span<byte> into = bytes.AsSpan(length);
        int at = 0;
        if (bytes[length - 1] is not ((byte)'{' or (byte)'[')) into[at++] = (byte)',';
        into[at++] = (byte)'"';
        CopyShort(name, into[at..]);
        at += name.Length;
        into[at++] = (byte)'"';
        into[at++] = (byte)':';
        length += at;
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
        CopyShort(text, bytes.AsSpan(length));
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

    /// <summary>Copies a name, which nearly always has less than 17 bytes, by two moves that may overlap: a call would cost more than the copying.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyShort(ReadOnlySpan<byte> from, Span<byte> into)
    {
        int count = from.Length;
        if (count is < 4 or > 16)
        {
            from.CopyTo(into);
            return;
        }
        ref byte source = ref MemoryMarshal.GetReference(from), target = ref MemoryMarshal.GetReference(into[..count]);
        if (count >= 8)
        {
            (ulong first, ulong last) = (Unsafe.ReadUnaligned<ulong>(ref source), Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref source, count - 8)));
            Unsafe.WriteUnaligned(ref target, first);
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, count - 8), last);
        }
        else
        {
            (uint first, uint last) = (Unsafe.ReadUnaligned<uint>(ref source), Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref source, count - 4)));
            Unsafe.WriteUnaligned(ref target, first);
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, count - 4), last);
        }
    }

    /// <summary>Copies characters as long as they are ASCII that stands for itself, and tells how many were.</summary>
    private static int CopyPlain(ReadOnlySpan<char> text, Span<byte> into)
    {
        ref ushort from = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(text));
        int at = 0;
        for (; at + 16 <= text.Length; at += 16)
        {
            Vector128<ushort> low = Vector128.LoadUnsafe(ref from, (nuint)at), high = Vector128.LoadUnsafe(ref from, (nuint)at + 8);
            if (((low | high) & Vector128.Create((ushort)0xFF80)) != Vector128<ushort>.Zero) break;
            Vector128<byte> ascii = Vector128.Narrow(low, high);
            Vector128<byte> special = Vector128.LessThan(ascii, Vector128.Create((byte)' ')) | Vector128.Equals(ascii, Vector128.Create((byte)'"')) |
                Vector128.Equals(ascii, Vector128.Create((byte)'\\')) | Vector128.Equals(ascii, Vector128.Create((byte)0x7F));
            if (special != Vector128<byte>.Zero) break;
            ascii.StoreUnsafe(ref MemoryMarshal.GetReference(into), (nuint)at);
        }
        for (; at < text.Length; at++)
        {
            char c = text[at];
            if (c is < ' ' or > '~' or '"' or '\\') break;
            into[at] = (byte)c;
        }
        return at;
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
