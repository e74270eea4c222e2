using Wardkeeper.Sensor.Content.Files;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Dicom;
using Wardkeeper.Sensor.Protocols.Http;

namespace Wardkeeper.Sensor.Content;

/// <summary>How a protocol brought a body. The rows of what is in it are made here, whichever protocol it was.</summary>
/// <param name="Source">Protocol, as <c>service</c> names it.</param>
/// <param name="At">When it ended.</param>
/// <param name="Bytes">Where it lies, or the words that announced it.</param>
/// <param name="Sender">Who sent it.</param>
internal readonly record struct Brought(string Source, CaptureTime At, ByteRange Bytes, Side Sender)
{
    private const int LongestName = 200;

    /// <summary>Its name, or null.</summary>
    public MaskedText? Name { get; init; }

    /// <summary>Whether somebody transferred a file: it has a row whatever it is. Other bodies have one if they carry code or pack files.</summary>
    public bool IsFile { get; init; }

    /// <summary>How files come in rows of DICOM: <c>share</c>, <c>transfer</c> or <c>mail</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>Hands out the rows of a body.</summary>
    public void Emit(in BodyFacts facts, ITransactionSink into)
    {
        if (FileSeen.Of(in facts, in this, into.Masker) is { } row) into.Emit(row);
        foreach (BodyPart part in facts.Parts)
            (this with { Name = part.Name is { } name ? FreeText.Of(name, into.Masker, LongestName) : null, IsFile = false }).Emit(part.Facts, into);
        if (!IsFile) return;
        if (facts.Dicom is { } files)
        {
            if (facts.IsWhole && DicomFaults.Of(files.Fault) is { } fault) into.Report(fault);
            into.Emit(DicomWebExchange.OfFile(files, in this, into.Masker));
        }
        ClinicalRows.EmitFile(in facts, in this, into);
    }

    /// <summary>Hands out the rows of a mail's files: its parts that have a name or are more than text.</summary>
    /// <returns>How many there are; null when there are none.</returns>
    public int? Emit(MailReader mail, ITransactionSink into)
    {
        int count = 0;
        foreach (MailPart part in mail.Parts)
        {
            if (part.Name is null && part.Declared is "text/plain" or "text/html" && part.Facts.Type is null or "text/plain" or "text/html") continue;
            (this with { Name = part.Name is { } name ? FreeText.Of(name, into.Masker, LongestName) : null, IsFile = true, Kind = "mail" }).Emit(part.Facts, into);
            count++;
        }
        return count > 0 ? count : null;
    }
}
