using System.Globalization;
using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Ledger.Decisions;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger.Live;

/// <summary>What the ledger decided about one device at a moment: what lists show, and the fields behind it.</summary>
internal sealed class DeviceState
{
    private static readonly string[] Conflicting = ["vendor", "model", "type", "serialNumber", "osName"];

    private DeviceState(LiveDevice device, Device? observed, Dictionary<string, FieldValue> fields, Facts? latest)
    {
        (Device, Observed, Fields) = (device, observed, fields);
        FirstSeen = observed?.FirstSeen ?? default;
        LastSeen = observed?.LastSeen ?? default;
        Ip = latest?.Ip ?? default;
        Mac = observed is { Macs.Count: > 0 } ? observed.Macs[0] : default;
        Vlan = latest is { Vlan: not 0 } && observed!.Vlans.Contains(latest.Vlan) ? latest.Vlan : observed is { Vlans.Count: > 0 } ? observed.Vlans[0] : 0;
        HasConflict = fields.Values.Any(field => field.HasConflict && (field.ConfirmedBy is not null || Conflicting.Contains(field.Field)));
        Category = Of("type") is { } type ? Taxonomy.CategoryOf(type) : observed?.Identity.Category;
    }

    public LiveDevice Device { get; }

    /// <summary>What was observed; null when nothing was.</summary>
    public Device? Observed { get; }

    /// <summary>Fields with a value or a guess, by name.</summary>
    public IReadOnlyDictionary<string, FieldValue> Fields { get; }

    public CaptureTime FirstSeen { get; }

    public CaptureTime LastSeen { get; }

    /// <summary>Address it was last seen with, IPv4 before IPv6.</summary>
    public Address Ip { get; }

    public MacAddress Mac { get; }

    public long Vlan { get; }

    public string? Category { get; }

    /// <summary>Whether sources disagree about what it is, or with what a person said.</summary>
    public bool HasConflict { get; }

    public bool IsRetiredButAlive => FieldCatalogue.IsOutOfUse(Device.LifeCycle) && Device.LifeCycleAt.Nanoseconds != 0 && LastSeen > Device.LifeCycleAt;

    /// <summary>The value shown of a field, or null.</summary>
    public string? Of(string field) => Fields.GetValueOrDefault(field)?.Value;

    /// <summary>Decides everything about a device.</summary>
    /// <param name="device">Which.</param>
    /// <param name="book">Says whose addresses are.</param>
    /// <param name="alike">What persons said of others; null to do without.</param>
    /// <param name="before">What its identity was before, or null; it saves work and changes nothing.</param>
    public static DeviceState Of(LiveDevice device, AddressBook book, AlikeIndex? alike = null, Identity? before = null)
    {
        List<Facts> group = [.. device.Interfaces.SelectMany(one => one.Facts).OrderBy(facts => facts.Number)];
        MacAddress[] macs = [.. device.Interfaces.Where(one => !one.Mac.IsNone && one.Facts.Count > 0).Select(one => one.Mac)];
        Device? observed = group.Count == 0 ? null : DeviceDecision.Of(device.Number, macs, group, macs.SelectMany(book.AddressesOf), macs.Any(book.IsRouter), alike: alike is null ? null : print => alike.Of(print, device), before: before);
        return new DeviceState(device, observed, FieldsOf(device, observed), Latest(group, macs, book));
    }

    /// <summary>Decides every field of a device over claims and what persons entered.</summary>
    public static Dictionary<string, FieldValue> FieldsOf(LiveDevice device, Device? observed)
    {
        ClaimsByKind claims = new(observed?.Claims ?? []);
        bool isSilent = observed is null || observed.Claims.Count == 0;
        Dictionary<string, FieldValue> fields = new(StringComparer.Ordinal);
        foreach (FieldInfo field in isSilent ? [] : FieldCatalogue.Observed)
        {
            PersonValue? person = device.Fields.GetValueOrDefault(field.Name);
            if (FieldDecision.Of(field, claims, person, observed?.Identity) is { } value) fields[field.Name] = value;
        }
        foreach ((string name, PersonValue person) in device.Fields)
        {
            if (!fields.ContainsKey(name) && FieldCatalogue.Find(name) is { } field) fields[name] = FieldDecision.Of(field, claims, person, observed?.Identity)!;
        }
        if (device.TypeBefore is { } before && fields.GetValueOrDefault("type") is { ConfirmedBy: null } type) fields["type"] = type with { HasConflict = true, Conflict = before };
        return fields;
    }

    /// <summary>What was looked at to find a device by text: lower case, parts apart.</summary>
    public string SearchText()
    {
        List<string?> parts = [Device.ToString(), Of("name"), Of("localName"), Of("assetTag"), Of("serialNumber"), Of("bed"), Of("person"), Of("model"), Of("hostName"), Of("aeTitle"), Of("department"), Of("room")];
        if (Observed is not null)
        {
            parts.AddRange(Observed.Ips.Select(ip => ip.ToString()));
            parts.AddRange(Observed.Macs.Select(mac => mac.Value.ToString("x12", CultureInfo.InvariantCulture)));
        }
        // The card that the register names, also before anybody heard it.
        if (Device.Registered is { IsNone: false } registered) parts.Add(registered.Value.ToString("x12", CultureInfo.InvariantCulture));
        return string.Join('\n', parts.OfType<string>()).ToLowerInvariant();
    }

    private static Facts? Latest(List<Facts> group, MacAddress[] macs, AddressBook book)
    {
        Facts? latest = null;
        foreach (Facts facts in group)
        {
            if (!facts.HoldsAddress) continue;
            if (latest is null || Rank(facts).CompareTo(Rank(latest)) > 0) latest = facts;
        }
        return latest;

        // An address that another has taken is its own no longer; what was said by name service of far ends is not its own either.
        (bool, bool, bool, long, long) Rank(Facts facts)
        {
            MacAddress owner = book.Owners.GetValueOrDefault(facts.Ip).Mac;
            return (owner.IsNone || macs.Contains(owner), facts.Ip.IsV4, !facts.Ip.IsLinkLocal, facts.Last.Nanoseconds, facts.Number);
        }
    }
}
