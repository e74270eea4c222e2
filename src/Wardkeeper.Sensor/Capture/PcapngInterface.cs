using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Capture;

/// <summary>One interface of a pcapng section: what its frames are and how its clock counts.</summary>
internal readonly struct PcapngInterface
{
    private const int IfTsResol = 9, IfTsOffset = 14;

    // Units to nanoseconds: multiply while that is exact, which is every clock up to nanoseconds.
    private readonly long factor;
    private readonly byte resolution;
    private readonly long offsetSeconds;

    private PcapngInterface(int link, uint snapLength, byte resolution, long offsetSeconds)
    {
        Link = link;
        SnapLength = snapLength;
        this.resolution = resolution;
        this.offsetSeconds = offsetSeconds;
        if (resolution > 9) return;
        factor = 1;
        for (int power = resolution; power < 9; power++) factor *= 10;
    }

    /// <summary>LINKTYPE_ value of its frames.</summary>
    public int Link { get; }

    /// <summary>Most bytes captured of a frame; 0 means no limit.</summary>
    public uint SnapLength { get; }

    /// <summary>Reads the body of an Interface Description Block (draft-ietf-opsawg-pcapng, 4.2), at least 8 bytes.</summary>
    public static PcapngInterface Read(ReadOnlySpan<byte> body, bool bigEndian)
    {
        byte resolution = 6;
        long offset = 0;
        int link = U16(body, bigEndian);
        uint snapLength = bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(body[4..]) : BinaryPrimitives.ReadUInt32LittleEndian(body[4..]);
        ReadOnlySpan<byte> options = body[8..];
        while (options.Length >= 4)
        {
            int code = U16(options, bigEndian), length = U16(options[2..], bigEndian);
            options = options[4..];
            if (code == 0 || length > options.Length) break;
            ReadOnlySpan<byte> value = options[..length];
            if (code == IfTsResol && length >= 1) resolution = value[0];
            else if (code == IfTsOffset && length >= 8) offset = bigEndian ? BinaryPrimitives.ReadInt64BigEndian(value) : BinaryPrimitives.ReadInt64LittleEndian(value);
            options = options[Math.Min((length + 3) & ~3, options.Length)..];
        }
        return new PcapngInterface(link, snapLength, resolution, offset);
    }

    /// <summary>The time of a stamp, in nanoseconds since the Unix epoch; what does not fit is the nearest that does.</summary>
    public long ToNanoseconds(ulong stamp)
    {
        if (factor != 0 && offsetSeconds == 0 && stamp <= (ulong)(long.MaxValue / factor)) return (long)stamp * factor;
        Int128 time = (Int128)Scale(stamp) + ((Int128)offsetSeconds * 1_000_000_000);
        return time > long.MaxValue ? long.MaxValue : time < long.MinValue ? long.MinValue : (long)time;
    }

    private UInt128 Scale(ulong stamp)
    {
        if (factor != 0) return (UInt128)stamp * (ulong)factor;
        // The high bit says that the clock counts powers of two.
        if ((resolution & 0x80) != 0) return (UInt128)stamp * 1_000_000_000 >> (resolution & 0x7F);
        for (int power = 9; power < resolution && stamp != 0; power++) stamp /= 10;
        return stamp;
    }

    private static ushort U16(ReadOnlySpan<byte> at, bool bigEndian) => bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(at) : BinaryPrimitives.ReadUInt16LittleEndian(at);
}
