using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dtls;

/// <summary>DTLS 1.0 to 1.3 over UDP: what the handshake says in clear. Its rows are those of TLS.</summary>
internal sealed class DtlsAnalyser : IProtocol
{
    private readonly DtlsReader reader = new();

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "dtls",
        Title = "Datagram Transport Layer Security",
        Standard = "RFC 9147, RFC 6347, RFC 4347",
        Carriers = Carrier.Udp,
        FirstBytes = FirstBytes.Of(0x15, 0x16),
        Ports = [4433, 5684],
        LookAhead = 1500,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        if (!DtlsReader.Begins(opening.Any, out bool isAnswer)) return Match.No;
        return isAnswer == opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into) => new(segment.Bytes.Length, 0, reader.Take(in segment, into));

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into) => reader.End(into);

    /// <inheritdoc/>
    public void Reset() => reader.Reset();
}
