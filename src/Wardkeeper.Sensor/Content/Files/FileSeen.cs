using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;

namespace Wardkeeper.Sensor.Content.Files;

/// <summary>A file that carries code or packs other files, whichever protocol brought it: programs, scripts, archives, documents. What was said around it stands in the row of that protocol with the same <c>uid</c>.</summary>
public sealed record FileSeen(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    private const int LongestName = 200;

    /// <summary>Protocol that brought it, as <c>service</c> names it.</summary>
    public required string Source { get; init; }

    /// <summary>Who sent it.</summary>
    public Side Sender { get; init; }

    /// <summary>Whether the flow's originator sent it.</summary>
    public bool IsOrig => (Sender == Side.Client) != (Flow?.ClientIsResponder ?? false);

    /// <summary>Name that the protocol gives it, with what names a patient masked.</summary>
    public MaskedText? Filename { get; init; }

    /// <summary>Media type by content.</summary>
    public required string MimeType { get; init; }

    /// <summary>Its length in bytes; of a packed body, unpacked if that is known.</summary>
    public long TotalBytes { get; init; }

    /// <summary>Whether every byte of it was seen.</summary>
    public bool IsWhole { get; init; }

    /// <summary>SHA-256 in lower-case hex, if it came whole and was not packed in transit.</summary>
    public string? Sha256 { get; init; }

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

    /// <summary>The row of a body, or null if it is no file that carries code or packs others.</summary>
    /// <param name="facts">What was found out about the body.</param>
    /// <param name="source">Protocol that brought it.</param>
    /// <param name="at">When it ended.</param>
    /// <param name="bytes">Where it lies, or the words that announced it.</param>
    /// <param name="sender">Who sent it.</param>
    /// <param name="name">Its name, or null.</param>
    /// <param name="masker">Masks patients.</param>
    internal static FileSeen? Of(in BodyFacts facts, string source, CaptureTime at, ByteRange bytes, Side sender, MaskedText? name, PatientMasker masker)
    {
        if (facts.Type is not { } type || !ContentType.IsWorthHashing(type)) return null;
        FileTraits? traits = facts.File;
        return new FileSeen(at, bytes)
        {
            Source = source,
            Sender = sender,
            Filename = name,
            MimeType = type,
            TotalBytes = facts.Length,
            IsWhole = facts.IsWhole,
            Sha256 = facts.Sha256,
            Format = traits?.Format,
            Machine = traits?.Machine,
            Linked = traits?.Linked is { } seconds ? new CaptureTime(seconds * CaptureTime.PerSecond) : null,
            Traits = OrNull(traits?.Traits),
            Members = traits?.Members,
            MemberKinds = OrNull(traits?.Kinds),
            Programs = OrNull(traits?.Programs)?.Select(program => FreeText.Of(program, masker, LongestName)).ToArray(),
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
        row.Number("total_bytes"u8, TotalBytes);
        row.Flag("is_whole"u8, IsWhole);
        row.Flag("is_orig"u8, IsOrig);
        row.Text("sha256"u8, Sha256);
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
