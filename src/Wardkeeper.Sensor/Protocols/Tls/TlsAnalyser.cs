using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Tls;

/// <summary>
/// TLS 1.0 to 1.3 and SSL 3.0 over streams, and the hellos of SSL 2.0. Records pass through; the handshake's messages are put
/// together over records and segments, and what the hellos, certificates and alerts say is kept per flow until both sides have
/// finished (or the flow ends), then reported as one row. From then on the flow costs nothing: the analyser is done with it.
/// Encrypted records are passed by by their length. Keys, signatures, revocation data and tickets are deliberately not parsed.
/// </summary>
internal sealed class TlsAnalyser : IProtocol
{
    private readonly TlsSession session = new();
    private RecordSide client, server;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "ssl",
        Title = "Transport Layer Security",
        Standard = "RFC 8446, RFC 5246, RFC 6101",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of(0x14, 0x15, 0x16, 0x17, 0x80, 0x81),
        Ports = [443, 465, 636, 853, 990, 993, 995, 2762, 8443],
        LookAhead = 512,
        MaxHeld = 20 * 1024,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening) => TlsRecogniser.Recognise(in opening);

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ref RecordSide side = ref SideOf(segment.Side);
        int at = side.Pass(in segment);
        while (at < segment.Bytes.Length)
        {
            ReadOnlySpan<byte> rest = segment.Bytes[at..];
            if (!side.IsStarted && rest[0] >= 0x80)
            {
                Progress old = TakeVersion2(in segment, ref side, rest, into);
                if (old.Consumed == 0 || old.Then != Continuation.Stay) return side.Note(in segment, old with { Consumed = old.Consumed + at });
                at += old.Consumed;
                continue;
            }
            // One byte more, not a header's: what can no longer become a record must be noticed at the same byte wherever the segments end.
            if (rest.Length < TlsRecord.HeaderLength && TlsRecord.CanBegin(rest)) return side.Note(in segment, new Progress(at, rest.Length + 1));
            if (!TlsRecord.TryRead(rest, out TlsRecord record)) return NotARecord(in segment, ref side, at, into);
            side.IsStarted = true;
            if (record.Type == ContentType.Heartbeat && !IsEncrypted(in side))
            {
                int head = TlsRecord.HeaderLength + Math.Min(record.Length, TlsSession.HeartbeatHead);
                if (rest.Length < head) return side.Note(in segment, new Progress(at, head));
                session.TakeHeartbeat(rest[TlsRecord.HeaderLength..head], record.Length);
            }
            if (IsEncrypted(in side) || record.Type is ContentType.ApplicationData or ContentType.Heartbeat)
            {
                if (TakeEncrypted(in segment, ref side, record, at, into)) return Progress.Done(at);
                at += side.Skip(record.Whole, rest.Length);
                continue;
            }
            if (rest.Length < record.Whole) return side.Note(in segment, new Progress(at, record.Whole));
            TakePlain(in segment, ref side, record, at, into);
            at += record.Whole;
        }
        return side.Note(in segment, new Progress(at));
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into) => SideOf(side).Lose();

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into) => session.Report(false, into);

    /// <inheritdoc/>
    public void Reset()
    {
        session.Reset();
        client.Reset();
        server.Reset();
    }

    private ref RecordSide SideOf(Side side)
    {
        if (side == Side.Client) return ref client;
        return ref server;
    }

    /// <summary>Whether this side changed its cipher; in TLS 1.3 that changes nothing, it is there for middle boxes.</summary>
    private bool IsEncrypted(in RecordSide side) => side.HasChangedCipher && session.HasServerHello && !session.IsTls13;

    /// <summary>Something stands where a record must begin: the other side is no TLS peer, or bytes were lost and this side is not followed any longer.</summary>
    private Progress NotARecord(in Segment segment, ref RecordSide side, int at, ITransactionSink into)
    {
        bool refused = segment.Side == Side.Server && session.HasClientHello && !session.HasServerHello && !side.IsStarted;
        if (refused || SideOf(segment.Side == Side.Client ? Side.Server : Side.Client).IsSilent) return Progress.GiveUp(TlsFaults.NotARecord);
        if (!side.HasLost) into.Report(TlsFaults.NotARecord);
        side.FallSilent();
        return side.Note(in segment, Progress.All(in segment));
    }

    /// <summary>A record nobody can read: it only tells how far the handshake is. True when nothing more can be learned.</summary>
    private bool TakeEncrypted(in Segment segment, ref RecordSide side, TlsRecord record, int at, ITransactionSink into)
    {
        // The beginning was missed: nothing will be said in clear any more.
        if (!session.HasHello && record.Type == ContentType.ApplicationData)
        {
            session.Report(false, into);
            return true;
        }
        session.Touch(in segment, at, TlsRecord.HeaderLength);
        bool isData = record.Type == ContentType.ApplicationData;
        if (session.IsTls13)
        {
            // The client's first record after the hellos is its Finished, or an alert if it refuses: two bytes, the type and a tag.
            if (isData && !side.HasSentData && segment.Side == Side.Client) side.HasRefused = record.Length is 2 + 1 + 16 or 2 + 1 + 8;
            side.HasSentData |= isData;
        }
        else
        {
            side.HasSentData |= isData && session.HasServerHello;
        }
        bool finished = client.HasSentData && server.HasSentData;
        if (!session.IsTls13) finished |= IsEncrypted(in client) && IsEncrypted(in server) && record.Type is ContentType.Handshake or ContentType.ApplicationData;
        if (!finished || client.HasRefused) return false;
        session.Report(true, into);
        return true;
    }

    private void TakePlain(in Segment segment, ref RecordSide side, TlsRecord record, int at, ITransactionSink into)
    {
        ReadOnlySpan<byte> body = segment.Bytes.Slice(at + TlsRecord.HeaderLength, record.Length);
        session.Touch(in segment, at, record.Whole);
        switch (record.Type)
        {
            case ContentType.Handshake:
                // Where bytes or the server's hello are missing this may be encrypted, or the rest of a message.
                if ((side.HasLost || side.HasChangedCipher) && !side.Messages.IsInside && !HandshakeBuffer.IsTiled(body)) return;
                while (side.Messages.TryNext(ref body, out HandshakeType type, out int length, out ReadOnlySpan<byte> message))
                    TakeMessage(in segment, type, length, message, into);
                break;
            case ContentType.ChangeCipherSpec when body is [1]:
                session.Note(segment.Side, 'I');
                if (segment.Side == Side.Client) session.TakeClientChangeCipherSpec();
                side.HasChangedCipher = true;
                break;
            case ContentType.Alert:
                TakeAlerts(in segment, body, into);
                break;
            default:
                break;
        }
    }

    private void TakeAlerts(in Segment segment, ReadOnlySpan<byte> body, ITransactionSink into)
    {
        if (body.Length % 2 != 0 || body.Length > 8 || body[0] is not (1 or 2))
        {
            if (!SideOf(segment.Side).HasChangedCipher) into.Report(TlsFaults.MalformedAlert);
            return;
        }
        for (int i = 0; i < body.Length; i += 2)
        {
            session.Note(segment.Side, 'L');
            session.TakeAlert(body[i + 1]);
        }
    }

    private void TakeMessage(in Segment segment, HandshakeType type, int length, ReadOnlySpan<byte> body, ITransactionSink into)
    {
        if (length > HandshakeBuffer.LongestMessage) into.Report(TlsFaults.MessageTooLong);
        char letter = Letter(type);
        switch (type)
        {
            case HandshakeType.ClientHello when segment.Side == Side.Client:
                if (!ClientHello.TryRead(body, out ClientHello offered))
                {
                    into.Report(TlsFaults.MalformedClientHello);
                    return;
                }
                if (offered.IsMalformed) into.Report(TlsFaults.MalformedExtensions);
                if (!session.HasClientHello && into.Buffers is { } buffers) TlsBuffers.Hello(in offered, buffers);
                session.Take(in offered, !client.HasLost && !client.HasChangedCipher);
                break;
            case HandshakeType.ServerHello or HandshakeType.HelloRetryRequest when segment.Side == Side.Server:
                if (type == HandshakeType.HelloRetryRequest) break;
                if (!ServerHello.TryRead(body, out ServerHello chosen))
                {
                    into.Report(TlsFaults.MalformedServerHello);
                    return;
                }
                if (chosen.IsHelloRetryRequest) letter = 'J';
                if (!chosen.IsHelloRetryRequest && into.Buffers is { } offers) TlsBuffers.Hello(in chosen, offers);
                if (!session.HasServerHello) session.Take(in chosen);
                break;
            case HandshakeType.Certificate when !session.IsTls13 && !body.IsEmpty:
                SpanReader reader = new(body);
                ReadOnlySpan<byte> list = reader.Take(reader.U24());
                if (reader.Failed) into.Report(TlsFaults.MalformedChain);
                if (into.Buffers is { } shows) TlsBuffers.Chain(list, segment.Side, shows);
                session.TakeChain(in segment, list, into);
                break;
            case HandshakeType.ServerKeyExchange when segment.Side == Side.Server:
                session.TakeServerKeyExchange(body);
                break;
            case HandshakeType.ClientKeyExchange when segment.Side == Side.Client:
                session.TakeClientKeyExchange();
                break;
            default:
                break;
        }
        session.Note(segment.Side, letter);
    }

    private Progress TakeVersion2(in Segment segment, ref RecordSide side, ReadOnlySpan<byte> rest, ITransactionSink into)
    {
        if (rest.Length < Ssl2.HeaderLength) return new Progress(0, Ssl2.HeaderLength);
        int whole = Ssl2.Whole(rest);
        if (whole > Info.MaxHeld) return Progress.GiveUp(TlsFaults.NotARecord);
        if (rest.Length < whole) return new Progress(0, whole);
        ReadOnlySpan<byte> record = rest[..whole];
        session.Touch(in segment, 0, whole);
        if (segment.Side == Side.Server)
        {
            if (!session.HasClientHello || !Ssl2.TryReadServerHello(record, out ReadOnlySpan<byte> certificate)) return Progress.GiveUp(TlsFaults.NotARecord);
            session.TakeVersion2();
            if (into.Buffers is { } buffers)
            {
                TlsBuffers.Certificate(certificate, Side.Server, buffers);
                buffers.Complete(Side.Server);
            }
            session.Note(segment.Side, 'S');
            if (!certificate.IsEmpty) session.TakeCertificate(in segment, certificate, into);
            return new Progress(whole);
        }
        if (!session.HasClientHello)
        {
            if (!ClientHello.TryReadVersion2(record, out ClientHello hello)) return Progress.GiveUp(TlsFaults.MalformedClientHello);
            if (into.Buffers is { } begun) TlsBuffers.Hello(in hello, begun);
            session.Take(in hello, true);
            session.Note(segment.Side, 'C');
            return new Progress(whole);
        }
        if (Ssl2.TryReadMasterKey(record, out int cipher)) session.TakeVersion2Cipher(cipher);
        session.Report(false, into);
        return Progress.Done(whole);
    }

    /// <summary>Letter of a message in Zeek's history.</summary>
    internal static char Letter(HandshakeType type) => type switch
    {
        HandshakeType.HelloRequest => 'H',
        HandshakeType.ClientHello => 'C',
        HandshakeType.ServerHello => 'S',
        HandshakeType.HelloVerifyRequest => 'V',
        HandshakeType.NewSessionTicket => 'T',
        HandshakeType.EndOfEarlyData => 'E',
        HandshakeType.HelloRetryRequest => 'J',
        HandshakeType.EncryptedExtensions => 'O',
        HandshakeType.Certificate => 'X',
        HandshakeType.ServerKeyExchange => 'K',
        HandshakeType.CertificateRequest => 'R',
        HandshakeType.ServerHelloDone => 'N',
        HandshakeType.CertificateVerify => 'Y',
        HandshakeType.ClientKeyExchange => 'G',
        HandshakeType.Finished => 'F',
        HandshakeType.CertificateUrl => 'W',
        HandshakeType.CertificateStatus => 'U',
        HandshakeType.SupplementalData => 'A',
        HandshakeType.KeyUpdate => 'P',
        HandshakeType.MessageHash => 'M',
        _ => 'Z',
    };
}
