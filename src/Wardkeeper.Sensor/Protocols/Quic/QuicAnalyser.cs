using System.Buffers;
using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Tls;
using Wardkeeper.Sensor.Signatures.Buffers;

namespace Wardkeeper.Sensor.Protocols.Quic;

/// <summary>
/// QUIC, versions 1 and 2 and the drafts since 22: opens Initial packets with the keys that follow from the client's connection id,
/// puts the hellos together and reads them as TLS does. Of Google's own versions the hello is read where it is in clear or under
/// such keys. Once both sides send protected data nothing more can be learned, and the analyser is done. Not read: transport
/// parameters, 0-RTT, and anything after the hellos.
/// </summary>
internal sealed class QuicAnalyser : IProtocol
{
    // A hello with large key shares takes three; who sends a hundred wants us to be busy.
    private const int MostOpened = 32;
    private const byte HasVersion = 1, HasConnection = 8;

    private readonly QuicSession session = new();
    private readonly InitialKeys keys = new();
    private readonly CryptoStream client = new(), server = new();
    private int opened;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "quic",
        Title = "QUIC",
        Standard = "RFC 9000, RFC 9001, RFC 9369, drafts 22 to 34, Google QUIC",
        Carriers = Carrier.Udp,
        FirstBytes = FirstBytes.Of([0x09, 0x0D, 0x19, 0x1D, 0x29, 0x2D, 0x39, 0x3D, .. Enumerable.Range(0x80, 0x80).Select(static first => (byte)first)]),
        Ports = [443],
        LookAhead = 1500,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        // Servers refuse clients that come from NTP's port, which reflectors use (RFC 9308, 8.1); what is there is time.
        if (bytes.Length < 16 || opening.HasPort(123)) return Match.No;
        bool isFromClient;
        if (IsGoogle(bytes))
        {
            isFromClient = true;
        }
        else
        {
            if (bytes[0] < 0x80 || !QuicPacket.TryRead(bytes, out QuicPacket packet) || (packet.IsCut && !opening.Truncated)) return Match.No;
            if (packet.Kind == QuicPacketKind.VersionNegotiation ? !packet.OffersKnownVersion() : !packet.Version.IsKnown) return Match.No;
            // A reserved version is easily met by chance; but who tries one sends a first packet, which is large. RFC 9000, 14.1.
            if (packet.Version.IsReserved && (packet.Kind != QuicPacketKind.Initial || bytes.Length < 1200 || packet.Destination.Length < 8)) return Match.No;
            (ushort own, ushort other) = opening.Client.IsEmpty ? (opening.ServerPort, opening.ClientPort) : (opening.ClientPort, opening.ServerPort);
            isFromClient = packet.Kind is not (QuicPacketKind.VersionNegotiation or QuicPacketKind.Retry) && (own != Info.Ports[0] || other == own);
        }
        return isFromClient == opening.Client.IsEmpty ? Match.YesReversed : Match.Yes;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> rest = segment.Bytes;
        if (IsGoogle(rest))
        {
            session.TakeGoogle(in segment, BinaryPrimitives.ReadUInt32BigEndian(rest[9..]), rest.Slice(1, 8));
            if (GoogleHello.TryFind(rest, out ReadOnlySpan<byte> hello)) session.TakeGoogleHello(hello);
            return Finish(in segment, session.HasClientHello, into);
        }
        while (!rest.IsEmpty)
        {
            if (!QuicPacket.TryRead(rest, out QuicPacket packet)) return new Progress(segment.Bytes.Length, 0, segment.Missing > 0 ? null : QuicFaults.Header);
            session.Take(in segment, in packet, Letter(in packet));
            rest = rest[packet.Bytes.Length..];
            if (packet.Kind == QuicPacketKind.Initial && Open(in segment, in packet, into) is { } fault) into.Report(fault);
            if (packet.Kind == QuicPacketKind.Retry) BeginAgain(into);
        }
        bool isGoogle = session.HasClientHello && !session.HasServerHello && !keys.AreKnown;
        return Finish(in segment, isGoogle || (session.ClientHasSent && session.ServerHasSent), into);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into) => session.Report(into);

    /// <inheritdoc/>
    public void Reset()
    {
        session.Reset();
        Forget();
    }

    /// <summary>Whether a packet of Google's versions up to Q043 names its version: public flags, connection id, then Q and three digits.</summary>
    private static bool IsGoogle(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 14 && (bytes[0] & 0xC0) == 0 && (bytes[0] & (HasVersion | HasConnection)) == (HasVersion | HasConnection)
        && bytes[9] == 'Q' && bytes[10] == '0' && char.IsAsciiDigit((char)bytes[11]) && char.IsAsciiDigit((char)bytes[12]);

    private static char Letter(in QuicPacket packet) => packet.Kind switch
    {
        QuicPacketKind.OneRtt => 'O',
        QuicPacketKind.VersionNegotiation => 'U',
        _ when packet.Version.IsReserved || !packet.Version.IsKnown => 'U',
        QuicPacketKind.Initial => 'I',
        QuicPacketKind.ZeroRtt => 'Z',
        QuicPacketKind.Handshake => 'H',
        _ => 'R',
    };

    private Progress Finish(in Segment segment, bool isOver, ITransactionSink into)
    {
        if (!isOver) return Progress.All(in segment);
        session.Report(into);
        return Progress.Done(segment.Bytes.Length);
    }

    /// <summary>The server wants to see that the client is where it says (RFC 9000, 8.1.2): the client comes again with another connection id.</summary>
    private void BeginAgain(ITransactionSink into)
    {
        session.Report(into);
        Forget();
    }

    private void Forget()
    {
        keys.Forget();
        client.Clear();
        server.Clear();
        opened = 0;
    }

    private Fault? Open(in Segment segment, in QuicPacket packet, ITransactionSink into)
    {
        bool isClient = segment.Side == Side.Client;
        if (packet.Version.IsOldGoogle)
        {
            if (isClient && !session.HasClientHello && GoogleHello.TryFind(packet.Bytes, out ReadOnlySpan<byte> hello)) session.TakeGoogleHello(hello);
            return null;
        }
        if (packet.Version.Salt.IsEmpty || packet.IsCut || opened >= MostOpened) return null;
        if (!keys.AreKnown)
        {
            if (!isClient) return null;
            keys.Make(packet.Version, packet.Destination);
        }
        opened++;
        byte[] rented = ArrayPool<byte>.Shared.Rent(packet.Bytes.Length);
        int length = keys.Open(segment.Side, in packet, rented);
        // After a version negotiation, or where the first packet was missed, the client has made up another id.
        if (length < 0 && isClient && !session.HasClientHello)
        {
            keys.Make(packet.Version, packet.Destination);
            client.Clear();
            length = keys.Open(segment.Side, in packet, rented);
        }
        Fault? fault = length < 0 ? QuicFaults.Decryption : TakeFrames(in segment, in packet, rented.AsSpan(0, length), into);
        ArrayPool<byte>.Shared.Return(rented);
        return fault;
    }

    /// <summary>The frames that an Initial packet may hold. RFC 9000, 12.4 and 19.</summary>
    private Fault? TakeFrames(in Segment segment, in QuicPacket packet, ReadOnlySpan<byte> frames, ITransactionSink into)
    {
        if (packet.Version.HasGoogleHello)
        {
            if (!session.HasClientHello && GoogleHello.TryFind(frames, out ReadOnlySpan<byte> hello)) session.TakeGoogleHello(hello);
            return null;
        }
        CryptoStream stream = segment.Side == Side.Client ? client : server;
        SpanReader reader = new(frames);
        while (reader.Remaining > 0 && !reader.Failed)
        {
            byte type = reader.U8();
            switch (type)
            {
                case 0 or 1:
                    break;
                case 2 or 3:
                    SkipAcknowledgement(ref reader, hasCounts: type == 3);
                    break;
                case 6 or 8 when type == packet.Version.CryptoFrame:
                    ulong offset = QuicPacket.VariableLength(ref reader), length = QuicPacket.VariableLength(ref reader);
                    if (length > (ulong)frames.Length) return QuicFaults.Frame;
                    if (!stream.Add(offset, reader.Take((int)length))) return QuicFaults.CryptoTooLong;
                    break;
                case 0x1C or 0x1D:
                    session.TakeClose(segment.Side, QuicPacket.VariableLength(ref reader));
                    return null;
                default:
                    return QuicFaults.Frame;
            }
        }
        Fault? hellos = segment.Side == Side.Client ? TakeClientHello(stream.Beginning, packet.Version.Number, into) : TakeServerHello(stream.Beginning, packet.Version.Number, into);
        return reader.Failed ? QuicFaults.Frame : hellos;
    }

    private static void SkipAcknowledgement(ref SpanReader reader, bool hasCounts)
    {
        QuicPacket.VariableLength(ref reader);
        QuicPacket.VariableLength(ref reader);
        ulong ranges = QuicPacket.VariableLength(ref reader);
        QuicPacket.VariableLength(ref reader);
        for (ulong i = 0; i < 2 * ranges && !reader.Failed; i++) QuicPacket.VariableLength(ref reader);
        for (int i = 0; hasCounts && i < 3; i++) QuicPacket.VariableLength(ref reader);
    }

    private Fault? TakeClientHello(ReadOnlySpan<byte> bytes, uint version, ITransactionSink into)
    {
        if (session.HasClientHello || !TryMessage(bytes, out ReadOnlySpan<byte> body)) return null;
        if (bytes[0] != (byte)HandshakeType.ClientHello || !ClientHello.TryRead(body, out ClientHello hello)) return QuicFaults.Hello;
        session.Take(in hello);
        if (into.Buffers is { } buffers)
        {
            Offer(Side.Client, version, buffers);
            TlsBuffers.Hello(in hello, buffers);
        }
        return hello.IsMalformed ? TlsFaults.MalformedExtensions : null;
    }

    private Fault? TakeServerHello(ReadOnlySpan<byte> bytes, uint version, ITransactionSink into)
    {
        if (session.HasServerHello || !TryMessage(bytes, out ReadOnlySpan<byte> body)) return null;
        if (bytes[0] != (byte)HandshakeType.ServerHello || !ServerHello.TryRead(body, out ServerHello hello)) return QuicFaults.Hello;
        session.Take(in hello);
        if (into.Buffers is { } buffers)
        {
            Offer(Side.Server, version, buffers);
            TlsBuffers.Hello(in hello, buffers);
        }
        return null;
    }

    private static void Offer(Side side, uint version, IBufferSink into)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, version);
        into.Offer(BufferName.QuicVersion, side, bytes);
    }

    /// <summary>The first handshake message, when all of it is there.</summary>
    private static bool TryMessage(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> body)
    {
        SpanReader reader = new(bytes);
        reader.Skip(1);
        body = reader.Take(reader.U24());
        return !reader.Failed && !body.IsEmpty;
    }
}
