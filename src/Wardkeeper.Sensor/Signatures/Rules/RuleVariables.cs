using System.Runtime.InteropServices;

namespace Wardkeeper.Sensor.Signatures.Rules;

/// <summary>What <c>$NAME</c> in headers means: Suricata's customary names with its customary values, and what the site says otherwise.</summary>
internal sealed class RuleVariables
{
    private readonly Dictionary<string, string> addresses = new(StringComparer.Ordinal)
    {
        ["HOME_NET"] = "[192.168.0.0/16,10.0.0.0/8,172.16.0.0/12]",
        ["EXTERNAL_NET"] = "!$HOME_NET",
        ["HTTP_SERVERS"] = "$HOME_NET",
        ["SMTP_SERVERS"] = "$HOME_NET",
        ["SQL_SERVERS"] = "$HOME_NET",
        ["DNS_SERVERS"] = "$HOME_NET",
        ["TELNET_SERVERS"] = "$HOME_NET",
        ["AIM_SERVERS"] = "$EXTERNAL_NET",
        ["DC_SERVERS"] = "$HOME_NET",
        ["DNP3_SERVER"] = "$HOME_NET",
        ["DNP3_CLIENT"] = "$HOME_NET",
        ["MODBUS_CLIENT"] = "$HOME_NET",
        ["MODBUS_SERVER"] = "$HOME_NET",
        ["ENIP_CLIENT"] = "$HOME_NET",
        ["ENIP_SERVER"] = "$HOME_NET",
    };

    private readonly Dictionary<string, string> ports = new(StringComparer.Ordinal)
    {
        ["HTTP_PORTS"] = "80",
        ["SHELLCODE_PORTS"] = "!80",
        ["ORACLE_PORTS"] = "1521",
        ["SSH_PORTS"] = "22",
        ["DNP3_PORTS"] = "20000",
        ["MODBUS_PORTS"] = "502",
        ["FILE_DATA_PORTS"] = "[$HTTP_PORTS,110,143]",
        ["FTP_PORTS"] = "21",
        ["GENEVE_PORTS"] = "6081",
        ["VXLAN_PORTS"] = "4789",
        ["TEREDO_PORTS"] = "3544",
        ["SIP_PORTS"] = "[5060,5061]",
    };

    private readonly Dictionary<string, PortSet?> known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AddressSet> knownAddresses = new(StringComparer.Ordinal);

    /// <summary>Gives an address variable another value.</summary>
    public void SetAddress(string name, string value) => addresses[name] = value;

    /// <summary>Gives a port variable another value.</summary>
    public void SetPorts(string name, string value) => ports[name] = value;

    /// <summary>An address variable's text.</summary>
    /// <exception cref="RefusedException">Nobody defined it.</exception>
    public string Address(string name) => addresses.TryGetValue(name, out string? value) ? value : throw new RefusedException("header", $"${name} is not defined");

    /// <summary>A port variable's text.</summary>
    /// <exception cref="RefusedException">Nobody defined it.</exception>
    public string Ports(string name) => ports.TryGetValue(name, out string? value) ? value : throw new RefusedException("header", $"${name} is not defined");

    /// <summary>Port sets that were read before: most rules of thousands share a few.</summary>
    public ref PortSet? KnownPorts(string text) => ref CollectionsMarshal.GetValueRefOrAddDefault(known, text, out _);

    /// <summary>The addresses a header's word means; most rules share a few.</summary>
    /// <exception cref="RefusedException">It is no set of addresses.</exception>
    public AddressSet Addresses(string text)
    {
        if (knownAddresses.TryGetValue(text, out AddressSet? set)) return set;
        return knownAddresses[text] = text.Equals("any", StringComparison.OrdinalIgnoreCase) ? AddressSet.Any : AddressSet.Parse(text, this);
    }
}
