using System.Buffers;
using System.Text;

namespace Wardkeeper.Sensor.Content;

/// <summary>Tells the media type of content by its first bytes, in the names that Zeek uses for them.</summary>
internal static class ContentType
{
    /// <summary>An HTML page.</summary>
    public const string Html = "text/html";

    /// <summary>An XML document of no better-known kind.</summary>
    public const string Xml = "application/xml";

    /// <summary>A DICOM file.</summary>
    public const string Dicom = "application/dicom";

    /// <summary>JSON.</summary>
    public const string Json = "text/json";

    internal const string Executable = "application/x-dosexec";
    private const string PlainText = "text/plain";
    private const string Script = "application/javascript";
    private const int PlainTextSample = 10;

    private static readonly Magic[] Table =
    [
        new(0, [0x89, 0x50, 0x4E, 0x47], "image/png"), new(0, "GIF8"u8, "image/gif"), new(0, [0xFF, 0xD8, 0xFF], "image/jpeg"),
        new(0, [0, 0, 1, 0], "image/x-icon"), new(0, "II*\0"u8, "image/tiff"), new(0, "MM\0*"u8, "image/tiff"),
        new(8, "WEBP"u8, "image/webp"), new(0, "8BPS"u8, "image/vnd.adobe.photoshop"), new(0, [0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20], "image/jp2"),
        new(0, "%PDF-"u8, "application/pdf"), new(0, "%!PS"u8, "application/postscript"), new(0, "{\\rtf"u8, "text/rtf"),
        new(0, [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "application/msword"),
        new(0, "PK\x03\x04"u8, "application/zip"), new(0, [0x1F, 0x8B], "application/x-gzip"), new(0, "BZh"u8, "application/x-bzip2"),
        new(0, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "application/x-xz"), new(0, [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "application/x-7z-compressed"),
        new(0, "Rar!\x1A\x07"u8, "application/x-rar"), new(0, "MSCF"u8, "application/vnd.ms-cab-compressed"), new(257, "ustar"u8, "application/x-tar"),
        new(0, [0xED, 0xAB, 0xEE, 0xDB], "application/x-rpm"), new(0, "!<arch>\ndebian"u8, "application/vnd.debian.binary-package"),
        new(0, [0xCE, 0xFA, 0xED, 0xFE], "application/x-mach-o-executable"), new(0, [0xCF, 0xFA, 0xED, 0xFE], "application/x-mach-o-executable"),
        new(0, "FWS"u8, "application/x-shockwave-flash"), new(0, "CWS"u8, "application/x-shockwave-flash"), new(0, "ZWS"u8, "application/x-shockwave-flash"),
        new(0, "FLV\x01"u8, "video/x-flv"), new(0, "OggS"u8, "application/ogg"), new(0, "ID3"u8, "audio/mpeg"), new(8, "WAVE"u8, "audio/x-wav"),
        new(8, "AVI "u8, "video/x-msvideo"), new(0, [0x1A, 0x45, 0xDF, 0xA3], "video/webm"), new(4, "ftypqt"u8, "video/quicktime"), new(4, "ftyp"u8, "video/mp4"),
        new(0, "wOFF"u8, "application/font-woff"), new(0, "wOF2"u8, "application/font-woff2"), new(0, [0, 1, 0, 0, 0], "application/x-font-ttf"), new(0, "OTTO"u8, "application/vnd.ms-opentype"),
        new(128, "DICM"u8, Dicom), new(0, "SQLite format 3\0"u8, "application/x-sqlite3"), new(0, "-----BEGIN CERTIFICATE-----"u8, "application/x-pem"),
        new(0, [0xA1, 0xB2, 0xC3, 0xD4], "application/vnd.tcpdump.pcap"), new(0, [0xD4, 0xC3, 0xB2, 0xA1], "application/vnd.tcpdump.pcap"),
        new(0, [0x4C, 0, 0, 0, 1, 0x14, 2, 0], "application/x-ms-shortcut"), new(0, "<jnlp "u8, "application/x-java-jnlp-file"),
    ];

    private static readonly SearchValues<byte> Printable =
        SearchValues.Create([9, 10, 11, 12, 13, .. Enumerable.Range(0x20, 0x5F).Select(static b => (byte)b)]);

    private static readonly SearchValues<byte> Word =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.\\"u8);

    /// <summary>Whether a file of this type can carry code or other files, so that its hash is worth the work.</summary>
    public static bool IsWorthHashing(string? type) => type is Executable or "application/x-executable" or "application/x-sharedlib" or "application/x-object"
        or "application/x-mach-o-executable" or "application/x-java-applet" or "application/java-archive" or "application/zip" or "application/x-gzip"
        or "application/x-bzip2" or "application/x-xz" or "application/x-7z-compressed" or "application/x-rar" or "application/vnd.ms-cab-compressed"
        or "application/x-tar" or "application/x-rpm" or "application/vnd.debian.binary-package" or "application/msword" or "application/pdf" or "text/rtf"
        or "application/x-ms-shortcut" or "text/x-shellscript" or "application/x-shockwave-flash";

    /// <summary>The type of content that begins so, or null when nothing tells.</summary>
    public static string? Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2) return null;
        foreach (ref readonly Magic magic in Table.AsSpan())
        {
            if (magic.Matches(bytes)) return magic.Name;
        }
        if (bytes is [(byte)'B', (byte)'M', _, _, _, _, 0, 0, 0, 0, ..]) return "image/x-ms-bmp";
        if (bytes is [(byte)'M', (byte)'Z', ..]) return bytes.Length >= 64 || bytes[2..].IndexOfAnyInRange((byte)0, (byte)8) >= 0 ? Executable : null;
        if (bytes is [0x7F, (byte)'E', (byte)'L', (byte)'F', ..]) return Elf(bytes);
        if (bytes is [0xCA, 0xFE, 0xBA, 0xBE, _, _, _, byte version, ..]) return version < 0x14 ? "application/x-mach-o-executable" : "application/x-java-applet";
        if (bytes is [0xFF, 0xFB or 0xFA or 0xF3 or 0xF2, ..]) return "audio/mpeg";
        return Text(bytes);
    }

