using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Tests.Captures;

/// <summary>Writes capture files for tests, well-formed or not.</summary>
internal abstract class CaptureWriter(bool bigEndian)
{
    private readonly ArrayBufferWriter<byte> written = new();

    /// <summary>Bytes so far.</summary>
    public int Length => written.WrittenCount;

    /// <summary>The capture so far.</summary>
    public byte[] ToArray() => written.WrittenSpan.ToArray();

    /// <summary>Anything at all.</summary>
    public void Raw(ReadOnlySpan<byte> bytes) => written.Write(bytes);

    public void U16(int value)
    {
        Span<byte> bytes = stackalloc byte[2];
        if (bigEndian) BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        else BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
        Raw(bytes);
    }

    public void U32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        if (bigEndian) BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        else BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        Raw(bytes);
    }

    public void U64(ulong value)
    {
        U32(bigEndian ? (uint)(value >> 32) : (uint)value);
        U32(bigEndian ? (uint)value : (uint)(value >> 32));
    }

    /// <summary>The same bytes as one gzip member.</summary>
    public static byte[] Gzip(ReadOnlySpan<byte> bytes)
    {
        using MemoryStream into = new();
        using (GZipStream gzip = new(into, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(bytes);
        return into.ToArray();
    }
}

/// <summary>Writes pcap.</summary>
internal sealed class PcapWriter : CaptureWriter
{
    private readonly uint magic;
    private readonly bool wireFirst;

    /// <summary>Begins a capture with its file header.</summary>
    public PcapWriter(bool bigEndian = false, uint magic = 0xA1B2C3D4, uint link = 1, uint snapLength = 262_144, int minor = 4)
        : base(bigEndian)
    {
        this.magic = magic;
        wireFirst = minor < 3;
        U32(magic);
        U16(2);
        U16(minor);
        U32(0);
        U32(0);
        U32(snapLength);
        U32(link);
    }

    /// <summary>Adds a frame. The time is written as precisely as the format can.</summary>
    public PcapWriter Frame(CaptureTime at, ReadOnlySpan<byte> bytes, int? wireLength = null)
    {
        long fraction = at.Nanoseconds % CaptureTime.PerSecond;
        Header((uint)(at.Nanoseconds / CaptureTime.PerSecond), (uint)(magic == 0xA1B23C4D ? fraction : fraction / 1000), (uint)bytes.Length, (uint)(wireLength ?? bytes.Length));
        Raw(bytes);
        return this;
    }

    /// <summary>Adds a record header alone.</summary>
    public PcapWriter Header(uint seconds, uint fraction, uint captured, uint wire)
    {
        U32(seconds);
        U32(fraction);
        U32(wireFirst ? wire : captured);
        U32(wireFirst ? captured : wire);
        if (magic != 0xA1B2CD34) return this;
        U32(2);
        U32(0x0800_0100);
        return this;
    }
}

/// <summary>Writes pcapng, one section in one byte order; sections are joined by joining their bytes.</summary>
internal sealed class PcapngWriter : CaptureWriter
{
    private readonly bool bigEndian;

    /// <summary>Begins a section; its length is stated as <paramref name="sectionLength"/>.</summary>
    public PcapngWriter(bool bigEndian = false, ulong sectionLength = ulong.MaxValue)
        : base(bigEndian)
    {
        this.bigEndian = bigEndian;
        Block(0x0A0D0D0A, body =>
        {
            body.U32(0x1A2B3C4D);
            body.U16(1);
            body.U16(0);
            body.U64(sectionLength);
        });
    }

    /// <summary>Adds an interface.</summary>
    /// <param name="resolution">if_tsresol; null leaves the option out (microseconds).</param>
    /// <param name="offset">if_tsoffset in seconds; null leaves it out.</param>
    public PcapngWriter Interface(int link = 1, uint snapLength = 0, byte? resolution = null, long? offset = null) => Block(1, body =>
    {
        body.U16(link);
        body.U16(0);
        body.U32(snapLength);
        body.Option(2, "eth0"u8);
        if (resolution is { } units) body.Option(9, [units]);
        if (offset is { } seconds)
        {
            body.U16(14);
            body.U16(8);
            body.U64((ulong)seconds);
        }
        body.Option(0, []);
    });

    /// <summary>Adds a frame with a time in the units of its interface.</summary>
    public PcapngWriter Enhanced(uint on, ulong stamp, ReadOnlySpan<byte> bytes, uint? wireLength = null, uint? captured = null)
    {
        byte[] frame = bytes.ToArray();
        return Block(6, body =>
        {
            body.U32(on);
            body.U32((uint)(stamp >> 32));
            body.U32((uint)stamp);
            body.U32(captured ?? (uint)frame.Length);
            body.U32(wireLength ?? (uint)frame.Length);
            body.Padded(frame);
            body.Option(1, "a comment"u8);
            body.Option(0, []);
        });
    }

    /// <summary>Adds a frame in an obsolete Packet Block.</summary>
    public PcapngWriter Obsolete(int on, ulong stamp, ReadOnlySpan<byte> bytes)
    {
        byte[] frame = bytes.ToArray();
        return Block(2, body =>
        {
            body.U16(on);
            body.U16(0xFFFF);
            body.U32((uint)(stamp >> 32));
            body.U32((uint)stamp);
            body.U32((uint)frame.Length);
            body.U32((uint)frame.Length);
            body.Padded(frame);
        });
    }

    /// <summary>Adds a frame without a time.</summary>
    public PcapngWriter Simple(ReadOnlySpan<byte> bytes, uint? wireLength = null)
    {
        byte[] frame = bytes.ToArray();
        return Block(3, body =>
        {
            body.U32(wireLength ?? (uint)frame.Length);
            body.Padded(frame);
        });
    }

    /// <summary>Adds any block.</summary>
    public PcapngWriter Block(uint type, Action<PcapngBody> body)
    {
        PcapngBody inside = new(bigEndian);
        body(inside);
        U32(type);
        U32((uint)inside.Length + 12);
        Raw(inside.ToArray());
        U32((uint)inside.Length + 12);
        return this;
    }
}

/// <summary>The inside of a pcapng block.</summary>
internal sealed class PcapngBody(bool bigEndian) : CaptureWriter(bigEndian)
{
    /// <summary>Adds an option.</summary>
    public void Option(int code, ReadOnlySpan<byte> value)
    {
        U16(code);
        U16(value.Length);
        Padded(value);
    }

    /// <summary>Adds bytes and zeros up to a multiple of four.</summary>
    public void Padded(ReadOnlySpan<byte> bytes)
    {
        Raw(bytes);
        Raw(new byte[-bytes.Length & 3]);
    }
}
