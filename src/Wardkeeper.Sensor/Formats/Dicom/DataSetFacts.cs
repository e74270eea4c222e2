using System.Buffers;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Formats.Dicom;

/// <summary>
/// What one data set says that is of interest: the device that made it, the study, the patient, the step, the query, the commitment, the
/// print. Texts are at most <see cref="MaxText"/> characters, padding removed, several values as written, with backslashes. What names
/// a patient leaves through a <see cref="PatientMasker"/> only.
/// </summary>
internal sealed class DataSetFacts : IDataSetConsumer
{
    /// <summary>Most characters kept of a text.</summary>
    public const int MaxText = 128;

    /// <summary>Most matching keys that are named.</summary>
    public const int MaxKeys = 16;

    private const int MaxUid = 64;
    private static readonly SearchValues<byte> UidBytes = SearchValues.Create("0123456789."u8);
    private readonly Dictionary<uint, string> texts = [];
    private readonly List<string> keys = [];

    /// <summary>Whether anything was read.</summary>
    public bool IsEmpty => texts.Count == 0 && ReferencedInstances == 0 && FailedInstances == 0;

    /// <summary>Digest of what it says beside its pixels.</summary>
    public ContentDigest Content { get; set; }

    /// <summary>Items of Referenced SOP Sequence (0008,1199).</summary>
    public int ReferencedInstances { get; private set; }

    /// <summary>Items of Failed SOP Sequence (0008,1198).</summary>
    public int FailedInstances { get; private set; }

    /// <summary>Items of Performed Series Sequence (0040,0340).</summary>
    public int PerformedSeries { get; private set; }

    /// <summary>Failure Reason (0008,1197) of the first failed instance.</summary>
    public int? FailureReason { get; private set; }

    /// <summary>Keywords of elements that hold something to match by, in their order; universal matching (empty, or asterisks alone) is none.</summary>
    public IReadOnlyList<string> MatchingKeys => keys;

    /// <summary>An element's text; null when it is not there or empty.</summary>
    public string? this[uint tag] => texts.GetValueOrDefault(tag);

    /// <summary>The first of several values.</summary>
    public string? First(uint tag) => this[tag] is not { } text ? null : text.IndexOf('\\', StringComparison.Ordinal) is >= 0 and int end ? Full(text[..end].TrimEnd()) : text;

    /// <summary>A date and a time of day as one text: <c>YYYYMMDD</c>, then <c>HHMMSS</c> when there is a time; null without a date.</summary>
    public string? Moment(uint date, uint time) => Digits(this[date], 8) is { Length: 8 } day ? day + Digits(this[time], 6) : null;

    /// <summary>The patient, masked: the identifier, else the name; null when neither is there or what stands there is a wildcard.</summary>
    public MaskedText? Patient(PatientMasker masker)
    {
        string? who = this[DicomTag.PatientId] ?? this[DicomTag.PatientName];
        return who is null || who.AsSpan().ContainsAny("*?\\") || !who.Any(char.IsLetterOrDigit) ? null : masker.Identifier(who);
    }

    /// <summary>A text that people wrote, with the patient's identifier and name masked in it.</summary>
    public MaskedText? Masked(string? text, PatientMasker masker)
    {
        if (text is null) return null;
        List<string> names = [];
        if (this[DicomTag.PatientId] is { } id) names.Add(id);
        if (this[DicomTag.PatientName] is { } name) names.AddRange(name.Split(['^', '=', ' '], StringSplitOptions.RemoveEmptyEntries).Where(static part => part.Length >= 4 || !Ascii.IsValid(part)));
        return masker.Within(text, names);
    }

    /// <inheritdoc/>
    public bool Wants(uint tag, uint sequence, int depth) => (depth, sequence) switch
    {
        (0, _) => IsWantedAtTop(tag),
        (1, DicomTag.ScheduledStepSequence) => tag is DicomTag.ScheduledStationAe or DicomTag.ScheduledStartDate or DicomTag.ScheduledStationName or DicomTag.Modality,
        (1, DicomTag.ScheduledAttributesSequence) => tag is DicomTag.StudyInstance or DicomTag.AccessionNumber,
        (1, DicomTag.ReferencedSopSequence) => tag is DicomTag.ReferencedSopClass,
        (1, DicomTag.FailedSopSequence) => tag is DicomTag.FailureReason,
        _ => false,
    };

