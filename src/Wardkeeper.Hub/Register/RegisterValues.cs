using System.Collections.Frozen;
using System.Globalization;
using Wardkeeper.Hub.Identification;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Register;

/// <summary>Turns what a cell says into the ledger's value, or says why it cannot.</summary>
public static class RegisterValues
{
    /// <summary>Longest text that is taken, in characters.</summary>
    public const int MaxLength = 1_000;

    private static readonly string[] DateFormats =
    [
        "yyyy-M-d", "yyyy/M/d", "yyyy.M.d", "yyyyMMdd", "yyyy年M月d日", "yyyy-M-d H:m:s", "yyyy/M/d H:m:s", "yyyy-MM-ddTHH:mm:ss", "yyyy/M/d H:m", "yyyy-M-d H:m",
    ];

    private static readonly FrozenDictionary<string, string> LifeCycles = Words(
        ("ordered", "已采购|采购中|ordered"), ("in-stock", "在库|库存|未启用|in stock|in-stock|stock"), ("deployed", "在用|使用|使用中|正常|启用|deployed|in use|active|in service"),
        ("in-repair", "维修中|维修|待修|in repair|in-repair|repair"), ("lent", "外借|借出|lent|on loan"), ("lost", "丢失|遗失|lost"),
        ("retired", "停用|闲置|退役|retired|out of service|inactive"), ("scrapped", "报废|已报废|scrapped|disposed"));

    private static readonly FrozenDictionary<string, string> Consequences = Words(
        ("death-or-serious-injury", "死亡或严重伤害|高|高风险|生命支持|death or serious injury|high|life support"),
        ("inappropriate-therapy", "治疗不当|中|中风险|inappropriate therapy|medium"), ("none", "对患者无影响|低|低风险|无|no consequence to the patient|no consequence|none|low"));

    private static readonly FrozenDictionary<string, string> Classes = Words(
        ("I", "一类|Ⅰ类|Ⅰ|i类|1|i|class i|i级|第一类"), ("II", "二类|Ⅱ类|Ⅱ|ii类|2|ii|class ii|第二类"), ("III", "三类|Ⅲ类|Ⅲ|iii类|3|iii|class iii|第三类"));

    private static readonly FrozenDictionary<string, string> Types = TypeWords();

    /// <summary>Reads a cell.</summary>
    /// <param name="column">What the column means.</param>
    /// <param name="cell">What the cell says.</param>
    /// <param name="value">The ledger's value; null for an empty cell.</param>
    /// <returns>Null when it can be taken, else the problem's code.</returns>
    public static string? Read(RegisterColumn column, string cell, out string? value)
    {
        ArgumentNullException.ThrowIfNull(column);
        ArgumentNullException.ThrowIfNull(cell);
        string text = cell.Trim().Trim('\u3000', '\u00A0', '\uFEFF');
        value = null;
        if (text.Length == 0 || text is "-" or "—" or "/" or "无" or "N/A" or "n/a") return column.Kind == "consequence" && text == "无" ? Take("none", out value) : null;
        if (text.Length > MaxLength) return "too-long";
        foreach (char c in text)
        {
            if (char.IsControl(c) && c is not '\n' and not '\r' and not '\t') return "control-character";
        }
        return column.Kind switch
        {
            "mac" => TryMac(text, out MacAddress mac) ? Take(mac.ToString(), out value) : "not-a-mac",
            "ip" => Address.TryParse(text, out Address ip) && !ip.IsUnspecified ? Take(ip.ToString(), out value) : "not-an-ip",
            "date" => TryDate(text, out string date) ? Take(date, out value) : "not-a-date",
            "type" => Take(Types.GetValueOrDefault(RegisterColumns.Normal(text)) ?? text, out value),
            "life-cycle" => Word(LifeCycles, text, "not-a-life-cycle", out value),
            "consequence" => Word(Consequences, text, "not-a-consequence", out value),
            "class" => Word(Classes, text, "not-a-class", out value),
            _ => Take(text, out value),
        };
    }

    /// <summary>Reads a hardware address in any spelling: 00:1b:21:3a:4f:10, 001b-213a-4f10, 001B.213A.4F10, 001b213a4f10.</summary>
    public static bool TryMac(string text, out MacAddress mac)
    {
        ArgumentNullException.ThrowIfNull(text);
        mac = default;
        ulong value = 0;
        int digits = 0;
        foreach (char c in text)
        {
            if (c is ':' or '-' or '.' or ' ') continue;
            if (!char.IsAsciiHexDigit(c) || ++digits > 12) return false;
            value = (value << 4) | (uint)(char.IsAsciiDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
        }
        mac = new MacAddress(value);
        return digits == 12 && !mac.IsNone && !mac.IsGroup;
    }

    private static bool TryDate(string text, out string date)
    {
        date = "";
        if (!DateTime.TryParseExact(text, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime parsed)
            && !(double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double serial) && serial is > 18_000 and < 80_000 && (parsed = DateTime.FromOADate(serial)) != default)) return false;
        if (parsed.Year is < 1950 or > 2100) return false;
        date = parsed.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return true;
    }

    private static string? Word(FrozenDictionary<string, string> words, string text, string problem, out string? value) =>
        words.TryGetValue(RegisterColumns.Normal(text), out value) ? null : problem;

    private static string? Take(string taken, out string? value)
    {
        value = taken;
        return null;
    }

    private static FrozenDictionary<string, string> Words(params (string Value, string Spellings)[] words)
    {
        Dictionary<string, string> spellings = new(StringComparer.Ordinal);
        foreach ((string value, string spelled) in words)
        {
            foreach (string one in spelled.Split('|')) spellings.TryAdd(RegisterColumns.Normal(one), value);
        }
        return spellings.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static FrozenDictionary<string, string> TypeWords()
    {
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        foreach (string type in Taxonomy.AllTypes)
        {
            names.TryAdd(RegisterColumns.Normal(type), type);
            names.TryAdd(RegisterColumns.Normal(Taxonomy.NameOf(type, true)), type);
            names.TryAdd(RegisterColumns.Normal(Taxonomy.NameOf(type, false)), type);
        }
        return names.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
