using System.Collections.Frozen;
using System.Collections.Immutable;
using Wardkeeper.Sensor.Content.Files;
using Wardkeeper.Sensor.Protocols.Http;

namespace Wardkeeper.Sensor.Content;

/// <summary>
/// Everything that is read of bodies, whichever protocol brings them: one line each. A reader of files sees all bytes as they pass; it
/// is chosen by the type that the first bytes show. A reader of texts sees what was kept of the beginning when the body ends; the first
/// that finds its own has the body. A body in parts is taken apart by <see cref="MultipartReader"/>, and each part is a body again.
/// </summary>
internal static class BodyReaders
{
    private static readonly ImmutableArray<BodyReader> All =
    [
        BodyReader.OfFile(static () => new DicomReader(), ContentType.Dicom),
        BodyReader.OfFile(static () => new ProgramReader(), ContentType.Executable, "application/x-executable", "application/x-sharedlib", "application/x-object", "application/x-mach-o-executable"),
        BodyReader.OfFile(static () => new ZipReader(), "application/zip"),
        BodyReader.OfFile(static () => new TarReader(), "application/x-tar"),
        BodyReader.OfFile(static () => new GzipReader(), "application/x-gzip"),
        BodyReader.OfFile(static () => new DocumentReader(DocumentReader.Pdf), "application/pdf"),
        BodyReader.OfFile(static () => new DocumentReader(DocumentReader.Compound), "application/msword"),
        BodyReader.OfFile(static () => new DocumentReader(DocumentReader.Rtf), "text/rtf"),
        BodyReader.OfText(WsManagementContent.Of),
        BodyReader.OfText(ElasticRoot.Of),
        BodyReader.OfText(FhirContent.Of, "application/fhir+json", "application/fhir+xml", "application/json+fhir", "application/xml+fhir") with { IsClinical = true },
        BodyReader.OfText(CdaContent.Of, "application/hl7-cda+xml", "application/cda+xml", "application/hl7-sda+xml") with { IsClinical = true },
        BodyReader.OfText(Hl7Content.Of, "application/hl7-v2", "x-application/hl7-v2+er7", "application/hl7-v2+er7", "application/edi-hl7") with { IsClinical = true },
        BodyReader.OfText(IppContent.Of, "application/ipp"),
        BodyReader.OfText(SoapContent.Of, "application/soap+xml", "application/xop+xml"),
        BodyReader.OfText(DeviceDescription.Of),
        BodyReader.OfText(HtmlPage.Of),
    ];

    private static readonly FrozenDictionary<string, Func<IFileReader>> Files = All.Where(static one => one.File is not null).SelectMany(static one => one.Types.Select(type => (type, one.File!))).ToFrozenDictionary(static one => one.type, static one => one.Item2);

    private static readonly ImmutableArray<TextReader> Texts = [.. All.Select(static one => one.Text).OfType<TextReader>()];

    private static readonly FrozenDictionary<string, bool> Stated = All.Where(static one => one.Text is not null).SelectMany(static one => one.Types.Select(type => (type, one.IsClinical))).ToFrozenDictionary(static one => one.type, static one => one.IsClinical);

    /// <summary>Whether a body that is stated to be of this media type is kept as far as texts are read.</summary>
    public static bool Wants(string? stated) => stated is not null && Stated.ContainsKey(stated);

    /// <summary>Whether this media type is one of clinical systems, so that what is said around it may name a patient.</summary>
    public static bool IsClinical(string? stated) => stated is not null && Stated.GetValueOrDefault(stated);

    /// <summary>A reader for content of this type, or null when nothing in it is worth reading.</summary>
    public static IFileReader? For(string? type) => type is not null && Files.TryGetValue(type, out Func<IFileReader>? create) ? create() : null;

    /// <summary>What a beginning says, or null when it is in none of the languages that are read.</summary>
    public static IBodyContent? Read(in Beginning beginning)
    {
        foreach (TextReader reader in Texts)
        {
            if (reader(in beginning) is { } content) return content;
        }
        return null;
    }
}

/// <summary>One way to read bodies.</summary>
internal sealed record BodyReader
{
    private BodyReader()
    {
    }

    /// <summary>Media types: of files by their content, of texts as they are stated.</summary>
    public required ImmutableArray<string> Types { get; init; }

    /// <summary>Makes a reader of what passes, or null.</summary>
    public Func<IFileReader>? File { get; private init; }

    /// <summary>Reads what was kept, or null.</summary>
    public TextReader? Text { get; private init; }

    /// <summary>Whether its media types are those of clinical systems.</summary>
    public bool IsClinical { get; init; }

    /// <summary>A reader of what passes.</summary>
    public static BodyReader OfFile(Func<IFileReader> create, params ImmutableArray<string> types) => new() { Types = types, File = create };

    /// <summary>A reader of what was kept.</summary>
    public static BodyReader OfText(TextReader read, params ImmutableArray<string> stated) => new() { Types = stated, Text = read };
}

/// <summary>Reads the beginning of a body; null when it is none of its own.</summary>
internal delegate IBodyContent? TextReader(in Beginning beginning);

/// <summary>Reads one kind of file as its bytes pass, without holding it.</summary>
internal interface IFileReader
{
    /// <summary>The next bytes.</summary>
    void Push(ReadOnlySpan<byte> bytes);

    /// <summary>The next bytes were lost.</summary>
    void Lose(long missing);

    /// <summary>Ends the file and says what it was; null when it was not what it seemed.</summary>
    /// <param name="isBeginning">Whether only a beginning was pushed, so that its end is no fault of the file.</param>
    IBodyContent? End(bool isBeginning);
}

/// <summary>What a body says, as its reader tells it.</summary>
internal interface IBodyContent
{
    /// <summary>Makers, models and versions that it states.</summary>
    IEnumerable<string?> Stated => [];
}
