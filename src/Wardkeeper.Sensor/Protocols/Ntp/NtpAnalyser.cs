using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Ntp;

/// <summary>
/// Reads NTP and SNTP, versions 1 to 4: time messages in full; of control and private messages only what is asked for. Every
/// datagram is taken by itself and nothing is kept per flow. Not parsed: extension fields (they are counted), authenticators,
/// variables of control messages. Eight bits of structure cannot tell NTP from chance, so one end must use port 123.
/// </summary>
internal sealed class NtpAnalyser : IProtocol
{
    private const ushort Port = 123;
    private const byte ResponseBit = 0x80;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "ntp",
        Title = "Network time",
        Standard = "RFC 5905, RFC 7822, RFC 9327, RFC 4330",
        Carriers = Carrier.Udp,
        FirstBytes = FirstBytes.Of(Leading()),
        Ports = [Port],
        LookAhead = NtpDatagram.HeaderLength,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        if (opening.Carrier != Carrier.Udp || !opening.HasPort(Port)) return Match.No;
        ReadOnlySpan<byte> bytes = opening.Any;
        if (NtpDatagram.Read(bytes, opening.Truncated, out NtpDatagram datagram) is not null) return Match.No;
        // A datagram of NetBIOS begins as one of version 2 may; no time has the letters of its names.
        if (bytes.Length > 47 && bytes[14] == 0x20 && bytes[15..47].IndexOfAnyExceptInRange((byte)'A', (byte)'P') < 0) return Match.No;
        bool isAnswer = datagram.Mode switch
        {
            4 => true,
            NtpDatagram.Control => (bytes[1] & ResponseBit) != 0,
            NtpDatagram.Private => (bytes[0] & ResponseBit) != 0,
            _ => false,
        };
        return isAnswer == opening.Client.IsEmpty || datagram.Mode is 1 or 2 or 5 ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        if (NtpDatagram.Read(bytes, segment.Missing > 0, out NtpDatagram datagram) is { } fault) return new Progress(bytes.Length, 0, fault);
        ByteRange range = segment.Range(0, bytes.Length);
        into.Emit(datagram.Mode < NtpDatagram.Control ? Time(datagram, bytes, segment.At, range) : Management(datagram, bytes, segment.At, range));
        return Progress.All(in segment);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void Reset()
    {
    }

    private static NtpMessage Time(NtpDatagram datagram, ReadOnlySpan<byte> bytes, CaptureTime at, ByteRange range) => new(at, range)
    {
        Version = datagram.Version,
        Mode = datagram.Mode,
        Stratum = bytes[1],
        Poll = NtpFields.Power(bytes[2]),
        Precision = NtpFields.Power(bytes[3]),
        RootDelay = NtpFields.Short(bytes[4..]),
        RootDispersion = NtpFields.Short(bytes[8..]),
        ReferenceId = NtpFields.Reference(bytes[1], bytes.Slice(12, 4)),
        ReferenceTime = NtpFields.Time(bytes[16..]),
        OriginTime = NtpFields.Time(bytes[24..]),
        ReceiveTime = NtpFields.Time(bytes[32..]),
        TransmitTime = NtpFields.Time(bytes[40..]),
        Extensions = datagram.Extensions,
    };

    private static NtpManagement Management(NtpDatagram datagram, ReadOnlySpan<byte> bytes, CaptureTime at, ByteRange range)
    {
        bool isControl = datagram.Mode == NtpDatagram.Control;
        return new NtpManagement(at, range)
        {
            Version = datagram.Version,
            Mode = datagram.Mode,
            IsResponse = (bytes[isControl ? 1 : 0] & ResponseBit) != 0,
            OperationCode = isControl ? bytes[1] & 0x1F : null,
            RequestCode = isControl ? null : bytes[3],
            Items = isControl ? null : BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) & 0xFFF,
        };
    }

    /// <summary>Leap indicator any, version 1 to 4, mode 1 to 7.</summary>
    private static byte[] Leading()
    {
        List<byte> leading = [];
        for (int value = 0; value <= 0xFF; value++)
        {
            if (((value >> 3) & 7) is >= 1 and <= 4 && (value & 7) != 0) leading.Add((byte)value);
        }
        return [.. leading];
    }
}
