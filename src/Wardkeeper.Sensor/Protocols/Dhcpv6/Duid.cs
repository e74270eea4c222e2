using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dhcpv6;

/// <summary>DHCP unique identifiers (RFC 8415, section 11).</summary>
internal static class Duid
{
    /// <summary>The Ethernet address a DUID was made from (types 1, link-layer plus time, and 3, link-layer), or none.</summary>
    public static MacAddress MacOf(ReadOnlySpan<byte> duid)
    {
        SpanReader reader = new(duid);
        int type = reader.U16(), hardware = reader.U16();
        if (type == 1) reader.Skip(4);
        if (type is not (1 or 3) || hardware is not (1 or 6) || reader.Remaining != 6) return default;
        MacAddress mac = MacAddress.Read(reader.Rest);
        return mac.IsGroup ? default : mac;
    }
}
