using System.Collections.Frozen;
using System.Globalization;

namespace Wardkeeper.Hub.Admission.Radius;

/// <summary>One attribute of an answer.</summary>
/// <param name="Name">As FreeRADIUS's dictionaries name it.</param>
/// <param name="Op">FreeRADIUS's operator: <c>:=</c> sets, <c>+=</c> adds.</param>
/// <param name="Value">Its value.</param>
public readonly record struct RadiusAttribute(string Name, string Op, string Value);

/// <summary>How decisions are told to switches of different makers; <c>admission-forms.tsv</c>.</summary>
public static class AdmissionForms
{
    /// <summary>The form of every switch that follows the standards.</summary>
    public const string Standard = "rfc3580";

    private static readonly FrozenDictionary<(string Form, string What), RadiusAttribute[]> Lines = Detection.HubTable.Rows("admission-forms.tsv")
        .GroupBy(cells => (cells[0], cells[1])).ToFrozenDictionary(group => group.Key, group => group.Select(cells => new RadiusAttribute(cells[2], cells[3], cells[4])).ToArray());

    /// <summary>Names of the forms.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Lines.Keys.Select(key => key.Form).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The attributes that put a device into a VLAN, give it an access list, and make it ask again.</summary>
    /// <param name="form">The form; one that does not exist is taken for the standard's.</param>
    /// <param name="vlan">VLAN; null leaves the port's own.</param>
    /// <param name="acl">Access list; null for none.</param>
    /// <param name="timeout">After which time it asks again; null for never.</param>
    public static IEnumerable<RadiusAttribute> Reply(string form, string? vlan, string? acl, TimeSpan? timeout) =>
    [
        .. Filled(form, "vlan", vlan),
        .. Filled(form, "acl", acl),
        .. Filled(form, "timeout", timeout is { } span ? ((long)Math.Clamp(span.TotalSeconds, 60, 86_400 * 7)).ToString(CultureInfo.InvariantCulture) : null),
    ];

    /// <summary>The vendor attribute of a change of authorization that makes such a switch ask again; null when it knows none and must be sent a disconnection.</summary>
    public static (int Vendor, byte Type, string Value)? AskAgain(string form)
    {
        if (!Lines.TryGetValue((form, "coa"), out RadiusAttribute[]? lines)) return null;
        string[] parts = lines[0].Name.Split('.');
        return (int.Parse(parts[1], CultureInfo.InvariantCulture), byte.Parse(parts[2], CultureInfo.InvariantCulture), lines[0].Value);
    }

    private static IEnumerable<RadiusAttribute> Filled(string form, string what, string? value)
    {
        if (value is null) return [];
        RadiusAttribute[] lines = Lines.TryGetValue((form, what), out RadiusAttribute[]? own) ? own : Lines[(Standard, what)];
        return lines.Select(line => line with { Value = line.Value.Replace("{0}", value, StringComparison.Ordinal) });
    }
}
