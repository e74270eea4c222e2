using Wardkeeper.Hub.Ledger;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Cases;

/// <summary>
/// Which claims of a device go with it into the live ledger: each once. Addresses it had in the capture stay there, since they may
/// be another's today; what tables and habits say is said by the live ledger's own.
/// </summary>
public static class AdoptedClaims
{
    /// <summary>The claims, in the order of the ledger's fields.</summary>
    public static IReadOnlyList<ClaimTally> Of(DeviceDetail device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return [.. device.Fields.SelectMany(field => field.Claims)
            .Where(claim => claim.Kind is not (ClaimKind.AddressBinding or ClaimKind.OtherMac or ClaimKind.Anomaly) && claim.Source is not ("mac-prefix" or "habit"))
            .DistinctBy(claim => (claim.Kind, claim.Value, claim.Source, claim.Origin))];
    }
}
