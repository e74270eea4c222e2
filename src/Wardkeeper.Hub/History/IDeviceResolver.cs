using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.History;

/// <summary>Says which device has an address now, as far as the ledger knows. Asked by the one who stores history, after the ledger took the same batch.</summary>
public interface IDeviceResolver
{
    /// <summary>The number of the device; null when the ledger knows none.</summary>
    /// <param name="mac">Hardware address in the frame, or none; may be a router's.</param>
    /// <param name="ip">Address, or none.</param>
    long? DeviceOf(MacAddress mac, Address ip);
}
