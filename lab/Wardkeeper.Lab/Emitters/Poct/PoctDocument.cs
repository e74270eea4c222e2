using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Wardkeeper.Lab.Emitters.Poct;

/// <summary>Messages as XML documents that follow each other on a connection without anything between them, as a DCA Vantage sends them. CLSI POCT01-A2, Device Messaging Layer.</summary>
internal static class PoctDocument
{
    private const string Declaration = """<?xml version="1.0" encoding="utf-8"?>""";

    /// <summary>A document as bytes.</summary>
    public static byte[] ToBytes(XElement message) => Encoding.UTF8.GetBytes(Declaration + message.ToString(SaveOptions.DisableFormatting));

    /// <summary>Reads the next document; null where the peer has closed.</summary>
    /// <exception cref="InvalidDataException">What comes is no document.</exception>
    public static async Task<XElement?> ReadAsync(ByteReader reader, CancellationToken cancel)
    {
        StringBuilder text = new();
        string? end = null;
        while (await reader.ThroughAsync(">"u8.ToArray(), cancel) is { } piece)
        {
            string tag = Encoding.UTF8.GetString(piece);
            text.Append(tag);
            if (tag.TrimStart().StartsWith("<?", StringComparison.Ordinal)) continue;
            end ??= "</" + tag.TrimStart().TrimStart('<').TrimEnd('>') + ">";
            if (tag.EndsWith(end, StringComparison.Ordinal)) return Parse(text.ToString());
        }
        return text.Length == 0 ? null : throw new InvalidDataException("the peer closed within a document");
    }

    private static XElement Parse(string text)
    {
        try
        {
            return XDocument.Parse(text).Root!;
        }
        catch (XmlException e)
        {
            throw new InvalidDataException($"a document is not well-formed: {e.Message}", e);
        }
    }
}
