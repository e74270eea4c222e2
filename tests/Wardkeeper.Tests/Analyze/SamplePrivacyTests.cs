using System.Buffers;
using System.Text;
using System.Text.Json;
using Wardkeeper.Analyze;
using static Wardkeeper.Tests.Analyze.HospitalSample;

namespace Wardkeeper.Tests.Analyze;

/// <summary>No output about the sample names one of its patients, in any form that could be read back.</summary>
public sealed class SamplePrivacyTests
{
    static SamplePrivacyTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void No_patient_is_named_in_any_output_in_any_form(bool json, bool chinese)
    {
        using Analysis sample = Analysis.Of(new AnalyzeOptions { Files = [Capture], Json = json, Chinese = chinese });
        Assert.Equal(0, sample.ExitCode);
        (string Form, string Bytes)[] forms = [.. Secrets().SelectMany(secret => Forms(secret.What, secret.Text))];
        IEnumerable<(string Name, byte[] Bytes)> outputs = [.. sample.Files().Select(file => (file.Key, file.Value)), ("text", Encoding.UTF8.GetBytes(sample.Text)), ("errors", Encoding.UTF8.GetBytes(sample.Errors))];
        Assert.Empty(outputs.SelectMany(output => Found(output.Bytes, forms).Select(form => $"{output.Name}: {form}")));
    }

    /// <summary>Without this the test above would prove nothing.</summary>
    [Fact]
    public void Patients_are_on_the_wire_by_all_that_names_them()
    {
        HashSet<string> seen = Found(File.ReadAllBytes(Capture), [.. Secrets().SelectMany(secret => Forms(secret.What, secret.Text))]);
        Assert.All(Secrets().Select(secret => secret.What).Distinct(), what => Assert.Contains(seen, form => form.StartsWith(what + " ", StringComparison.Ordinal)));
        Assert.Contains(seen, form => form.EndsWith(" in gb18030", StringComparison.OrdinalIgnoreCase));
        Assert.Contains(seen, form => form.EndsWith(" in utf-8", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A patient counts once, under however many protocols, character sets and names.</summary>
    [Theory]
    [InlineData(false, "{0} patients seen")]
    [InlineData(true, "见到 {0} 名患者")]
    public void As_many_patients_are_counted_as_have_their_number_on_the_wire(bool chinese, string line)
    {
        byte[] capture = File.ReadAllBytes(Capture);
        int there = Truth("patients").Count(patient => capture.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Text(patient, "id")!)) >= 0);
        using Analysis sample = Analysis.Of(new AnalyzeOptions { Files = [Capture], Chinese = chinese });
        Assert.Contains(string.Format(System.Globalization.CultureInfo.InvariantCulture, line, there), sample.Text, StringComparison.Ordinal);
    }

    /// <summary>
    /// All that tells who a patient is. Left out are parts of names that are so short that they occur by chance, and those that are
    /// also a part of the name of one of the staff, whose names are shown as contacts of devices.
    /// </summary>
    private static IEnumerable<(string What, string Text)> Secrets()
    {
        string[] staff = [.. Devices.Select(device => device.Owner)];
        foreach (JsonElement patient in Truth("patients"))
        {
            string family = Text(patient, "family")!, given = Text(patient, "given")!, birth = Text(patient, "birth")!;
            yield return ("id", Text(patient, "id")!);
            yield return ("national-id", Text(patient, "national_id")!);
            yield return ("telephone", Text(patient, "telephone")!);
            yield return ("birth", birth.Replace("-", "", StringComparison.Ordinal));
            yield return ("birth", birth);
            string[] names = [family + given, $"{family}^{given}", $"{family} {given}", $"{given} {family}", family, given];
            foreach (string name in names.Where(name => name.Length >= (name.All(char.IsAscii) ? 4 : 2) && !char.IsSurrogatePair(name, 0) && !Array.Exists(staff, owner => owner.Contains(name, StringComparison.Ordinal))))
                yield return ("name", name);
        }
    }

    private static IEnumerable<(string Form, string Bytes)> Forms(string what, string secret)
    {
        foreach (string spelling in (string[])[secret, secret.ToLowerInvariant(), secret.Length > 1 ? secret[..1] + secret[1..].ToLowerInvariant() : secret])
        {
            yield return ($"{what} {secret} as JSON escapes", JsonEncodedText.Encode(spelling).ToString());
            foreach (string charset in (string[])["utf-8", "GB18030", "utf-16le"])
            {
                byte[] raw = Encoding.GetEncoding(charset).GetBytes(spelling);
                yield return ($"{what} {secret} in {charset}", Encoding.Latin1.GetString(raw));
                yield return ($"{what} {secret} in {charset} in hexadecimal", Convert.ToHexStringLower(raw));
                yield return ($"{what} {secret} in {charset} in capital hexadecimal", Convert.ToHexString(raw));
                yield return ($"{what} {secret} in {charset} in percent form", string.Concat(raw.Select(one => $"%{one:X2}")));
                yield return ($"{what} {secret} in {charset} in small percent form", string.Concat(raw.Select(one => $"%{one:x2}")));
                foreach (string base64 in Base64(raw)) yield return ($"{what} {secret} in {charset} in Base64", base64);
            }
        }
    }

    /// <summary>The middle of the text in Base64, for each of the three places at which it can begin in a group of bytes; shorter ones occur by chance.</summary>
    private static IEnumerable<string> Base64(byte[] raw)
    {
        for (int shift = 0; shift < 3; shift++)
        {
            string text = Convert.ToBase64String([.. new byte[shift], .. raw]).TrimEnd('=');
            int from = shift == 0 ? 0 : shift + 1;
            int whole = (shift + raw.Length) * 8 / 6;
            if (whole - from >= 7) yield return text[from..whole];
        }
    }

    /// <summary>Which forms the bytes hold. Short words and numbers count as words of their own only: flow ids hold any four letters.</summary>
    private static HashSet<string> Found(byte[] bytes, (string Form, string Bytes)[] forms)
    {
        string text = Encoding.Latin1.GetString(bytes);
        ILookup<string, string> formsOf = forms.ToLookup(form => form.Bytes, form => form.Form);
        int[] lengths = [.. formsOf.Select(form => form.Key.Length).Distinct()];
        SearchValues<string> search = SearchValues.Create([.. formsOf.Select(form => form.Key)], StringComparison.Ordinal);
        HashSet<string> found = new(StringComparer.Ordinal);
        for (int at = 0; at < text.Length; at++)
        {
            int next = text.AsSpan(at).IndexOfAny(search);
            if (next < 0) break;
            at += next;
            foreach (int length in lengths.Where(length => at + length <= text.Length))
            {
                string hit = text.Substring(at, length);
                if (!IsPartOfAWord(text, at, length)) found.UnionWith(formsOf[hit]);
            }
        }
        return found;
    }

    private static bool IsPartOfAWord(string text, int at, int length) =>
        length <= 8 && text.AsSpan(at, length).IndexOfAnyExcept(Word) < 0
        && ((at > 0 && Word.Contains(text[at - 1])) || (at + length < text.Length && Word.Contains(text[at + length])));

    private static readonly SearchValues<char> Word = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
}
