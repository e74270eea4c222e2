using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Tls;

namespace Wardkeeper.Sensor.Protocols.Quic;

/// <summary>What one connection has shown of itself, in bounded space, until it is reported in one row.</summary>
internal sealed class QuicSession
{
    private const int LongestHistory = 100, LongestText = 255;

    private readonly char[] history = new char[LongestHistory];
    private int historyLength;
    private QuicConnection? facts;
    private CaptureTime last;

    /// <summary>Whether the client's hello was read.</summary>
    public bool HasClientHello { get; private set; }

    /// <summary>Whether the server's hello was read.</summary>
    public bool HasServerHello { get; private set; }

    /// <summary>Whether that side sent protected data.</summary>
    public bool ClientHasSent { get; private set; }

    /// <inheritdoc cref="ClientHasSent"/>
    public bool ServerHasSent { get; private set; }

    /// <summary>A packet came.</summary>
    public void Take(in Segment segment, in QuicPacket packet, char letter)
    {
        last = segment.At;
        Note(segment.Side, letter);
        bool isClient = segment.Side == Side.Client;
        if (packet.Kind == QuicPacketKind.OneRtt)
        {
            ClientHasSent |= isClient;
            ServerHasSent |= !isClient;
            return;
        }
        facts ??= new QuicConnection(segment.At, segment.Range(0, segment.Bytes.Length)) { Began = segment.At };
        if (packet.Kind == QuicPacketKind.VersionNegotiation) return;
        facts = facts with { Version = packet.Version.Number == 0 ? facts.Version : packet.Version.Name, IsAnswered = facts.IsAnswered || !isClient };
        if (!isClient) facts = facts with { ServerScid = facts.ServerScid ?? Id(packet.Source) };
        else if (facts.ClientInitialDcid is null) facts = facts with { ClientInitialDcid = Id(packet.Destination), ClientScid = Id(packet.Source) };
    }

    /// <summary>A version that came in a packet without a long header. Google's versions up to Q043.</summary>
    public void TakeGoogle(in Segment segment, uint version, ReadOnlySpan<byte> connection)
    {
        last = segment.At;
        Note(segment.Side, 'I');
        facts ??= new QuicConnection(segment.At, segment.Range(0, segment.Bytes.Length)) { Began = segment.At, Version = new QuicVersion(version).Name, ClientInitialDcid = Id(connection) };
    }

    /// <summary>Adds a letter to the history.</summary>
    public void Note(Side side, char letter)
    {
        if (historyLength < LongestHistory) history[historyLength++] = side == Side.Client ? letter : char.ToLowerInvariant(letter);
    }

    /// <summary>The client said hello.</summary>
    public void Take(in ClientHello hello)
    {
        HasClientHello = true;
        Note(Side.Client, 'S');
        List<string>? offered = hello.Protocols();
        facts = facts! with
        {
            ServerName = ShortText.Of(hello.ServerName, LongestText),
            ClientProtocol = offered is { Count: > 0 } ? offered[0] : null,
            AlpnOffered = offered,
            Ja3 = TlsFingerprints.Ja3(in hello),
            Ja4 = TlsFingerprints.Ja4(in hello, isQuic: true),
        };
    }

    /// <summary>The client said Google's hello.</summary>
    public void TakeGoogleHello(ReadOnlySpan<byte> hello)
    {
        HasClientHello = true;
        Note(Side.Client, 'S');
        facts = facts! with
        {
            ServerName = ShortText.Of(GoogleHello.Value(hello, "SNI\0"u8), LongestText),
            UserAgent = ShortText.Of(GoogleHello.Value(hello, "UAID"u8), LongestText),
        };
    }

    /// <summary>The server said hello, or asked for another; the cipher suite is the same.</summary>
    public void Take(in ServerHello hello)
    {
        Note(Side.Server, 'S');
        HasServerHello = true;
        facts = facts! with { Cipher = TlsNames.CipherSuite(hello.CipherSuite), Curve = hello.Group == 0 ? null : TlsNames.Group(hello.Group), Ja3s = TlsFingerprints.Ja3s(in hello) };
    }

    /// <summary>A side gave up during the handshake.</summary>
    public void TakeClose(Side side, ulong code)
    {
        Note(side, 'C');
        facts = facts! with { CloseCode = (long)Math.Min(code, long.MaxValue) };
    }

    /// <summary>Hands out the row, if there is something to say, and begins anew.</summary>
    public void Report(ITransactionSink into)
    {
        if (facts is not null) into.Emit(facts with { At = last, History = new string(history, 0, historyLength) });
        Reset();
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        historyLength = 0;
        facts = null;
        HasClientHello = HasServerHello = ClientHasSent = ServerHasSent = false;
        last = default;
    }

    private static string? Id(ReadOnlySpan<byte> id) => id.IsEmpty ? null : Convert.ToHexStringLower(id);
}
