using Wardkeeper.Hub.Ledger;

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

    /// <summary>Trust in a protocol.</summary>
    public static double In(string source) => Trust.GetValueOrDefault(source, Other);

    /// <summary>Trust in the source of a claim of identity. HTTP carries UPnP and SOAP descriptions, which are made for it.</summary>
    public static double InIdentity(ClaimTally claim) => claim.Source == "http" ? 0.80 : In(claim.Source);
}
