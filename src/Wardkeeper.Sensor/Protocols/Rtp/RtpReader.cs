using System.Buffers.Binary;
using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Rtp;

/// <summary>Counts the sources in a flow of RTP and RTCP: a bounded number, each with its codec and how its numbers go on.</summary>
internal sealed class RtpReader
{
    private const int MostSources = 8, Header = 12, LongestText = 128;

    private readonly Source[] sources = new Source[MostSources];
    private int count, strikes;

    /// <summary>Whether a source's numbers followed each other, or a report was seen.</summary>
    public bool IsProven { get; private set; }

    /// <summary>Whether so many packets did not follow each other that it is something else.</summary>
    public bool IsRefuted => !IsProven && strikes >= 2;

    /// <summary>Takes a datagram of either protocol; both may share a flow (RFC 5761).</summary>
    public Fault? Take(in Segment segment)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        if (bytes.Length < 8 || bytes[0] is < 0x80 or > 0xBF) return null;
        if (IsReport(bytes[1])) return Reports(in segment, bytes);
        if (bytes.Length >= Header) Packet(in segment, bytes);
        return null;
    }

    /// <summary>Hands out a row for each source.</summary>
    public void End(ITransactionSink into)
    {
        for (int i = 0; i < count; i++)
        {
            ref Source source = ref sources[i];
            if (source.Packets + source.Reports < 2 && !IsProven) continue;
            // A single stray packet is no source.
            if (source.Packets == 1 && source.Reports == 0 && count > 1) continue;
            into.Emit(new RtpSource(source.Last, source.Where)
            {
                Began = source.Began,
                Ssrc = source.Id.ToString("x8", CultureInfo.InvariantCulture),
                IsOrig = source.IsOriginator,
                PayloadType = source.Packets > 0 ? source.PayloadType : null,
                Codec = source.Packets > 0 ? Codec(source.PayloadType) : null,
                Packets = source.Packets,
                PayloadBytes = source.PayloadBytes,
                Lost = source.Packets == 0 ? 0 : Math.Max(0, source.Highest - source.First + 1 - source.Packets),
                Reports = source.Reports,
                Cname = source.Cname,
                Tool = source.Tool,
                Places = source.Places,
            });
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        Array.Clear(sources);
        count = strikes = 0;
        IsProven = false;
    }

    /// <summary>Types of reports, which no codec uses in a flow that carries both. RFC 5761, 4.</summary>
    public static bool IsReport(byte second) => second is >= 192 and <= 223;

    /// <summary>Whether reports fill the bytes, the first one of a kind that a datagram begins with. RFC 3550, 6.1; RFC 5506.</summary>
    public static bool IsTiled(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8 || bytes[1] is not (200 or 201 or 205 or 206)) return false;
        int words = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), blocks = bytes[0] & 0x1F;
        if (bytes[1] == 200 && words < 6 + (6 * blocks)) return false;
        if (bytes[1] == 201 && words < 1 + (6 * blocks)) return false;
        while (bytes.Length >= 4)
        {
            int length = 4 * (BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) + 1);
            if (bytes[0] is < 0x80 or > 0xBF || !IsReport(bytes[1]) || length > bytes.Length) return false;
            bytes = bytes[length..];
        }
        return bytes.IsEmpty;
    }

    /// <summary>Codec of a payload type. RFC 3551, 6.</summary>
    public static string Codec(int payloadType) => payloadType switch
    {
        0 => "PCMU",
        3 => "GSM",
        4 => "G723",
        5 or 6 or 16 or 17 => "DVI4",
        7 => "LPC",
        8 => "PCMA",
        9 => "G722",
        10 or 11 => "L16",
        12 => "QCELP",
        13 => "CN",
        14 => "MPA",
        15 => "G728",
        18 => "G729",
        25 => "CelB",
        26 => "JPEG",
        28 => "nv",
        31 => "H261",
        32 => "MPV",
        33 => "MP2T",
        34 => "H263",
        >= 96 => "dynamic",
        _ => "unassigned",
    };

    private void Packet(in Segment segment, ReadOnlySpan<byte> bytes)
    {
        int header = Header + (4 * (bytes[0] & 0xF));
        if ((bytes[0] & 0x10) != 0 && bytes.Length >= header + 4) header += 4 + (4 * BinaryPrimitives.ReadUInt16BigEndian(bytes[(header + 2)..]));
        uint id = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
        ushort number = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        int at = Find(in segment, id);
        if (at < 0) return;
        ref Source source = ref sources[at];
        if (source.Packets == 0)
        {
            // A further source in a flow that is not proven speaks against it.
            if (!IsProven && at > 0 && HasSource(source.IsOriginator, at)) strikes++;
            (source.First, source.Highest) = (number, number);
            source.PayloadType = bytes[1] & 0x7F;
        }
        else
        {
            short ahead = (short)(number - (ushort)source.Highest);
            if (ahead > 0) source.Highest += ahead;
            if (ahead is > 0 and < 100) IsProven |= source.Packets >= 2;
            else if (!IsProven && ahead != 0) strikes++;
        }
        source.Packets++;
        source.PayloadBytes += Math.Max(0, bytes.Length + segment.Missing - header);
        source.Last = segment.At;
    }

    private bool HasSource(bool isOriginator, int before)
    {
        for (int i = 0; i < before; i++)
        {
            if (sources[i].IsOriginator == isOriginator) return true;
        }
        return false;
    }

    private Fault? Reports(in Segment segment, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 8)
        {
            int length = 4 * (BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) + 1);
            if (length > bytes.Length || bytes[0] is < 0x80 or > 0xBF) return segment.Missing > 0 ? null : RtpFaults.Report;
            ReadOnlySpan<byte> report = bytes[4..length];
            if (bytes[1] is 200 or 201 or 205 or 206 && report.Length >= 4)
            {
                int at = Find(in segment, BinaryPrimitives.ReadUInt32BigEndian(report));
                if (at >= 0)
                {
                    sources[at].Reports++;
                    sources[at].Last = segment.At;
                    IsProven = true;
                }
            }
            else if (bytes[1] == 202)
            {
                Describe(in segment, report, bytes[0] & 0x1F);
            }
            bytes = bytes[length..];
        }
        return null;
    }

    /// <summary>What sources say of themselves. RFC 3550, 6.5.</summary>
    private void Describe(in Segment segment, ReadOnlySpan<byte> chunks, int number)
    {
        SpanReader reader = new(chunks);
        for (int i = 0; i < number && reader.Remaining >= 4; i++)
        {
            int at = Find(in segment, reader.U32());
            while (reader.Remaining > 0)
            {
                byte kind = reader.U8();
                if (kind == 0) break;
                ReadOnlySpan<byte> text = reader.Take(reader.U8());
                if (reader.Failed || at < 0) return;
                if (kind == 1) sources[at].Cname ??= ShortText.Of(text, LongestText);
                if (kind != 6 || sources[at].Tool is not null || ShortText.Of(text, LongestText) is not { } tool) continue;
                (sources[at].Tool, sources[at].Places) = (tool, new TextPlace(tool, segment.Range(0, segment.Bytes.Length).Of(segment.Bytes, text[..Math.Min(text.Length, LongestText)]), null));
            }
            reader.Skip((4 - (reader.Position & 3)) & 3);
        }
    }

    private int Find(in Segment segment, uint id)
    {
        bool isOriginator = (segment.Side == Side.Client) != segment.Flow.ClientIsResponder;
        for (int i = 0; i < count; i++)
        {
            if (sources[i].Id == id && sources[i].IsOriginator == isOriginator) return i;
        }
        if (count == MostSources) return -1;
        sources[count] = new Source { Id = id, IsOriginator = isOriginator, Began = segment.At, Last = segment.At, Where = segment.Range(0, segment.Bytes.Length) };
        return count++;
    }

    private struct Source
    {
        public uint Id;
        public bool IsOriginator;
        public int PayloadType;
        public long Packets, PayloadBytes, First, Highest, Reports;
        public CaptureTime Began, Last;
        public ByteRange Where;
        public string? Cname, Tool;
        public TextPlace? Places;
    }
}
