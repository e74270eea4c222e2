using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Capture;

/// <summary>
/// Reads pcapng (draft-ietf-opsawg-pcapng): any number of sections, each with its own byte order and interfaces; enhanced, simple
/// and obsolete packet blocks. All other blocks are passed over, and so are all options but a clock's. Section lengths are not
/// trusted. After damage it looks for the next block whose two lengths agree.
/// </summary>
internal sealed class PcapngReader(ChunkReader bytes, CaptureLog log) : FrameReader(bytes, log)
{
    private const uint SectionHeader = 0x0A0D0D0A, InterfaceDescription = 1, ObsoletePacket = 2, SimplePacket = 3, EnhancedPacket = 6;
    private const uint ByteOrderMagic = 0x1A2B3C4D;

    // Room for a frame of the largest size and its options.
    private const uint LargestBlock = LargestFrame + (1 << 20);
    private const int LargestDescription = 1 << 20;
    private const int MostInterfaces = 65_536;

    private readonly List<PcapngInterface> interfaces = [];
    private bool bigEndian;
    private CaptureTime last;
    private bool toldUntimed;

    /// <inheritdoc/>
    protected override int SearchStep => 4;

    /// <summary>True if a file that begins so is pcapng.</summary>
    public static bool Begins(ReadOnlySpan<byte> start) => start.Length >= 4 && BinaryPrimitives.ReadUInt32BigEndian(start) == SectionHeader;

    /// <inheritdoc/>
    public override bool TryReadHeader()
    {
        if (!Bytes.Ensure(28)) return EndOfInput("section header", 28);
        if (TryFindOrder(Bytes.Next(12))) return true;
        return FindNextRecord("the section header has no byte-order magic");
    }

    /// <inheritdoc/>
    public override bool TryRead(out RawPacket packet)
    {
        while (!Ended)
        {
            if (!Bytes.Ensure(12))
            {
                EndOfInput("block header", 12);
                break;
            }
            uint type = U32(Bytes.Next(4));
            if (type == SectionHeader && !TryFindOrder(Bytes.Next(12)))
            {
                FindNextRecord("a section header has no byte-order magic");
                continue;
            }
            uint length = U32(Bytes.Next(8)[4..]);
            if (length < Smallest(type) || length > Largest(type) || (length & 3) != 0)
            {
                FindNextRecord($"block length {length.ToString(CultureInfo.InvariantCulture)} is not possible for block type 0x{type:x8}");
                continue;
            }
            if (TakeBlock(type, (int)length, out packet)) return true;
        }
        packet = default;
        return false;
    }

    // True if the block was a frame. The position is behind the block in any case.
    private bool TakeBlock(uint type, int length, out RawPacket packet)
    {
        packet = default;
        if (!IsRead(type))
        {
            PassOver(type, length);
            return false;
        }
        if (!Bytes.Ensure(length))
        {
            EndOfInput($"block of type 0x{type:x8}", length);
            return false;
        }
        if (U32(Bytes.Next(length)[(length - 4)..]) != length)
        {
            FindNextRecord(FormattableString.Invariant($"the block begins with length {length} and ends with {U32(Bytes.Next(length)[(length - 4)..])}"));
            return false;
        }
        bool isFrame = type switch
        {
            EnhancedPacket => TryEnhanced(length, out packet),
            SimplePacket => TrySimple(length, out packet),
            ObsoletePacket => TryObsolete(length, out packet),
            _ => false,
        };
        if (type == SectionHeader) interfaces.Clear();
        else if (type == InterfaceDescription) AddInterface(length);
        Bytes.Advance(length);
        return isFrame;
    }

    private void PassOver(uint type, int length)
    {
        if (!Bytes.TrySkip(length - 4) || !Bytes.Ensure(4))
        {
            Ended = true;
            if (Bytes.Failure is { } failure) Log.Report(failure.Kind, Bytes.Offset + Bytes.Available, Log.Packets, failure.Detail);
            else Log.Report(CaptureProblemKind.Truncated, Bytes.Offset + Bytes.Available, Log.Packets, FormattableString.Invariant($"the block of type 0x{type:x8} needs {length:N0} bytes"));
            return;
        }
        uint trailing = U32(Bytes.Next(4));
        if (trailing == length) Bytes.Advance(4);
        else FindNextRecord(FormattableString.Invariant($"the block of type 0x{type:x8} begins with length {length} and ends with {trailing}"));
    }

    private bool TryEnhanced(int length, out RawPacket packet)
    {
        ReadOnlySpan<byte> block = Bytes.Next(length);
        uint captured = U32(block[20..]);
        if (!IsWithin(captured, length - 32) || !TryInterface(U32(block[8..]), out PcapngInterface from))
        {
            packet = default;
            return false;
        }
        ulong stamp = ((ulong)U32(block[12..]) << 32) | U32(block[16..]);
        Make(28, captured, U32(block[24..]), from, new CaptureTime(from.ToNanoseconds(stamp)), out packet);
        return true;
    }

