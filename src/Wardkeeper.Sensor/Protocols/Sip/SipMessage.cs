using System.Buffers.Text;
using System.Text;
using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Sip;

/// <summary>A message's start line and fields. RFC 3261, 7; its short names of fields are in 7.3.3.</summary>
internal ref struct SipMessage
{
    private static readonly string[] Methods = ["REGISTER", "INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "INFO", "PRACK", "SUBSCRIBE", "NOTIFY", "UPDATE", "MESSAGE", "REFER", "PUBLISH"];

    private const int LongestText = 256, MostHops = 16, MostMedia = 8;

    /// <summary>Method; null for an answer.</summary>
    public string? Method { get; private set; }

    /// <summary>URI of a request.</summary>
    public string? Uri { get; private set; }

    /// <summary>Status of an answer, 0 for a request.</summary>
    public int Status { get; private set; }

    /// <summary>Words behind the status.</summary>
    public string? Reason { get; private set; }

    public string? From, To, CallId, Seq, Subject, UserAgent, Server, Warning, ContentType, Date, ReplyTo, AuthUser;

    /// <summary>Hops, the latest first; null when there are none.</summary>
    public List<string>? Path { get; private set; }

    /// <summary>Length of the body as stated; null when nothing is stated, -1 when it is no number.</summary>
    public long? Length { get; private set; }

    /// <summary>What follows the head.</summary>
    public ReadOnlySpan<byte> Body { get; private set; }

    /// <summary>Media of an SDP body; null when there is none.</summary>
    public List<string>? Media { get; private set; }

    /// <summary>Whether a message begins so.</summary>
    public static Match Begins(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> answer = "SIP/2.0 "u8;
        if (bytes.Length < answer.Length ? answer.StartsWith(bytes) : bytes.StartsWith(answer)) return bytes.Length < 12 ? Match.NeedMore : char.IsAsciiDigit((char)bytes[8]) && char.IsAsciiDigit((char)bytes[10]) ? Match.Yes : Match.No;
        bool mayBecome = false;
        foreach (string method in Methods)
        {
            int common = Math.Min(method.Length, bytes.Length);
            if (!Ascii.Equals(bytes[..common], method.AsSpan(0, common))) continue;
            if (bytes.Length <= method.Length)
            {
                mayBecome = true;
                continue;
            }
            if (bytes[method.Length] != ' ') continue;
            int end = bytes.IndexOf((byte)'\n');
            if (end < 0 && bytes.Length < 512) return Match.NeedMore;
            return (end < 0 ? bytes : bytes[..end])[(method.Length + 1)..].TrimEnd("\r "u8).EndsWith(" SIP/2.0"u8) ? Match.Yes : Match.No;
        }
        return mayBecome ? Match.NeedMore : Match.No;
    }

    /// <summary>Reads a message; false when its start line is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out SipMessage message)
    {
        message = default;
        int line = bytes.IndexOf((byte)'\n');
        if (line < 0 || Begins(bytes) != Match.Yes) return false;
        ReadOnlySpan<byte> first = bytes[..line].TrimEnd("\r "u8);
        if (first.StartsWith("SIP/2.0 "u8))
        {
            if (!Utf8Parser.TryParse(first[8..], out int status, out int digits) || digits != 3) return false;
            message.Status = status;
            message.Reason = Text(first[11..]);
        }
        else
        {
            int space = first.IndexOf((byte)' ');
            message.Method = Encoding.ASCII.GetString(first[..space]);
            message.Uri = Text(first[(space + 1)..^8]);
        }
        message.Fields(bytes[(line + 1)..]);
        if (message.Body.StartsWith("v=0"u8)) message.Media = [];
        return true;
    }

    /// <summary>Reads the media of a session's description and announces their flows. RFC 8866.</summary>
    public readonly void Describe(ITransactionSink into)
    {
        if (Media is null) return;
        Address shared = default;
        ReadOnlySpan<byte> rest = Body;
        Dictionary<int, string> codecs = [];
        // Addresses and names of codecs may stand behind what they belong to.
        foreach (Range range in rest.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = rest[range].TrimEnd((byte)'\r');
            if (line.StartsWith("c=IN IP"u8) && line.Length > 9 && Address.TryParse(Encoding.ASCII.GetString(line[9..Math.Min(line.Length, 60)]).Split('/')[0], out Address address)) shared = address;
            if (!line.StartsWith("a=rtpmap:"u8) || !Utf8Parser.TryParse(line[9..], out int number, out int digits) || codecs.Count == 32) continue;
            ReadOnlySpan<byte> name = line[(9 + digits)..].Trim((byte)' ');
            int slash = name.IndexOf((byte)'/');
            codecs[number] = Encoding.ASCII.GetString(slash < 0 ? name[..Math.Min(name.Length, 24)] : name[..Math.Min(slash, 24)]);
        }
        foreach (Range range in rest.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = rest[range].TrimEnd((byte)'\r');
            if (!line.StartsWith("m="u8) || Media.Count == MostMedia) continue;
            string[] words = Encoding.ASCII.GetString(line[2..Math.Min(line.Length, 200)]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 3 || !ushort.TryParse(words[1].Split('/')[0], out ushort port)) continue;
            IEnumerable<string> names = words.Skip(3).Take(12).Select(one => int.TryParse(one, out int type) ? codecs.GetValueOrDefault(type) ?? (type < 96 ? Rtp.RtpReader.Codec(type) : one) : one);
            Media.Add($"{words[0]} {port} {string.Join('/', names)}".TrimEnd());
            if (port == 0 || shared.IsNone || shared.IsUnspecified || !words[2].Contains("RTP", StringComparison.Ordinal)) continue;
            into.Expect(new ExpectedFlow(shared, port, Carrier.Udp, "rtp"));
            if (port < ushort.MaxValue) into.Expect(new ExpectedFlow(shared, (ushort)(port + 1), Carrier.Udp, "rtcp"));
        }
    }

    private void Fields(ReadOnlySpan<byte> rest)
    {
        TextFields fields = new(rest);
        while (fields.Next()) Field(Encoding.ASCII.GetString(fields.Name).ToLowerInvariant(), fields.Value);
        Body = fields.Rest;
    }

    private void Field(string name, ReadOnlySpan<byte> value)
    {
        switch (name)
        {
            case "from" or "f":
                From = WithoutTag(Text(value));
                break;
            case "to" or "t":
                To = Text(value);
                break;
            case "call-id" or "i":
                CallId = Text(value);
                break;
            case "cseq":
                Seq = Text(value);
                break;
            case "subject" or "s":
                Subject = Text(value);
                break;
            case "user-agent":
                UserAgent = Text(value);
                break;
            case "server":
                Server = Text(value);
                break;
            case "warning":
                Warning = Text(value);
                break;
            case "date":
                Date = Text(value);
                break;
            case "reply-to":
                ReplyTo = Text(value);
                break;
            case "content-type" or "c":
                ContentType = Text(value);
                break;
            case "content-length" or "l":
                Length = Utf8Parser.TryParse(value, out long length, out int digits) && digits == value.Length && length >= 0 ? length : -1;
                break;
            case "via" or "v":
                Path ??= [];
                if (Path.Count < MostHops && Hop(Text(value)) is { } hop) Path.Add(hop);
                break;
            case "authorization" or "proxy-authorization":
                AuthUser = HeaderParameters.Find(";" + (Text(value) ?? "").Replace("Digest ", "", StringComparison.OrdinalIgnoreCase).Replace(',', ';'), "username");
                break;
        }
    }

    private static string? Text(ReadOnlySpan<byte> value) => ShortText.Of(value, LongestText);

    private static string? WithoutTag(string? text)
    {
        int tag = text?.IndexOf(";tag=", StringComparison.Ordinal) ?? -1;
        return tag < 0 ? text : text![..tag];
    }

    /// <summary>A hop without its branch, which differs in each message.</summary>
    private static string? Hop(string? via)
    {
        int branch = via?.IndexOf(";branch", StringComparison.Ordinal) ?? -1;
        return branch < 0 ? via : via![..branch];
    }
}
