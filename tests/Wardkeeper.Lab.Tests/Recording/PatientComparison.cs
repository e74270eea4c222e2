using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Recording;

/// <summary>
/// Holds the events of a recording to the patients that its wire names: images as tshark writes them to files and dcmdump reads
/// these, messages by the patient number of their PID segment.
/// </summary>
internal static partial class PatientComparison
{
    /// <summary>Images by patient: each C-STORE is one, whoever sends it.</summary>
    public static async Task ImagesAsync(RecordedDay day)
    {
        string folder = Directory.CreateTempSubdirectory("lab-test-").FullName;
        try
        {
            await day.Wire.TsharkAsync("-q", "--export-objects", $"dicom,{folder}");
            string[] files = [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)];
            (int code, string dump) = files.Length == 0 ? (0, "") : await Shell.RunAsync("dcmdump", ["-q", "+P", "0010,0020", .. files], TestContext.Current.CancellationToken);
            Assert.True(code == 0, dump);
            Compare(Planned(day, "dicom", what => what == "C-STORE"), DumpedPatient().Matches(dump).Select(match => "C-STORE " + match.Groups[1].Value));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Messages by type and patient (PID-3, which stands before the name whose bytes may hold separators).</summary>
    public static async Task MessagesAsync(RecordedDay day)
    {
        IEnumerable<string[]> messages = (await day.Wire.FieldsAsync("hl7", "hl7.message.type", "hl7.event.type", "hl7.segment")).Select(row => row.Split('\t'));
        Compare(Planned(day, "hl7", _ => true), messages.Select(row => (Type: $"{row[0]}^{row[1]}", Pid: IdentifiedPatient().Match(row[2]))).Where(one => one.Pid.Success).Select(one => $"{one.Type} {one.Pid.Groups[1].Value}"));
    }

    private static SortedDictionary<string, int> Planned(RecordedDay day, string protocol, Func<string, bool> isCounted)
    {
        SortedDictionary<string, int> planned = new(StringComparer.Ordinal);
        foreach (JsonElement fact in File.ReadLines(Path.Combine(day.Folder, "truth", "events.ndjson")).SelectMany(line => JsonDocument.Parse(line).RootElement.GetProperty("facts").EnumerateArray()))
        {
            string what = fact.GetProperty("what").GetString()!;
            if (fact.GetProperty("protocol").GetString() != protocol || !isCounted(what) || !fact.TryGetProperty("patient", out JsonElement patient)) continue;
            string key = $"{what} {patient.GetString()}";
            planned[key] = planned.GetValueOrDefault(key) + fact.GetProperty("count").GetInt32();
        }
        return planned;
    }

    private static void Compare(SortedDictionary<string, int> planned, IEnumerable<string> found)
    {
        Dictionary<string, int> seen = found.CountBy(key => key).ToDictionary(StringComparer.Ordinal);
        StringBuilder differences = new();
        foreach (string key in planned.Keys.Union(seen.Keys).Where(key => planned.GetValueOrDefault(key) != seen.GetValueOrDefault(key)))
            differences.Append(CultureInfo.InvariantCulture, $"\n{key}: planned {planned.GetValueOrDefault(key)}, seen {seen.GetValueOrDefault(key)}");
        Assert.True(differences.Length == 0, differences.ToString());
        Assert.NotEmpty(planned);
    }

    [GeneratedRegex(@"\(0010,0020\) LO \[([^\]]*)\]")]
    private static partial Regex DumpedPatient();

    [GeneratedRegex(@"(?:^|,)PID\|[^|]*\|[^|]*\|([^|^]+)")]
    private static partial Regex IdentifiedPatient();
}
