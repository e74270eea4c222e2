using System.Globalization;
using System.Reflection;

namespace Wardkeeper.Hub.Detection;

/// <summary>The numbers a detector judges by: its constants. They are kept with a finding, so that a later version tells which of them changed.</summary>
internal static class DetectorParameters
{
    /// <summary>By name; empty when no detector raises findings of the type.</summary>
    /// <param name="type">Type of finding.</param>
    public static IReadOnlyDictionary<string, string> Of(string type)
    {
        SortedDictionary<string, string> all = new(StringComparer.Ordinal);
        if (DetectorRegistry.All.FirstOrDefault(one => one.Info.Types.Any(kind => kind.Name == type)) is not { } detector) return all;
        foreach (FieldInfo field in detector.Kind.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public))
        {
            if (!field.IsLiteral && !field.IsInitOnly) continue;
            object? value = field.IsLiteral ? field.GetRawConstantValue() : field.GetValue(null);
            if (Text(value) is { } text) all[field.Name] = text;
        }
        return all;
    }

    /// <summary>What differs between two, as <c>name: then → now</c>; a hyphen where there is none.</summary>
    public static IReadOnlyList<string> Differences(IReadOnlyDictionary<string, string> then, IReadOnlyDictionary<string, string> now) =>
        [.. then.Keys.Union(now.Keys).Order(StringComparer.Ordinal).Where(name => then.GetValueOrDefault(name) != now.GetValueOrDefault(name)).Select(name => $"{name}: {then.GetValueOrDefault(name, "-")} → {now.GetValueOrDefault(name, "-")}")];

    private static string? Text(object? value) => value switch
    {
        string or bool or TimeSpan => value.ToString(),
        Findings.FindingType type => type.ToString(),
        IFormattable number when value.GetType().IsPrimitive || value.GetType().IsEnum => number.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable<string> words => string.Join(',', words.Order(StringComparer.Ordinal)),
        _ => null,
    };
}
