namespace Wardkeeper.Sensor.Formats.Dicom;

/// <summary>
/// A digest of what a data set says, the same in every transfer syntax but big endian ones: tag, length and the first <see cref="MostOfValue"/>
/// bytes of each element at the top that is neither pixel data nor what compressing them changes, nor a sequence, private or empty (FNV-1a, 64 bits). Sequences are left out because
/// their encoding changes with the transfer syntax; where no representation is stated, one is known by its first item. It tells
/// honest copies from changed ones and is no proof against somebody who searches for a collision. Costs a multiplication for each byte of the
/// header; pixels are never looked at.
/// </summary>
internal struct ContentDigest
{
    /// <summary>Most bytes of one value that are looked at.</summary>
    public const int MostOfValue = DataSetReader.MaxValue;

    private const ulong Basis = 0xCBF2_9CE4_8422_2325, Prime = 0x0000_0100_0000_01B3;
    private const uint ItemMark = 0xE000_FFFE;
    private ulong hash, value;
    private uint tag, length, first;
    private int left, seen;
    private bool isBroken;

    /// <summary>Sixteen hexadecimal digits; null when there was nothing to look at, or some of it was lost.</summary>
    public readonly string? Text => hash == 0 || isBroken || left > 0 ? null : hash.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Bytes of pixel data (7FE0,0010) whose length is stated; null when there is none.</summary>
    public long? PixelBytes { get; private set; }

    /// <summary>An element at the top begins that is not known to be a sequence.</summary>
    /// <param name="element">Group and element.</param>
    /// <param name="size">Bytes of its value.</param>
    public void Begin(uint element, uint size)
    {
        left = 0;
        if (element == DicomTag.PixelData) PixelBytes = size;
        uint group = element >> 16;
        // What compression changes, so that an object has the same digest when it is packed: colours, planes, how it was derived, and that it was lossy.
        if (element is 0x0008_2111 or 0x0028_0004 or 0x0028_0006 or 0x0028_2110 or 0x0028_2112 or 0x0028_2114) return;
        bool isOfDataSet = group is > 7 and < 0x6000 && (group & 1) == 0 && (element & 0xFFFF) != 0;
        if (!isOfDataSet || size == 0) return;
        (tag, length, value, first, seen) = (element, size, Basis, 0, 0);
        left = (int)Math.Min(size, MostOfValue);
    }

    /// <summary>Bytes of its value.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (left == 0) return;
        foreach (byte b in bytes[..Math.Min(left, bytes.Length)])
        {
            if (seen < 4) first |= (uint)b << (8 * seen++);
            value = (value ^ b) * Prime;
            left--;
        }
        if (left == 0 && first != ItemMark) hash = Mix(Mix(Mix(hash == 0 ? Basis : hash, tag), length), value);
    }

    /// <summary>Bytes were lost.</summary>
    public void Lose() => isBroken |= left > 0;

    private static ulong Mix(ulong into, ulong number)
    {
        for (int i = 0; i < 64; i += 8) into = (into ^ ((number >> i) & 0xFF)) * Prime;
        return into;
    }
}
