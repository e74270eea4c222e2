using System.Collections;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Telnet;

/// <summary>
/// Telnet with its options, logins and the control of serial lines behind device servers. Kept per flow and side: the options, the
/// line under way and a bounded beginning of the text. What the client types is only looked at where the server asks for a user; that
/// a password was given is told, and nothing of it. Data are counted, not kept.
/// </summary>
internal sealed class TelnetAnalyser : IProtocol
{
    private const byte Iac = 255, Will = 251, Wont = 252, Do = 253, Dont = 254, Subnegotiation = 250;
    private const int Port = 23, LongestText = 128;

    private readonly TelnetSide client = new(), server = new();
    private readonly TelnetText typed = new(), shown = new();
    private readonly BitArray clientWill = new(256), serverWill = new(256);
    private readonly ComPort comPort = new();
    private readonly SerialPayload payload = new();
    private Asked asked;
    private bool hasGreeted, isAfterReturn, isAnswered, isEncrypted, hasOptions;
    private string? user, environmentUser, terminal, display;
    private TelnetEvent? login;
    private long logins, lines;
    private CaptureTime last;
    private ByteRange evidence;

    private enum Asked : byte
    {
        Nothing,
        User,
        Password,
    }

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "telnet",
        Title = "Telnet, and control of serial lines in it",
        Standard = "RFC 854, RFC 855, RFC 2217",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of([Iac, 0x1B, .. "\r\n -=*+#"u8, .. "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8]),
        Ports = [Port, 4001],
        LookAhead = 1024,
        MaxHeld = 1024,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> client = opening.Client, server = opening.Server;
        Match match = Begins(client.IsEmpty || client[0] != Iac ? server : client);
        // One that negotiates nothing is known by its port and what it asks for.
        if (match == Match.No && opening.HasPort(Port)) match = Asks(opening.ServerPort == Port ? server : client);
        if (match == Match.No && Greeting.IsSetup(server)) match = Match.Yes;
        return match == Match.Yes && !opening.FromStart && opening.ClientPort == Port && opening.ServerPort != Port ? Match.YesReversed : match;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        TelnetSide side = segment.Side == Side.Client ? client : server;
        ReadOnlySpan<byte> bytes = segment.Bytes;
        last = segment.At;
        evidence = segment.Range(0, bytes.Length);
        while (side.Next(ref bytes, out ReadOnlySpan<byte> data) is not TelnetSide.Part.None and TelnetSide.Part part)
        {
            if (part == TelnetSide.Part.Data) Data(data, in segment, into);
            else if (part == TelnetSide.Part.Negotiation) Negotiated(segment.Side, side.Command, side.Option);
            else Subnegotiated(segment.Side, side.Content);
            if (side.Fault is not null) into.Report(side.Fault);
        }
        if (side.Fault is not null) into.Report(side.Fault);
        return new Progress(segment.Bytes.Length);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
        (side == Side.Client ? client : server).Reset();
        payload.Gap(side, missing, into);
        typed.Clear();
        shown.ClearLine();
        asked = Asked.Nothing;
        isAfterReturn = false;
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into)
    {
        payload.End(how, into);
        Greet(shown.Line, into);
        Settle(into);
        Announce(into);
        if (!hasOptions && lines == 0) return;
        into.Emit(Describe(new TelnetEvent(last, evidence)
        {
            Kind = "session",
            ClientOptions = Options(clientWill),
            ServerOptions = Options(serverWill),
            Logins = logins,
            Lines = lines,
            Encrypted = isEncrypted ? true : null,
            Payload = payload.Kind,
        }));
    }

    /// <inheritdoc/>
    public void Reset()
    {
        client.Reset();
        server.Reset();
        typed.Clear();
        shown.Clear();
        clientWill.SetAll(false);
        serverWill.SetAll(false);
        comPort.Reset();
        asked = Asked.Nothing;
        hasGreeted = isAfterReturn = isAnswered = isEncrypted = hasOptions = false;
        user = environmentUser = terminal = display = null;
        login = null;
        logins = lines = 0;
        payload.Reset();
    }

    /// <summary>IAC, then WILL, WONT, DO or DONT and an option, or SB and an option; and again, or text.</summary>
    private static Match Begins(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return Match.NeedMore;
        if (bytes[0] != Iac) return Match.No;
        if (bytes.Length < 3) return bytes.Length == 2 && bytes[1] is < Subnegotiation or Iac ? Match.No : Match.NeedMore;
        if (bytes[1] is < Subnegotiation or Iac || !TelnetNames.IsOption(bytes[2])) return Match.No;
        if (bytes.Length == 3 || bytes[1] == Subnegotiation) return Match.Yes;
        return bytes[3] is Iac or (>= 0x20 and < 0x7F) or 0x1B or (byte)'\r' or (byte)'\n' or 0 ? Match.Yes : Match.No;
    }

    private static Match Asks(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return Match.NeedMore;
        if (text[0] == Iac) return Match.No;
        string said = Encoding.Latin1.GetString(text[..Math.Min(text.Length, 1024)]);
        foreach (char one in said)
        {
            if (one is < ' ' and not ('\r' or '\n' or '\t' or '\x1B' or '\0' or '\a' or '\b')) return Match.No;
        }
        return Prompt(said) != Asked.Nothing ? Match.Yes : text.Length >= 1024 ? Match.No : Match.NeedMore;
    }

    private void Negotiated(Side side, byte command, byte option)
    {
        hasOptions = true;
        // DO asks the other to perform the option; it says so itself if it does.
        if (command is Will or Wont) (side == Side.Client ? clientWill : serverWill)[option] = command == Will;
    }

    private void Subnegotiated(Side side, ReadOnlySpan<byte> content)
    {
        hasOptions = true;
        // IS, and for terminals what follows it.
        bool isValue = content.Length > 2 && content[1] == 0;
        switch (content[0])
        {
            case TelnetNames.TerminalType when isValue: terminal = ShortText.Of(content[2..], LongestText); break;
            case TelnetNames.Display when isValue: display = ShortText.Of(content[2..], LongestText); break;
            case TelnetNames.Environment when isValue && side == Side.Client: environmentUser = EnvironmentUser(content[2..]) ?? environmentUser; break;
            case TelnetNames.Authentication when content.Length > 2 && content[1] == 3: environmentUser = ShortText.Of(content[2..], LongestText); break;
            case TelnetNames.Encrypt when content.Length > 1 && content[1] == 3: isEncrypted = true; break;
            case TelnetNames.StartTls when content.Length > 1 && content[1] == 1: isEncrypted = true; break;
            case TelnetNames.ComPort: comPort.Take(content[1..]); break;
            default: break;
        }
    }

    private void Data(ReadOnlySpan<byte> data, in Segment segment, ITransactionSink into)
    {
        if (isEncrypted) return;
        if (comPort.IsConfirmed)
        {
            Announce(into);
            payload.Take(data, in segment, into);
            return;
        }
        foreach (byte one in data)
        {
            if (segment.Side == Side.Server)
            {
                if (shown.Take(one)) shown.ClearLine();
                else isAnswered |= one > ' ';
                continue;
            }
            if (isAfterReturn && one is (byte)'\n' or 0)
            {
                isAfterReturn = false;
                continue;
            }
            if (typed.IsEmpty) BeginLine(into);
            isAfterReturn = one == '\r';
            if (typed.Take(one)) EndLine();
        }
    }

    /// <summary>The client begins to type: what the server asked for stands before it.</summary>
    private void BeginLine(ITransactionSink into)
    {
        string prompt = shown.Line;
        asked = Prompt(prompt);
        Greet(prompt, into);
        if (asked != Asked.Nothing || isAnswered) Settle(into);
        isAnswered = false;
    }

    /// <summary>Tells once what the server said before the client typed anything, without the prompt.</summary>
    private void Greet(string prompt, ITransactionSink into)
    {
        if (hasGreeted) return;
        hasGreeted = true;
        string said = shown.All ?? "";
        if (Prompt(prompt) != Asked.Nothing && said.EndsWith(prompt.Trim(), StringComparison.Ordinal)) said = said[..^prompt.Trim().Length].TrimEnd();
        // What is shown on terminals of another kind is no text.
        if (said.Count(char.IsAscii) * 2 < said.Length) said = "";
        string? host = Host(prompt);
        if (said.Length == 0 && host is null) return;
        Greeting greeting = Greeting.Of(said);
        into.Emit(Describe(new TelnetEvent(last, evidence)
        {
            Kind = "greeting",
            Banner = said.Length > 0 ? said : null,
            HostName = host,
            Vendor = greeting.Vendor,
            Model = greeting.Model,
            Serial = greeting.Serial,
            Firmware = greeting.Firmware,
            Mac = greeting.Mac,
        }));
    }

    private void EndLine()
    {
        lines++;
        if (asked == Asked.User && typed.Line.Trim() is { Length: > 0 } name)
        {
            user = name.Length > LongestText ? name[..LongestText] : name;
        }
        else if (asked == Asked.Password)
        {
            logins++;
            login = new TelnetEvent(last, evidence) { Kind = "login", User = user, Password = "seen", PasswordRule = PasswordRules.Broken(user, Encoding.Latin1.GetBytes(typed.Line)) };
            shown.Clear();
        }
        asked = Asked.Nothing;
        typed.Clear();
    }

    /// <summary>Judges a login by what the server said since: a refusal, another prompt, or anything else.</summary>
    private void Settle(ITransactionSink into)
    {
        if (login is null) return;
        string said = shown.All ?? "";
        bool? success = said.Length == 0 ? null : !(Refuses(said) || Prompt(shown.Line) != Asked.Nothing);
        into.Emit(new TelnetEvent(last, login.Bytes) { Began = login.At, Kind = "login", User = login.User, Password = login.Password, PasswordRule = login.PasswordRule, Success = success });
        login = null;
    }

    /// <summary>Tells of the serial line when something of it is new.</summary>
    private void Announce(ITransactionSink into)
    {
        if (!comPort.IsConfirmed || !comPort.IsNews) return;
        comPort.IsNews = false;
        into.Emit(Describe(new TelnetEvent(last, evidence) { Kind = "com_port" }));
    }

    private TelnetEvent Describe(TelnetEvent row) => row with
    {
        User = environmentUser,
        Terminal = terminal,
        Display = display,
        Baud = comPort.Speed,
        Framing = comPort.Framing,
        Signature = comPort.ServerSignature,
    };

    private static Asked Prompt(string text)
    {
        text = text.TrimEnd(' ', '\0');
        if (!text.EndsWith(':') && !text.EndsWith('>')) return Asked.Nothing;
        text = text[..^1].TrimEnd();
        if (Ends(text, "password") || Ends(text, "passwd") || Ends(text, "passcode")) return Asked.Password;
        return Ends(text, "login") || Ends(text, "username") || Ends(text, "user name") || Ends(text, "user") || Ends(text, "login name") || Ends(text, "account") ? Asked.User : Asked.Nothing;

        static bool Ends(string text, string word) => text.EndsWith(word, StringComparison.OrdinalIgnoreCase);
    }

    private static bool Refuses(string said)
    {
        foreach (string word in (string[])["incorrect", "fail", "denied", "invalid", "wrong", "bad password", "not valid", "unknown user"])
        {
            if (said.Contains(word, StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
    }

    /// <summary>The host's name stands alone before "login:".</summary>
    private static string? Host(string prompt)
    {
        string[] words = prompt.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries);
        return words is [{ Length: <= 63 } host, "login"] && char.IsAsciiLetterOrDigit(host[0]) && host.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_') ? host : null;
    }

    /// <summary>VAR 0 or USERVAR 3, a name, VALUE 1, a value. RFC 1572, section 2.</summary>
    private static string? EnvironmentUser(ReadOnlySpan<byte> variables)
    {
        int at = variables.IndexOf("USER\u0001"u8);
        if (at < 1 || variables[at - 1] is not (0 or 3)) return null;
        ReadOnlySpan<byte> value = variables[(at + 5)..];
        int end = value.IndexOfAny((byte)0, (byte)3);
        return ShortText.Of(end < 0 ? value : value[..end], LongestText);
    }

    private static List<string>? Options(BitArray set)
    {
        List<string>? names = null;
        for (int i = 0; i < 256; i++)
        {
            if (set[i]) (names ??= []).Add(TelnetNames.Option(i));
        }
        return names;
    }
}
