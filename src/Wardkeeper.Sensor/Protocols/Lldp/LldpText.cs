using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Lldp;

/// <summary>Turns values of LLDP elements into text.</summary>
internal static class LldpText
{
    private static readonly string[] CapabilityNames =
        ["other", "repeater", "bridge", "wlan-access-point", "router", "telephone", "docsis-cable-device", "station-only", "c-vlan", "s-vlan", "two-port-mac-relay"];

    private static readonly string[] ChassisTypes = ["", "chassis-component", "interface-alias", "port-component", "mac", "network", "interface-name", "local"];

    private static readonly string[] PortTypes = ["", "interface-alias", "port-component", "mac", "network", "interface-name", "agent-circuit-id", "local"];

    /// <summary>Name of a chassis ID subtype (table 8-2).</summary>
    public static string ChassisType(byte subtype) => subtype is > 0 and < 8 ? ChassisTypes[subtype] : subtype.ToString(CultureInfo.InvariantCulture);

    /// <summary>Name of a port ID subtype (table 8-3).</summary>
    public static string PortType(byte subtype) => subtype is > 0 and < 8 ? PortTypes[subtype] : subtype.ToString(CultureInfo.InvariantCulture);

    /// <summary>An identifier by the name of its subtype.</summary>
    public static string Identifier(string type, ReadOnlySpan<byte> value) => type switch
    {
        "mac" when value.Length == 6 => MacAddress.Read(value).ToString(),
        "network" when AddressOf(value) is { IsNone: false } address => address.ToString(),
        _ => Of(value),
    };

    /// <summary>An address after its IANA address family: 1 is IPv4, 2 is IPv6; none for others.</summary>
    public static Address AddressOf(ReadOnlySpan<byte> value) =>
        (value.Length == 5 && value[0] == 1) || (value.Length == 17 && value[0] == 2) ? Address.Read(value[1..]) : default;

    /// <summary>Printable text as it is, anything else in hexadecimal.</summary>
    public static string Of(ReadOnlySpan<byte> value)
    {
        value = value.TrimEnd((byte)0);
        string text = Encoding.UTF8.GetString(value);
        foreach (char c in text)
        {
            if (c == '\uFFFD' || (char.IsControl(c) && c is not ('\r' or '\n' or '\t'))) return Convert.ToHexStringLower(value);
        }
        return text;
    }

    /// <summary>Names of the capabilities that are set (table 8-4).</summary>
    public static List<string> Capabilities(ushort bits)
    {
        List<string> names = [];
        for (int i = 0; i < CapabilityNames.Length; i++)
        {
            if ((bits & (1 << i)) != 0) names.Add(CapabilityNames[i]);
        }
        return names;
    }

    /// <summary>Reads 16 bits.</summary>
    public static ushort U16(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadUInt16BigEndian(value);
}
