using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Capture;

/// <summary>
/// Reads pcap (draft-ietf-opsawg-pcap): micro- and nanoseconds, both byte orders, the old versions that swap the two lengths, and
/// Kuznetzov's variant with eight more bytes in each record header. After damage it looks for the next record.
/// </summary>
internal sealed class PcapReader(ChunkReader bytes, CaptureLog log) : FrameReader(bytes, log)
{
    public const uint Microseconds = 0xA1B2C3D4, Nanoseconds = 0xA1B23C4D, Kuznetzov = 0xA1B2CD34;

    // What tcpdump writes as "no limit"; a file that claims a smaller one is believed only so far.
    private const int UsualLargestFrame = 262_144;

    private const int FileHeader = 24;

    // Records around a damaged place are looked for within this much time of the last good one.
    private const long PlausibleGap = 31L * 86_400;
    private const uint Year1990 = 631_152_000, Year2100 = 4_102_444_800;

    private bool bigEndian;
    private uint perSecond = 1_000_000;
    private long toNanoseconds = 1000;
    private int recordHeader = 16;
    private int largest = LargestFrame;
    private uint snapLength;
    private int link;
    private LengthOrder order;
    private uint lastSeconds;
    private bool anyGood;

    // Before version 2.3 the wire length came first; 2.3 was written both ways.
    private enum LengthOrder
    {
        CapturedFirst,
        SmallerIsCaptured,
        WireFirst,
    }

    /// <inheritdoc/>
    protected override int SearchStep => 1;

    /// <summary>True if a file that begins so is pcap.</summary>
    public static bool Begins(ReadOnlySpan<byte> start) =>
        start.Length >= 4 && (IsMagic(BinaryPrimitives.ReadUInt32BigEndian(start)) || IsMagic(BinaryPrimitives.ReadUInt32LittleEndian(start)));

    /// <inheritdoc/>
    public override bool TryReadHeader()
    {
        if (!Bytes.Ensure(FileHeader)) return EndOfInput("file header", FileHeader);
        ReadOnlySpan<byte> header = Bytes.Next(FileHeader);
        bigEndian = IsMagic(BinaryPrimitives.ReadUInt32BigEndian(header));
        uint magic = U32(header);
        if (magic == Nanoseconds) (perSecond, toNanoseconds) = (1_000_000_000, 1);
        if (magic == Kuznetzov) recordHeader = 24;
        int major = U16(header[4..]), minor = U16(header[6..]);
        if (major == 2) order = minor < 3 ? LengthOrder.WireFirst : minor == 3 ? LengthOrder.SmallerIsCaptured : LengthOrder.CapturedFirst;
        snapLength = U32(header[16..]);
        if (snapLength is > 0 and <= LargestFrame) largest = (int)Math.Max(snapLength, UsualLargestFrame);
        // The upper bits tell whether frames end with their check sequence.
        link = (int)(U32(header[20..]) & 0x03FF_FFFF);
        Bytes.Advance(FileHeader);
        return true;
    }

