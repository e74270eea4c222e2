using Wardkeeper.Hub.Ledger;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Identification;

/// <summary>How often a protocol is right in a field made for what it states: 0 to 1. What devices say of themselves to be administered weighs most.</summary>
internal static class SourceTrust
{
    private const double Other = 0.65;

    private static readonly Dictionary<string, double> Trust = new(StringComparer.Ordinal)
    {
        ["lldp"] = 0.90,
        ["cdp"] = 0.90,
        ["snmp"] = 0.90,
        ["ipp"] = 0.90,
        ["jetdirect"] = 0.90,
        ["sdc"] = 0.90,
        ["llrp"] = 0.90,
        ["poct1a"] = 0.90,
        ["dicom"] = 0.85,
        ["hl7"] = 0.85,
        ["astm"] = 0.85,
        ["dhcp"] = 0.80,
        ["dhcpv6"] = 0.80,
        ["ssdp"] = 0.75,
        ["dns"] = 0.75,
        ["ssh"] = 0.75,
        ["mac-prefix"] = 0.60,
    };

    /// <summary>Protocols in which a device tells the version of its own software, and not of a program that happens to run on it.</summary>
    private static readonly HashSet<string> TellTheirDevice = new(["hl7", "dicom", "poct1a", "astm", "ieee11073", "sdc", "dpws", "fhir", "btle", "lldp", "cdp", "snmp", "bacnet", "dnp3", "opcua", "sip", "h225_ras", "telnet", "modbus", "enip"], StringComparer.Ordinal);

    /// <summary>Places of other protocols that do so too.</summary>
    private static readonly HashSet<string> PlacesThatDo = new(["Device.version", "ProductionSpecification"], StringComparer.Ordinal);

    /// <summary>Whether a version is that of a program: a web server's says nothing of the pump it runs on, and contradicts nothing.</summary>
    public static bool IsOfProgram(ClaimTally claim) => claim.Kind == ClaimKind.Software && !TellTheirDevice.Contains(claim.Source) && !PlacesThatDo.Contains(claim.Origin);

    /// <summary>Whether it is the version of the device's own software.</summary>
    public static bool IsOfDevice(ClaimTally claim) => claim.Kind is ClaimKind.Software or ClaimKind.Firmware && claim.Value.Length > 0 && !IsOfProgram(claim);

    /// <summary>Trust in a protocol.</summary>
    public static double In(string source) => Trust.GetValueOrDefault(source, Other);

    /// <summary>Trust in the source of a claim of identity. HTTP carries UPnP and SOAP descriptions, which are made for it.</summary>
    public static double InIdentity(ClaimTally claim) => claim.Source == "http" ? 0.80 : In(claim.Source);
}
