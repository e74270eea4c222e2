using Wardkeeper.Hub.History;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Platform.Running;

/// <summary>History without a ledger: whose an address is, nobody says.</summary>
internal sealed class Unresolved : IDeviceResolver
{
    /// <inheritdoc/>
    public long? DeviceOf(MacAddress mac, Address ip) => null;
}
