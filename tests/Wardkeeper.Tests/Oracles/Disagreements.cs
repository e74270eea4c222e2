using System.Text;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Tests.Oracles;

/// <summary>
/// What an oracle and we say differently of captures, held against a list beside the test: capture, subject, reason. Every
/// difference must stand there with a reason, and every line must still be needed.
/// </summary>
internal sealed class Disagreements
{
    private readonly string list;
    private readonly Dictionary<(string Capture, string Subject), string> reasons = [];
    private readonly HashSet<(string, string)> needed = [], seen = [];
    private readonly StringBuilder news = new();
    private readonly Lock gate = new();

    public Disagreements(string list)
    {
        this.list = Path.Combine(SharedFiles.Project, "tests/Wardkeeper.Tests/Oracles", list);
        foreach (string[] cells in File.ReadLines(this.list).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t')))
            reasons.Add((cells[0], cells[1]), cells[2]);
    }

    /// <summary>Compares two multisets; returns how many are in both.</summary>
    public int Compare(string capture, string subject, IEnumerable<string> theirs, IEnumerable<string> ours)
    {
        Dictionary<string, int> balance = new(StringComparer.Ordinal);
        int total = 0, missing = 0;
        foreach (string one in theirs)
        {
            balance[one] = balance.GetValueOrDefault(one) + 1;
            total++;
        }
        foreach (string one in ours) balance[one] = balance.GetValueOrDefault(one) - 1;
        StringBuilder text = new();
        foreach ((string one, int count) in balance.Where(pair => pair.Value != 0).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            missing += Math.Max(0, count);
            text.Append(count > 0 ? "  theirs" : "  ours  ").Append(Math.Abs(count) == 1 ? " " : $" {Math.Abs(count)} x ").AppendLine(one);
        }
        lock (gate)
        {
            seen.Add((capture, subject));
            if (text.Length > 0)
            {
                needed.Add((capture, subject));
                if (!reasons.ContainsKey((capture, subject))) news.Append(capture).Append('\t').AppendLine(subject).Append(text);
            }
        }
        return total - missing;
    }

    /// <summary>Fails with everything that is not on the list, and with lines of the list that nothing needs any longer.</summary>
    public void Hold()
    {
        foreach ((string Capture, string Subject) line in reasons.Keys.Where(line => seen.Contains(line) && !needed.Contains(line)))
            news.Append(line.Capture).Append('\t').Append(line.Subject).AppendLine("\tis listed, but there is no difference");
        Assert.True(news.Length == 0, $"Not in {list}:\n{news}");
    }
}
