using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Tls;

/// <summary>
/// What one connection has shown of itself: facts from handshake messages, in bounded space, until they are reported in one row.
/// </summary>
internal sealed class TlsSession
{
    private const int LongestHistory = 100;
    private const int MostCertificates = 16;
    private const int LongestServerName = 255;

    private readonly byte[] sessionId = new byte[32];
    private readonly char[] history = new char[LongestHistory];
    private readonly List<CertificateFacts> serverChain = [], clientChain = [];
    /// <summary>Type and stated length of a heartbeat.</summary>
    public const int HeartbeatHead = 3;

    private const byte HeartbeatRequest = 1;
    private int overread;
    private int sessionIdLength, historyLength, version = -1, cipher = -1, group, offeredVersion, lastAlert = -1;
    private bool offeredTicket, keyExchanged, resumed, retried;
    private string? serverName, ja3, ja3s, ja4, nextProtocol;
    private List<string>? offeredProtocols;
    private CaptureTime? began;
    private CaptureTime last;
    private ByteRange evidence;

    /// <summary>Whether there is something to report: a hello, a certificate or an alert.</summary>
    public bool HasFacts => HasClientHello || HasServerHello || lastAlert >= 0 || serverChain.Count > 0 || clientChain.Count > 0;

    /// <summary>Whether one of the hellos was seen.</summary>
    public bool HasHello => HasClientHello || HasServerHello;

    /// <summary>Whether the client's hello was seen.</summary>
    public bool HasClientHello { get; private set; }

    /// <summary>Whether the server's hello was seen, a request to retry aside.</summary>
    public bool HasServerHello { get; private set; }

    /// <summary>Whether everything after the hellos is encrypted.</summary>
    public bool IsTls13 => HasServerHello && ServerHello.IsTls13(version);

    /// <summary>Whether the row was handed out.</summary>
    public bool IsReported { get; private set; }

    /// <summary>Something of the handshake came.</summary>
    public void Touch(in Segment segment, int at, int length)
    {
        last = segment.At;
        if (began is not null) return;
        began = segment.At;
        evidence = segment.Range(at, length);
    }

    /// <summary>Adds a letter to the history.</summary>
    public void Note(Side side, char letter)
    {
        if (historyLength < LongestHistory) history[historyLength++] = side == Side.Client ? letter : char.ToLowerInvariant(letter);
    }

    /// <summary>The client said hello.</summary>
    /// <param name="hello">Its hello.</param>
    /// <param name="isFirst">Whether nothing was missed before it. Fingerprints are those of the first hello; one after a request to retry has others.</param>
    public void Take(in ClientHello hello, bool isFirst)
    {
        sessionIdLength = hello.SessionId.ContainsAnyExcept((byte)0) ? hello.SessionId.Length : 0;
        hello.SessionId.CopyTo(sessionId);
        offeredTicket = ExtensionReader.TryFind(hello.Extensions, ExtensionType.SessionTicket, out ReadOnlySpan<byte> ticket) && !ticket.IsEmpty && sessionIdLength == 0;
        keyExchanged = false;
        if (HasClientHello) return;
        HasClientHello = true;
        offeredVersion = hello.HighestVersion;
        if (hello.IsVersion2Form) return;
        ReadOnlySpan<byte> name = hello.ServerName;
        if (!name.IsEmpty) serverName = Encoding.UTF8.GetString(name[..Math.Min(name.Length, LongestServerName)]);
        offeredProtocols = hello.Protocols();
        if (!isFirst || retried) return;
        ja3 = TlsFingerprints.Ja3(in hello);
        ja4 = TlsFingerprints.Ja4(in hello);
    }

    /// <summary>The server chose.</summary>
    public void Take(in ServerHello hello)
    {
        version = hello.Version;
        cipher = hello.CipherSuite;
        retried |= hello.IsHelloRetryRequest;
        if (hello.IsHelloRetryRequest) return;
        HasServerHello = true;
        if (hello.Group != 0) group = hello.Group;
        ja3s = TlsFingerprints.Ja3s(in hello);
        if (!hello.NextProtocol.IsEmpty) nextProtocol = Encoding.UTF8.GetString(hello.NextProtocol);
        resumed |= IsTls13
            ? ExtensionReader.TryFind(hello.Extensions, ExtensionType.PreSharedKey, out _)
            : sessionIdLength > 0 && hello.SessionId.SequenceEqual(sessionId.AsSpan(0, sessionIdLength));
    }

    /// <summary>An SSL 2.0 server answered.</summary>
    public void TakeVersion2()
    {
        HasServerHello = true;
        version = 2;
    }

    /// <summary>An SSL 2.0 client chose a cipher.</summary>
    public void TakeVersion2Cipher(int chosen) => cipher = chosen;

