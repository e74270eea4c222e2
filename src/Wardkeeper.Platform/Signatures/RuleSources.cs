using System.Globalization;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Signatures;
using Wardkeeper.Platform.Data;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures;
using RuleReader = Wardkeeper.Sensor.Signatures.Rules.RuleReader;
using RuleVariables = Wardkeeper.Sensor.Signatures.Rules.RuleVariables;

namespace Wardkeeper.Platform.Signatures;

/// <summary>A set with the files that it was read from.</summary>
/// <param name="Set">The set; null before the first reading.</param>
/// <param name="Sources">What came of each file.</param>
/// <param name="Seen">The files as they were: name, length, time.</param>
/// <param name="At">When it was read.</param>
internal sealed record LoadedRules(RuleSet? Set, IReadOnlyList<RuleSource> Sources, (string Name, long Length, DateTime Written)[] Seen, CaptureTime At);

/// <summary>From files of rules to a set, and what can be told of its rules. Without state.</summary>
internal static class RuleSources
{
    private const string Stopped = "signature-stopped-";

    /// <summary>A reader in which <c>$HOME_NET</c> is the site's own networks.</summary>
    public static RuleReader Reader(LocalNetworks local, RuleSet? before = null)
    {
        RuleVariables variables = new();
        variables.SetAddress("HOME_NET", $"[{string.Join(',', local.ToString().Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))}]");
        return new RuleReader(variables, before?.Notes);
    }

    /// <summary>Whether a file has rules that can be run: how many, and how many cannot.</summary>
    /// <exception cref="RefusedException">None can.</exception>
    public static (int Count, int Refused) Sound(string file, string id, LocalNetworks local)
    {
        RuleReader reader = Reader(local);
        if (Unreadable(() => reader.Read(file, id)) is { } why) throw new RefusedException(Refusal.Invalid, "file", "rules-unreadable", $"{id}: {why}");
        RuleSet set = reader.Finish();
        if (set.Count > 0) return (set.Count, set.Refusals.Count);
        throw set.Refusals.Count == 0
            ? new RefusedException(Refusal.Invalid, "file", "rules-nothing", $"{id} holds no rule. A rule is a line like: alert tcp any any -> any 104 (msg:\"…\"; sid:1;)")
            : new RefusedException(Refusal.Invalid, [.. set.Refusals.Take(5).Select(one => new Mistake("file", "rules-mistake", one.ToString()))]);
    }

    /// <summary>Reads all files as one set. A file that cannot be read takes none of the others with it.</summary>
    public static LoadedRules Load(IReadOnlyList<FileInfo> files, GivenFiles folder, RuleSet? before, LocalNetworks local, CaptureTime now)
    {
        RuleReader reader = Reader(local, before);
        Dictionary<string, string> unreadable = new(StringComparer.Ordinal);
        foreach (FileInfo file in files)
        {
            if (Unreadable(() => reader.Read(file.FullName, file.Name)) is { } why) unreadable[file.Name] = why;
        }
        RuleSet set = reader.Finish();
        Dictionary<string, int> runs = set.Facts().CountBy(one => SourceOf(one.File)).ToDictionary(StringComparer.Ordinal), refused = set.Refusals.CountBy(one => SourceOf(one.File)).ToDictionary(StringComparer.Ordinal);
        RuleSource[] sources = [.. files.Select(file => folder.Of(file.Name) is var about && about is null
            ? new RuleSource(file.Name, file.Name) { At = CaptureTime.FromSeconds(new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero).ToUnixTimeSeconds()) }
            : new RuleSource(file.Name, about.Name) { By = about.By, At = new CaptureTime(about.At) })
            .Zip(files, (source, file) => source with { Size = file.Length, Count = runs.GetValueOrDefault(file.Name), Refused = refused.GetValueOrDefault(file.Name), Unreadable = unreadable.GetValueOrDefault(file.Name) })];
        return new LoadedRules(set, sources, [.. files.Select(file => (file.Name, file.Length, file.LastWriteTimeUtc))], now);
    }

    /// <summary>All rules of a set, those that run by their numbers, then those that do not.</summary>
    public static IEnumerable<RuleLine> Lines(RuleSet? set, IEnumerable<string> counted)
    {
        if (set is null) return [];
        HashSet<string> stopped = [.. counted.Where(name => name.StartsWith(Stopped, StringComparison.Ordinal)).Select(name => name[Stopped.Length..])];
        return set.Facts().Select(one => new RuleLine(one.Sid, stopped.Contains(one.Sid.ToString(CultureInfo.InvariantCulture)) ? RuleState.Stopped : one.Missing is not null ? RuleState.Inert : RuleState.Running, one.File, one.Line, one.Message)
        {
            Revision = one.Revision,
            Classtype = one.Classtype,
            Priority = one.Priority,
            Keyword = one.Missing,
            Asked = one.Asked,
            Matched = one.Matched,
            Bytes = one.Bytes,
        })
            .Concat(set.Refusals.Select(one => new RuleLine(one.Sid, RuleState.Refused, one.File, one.Line, "") { Keyword = one.Keyword, Reason = one.Reason }));
    }

    /// <summary>Whether a rule is one of those asked for.</summary>
    public static bool Fits(RuleLine line, RuleFilter filter) =>
        (filter.States.Count == 0 || filter.States.Contains(line.State))
        && (filter.Source is null || SourceOf(line.File) == filter.Source)
        && (filter.Keyword is null || (line.State == RuleState.Refused && line.Keyword == filter.Keyword))
        && (filter.Text is not { } text || line.Message.Contains(text, StringComparison.OrdinalIgnoreCase) || line.Sid.ToString(CultureInfo.InvariantCulture) == text);

    /// <summary>In an order; rules that are alike in it by file and line.</summary>
    public static IEnumerable<RuleLine> Sorted(IEnumerable<RuleLine> lines, SortOrder sort)
    {
        Func<RuleLine, long> key = sort.Column switch { "bytes" => line => line.Bytes, "matched" => line => line.Matched, "priority" => line => line.Priority, "file" => line => 0, _ => line => line.Sid };
        IOrderedEnumerable<RuleLine> ordered = sort.Descending ? lines.OrderByDescending(key) : lines.OrderBy(key);
        return ordered.ThenBy(line => line.File, StringComparer.Ordinal).ThenBy(line => line.Line);
    }

    /// <summary>Id of the source that a rule stands in.</summary>
    private static string SourceOf(string file) => file.Split(':')[0];

    private static string? Unreadable(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or FormatException)
        {
            return e.Message;
        }
    }
}
