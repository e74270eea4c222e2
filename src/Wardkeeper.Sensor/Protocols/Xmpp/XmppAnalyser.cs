using System.Buffers;
using System.Buffers.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Xmpp;

/// <summary>
/// XMPP (Jabber): openings of streams, mechanisms and log-ins, and how much is said. It goes from tag to tag; text is looked at where it names
/// a mechanism, a user or a program, and passed by elsewhere. Kept per flow is one row. Behind <c>proceed</c> the stream is TLS.
/// </summary>
internal sealed class XmppAnalyser : IProtocol
{
    private const int LongestTag = 4096, LongestCaptured = 2048, LongestText = 128, MostMechanisms = 8;

    private XmppSession? stream;
    private CaptureTime lastAt;
    private long messages, presences, queries;
    private bool hasAnswer;
    private List<string>? mechanisms;
    private Half client, server;
    private string? program;

    /// <summary>What the text behind a tag is wanted for.</summary>
    private enum Wanted : byte
    {
        Nothing,
        Mechanism,
        Credentials,
        Username,
        Name,
        Version,
        System,
    }

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "xmpp",
        Title = "Extensible Messaging and Presence Protocol",
        Standard = "RFC 6120, RFC 6121, XEP-0078, XEP-0092",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of((byte)'<'),
        Ports = [5222, 5269],
        LookAhead = 512,
        MaxHeld = LongestTag * 2,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (!Begins(bytes, "<?xml "u8) && !Begins(bytes, "<stream:stream"u8)) return Match.No;
        int at = bytes.IndexOf("<stream:stream"u8);
        if (at < 0)
        {
            // Between the declaration and the opening there is nothing but blanks.
            int end = bytes.IndexOf("?>"u8);
            ReadOnlySpan<byte> rest = end < 0 ? default : bytes[(end + 2)..].TrimStart(" \r\n\t"u8);
            return bytes.Length < 200 && (rest.IsEmpty || Begins(rest, "<stream:stream"u8)) ? Match.NeedMore : Match.No;
        }
        if (bytes[at..].IndexOf("'jabber:"u8) < 0 && bytes[at..].IndexOf("\"jabber:"u8) < 0) return bytes.Length < 500 && bytes[at..].IndexOf((byte)'>') < 0 ? Match.NeedMore : Match.No;
        bool isClient = !opening.Client.IsEmpty;
        return isClient || opening.FromStart || opening.ServerPort is 5222 or 5269 ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ref Half half = ref segment.Side == Side.Client ? ref client : ref server;
        ReadOnlySpan<byte> bytes = segment.Bytes;
        int at = 0;
        while (at < bytes.Length)
        {
            ReadOnlySpan<byte> rest = bytes[at..];
            if (half.IsInLostTag || rest[0] != '<')
            {
                int open = rest.IndexOf((byte)'<');
                bool isWanted = half.Wanted != Wanted.Nothing && !half.IsInLostTag;
                if (open < 0 && isWanted && rest.Length < LongestCaptured) return new Progress(at, rest.Length + 1);
                if (isWanted && open >= 0) Text(rest[..open], segment.Side, ref half);
                half.IsInLostTag &= open < 0;
                half.Wanted = open < 0 && isWanted ? Wanted.Nothing : half.Wanted;
                at = open < 0 ? bytes.Length : at + open;
                continue;
            }
            int end = rest[..Math.Min(rest.Length, LongestTag)].IndexOf((byte)'>');
            if (end < 0)
            {
                if (rest.Length < LongestTag) return new Progress(at, rest.Length + 1);
                if (stream is null) return Progress.GiveUp(XmppFaults.TagTooLong);
                into.Report(XmppFaults.TagTooLong);
                return Progress.Done(bytes.Length);
            }
            Continuation then = Tag(rest[1..end], in segment, segment.Range(at, end + 1), ref half, into);
            at += end + 1;
            if (then == Continuation.HandOver) return Progress.HandOver(at, "ssl");
        }
        return new Progress(at);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
        ref Half half = ref side == Side.Client ? ref client : ref server;
        (half.IsInLostTag, half.Wanted, half.IsInVersion) = (true, Wanted.Nothing, false);
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into) => Tell(into);

    /// <inheritdoc/>
    public void Reset()
    {
        stream = null;
        mechanisms = null;
        program = null;
        (messages, presences, queries, hasAnswer, lastAt) = (0, 0, 0, false, default);
        client = server = default;
    }

    private static bool Begins(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> with) => bytes.Length < with.Length ? with.StartsWith(bytes) : bytes.StartsWith(with);

    /// <summary>Value of an attribute in a tag, in quotes of either kind.</summary>
    private static string? Attribute(ReadOnlySpan<byte> tag, ReadOnlySpan<byte> name)
    {
        for (int at = 0; at < tag.Length;)
        {
            int found = tag[at..].IndexOf(name);
            if (found < 0) return null;
            at += found + name.Length;
            if (at == name.Length || tag[at - name.Length - 1] is not ((byte)' ' or (byte)'\n' or (byte)'\t' or (byte)'\r') || at + 1 >= tag.Length || tag[at] != '=') continue;
            byte quote = tag[at + 1];
            if (quote is not ((byte)'"' or (byte)'\'')) continue;
            ReadOnlySpan<byte> value = tag[(at + 2)..];
            int end = value.IndexOf(quote);
            return end < 0 ? null : ShortText.Of(value[..end], LongestText);
        }
        return null;
    }

    private Continuation Tag(ReadOnlySpan<byte> tag, in Segment segment, ByteRange range, ref Half half, ITransactionSink into)
    {
        half.Wanted = Wanted.Nothing;
        if (tag.IsEmpty) return Continuation.Stay;
        int end = tag.IndexOfAny(" \r\n\t/"u8);
        bool isClosing = tag is [(byte)'/', ..];
        ReadOnlySpan<byte> name = isClosing ? tag[1..].TrimEnd((byte)' ') : end < 0 ? tag : tag[..end];
        bool isClient = segment.Side == Side.Client;
        if (isClosing)
        {
            if (name.SequenceEqual("query"u8)) half.IsInVersion = false;
            return Continuation.Stay;
        }
        if (name.SequenceEqual("stream:stream"u8))
        {
            Open(tag, in segment, range, isClient, into);
            return Continuation.Stay;
        }
        if (stream is null) return Continuation.Stay;
        lastAt = segment.At;
        hasAnswer |= !isClient;
        if (name.SequenceEqual("mechanism"u8) && !isClient) half.Wanted = Wanted.Mechanism;
        else if (name.SequenceEqual("starttls"u8) && !isClient) stream = stream with { StartTls = stream.StartTls ?? "offered" };
        else if (name.SequenceEqual("required"u8) && !isClient && stream is { StartTls: "offered", Mechanisms: null }) stream = stream with { StartTls = "required" };
        else if (name.SequenceEqual("auth"u8) && isClient)
        {
            stream = stream with { Mechanism = Attribute(tag, "mechanism"u8) };
            half.Wanted = Wanted.Credentials;
        }
        else if (name.SequenceEqual("proceed"u8) && !isClient)
        {
            stream = stream with { StartTls = "started" };
            Tell(into);
            return Continuation.HandOver;
        }
        else if (!isClient && stream.Mechanism is not null && (name.SequenceEqual("success"u8) || name.SequenceEqual("failure"u8))) stream = stream with { Success = name[0] == 's' };
        else if (name.SequenceEqual("message"u8)) messages++;
        else if (name.SequenceEqual("presence"u8)) presences++;
        else if (name.SequenceEqual("iq"u8)) queries++;
        else if (name.SequenceEqual("username"u8) && isClient) half.Wanted = Wanted.Username;
        else if (name.SequenceEqual("password"u8) && isClient) stream = stream with { HasPassword = true, Mechanism = stream.Mechanism ?? "jabber:iq:auth" };
        else if (name.SequenceEqual("query"u8)) half.IsInVersion = tag[^1] != '/' && Attribute(tag, "xmlns"u8) == "jabber:iq:version";
        else if (half.IsInVersion) half.Wanted = name.SequenceEqual("name"u8) ? Wanted.Name : name.SequenceEqual("version"u8) ? Wanted.Version : name.SequenceEqual("os"u8) ? Wanted.System : Wanted.Nothing;
        if (tag[^1] == '/') half.Wanted = Wanted.Nothing;
        return Continuation.Stay;
    }

    private void Open(ReadOnlySpan<byte> tag, in Segment segment, ByteRange range, bool isClient, ITransactionSink into)
    {
        if (!isClient)
        {
            if (stream is not null) (lastAt, hasAnswer) = (segment.At, true);
            return;
        }
        // Behind a log-in the stream is opened once more; it is still the same.
        if (stream is { Success: true }) return;
        Tell(into);
        lastAt = segment.At;
        string? from = Attribute(tag, "from"u8), kind = Attribute(tag, "xmlns"u8);
        stream = new XmppSession(segment.At, range)
        {
            Began = segment.At,
            From = from?.Split('/')[0],
            To = Attribute(tag, "to"u8),
            Kind = kind switch { "jabber:client" => "client", "jabber:server" => "server", "jabber:component:accept" => "component", _ => null },
        };
    }

    private void Text(ReadOnlySpan<byte> text, Side side, ref Half half)
    {
        Wanted wanted = half.Wanted;
        half.Wanted = Wanted.Nothing;
        text = text.Trim(" \r\n\t"u8);
        if (stream is null || text.IsEmpty) return;
        string? said = ShortText.Of(text, LongestText);
        switch (wanted)
        {
            case Wanted.Mechanism when said is not null && (mechanisms?.Count ?? 0) < MostMechanisms:
                (mechanisms ??= []).Add(said);
                stream = stream with { Mechanisms = [.. mechanisms] };
                break;
            case Wanted.Credentials when stream.Mechanism == "PLAIN":
                byte[] clear = ArrayPool<byte>.Shared.Rent(LongestCaptured);
                if (Base64.DecodeFromUtf8(text, clear, out _, out int length) == OperationStatus.Done)
                {
                    SaslCredentials shown = SaslCredentials.Of("PLAIN", clear.AsSpan(0, length));
                    stream = stream with { User = shown.User, HasPassword = shown.HasPassword, PasswordRule = shown.PasswordRule };
                }
                ArrayPool<byte>.Shared.Return(clear, clearArray: true);
                break;
            case Wanted.Username:
                stream = stream with { User = said };
                break;
            case Wanted.Name:
                program = said;
                Software(side, said);
                break;
            case Wanted.Version:
                Software(side, program is null ? said : $"{program} {said}");
                break;
            case Wanted.System when side == Side.Client:
                stream = stream with { ClientSystem = said };
                break;
        }
    }

    private void Software(Side side, string? software) => stream = side == Side.Client ? stream! with { ClientSoftware = software } : stream! with { ServerSoftware = software };

    private void Tell(ITransactionSink into)
    {
        if (stream is not null) into.Emit(stream with { At = lastAt, HasAnswer = hasAnswer, Messages = messages, Presences = presences, Queries = queries });
        stream = null;
        mechanisms = null;
        (messages, presences, queries, hasAnswer) = (0, 0, 0, false);
    }

    private struct Half
    {
        /// <summary>What the text that follows is wanted for.</summary>
        public Wanted Wanted;

        /// <summary>Whether bytes were lost and the next tag is waited for.</summary>
        public bool IsInLostTag;

        /// <summary>Whether it is within an answer that tells of the program.</summary>
        public bool IsInVersion;
    }
}
