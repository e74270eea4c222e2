using System.Buffers;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>
/// Texts that people or programs write freely (subjects of mails, messages of logs, names of print jobs). What stands behind a word
/// that names a patient is masked, so is a name in DICOM's or HL7's form; long numbers lose their digits, and what stands behind a
/// word that names a secret is left out. A text without such marks stays as it is: a name alone cannot be told from another word.
/// </summary>
internal static class FreeText
{
    private const int LongNumber = 6;

    private static readonly SearchValues<char> SentenceEnds = SearchValues.Create(";\n()[]{}");

    private static readonly string[] Patient =
        ["patient", "patients", "pat", "patientid", "patientname", "patient_id", "patient_name", "pid", "mrn", "dob", "born", "birthdate", "surname", "lastname", "firstname", "病人", "患者", "姓名", "病历号", "住院号", "门诊号", "病案号", "身份证"];

    private static readonly string[] Between = ["name", "id", "no", "nr", "number", "is", "of", "mr", "mrs", "ms"];

    private static readonly string[] Secret = ["password", "passwd", "pwd", "pass", "passphrase", "secret", "token", "apikey", "api_key", "authorization", "bearer", "community", "psk", "密码"];

    /// <summary>The text with patients masked and secrets left out, of at most <paramref name="longest"/> characters.</summary>
    public static MaskedText Of(string text, PatientMasker masker, int longest)
    {
        MaskedTextBuilder into = new(masker);
        if (text.Length > longest) text = text[..longest];
        int names = 0, at = 0;
        bool isSecret = false;
        while (at < text.Length)
        {
            int from = at;
            if (!IsOfWord(text[at]))
            {
                while (at < text.Length && !IsOfWord(text[at])) at++;
                // A sentence's end ends what a word announced.
                if (text.AsSpan(from, at - from).IndexOfAny(SentenceEnds) >= 0) (names, isSecret) = (0, false);
                Plain(into, text.AsSpan(from, at - from));
                continue;
            }
            while (at < text.Length && IsOfWord(text[at])) at++;
            ReadOnlySpan<char> word = text.AsSpan(from, at - from);
            if (isSecret)
            {
                into.Plain("***");
                isSecret = false;
            }
            else if (word.Contains('^'))
            {
                into.Masked(word);
            }
            else if (IsAny(word, Patient))
            {
                into.Plain(word);
                names = 2;
            }
            else if (names > 0 && !IsAny(word, Between))
            {
                into.Masked(word);
                names--;
            }
            else
            {
                isSecret = IsAny(word, Secret);
                Number(into, word);
            }
        }
        return into.ToMaskedText();
    }

    /// <summary>Bytes as UTF-8, else as Latin-1, without control characters.</summary>
    public static MaskedText Of(ReadOnlySpan<byte> bytes, PatientMasker masker, int longest)
    {
        string text = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, longest * 4)]);
        if (text.Contains('\uFFFD', StringComparison.Ordinal)) text = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, longest)]);
        return Of(text, masker, longest);
    }

    private static bool IsOfWord(char c) => char.IsLetterOrDigit(c) || c is '^' or '_' or '-' or '.' or '@' or '/';

    private static void Plain(MaskedTextBuilder into, ReadOnlySpan<char> text)
    {
        foreach (char c in text) into.Plain(char.IsControl(c) ? " " : [c]);
    }

    /// <summary>A word whose longest run of digits could be an identifier shows its form only.</summary>
    private static void Number(MaskedTextBuilder into, ReadOnlySpan<char> word)
    {
        int run = 0, longest = 0;
        foreach (char c in word)
        {
            run = char.IsDigit(c) ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }
        if (longest < LongNumber)
        {
            into.Plain(word);
            return;
        }
        foreach (char c in word) into.Plain(char.IsDigit(c) ? "#" : [c]);
    }

    private static bool IsAny(ReadOnlySpan<char> word, string[] words)
    {
        foreach (string one in words)
        {
            if (word.Equals(one, StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
    }
}
