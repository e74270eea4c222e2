using System.Globalization;

namespace Wardkeeper.Hub.Identification;

/// <summary>
/// Reads a file of knowledge: lines of ten columns between tabs, with a line of their names first; <c>#</c> begins a remark.
/// Every line that cannot be an entry is named with what is wrong; nothing of a file with mistakes is used.
/// </summary>
public static class KnowledgeFile
{
    /// <summary>Largest file, bytes.</summary>
    public const int MaxBytes = 16 << 20;

    /// <summary>The columns, in order.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["id", "on", "match", "with", "says", "sure", "basis", "source", "licence", "models"];

    /// <summary>Surest that knowledge from memory may be: nobody has checked it.</summary>
    public const int SurestFromMemory = 60;

    private const int MostMistakes = 50, LongestCell = 1_024;
    private static readonly HashSet<string> Bases = new(["standard", "registry", "file", "log", "example", "source", "observed", "document", "memory", "person"], StringComparer.Ordinal);
    private static readonly Dictionary<string, Trait> Traits = Enum.GetValues<Trait>().ToDictionary(Kebab, StringComparer.Ordinal);

    private static readonly Dictionary<string, IdentityField> Fields = new(StringComparer.Ordinal)
    {
        ["type"] = IdentityField.Type,
        ["vendor"] = IdentityField.Vendor,
        ["model"] = IdentityField.Model,
        ["os"] = IdentityField.OperatingSystem,
        ["software"] = IdentityField.Software,
    };

