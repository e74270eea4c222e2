using System.Collections.Frozen;
using System.Text;

namespace Wardkeeper.Hub.Register;

/// <summary>What a register's columns can mean, and which headings say so.</summary>
public static class RegisterColumns
{
    private static readonly IReadOnlyList<RegisterColumn> Columns = Load();
    private static readonly FrozenDictionary<string, RegisterColumn> Headings = ByHeading();

    /// <summary>Every column there is, in the order in which they are offered.</summary>
    public static IReadOnlyList<RegisterColumn> All => Columns;

    /// <summary>The column of a field, or null.</summary>
    public static RegisterColumn? Of(string field) => Columns.FirstOrDefault(column => column.Field == field);

    /// <summary>
    /// Proposes what each heading means: what a person chose for the same heading before, else what the heading is known to mean.
    /// A field is proposed for one heading only, the first.
    /// </summary>
    /// <param name="headings">The table's first row.</param>
    /// <param name="remembered">Earlier choices: normalised heading to field; an empty field is "not used".</param>
    /// <returns>A field or null for each heading.</returns>
    public static IReadOnlyList<string?> Propose(IReadOnlyList<string> headings, IReadOnlyDictionary<string, string>? remembered = null)
    {
        ArgumentNullException.ThrowIfNull(headings);
        HashSet<string> taken = new(StringComparer.Ordinal);
        string?[] proposed = new string?[headings.Count];
        for (int pass = 0; pass < 2; pass++)
        {
            for (int i = 0; i < headings.Count; i++)
            {
                string heading = Normal(headings[i]);
                if (proposed[i] is not null || heading.Length == 0) continue;
                bool isRemembered = remembered is not null && remembered.ContainsKey(heading);
                if (isRemembered != (pass == 0)) continue;
                string? field = isRemembered ? remembered![heading] : Headings.GetValueOrDefault(heading)?.Field;
                if (!string.IsNullOrEmpty(field) && taken.Add(field)) proposed[i] = field;
            }
        }
        return proposed;
    }

    /// <summary>A heading without letter case, blanks and punctuation, and without a unit or hint in brackets.</summary>
    public static string Normal(string heading)
    {
        ArgumentNullException.ThrowIfNull(heading);
        StringBuilder into = new(heading.Length);
        foreach (char c in heading.Normalize(NormalizationForm.FormKC))
        {
            if (c is '(' or '[' or '【') break;
            if (char.IsLetterOrDigit(c)) into.Append(char.ToLowerInvariant(c));
        }
        return into.ToString();
    }

    private static List<RegisterColumn> Load()
    {
        using StreamReader reader = new(typeof(RegisterColumns).Assembly.GetManifestResourceStream("register-columns.tsv")!);
        List<RegisterColumn> columns = [];
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            string[] cells = line.Split('\t');
            columns.Add(new RegisterColumn(cells[0], cells[1], cells[2].Split('|')));
        }
        return columns;
    }

    private static FrozenDictionary<string, RegisterColumn> ByHeading()
    {
        Dictionary<string, RegisterColumn> headings = new(StringComparer.Ordinal);
        foreach (RegisterColumn column in Columns)
        {
            headings.TryAdd(Normal(column.Field), column);
            foreach (string heading in column.Headings) headings.TryAdd(Normal(heading), column);
        }
        return headings.ToFrozenDictionary(StringComparer.Ordinal);
    }
}

/// <summary>What a column of a register means.</summary>
/// <param name="Field">API name of the ledger's field.</param>
/// <param name="Kind">Kind of value: text, type, mac, ip, date, class, consequence, life-cycle.</param>
/// <param name="Headings">Headings it is known by.</param>
public sealed record RegisterColumn(string Field, string Kind, IReadOnlyList<string> Headings);
