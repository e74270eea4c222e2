using System.Text;

namespace Wardkeeper.Lab.Tests.Recording;

/// <summary>What was counted on the wire, in the words of the truth.</summary>
internal sealed class Tally(RecordedDay day)
{
    private readonly SortedDictionary<string, int> seen = new(StringComparer.Ordinal);

    /// <summary>Counts what was seen between two addresses.</summary>
    public void Add(string protocol, string what, string from, string to, int count = 1)
    {
        string key = RecordedDay.Key(protocol, what, day.DeviceAt(from), day.DeviceAt(to));
        seen[key] = seen.GetValueOrDefault(key) + count;
    }

    /// <summary>Fails with every row of these protocols that is planned and not seen so often, or seen and not planned so often.</summary>
    public void Compare(IReadOnlyCollection<string> protocols)
    {
        SortedDictionary<string, int> planned = new(day.Planned.Where(row => protocols.Contains(RecordedDay.ProtocolOf(row.Key))).ToDictionary(), StringComparer.Ordinal);
        StringBuilder differences = new();
        foreach (string key in planned.Keys.Union(seen.Keys).Where(key => planned.GetValueOrDefault(key) != seen.GetValueOrDefault(key)))
            differences.Append(System.Globalization.CultureInfo.InvariantCulture, $"\n{key}: planned {planned.GetValueOrDefault(key)}, seen {seen.GetValueOrDefault(key)}");
        Assert.True(differences.Length == 0, differences.ToString());
    }
}
