using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Snmp;

/// <summary>An authoritative engine's identifier taken apart. RFC 3411 section 5, SnmpEngineID.</summary>
/// <param name="Id">All of it in hexadecimal.</param>
/// <param name="Enterprise">IANA enterprise number of its maker.</param>
/// <param name="Mac">Hardware address inside, or none.</param>
/// <param name="Ip">IP address inside, or none.</param>
/// <param name="Text">Text inside that its administrator chose, or null.</param>
internal readonly record struct SnmpEngine(string Id, long Enterprise, MacAddress Mac, Address Ip, string? Text)
{
    /// <summary>Maker by its enterprise number; null for one that is not listed.</summary>
    public string? Vendor => EnterpriseNumber.Vendor(Enterprise);

    /// <summary>Reads an identifier of 5 to 32 bytes; null for any other.</summary>
    public static SnmpEngine? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is < 5 or > 32) return null;
        uint first = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        bool isNew = (first & 0x8000_0000) != 0;
        ReadOnlySpan<byte> rest = bytes[5..];
        (MacAddress mac, Address ip, string? text) = (isNew ? bytes[4] : (byte)0) switch
        {
            1 when rest.Length == 4 => (default, Address.Read(rest), null),
            2 when rest.Length == 16 => (default, Address.Read(rest), null),
            3 when rest.Length == 6 => (MacAddress.Read(rest), default, null),
            4 => (default, default, ShortText.Of(rest.TrimEnd((byte)0), 27)),
            _ => (default(MacAddress), default(Address), (string?)null),
        };
        return new SnmpEngine(Convert.ToHexStringLower(bytes), first & 0x7FFF_FFFF, mac, ip, text);
    }
}
