using System.Text;
using Wardkeeper.Analyze;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Tests.Analyze;

/// <summary>No patient of the recorded days appears in any output, in any form that could be read back.</summary>
public class PrivacyTests
{
    static PrivacyTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void No_patient_appears_in_any_output(bool withKey, bool chinese)
    {
        string lab = SharedFiles.Path("captures/lab");
        string? key = withKey ? WriteKey() : null;
        using Analysis analysis = Analysis.Of(new AnalyzeOptions { Files = [lab], KeyFile = key, Chinese = chinese });
        if (key is not null) File.Delete(key);
        Assert.Equal(0, analysis.ExitCode);
        List<(string Name, byte[] Bytes)> outputs = [.. analysis.Files().Select(file => (file.Key, Lower(file.Value))), ("text", Lower(Encoding.UTF8.GetBytes(analysis.Text + analysis.Errors)))];
        Assert.Contains(outputs, output => output.Name == "dicom.ndjson");
        Assert.Contains(outputs, output => output.Name == "hl7.ndjson");
        List<string> found = [];
        foreach (string needle in Needles(Path.Combine(lab, "PATIENTS.tsv")))
        {
            foreach ((string form, byte[] bytes) in Forms(needle))
            {
                foreach ((string name, byte[] content) in outputs)
                {
                    if (Holds(content, bytes)) found.Add($"{name} holds {form} of a patient's id or name");
                }
            }
        }
        Assert.Empty(found.Distinct());
    }

    [Fact]
    public void Patients_are_numbered_without_a_key_and_hashed_with_one()
    {
        string capture = SharedFiles.Path("captures/lab/hl7-day.pcap"), key = WriteKey();
        using Analysis numbered = Analysis.Of(capture), hashed = Analysis.Of(new AnalyzeOptions { Files = [capture], KeyFile = key });
        File.Delete(key);
        Assert.Contains(numbered.Rows("hl7"), row => row.TryGetProperty("patient", out var patient) && patient.GetString() == "patient-1");
        Assert.Contains(hashed.Rows("hl7"), row => row.TryGetProperty("patient", out var patient) && patient.GetString()!.Length == 32);
    }

    private static string WriteKey()
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, "0123456789abcdef0123456789abcdef\n");
        return path;
    }

    /// <summary>Identifiers, whole names (the Latin or the ideographic part), and each component of two characters or more.</summary>
    private static HashSet<string> Needles(string path)
    {
        HashSet<string> needles = new(StringComparer.Ordinal);
        foreach (string line in File.ReadLines(path).Skip(1))
        {
            string[] cells = line.Split('\t');
            needles.Add(cells[0]);
            foreach (string part in cells[1].Split('='))
            {
                needles.Add(part);
                foreach (string component in part.Split('^')) needles.Add(component);
            }
        }
        // Two Latin letters (XU, LI) are also syllables of anything; ideographs are not.
        needles.RemoveWhere(needle => needle.Length < 2 || (needle.Length < 4 && needle.All(char.IsAscii)));

        // One made-up patient is called after the file format that hides in his image; image/tiff is a media type.
        needles.Remove("TIFF");
        return needles;
    }

    private static IEnumerable<(string Form, byte[] Bytes)> Forms(string needle)
    {
        foreach (Encoding encoding in (Encoding[])[Encoding.UTF8, Encoding.GetEncoding("GB18030")])
        {
            byte[] bytes = encoding.GetBytes(needle);
            yield return (encoding.WebName, Lower(bytes));
            if (bytes.Length < 4) continue;
            yield return (encoding.WebName + " in hex", Lower(Encoding.ASCII.GetBytes(Convert.ToHexString(bytes))));
            yield return (encoding.WebName + " in percent form", Lower(Encoding.ASCII.GetBytes(string.Concat(bytes.Select(b => $"%{b:X2}")))));
            string base64 = Convert.ToBase64String(bytes).TrimEnd('=');
            // The last digit depends on what follows; case matters, so only long ones are told from chance.
            if (base64.Length > 7) yield return (encoding.WebName + " in base64", Lower(Encoding.ASCII.GetBytes(base64[..^1])));
        }
    }

    private static bool Holds(byte[] content, byte[] needle)
    {
        for (int from = 0; ;)
        {
            int at = content.AsSpan(from).IndexOf(needle);
            if (at < 0) return false;
            at += from;
            bool inWord = needle.All(b => char.IsAsciiLetterOrDigit((char)b)) && ((at > 0 && char.IsAsciiLetterOrDigit((char)content[at - 1])) || (at + needle.Length < content.Length && char.IsAsciiLetterOrDigit((char)content[at + needle.Length])));
            if (!inWord) return true;
            from = at + 1;
        }
    }

    private static byte[] Lower(byte[] bytes) => [.. bytes.Select(b => b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b)];
}
