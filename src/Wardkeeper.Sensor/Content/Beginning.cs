using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;

namespace Wardkeeper.Sensor.Content;

/// <summary>What was kept of a body, unpacked, when it ends.</summary>
internal readonly ref struct Beginning
{
    /// <summary>Takes what was kept.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="type">Media type by content.</param>
    /// <param name="isAll">Whether that is the whole body.</param>
    /// <param name="head">What was said of the body before it came.</param>
    /// <param name="at">When it ended.</param>
    public Beginning(ReadOnlySpan<byte> bytes, string? type, bool isAll, scoped in BodyHead head, CaptureTime at)
    {
        Bytes = bytes;
        Text = (bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes).TrimStart(" \t\r\n\u000B"u8);
        (Type, IsAll, Charset, Into) = (type, isAll, head.Charset, head.Into);
        At = at == default ? head.At : at;
        Range = new ByteRange(head.Where.Side, head.Where.Start + head.Where.Length + bytes.Length - Text.Length, Text.Length);
        if (Text is not [(byte)'<', ..]) return;
        XmlPull pull = new(Text);
        if (pull.Read() != XmlNode.Open) return;
        Root = pull.LocalName;
        RootAttributes = pull.Attributes;
    }

    /// <summary>All of it.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>What follows a mark of the character set and blanks.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>Name of XML's outermost element without its prefix; empty for what is no XML.</summary>
    public ReadOnlySpan<byte> Root { get; }

    /// <summary>Attributes of XML's outermost element, as written.</summary>
    public ReadOnlySpan<byte> RootAttributes { get; }

    /// <summary>Media type by content.</summary>
    public string? Type { get; }

    /// <summary>Whether that is the whole body.</summary>
    public bool IsAll { get; }

    /// <summary>Character set as stated, or null.</summary>
    public string? Charset { get; }

    /// <summary>When the body ended.</summary>
    public CaptureTime At { get; }

    /// <summary>Where <see cref="Text"/> lies in its side's stream, when nothing was packed.</summary>
    public ByteRange Range { get; }

    /// <summary>Where faults go, and who masks patients; null when nobody asked for texts that need them.</summary>
    public ITransactionSink? Into { get; }
}

/// <summary>What is known of a body before it comes.</summary>
internal readonly record struct BodyHead
{
    /// <summary>How it is packed.</summary>
    public ContentCoding Coding { get; init; }

    /// <summary>Whether the longer beginning is worth keeping: a page or a document.</summary>
    public bool KeepsMore { get; init; }

    /// <summary>Media type as stated, in lower case, or null.</summary>
    public string? Stated { get; init; }

    /// <summary>Whether its bytes follow its message's head without anything between them.</summary>
    public bool IsPlain { get; init; }

    /// <summary>Character set as stated, or null.</summary>
    public string? Charset { get; init; }

    /// <summary>Whether it is a file that somebody transfers: it is hashed whatever it is.</summary>
    public bool IsFile { get; init; }

    /// <summary>Whether it is the answer to a search, of which the number of matches is wanted.</summary>
    public bool CountsMatches { get; init; }

    /// <summary>When it begins.</summary>
    public CaptureTime At { get; init; }

    /// <summary>The head of its message, which it follows in its side's stream.</summary>
    public ByteRange Where { get; init; }

    /// <summary>Where faults go, and who masks patients.</summary>
    public ITransactionSink? Into { get; init; }

    /// <summary>Whether it is the text of a mail, whose links are offered to signatures.</summary>
    public bool IsMailText { get; init; }

    /// <summary>Whose bytes they are, if they are offered to signatures as a file as they come; an owner that offers them itself says null.</summary>
    public Side? OfferedBy { get; init; }
}

/// <summary>What an HTML page says of itself.</summary>
/// <param name="Title">Its title.</param>
internal sealed record HtmlPage(string Title) : IBodyContent
{
    /// <inheritdoc/>
    IEnumerable<string?> IBodyContent.Stated => [Title];

    /// <summary>Reads a page; null when it has no title.</summary>
    public static HtmlPage? Of(in Beginning beginning) => beginning.Type == ContentType.Html && HtmlTitle.Of(beginning.Bytes, beginning.Charset) is { } title ? new HtmlPage(title) : null;
}
