using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Tls;

namespace Wardkeeper.Sensor.Protocols.OpenVpn;

/// <summary>
/// OpenVPN over UDP and TCP: who opens the tunnel, how its control packets are protected, and the TLS handshake in them where it
/// can be read; from the first data of both sides the flow costs nothing. Kept per flow are the two session numbers and what of
/// the handshake is not read yet. Control packets that come out of order are passed by.
/// </summary>
internal sealed class OpenVpnAnalyser : IProtocol
{
    private const int LongestControl = 8192, LengthField = 2, Head = 9;

    private readonly InnerStream handshake = new(new TlsAnalyser(), 40 * 1024);
    private Party client, server;
    private StreamPlace clientPlace, serverPlace;
    private bool isReported;
    private CaptureTime? began;
    private CaptureTime last;
    private ByteRange where;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "openvpn",
        Title = "OpenVPN",
        Standard = "OpenVPN wire protocol (draft of 2023)",
        Carriers = Carrier.Tcp | Carrier.Udp,
        FirstBytes = FirstBytes.Of(0, 1, 2, 3, 0x38, 0x40, 0x50),
        Ports = [1194],
        LookAhead = 2048,
        MaxHeld = LengthField + LongestControl,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> packet = opening.Any;
        if (opening.Carrier == Carrier.Tcp)
        {
            if (packet.Length > LengthField && packet[2] is not (0x38 or 0x40 or 0x50)) return Match.No;
            if (packet.Length < LengthField) return Match.NeedMore;
            int length = BinaryPrimitives.ReadUInt16BigEndian(packet);
            if (length is < 14 or > 1024) return Match.No;
            if (packet.Length < LengthField + length) return Match.NeedMore;
            packet = packet.Slice(LengthField, length);
        }
        if (ControlShape.OfReset(packet) is null) return Match.No;
        return (Opcode)(packet[0] >> 3) == Opcode.HardResetServerV2 == opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        began ??= segment.At;
        last = segment.At;
        ReadOnlySpan<byte> bytes = segment.Bytes;
        if (segment.Flow.Carrier != Carrier.Tcp)
        {
            if (segment.Missing == 0) Take(in segment, 0, bytes, into);
            return IsEstablished(into) ? Progress.Done(bytes.Length) : Progress.All(in segment);
        }
        ref StreamPlace place = ref PlaceOf(segment.Side);
        int at = place.Pass(in segment);
        while (at < bytes.Length)
        {
            ReadOnlySpan<byte> rest = bytes[at..];
            if (rest.Length <= LengthField) return new Progress(at, LengthField + 1);
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest);
            bool isData = IsData(rest[LengthField]);
            if (length == 0 || (!isData && length > LongestControl))
            {
                place.FallSilent();
                return new Progress(bytes.Length, 0, OpenVpnFaults.Length);
            }
            if (!isData && rest.Length < LengthField + length) return new Progress(at, LengthField + length);
            Take(in segment, at, isData ? rest.Slice(LengthField, 1) : rest.Slice(LengthField, length), into);
            if (IsEstablished(into)) return Progress.Done(bytes.Length);
            place.End = segment.Offset + at + LengthField + length;
            at = (int)Math.Min(at + LengthField + (long)length, bytes.Length);
        }
        return new Progress(at);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
        PlaceOf(side).Lose();
        handshake.End(FlowEnd.Detached, into);
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into)
    {
        handshake.End(how, into);
        Report(into);
    }

    /// <inheritdoc/>
    public void Reset()
    {
        handshake.Reset();
        client = server = default;
        clientPlace = serverPlace = default;
        isReported = false;
        began = null;
        last = default;
        where = default;
    }

    private static bool IsData(byte first) => (Opcode)(first >> 3) is Opcode.DataV1 or Opcode.DataV2;

    private ref StreamPlace PlaceOf(Side side)
    {
        if (side == Side.Client) return ref clientPlace;
        return ref serverPlace;
    }

    private void Take(in Segment segment, int at, ReadOnlySpan<byte> packet, ITransactionSink into)
    {
        if (packet.IsEmpty) return;
        ref Party party = ref segment.Side == Side.Client ? ref client : ref server;
        if (IsData(packet[0]))
        {
            party.HasSentData = true;
            return;
        }
        if (packet.Length < Head || (Opcode)(packet[0] >> 3) is < Opcode.SoftReset or > Opcode.ControlWithKey)
        {
            into.Report(OpenVpnFaults.NoPacket);
            return;
        }
        if (ControlShape.OfReset(packet) is { } shape)
        {
            if (party.Session is not null) return;
            party.Session = BinaryPrimitives.ReadUInt64BigEndian(packet[1..]);
            // The server answers in the client's manner, whatever its length could also mean.
            party.Shape = segment.Side == Side.Server && client.Session is not null ? client.Shape : shape;
            party.NextId = 1;
            if (where.Length == 0) where = segment.Range(at, packet.Length);
            return;
        }
        if ((Opcode)(packet[0] >> 3) != Opcode.Control || handshake.IsOver || party.Session is null) return;
        if (!party.Shape.TryRead(packet, out uint id, out ReadOnlySpan<byte> content) || id != party.NextId) return;
        party.NextId++;
        handshake.Push(segment.Side, content, segment.At, segment.Flow, into);
    }

    private bool IsEstablished(ITransactionSink into)
    {
        if (!client.HasSentData || !server.HasSentData) return false;
        Report(into);
        return true;
    }

    private void Report(ITransactionSink into)
    {
        if (isReported || (client.Session is null && server.Session is null)) return;
        isReported = true;
        ControlShape shape = client.Session is null ? server.Shape : client.Shape;
        into.Emit(new OpenVpnSession(last, where)
        {
            Began = began,
            ClientSession = client.Session,
            ServerSession = server.Session,
            Protection = shape.Wrapping switch { Wrapping.TlsAuth => "tls-auth", Wrapping.TlsCrypt => "tls-crypt", Wrapping.TlsCryptV2 => "tls-crypt-v2", _ => "none" },
            Digest = shape.Wrapping != Wrapping.TlsAuth ? null : shape.Code switch { 16 => "md5", 20 => "sha1", 28 => "sha224", 32 => "sha256", 48 => "sha384", _ => "sha512" },
            Established = client.HasSentData && server.HasSentData,
        });
    }

    private struct Party
    {
        public ulong? Session;
        public ControlShape Shape;
        public uint NextId;
        public bool HasSentData;
    }
}
