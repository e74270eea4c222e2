using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Admission.Wires;

/// <summary>The VLANs of a ward.</summary>
/// <param name="Medical">The admitted devices' and the server's.</param>
/// <param name="Quarantine">Where nothing is to be reached.</param>
/// <param name="Onboarding">Where a device can only make itself known.</param>
internal sealed record WardVlans(int Medical = 20, int Quarantine = 99, int Onboarding = 30)
{
    /// <summary>All three.</summary>
    public IReadOnlyList<int> All => [Medical, Quarantine, Onboarding];

    /// <summary>A VLAN as RADIUS writes it.</summary>
    public static string Text(int vlan) => vlan.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A machine of a ward.</summary>
/// <param name="Key">Short name, part of its namespace's.</param>
/// <param name="Port">The switch's port that its cable is in; null when it is in none yet.</param>
/// <param name="Device">Whom it plays.</param>
internal sealed record WardMachine(string Key, string? Port, HospitalDevice Device)
{
    /// <summary>A machine of the medical subnet, 10.78.VLAN.NUMBER; what a scene does not care about is filled in.</summary>
    public static WardMachine Of(string key, string? port, string type, PhysicalAddress mac, int vlan, int number, string hostName, DhcpTraits? dhcp = null) => new(key, port, new HospitalDevice
    {
        Key = key,
        Type = type,
        Department = new Department("ward", "Ward 3", "三病区", vlan),
        Vendor = "Vendor",
        Model = "Model",
        SoftwareVersion = "1.0",
        Serial = "SN" + key,
        AssetTag = "A" + key,
        Owner = "Owner",
        Contact = "100",
        Mac = mac,
        Ip = IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"10.78.{vlan}.{number}")),
        HostName = hostName,
        Dhcp = dhcp,
    });
}
