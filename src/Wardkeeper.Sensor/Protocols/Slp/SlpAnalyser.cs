using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Slp;

/// <summary>Service Location Protocol, versions 1 and 2: services, where they are, and their attributes. Keeps what was said lately, so that repeated searches are told once.</summary>
internal sealed class SlpAnalyser : IProtocol
{
    private const int MostUrls = 8, MostAttributes = 32, LongestText = 256, Port = 427, Head1 = 12, Head2 = 14;

    private readonly RecentStatements recent = new();

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "srvloc",
        Title = "Service Location Protocol",
        Standard = "RFC 2165, RFC 2608",
        Carriers = Carrier.Udp,
        FirstBytes = FirstBytes.Of(1, 2),
        Ports = [Port],
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (bytes.Length < Head1 || bytes[0] is not (1 or 2) || KindOf(bytes[0], bytes[1]) is not { } kind) return Match.No;
        bool isAnswer = kind.EndsWith("reply", StringComparison.Ordinal) || kind.EndsWith("advertisement", StringComparison.Ordinal) || kind == "acknowledgement";
        int length;
        if (bytes[0] == 1)
        {
            // Flags, dialect, language of two letters, character set.
            if (bytes[5] != 0 || !char.IsAsciiLetterLower((char)bytes[6]) || !char.IsAsciiLetterLower((char)bytes[7]) || bytes[8] != 0) return Match.No;
            length = (bytes[2] << 8) | bytes[3];
        }
        else
        {
            // Flags whose lower bits are zero, an extension that lies within, a short language.
            if (bytes.Length < Head2 + 2 || (bytes[5] & 0x1F) != 0 || bytes[6] != 0 || bytes[12] != 0 || bytes[13] is < 1 or > 16 || !char.IsAsciiLetter((char)bytes[14])) return Match.No;
            length = (bytes[2] << 16) | (bytes[3] << 8) | bytes[4];
        }
        if (opening.Truncated ? length < bytes.Length : length != bytes.Length) return Match.No;
        return isAnswer == opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        SpanReader reader = new(bytes);
        int version = reader.U8(), function = reader.U8();
        if (version is not (1 or 2) || KindOf(version, function) is not { } kind)
        {
            into.Report(SlpFaults.Malformed);
            return Progress.All(in segment);
        }
        // The transaction's number differs between repetitions, so it is no part of what was said.
        int statement = version == 1 ? Math.Min(bytes.Length, Head1) : Math.Min(bytes.Length, 12);
        if (recent.IsRepeat(segment.Side, bytes[statement..], segment.At)) return Progress.All(in segment);
        if (version == 1)
        {
            reader.Skip(Head1 - 2);
        }
        else
        {
            reader.Skip(10);
            reader.Skip(reader.U16());
        }
        SlpMessage message = new(segment.At, segment.Range(0, bytes.Length)) { Version = version, Kind = kind };
        message = Read(message, version, function, ref reader);
        if (reader.Failed && segment.Missing == 0) into.Report(SlpFaults.Malformed);
        into.Emit(message with { Places = TextPlace.Of(null, bytes, message.Bytes, [.. (message.Attributes ?? []).SelectMany(static one => one[(one.IndexOf('=', StringComparison.Ordinal) + 1)..].Split(';')).Select(static part => part[(part.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())]) });
        return Progress.All(in segment);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void Reset() => recent.Clear();

    /// <summary>RFC 2608 8, RFC 2165 4.</summary>
    private static string? KindOf(int version, int function) => function switch
    {
        1 => "service request",
        2 => "service reply",
        3 => "registration",
        4 => "deregistration",
        5 => "acknowledgement",
        6 => "attribute request",
        7 => "attribute reply",
        8 => "directory advertisement",
        9 => "service types request",
        10 => "service types reply",
        11 when version == 2 => "agent advertisement",
        _ => null,
    };

    private static string? Text(ref SpanReader reader)
    {
        ReadOnlySpan<byte> text = reader.Take(reader.U16());
        return ShortText.Of(text, LongestText);
    }

    private static SlpMessage Read(SlpMessage message, int version, int function, ref SpanReader reader)
    {
        switch (function)
        {
            case 1 or 6:
                Text(ref reader);
                message = message with { ServiceType = Text(ref reader) };
                return version == 2 ? message with { Scopes = Text(ref reader) } : message;
            case 2:
                int error = reader.U16(), count = reader.U16();
                List<string> urls = [];
                for (int i = 0; i < Math.Min(count, MostUrls) && !reader.Failed; i++)
                {
                    if (Url(version, ref reader) is { } url) urls.Add(url);
                }
                return message with { Error = error == 0 ? null : error, Urls = urls };
            case 3:
                string? registered = Url(version, ref reader);
                string? type = version == 2 ? Text(ref reader) : null, scopes = version == 2 ? Text(ref reader) : null;
                return message with { Urls = registered is null ? null : [registered], ServiceType = type, Scopes = scopes, Attributes = Attributes(ref reader) };
            case 5:
                int refused = reader.U16();
                return message with { Error = refused == 0 ? null : refused };
            case 7:
                int wrong = reader.U16();
                return message with { Error = wrong == 0 ? null : wrong, Attributes = Attributes(ref reader) };
            case 8:
                int failed = reader.U16();
                if (version == 2) reader.Skip(4);
                string? directory = Text(ref reader), served = Text(ref reader);
                return message with { Error = failed == 0 ? null : failed, Urls = directory is null ? null : [directory], Scopes = served, Attributes = version == 2 ? Attributes(ref reader) : null };
            case 10:
                int unknown = reader.U16();
                return message with { Error = unknown == 0 ? null : unknown, ServiceType = version == 2 ? Text(ref reader) : null };
            case 11:
                string? agent = Text(ref reader), its = Text(ref reader);
                return message with { Urls = agent is null ? null : [agent], Scopes = its, Attributes = Attributes(ref reader) };
            default:
                return message;
        }
    }

    /// <summary>An entry with a URL. RFC 2608 4.3, RFC 2165 5.2.</summary>
    private static string? Url(int version, ref SpanReader reader)
    {
        reader.Skip(version == 2 ? 3 : 2);
        string? url = Text(ref reader);
        if (version != 2) return url;
        for (int blocks = reader.U8(); blocks > 0 && !reader.Failed; blocks--)
        {
            reader.Skip(2);
            reader.Skip(Math.Max(0, reader.U16() - 4));
        }
        return url;
    }

    /// <summary>Attributes in brackets, with commas between them. RFC 2608 5.</summary>
    private static List<string>? Attributes(ref SpanReader reader)
    {
        ReadOnlySpan<byte> list = reader.Take(Math.Min(reader.U16(), reader.Remaining));
        List<string>? attributes = null;
        while (!list.IsEmpty && (attributes?.Count ?? 0) < MostAttributes)
        {
            int open = list.IndexOf((byte)'(');
            if (open < 0) break;
            list = list[(open + 1)..];
            int close = list.IndexOf((byte)')');
            ReadOnlySpan<byte> one = close < 0 ? list : list[..close];
            if (!one.IsEmpty) (attributes ??= []).Add(Encoding.UTF8.GetString(one[..Math.Min(one.Length, LongestText)]));
            list = close < 0 ? default : list[(close + 1)..];
        }
        return attributes;
    }
}
