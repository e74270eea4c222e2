using System.Globalization;
using Wardkeeper.Sensor.Content;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>
/// What a request to a printer or its answer says: the operation or status, and of the attributes those that tell which printer it is, how
/// it is, and what becomes of a job. Groups, tags and values as RFC 8010, section 3, has them; names as RFC 8011 and PWG 5100.13.
/// </summary>
internal sealed class IppContent : IBodyContent
{
    private const int MostAttributes = 2048, Longest = 255, MostReasons = 16;
    private const byte EndOfAttributes = 3, FirstValue = 0x10, BeginCollection = 0x34, EndCollection = 0x37;

    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);
    private readonly List<string> reasons = [];
    private bool isBroken;

    /// <summary>Major and minor version, as <c>2.0</c>.</summary>
    public required string Version { get; init; }

    /// <summary>Operation of a request, status of an answer.</summary>
    public required int Code { get; init; }

    /// <summary>Why the printer is as it is. printer-state-reasons, RFC 8011, section 5.4.12.</summary>
    public IReadOnlyList<string> Reasons => reasons;

    /// <summary>Media type of the document behind the attributes by its content, or null.</summary>
    public string? Document { get; private set; }

    /// <inheritdoc/>
    public IEnumerable<string?> Stated => [this["printer-make-and-model"], this["printer-firmware-string-version"]];

    /// <summary>Reads a body; null when it is none of these. Every message begins with its character set (RFC 8011, section 4.1.4).</summary>
    public static IppContent? Of(in Beginning body)
    {
        ReadOnlySpan<byte> bytes = body.Bytes;
        if (bytes.Length < 31 || bytes[0] is 0 or > 2 || bytes[1] > 9 || !bytes[8..].StartsWith("\u0001\u0047\0\u0012attributes-charset"u8)) return null;
        SpanReader reader = new(bytes);
        IppContent content = new() { Version = string.Create(CultureInfo.InvariantCulture, $"{reader.U8()}.{reader.U8()}"), Code = reader.U16() };
        reader.Take(4);
        content.Read(ref reader);
        if (content.isBroken && body.IsAll) body.Into?.Report(HttpFaults.IppMalformed);
        return content;
    }

    /// <summary>The first value of an attribute: texts as written, numbers in digits; or null.</summary>
    public string? this[string name] => texts.GetValueOrDefault(name);

    private void Read(ref SpanReader reader)
    {
        string name = "";
        int nesting = 0;
        for (int i = 0; i < MostAttributes; i++)
        {
            byte tag = reader.U8();
            if (tag == EndOfAttributes && !reader.Failed)
            {
                Document = ContentType.Of(reader.Rest);
                return;
            }
            if (tag < FirstValue && !reader.Failed) continue;
            ReadOnlySpan<byte> said = reader.Take(reader.U16()), value = reader.Take(reader.U16());
            if (reader.Failed) break;
            if (nesting == 0 && !said.IsEmpty) name = ShortText.Of(said, Longest) ?? "";
            if (tag == BeginCollection) nesting++;
            else if (tag == EndCollection) nesting = Math.Max(0, nesting - 1);
            else if (nesting == 0 && name.Length > 0) Take(name, tag, value);
        }
        isBroken = true;
    }

    private void Take(string name, byte tag, ReadOnlySpan<byte> value)
    {
        string? text = tag switch
        {
            // Integers and enumerations, booleans; texts and names, with or without a language before them, keywords, URIs, media types.
            0x21 or 0x23 when value.Length == 4 => new SpanReader(value).U32().ToString(CultureInfo.InvariantCulture),
            0x22 when value.Length == 1 => value[0] == 0 ? "false" : "true",
            0x35 or 0x36 => WithLanguage(value),
            (>= 0x41 and <= 0x4A) or 0x30 => ShortText.Of(value, Longest),
            _ => null,
        };
        if (string.IsNullOrEmpty(text)) return;
        texts.TryAdd(name, text);
        if (name == "printer-state-reasons" && text != "none" && reasons.Count < MostReasons) reasons.Add(text);
    }

    private static string? WithLanguage(ReadOnlySpan<byte> value)
    {
        SpanReader reader = new(value);
        reader.Take(reader.U16());
        return ShortText.Of(reader.Take(reader.U16()), Longest);
    }
}
