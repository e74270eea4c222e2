using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Http;

namespace Wardkeeper.Sensor.Protocols.Coap;

/// <summary>CoAP over UDP: each request with its answer, and notifications. Kept per flow are the requests that wait, a bounded number. Contents are counted.</summary>
internal sealed class CoapAnalyser : IProtocol
{
    private const int MostWaiting = 32, LongestUri = 512, LongestText = 128, Port = 5683, Reset3 = 3;

    private readonly Waiting<UInt128, CoapExchange> waiting = new(MostWaiting);
    private UriMasking? masking;
    private int lastClient = -1, lastServer = -1;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "coap",
        Title = "Constrained Application Protocol",
        Standard = "RFC 7252, RFC 7641",
        Carriers = Carrier.Udp,
        FirstBytes = FirstBytes.Of([.. Enumerable.Range(0x40, 0x40).Where(static b => (b & 15) <= 8).Select(static b => (byte)b)]),
        Ports = [Port],
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        Span<byte> uri = stackalloc byte[LongestUri];
        if (!CoapMessage.TryRead(bytes, uri, out int length, out CoapMessage message)) return Match.No;
        bool isUsual = opening.HasPort(Port), isOriginator = !opening.Client.IsEmpty;
        // Pictures in packets of 188 bytes begin alike, each of them.
        if (message.Code == 0 || (bytes.Length % 188 == 0 && bytes.Length > 188 && bytes[188] == bytes[0])) return Match.No;
        bool isRequest = message.Code < 32;
        // Away from its port a request must name a readable path, and an answer carry a token and a known format.
        bool isCertain = isUsual || (isRequest ? message.HasPath && message.Kind < 2 && !uri[..length].ContainsAnyExceptInRange((byte)' ', (byte)'~') : message.Token >> 64 >= 2 && message.Format is not null && message.PayloadLength > 0 && message.Kind != Reset3);
        if (!isCertain) return Match.No;
        return isRequest == isOriginator ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        Span<byte> uri = stackalloc byte[LongestUri];
        if (!CoapMessage.TryRead(segment.Bytes, uri, out int length, out CoapMessage message))
        {
            if (segment.Missing == 0) into.Report(CoapFaults.Malformed);
            return Progress.All(in segment);
        }
        ref int last = ref segment.Side == Side.Client ? ref lastClient : ref lastServer;
        bool isRepeated = message.Id == last;
        last = message.Id;
        if (message.Code == 0 || isRepeated) return Progress.All(in segment);
        long content = message.PayloadLength + segment.Missing;
        if (message.Code < 32)
        {
            PatientContext context = default;
            waiting.Add(message.Token, new CoapExchange(segment.At, segment.Range(0, segment.Bytes.Length))
            {
                Began = segment.At,
                Method = CoapNames.Method(message.Code),
                IsConfirmable = message.Kind == 0,
                Host = ShortText.Of(message.Host, LongestText),
                Uri = length == 0 ? null : UriMasking.Of(into.Masker, ref masking).Uri(uri[..length], ref context),
                IsObserving = message.IsObserving,
                ContentFormat = message.Format is { } sent ? CoapNames.Format(sent) : null,
                RequestBytes = content,
            }, into);
            return Progress.All(in segment);
        }
        CoapExchange asked = waiting.Take(message.Token) ?? new CoapExchange(segment.At, segment.Range(0, segment.Bytes.Length)) { IsConfirmable = message.Kind == 0 };
        into.Emit(asked with
        {
            At = segment.At,
            Status = CoapNames.Answer(message.Code),
            IsObserving = asked.IsObserving || message.IsObserving,
            ContentFormat = message.Format is { } format ? CoapNames.Format(format) : asked.ContentFormat,
            ResponseBytes = content,
        });
        return Progress.All(in segment);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into) => waiting.End(into);

    /// <inheritdoc/>
    public void Reset()
    {
        waiting.Clear();
        lastClient = lastServer = -1;
    }
}
