using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.History;
using Wardkeeper.Hub.Ledger.Queries;

namespace Wardkeeper.Console.Pages.Traffic;

/// <summary>A group of devices that share values of one or two columns, or everything the ledger does not know. Written in addresses as <c>department:icu,category:infusion</c> or <c>unknown</c>.</summary>
/// <param name="Values">Columns with their values, in the order of <see cref="Columns"/>; a null value is the devices without one. Empty is what is no device.</param>
public sealed record DeviceGroup(IReadOnlyList<KeyValuePair<string, string?>> Values)
{
    private const string Unknown = "unknown";

    /// <summary>Columns that group.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["department", "category", "type", "vlan"];

    /// <summary>What is no device of the ledger: remote machines, multicast.</summary>
    public static DeviceGroup Outside { get; } = new([]);

    /// <summary>Whether it is what the ledger does not know.</summary>
    public bool IsOutside => Values.Count == 0;

    /// <summary>The group a device belongs to.</summary>
    /// <param name="line">The device; null for what is none.</param>
    /// <param name="columns">Columns that group.</param>
    public static DeviceGroup Of(DeviceLine? line, IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        return line is null ? Outside : new([.. columns.Select(column => KeyValuePair.Create(column, Value(line, column)))]);
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string text, out DeviceGroup group)
    {
        ArgumentNullException.ThrowIfNull(text);
        group = Outside;
        if (text == Unknown) return true;
        List<KeyValuePair<string, string?>> values = [];
        foreach (string part in text.Split(','))
        {
            int colon = part.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || !Columns.Contains(part[..colon]) || values.Exists(value => value.Key == part[..colon])) return false;
            string value = Uri.UnescapeDataString(part[(colon + 1)..]);
            if (part[..colon] == "vlan" && value.Length > 0 && !long.TryParse(value, out _)) return false;
            values.Add(KeyValuePair.Create(part[..colon], value.Length == 0 ? null : value));
        }
        group = new(values);
        return true;
    }

    /// <summary>The devices of the group; has no meaning for <see cref="Outside"/>.</summary>
    public DeviceFilter Filter()
    {
        DeviceFilter filter = new();
        foreach ((string column, string? value) in Values)
        {
            filter = column switch
            {
                "department" => filter with { Departments = [value ?? ""] },
                "category" => filter with { Categories = [value ?? Unknown] },
                "type" => filter with { Types = [value ?? Unknown] },
                _ => filter with { Vlans = [value is null ? 0 : long.Parse(value, System.Globalization.CultureInfo.InvariantCulture)] },
            };
        }
        return filter;
    }

    /// <summary>What it is called.</summary>
    public string Name(IStringLocalizer<Words> words, Formats formats)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(formats);
        return IsOutside ? words["group.outside"] : string.Join(" · ", Values.Select(pair => (pair.Key, pair.Value) switch
        {
            ("department", null) => words["group.nodept"].Value,
            ("vlan", null) => words["group.novlan"].Value,
            (_, null) => words["nothing.unknown"].Value,
            ("department", { } value) => Words.Of(words, "department", value),
            ("vlan", { } value) => "VLAN " + value,
            (_, { } value) => formats.Type(value),
        }));
    }

    /// <summary>The ends of conversations that belong to it.</summary>
    internal async Task<EndGroup> EndsAsync(TrafficScope scope, IReadOnlySet<string>? departments, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(scope);
        if (!IsOutside) return new EndGroup(await scope.IdsAsync(Filter() with { Visible = departments }, cancel));
        // To a person who may not see a device it is none.
        if (departments is null) return new EndGroup(new HashSet<long>(), true);
        IReadOnlySet<long> all = await scope.IdsAsync(new DeviceFilter(), cancel), seen = await scope.IdsAsync(new DeviceFilter { Visible = departments }, cancel);
        return new EndGroup(all.Except(seen).ToHashSet(), true);
    }

    /// <inheritdoc/>
    public bool Equals(DeviceGroup? other) => other is not null && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => Values.Aggregate(0, (hash, pair) => HashCode.Combine(hash, pair.Key, pair.Value));

    /// <inheritdoc/>
    public override string ToString() => IsOutside ? Unknown : string.Join(',', Values.Select(pair => $"{pair.Key}:{Uri.EscapeDataString(pair.Value ?? "")}"));

    private static string? Value(DeviceLine line, string column) => column switch
    {
        "department" => line.Department,
        "category" => line.Category,
        "type" => line.Type,
        _ => line.Vlan == 0 ? null : line.Vlan.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
