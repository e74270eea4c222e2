using System.Globalization;
using System.Text;

namespace Wardkeeper.Hub.Intelligence;

/// <summary>
/// Indicators in lines: a value each, or columns between commas, semicolons or tabs under a line of their names (RFC 4180). Columns that count are <c>indicator</c> (or <c>value</c>), <c>type</c>,
/// <c>source</c>, <c>confidence</c>, <c>valid_from</c>, <c>valid_until</c> and <c>description</c>, in any order; others are passed by. <c>#</c> begins a remark.
/// </summary>
internal static class IndicatorLines
{
    private static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["indicator"] = "indicator",
        ["value"] = "indicator",
        ["ioc"] = "indicator",
        ["ioc_value"] = "indicator",
        ["type"] = "type",
        ["kind"] = "type",
        ["ioc_type"] = "type",
        ["source"] = "source",
        ["reporter"] = "source",
        ["confidence"] = "confidence",
        ["confidence_level"] = "confidence",
        ["valid_from"] = "from",
        ["first_seen"] = "from",
        ["first_seen_utc"] = "from",
        ["valid_until"] = "until",
        ["expires"] = "until",
        ["description"] = "says",
        ["comment"] = "says",
        ["malware"] = "says",
    };

    /// <summary>Words that stand for kinds; what stands for something that packets do not show is empty.</summary>
    private static readonly Dictionary<string, IndicatorKind?> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ip"] = IndicatorKind.Address,
        ["ipv4"] = IndicatorKind.Address,
        ["ipv6"] = IndicatorKind.Address,
        ["cidr"] = IndicatorKind.Address,
        ["address"] = IndicatorKind.Address,
        ["network"] = IndicatorKind.Address,
        ["domain"] = IndicatorKind.Domain,
        ["hostname"] = IndicatorKind.Domain,
        ["fqdn"] = IndicatorKind.Domain,
        ["url"] = IndicatorKind.Url,
        ["sha256"] = IndicatorKind.FileHash,
        ["sha256_hash"] = IndicatorKind.FileHash,
        ["hash"] = IndicatorKind.FileHash,
        ["ja3"] = IndicatorKind.Ja3,
        ["ja4"] = IndicatorKind.Ja4,
        ["certificate"] = IndicatorKind.Certificate,
        ["x509-sha256"] = IndicatorKind.Certificate,
        ["md5"] = IndicatorKind.FileMd5,
        ["sha1"] = IndicatorKind.FileSha1,
        ["md5_hash"] = IndicatorKind.FileMd5,
        ["sha1_hash"] = IndicatorKind.FileSha1,
        ["email"] = null,
        ["filename"] = null,
    };

    /// <summary>Reads the lines.</summary>
    /// <param name="text">The file.</param>
    /// <param name="source">What the source is called where no column says so.</param>
    /// <param name="reading">Takes them.</param>
    public static void Read(TextReader text, string source, IndicatorReading reading)
    {
        string[]? columns = null;
        char between = ',';
        bool isFirst = true;
        int number = 0;
        while (text.ReadLine() is { } line && !reading.IsHopeless)
        {
            number++;
            string place = number.ToString(CultureInfo.InvariantCulture), trimmed = line.Trim().TrimStart('\uFEFF');
            if (trimmed.Length == 0 || trimmed[0] is '#' or ';') continue;
            if (isFirst)
            {
                isFirst = false;
                between = trimmed.Contains('\t', StringComparison.Ordinal) ? '\t' : trimmed.Contains(';', StringComparison.Ordinal) && !trimmed.Contains(',', StringComparison.Ordinal) ? ';' : ',';
                string[] names = [.. Cells(trimmed, between, out _).Select(cell => Names.GetValueOrDefault(cell.Trim(), ""))];
                if (names.Contains("indicator"))
                {
                    columns = names;
                    continue;
                }
            }
            Entry(place, trimmed, columns, between, source, reading);
        }
    }

    private static void Entry(string place, string line, string[]? columns, char between, string source, IndicatorReading reading)
    {
        List<string> cells = Cells(line, between, out bool isOpen);
        if (isOpen)
        {
            reading.Wrong(place, "a quote is not closed");
            return;
        }
        string Cell(string name) => columns is not null && Array.IndexOf(columns, name) is >= 0 and var at && at < cells.Count ? cells[at].Trim() : "";
        string value = columns is null ? cells[0].Trim() : Cell("indicator"), type = Cell("type"), sure = Cell("confidence");
        if (value.Length == 0)
        {
            reading.Wrong(place, "the line has no indicator");
            return;
        }
        IndicatorKind? kind = type.Length == 0 ? IndicatorValue.KindOf(value) : Kinds.GetValueOrDefault(type);
        if (type.Length > 0 && !Kinds.ContainsKey(type)) reading.Wrong(place, $"\"{type}\" is no type; types are {string.Join(", ", Kinds.Where(one => one.Value is not null).Select(one => one.Key))}");
        else if (type.Length > 0 && kind is null) reading.Pass("other");
        else if (kind is not { } known) reading.Wrong(place, $"\"{value}\" is no address, network, domain, URL, hash of a file or JA4; name its type in a column \"type\"");
        else if (sure.Length > 0 && !(int.TryParse(sure, NumberStyles.None, CultureInfo.InvariantCulture, out int parsed) && parsed <= 100)) reading.Wrong(place, $"confidence \"{sure}\" is no number from 0 to 100");
        else
        {
            reading.Add(place, new Indicator(known, value)
            {
                Source = Cell("source") is { Length: > 0 } named ? named : source,
                Says = Cell("says"),
                Confidence = sure.Length > 0 ? int.Parse(sure, CultureInfo.InvariantCulture) : null,
                From = reading.Time(place, Cell("from")),
                Until = reading.Time(place, Cell("until")),
            });
        }
    }

    private static List<string> Cells(string line, char between, out bool isOpen)
    {
        List<string> cells = [];
        StringBuilder cell = new();
        isOpen = false;
        for (int at = 0; at < line.Length; at++)
        {
            char c = line[at];
            if (isOpen)
            {
                if (c != '"') cell.Append(c);
                else if (at + 1 < line.Length && line[at + 1] == '"') cell.Append(line[++at]);
                else isOpen = false;
            }
            else if (c == '"' && cell.Length == 0) isOpen = true;
            else if (c == between)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else cell.Append(c);
        }
        cells.Add(cell.ToString());
        return cells;
    }
}