    /// <inheritdoc/>
    public void Take(in DataElement element)
    {
        if (element.Tag == DicomTag.FailureReason)
        {
            FailureReason ??= element.Number;
            return;
        }
        string? text = IsUid(element.Tag) ? Uid(element.Value) : Text(in element);
        if (text is null) return;
        if (DicomTag.Keyword(element.Tag) is { } keyword && keys.Count < MaxKeys && text.AsSpan().ContainsAnyExcept("*") && !keys.Contains(keyword)) keys.Add(keyword);
        texts.TryAdd(element.Tag, text);
    }

    /// <inheritdoc/>
    public void BeginItem(uint sequence, int depth)
    {
        if (depth > 0) return;
        if (sequence == DicomTag.ReferencedSopSequence) ReferencedInstances++;
        else if (sequence == DicomTag.FailedSopSequence) FailedInstances++;
        else if (sequence == DicomTag.PerformedSeriesSequence) PerformedSeries++;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        texts.Clear();
        keys.Clear();
        ReferencedInstances = FailedInstances = PerformedSeries = 0;
        FailureReason = null;
        Content = default;
    }

    private static bool IsWantedAtTop(uint tag) => tag switch
    {
        DicomTag.SpecificCharacterSet or DicomTag.SopClass or DicomTag.SopInstance or DicomTag.StudyDate or DicomTag.AccessionNumber or DicomTag.QueryLevel => true,
        DicomTag.RetrieveAe or DicomTag.Modality or DicomTag.ModalitiesInStudy or DicomTag.Manufacturer or DicomTag.Institution or DicomTag.StationName => true,
        DicomTag.Department or DicomTag.Model or DicomTag.TransactionUid or DicomTag.ReferencedSopSequence or DicomTag.FailedSopSequence => true,
        DicomTag.PatientName or DicomTag.PatientId or DicomTag.PatientBirthDate or DicomTag.SerialNumber or DicomTag.SoftwareVersions => true,
        DicomTag.StudyInstance or DicomTag.SeriesInstance or DicomTag.StudyId or DicomTag.ScheduledStepSequence => true,
        DicomTag.PerformedStationAe or DicomTag.PerformedStationName or DicomTag.StepStartDate or DicomTag.StepStartTime or DicomTag.StepEndDate => true,
        DicomTag.StepEndTime or DicomTag.StepStatus or DicomTag.ScheduledAttributesSequence or DicomTag.PerformedSeriesSequence => true,
        DicomTag.Copies or DicomTag.MediumType or DicomTag.ImageDisplayFormat or DicomTag.FilmSize => true,
        DicomTag.PrinterStatus or DicomTag.PrinterStatusInfo or DicomTag.PrinterName => true,
        _ => (tag >> 16) == 2,
    };

    private static bool IsUid(uint tag) => tag is DicomTag.SopClass or DicomTag.SopInstance or DicomTag.ReferencedSopClass or DicomTag.TransactionUid or DicomTag.StudyInstance
        or DicomTag.SeriesInstance or DicomTag.MediaSopClass or DicomTag.MediaSopInstance or DicomTag.MediaTransferSyntax or DicomTag.WriterUid;

    /// <summary>An identifier; what is none is not kept, because what stands there could be anything. PS3.5, section 9.1.</summary>
    private static string? Uid(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes.Trim("\0 "u8);
        return bytes.Length is 0 or > MaxUid || bytes.ContainsAnyExcept(UidBytes) ? null : RecentTexts.OfAscii(bytes);
    }

    private static string? Text(in DataElement element)
    {
        string text = element.CharacterSet.Decode(element.Value);
        if (text.Length > MaxText) text = text[..(char.IsHighSurrogate(text[MaxText - 1]) ? MaxText - 1 : MaxText)];
        return Full(text.Trim(' ', '\0'));
    }

    private static string? Full(string text) => text.Length == 0 ? null : text;

    private static string? Digits(string? text, int most)
    {
        if (text is null) return null;
        Span<char> digits = stackalloc char[most];
        int count = 0;
        foreach (char c in text)
        {
            if (char.IsAsciiDigit(c) && count < most) digits[count++] = c;
            else if (c is not ('.' or ':' or '-')) break;
            if (c == '.' && most == 6) break;
        }
        return digits[..count].ToString();
    }
}