    /// <summary>What follows a multipart delimiter and the head of the first part (RFC 2046, section 5.1); all bytes if they do not begin so.</summary>
    public static ReadOnlySpan<byte> SkipPartHead(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> part = bytes.TrimStart("\r\n"u8);
        if (!part.StartsWith("--"u8) || part.StartsWith("-----BEGIN"u8)) return bytes;
        int line = part.IndexOf((byte)'\n');
        if (line is < 3 or > 100) return bytes;
        part = part[(line + 1)..];
        if (HtmlTitle.IndexOf(part[..Math.Min(part.Length, 9)], "content-"u8) != 0) return bytes;
        int empty = part.IndexOf("\r\n\r\n"u8);
        return empty < 0 ? default : part[(empty + 4)..];
    }

    private static string Elf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 18) return "application/x-executable";
        int kind = bytes[5] == 2 ? bytes[17] : bytes[16];
        return kind switch { 1 => "application/x-object", 3 => "application/x-sharedlib", 4 => "application/x-coredump", _ => "application/x-executable" };
    }

    private static string? Text(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> marked = bytes;
        if (bytes is [0xEF, 0xBB, 0xBF, ..]) bytes = bytes[3..];
        else if (bytes is [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..]) marked = bytes[2..];
        ReadOnlySpan<byte> text = SkipComments(bytes);
        if (!text.IsEmpty && text[0] is (byte)'{' or (byte)'[' && IsJson(text)) return Json;
        if (text is [(byte)'<', ..] && Markup(text) is { } markup) return markup;
        if (bytes is [(byte)'#', (byte)'!', ..]) return Interpreter(bytes);
        if (text.StartsWith("for (;;);"u8) || text.StartsWith("document.write"u8) || bytes.StartsWith("(function()"u8)) return Script;
        if (marked is [0xEF, 0xBB, 0xBF, ..]) marked = marked[3..];
        if (marked.Length < PlainTextSample) return null;
        return marked[..PlainTextSample].IndexOfAnyExcept(Printable) < 0 ? PlainText : null;
    }

    private static string? Markup(ReadOnlySpan<byte> text)
    {
        bool isXml = text.StartsWith("<?xml "u8);
        if (isXml)
        {
            int end = text.IndexOf("?>"u8);
            text = end < 0 ? default : SkipComments(text[(end + 2)..]);
        }
        if (Begins(text, "<!doctype"u8))
        {
            ReadOnlySpan<byte> name = text[9..].TrimStart(" \t\r\n"u8);
            if (Begins(name, "html"u8)) return Html;
            if (Begins(name, "cross-domain-policy"u8)) return "text/x-cross-domain-policy";
        }
        if (Begins(text, "<html"u8) || Begins(text, "<head"u8) || Begins(text, "<title"u8) || Begins(text, "<body"u8) || Begins(text, "<meta http-equiv"u8)) return Html;
        if (Begins(text, "<rss"u8)) return "text/rss";
        if (Begins(text, "<feed"u8)) return "text/atom";
        if (Begins(text, "<cross-domain-policy"u8)) return "text/x-cross-domain-policy";
        if (Begins(text, "<soap:envelope"u8) || Begins(text, "<soap-env:envelope"u8)) return "application/soap+xml";
        if (Begins(text, "<methodresponse>"u8)) return "application/xml-rpc";
        if (Begins(text, "<script"u8)) return Script;
        if (Begins(text, "<?php"u8)) return "text/x-php";
        if (Begins(text, "<svg"u8)) return "image/svg+xml";
        return isXml ? Xml : null;
    }

    private static string Interpreter(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> line = text[..Math.Min(text.Length, 40)];
        int end = line.IndexOf((byte)'\n');
        if (end >= 0) line = line[..end];
        if (line.IndexOf("python"u8) >= 0) return "text/x-python";
        if (line.IndexOf("perl"u8) >= 0) return "text/x-perl";
        if (line.IndexOf("ruby"u8) >= 0) return "text/x-ruby";
        if (line.IndexOf("php"u8) >= 0) return "text/x-php";
        if (line.IndexOf("node"u8) >= 0) return Script;
        return line.IndexOf("sh"u8) >= 0 ? "text/x-shellscript" : PlainText;
    }

    /// <summary>Whether an opening brace or bracket is followed by what JSON allows there.</summary>
    private static bool IsJson(ReadOnlySpan<byte> text)
    {
        bool isObject = text[0] == (byte)'{';
        text = text[1..].TrimStart(" \t\r\n"u8);
        if (text.IsEmpty) return false;
        if (text[0] == (byte)(isObject ? '}' : ']')) return text[1..].Trim(" \t\r\n"u8).IsEmpty;
        if (!isObject && text[0] is (byte)'{' or (byte)'[') return true;
        int end;
        if (text[0] == (byte)'"')
        {
            end = text[1..].IndexOf((byte)'"') + 2;
            if (end < 3) return false;
        }
        else
        {
            end = text.IndexOfAnyExcept(Word);
            if (end <= 0) return false;
        }
        text = text[end..].TrimStart(" \t\r\n"u8);
        if (text.IsEmpty) return false;
        if (!isObject) return text[0] == (byte)',';
        if (text[0] != (byte)':') return false;
        text = text[1..].TrimStart(" \t\r\n"u8);
        return !text.IsEmpty && (text[0] is (byte)'"' or (byte)'[' or (byte)'{' or (>= (byte)'0' and <= (byte)'9') || text.StartsWith("true"u8) || text.StartsWith("false"u8));
    }

    private static ReadOnlySpan<byte> SkipComments(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(" \t\r\n"u8);
        while (text.StartsWith("<!--"u8))
        {
            int end = text.IndexOf("-->"u8);
            if (end < 0) break;
            text = text[(end + 3)..].TrimStart(" \t\r\n"u8);
        }
        return text;
    }

    private static bool Begins(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowerCase) =>
        text.Length >= lowerCase.Length && Ascii.EqualsIgnoreCase(text[..lowerCase.Length], lowerCase);

    private readonly struct Magic
    {
        private readonly int offset;
        private readonly byte[] bytes;

        public Magic(int offset, ReadOnlySpan<byte> bytes, string name)
        {
            this.offset = offset;
            this.bytes = bytes.ToArray();
            Name = name;
        }

        public string Name { get; }

        public bool Matches(ReadOnlySpan<byte> content) => content.Length >= offset + bytes.Length && content[offset] == bytes[0] && content.Slice(offset, bytes.Length).SequenceEqual(bytes);
    }
}
