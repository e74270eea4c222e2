using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Wardkeeper.Sensor.Signatures.Rules;

/// <summary>A set of values that rules ask and change by its name.</summary>
internal sealed class Dataset(string name, string type)
{
    /// <summary>Longest value, in bytes.</summary>
    public const int LongestValue = 4096;

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>string, ip, ipv4, ipv6, md5 or sha256.</summary>
    public string Type { get; } = type;

    /// <summary>What was read from a list, one character for a byte.</summary>
    public HashSet<string> Loaded { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether a rule puts values in or takes them out.</summary>
    public bool IsChanged { get; set; }
}

/// <summary>The sets of all rules of a rule set, and the lists they begin with.</summary>
internal sealed class Datasets
{
    /// <summary>Most values of a set.</summary>
    public const int Most = 1_000_000;

    /// <summary>Most bytes of a list.</summary>
    private const long MostBytes = 256L << 20;

    private readonly Dictionary<string, Dataset> known = new(StringComparer.Ordinal);

    /// <summary>The set of a name; made when it is first named.</summary>
    /// <exception cref="RefusedException">It was said to be of another type.</exception>
    public Dataset Of(string keyword, string name, string? type)
    {
        if (!known.TryGetValue(name, out Dataset? set)) known.Add(name, set = new Dataset(name, type ?? "string"));
        if (type is not null && type != set.Type) throw new RefusedException(keyword, $"{name} is of type {set.Type}");
        return set;
    }

    /// <summary>Reads a list into a set: lines of CSV, whose text is in Base64, or JSON.</summary>
    /// <exception cref="RefusedException">It cannot be read, or holds what is no value.</exception>
    public static void Load(string keyword, Dataset set, string file, string format, string? valueKey)
    {
        try
        {
            if (new FileInfo(file).Length > MostBytes) throw new RefusedException(keyword, $"{Path.GetFileName(file)} has more than {MostBytes >> 20} MB");
            switch (format)
            {
                case "csv":
                    foreach (string line in File.ReadLines(file)) Add(keyword, set, Text(set, line.Split(',')[0].Trim()));
                    break;
                case "ndjson":
                    foreach (string line in File.ReadLines(file).Where(static line => line.Length > 0))
                    {
                        using JsonDocument one = JsonDocument.Parse(line);
                        Add(keyword, set, ValueOf(one.RootElement, valueKey));
                    }
                    break;
                default:
                    using (JsonDocument all = JsonDocument.Parse(File.ReadAllBytes(file)))
                    {
                        foreach (JsonElement one in all.RootElement.EnumerateArray()) Add(keyword, set, ValueOf(one, valueKey));
                    }
                    break;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or FormatException or InvalidOperationException)
        {
            throw new RefusedException(keyword, $"{Path.GetFileName(file)} cannot be read: {exception.Message}");
        }
    }

    private static string Text(Dataset set, string field) => set.Type == "string" ? Encoding.UTF8.GetString(Convert.FromBase64String(field)) : field;

    private static string ValueOf(JsonElement element, string? key)
    {
        foreach (string part in (key ?? "").Split('.', StringSplitOptions.RemoveEmptyEntries)) element = element.GetProperty(part);
        return element.ToString();
    }

    private static void Add(string keyword, Dataset set, string text)
    {
        if (text.Length == 0) return;
        if (set.Loaded.Count >= Most) throw new RefusedException(keyword, string.Create(CultureInfo.InvariantCulture, $"more than {Most} values"));
        byte[] bytes = set.Type switch
        {
            "ip" or "ipv4" or "ipv6" => IPAddress.Parse(text).GetAddressBytes(),
            "md5" or "sha256" => Convert.FromHexString(text),
            _ => Encoding.UTF8.GetBytes(text),
        };
        if (bytes.Length <= Dataset.LongestValue) set.Loaded.Add(Encoding.Latin1.GetString(bytes));
    }
}
