using System.Numerics;
using System.Text;

namespace Wardkeeper.Sensor.Protocols.H323;

/// <summary>
/// Reads fields of the aligned variant of ASN.1's packed encoding (X.691) without ever running beyond them: after a short read
/// <see cref="Failed"/> is set and everything reads as zero or empty.
/// </summary>
internal ref struct PerReader(ReadOnlySpan<byte> bytes)
{
    private const int LongestText = 128;
    private const string Digits = "#*,0123456789";
    private readonly ReadOnlySpan<byte> bytes = bytes;
    private int bit;

    /// <summary>Whether more was asked for than there is, or what this reader does not read.</summary>
    public bool Failed { get; private set; }

    /// <summary>One bit: a flag, whether an optional field is there, or whether there are extensions.</summary>
    public bool Bit() => Bits(1) != 0;

    /// <summary>So many bits, at most 16, without alignment.</summary>
    public int Bits(int count)
    {
        if (Failed || bit + count > bytes.Length * 8)
        {
            Fail();
            return 0;
        }
        int value = 0;
        for (int i = 0; i < count; i++, bit++) value = (value << 1) | ((bytes[bit >> 3] >> (7 - (bit & 7))) & 1);
        return value;
    }

    /// <summary>A whole number of one or two bytes, aligned.</summary>
    public int Number(int length)
    {
        ReadOnlySpan<byte> taken = Take(length);
        return taken.IsEmpty ? 0 : length == 1 ? taken[0] : (taken[0] << 8) | taken[1];
    }

    /// <summary>A number of up to four bytes, whose count stands before it in two bits. X.691, 10.5.7.4.</summary>
    public void SkipLong() => Take(Bits(2) + 1);

    /// <summary>Bytes from the next whole byte on.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        int at = (bit + 7) >> 3;
        if (Failed || count < 0 || at + count > bytes.Length)
        {
            Fail();
            return default;
        }
        bit = (at + count) * 8;
        return bytes.Slice(at, count);
    }

    /// <summary>A length without bound; in fragments of 16 KB it is not read. 10.9.3.</summary>
    public int Length()
    {
        int length = Number(1);
        if (length >= 0xC0) Fail();
        return length < 0x80 ? length : ((length & 0x3F) << 8) | Number(1);
    }

    /// <summary>Bytes behind their length.</summary>
    public ReadOnlySpan<byte> Octets() => Take(Length());

    /// <summary>A text of one to 256 bytes.</summary>
    public string? Text() => ShortText.Of(Take(Number(1) + 1), LongestText);

    /// <summary>A text of two bytes a character; its length stands in seven bits, or in a byte where there may be 256.</summary>
    public string? Wide(bool isLong)
    {
        int length = isLong ? Number(1) : Bits(7);
        ReadOnlySpan<byte> text = Take(2 * (length + 1));
        return Failed ? null : ShortText.Of(Encoding.UTF8.GetBytes(Encoding.BigEndianUnicode.GetString(text)), LongestText);
    }

    /// <summary>Dialled digits, four bits each.</summary>
    public string? Dialled()
    {
        int length = Bits(7) + 1;
        ReadOnlySpan<byte> packed = Take((length + 1) / 2);
        if (Failed) return null;
        StringBuilder text = new(length);
        for (int i = 0; i < length; i++)
        {
            int digit = (packed[i / 2] >> ((i & 1) == 0 ? 4 : 0)) & 15;
            if (digit < Digits.Length) text.Append(Digits[digit]);
        }
        // An odd number of digits ends in the middle of a byte.
        if ((length & 1) != 0) bit -= 4;
        return text.ToString();
    }

    /// <summary>Passes additions by, where a sequence says that it has some. 18.7.</summary>
    public void SkipAdditions(bool areThere)
    {
        if (!areThere) return;
        for (int left = BitOperations.PopCount(Additions()); left > 0 && !Failed; left--) Octets();
    }

    /// <summary>Which additions of a sequence are there, the first in the lowest bit, of at most 32; they follow, each behind its length.</summary>
    public uint Additions()
    {
        if (Bit()) Fail();
        int count = Bits(6) + 1;
        uint present = 0;
        for (int i = 0; i < count; i++)
        {
            if (Bit() && i < 32) present |= 1U << i;
        }
        return present;
    }

    /// <summary>Nothing more is read.</summary>
    public void Fail() => Failed = true;
}
