using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;

namespace Wardkeeper.Sensor.Content.Files;

/// <summary>A file, whichever protocol brought it. File transfers, shares and mails give a row for each file; bodies of HTTP for those that carry code or pack other files: programs, scripts, archives, documents. What was said around it stands in the row of that protocol with the same <c>uid</c>, or in that of the flow that announced it.</summary>
public sealed record FileSeen(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    private const int LongestProgram = 200;

    /// <summary>Protocol that brought it, as <c>service</c> names it.</summary>
    public required string Source { get; init; }

    /// <summary>Who sent it.</summary>
    public Side Sender { get; init; }

    /// <summary>Whether the flow's originator sent it.</summary>
    public bool IsOrig => (Sender == Side.Client) != (Flow?.ClientIsResponder ?? false);

    /// <summary>Name that the protocol gives it, with what names a patient masked.</summary>
    public MaskedText? Filename { get; init; }

    /// <summary>Media type by content; absent when nothing tells.</summary>
    public string? MimeType { get; init; }

    /// <summary>Media type as stated, where the content shows another.</summary>
    public string? Declared { get; init; }

    /// <summary>Its length in bytes as far as it passed, lost bytes included; of a packed body, unpacked if that is known.</summary>
    public long TotalBytes { get; init; }

    /// <summary>Bytes of it that were lost; absent when there are none.</summary>
    public long? MissingBytes { get; init; }

    /// <summary>Whether every byte of it was seen.</summary>
    public bool IsWhole { get; init; }

    /// <summary>SHA-256 in lower-case hex, if it came whole and was not packed in transit.</summary>
    public string? Sha256 { get; init; }

    /// <summary>MD5 likewise, while an indicator names files so.</summary>
    public string? Md5 { get; init; }

    /// <summary>SHA-1 likewise, while an indicator names files so.</summary>
    public string? Sha1 { get; init; }

    /// <summary>Closer than the type: <c>PE32+</c>, <c>ELF64</c>, <c>Word document</c>, <c>Java archive</c>, <c>gzip of tar</c>.</summary>
    public string? Format { get; init; }

    /// <summary>Processor that a program is for.</summary>
    public string? Machine { get; init; }

    /// <summary>When a program says it was linked.</summary>
    public CaptureTime? Linked { get; init; }

    /// <summary>What is remarkable: <c>macros</c>, <c>javascript</c>, <c>encrypted</c>, <c>program-inside</c>, <c>archive-inside</c>, <c>double-ending</c>, <c>leaves-its-folder</c>, <c>signed</c>, <c>packed</c>, <c>driver</c> …</summary>
    public IReadOnlyList<string>? Traits { get; init; }

    /// <summary>Files in an archive, as far as it was read.</summary>
    public int? Members { get; init; }

    /// <summary>How many members there are of each kind, by content or by the name's ending; other names are not told, since they may name patients.</summary>
    public IReadOnlyList<string>? MemberKinds { get; init; }

    /// <summary>Names of members that are programs or scripts, with what names a patient masked; at most 16.</summary>
    public IReadOnlyList<MaskedText>? Programs { get; init; }

    /// <summary>Bytes that an archive's members claim to have when unpacked.</summary>
    public long? UnpackedBytes { get; init; }

    /// <summary>Whether more is in it than was read.</summary>
    public bool? IsCut { get; init; }

    /// <inheritdoc/>
    public override string Log => "files";

    /// <summary>The row of a body; null if it is nothing, or no file and nothing that carries code or packs files, or has parts that are told one by one.</summary>
    /// <param name="facts">What was found out about the body.</param>
    /// <param name="how">How it was brought.</param>
    /// <param name="masker">Masks patients.</param>
    internal static FileSeen? Of(in BodyFacts facts, in Brought how, PatientMasker masker)
    {
        if (facts.Length == 0 || (!how.IsFile && (facts.Content is MultipartContent || !ContentType.IsWorthHashing(facts.Type)))) return null;
        FileTraits? traits = facts.File;
        return new FileSeen(how.At, how.Bytes)
        {
            Source = how.Source,
            Sender = how.Sender,
            Filename = how.Name,
            MimeType = facts.Type,
            Declared = facts.Stated is { Length: > 0 } stated && facts.Type is not null && stated != facts.Type ? stated : null,
            TotalBytes = facts.Length,
            MissingBytes = facts.Missing > 0 ? facts.Missing : null,
            IsWhole = facts.IsWhole,
            Sha256 = facts.Sha256,
            Md5 = facts.Md5,
            Sha1 = facts.Sha1,
            Format = traits?.Format,
            Machine = traits?.Machine,
            Linked = traits?.Linked is { } seconds ? new CaptureTime(seconds * CaptureTime.PerSecond) : null,
            Traits = OrNull(traits?.Traits),
            Members = traits?.Members,
            MemberKinds = OrNull(traits?.Kinds),
            Programs = OrNull(traits?.Programs)?.Select(program => FreeText.Of(program, masker, LongestProgram)).ToArray(),
            UnpackedBytes = traits?.Unpacked,
            IsCut = traits is { IsCut: true } ? true : null,
        };
    }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("source"u8, Source);
        row.Text("filename"u8, Filename);
        row.Text("mime_type"u8, MimeType);
        row.Text("declared"u8, Declared);
        row.Number("total_bytes"u8, TotalBytes);
        row.Number("missing_bytes"u8, MissingBytes);
        row.Flag("is_whole"u8, IsWhole);
        row.Flag("is_orig"u8, IsOrig);
        row.Text("sha256"u8, Sha256);
        row.Text("md5"u8, Md5);
        row.Text("sha1"u8, Sha1);
        row.Text("format"u8, Format);
        row.Text("machine"u8, Machine);
        row.Time("linked"u8, Linked);
        row.Texts("traits"u8, Traits);
        row.Number("members"u8, Members);
        row.Texts("member_kinds"u8, MemberKinds);
        row.Texts("programs"u8, Programs);
        row.Number("unpacked_bytes"u8, UnpackedBytes);
        row.Flag("is_cut"u8, IsCut);
    }

    private static IReadOnlyList<string>? OrNull(IReadOnlyList<string>? list) => list is { Count: > 0 } ? list : null;
}
