using Wardkeeper.Hub.Identification;

namespace Wardkeeper.Hub.Ledger.Live;

/// <summary>Devices by fingerprint: what a person says of one is heard for those that are alike.</summary>
internal sealed class AlikeIndex
{
    private readonly Dictionary<string, HashSet<LiveDevice>> prints = new(StringComparer.Ordinal);

    /// <summary>Notes a device's fingerprint; null when it has none any more.</summary>
    public void Set(LiveDevice device, string? fingerprint)
    {
        if (device.Fingerprint is { } before && before != fingerprint && prints.TryGetValue(before, out HashSet<LiveDevice>? old) && old.Remove(device) && old.Count == 0) prints.Remove(before);
        device.Fingerprint = fingerprint;
        if (fingerprint is null) return;
        if (!prints.TryGetValue(fingerprint, out HashSet<LiveDevice>? like)) prints[fingerprint] = like = [];
        like.Add(device);
    }

    /// <summary>Devices like one, itself among them.</summary>
    public IReadOnlyCollection<LiveDevice> Like(LiveDevice device) => device.Fingerprint is { } print && prints.TryGetValue(print, out HashSet<LiveDevice>? like) ? like : [];

    /// <summary>What persons said of others with a fingerprint, by number of the device.</summary>
    public IEnumerable<AlikeValue> Of(string fingerprint, LiveDevice except)
    {
        if (!prints.TryGetValue(fingerprint, out HashSet<LiveDevice>? like)) return [];
        return like
            .Where(device => device != except && device is { MergedInto: 0, Fields.Count: > 0 })
            .OrderBy(device => device.Number)
            .SelectMany(device => AlikeValue.Fields.Where(device.Fields.ContainsKey).Select(field => (Device: device, Field: field, Said: device.Fields[field])))
            .Select(one => new AlikeValue(one.Field, one.Said.Value, one.Said.Who, one.Device.Number))
            .Take(AlikeValue.Most);
    }
}
