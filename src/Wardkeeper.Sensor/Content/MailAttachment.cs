using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;

namespace Wardkeeper.Sensor.Content;

/// <summary>A file in a mail, or another part that is no plain text.</summary>
public sealed record MailAttachment
{
    private const int MostPatients = 16, LongestName = 200;

    /// <summary>File name as stated, with what names a patient masked.</summary>
    public MaskedText? Name { get; init; }

    /// <summary>Media type as stated.</summary>
    public string? Declared { get; init; }

    /// <summary>Media type by content.</summary>
    public string? MimeType { get; init; }

    /// <summary>Length of the decoded content, in bytes.</summary>
    public long Length { get; init; }

    /// <summary>SHA-256 of the decoded content, of types worth hashing.</summary>
    public string? Sha256 { get; init; }

    /// <summary>DICOM files in it.</summary>
    public int? Instances { get; init; }

    /// <summary>Patients of the DICOM files.</summary>
    public IReadOnlyList<MaskedText>? Patients { get; init; }

    /// <summary>What else a DICOM file is by its preamble.</summary>
    public string? TwoFacedFile { get; init; }

    /// <summary>The parts of a mail that are more than text; null when there are none.</summary>
    internal static IReadOnlyList<MailAttachment>? Of(MailReader mail, PatientMasker masker)
    {
        List<MailAttachment>? found = null;
        foreach (MailPart part in mail.Parts)
        {
            if (part.Name is null && part.Declared is "text/plain" or "text/html" && part.Facts.Type is null or "text/plain" or "text/html") continue;
            DicomContent? dicom = part.Facts.Dicom;
            (found ??= []).Add(new MailAttachment
            {
                Name = part.Name is null ? null : FreeText.Of(part.Name, masker, LongestName),
                Declared = part.Declared,
                MimeType = part.Facts.Type,
                Length = part.Facts.Length,
                Sha256 = part.Facts.Sha256,
                Instances = dicom?.Instances,
                Patients = dicom is { Patients.Count: > 0 } ? [.. dicom.Patients.Take(MostPatients).Select(patient => masker.Identifier(patient))] : null,
                TwoFacedFile = dicom?.OtherFace,
            });
        }
        return found;
    }

    /// <summary>Writes the fields.</summary>
    internal void Write(RowWriter row)
    {
        row.Text("name"u8, Name);
        row.Text("declared"u8, Declared);
        row.Text("mime_type"u8, MimeType);
        row.Number("length"u8, Length);
        row.Text("sha256"u8, Sha256);
        row.Number("instances"u8, Instances);
        row.Texts("patients"u8, Patients);
        row.Text("two_faced_file"u8, TwoFacedFile);
    }
}
