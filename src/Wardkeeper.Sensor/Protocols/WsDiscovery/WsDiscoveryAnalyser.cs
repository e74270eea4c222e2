using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.WsDiscovery;

/// <summary>
/// WS-Discovery over UDP, by which devices of IEEE 11073 SDC, cameras of ONVIF, and printers and computers of Windows announce
/// themselves and are searched for: one SOAP envelope a datagram. Nothing is kept per flow. What a device tells further is read where
/// its metadata passes over HTTP.
/// </summary>
internal sealed class WsDiscoveryAnalyser : IProtocol
{
    /// <summary>Namespace of WS-Discovery 1.1, and that of April 2005 which Windows and ONVIF use.</summary>
    private static ReadOnlySpan<byte> Current => "docs.oasis-open.org/ws-dd/ns/discovery/2009/01"u8;

    private static ReadOnlySpan<byte> Former => "schemas.xmlsoap.org/ws/2005/04/discovery"u8;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "ws-discovery",
        Title = "Web Services Dynamic Discovery",
        Standard = "WS-Discovery 1.1, SOAP-over-UDP 1.1, IEEE 11073-20702",
        Carriers = Carrier.Udp,
        FirstBytes = FirstBytes.Of((byte)'<', 0xEF, (byte)' ', (byte)'\r', (byte)'\n'),
        Ports = [3702],
        LookAhead = 4096,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> datagram = opening.Any;
        if (datagram.IndexOf("Envelope"u8) < 0 || (datagram.IndexOf(Current) < 0 && datagram.IndexOf(Former) < 0)) return Match.No;
        // Answers go to whoever asked a group: they open a flow of their own, in which the device speaks first.
        bool isAnswer = datagram.IndexOf("ProbeMatches"u8) >= 0 || datagram.IndexOf("ResolveMatches"u8) >= 0;
        return isAnswer == opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        WsDiscoveryReader reader = new(segment.At, segment.Range(0, segment.Bytes.Length), isCurrent: segment.Bytes.IndexOf(Current) >= 0);
        return new Progress(segment.Bytes.Length, 0, reader.Read(segment.Bytes, into));
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
}
