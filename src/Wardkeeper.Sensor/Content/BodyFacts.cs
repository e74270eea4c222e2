using Wardkeeper.Sensor.Content.Files;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Content;

/// <summary>What was found out about a body.</summary>
internal readonly record struct BodyFacts
{
    /// <summary>Bytes of its content; unpacked if it was packed as gzip and came whole, else as it travelled.</summary>
    public long Length { get; init; }

    /// <summary>Bytes as they travelled, lost ones included.</summary>
    public long TransferLength { get; init; }

    /// <summary>Bytes that were lost on the way.</summary>
    public long Missing { get; init; }

    /// <summary>Whether every byte from beginning to end was seen.</summary>
    public bool IsWhole { get; init; }

    /// <summary>Media type by content, of a body in parts that of the first; or null.</summary>
    public string? Type { get; init; }

    /// <summary>Media type as stated, in lower case, or null.</summary>
    public string? Stated { get; init; }

    /// <summary>SHA-256 of the whole body in lower-case hex, for files and types worth hashing.</summary>
    public string? Sha256 { get; init; }

    /// <summary>MD5 likewise, where it is wanted; null otherwise.</summary>
    public string? Md5 { get; init; }

    /// <summary>SHA-1 likewise, where it is wanted; null otherwise.</summary>
    public string? Sha1 { get; init; }

    /// <summary>What it says, when that is read.</summary>
    public IBodyContent? Content { get; init; }

    /// <summary>When it ended.</summary>
    public CaptureTime At { get; init; }

    /// <summary>Where the text that was read lies in its side's stream.</summary>
    public ByteRange Range { get; init; }

    /// <summary>Where what its text states lies, when that travelled as it is.</summary>
    public TextPlace? Places { get; init; }

    /// <summary>Whether more came than was kept for reading.</summary>
    public bool IsCut { get; init; }

    /// <summary>What a search found, when that was wanted.</summary>
    public JsonMatches? Matches { get; init; }

    /// <summary>What DICOM files in it say, or null.</summary>
    public DicomContent? Dicom => Content as DicomContent ?? (Content as MultipartContent)?.Dicom;

    /// <summary>What a program, an archive or a document says of itself, or null.</summary>
    public FileTraits? File => Content as FileTraits;

    /// <summary>Title of an HTML page, or null.</summary>
    public string? Title => Find<HtmlPage>()?.Content.Title;

    /// <summary>UPnP device description, or null.</summary>
    public DeviceDescription? Device => Find<DeviceDescription>()?.Content;

    /// <summary>What it says in a language, or the first of its parts that does; null when none does.</summary>
    public Found<T>? Find<T>()
        where T : class, IBodyContent
    {
        if (Content is T own) return new Found<T>(own, At, Range, IsCut, Places);
        foreach (BodyPart part in Parts)
        {
            if (part.Facts.Content is T inside) return new Found<T>(inside, At, Range, part.Facts.IsCut);
        }
        return null;
    }

    /// <summary>Its parts; none when it is not in parts.</summary>
    public IReadOnlyList<BodyPart> Parts => (Content as MultipartContent)?.Parts ?? [];
}

/// <summary>What a body says in one language, and where.</summary>
/// <param name="Content">What it says.</param>
/// <param name="At">When the body ended.</param>
/// <param name="Range">Where it lies in its side's stream, as far as it was read.</param>
/// <param name="IsCut">Whether more came than was read.</param>
/// <param name="Places">Where what it states lies; null where it was packed or is one of several parts.</param>
internal sealed record Found<T>(T Content, CaptureTime At, ByteRange Range, bool IsCut, TextPlace? Places = null);