    /// <inheritdoc/>
    public override bool TryRead(out RawPacket packet)
    {
        while (!Ended)
        {
            if (!Bytes.Ensure(recordHeader))
            {
                EndOfInput("record header", recordHeader);
                break;
            }
            Record record = Parse(Bytes.Next(16));
            bool isOrdinary = record.Captured <= (uint)largest && record.Captured <= record.Wire && record.Wire <= LargestFrame && record.Fraction < perSecond && record.Captured != 0 && IsNear(record.Seconds);
            if (!isOrdinary && WhatIsWrong(record) is { } wrong)
            {
                if (!FindNextRecord(wrong)) break;
                continue;
            }
            if (!Bytes.Ensure(recordHeader + (int)record.Captured))
            {
                if (snapLength >= 64 && record.Captured > Math.Max(snapLength, 65_535) && FindNextRecord(Exceeds(record, Math.Max(snapLength, 65_535)))) continue;
                if (!Ended) EndOfInput("record of packet " + (Log.Packets + 1).ToString(System.Globalization.CultureInfo.InvariantCulture), recordHeader + (long)record.Captured);
                break;
            }
            Make(record, out packet);
            return true;
        }
        packet = default;
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Make(in Record record, out RawPacket packet)
    {
        packet = default;
        packet.At = new CaptureTime((record.Seconds * CaptureTime.PerSecond) + (record.Fraction * toNanoseconds));
        packet.Chunk = Bytes.Chunk;
        packet.Offset = Bytes.Position + recordHeader;
        packet.CapturedLength = (int)record.Captured;
        packet.WireLength = record.Wire <= LargestFrame ? (int)Math.Max(record.Wire, record.Captured) : (int)record.Captured;
        packet.Link = link;
        Bytes.Advance(recordHeader + (int)record.Captured);
        lastSeconds = record.Seconds;
        anyGood = true;
    }

    /// <inheritdoc/>
    protected override bool RecordBeginsHere()
    {
        if (!Bytes.Ensure(recordHeader)) return false;
        Record record = Parse(Bytes.Next(16));
        if (!IsStrictlyPlausible(record)) return false;
        int length = recordHeader + (int)record.Captured;
        if (!Bytes.Ensure(length + recordHeader)) return Bytes.Available == length;
        return IsStrictlyPlausible(Parse(Bytes.Next(length + 16)[length..]));
    }

    // A header that is odd but possible is believed if another one stands where it says.
    private string? WhatIsWrong(in Record record)
    {
        if (record.Captured > (uint)largest) return Exceeds(record, largest);
        if (record is { Captured: 0, Wire: 0, Seconds: 0, Fraction: 0 }) return "the record header is all zeros";
        if (record.Captured == 0 && record.Wire <= LargestFrame && record.Fraction < perSecond) return null;
        int length = recordHeader + (int)record.Captured;
        if (!Bytes.Ensure(length + recordHeader)) return null;
        Record next = Parse(Bytes.Next(length + 16)[length..]);
        if (next.Captured <= (uint)largest && (next.Fraction < perSecond || Math.Abs((long)next.Seconds - record.Seconds) <= PlausibleGap)) return null;
        return FormattableString.Invariant($"the record header is not plausible (captured length {record.Captured:N0}, wire length {record.Wire:N0}, fraction of a second {record.Fraction:N0}/{perSecond:N0})");
    }

    private static string Exceeds(in Record record, long limit) => FormattableString.Invariant($"captured length {record.Captured} exceeds the limit {limit}");

    private bool IsStrictlyPlausible(in Record record) =>
        record.Fraction < perSecond && record.Captured is > 0 && record.Captured <= record.Wire && record.Captured <= (uint)largest && record.Wire <= 10 * UsualLargestFrame
        && IsNear(record.Seconds) && (anyGood || record.Seconds is >= Year1990 and < Year2100);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsNear(uint seconds) => !anyGood || Math.Abs((long)seconds - lastSeconds) <= PlausibleGap;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Record Parse(ReadOnlySpan<byte> header)
    {
        uint captured = U32(header[8..]), wire = U32(header[12..]);
        if (order != LengthOrder.CapturedFirst && (order == LengthOrder.WireFirst || captured > wire)) (captured, wire) = (wire, captured);
        return new Record(U32(header), U32(header[4..]), captured, wire);
    }

    private static bool IsMagic(uint value) => value is Microseconds or Nanoseconds or Kuznetzov;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint U32(ReadOnlySpan<byte> at) => bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(at) : BinaryPrimitives.ReadUInt32LittleEndian(at);

    private ushort U16(ReadOnlySpan<byte> at) => bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(at) : BinaryPrimitives.ReadUInt16LittleEndian(at);

    private readonly record struct Record(uint Seconds, uint Fraction, uint Captured, uint Wire);
}