    private bool TryObsolete(int length, out RawPacket packet)
    {
        ReadOnlySpan<byte> block = Bytes.Next(length);
        uint captured = U32(block[20..]);
        if (!IsWithin(captured, length - 32) || !TryInterface(U16(block[8..]), out PcapngInterface from))
        {
            packet = default;
            return false;
        }
        ulong stamp = ((ulong)U32(block[12..]) << 32) | U32(block[16..]);
        Make(28, captured, U32(block[24..]), from, new CaptureTime(from.ToNanoseconds(stamp)), out packet);
        return true;
    }

    // Has neither a time nor a captured length: the frame ends with the block or at the interface's snap length.
    private bool TrySimple(int length, out RawPacket packet)
    {
        packet = default;
        if (!TryInterface(0, out PcapngInterface from)) return false;
        uint wire = U32(Bytes.Next(length)[8..]), captured = Math.Min(wire, (uint)length - 16);
        if (from.SnapLength != 0) captured = Math.Min(captured, from.SnapLength);
        if (!toldUntimed)
        {
            toldUntimed = true;
            Log.Report(CaptureProblemKind.TimeImplausible, Bytes.Offset, Log.Packets + 1, "simple packet blocks have no time stamp; they get that of the packet before");
        }
        Make(12, captured, wire, from, last, out packet);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Make(int header, uint captured, uint wire, in PcapngInterface from, CaptureTime at, out RawPacket packet)
    {
        packet = default;
        packet.At = last = at;
        packet.Chunk = Bytes.Chunk;
        packet.Offset = Bytes.Position + header;
        packet.CapturedLength = (int)captured;
        packet.WireLength = wire <= LargestFrame ? (int)Math.Max(wire, captured) : (int)captured;
        packet.Link = from.Link;
    }

    private bool IsWithin(uint captured, int room)
    {
        if (captured <= (uint)room) return true;
        Log.Report(CaptureProblemKind.Corrupt, Bytes.Offset, Log.Packets + 1, FormattableString.Invariant($"captured length {captured} exceeds the {room} bytes of its block; the packet was left out"));
        return false;
    }

    private bool TryInterface(uint id, out PcapngInterface found)
    {
        if (id < (uint)interfaces.Count)
        {
            found = interfaces[(int)id];
            return true;
        }
        Log.Report(CaptureProblemKind.Corrupt, Bytes.Offset, Log.Packets + 1, FormattableString.Invariant($"the packet is of interface {id} and the section describes {interfaces.Count}; the packet was left out"));
        found = default;
        return false;
    }

    private void AddInterface(int length)
    {
        if (interfaces.Count < MostInterfaces) interfaces.Add(PcapngInterface.Read(Bytes.Next(length)[8..(length - 4)], bigEndian));
        else Log.Report(CaptureProblemKind.Corrupt, Bytes.Offset, Log.Packets, FormattableString.Invariant($"a section describes more than {MostInterfaces:N0} interfaces"));
    }

    private bool TryFindOrder(ReadOnlySpan<byte> header)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(header[8..]) == ByteOrderMagic) bigEndian = false;
        else if (BinaryPrimitives.ReadUInt32BigEndian(header[8..]) == ByteOrderMagic) bigEndian = true;
        else return false;
        return true;
    }

    /// <inheritdoc/>
    protected override bool RecordBeginsHere()
    {
        if (!Bytes.Ensure(12)) return false;
        ReadOnlySpan<byte> header = Bytes.Next(12);
        uint type = U32(header);
        bool wasBigEndian = bigEndian;
        if (type == SectionHeader && !TryFindOrder(header)) return false;
        uint length = U32(header[4..]);
        bool isBlock = type is SectionHeader or (>= InterfaceDescription and <= EnhancedPacket)
            && length >= Smallest(type) && length <= LargestDescription && (length & 3) == 0
            && Bytes.Ensure((int)length) && U32(Bytes.Next((int)length)[((int)length - 4)..]) == length;
        if (!isBlock) bigEndian = wasBigEndian;
        return isBlock;
    }

    private static bool IsRead(uint type) => type is SectionHeader or InterfaceDescription or ObsoletePacket or SimplePacket or EnhancedPacket;

    private static uint Smallest(uint type) => type switch
    {
        SectionHeader => 28,
        InterfaceDescription => 20,
        ObsoletePacket or EnhancedPacket => 32,
        SimplePacket => 16,
        _ => 12,
    };

    private static uint Largest(uint type) => type is SectionHeader or InterfaceDescription ? LargestDescription : LargestBlock;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint U32(ReadOnlySpan<byte> at) => bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(at) : BinaryPrimitives.ReadUInt32LittleEndian(at);

    private ushort U16(ReadOnlySpan<byte> at) => bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(at) : BinaryPrimitives.ReadUInt16LittleEndian(at);
}
