using System.Globalization;
using System.Text;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Emitters.Astm;

/// <summary>
/// The records of an analyser's upload: H, then for each sample P, O, C and its R, then L. CLSI LIS02-A2 (ASTM E1394-97), sections
/// 6 to 12. The header names model, software version and serial number in H-5, as Roche and Sysmex analysers do; names are UTF-8.
/// </summary>
internal static class AstmRecords
{
    /// <summary>Records of one upload, without the carriage returns that end them.</summary>
    /// <param name="analyser">Who sends.</param>
    /// <param name="receiver">Name of the laboratory system, H-10.</param>
    /// <param name="at">When, local time.</param>
    /// <param name="samples">What.</param>
    public static IEnumerable<string> Of(HospitalDevice analyser, string receiver, DateTime at, IReadOnlyList<SampleResult> samples)
    {
        string time = at.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
        yield return Join(@"H|\^&", "", "", Components(analyser.Model, analyser.SoftwareVersion, analyser.Serial), "", "", "", "", Escape(receiver), "", "P", "LIS2-A2", time);
        for (int number = 1; number <= samples.Count; number++)
        {
            SampleResult sample = samples[number - 1];
            yield return PatientRecord(number, sample.Patient);
            yield return Order(sample, time);
            yield return Join("C", "1", "I", Escape($"{sample.Results.Count} results, {sample.Results.Count(result => result.Flag is not ("N" or ""))} flagged"), "G");
            int result = 0;
            foreach (Measured measured in sample.Results) yield return Result(++result, measured, sample.IsCorrection, time);
        }
        yield return Join("L", "1", "N");
    }

    private static string PatientRecord(int number, HospitalPatient? patient) => patient is null
        ? Join("P", $"{number}")
        : Join("P", $"{number}", Escape(patient.Id), "", "", Components(patient.Family, patient.Given), "", patient.Birth.ToString("yyyyMMdd", CultureInfo.InvariantCulture), patient.Sex);

    // O-12 says that it is quality control (Q), O-26 whether the report is final (F) or corrects an earlier one (C).
    private static string Order(SampleResult sample, string time)
    {
        string tests = string.Join('\\', sample.Results.Select(result => "^^^" + Escape(result.Code)));
        return Join("O", "1", Escape(sample.Sample), "", tests, "R", "", time, "", "", "", sample.Patient is null ? "Q" : "N", "", "", "", "", "", "", "", "", "", "", "", "", "", sample.IsCorrection ? "C" : "F");
    }

    private static string Result(int number, Measured measured, bool corrects, string time) =>
        Join("R", $"{number}", "^^^" + Components(measured.Code, measured.Name), Escape(measured.Value), Escape(measured.Unit), "", measured.Flag, "", corrects ? "C" : "F", "", "", "", time);

    // Empty fields at the end are not sent.
    private static string Join(params string[] fields) => string.Join('|', fields).TrimEnd('|');

    private static string Components(params string[] parts) => string.Join('^', parts.Select(Escape));

    /// <summary>Delimiters inside a value are escaped. LIS02-A2, 5.4.3.</summary>
    private static string Escape(string value)
    {
        StringBuilder text = new(value.Length);
        foreach (char letter in value)
        {
            _ = letter switch
            {
                '|' => text.Append("&F&"),
                '^' => text.Append("&S&"),
                '\\' => text.Append("&R&"),
                '&' => text.Append("&E&"),
                '\r' or '\n' => text.Append(' '),
                _ => text.Append(letter),
            };
        }
        return text.ToString();
    }
}
