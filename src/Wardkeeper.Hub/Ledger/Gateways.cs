using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger;

/// <summary>
/// Says of devices without an address of their own on the wire through which other they are reached. A machine on a serial line has
/// its server in its address; a radio says where it was taken in, and the gateway that took it in may show its hardware address on
/// the wire as well, where that is made of the same numbers.
/// </summary>
internal static class Gateways
{
    /// <summary>Sets <see cref="Device.Behind"/> of all.</summary>
    public static void Name(IReadOnlyList<Device> devices)
    {
        if (!devices.Any(static device => device.Ips.Any(static ip => ip.IsRadio || ip.IsBehind))) return;
        Dictionary<Address, Device> byIp = [];
        Dictionary<MacAddress, Device> byMac = [];
        foreach (Device device in devices)
        {
            foreach (Address ip in device.Ips) byIp.TryAdd(ip, device);
            foreach (MacAddress mac in device.Macs) byMac.TryAdd(mac, device);
        }
        foreach (Device device in devices)
        {
            Device? gateway = null;
            foreach (Address ip in device.Ips)
            {
                if (ip.IsBehind) gateway = byIp.GetValueOrDefault(ip.Server);
                // The radio of a gateway is reached through its card.
                else if (ip.IsRadio) gateway = byMac.GetValueOrDefault(ip.RadioCard) ?? TakenInBy(device, byIp, byMac);
            }
            if (gateway is not null && gateway != device) device.Behind = gateway.Id;
        }
    }

    /// <summary>The gateway's device on the wire, else its radio.</summary>
    private static Device? TakenInBy(Device device, Dictionary<Address, Device> byIp, Dictionary<MacAddress, Device> byMac)
    {
        ClaimTally? taken = device.Claims.Where(static claim => claim.Kind == ClaimKind.SwitchPort).MaxBy(static claim => claim.Last);
        return taken is not null && Address.TryParse(taken.Value.Split(' ')[0], out Address radio) && radio.IsRadio ? byMac.GetValueOrDefault(radio.RadioCard) ?? byIp.GetValueOrDefault(radio) : null;
    }
}
