using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Wardkeeper.Lab.Tests.Recording;

/// <summary>Holds the truth of a recording to the logs of the programs that served in it: a third opinion, which knows nothing of the wire.</summary>
internal sealed class LogComparison(RecordedDay day)
{
    /// <summary>Fails with every row that is planned and not logged so often, or logged and not planned so often.</summary>
    public void Compare()
    {
        string[] logs = Directory.GetFiles(Path.Combine(day.Folder, "logs"), "*.log");
        StringBuilder differences = new();
        int compared = 0;
        foreach (LogRule rule in LogRule.All)
        {
            Regex what = new($"^({rule.What})$", RegexOptions.CultureInvariant);
            foreach (string log in logs.Where(log => log.EndsWith($"-{rule.Log}.log", StringComparison.Ordinal)))
            {
                string host = Path.GetFileName(log)[..^$"-{rule.Log}.log".Length];
                // The name of a program may end with that of another (socat-serial).
                if (!day.Devices.Contains(host) || (rule.Besides is { } other && File.Exists(Path.Combine(day.Folder, "logs", $"{host}-{other}.log")))) continue;
                SortedDictionary<string, int> planned = Planned(rule, host, what), logged = Logged(rule, log);
                compared += planned.Count;
                foreach (string row in planned.Keys.Union(logged.Keys).Where(row => planned.GetValueOrDefault(row) != logged.GetValueOrDefault(row)))
                    differences.Append(CultureInfo.InvariantCulture, $"\n{rule.Log} on {host}, {rule.Protocol} {rule.What}{row}: planned {planned.GetValueOrDefault(row)}, logged {logged.GetValueOrDefault(row)}");
            }
        }
        Assert.True(differences.Length == 0, differences.ToString());
        Assert.True(compared > 10, $"only {compared} rows of the truth are in logs");
    }

    private SortedDictionary<string, int> Planned(LogRule rule, string host, Regex what)
    {
        SortedDictionary<string, int> planned = [];
        foreach (((string protocol, string kind, string from, string to), int count) in day.Rows)
        {
            (string server, string peer) = rule.IsOfClient ? (from, to) : (to, from);
            if (protocol == rule.Protocol && server == host && what.IsMatch(kind)) Add(planned, rule.Has("what") ? kind : "", rule.Has("peer") ? peer : "", count);
        }
        return planned;
    }

    private SortedDictionary<string, int> Logged(LogRule rule, string log)
    {
        SortedDictionary<string, int> logged = [];
        foreach (Match line in File.ReadLines(log).Select(text => rule.Line.Match(text)).Where(match => match.Success))
            Add(logged, rule.Has("what") ? line.Groups["what"].Value : "", rule.Has("peer") ? day.DeviceAt(line.Groups["peer"].Value) : "", 1);
        return logged;
    }

    private static void Add(SortedDictionary<string, int> rows, string what, string peer, int count)
    {
        string row = $" {what} {peer}".TrimEnd();
        rows[row] = rows.GetValueOrDefault(row) + count;
    }
}
