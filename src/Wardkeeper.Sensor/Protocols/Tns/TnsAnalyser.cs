using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Tns;

/// <summary>
/// Oracle Net (Transparent Network Substrate): what a client asks of a listener, who it is, and the answer; then who logs in and the platforms
/// of both ends. Kept per flow are these two. Statements are not read; a redirection announces the flow that follows it.
/// </summary>
internal sealed class TnsAnalyser : MessageAnalyser, IProtocol
{
    private const int Header = 8, MostShown = 4096, ConnectHead = 34, LongestPlatform = 64;
    private const byte Connect = 1, Accept = 2, Refuse = 4, Redirect = 5, Data = 6, LastKind = 19;
    private const int Negotiate = 1, Call = 3, SessionKey = 0x76, Authenticate = 0x73, Answered = 8, Failed = 4;

    private TnsConnect? connecting;
    private TnsLogin? login;
    private string? clientPlatform, serverPlatform;
    private TextPlace? places;
    private bool isConnectSplit, isAuthenticating;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "tns",
        Title = "Oracle Net (Transparent Network Substrate)",
        Standard = "Oracle Net Services, as spoken",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of(0, 1, 2, 3),
        Ports = [1521],
        LookAhead = 64,
        MaxHeld = 8 * 1024,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Client;
        if (bytes.IsEmpty) return Match.No;
        if (bytes.Length < ConnectHead) return bytes.Length > 5 && (bytes[4] != Connect || bytes[2] != 0 || bytes[3] != 0) ? Match.No : Match.NeedMore;
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes), version = BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]), oldest = BinaryPrimitives.ReadUInt16BigEndian(bytes[10..]);
        int from = BinaryPrimitives.ReadUInt16BigEndian(bytes[26..]);
        // A length, no checksums, the kind, versions from 300 on, and where the description lies.
        return bytes[4] == Connect && bytes[2] == 0 && bytes[3] == 0 && length >= ConnectHead && version is >= 300 and < 500 && oldest is >= 200 && oldest <= version && from >= ConnectHead && from <= length ? Match.Yes : Match.No;
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into)
    {
        if (connecting is not null) into.Emit(connecting);
        if (login is not null) into.Emit(login);
        (connecting, login) = (null, null);
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        (connecting, login, clientPlatform, serverPlatform, places) = (null, null, null, null, null);
        isConnectSplit = isAuthenticating = false;
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Header) return Measured.Need(Header);
        // Since version 315 lengths have four bytes; one of two is never zero.
        long length = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        if (length == 0) length = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return length < Header || bytes[4] is 0 or > LastKind ? Measured.Wrong(TnsFaults.MalformedPacket) : new Measured(length, MostShown);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = message.Bytes;
        bool isClient = message.Side == Side.Client;
        switch (bytes[4])
        {
            case Connect when isClient:
                TakeConnect(in message, into);
                break;
            case Accept when connecting is { } accepted:
                into.Emit(accepted with { At = message.At, Result = "accepted", AcceptedVersion = bytes.Length >= 10 ? BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]) : null, ServerVersion = TnsText.Version(TnsText.Number(bytes, "VSNNUM"u8)) });
                connecting = null;
                break;
            case Refuse when connecting is { } refused:
                into.Emit(refused with { At = message.At, Result = "refused", Error = TnsText.Number(bytes, "ERR"u8) ?? TnsText.Number(bytes, "CODE"u8), ServerVersion = TnsText.Version(TnsText.Number(bytes, "VSNNUM"u8)) });
                connecting = null;
                break;
            case Redirect when connecting is not null:
                TakeRedirect(bytes, in message, into);
                break;
            case Data when isClient && isConnectSplit:
                isConnectSplit = false;
                if (connecting is not null) connecting = Described(connecting, bytes);
                break;
            case Data when bytes.Length > Header + 2:
                if (bytes[Header + 2] != Negotiate && !isClient && login is not null && isAuthenticating) Answer(in message, bytes[(Header + 2)..], into);
                else TakeData(in message, bytes[(Header + 2)..]);
                break;
        }
        return Continuation.Stay;
    }

    private static TnsConnect Described(TnsConnect connect, ReadOnlySpan<byte> description) => connect with
    {
        ServiceName = TnsText.Value(description, "SERVICE_NAME"u8),
        Sid = TnsText.Value(description, "SID"u8),
        Command = TnsText.Value(description, "COMMAND"u8),
        Program = TnsText.Value(description, "PROGRAM"u8, "CID"u8),
        ClientHost = TnsText.Value(description, "HOST"u8, "CID"u8),
        ClientUser = TnsText.Value(description, "USER"u8, "CID"u8),
    };

    private void TakeConnect(in Message message, ITransactionSink into)
    {
        // After a request to send it again it comes again.
        bool isAgain = connecting is not null;
        SpanReader reader = new(message.Bytes);
        reader.Skip(Header);
        int version = reader.U16();
        reader.Skip(14);
        int length = reader.U16(), from = reader.U16();
        if (reader.Failed || from < ConnectHead - 8)
        {
            into.Report(TnsFaults.MalformedContent);
            return;
        }
        TnsConnect connect = new(message.At, message.Range) { Began = isAgain ? connecting!.Began : message.At, Version = version };
        // A long description follows in a packet of its own.
        isConnectSplit = from + length > message.Length;
        connecting = from < message.Bytes.Length ? Described(connect, message.Bytes[from..]) : connect;
    }

    private void TakeRedirect(ReadOnlySpan<byte> bytes, in Message message, ITransactionSink into)
    {
        string? host = TnsText.Value(bytes, "HOST"u8);
        int? port = TnsText.Number(bytes, "PORT"u8);
        into.Emit(connecting! with { At = message.At, Result = "redirected", RedirectHost = host, RedirectPort = port });
        connecting = null;
        if (port is not > 0 or not <= ushort.MaxValue) return;
        into.Expect(new ExpectedFlow(Address.TryParse(host, out Address address) ? address : message.Flow.Server.Ip, (ushort)port.Value, Carrier.Tcp, "tns"));
    }

    private void TakeData(in Message message, ReadOnlySpan<byte> content)
    {
        if (content[0] == Negotiate)
        {
            int zero = content.IndexOf((byte)0);
            string? platform = zero < 0 ? null : ShortText.Of(new SpanReader(content[(zero + 1)..]).UntilZero(), LongestPlatform);
            if (platform?.AsSpan().ContainsAnyExceptInRange(' ', '~') != false) return;
            if (message.Side == Side.Client) clientPlatform = platform;
            else serverPlatform = platform;
            places = TextPlace.Of(places, message.Bytes, message.Range, platform);
            return;
        }
        if (message.Side != Side.Client || content.Length < 4 || content[0] != Call) return;
        if (content[1] == SessionKey)
        {
            login = new TnsLogin(message.At, message.Range)
            {
                Began = message.At,
                User = TnsText.User(content),
                Program = TnsText.Entry(content, "AUTH_PROGRAM_NM"u8),
                Machine = TnsText.Entry(content, "AUTH_MACHINE"u8),
                Terminal = TnsText.Entry(content, "AUTH_TERMINAL"u8),
                SystemUser = TnsText.Entry(content, "AUTH_SID"u8),
                ClientPlatform = clientPlatform,
                ServerPlatform = serverPlatform,
            };
            login = login with { Places = TextPlace.Of(places, message.Bytes, message.Range, login.Program) };
        }
        else if (content[1] == Authenticate)
        {
            isAuthenticating = true;
        }
    }

    private void Answer(in Message message, ReadOnlySpan<byte> content, ITransactionSink into)
    {
        int? error = TnsText.OracleError(content);
        if (error is null && content[0] is not (Answered or Failed)) return;
        into.Emit(login! with { At = message.At, Success = error is null && content[0] == Answered, Error = error });
        login = null;
        isAuthenticating = false;
    }
}
