namespace Wardkeeper.Hub.Ledger.Queries;

/// <summary>Devices that are alike: what is wrong about one is wrong about all of them.</summary>
public static class AlikeDevices
{
    // What a maker gives every piece of a model; all else differs from piece to piece.
    private static readonly HashSet<string> Shared = ["type", "vendor", "model", "consequence"];

    /// <summary>The devices of the same maker and model; where one of the two is not known, those with the same fingerprint; null when there is none.</summary>
    public static DeviceFilter? Of(DeviceLine device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device is { Vendor: { } vendor, Model: { } model }) return new DeviceFilter { Vendors = [vendor], Models = [model] };
        return device.Fingerprint is { } fingerprint ? new DeviceFilter { Fingerprints = [fingerprint] } : null;
    }

    /// <summary>Whether alike devices have the same value of a field.</summary>
    public static bool Share(string field) => Shared.Contains(field);
}
