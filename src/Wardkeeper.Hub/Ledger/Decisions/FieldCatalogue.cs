using System.Collections.Frozen;
using System.Globalization;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Identification;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger.Decisions;

/// <summary>What the values of a field are.</summary>
public enum FieldKind
{
    /// <summary>One line of text.</summary>
    Text,

    /// <summary>Text of several lines.</summary>
    Notes,

    /// <summary>A day, written <c>2026-11-29</c>.</summary>
    Date,

    /// <summary>A number with a point as decimal separator.</summary>
    Number,

    /// <summary>Words separated by commas.</summary>
    List,

    /// <summary>A type of the taxonomy.</summary>
    Type,

    /// <summary>One of <see cref="FieldInfo.Choices"/>.</summary>
    Choice,

    /// <summary>Everything that was seen; nobody enters it.</summary>
    Seen,
}

/// <summary>One field of a device.</summary>
/// <param name="Name">API name.</param>
/// <param name="Group">Group it is shown in.</param>
/// <param name="Kind">What its values are.</param>
/// <param name="Choices">Values of a choice.</param>
/// <param name="Editors">Who may enter it.</param>
/// <param name="Claims">Claims it is decided over, best first; none when only persons know it.</param>
/// <param name="Chinese">Label.</param>
/// <param name="English">Label.</param>
/// <param name="Order">Place in the list of fields.</param>
public sealed record FieldInfo(string Name, string Group, FieldKind Kind, IReadOnlyList<string> Choices, IReadOnlySet<Role> Editors, IReadOnlyList<ClaimKind> Claims, string Chinese, string English, int Order)
{
    /// <summary>Label for people.</summary>
    public string Label(bool chinese) => chinese ? Chinese : English;
}

/// <summary>
/// The fields of the ledger, as data: <c>fields.tsv</c>. A site's own fields are named <c>custom.NAME</c>; they are texts that
/// everybody who edits devices may enter.
/// </summary>
public static class FieldCatalogue
{
    /// <summary>How the names of a site's own fields begin.</summary>
    public const string CustomPrefix = "custom.";

    private const int LongestText = 512, LongestNotes = 8_192, LongestCustomName = 64;
    private static readonly FieldInfo[] Fields = Load();
    private static readonly FieldInfo[] Seen = [.. Fields.Where(field => field.Claims.Count > 0)];
    private static readonly FrozenDictionary<string, FieldInfo> ByName = Fields.ToFrozenDictionary(field => field.Name, StringComparer.Ordinal);

    /// <summary>States of the life cycle, API values, in the order of a device's life.</summary>
    public static IReadOnlyList<string> LifeCycles { get; } = ["ordered", "in-stock", "deployed", "in-repair", "lent", "lost", "retired", "scrapped"];

    /// <summary>All fields but a site's own, in order.</summary>
    public static IReadOnlyList<FieldInfo> All => Fields;

    /// <summary>Those that are decided over what was observed, in order.</summary>
    internal static ReadOnlySpan<FieldInfo> Observed => Seen;

    /// <summary>A field by its API name, also a site's own; null when there is none of that name.</summary>
    public static FieldInfo? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (ByName.TryGetValue(name, out FieldInfo? field)) return field;
        if (!name.StartsWith(CustomPrefix, StringComparison.Ordinal) || name.Length == CustomPrefix.Length || name.Length > LongestCustomName + CustomPrefix.Length) return null;
        string own = name[CustomPrefix.Length..];
        if (!own.All(c => char.IsLetterOrDigit(c) || c is '-' or '_')) return null;
        return new FieldInfo(name, "custom", FieldKind.Text, [], Editors("csa"), [], own, own, int.MaxValue);
    }

    /// <summary>Whether a state of the life cycle is one in which a device should not talk.</summary>
    public static bool IsOutOfUse(string lifeCycle) => lifeCycle is "lost" or "retired" or "scrapped";

    /// <summary>Brings an entered value into the form in which it is kept. Returns null when it can't be, and then says in English what is wrong.</summary>
    public static string? Normalise(FieldInfo field, string value, out string? problem)
    {
        ArgumentNullException.ThrowIfNull(field);
        ArgumentNullException.ThrowIfNull(value);
        string text = Clean(value, field.Kind == FieldKind.Notes);
        problem = text.Length == 0 ? "is empty; to remove a value, set it to null"
            : text.Length > (field.Kind == FieldKind.Notes ? LongestNotes : LongestText) ? $"is longer than {(field.Kind == FieldKind.Notes ? LongestNotes : LongestText)} characters"
            : null;
        if (problem is not null) return null;
        switch (field.Kind)
        {
            case FieldKind.Date:
                if (DateOnly.TryParseExact(text, ["yyyy-MM-dd", "yyyy/M/d", "yyyy.M.d", "yyyy年M月d日"], CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day)) return day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
                problem = $"\"{text}\" is not a day; write it as 2026-11-29";
                return null;
            case FieldKind.Number:
                if (decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out decimal number)) return number.ToString(CultureInfo.InvariantCulture);
                problem = $"\"{text}\" is not a number; write it as 125000.50";
                return null;
            case FieldKind.Choice:
                if (field.Choices.FirstOrDefault(choice => choice.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } known) return known;
                problem = $"\"{text}\" is none of {string.Join(", ", field.Choices)}";
                return null;
            case FieldKind.Type:
                if (Taxonomy.CategoryOf(text) is not null) return text;
                problem = $"\"{text}\" is no type of the taxonomy";
                return null;
            case FieldKind.List:
                return string.Join(", ", text.Split([',', '，', '、', ';', '；'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal));
            case FieldKind.Seen:
                problem = "is observed, and cannot be entered";
                return null;
            default:
                return text;
        }
    }

    private static string Clean(string value, bool lines)
    {
        string text = value.Trim();
        return text.Any(c => char.IsControl(c) && !(lines && c == '\n')) ? string.Concat(text.Where(c => c != '\r').Select(c => char.IsControl(c) && !(lines && c == '\n') ? ' ' : c)).Trim() : text;
    }

    private static FieldInfo[] Load()
    {
        using StreamReader reader = new(typeof(FieldCatalogue).Assembly.GetManifestResourceStream("fields.tsv")!);
        List<FieldInfo> fields = [];
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            string[] cells = line.Split('\t');
            string[] kind = cells[2].Split(':');
            ClaimKind[] claims = [.. cells[4].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<ClaimKind>)];
            fields.Add(new FieldInfo(cells[1], cells[0], Enum.Parse<FieldKind>(kind[0], true), kind.Length > 1 ? kind[1].Split('|') : [], Editors(cells[3]), claims, cells[5], cells[6], fields.Count));
        }
        return [.. fields];
    }

    private static HashSet<Role> Editors(string letters) => [.. letters.Where(letter => letter != '-').Select(letter => letter switch
    {
        'c' => Role.ClinicalEngineer,
        's' => Role.Analyst,
        'a' => Role.Administrator,
        _ => throw new FormatException($"fields.tsv: no role has the letter {letter}"),
    })];
}
