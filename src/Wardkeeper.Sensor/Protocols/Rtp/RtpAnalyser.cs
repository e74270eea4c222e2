using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Rtp;

/// <summary>
/// RTP, with RTCP where both share a flow. Its packets have little that tells them from chance, so only usual ones are believed at
/// first, and a flow whose numbers do not go on is given back. Calls and cameras announce their flows.
/// </summary>
internal sealed class RtpAnalyser : IProtocol
{
    private const int Header = 12;

    private readonly RtpReader reader = new();

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "rtp",
        Title = "Real-time Transport Protocol",
        Standard = "RFC 3550, RFC 3551, RFC 5761",
        Carriers = Carrier.Udp,
        FirstBytes = FirstBytes.Of(0x80, 0x90),
        LookAhead = 1500,
        Yields = true,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < Header + 10 || bytes[0] is not (0x80 or 0x90) || RtpReader.IsReport(bytes[1])) return Match.No;
        if (opening.ClientPort < 1024 || opening.ServerPort < 1024) return Match.No;
        uint time = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]), source = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
        if (source < 0x100 || time == source) return Match.No;
        int type = bytes[1] & 0x7F, content = bytes.Length - Header;
        if (bytes[0] == 0x90)
        {
            // An extension's own header: RFC 8285 or a profile's, of a length that fits.
            int words = BinaryPrimitives.ReadUInt16BigEndian(bytes[(Header + 2)..]);
            bool isUsual = BinaryPrimitives.ReadUInt16BigEndian(bytes[Header..]) is 0xBEDE or 0x1000;
            return isUsual && 4 + (4 * words) < content && (type >= 96 || type <= 34) ? Match.Yes : Match.No;
        }
        bool fits = type switch
        {
            0 or 8 or 9 => content % 40 == 0 && content <= 480,
            3 => content % 33 == 0,
            4 => content % 4 == 0 && content <= 96,
            18 => content % 10 is 0 or 2 && content <= 80,
            33 => content % 188 == 0 && bytes[Header] == 0x47,
            26 or 31 or 32 or 34 or 14 => content > 100,
            >= 96 => true,
            _ => false,
        };
        return fits ? Match.Yes : Match.No;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        Fault? fault = reader.Take(in segment);
        return reader.IsRefuted ? Progress.GiveUp(RtpFaults.NoSequence) : new Progress(segment.Bytes.Length, 0, fault);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into)
    {
        if (!reader.IsRefuted) reader.End(into);
    }

    /// <inheritdoc/>
    public void Reset() => reader.Reset();
}

/// <summary>RTCP in a flow of its own: reports that fill their datagrams.</summary>
internal sealed class RtcpAnalyser : IProtocol
{
    private readonly RtpReader reader = new();

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "rtcp",
        Title = "RTP Control Protocol",
        Standard = "RFC 3550, RFC 4585, RFC 5506",
        Carriers = Carrier.Udp,
        FirstBytes = FirstBytes.Of([.. Enumerable.Range(0x80, 0x20).Select(static b => (byte)b)]),
        LookAhead = 1500,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening) =>
        opening is { ClientPort: >= 1024, ServerPort: >= 1024 } && RtpReader.IsTiled(opening.Any) ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into) => new(segment.Bytes.Length, 0, reader.Take(in segment));

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into) => reader.End(into);

    /// <inheritdoc/>
    public void Reset() => reader.Reset();
}