    /// <summary>The server named the curve of its key exchange. RFC 8422, 5.4.</summary>
    public void TakeServerKeyExchange(ReadOnlySpan<byte> body)
    {
        const byte namedCurve = 3;
        // Key exchanges without a curve have the same message with other content; the cipher suite's name tells.
        if (body.Length >= 3 && body[0] == namedCurve && cipher >= 0 && TlsNames.CipherSuite(cipher).Contains("_ECDH", StringComparison.Ordinal)) group = (body[1] << 8) | body[2];
    }

    /// <summary>The client sent its part of the key.</summary>
    public void TakeClientKeyExchange() => keyExchanged = true;

    /// <summary>The client begins to encrypt: if it did so without sending a key, its ticket was taken.</summary>
    public void TakeClientChangeCipherSpec() => resumed |= offeredTicket && !keyExchanged && !IsTls13;

    /// <summary>A side sent an alert.</summary>
    public void TakeAlert(byte description) => lastAlert = description;

    /// <summary>A heartbeat in clear: whether it asks for more than it brings. RFC 6520, section 4.</summary>
    /// <param name="head">Its type and the length that it states, as far as they are there.</param>
    /// <param name="length">Length of the record.</param>
    public void TakeHeartbeat(ReadOnlySpan<byte> head, int length)
    {
        if (head.Length < HeartbeatHead || head[0] != HeartbeatRequest) return;
        overread = Math.Max(overread, System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(head[1..]) - (length - HeartbeatHead));
    }

    /// <summary>Reads a chain of certificates and hands out a row for each that is new on this side.</summary>
    public void TakeChain(in Segment segment, ReadOnlySpan<byte> list, ITransactionSink into)
    {
        List<CertificateFacts> chain = segment.Side == Side.Server ? serverChain : clientChain;
        if (chain.Count > 0) return;
        SpanReader reader = new(list);
        while (reader.Remaining > 0)
        {
            ReadOnlySpan<byte> bytes = reader.Take(reader.U24());
            if (reader.Failed)
            {
                into.Report(TlsFaults.MalformedChain);
                return;
            }
            if (chain.Count == MostCertificates)
            {
                into.Report(TlsFaults.TooManyCertificates);
                return;
            }
            TakeCertificate(in segment, bytes, into);
        }
    }

    /// <summary>Reads one certificate.</summary>
    public void TakeCertificate(in Segment segment, ReadOnlySpan<byte> bytes, ITransactionSink into)
    {
        List<CertificateFacts> chain = segment.Side == Side.Server ? serverChain : clientChain;
        if (!RecentCertificates.Shared.TryRead(bytes, out CertificateFacts facts))
        {
            into.Report(TlsFaults.MalformedCertificate);
            return;
        }
        bool isNew = true;
        foreach (CertificateFacts earlier in chain) isNew &= earlier.Fingerprint != facts.Fingerprint;
        chain.Add(facts);
        if (!isNew) return;
        into.Emit(new CertificateShown(segment.At, segment.Range(0, 0)) { Certificate = facts, HostCert = chain.Count == 1, ClientCert = segment.Side == Side.Client });
    }

    /// <summary>Hands out the row, once.</summary>
    public void Report(bool established, ITransactionSink into)
    {
        if (IsReported || !HasFacts) return;
        IsReported = true;
        CertificateFacts? server = serverChain.Count > 0 ? serverChain[0] : null;
        into.Emit(new TlsConnection(last, evidence)
        {
            Began = began,
            Version = version < 0 ? null : TlsNames.Version(version),
            Cipher = cipher < 0 ? null : TlsNames.CipherSuite(cipher),
            Curve = group == 0 ? null : TlsNames.Group(group),
            ServerName = serverName,
            Resumed = resumed,
            LastAlert = lastAlert < 0 ? null : TlsNames.Alert(lastAlert),
            NextProtocol = nextProtocol,
            HeartbeatOverread = overread > 0 ? overread : null,
            Established = established,
            SslHistory = new string(history, 0, historyLength),
            CertChainFps = FingerprintsOf(serverChain),
            ClientCertChainFps = FingerprintsOf(clientChain),
            SniMatchesCert = serverName is null || server is null ? null : server.IsFor(serverName),
            Ja3 = ja3,
            Ja3s = ja3s,
            Ja4 = ja4,
            OfferedVersion = HasClientHello ? TlsNames.Version(offeredVersion) : null,
            AlpnOffered = offeredProtocols,
            ServerCertificate = server,
            ClientCertificate = clientChain.Count > 0 ? clientChain[0] : null,
        });
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        serverChain.Clear();
        clientChain.Clear();
        sessionIdLength = historyLength = group = offeredVersion = 0;
        version = cipher = lastAlert = -1;
        overread = 0;
        offeredTicket = keyExchanged = resumed = retried = HasClientHello = HasServerHello = IsReported = false;
        serverName = ja3 = ja3s = ja4 = nextProtocol = null;
        offeredProtocols = null;
        began = null;
        last = default;
        evidence = default;
    }

    private static string[]? FingerprintsOf(List<CertificateFacts> chain) => chain.Count == 0 ? null : [.. chain.Select(static one => one.Fingerprint)];
}
