using System.Text;

namespace Wardkeeper.Sensor.Observations;

/// <summary>
/// What a reader sees in place of a patient: <c>patient-1</c>, <c>patient-2</c> … in the order of first appearance, or the keyed
/// hash when the site has a key. One instance belongs to one output, which is written in a deterministic order by one thread.
/// </summary>
/// <param name="showHashes">Whether hashes are shown instead of numbers.</param>
public sealed class PatientNames(bool showHashes)
{
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);

    /// <summary>Distinct patients met so far.</summary>
    public int Count => numbers.Count;

    /// <summary>The text as a reader may see it.</summary>
    public string Render(MaskedText text)
    {
        string value = text.Value ?? "";
        int open = value.IndexOf(MaskedText.Open, StringComparison.Ordinal);
        if (open < 0) return value;
        StringBuilder into = new(value.Length);
        int from = 0;
        while (open >= 0)
        {
            int close = value.IndexOf(MaskedText.Close, open);
            if (close < 0) break;
            into.Append(value, from, open - from).Append(Name(value[(open + 1)..close]));
            from = close + 1;
            open = value.IndexOf(MaskedText.Open, from);
        }
        return into.Append(value, from, value.Length - from).ToString();
    }

    private string Name(string hash)
    {
        if (!numbers.TryGetValue(hash, out int number)) numbers[hash] = number = numbers.Count + 1;
        return showHashes ? hash : $"patient-{number}";
    }
}
