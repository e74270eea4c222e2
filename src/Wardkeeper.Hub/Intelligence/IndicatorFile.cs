using System.Text.Json;

namespace Wardkeeper.Hub.Intelligence;

/// <summary>
/// Reads a file of indicators, whichever of the usual forms it has, by its content: a STIX 2.1 bundle, an event or list of events of MISP, a dataset
/// of Suricata (<c>.lst</c>), or lines of values with or without columns. Nothing of a file with mistakes is used; each mistake names file, line or object, and what.
/// </summary>
public static class IndicatorFile
{
    /// <summary>Largest file of JSON, bytes.</summary>
    public const long MaxJsonBytes = 256L << 20;

    /// <summary>Largest file of lines, bytes.</summary>
    public const long MaxBytes = 1L << 30;

    /// <summary>Reads the indicators of a file; none when anything is wrong with it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mistakes">What is wrong with it; empty when it is sound.</param>
    /// <param name="passed">Entries that no packet can show, such as mail addresses.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static IReadOnlyList<Indicator> Read(string path, out IReadOnlyList<string> mistakes, out int passed)
    {
        IndicatorContent content = Read(path, path);
        (mistakes, passed) = (content.Mistakes, content.Passed.Values.Sum());
        return content.Mistakes.Count > 0 ? [] : content.Indicators;
    }

    /// <summary>Reads the sound entries of a file, and says what the others are.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What it is called: in mistakes, as the source of entries that name none, and by its ending.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static IndicatorContent Read(string path, string name)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(name);
        IndicatorReading reading = new(name);
        using FileStream file = File.OpenRead(path);
        byte first = FirstByte(file);
        bool isJson = first is (byte)'{' or (byte)'[';
        if (file.Length > (isJson ? MaxJsonBytes : MaxBytes)) reading.Break("1", $"the file is larger than {(isJson ? MaxJsonBytes : MaxBytes) >> 20} MB; split it");
        else if (isJson) Json(file, reading);
        else
        {
            using StreamReader text = new(file);
            bool isDataset = name.EndsWith(".lst", StringComparison.OrdinalIgnoreCase);
            reading.Format = isDataset ? "suricata" : "list";
            if (isDataset) SuricataDataset.Read(text, Path.GetFileNameWithoutExtension(name), reading);
            else IndicatorLines.Read(text, Path.GetFileNameWithoutExtension(name), reading);
        }
        if (reading.Indicators.Count == 0 && reading.MistakeCount == 0 && reading.Passed.Count == 0) reading.Break("1", "the file holds no indicator");
        return new IndicatorContent(reading.Format, reading.Indicators)
        {
            Passed = reading.Passed,
            Mistakes = reading.Mistakes,
            MistakeCount = reading.MistakeCount,
            IsUseless = reading.IsBroken || reading.MistakeCount > reading.Indicators.Count + reading.Passed.Values.Sum(),
        };
    }

    private static byte FirstByte(FileStream file)
    {
        Span<byte> start = stackalloc byte[64];
        int read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        file.Position = 0;
        foreach (byte one in start[..read])
        {
            if (one is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or 0xEF or 0xBB or 0xBF)) return one;
        }
        return 0;
    }

    private static void Json(FileStream file, IndicatorReading reading)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(file, new JsonDocumentOptions { MaxDepth = 64, AllowTrailingCommas = false });
            JsonElement root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("bundle")) StixBundle.Read(root, reading);
            else if (root.ValueKind == JsonValueKind.Array || root.TryGetProperty("Event", out _) || root.TryGetProperty("response", out _)) MispEvents.Read(root, reading);
            else reading.Break("1", "this is JSON, but neither a STIX bundle (\"type\": \"bundle\") nor an event of MISP (\"Event\")");
        }
        catch (JsonException e)
        {
            reading.Break(((e.LineNumber ?? 0) + 1).ToString(System.Globalization.CultureInfo.InvariantCulture), "the JSON breaks off or is damaged here, at byte " + ((e.BytePositionInLine ?? 0) + 1).ToString(System.Globalization.CultureInfo.InvariantCulture) + " of the line");
        }
    }
}

/// <summary>What a file of indicators holds.</summary>
/// <param name="Format">Its form: <c>stix</c>, <c>misp</c>, <c>suricata</c> or <c>list</c>; empty when it is none.</param>
/// <param name="Indicators">Its sound entries, in the order of the file.</param>
public sealed record IndicatorContent(string Format, IReadOnlyList<Indicator> Indicators)
{
    /// <summary>Sound entries that are not used, by the reason.</summary>
    public IReadOnlyDictionary<string, int> Passed { get; init; } = new Dictionary<string, int>();

    /// <summary>File, place, what is wrong; the first fifty.</summary>
    public IReadOnlyList<string> Mistakes { get; init; } = [];

    /// <summary>How many mistakes there are.</summary>
    public int MistakeCount { get; init; }

    /// <summary>Whether it is no file of indicators: damaged, of another form, or more wrong than right.</summary>
    public bool IsUseless { get; init; }
}
