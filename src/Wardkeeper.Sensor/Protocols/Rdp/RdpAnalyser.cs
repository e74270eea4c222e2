using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Rdp;

/// <summary>
/// Microsoft's remote desktop: the connection request with its cookie, the security the server chose, and, where that is the old
/// kind, the settings both exchange in clear. With the newer kinds TLS takes over the stream.
/// </summary>
internal sealed class RdpAnalyser : MessageAnalyser, IProtocol
{
    private const int LongestPacket = 8 * 1024, LongestCookie = 256, MostChannels = 31;

    private static readonly byte[] CookieStart = [.. "Cookie: mstshash="u8];

    private RdpConnection? connection;
    private bool isReported;
    private CaptureTime began;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "rdp",
        Title = "Remote Desktop Protocol",
        Standard = "MS-RDPBCGR, RFC 1006, X.224",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of(3),
        Ports = [3389],
        LookAhead = 32,
        MaxHeld = 16 * 1024,
    };

    /// <inheritdoc/>
    protected override string? Successor => "ssl";

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        // TPKT, a connection request of X.224, then a cookie, a routing token or what security the client can do.
        ReadOnlySpan<byte> bytes = opening.Client;
        if (bytes.IsEmpty) return IsConfirmation(opening.Server);
        if (bytes.Length < 11) return bytes.Length < 2 || bytes[1] == 0 ? bytes.Length < 6 || bytes[5] == Tpkt.ConnectionRequest ? Match.NeedMore : Match.No : Match.No;
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        if (bytes[0] != 3 || bytes[1] != 0 || bytes[5] != Tpkt.ConnectionRequest || bytes[4] + 5 != length || (bytes[6] | bytes[7]) != 0) return Match.No;
        ReadOnlySpan<byte> rest = bytes[11..];
        if (length == 11) return opening.HasPort(3389) ? Match.Yes : Match.No;
        if (length == 19) return rest.Length < 4 ? Match.NeedMore : IsNegotiation(rest, 1) ? Match.Yes : Match.No;
        return Openings.Begin(rest, "Cookie: msts"u8);
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into) => Report(into);

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        connection = null;
        isReported = false;
        began = default;
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Tpkt.Header) return Measured.Need(Tpkt.Header);
        int length = Tpkt.Length(bytes);
        return length is < 0 or > LongestPacket ? Measured.Wrong(RdpFaults.MalformedPacket) : new Measured(length, length);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = message.Bytes;
        switch (bytes[5])
        {
            case Tpkt.ConnectionRequest when message.Side == Side.Client && connection is null:
                began = message.At;
                connection = new RdpConnection(message.At, message.Range) { Began = began, Cookie = Cookie(bytes) };
                return Continuation.Stay;
            case Tpkt.ConnectionConfirm when message.Side == Side.Server:
                return Confirm(in message, into);
            case Tpkt.Data when message.Side == Side.Client:
                Settings(bytes, "Duca"u8, into, ClientBlock);
                return Continuation.Stay;
            case Tpkt.Data:
                Settings(bytes, "McDn"u8, into, ServerBlock);
                if (connection is null) return Continuation.Done;
                connection = connection with { At = message.At, Result = "Success" };
                Report(into);
                return Continuation.Done;
            default:
                return Continuation.Stay;
        }
    }

    /// <summary>The server's answer with the security it chose, for captures that miss the request.</summary>
    private static Match IsConfirmation(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 15) return bytes.Length < 6 || bytes[5] == Tpkt.ConnectionConfirm ? Match.NeedMore : Match.No;
        return bytes[0] == 3 && bytes[1] == 0 && bytes[2] == 0 && bytes[3] == 19 && bytes[4] == 14 && bytes[5] == Tpkt.ConnectionConfirm && (IsNegotiation(bytes[11..], 2) || IsNegotiation(bytes[11..], 3)) ? Match.Yes : Match.No;
    }

    private static bool IsNegotiation(ReadOnlySpan<byte> bytes, byte kind) => bytes.Length >= 4 && bytes[0] == kind && bytes[2] == 8 && bytes[3] == 0;

    private static string? Cookie(ReadOnlySpan<byte> bytes)
    {
        int at = bytes.IndexOf(CookieStart);
        if (at < 0) return null;
        ReadOnlySpan<byte> value = bytes[(at + CookieStart.Length)..];
        int end = value.IndexOf((byte)'\r');
        return end is > 0 and <= LongestCookie ? Encoding.UTF8.GetString(value[..end]) : null;
    }

    /// <summary>The server's answer: which security, or why none. MS-RDPBCGR 2.2.1.2.</summary>
    private Continuation Confirm(in Message message, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = message.Bytes;
        connection ??= new RdpConnection(message.At, message.Range) { Began = message.At };
        uint code = bytes.Length >= 19 ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[15..]) : 0;
        if (bytes.Length >= 19 && IsNegotiation(bytes[11..], 3))
        {
            connection = connection with { At = message.At, Result = Failure(code) };
            Report(into);
            return Continuation.Done;
        }
        bool isChosen = bytes.Length >= 19 && IsNegotiation(bytes[11..], 2);
        string security = !isChosen ? "RDP" : code switch { 0 => "RDP", 1 => "SSL", 2 => "HYBRID", 4 => "RDSTLS", 8 => "HYBRID_EX", _ => code.ToString("x", CultureInfo.InvariantCulture) };
        connection = connection with { At = message.At, SecurityProtocol = security };
        if (security == "RDP") return Continuation.Stay;
        connection = connection with { Result = "encrypted" };
        Report(into);
        return Continuation.HandOver;
    }

    private static string Failure(uint code) => code switch
    {
        1 => "SSL_REQUIRED_BY_SERVER",
        2 => "SSL_NOT_ALLOWED_BY_SERVER",
        3 => "SSL_CERT_NOT_ON_SERVER",
        4 => "INCONSISTENT_FLAGS",
        5 => "HYBRID_REQUIRED_BY_SERVER",
        6 => "SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER",
        _ => string.Create(CultureInfo.InvariantCulture, $"failure {code}"),
    };

    /// <summary>The blocks of settings behind the key of their sender, each with kind and length. MS-RDPBCGR 2.2.1.3.1.</summary>
    private void Settings(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> key, ITransactionSink into, Action<RdpAnalyser, ushort, ReadOnlySpan<byte>> take)
    {
        int at = bytes.IndexOf(key);
        if (at < 0 || at + key.Length >= bytes.Length) return;
        SpanReader reader = new(bytes[(at + key.Length)..]);
        // The length of what follows, in one byte or two.
        if ((reader.U8() & 0x80) != 0) reader.Skip(1);
        while (reader.Remaining >= 4)
        {
            ushort kind = reader.U16Little(), length = reader.U16Little();
            ReadOnlySpan<byte> block = reader.Take(length - 4);
            if (reader.Failed)
            {
                into.Report(RdpFaults.MalformedSettings);
                return;
            }
            take(this, kind, block);
        }
    }

    private static void ClientBlock(RdpAnalyser analyser, ushort kind, ReadOnlySpan<byte> block)
    {
        if (analyser.connection is not { } known) return;
        if (kind == 0xC001 && block.Length >= 52)
        {
            analyser.connection = known with
            {
                DesktopWidth = BinaryPrimitives.ReadUInt16LittleEndian(block[4..]),
                DesktopHeight = BinaryPrimitives.ReadUInt16LittleEndian(block[6..]),
                KeyboardLayout = BinaryPrimitives.ReadUInt32LittleEndian(block[12..]).ToString("x8", CultureInfo.InvariantCulture),
                ClientBuild = (int)Math.Min(int.MaxValue, BinaryPrimitives.ReadUInt32LittleEndian(block[16..])),
                ClientName = Wide(block.Slice(20, 32)),
                ClientDigProductId = block.Length >= 206 ? Wide(block.Slice(142, 64)) : null,
            };
        }
        else if (kind == 0xC003 && block.Length >= 4)
        {
            int count = (int)Math.Min(MostChannels, BinaryPrimitives.ReadUInt32LittleEndian(block));
            List<string> channels = [];
            for (int at = 4; channels.Count < count && at + 12 <= block.Length; at += 12) channels.Add(Encoding.ASCII.GetString(block.Slice(at, 8)).TrimEnd('\0'));
            analyser.connection = known with { ClientChannels = channels };
        }
    }

    private static void ServerBlock(RdpAnalyser analyser, ushort kind, ReadOnlySpan<byte> block)
    {
        if (kind != 0x0C02 || block.Length < 8 || analyser.connection is not { } known) return;
        uint method = BinaryPrimitives.ReadUInt32LittleEndian(block), level = BinaryPrimitives.ReadUInt32LittleEndian(block[4..]);
        analyser.connection = known with
        {
            EncryptionMethod = method switch { 0 => "None", 1 => "40bit", 2 => "128bit", 8 => "56bit", 16 => "FIPS", _ => null },
            EncryptionLevel = level switch { 0 => "None", 1 => "Low", 2 => "Client compatible", 3 => "High", 4 => "FIPS", _ => null },
        };
    }

    private static string? Wide(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<char> text = MemoryMarshal.Cast<byte, char>(bytes);
        int end = text.IndexOf('\0');
        if (end >= 0) text = text[..end];
        return text.IsEmpty ? null : text.ToString();
    }

    private void Report(ITransactionSink into)
    {
        if (isReported || connection is null) return;
        isReported = true;
        into.Emit(connection);
    }
}
