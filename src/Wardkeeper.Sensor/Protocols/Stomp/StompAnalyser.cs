using System.Buffers.Text;
using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Http;

namespace Wardkeeper.Sensor.Protocols.Stomp;

/// <summary>STOMP 1.0 to 1.2: frames by their heads. Kept per flow is where each side is. Contents are passed by, to their length or the zero that ends them.</summary>
internal sealed class StompAnalyser : IProtocol
{
    private const int LongestHead = 8192, LongestText = 128, MostContent = 1 << 30;

    private static readonly string[] Told = ["CONNECT", "STOMP", "CONNECTED", "SEND", "SUBSCRIBE", "UNSUBSCRIBE", "MESSAGE", "ERROR", "DISCONNECT"];

    private Half client, server;
    private UriMasking? masking;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "stomp",
        Title = "Simple Text Oriented Messaging Protocol",
        Standard = "STOMP 1.2",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of("CS"u8),
        Ports = [61613],
        LookAhead = 512,
        MaxHeld = LongestHead * 2,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        int end = bytes.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = (end < 0 ? bytes : bytes[..end]).TrimEnd((byte)'\r');
        bool isServer = line.SequenceEqual("CONNECTED"u8);
        if (end < 0) return "CONNECTED"u8.StartsWith(line) || "STOMP"u8.StartsWith(line) ? Match.NeedMore : Match.No;
        if (!isServer && !line.SequenceEqual("CONNECT"u8) && !line.SequenceEqual("STOMP"u8)) return Match.No;
        // A header of its own behind the command, or the frame's end.
        ReadOnlySpan<byte> next = bytes[(end + 1)..];
        int nextEnd = next.IndexOf((byte)'\n');
        if (nextEnd < 0) return next.Length < 200 ? Match.NeedMore : Match.No;
        if (next[..nextEnd].IndexOf((byte)':') < 1 && !next[..nextEnd].TrimEnd((byte)'\r').IsEmpty) return Match.No;
        return isServer == opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ref Half half = ref segment.Side == Side.Client ? ref client : ref server;
        ReadOnlySpan<byte> bytes = segment.Bytes;
        int at = half.Place.Pass(in segment);
        while (at < bytes.Length && !half.Place.IsSilent)
        {
            ReadOnlySpan<byte> rest = bytes[at..];
            if (half.IsInContent)
            {
                int zero = rest.IndexOf((byte)0);
                half.IsInContent = zero < 0;
                at += zero < 0 ? rest.Length : zero + 1;
                half.Place.End = segment.Offset + at;
                continue;
            }
            int blank = rest.IndexOfAnyExcept((byte)'\r', (byte)'\n', (byte)0);
            if (blank != 0)
            {
                at += blank < 0 ? rest.Length : blank;
                half.Place.End = segment.Offset + at;
                continue;
            }
            int length = rest[0] is >= (byte)'A' and <= (byte)'Z' ? HeadLength(rest[..Math.Min(rest.Length, LongestHead)]) : -1;
            if (length == 0 && rest.Length < LongestHead) return new Progress(at, rest.Length + 1);
            if (length <= 0)
            {
                if (!half.WasUnderstood) return Progress.GiveUp(StompFaults.BadHead);
                into.Report(StompFaults.BadHead);
                half.Place.FallSilent();
                break;
            }
            half.WasUnderstood = true;
            long content = Head(rest[..length], in segment, segment.Range(at, length), into);
            at += length;
            half.Place.End = segment.Offset + at + Math.Max(0, content);
            at = (int)Math.Min(bytes.Length, half.Place.End - segment.Offset);
            half.IsInContent = true;
        }
        return new Progress(half.Place.IsSilent ? bytes.Length : at);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
        if (side == Side.Client) client.Place.Lose();
        else server.Place.Lose();
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void Reset() => client = server = default;

    /// <summary>Bytes of a head with its empty line; 0 while it is not whole.</summary>
    private static int HeadLength(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        while (bytes[at..].IndexOf((byte)'\n') is >= 0 and int feed)
        {
            at += feed + 1;
            if (at < bytes.Length && bytes[at] == '\n') return at + 1;
            if (at + 1 < bytes.Length && bytes[at] == '\r' && bytes[at + 1] == '\n') return at + 2;
        }
        return 0;
    }

    /// <summary>Reads a head and tells what is worth it; returns the content's length, or -1 when only its end tells.</summary>
    private long Head(ReadOnlySpan<byte> head, in Segment segment, ByteRange range, ITransactionSink into)
    {
        int line = head.IndexOf((byte)'\n');
        ReadOnlySpan<byte> command = head[..line].TrimEnd((byte)'\r');
        string? name = null;
        foreach (string told in Told)
        {
            if (Ascii.Equals(command, told)) name = told;
        }
        StompFrame frame = new(segment.At, range) { Command = name ?? "?", FromClient = segment.Side == Side.Client };
        long length = -1;
        foreach (Range one in head[(line + 1)..].Split((byte)'\n'))
        {
            ReadOnlySpan<byte> header = head[(line + 1)..][one].TrimEnd((byte)'\r');
            int colon = header.IndexOf((byte)':');
            if (colon < 1) continue;
            ReadOnlySpan<byte> key = header[..colon], value = header[(colon + 1)..];
            if (key.SequenceEqual("content-length"u8))
            {
                if (Utf8Parser.TryParse(value.Trim((byte)' '), out long stated, out _) && stated is >= 0 and <= MostContent) length = stated;
            }
            else if (key.SequenceEqual("destination"u8)) frame = frame with { Destination = frame.Destination ?? SubjectMasking.Of(value, into.Masker, ref masking) };
            else if (key.SequenceEqual("accept-version"u8) || key.SequenceEqual("version"u8)) frame = frame with { Version = ShortText.Of(value, LongestText) };
            else if (key.SequenceEqual("server"u8)) frame = frame with { Server = ShortText.Of(value, LongestText) };
            else if (key.SequenceEqual("host"u8)) frame = frame with { Host = ShortText.Of(value, LongestText) };
            else if (key.SequenceEqual("login"u8)) frame = frame with { User = ShortText.Of(value, LongestText) };
            else if (key.SequenceEqual("passcode"u8)) frame = frame with { HasPassword = !value.IsEmpty };
            else if (key.SequenceEqual("content-type"u8)) frame = frame with { ContentType = ShortText.Of(value, LongestText) };
        }
        if (name is not null) into.Emit(frame with { ContentLength = length < 0 ? null : length, Places = TextPlace.Of(null, head, range, frame.Server) });
        return length;
    }

    private struct Half
    {
        public StreamPlace Place;

        /// <summary>Whether content is passed by up to the zero that ends it.</summary>
        public bool IsInContent;

        /// <summary>Whether a frame was read.</summary>
        public bool WasUnderstood;
    }
}
