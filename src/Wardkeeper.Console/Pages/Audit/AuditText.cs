namespace Wardkeeper.Console.Pages.Audit;

/// <summary>Shortens what an entry keeps of before and after to what differs.</summary>
internal static class AuditText
{
    /// <summary><c>roles=viewer → roles=analyst</c>: of states written as <c>name=value; …</c> only the parts that differ; else both.</summary>
    public static string Change(string? before, string? after)
    {
        if (before is null) return "→ " + after;
        if (after is null) return before + " →";
        string[] old = before.Split("; "), now = after.Split("; ");
        if (old.Length < 2 || old.Length != now.Length) return $"{before} → {after}";
        string[] differing = [.. old.Zip(now).Where(pair => pair.First != pair.Second).Select(pair => $"{pair.First} → {pair.Second[(pair.Second.IndexOf('=', StringComparison.Ordinal) + 1)..]}")];
        return differing.Length == 0 ? $"{before} → {after}" : string.Join("; ", differing);
    }
}
