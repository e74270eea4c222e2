using System.Globalization;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Day.Planning;

/// <summary>What a modality examines for its monthly quality control: a test body, filed under a patient number that is no patient's.</summary>
internal static class Phantom
{
    private static readonly DateOnly Made = new(2000, 1, 1);

    /// <summary>A phantom's examination: nobody ordered it, and no procedure step tells of it.</summary>
    /// <param name="draft">The day.</param>
    /// <param name="device">Modality.</param>
    /// <param name="modality">DICOM modality of its images.</param>
    /// <param name="at">When they are sent.</param>
    public static Exam Of(DayDraft draft, HospitalDevice device, string modality, TimeSpan at)
    {
        Dice dice = draft.Dice("phantom exam/" + device.Key);
        return new()
        {
            Accession = "",
            StudyUid = string.Create(CultureInfo.InvariantCulture, $"2.25.1{dice.Between(0, 999_999_999):000000000}{dice.Between(0, 999_999_999):000000000}{draft.Date:yyyyMMdd}"),
            Patient = new HospitalPatient("QC-" + device.Key.ToUpperInvariant(), "", "QC", "PHANTOM", "O", Made, "ascii", ""),
            Modality = modality,
            Description = "Phantom",
            Images = dice.Between(1, 3),
            Scheduled = draft.Local(at),
            Device = device.Key,
        };
    }

    /// <summary>Whether a patient number is a phantom's.</summary>
    public static bool Is(string id) => id.StartsWith("QC-", StringComparison.Ordinal);
}
