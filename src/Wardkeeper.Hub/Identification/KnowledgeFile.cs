using System.Buffers;
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

    private static readonly SearchValues<char> OfIds = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_");

    private static readonly Dictionary<string, IdentityField> Fields = new(StringComparer.Ordinal)
    {
        ["type"] = IdentityField.Type,
        ["vendor"] = IdentityField.Vendor,
        ["model"] = IdentityField.Model,
        ["os"] = IdentityField.OperatingSystem,
        ["software"] = IdentityField.Software,
    };

    private static Dictionary<string, Trait>.AlternateLookup<ReadOnlySpan<char>> TraitsBySpan => Traits.GetAlternateLookup<ReadOnlySpan<char>>();

    private static Dictionary<string, IdentityField>.AlternateLookup<ReadOnlySpan<char>> FieldsBySpan => Fields.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Reads the entries of a file.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="name">Its name, for mistakes.</param>
    /// <param name="mistakes">What is wrong with it: name, line, what; empty when it is sound.</param>
    public static IReadOnlyList<KnowledgeEntry> Read(string text, string name, out IReadOnlyList<string> mistakes)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<KnowledgeEntry> entries = [];
        List<string> wrong = [];
        HashSet<string> ids = new(StringComparer.Ordinal), texts = new(StringComparer.Ordinal);
        Span<Range> places = stackalloc Range[Columns.Count];
        bool hasHead = false;
        int number = 0;
        foreach (ReadOnlySpan<char> each in text.AsSpan().EnumerateLines())
        {
            number++;
            ReadOnlySpan<char> line = each.TrimStart('\uFEFF');
            if (line.IsWhiteSpace() || line[0] == '#') continue;
            if (!hasHead)
            {
                hasHead = true;
                if (!line.SequenceEqual(string.Join('\t', Columns))) wrong.Add($"{name}:{number}: the first line must name the columns {string.Join(", ", Columns)}");
                continue;
            }
            int columns = line.Count('\t') + 1;
            line.Split(places, '\t');
            string? problem = $"has {columns} columns between tabs, not {Columns.Count}";
            KnowledgeEntry? entry = columns == Columns.Count ? EntryOf(new Cells(line, places, texts), out problem) : null;
            if (entry is null) wrong.Add($"{name}:{number}: {problem}");
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

    private static KnowledgeEntry? EntryOf(in Cells cells, out string? problem)
    {
        problem = null;
        if (!cells.AreSound) return Refused("holds a cell that is too long, or control characters", out problem);
        string id = cells[0].ToString();
        if (id.Length is 0 or > 80 || id.AsSpan().ContainsAnyExcept(OfIds)) return Refused($"\"{id}\" is no name of an entry: letters, digits, point and hyphen", out problem);
        if (!TraitsBySpan.TryGetValue(cells[1], out Trait trait)) return Refused($"{id}: nothing is known of the trait \"{cells[1]}\"", out problem);
        if (PatternOf(trait, cells[2].ToString(), out string? unfit) is not { } pattern) return Refused($"{id}: {unfit}", out problem);
        if (!Bases.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(cells[6], out string? basis)) return Refused($"{id}: \"{cells[6]}\" is no basis; {string.Join(", ", Bases)} are", out problem);
        if (cells[7].IsEmpty || cells[8].IsEmpty) return Refused($"{id}: an entry names its source and its licence", out problem);
        List<TraitCondition>? conditions = null;
        foreach (Range range in cells[3].Split(';'))
        {
            ReadOnlySpan<char> part = cells[3][range], pair = part.TrimStart('!');
            if (part.IsEmpty) continue;
            int equals = pair.IndexOf('=');
            if (equals < 0 || !TraitsBySpan.TryGetValue(pair[..equals], out Trait other)) return Refused($"{id}: \"{part}\" is no condition; write trait=pattern or !trait=pattern", out problem);
            if (PatternOf(other, pair[(equals + 1)..].ToString(), out unfit) is not { } besides) return Refused($"{id}: in the condition \"{part}\" {unfit}", out problem);
            (conditions ??= []).Add(new TraitCondition(other, besides, part[0] == '!'));
        }
        if (SayingsOf(in cells, basis, out MakerKind maker, out string? unsaid) is not { } sayings) return Refused($"{id}: {unsaid}", out problem);
        string[] models = cells[9].IsEmpty ? [] : cells[9].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new KnowledgeEntry(id, trait, pattern, conditions ?? (IReadOnlyList<TraitCondition>)[], sayings, maker, basis, cells.Text(cells[7]), cells.Text(cells[8]), models);
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

    private static List<Saying>? SayingsOf(in Cells cells, string basis, out MakerKind maker, out string? problem)
    {
        List<Saying> sayings = new(1);
        maker = MakerKind.None;
        problem = null;
        foreach (Range range in cells[4].Split(';'))
        {
            ReadOnlySpan<char> part = cells[4][range];
            if (part.IsEmpty) continue;
            int equals = part.IndexOf('=');
            ReadOnlySpan<char> name = equals < 0 ? part : part[..equals], said = equals < 0 ? default : part[(equals + 1)..];
            if (name is "maker" && equals >= 0 && Enum.TryParse(said, true, out maker)) continue;
            if (said.IsEmpty || !FieldsBySpan.TryGetValue(name.TrimEnd('!'), out IdentityField field)) return NotSaid($"\"{part}\" says nothing; write type=, vendor=, model=, os=, software= or maker=", out problem);
            int at = said.LastIndexOf('@');
            ReadOnlySpan<char> sure = at < 0 ? cells[5] : said[(at + 1)..];
            if (!double.TryParse(sure, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent) || percent is <= 50 or > 99.9) return NotSaid($"\"{sure}\" is not how sure it is: percent above 50, at most 99.9", out problem);
            if (percent > SurestFromMemory && basis == "memory") return NotSaid($"what is known from memory is at most {SurestFromMemory} % sure", out problem);
            string[] values = cells.Texts(at < 0 ? said : said[..at]);
            if (Array.Find(values, static value => value.Contains('*')) is { } open) return NotSaid($"\"{open}\" is what the device is called, where a star means nothing; write the name itself", out problem);
            if (field == IdentityField.Type && Array.Find(values, static value => Taxonomy.CategoryOf(value) is null) is { } unknown) return NotSaid($"\"{unknown}\" is no type of the taxonomy", out problem);
            sayings.Add(new Saying(field, values, percent / 100, name.EndsWith('!')));
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

    /// <summary>The cells of a line. A text that stands in many lines is made once.</summary>
    private readonly ref struct Cells(ReadOnlySpan<char> line, ReadOnlySpan<Range> places, HashSet<string> texts)
    {
        private readonly ReadOnlySpan<char> line = line;
        private readonly ReadOnlySpan<Range> places = places;

        /// <summary>Whether no cell is too long, and none holds control characters.</summary>
        public bool AreSound
        {
            get
            {
                if (line.ContainsAnyInRange('\0', '\u0008') || line.ContainsAnyInRange('\u000A', '\u001F') || line.ContainsAnyInRange('\u007F', '\u009F')) return false;
                if (line.Length <= LongestCell) return true;
                for (int i = 0; i < places.Length; i++)
                {
                    if (this[i].Length > LongestCell) return false;
                }
                return true;
            }
        }

        public ReadOnlySpan<char> this[int number] => line[places[number]];

        /// <summary>A part of a cell as text.</summary>
        public string Text(ReadOnlySpan<char> part)
        {
            HashSet<string>.AlternateLookup<ReadOnlySpan<char>> known = texts.GetAlternateLookup<ReadOnlySpan<char>>();
            if (known.TryGetValue(part, out string? text)) return text;
            text = part.ToString();
            texts.Add(text);
            return text;
        }

        /// <summary>The texts between upright strokes.</summary>
        public string[] Texts(ReadOnlySpan<char> part)
        {
            if (!part.Contains('|')) return [Text(part)];
            List<string> several = [];
            foreach (Range one in part.Split('|'))
            {
                if (!part[one].IsEmpty) several.Add(Text(part[one]));
            }
            return [.. several];
        }
    }
}
