using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Http;

namespace Wardkeeper.Sensor.Protocols.Rtsp;

/// <summary>
/// RTSP 1.0 and 2.0: requests with their answers, and the media that are agreed, whose flows are announced. Frames of media between the
/// messages are passed by. Kept per flow are the requests that wait, a bounded number.
/// </summary>
internal sealed class RtspAnalyser : MessageAnalyser, IProtocol
{
    private const int LongestHead = 16 * 1024, MostWaiting = 16, LongestLine = 512, LongestText = 256, MostMedia = 8;
    private const long LongestBody = 1 << 20;

    private static readonly string[] Methods = ["OPTIONS", "DESCRIBE", "SETUP", "PLAY", "PAUSE", "TEARDOWN", "GET_PARAMETER", "SET_PARAMETER", "ANNOUNCE", "RECORD", "REDIRECT", "PLAY_NOTIFY"];

    private readonly Waiting<(int Sequence, Side Side), RtspExchange> waiting = new(MostWaiting);
    private UriMasking? masking;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "rtsp",
        Title = "Real Time Streaming Protocol",
        Standard = "RFC 2326, RFC 7826, RFC 8866",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of("RODSPTGA"u8),
        Ports = [554, 8554],
        LookAhead = 512,
        MaxHeld = LongestHead,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        Match match = Begins(opening.Any);
        if (match != Match.Yes) return match;
        bool isAnswer = opening.Any.StartsWith("RTSP/"u8);
        return isAnswer == opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into) => waiting.End(into);

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        waiting.Clear();
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] == '$') return bytes.Length < 4 ? Measured.Need(4) : new Measured(4 + ((bytes[2] << 8) | bytes[3]), 4);
        if (bytes[0] is (byte)'\r' or (byte)'\n') return new Measured(1, 1);
        if (Begins(bytes) == Match.No) return Measured.Wrong(RtspFaults.StartLine);
        int end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0) return bytes.Length >= LongestHead ? Measured.Wrong(RtspFaults.TooLong) : Measured.Need(bytes.Length + 1);
        int at = HtmlTitle.IndexOf(bytes[..end], "\ncontent-length:"u8);
        long body = at >= 0 && Utf8Parser.TryParse(bytes[(at + 16)..end].TrimStart((byte)' '), out long stated, out _) && stated > 0 ? stated : 0;
        return body > LongestBody ? Measured.Wrong(RtspFaults.TooLong) : new Measured(end + 4 + body, (int)Math.Min(end + 4 + body, LongestHead));
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        if (message.Bytes.Length > 4 && message.Bytes[0] != '$') Read(in message, into);
        return Continuation.Stay;
    }

    private static Match Begins(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> answer = "RTSP/"u8;
        int same = Math.Min(answer.Length, bytes.Length);
        if (!bytes.IsEmpty && bytes[..same].SequenceEqual(answer[..same])) return bytes.Length < 9 ? Match.NeedMore : char.IsAsciiDigit((char)bytes[5]) && bytes[6] == '.' && bytes[8] == ' ' ? Match.Yes : Match.No;
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
            // How much has come must not matter to what is judged.
            int end = bytes[..Math.Min(bytes.Length, LongestLine)].IndexOf((byte)'\n');
            if (end < 0) return bytes.Length < LongestLine ? Match.NeedMore : Match.No;
            ReadOnlySpan<byte> line = bytes[..end].TrimEnd("\r "u8);
            return line.EndsWith(" RTSP/1.0"u8) || line.EndsWith(" RTSP/2.0"u8) ? Match.Yes : Match.No;
        }
        return mayBecome ? Match.NeedMore : Match.No;
    }

    private void Read(in Message message, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = message.Bytes;
        int line = bytes.IndexOf((byte)'\n');
        ReadOnlySpan<byte> first = bytes[..line].TrimEnd("\r "u8);
        TextFields fields = new(bytes[(line + 1)..]);
        int sequence = -1;
        string? agent = null, server = null, realm = null, transport = null, user = null, scheme = null;
        while (fields.Next())
        {
            switch (Encoding.ASCII.GetString(fields.Name).ToLowerInvariant())
            {
                case "cseq" when Utf8Parser.TryParse(fields.Value, out int number, out _):
                    sequence = number;
                    break;
                case "user-agent":
                    agent = Text(fields.Value);
                    break;
                case "server":
                    server = Text(fields.Value);
                    break;
                case "transport":
                    transport = Text(fields.Value);
                    break;
                case "www-authenticate":
                    realm ??= Parameter(fields.Value, "realm");
                    break;
                case "authorization":
                    (scheme, user) = Login(fields.Value);
                    break;
            }
        }
        bool isAnswer = first.StartsWith("RTSP/"u8);
        Side asker = isAnswer ? message.Side == Side.Client ? Side.Server : Side.Client : message.Side;
        if (!isAnswer)
        {
            int space = first.IndexOf((byte)' ');
            PatientContext context = default;
            waiting.Take((sequence, asker));
            waiting.Add((sequence, asker), new RtspExchange(message.At, message.Range)
            {
                Began = message.At,
                Method = Encoding.ASCII.GetString(first[..space]),
                Uri = UriMasking.Of(into.Masker, ref masking).Uri(first[(space + 1)..Math.Max(space + 1, first.Length - 9)], ref context),
                UserAgent = agent,
                AuthUser = user,
                AuthScheme = scheme,
                Places = TextPlace.Of(null, bytes, message.Range, agent),
            }, into);
            return;
        }
        Answer(in message, first, waiting.Take((sequence, asker)), (server, realm, transport), fields.Rest, into);
    }

    private static void Answer(in Message message, ReadOnlySpan<byte> first, RtspExchange? asked, (string? Server, string? Realm, string? Transport) stated, ReadOnlySpan<byte> body, ITransactionSink into)
    {
        (string? server, string? realm, string? transport) = stated;
        (List<string>? media, string? tool) = Describe(body);
        RtspExchange row = asked is not null ? asked with { At = message.At } : new RtspExchange(message.At, message.Range) { Began = message.At };
        int status = first.Length >= 12 && Utf8Parser.TryParse(first[9..12], out int code, out int digits) && digits == 3 ? code : 0;
        if (transport is not null && status == 200) Announce(transport, message.Flow, into);
        into.Emit(row with
        {
            StatusCode = status,
            StatusMsg = first.Length > 13 ? Text(first[13..]) : null,
            Server = server,
            Realm = realm,
            Transport = transport,
            Media = media,
            Tool = tool,
            Places = TextPlace.Of(row.Places, message.Bytes, message.Range, server, realm),
        });
    }

    /// <summary>The ports of media that were agreed. RFC 2326, 12.39.</summary>
    private static void Announce(string transport, FlowView flow, ITransactionSink into)
    {
        foreach ((string name, Address address) in (ReadOnlySpan<(string, Address)>)[("client_port", flow.Client.Ip), ("server_port", flow.Server.Ip)])
        {
            string[] ports = (HeaderParameters.Find(transport, name) ?? "").Split('-');
            if (!ushort.TryParse(ports[0], NumberStyles.None, CultureInfo.InvariantCulture, out ushort first) || first == 0) continue;
            into.Expect(new ExpectedFlow(address, first, Carrier.Udp, "rtp"));
            if (first < ushort.MaxValue) into.Expect(new ExpectedFlow(address, (ushort)(first + 1), Carrier.Udp, "rtcp"));
        }
    }

    private static (List<string>? Media, string? Tool) Describe(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith("v=0"u8)) return (null, null);
        List<string> media = [];
        string? tool = null;
        foreach (Range range in body.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = body[range].TrimEnd((byte)'\r');
            if (line.StartsWith("m="u8) && media.Count < MostMedia)
            {
                int space = line.IndexOf((byte)' ');
                media.Add(Text(line[2..(space < 0 ? line.Length : space)]) ?? "");
            }
            else if (line.StartsWith("a=rtpmap:"u8) && media.Count > 0 && line.IndexOf((byte)' ') is > 0 and int name)
            {
                media[^1] = $"{media[^1]} {Text(line[(name + 1)..Math.Min(line.Length, name + 40)])}";
            }
            else if (line.StartsWith("a=tool:"u8))
            {
                tool = Text(line[7..].Trim((byte)' '));
            }
        }
        return (media, tool);
    }

    private static (string? Scheme, string? User) Login(ReadOnlySpan<byte> value)
    {
        if (value.StartsWith("Digest "u8)) return ("digest", Parameter(value, "username"));
        if (!value.StartsWith("Basic "u8) || value.Length > 512) return (null, null);
        Span<byte> decoded = stackalloc byte[512];
        Base64.DecodeFromUtf8(value[6..].Trim((byte)' '), decoded, out _, out int length);
        int colon = decoded[..length].IndexOf((byte)':');
        return ("basic", colon < 0 ? null : Text(decoded[..colon]));
    }

    private static string? Parameter(ReadOnlySpan<byte> value, string name)
    {
        int space = value.IndexOf((byte)' ');
        return space < 0 ? null : HeaderParameters.Find(";" + (Text(value[(space + 1)..]) ?? "").Replace(',', ';'), name);
    }

    private static string? Text(ReadOnlySpan<byte> bytes) => ShortText.Of(bytes, LongestText);
}
