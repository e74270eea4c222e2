using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Content.Files;

/// <summary>
/// Reads the headers of a program: Portable Executable (Microsoft's PE format, sections 2 to 4), ELF (System V ABI, chapter 4),
/// Mach-O. They stand at the beginning, of which <see cref="Kept"/> bytes are looked at.
/// </summary>
internal sealed class ProgramReader : IFileReader
{
    /// <summary>Bytes of the beginning that are looked at.</summary>
    public const int Kept = 4096;

    private const int MostSections = 32, MostSegments = 32;

    private readonly byte[] first = new byte[Kept];
    private int count;
    private bool isOver;

    /// <inheritdoc/>
    public void Push(ReadOnlySpan<byte> bytes)
    {
        if (isOver) return;
        int step = Math.Min(bytes.Length, Kept - count);
        bytes[..step].CopyTo(first.AsSpan(count));
        count += step;
    }

    /// <inheritdoc/>
    public void Lose(long missing) => isOver = true;

    /// <inheritdoc/>
    public IBodyContent? End(bool isBeginning)
    {
        ReadOnlySpan<byte> bytes = first.AsSpan(0, count);
        if (bytes.Length < 20) return null;
        return bytes[0] switch
        {
            (byte)'M' => Portable(bytes),
            0x7F => Elf(bytes),
            _ => MachO(bytes),
        };
    }

    private static FileTraits Portable(ReadOnlySpan<byte> bytes)
    {
        FileTraits dos = new() { Format = "MZ" };
        if (bytes.Length < 64) return dos;
        int at = BinaryPrimitives.ReadInt32LittleEndian(bytes[60..]);
        if (at < 64 || at > bytes.Length - 24 || !bytes[at..].StartsWith("PE\0\0"u8)) return dos;
        ReadOnlySpan<byte> header = bytes[(at + 4)..];
        ushort machine = BinaryPrimitives.ReadUInt16LittleEndian(header), sections = BinaryPrimitives.ReadUInt16LittleEndian(header[2..]);
        uint linked = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        int optionalLength = BinaryPrimitives.ReadUInt16LittleEndian(header[16..]);
        ushort characteristics = BinaryPrimitives.ReadUInt16LittleEndian(header[18..]);
        ReadOnlySpan<byte> optional = header[20..];
        bool isLong = optional.Length >= 2 && BinaryPrimitives.ReadUInt16LittleEndian(optional) == 0x20B;
        SortedSet<string> traits = new(StringComparer.Ordinal);
        if ((characteristics & 0x2000) != 0) traits.Add("library");
        if (optional.Length >= 70 && BinaryPrimitives.ReadUInt16LittleEndian(optional[68..]) is var subsystem)
        {
            if (subsystem == 1) traits.Add("driver");
            if (subsystem is >= 10 and <= 13) traits.Add("firmware");
        }
        if (HasDirectory(optional, isLong, 4)) traits.Add("signed");
        if (HasDirectory(optional, isLong, 14)) traits.Add("dotnet");
        int names = at + 24 + optionalLength;
        for (int i = 0; i < Math.Min((int)sections, MostSections) && names + (i * 40) + 8 <= bytes.Length; i++)
        {
            ReadOnlySpan<byte> name = bytes.Slice(names + (i * 40), 8);
            if (name.StartsWith("UPX"u8) || name.StartsWith(".aspack"u8) || name.StartsWith(".themida"u8) || name.StartsWith(".vmp"u8)) traits.Add("packed");
        }
        return new FileTraits
        {
            Format = isLong ? "PE32+" : "PE32",
            Machine = machine switch { 0x14C => "x86", 0x8664 => "x64", 0xAA64 => "arm64", 0x1C0 or 0x1C4 => "arm", 0x200 => "ia64", _ => null },
            // Reproducible builds put a hash there.
            Linked = linked is > 631_152_000 and < 2_524_608_000 ? linked : null,
            Traits = [.. traits],
        };
    }

    /// <summary>Whether a data directory is there: 4 holds certificates, 14 the header of .NET.</summary>
    private static bool HasDirectory(ReadOnlySpan<byte> optional, bool isLong, int index)
    {
        int at = (isLong ? 112 : 96) + (index * 8);
        if (optional.Length < at + 8 || BinaryPrimitives.ReadUInt32LittleEndian(optional[((isLong ? 112 : 96) - 4)..]) <= index) return false;
        return BinaryPrimitives.ReadUInt32LittleEndian(optional[at..]) != 0 && BinaryPrimitives.ReadUInt32LittleEndian(optional[(at + 4)..]) != 0;
    }

    private static FileTraits Elf(ReadOnlySpan<byte> bytes)
    {
        bool isLong = bytes[4] == 2, isBig = bytes[5] == 2;
        ushort Short(ReadOnlySpan<byte> at) => isBig ? BinaryPrimitives.ReadUInt16BigEndian(at) : BinaryPrimitives.ReadUInt16LittleEndian(at);
        uint Long(ReadOnlySpan<byte> at) => isBig ? BinaryPrimitives.ReadUInt32BigEndian(at) : BinaryPrimitives.ReadUInt32LittleEndian(at);
        SortedSet<string> traits = new(StringComparer.Ordinal);
        if (Short(bytes[16..]) == 3) traits.Add("library");
        bool isDynamic = false, hasSegments = false;
        int size = isLong ? 56 : 32, table = isLong ? 32 : 28, number = isLong ? 56 : 44;
        if (bytes.Length >= number + 2)
        {
            // The table's offset has 8 bytes in ELF64; one beyond what is kept is not followed.
            ulong offset = isLong ? (isBig ? BinaryPrimitives.ReadUInt64BigEndian(bytes[table..]) : BinaryPrimitives.ReadUInt64LittleEndian(bytes[table..])) : Long(bytes[table..]);
            int segments = Math.Min((int)Short(bytes[number..]), MostSegments);
            for (int i = 0; i < segments && offset <= (ulong)(bytes.Length - 4) && (int)offset + (i * size) + 4 <= bytes.Length; i++)
            {
                hasSegments = true;
                if (Long(bytes[((int)offset + (i * size))..]) == 3) isDynamic = true;
            }
        }
        // A program that names an interpreter is none that others load, though both have the same type.
        if (isDynamic) traits.Remove("library");
        else if (hasSegments && Short(bytes[16..]) == 2) traits.Add("static");
        return new FileTraits
        {
            Format = isLong ? "ELF64" : "ELF32",
            Machine = Short(bytes[18..]) switch { 3 => "x86", 62 => "x64", 183 => "arm64", 40 => "arm", 8 => "mips", 20 => "ppc", 21 => "ppc64", 243 => "riscv", 2 => "sparc", 42 => "superh", _ => null },
            Traits = [.. traits],
        };
    }

    private static FileTraits? MachO(ReadOnlySpan<byte> bytes)
    {
        uint magic = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        if (magic is 0xCAFEBABE) return new FileTraits { Format = "Mach-O universal" };
        bool isBig = magic is 0xFEEDFACE or 0xFEEDFACF;
        if (!isBig && magic is not (0xCEFAEDFE or 0xCFFAEDFE)) return null;
        uint cpu = isBig ? BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        uint kind = isBig ? BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        return new FileTraits
        {
            Format = "Mach-O",
            Machine = cpu switch { 7 => "x86", 0x01000007 => "x64", 12 => "arm", 0x0100000C => "arm64", 18 => "ppc", _ => null },
            Traits = kind is 6 or 8 ? ["library"] : [],
        };
    }
}
