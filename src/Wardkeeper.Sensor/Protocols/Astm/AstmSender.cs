using System.Collections.Immutable;
using Wardkeeper.Sensor.Protocols.Hl7;

namespace Wardkeeper.Sensor.Protocols.Astm;

/// <summary>
/// What an analyser says of itself in H-5. The standard gives its components no meaning, and makers differ in what they name and in
/// which order; each component is therefore told by what it looks like: a known maker, a known model, a version, a serial number.
/// What stays doubtful is not stated.
/// </summary>
/// <param name="Vendor">Maker, as sent, else as the table of models says.</param>
/// <param name="Model">Model, as sent.</param>
/// <param name="Serial">Serial number.</param>
/// <param name="Software">Version of its software.</param>
/// <param name="Type">Type of device that the table gives the model, an API value of the taxonomy.</param>
internal sealed record AstmSender(string? Vendor, string? Model, string? Serial, string? Software, string? Type)
{
    /// <summary>One that says nothing of itself.</summary>
    public static readonly AstmSender Unknown = new(null, null, null, null, null);

    private const int MostComponents = 12, LongestMember = 6;

    private static readonly ImmutableArray<Known> Table = Load();

    /// <summary>Reads the field.</summary>
    public static AstmSender Of(Hl7Element field)
    {
        string? vendor = null, ofTable = null, model = null, serial = null, software = null, type = null, other = null;
        int others = 0;
        bool afterModel = false;
        for (int i = 1; i <= MostComponents; i++)
        {
            if (field.Component(i).TextOrNull(64)?.Trim() is not { } text) continue;
            Known? known = Find(text);
            // A family and then a member of it: "Architect^i2000".
            bool isMember = afterModel && known is null && text.Length <= LongestMember && char.IsLetter(text[0]) && text.Any(char.IsDigit) && !model!.Any(char.IsDigit);
            afterModel = false;
            if (isMember)
            {
                model = $"{model} {text}";
                type ??= Find(model)?.Type;
            }
            else if (known is { IsMaker: true })
            {
                vendor ??= text;
                ofTable ??= known.Vendor;
            }
            else if (known is not null)
            {
                ofTable ??= known.Vendor;
                if (model is null) (model, type, afterModel) = (text, known.Type, true);
            }
            else if (IsVersion(text) && (software is null || !IsSerial(text))) software ??= text;
            else if (IsSerial(text)) serial ??= text;
            else if (text.Any(char.IsLetter))
            {
                other ??= text;
                others++;
            }
        }
        // A single name that comes with a version or a serial number is a product's.
        if (model is null && others == 1 && (software is not null || serial is not null)) model = other;
        return new(ofTable ?? vendor, model, serial, software, type);
    }

    /// <summary>Digits in groups, perhaps with a V before and a letter behind: <c>04.04.00.00</c>, <c>00-24</c>, <c>V2.1</c>, <c>2.2.2.2b</c>.</summary>
    private static bool IsVersion(ReadOnlySpan<char> text)
    {
        if (text.Length > 1 && text[0] is 'V' or 'v') text = text[1..].TrimStart(['.', ' ']);
        if (text.Length is < 3 or > 24 || !char.IsAsciiDigit(text[0])) return false;
        if (char.IsAsciiLetter(text[^1])) text = text[..^1];
        int groups = 1;
        for (int i = 1; i < text.Length; i++)
        {
            if (text[i] is '.' or '-' && char.IsAsciiDigit(text[i - 1])) groups++;
            else if (!char.IsAsciiDigit(text[i])) return false;
        }
        return groups > 1 && char.IsAsciiDigit(text[^1]);
    }

    /// <summary>Letters and digits with at least four digits, five characters or more.</summary>
    private static bool IsSerial(ReadOnlySpan<char> text)
    {
        int digits = 0;
        foreach (char value in text)
        {
            if (char.IsAsciiDigit(value)) digits++;
            else if (!char.IsAsciiLetter(value) && value != '-') return false;
        }
        return text.Length is >= 5 and <= 24 && digits >= 4;
    }

    private static Known? Find(string text)
    {
        Span<char> normal = stackalloc char[128];
        text = text.Length > normal.Length ? text[..normal.Length] : text;
        int length = 0;
        foreach (char value in text)
        {
            if (char.IsAsciiLetterOrDigit(value)) normal[length++] = char.ToUpperInvariant(value);
        }
        foreach (Known known in Table)
        {
            if (!normal[..length].StartsWith(known.Begins)) continue;
            // A maker's name stands for itself; a model's is followed by what tells its kind.
            if (known.IsExact && length != known.Begins.Length) continue;
            return known;
        }
        return null;
    }

    private static ImmutableArray<Known> Load()
    {
        using Stream stream = typeof(AstmSender).Assembly.GetManifestResourceStream("analysers.tsv")!;
        using StreamReader reader = new(stream);
        ImmutableArray<Known>.Builder rows = ImmutableArray.CreateBuilder<Known>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            string[] cells = line.Split('\t');
            rows.Add(new Known(cells[1].TrimEnd('$'), cells[1].EndsWith('$'), cells[0] == "maker", cells[2], cells[3].Length == 0 ? null : cells[3]));
        }
        return rows.ToImmutable();
    }

    /// <summary>A row of the table.</summary>
    /// <param name="Begins">Upper-case letters and digits with which the component begins.</param>
    /// <param name="IsExact">Whether nothing may follow.</param>
    /// <param name="IsMaker">Whether it names a maker, else a model.</param>
    /// <param name="Vendor">The maker.</param>
    /// <param name="Type">Type of the model, or null when its name does not tell.</param>
    private sealed record Known(string Begins, bool IsExact, bool IsMaker, string Vendor, string? Type);
}
