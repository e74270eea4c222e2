using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Http;

namespace Wardkeeper.Sensor.Protocols.Ftp;

/// <summary>
/// The control connection of FTP: commands with their replies, and the data connections that they announce. Kept per flow are the
/// user's name and the command that waits. Passwords are passed by. Behind <c>AUTH TLS</c> the stream is TLS.
/// </summary>
internal sealed class FtpAnalyser : IProtocol
{
    private const int LongestLine = 2048, LongestText = 256, Port = 21;

    private readonly Queue<FtpCommand> waiting = new();
    private string? user, greeting;
    private ByteRange? greetingAt;
    private bool hasPassword, wasGreeted, wantsTls, isInReply;
    private int replyCode;
    private readonly List<(Address Ip, ushort Port)> channel = [];
    private bool isProtected;
    private UriMasking? masking;
    private (bool IsLosing, bool IsSilent) client, server;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "ftp",
        Title = "File Transfer Protocol",
        Standard = "RFC 959, RFC 2428, RFC 4217",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of("2UAFOSuafos"u8),
        Ports = [Port],
        LookAhead = 512,
        MaxHeld = 4096,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        bool isUsual = opening.ServerPort == Port;
        Match server = Openings.BeginOne(opening.Server, ["220 ", "220-"]), client = Openings.BeginOne(opening.Client, ["USER ", "AUTH TLS", "AUTH SSL", "FEAT\r\n", "OPTS UTF8", "SYST\r\n"], inAnyCase: true);
        if (server == Match.No || client == Match.No) return Match.No;
        // Mail servers greet alike, and other protocols begin with USER: the port, the word FTP, or both sides decide.
        if (client == Match.Yes && (server == Match.Yes || isUsual)) return Match.Yes;
        if (server == Match.Yes && opening.Client.IsEmpty && opening.Server.IndexOf("FTP"u8) is > 0 and < 200) return Match.Yes;
        return opening.Client.Length > 64 || opening.Server.Length > 400 ? Match.No : Match.NeedMore;
    }

    /// <summary>Product that a greeting names, without the words around it; null when it names none.</summary>
    public static string? Software(string greeting)
    {
        foreach (string product in (ReadOnlySpan<string>)["vsFTPd", "ProFTPD", "Pure-FTPd", "FileZilla Server", "Serv-U FTP Server", "Microsoft FTP Service", "pyftpdlib", "bftpd", "wu-"])
        {
            int at = greeting.IndexOf(product, StringComparison.OrdinalIgnoreCase);
            if (at < 0) continue;
            int end = at + product.Length;
            string rest = greeting[end..].TrimStart(' ', 'v', 'V');
            int version = 0;
            while (version < rest.Length && (char.IsAsciiDigit(rest[version]) || rest[version] is '.' or '-' || (version > 0 && char.IsAsciiLetter(rest[version])))) version++;
            return version > 0 && char.IsAsciiDigit(rest[0]) ? $"{product} {rest[..version].TrimEnd('.', '-')}" : product;
        }
        return null;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ref (bool IsLosing, bool IsSilent) side = ref SideOf(segment.Side);
        ReadOnlySpan<byte> bytes = segment.Bytes;
        int at = 0;
        while (at < bytes.Length && !side.IsSilent)
        {
            int end = bytes[at..Math.Min(bytes.Length, at + LongestLine)].IndexOf((byte)'\n');
            if (end < 0)
            {
                if (bytes.Length - at < LongestLine) return new Progress(at, bytes.Length - at + 1);
                into.Report(FtpFaults.LineTooLong);
                side.IsSilent = true;
                break;
            }
            ReadOnlySpan<byte> line = bytes.Slice(at, end).TrimEnd((byte)'\r');
            ByteRange range = segment.Range(at, end + 1);
            at += end + 1;
            if (side.IsLosing)
            {
                // The rest of a line whose beginning is lost; the next one is whole again.
                side.IsLosing = false;
            }
            else if (segment.Side == Side.Client)
            {
                Ask(in segment, line, range, into);
            }
            else if (Answer(in segment, line, range, into))
            {
                return Progress.HandOver(at, "ssl");
            }
        }
        return new Progress(side.IsSilent ? bytes.Length : at);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
        SideOf(side).IsLosing = true;
        isInReply = false;
        // Which reply belongs to which command cannot be told any longer.
        while (waiting.TryDequeue(out FtpCommand? asked)) into.Emit(asked);
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into)
    {
        while (waiting.TryDequeue(out FtpCommand? asked)) into.Emit(asked);
    }

    /// <inheritdoc/>
    public void Reset()
    {
        waiting.Clear();
        user = greeting = null;
        greetingAt = null;
        hasPassword = wasGreeted = wantsTls = isInReply = false;
        replyCode = 0;
        channel.Clear();
        isProtected = false;
        client = server = default;
    }

    private ref (bool IsLosing, bool IsSilent) SideOf(Side side)
    {
        if (side == Side.Client) return ref client;
        return ref server;
    }

    /// <summary>Whether the six numbers of PORT name another host than the client (RFC 2577, section 3).</summary>
    private static bool IsForOther(ReadOnlySpan<byte> text, Address client)
    {
        uint address = 0;
        for (int i = 0; i < 4; i++)
        {
            if (!Utf8Parser.TryParse(text, out byte part, out int used) || used == text.Length || text[used] != ',') return false;
            address = (address << 8) | part;
            text = text[(used + 1)..];
        }
        return client.IsV4 && Address.FromV4(address) != client;
    }

    private void Ask(in Segment segment, ReadOnlySpan<byte> line, ByteRange range, ITransactionSink into)
    {
        int space = line.IndexOf((byte)' ');
        ReadOnlySpan<byte> word = space < 0 ? line : line[..space], rest = space < 0 ? default : line[(space + 1)..];
        if (word.IsEmpty || word.Length > 16 || word.ContainsAnyExceptInRange((byte)'A', (byte)'z')) return;
        string command = Encoding.ASCII.GetString(word).ToUpperInvariant();
        if (into.Buffers is { } buffers)
        {
            buffers.Offer(Signatures.Buffers.BufferName.FtpCommand, Side.Client, word);
            if (!rest.IsEmpty) buffers.Offer(Signatures.Buffers.BufferName.FtpArgument, Side.Client, rest);
            if (command == "PORT" && IsForOther(rest, segment.Flow.Client.Ip)) buffers.Event(Side.Client, Signatures.Rules.EventNames.FtpBounce);
            buffers.Complete(Side.Client);
        }
        if (command == "USER")
        {
            (user, hasPassword) = (Text(rest), false);
        }
        else if (command is "PASS" or "ACCT")
        {
            hasPassword = !rest.IsEmpty;
        }
        FtpCommand asked = new(segment.At, range)
        {
            Began = segment.At,
            User = user,
            Password = hasPassword ? "<hidden>" : null,
            PasswordRule = command == "PASS" ? PasswordRules.Broken(user, rest) : null,
            Command = command,
            Arg = command is "PASS" or "ACCT" or "USER" or "ADAT" || rest.IsEmpty ? null : FileName(rest, into),
            Greeting = greeting,
            GreetingAt = greetingAt,
        };
        greeting = null;
        greetingAt = null;
        wantsTls |= command == "AUTH";
        if (command is "PORT" or "EPRT" && TryEndpoint(command, rest, out Address address, out ushort port))
        {
            asked = asked with { DataChannelPassive = false, DataChannelRespH = address, DataChannelRespP = port };
            Listen(address, segment.Flow.Client.Ip, port, into);
        }
        Transfer(command, asked.Arg, rest, into);
        if (waiting.Count == 16) into.Emit(waiting.Dequeue());
        waiting.Enqueue(asked);
    }

    /// <summary>One line of a reply. True when TLS begins behind it.</summary>
    private bool Answer(in Segment segment, ReadOnlySpan<byte> line, ByteRange range, ITransactionSink into)
    {
        bool hasCode = line.Length >= 3 && Utf8Parser.TryParse(line[..3], out int code, out int digits) && digits == 3 && (line.Length == 3 || line[3] is (byte)' ' or (byte)'-');
        code = hasCode ? int.Parse(line[..3], CultureInfo.InvariantCulture) : 0;
        if (isInReply && (!hasCode || code != replyCode || line is [_, _, _, (byte)'-', ..])) return false;
        if (!hasCode)
        {
            into.Report(FtpFaults.NoReplyCode);
            return false;
        }
        isInReply = line.Length > 3 && line[3] == '-';
        replyCode = code;
        ReadOnlySpan<byte> text = line.Length > 4 ? line[4..] : default;
        if (!wasGreeted && waiting.Count == 0)
        {
            wasGreeted = true;
            greeting = code == 220 ? Text(text) : null;
            greetingAt = greeting is null ? null : range;
            return false;
        }
        if (waiting.Count == 0 && code == 220 && greeting is not null && greeting.Length < LongestText)
        {
            greeting = $"{greeting} {Text(text)}".Trim();
            greetingAt = greetingAt is { } first ? first with { Length = range.Start + range.Length - first.Start } : null;
        }
        // A preliminary answer is followed by the one that counts.
        if (isInReply || code < 200 || !waiting.TryDequeue(out FtpCommand? asked)) return false;
        asked = asked with { At = segment.At, ReplyCode = code, System = asked.Command == "SYST" ? Text(text) : null, Places = asked.Command == "SYST" ? TextPlace.Of(null, line, range, Text(text)) : null };
        if (code is 227 or 229 && TryEndpoint(asked.Command, text, out Address address, out ushort port))
        {
            Address seen = segment.Flow.Server.Ip;
            if (code == 229 || address == default) address = seen;
            asked = asked with { DataChannelPassive = true, DataChannelRespH = address, DataChannelRespP = port };
            Listen(address, seen, port, into);
        }
        into.Emit(asked);
        bool isTls = wantsTls && asked.Command == "AUTH" && code == 234;
        if (asked.Command == "AUTH") wantsTls = false;
        return isTls;
    }

    /// <summary>A command that has something pass over the data connection, or says how. RFC 959, section 4.1.3; RFC 3659; RFC 4217, section 9.</summary>
    private void Transfer(string command, MaskedText? name, ReadOnlySpan<byte> argument, ITransactionSink into)
    {
        if (command is "RETR" or "STOR" or "STOU" or "APPE") Announce(new AnnouncedFile(name, IsFile: true), into);
        else if (command is "LIST" or "NLST" or "MLSD") Announce(new AnnouncedFile(null, IsFile: false), into);
        else if (command == "PROT") isProtected = argument is [(byte)'P' or (byte)'p', ..];
    }

    /// <summary>A side waits for the data connection. Behind address translation it may name an address of its own that nobody outside sees.</summary>
    private void Listen(Address stated, Address seen, ushort port, ITransactionSink into)
    {
        channel.Clear();
        channel.Add((stated, port));
        if (stated != seen) channel.Add((seen, port));
        Announce(null, into);
    }

    /// <summary>Says what the data connection is for; one that is encrypted shows it itself.</summary>
    private void Announce(AnnouncedFile? file, ITransactionSink into)
    {
        foreach ((Address ip, ushort port) in channel) into.Expect(new ExpectedFlow(ip, port, Carrier.Tcp, isProtected ? null : FtpDataAnalyser.Info.Name) { File = file });
    }

    private MaskedText FileName(ReadOnlySpan<byte> name, ITransactionSink into)
    {
        PatientContext context = default;
        UriMasking uris = UriMasking.Of(into.Masker, ref masking);
        ReadOnlySpan<byte> shown = name[..Math.Min(name.Length, LongestText)];
        return shown.Contains((byte)'/') ? uris.Uri(shown, ref context) : uris.FileName(shown, in context);
    }

    private static string? Text(ReadOnlySpan<byte> bytes) => ShortText.Of(bytes, LongestText);

    /// <summary>Six numbers of PORT and 227, or the fields of EPRT and 229 between equal signs. RFC 959 4.1.2, RFC 2428 2 and 3.</summary>
    private static bool TryEndpoint(string command, ReadOnlySpan<byte> text, out Address address, out ushort port)
    {
        (address, port) = (default, 0);
        if (command is "EPRT" or "EPSV")
        {
            int from = text.IndexOf((byte)'|');
            if (from < 0) return false;
            string[] fields = Encoding.ASCII.GetString(text[(from + 1)..]).Split('|');
            if (fields.Length < 3 || !ushort.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out port)) return false;
            return command == "EPSV" || Address.TryParse(fields[1], out address);
        }
        Span<int> numbers = stackalloc int[6];
        int count = 0, at = 0;
        while (at < text.Length && count < 6)
        {
            if (!char.IsAsciiDigit((char)text[at]))
            {
                if (text[at] != ',') count = 0;
                at++;
                continue;
            }
            if (!Utf8Parser.TryParse(text[at..], out uint number, out int used) || number > 255) return false;
            numbers[count++] = (int)number;
            at += used;
        }
        if (count < 6) return false;
        address = Address.FromV4(((uint)numbers[0] << 24) | ((uint)numbers[1] << 16) | ((uint)numbers[2] << 8) | (uint)numbers[3]);
        port = (ushort)((numbers[4] << 8) | numbers[5]);
        return true;
    }
}
