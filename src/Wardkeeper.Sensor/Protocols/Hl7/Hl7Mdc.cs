using System.Collections.Frozen;

namespace Wardkeeper.Sensor.Protocols.Hl7;

/// <summary>As what a code of IEEE 11073-10101 is read.</summary>
internal enum MdcPart : byte
{
    /// <summary>Nothing that matters here.</summary>
    None,

    /// <summary>A device or the part of one that tells its type.</summary>
    Device,

    /// <summary>A pump's own word for what it does.</summary>
    Status,

    /// <summary>A pump's rate.</summary>
    Flow,

    /// <summary>An event that changes what a pump does.</summary>
    Event,

    /// <summary>Part of an alarm.</summary>
    Alarm,

    /// <summary>A fact about the device: version, serial number, model.</summary>
    Fact,

    /// <summary>A vital sign: somebody is monitored.</summary>
    Vital,
}

/// <summary>What is known of codes of IEEE 11073-10101, read once from <c>mdc.tsv</c>.</summary>
internal static class Hl7Mdc
{
    private static readonly FrozenDictionary<string, (MdcPart Part, string Meaning)> Table = Load();
    private static readonly FrozenDictionary<string, (MdcPart Part, string Meaning)>.AlternateLookup<ReadOnlySpan<char>> BySpan = Table.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>What a coded element (code^reference identifier^MDC) stands for: by its name, else by its number, which some senders get wrong.</summary>
    public static (MdcPart Part, string Meaning) Of(Hl7Element coded)
    {
        ReadOnlySpan<char> name = coded.Component(2).Raw;
        if (name.StartsWith("MDC_")) return BySpan.TryGetValue(name, out (MdcPart, string) byName) ? byName : default;
        return coded.Component(3).Raw is "MDC" && BySpan.TryGetValue(coded.Component(1).Raw, out (MdcPart, string) byCode) ? byCode : default;
    }

    /// <summary>What a code that is written as a number stands for.</summary>
    public static (MdcPart Part, string Meaning) OfCode(string code) => Table.TryGetValue(code, out (MdcPart, string) found) ? found : default;

    /// <summary>Whether an element is coded in this vocabulary at all.</summary>
    public static bool IsCoded(Hl7Element coded) => coded.Component(2).Raw.StartsWith("MDC_") || coded.Component(3).Raw is "MDC";

    private static FrozenDictionary<string, (MdcPart Part, string Meaning)> Load()
    {
        Dictionary<string, (MdcPart, string)> rows = new(StringComparer.Ordinal);
        foreach (string[] cells in Hl7Roles.Rows("mdc.tsv"))
        {
            (MdcPart, string) row = (Enum.Parse<MdcPart>(cells[2], ignoreCase: true), cells[3]);
            rows[cells[0]] = row;
            if (cells[1] != "-") rows[cells[1]] = row;
        }
        return rows.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
