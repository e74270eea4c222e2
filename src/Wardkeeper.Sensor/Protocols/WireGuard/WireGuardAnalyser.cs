using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.WireGuard;

/// <summary>WireGuard: handshakes are counted until data flows; then the flow costs nothing. Everything else in it is encrypted. Keeps five counters per flow.</summary>
internal sealed class WireGuardAnalyser : IProtocol
{
    private const int InitiationLength = 148, ResponseLength = 92, CookieLength = 64, DataHeader = 16, Tag = 16;

    private int initiations, responses, cookies;
    private bool isEstablished, isReported, isReversed;
    private CaptureTime? began;
    private CaptureTime last;
    private ByteRange where;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "wireguard",
        Title = "WireGuard",
        Standard = "Donenfeld, WireGuard: Next Generation Kernel Network Tunnel, 5.4",
        Carriers = Carrier.Udp,
        FirstBytes = FirstBytes.Of(1, 2, 4),
        Ports = [51820],
        LookAhead = InitiationLength,
        MaxHeld = InitiationLength,
    };

    private enum Kind : byte
    {
        None = 0,
        Initiation = 1,
        Response = 2,
        Cookie = 3,
        Data = 4,
    }

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        switch (KindOf(bytes))
        {
            case Kind.Initiation when IsRandom(bytes[4..]):
                return opening.Client.IsEmpty ? Match.YesReversed : Match.Yes;
            case Kind.Response when IsRandom(bytes[4..]):
                return opening.Server.IsEmpty ? Match.YesReversed : Match.Yes;
            case Kind.Data when IsRandom(bytes[4..8]) && BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]) < 1UL << 32 && IsRandom(bytes[16..]):
                return Match.Yes;
            default:
                return Match.No;
        }
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        began ??= segment.At;
        last = segment.At;
        if (where.Length == 0) where = segment.Range(0, segment.Bytes.Length);
        switch (KindOf(segment.Bytes))
        {
            case Kind.Initiation:
                if (initiations++ == 0) isReversed = segment.Side == Side.Server;
                break;
            case Kind.Response:
                responses++;
                break;
            case Kind.Cookie:
                cookies++;
                break;
            case Kind.Data:
                // Whoever asked proves with its first packet that the keys are good.
                isEstablished = true;
                Report(into);
                return Progress.Done(segment.Bytes.Length);
            default:
                if (segment.Missing == 0) return new Progress(segment.Bytes.Length, 0, WireGuardFaults.NoMessage);
                break;
        }
        return Progress.All(in segment);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into) => Report(into);

    /// <inheritdoc/>
    public void Reset()
    {
        initiations = responses = cookies = 0;
        isEstablished = isReported = isReversed = false;
        began = null;
        last = default;
        where = default;
    }

    private static Kind KindOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < DataHeader + Tag || bytes[1] != 0 || bytes[2] != 0 || bytes[3] != 0) return Kind.None;
        return (Kind)bytes[0] switch
        {
            Kind.Initiation when bytes.Length == InitiationLength => Kind.Initiation,
            Kind.Response when bytes.Length == ResponseLength => Kind.Response,
            Kind.Cookie when bytes.Length == CookieLength => Kind.Cookie,
            Kind.Data when bytes.Length % 16 == 0 => Kind.Data,
            _ => Kind.None,
        };
    }

    /// <summary>Numbers, keys and what is encrypted are random: with more zeros than chance makes, it is something else of the same length. The second code of a handshake may be all zeros.</summary>
    private static bool IsRandom(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is InitiationLength - 4 or ResponseLength - 4) bytes = bytes[..^16];
        return bytes.Count((byte)0) <= (bytes.Length / 32) + 2;
    }

    private void Report(ITransactionSink into)
    {
        if (isReported || (initiations == 0 && responses == 0 && !isEstablished)) return;
        isReported = true;
        into.Emit(new WireGuardTunnel(last, where) { Began = began, Established = isEstablished, Initiations = initiations, Responses = responses, Cookies = cookies, IsReversed = isReversed });
    }
}