    /// <summary>Reads the entries of a file.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="name">Its name, for mistakes.</param>
    /// <param name="mistakes">What is wrong with it: name, line, what; empty when it is sound.</param>
    public static IReadOnlyList<KnowledgeEntry> Read(string text, string name, out IReadOnlyList<string> mistakes)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<KnowledgeEntry> entries = [];
        List<string> wrong = [];
        HashSet<string> ids = new(StringComparer.Ordinal);
        bool hasHead = false;
        int number = 0;
        foreach (ReadOnlySpan<char> each in text.AsSpan().EnumerateLines())
        {
            number++;
            ReadOnlySpan<char> line = each.TrimStart('\uFEFF');
            if (line.IsWhiteSpace() || line[0] == '#') continue;
            string[] cells = line.ToString().Split('\t');
            if (!hasHead)
            {
                hasHead = true;
                if (!cells.SequenceEqual(Columns)) wrong.Add($"{name}:{number}: the first line must name the columns {string.Join(", ", Columns)}");
                continue;
            }
            if (EntryOf(cells, out string? problem) is not { } entry) wrong.Add($"{name}:{number}: {problem}");
            else if (!ids.Add(entry.Id)) wrong.Add($"{name}:{number}: {entry.Id} stands here twice");
            else entries.Add(entry);
            if (wrong.Count >= MostMistakes) break;
        }
        if (!hasHead) wrong.Add($"{name}: there is no entry");
        mistakes = wrong;
        return entries;
    }

    /// <summary>An entry as a line of a file.</summary>
    public static string Line(KnowledgeEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        string conditions = string.Join(';', entry.Conditions.Select(one => $"{(one.IsForbidden ? "!" : "")}{Kebab(one.Trait)}={one.Pattern}"));
        return string.Join('\t', entry.Id, Kebab(entry.Trait), entry.Pattern, conditions, Says(entry), "", entry.Basis, entry.Source, entry.Licence, string.Join(',', entry.Models));
    }

    /// <summary>What an entry says, as a file writes it.</summary>
    public static string Says(KnowledgeEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        IEnumerable<string> says = entry.Sayings.Select(saying => string.Create(CultureInfo.InvariantCulture, $"{Fields.First(field => field.Value == saying.Field).Key}{(saying.IsAgainst ? "!=" : "=")}{string.Join('|', saying.Values)}@{saying.Sure * 100:0.#}"));
        return string.Join(';', entry.Maker == MakerKind.None ? says : says.Prepend("maker=" + Kebab(entry.Maker)));
    }

    private static KnowledgeEntry? EntryOf(string[] cells, out string? problem)
    {
        problem = null;
        if (cells.Length != Columns.Count) return Refused($"has {cells.Length} columns between tabs, not {Columns.Count}", out problem);
        if (Array.Find(cells, cell => cell.Length > LongestCell || cell.Any(char.IsControl)) is not null) return Refused("holds a cell that is too long, or control characters", out problem);
        string id = cells[0];
        if (id.Length is 0 or > 80 || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')) return Refused($"\"{id}\" is no name of an entry: letters, digits, point and hyphen", out problem);
        if (!Traits.TryGetValue(cells[1], out Trait trait)) return Refused($"{id}: nothing is known of the trait \"{cells[1]}\"", out problem);
        if (PatternOf(trait, cells[2], out string? unfit) is not { } pattern) return Refused($"{id}: {unfit}", out problem);
        if (!Bases.Contains(cells[6])) return Refused($"{id}: \"{cells[6]}\" is no basis; {string.Join(", ", Bases)} are", out problem);
        if (cells[7].Length == 0 || cells[8].Length == 0) return Refused($"{id}: an entry names its source and its licence", out problem);
        List<TraitCondition> conditions = [];
        foreach (string part in cells[3].Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] pair = part.TrimStart('!').Split('=', 2);
            if (pair.Length != 2 || !Traits.TryGetValue(pair[0], out Trait other)) return Refused($"{id}: \"{part}\" is no condition; write trait=pattern or !trait=pattern", out problem);
            if (PatternOf(other, pair[1], out unfit) is not { } besides) return Refused($"{id}: in the condition \"{part}\" {unfit}", out problem);
            conditions.Add(new TraitCondition(other, besides, part[0] == '!'));
        }
        if (SayingsOf(cells, out MakerKind maker, out string? unsaid) is not { } sayings) return Refused($"{id}: {unsaid}", out problem);
        return new KnowledgeEntry(id, trait, pattern, conditions, sayings, maker, cells[6], cells[7], cells[8], cells[9].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    /// <summary>A pattern as far as it can be seen in values of its trait: a port and a fingerprint are always whole.</summary>
    private static TraitPattern? PatternOf(Trait trait, string text, out string? problem)
    {
        TraitPattern? pattern = TraitPattern.Parse(text, out problem);
        bool isWhole = trait == Trait.Fingerprint || (trait is Trait.Offers or Trait.Uses && text.AsSpan().TrimStart('*').TrimStart('~') is ['t' or 'T' or 'u' or 'U', _, _, '/', ..]);
        if (pattern is { Place: not PatternPlace.Whole } && isWhole) problem = $"has a star or ~, but {TraitNames.Of(trait)} is compared as a whole there; write it out, one entry for each";
        problem = problem is null ? null : $"\"{text}\" {problem}";
        return problem is null ? pattern : null;
    }

    private static List<Saying>? SayingsOf(string[] cells, out MakerKind maker, out string? problem)
    {
        List<Saying> sayings = [];
        maker = MakerKind.None;
        problem = null;
        foreach (string part in cells[4].Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] pair = part.Split('=', 2);
            bool against = pair[0].EndsWith('!');
            if (pair.Length == 2 && pair[0] == "maker" && Enum.TryParse(pair[1], true, out maker)) continue;
            if (pair.Length != 2 || pair[1].Length == 0 || !Fields.TryGetValue(pair[0].TrimEnd('!'), out IdentityField field)) return NotSaid($"\"{part}\" says nothing; write type=, vendor=, model=, os=, software= or maker=", out problem);
            int at = pair[1].LastIndexOf('@');
            string sure = at < 0 ? cells[5] : pair[1][(at + 1)..];
            if (!double.TryParse(sure, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent) || percent is <= 50 or > 99.9) return NotSaid($"\"{sure}\" is not how sure it is: percent above 50, at most 99.9", out problem);
            if (percent > SurestFromMemory && cells[6] == "memory") return NotSaid($"what is known from memory is at most {SurestFromMemory} % sure", out problem);
            string[] values = (at < 0 ? pair[1] : pair[1][..at]).Split('|', StringSplitOptions.RemoveEmptyEntries);
            if (Array.Find(values, value => value.Contains('*')) is { } open) return NotSaid($"\"{open}\" is what the device is called, where a star means nothing; write the name itself", out problem);
            if (field == IdentityField.Type && Array.Find(values, value => Taxonomy.CategoryOf(value) is null) is { } unknown) return NotSaid($"\"{unknown}\" is no type of the taxonomy", out problem);
            sayings.Add(new Saying(field, values, percent / 100, against));
        }
        return sayings.Count == 0 && maker == MakerKind.None ? NotSaid("it says nothing", out problem) : sayings;
    }

    private static KnowledgeEntry? Refused(string reason, out string? problem)
    {
        problem = reason;
        return null;
    }

    private static List<Saying>? NotSaid(string reason, out string? problem)
    {
        problem = reason;
        return null;
    }

    /// <summary>A member's name as files write it: <c>AeTitle</c> is <c>ae-title</c>.</summary>
    internal static string Kebab<T>(T value)
        where T : struct, Enum
    {
        string name = value.ToString();
        return string.Concat(name.Select((letter, at) => char.IsUpper(letter) ? (at == 0 ? "" : "-") + char.ToLowerInvariant(letter) : letter.ToString()));
    }
}
