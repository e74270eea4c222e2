using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Snmp;

/// <summary>An authoritative engine's identifier taken apart. RFC 3411 section 5, SnmpEngineID.</summary>
/// <param name="Id">All of it in hexadecimal.</param>
/// <param name="Enterprise">IANA enterprise number of its maker.</param>
/// <param name="Mac">Hardware address inside, or none.</param>
internal readonly record struct SnmpEngine(string Id, long Enterprise, MacAddress Mac)
{
    /// <summary>Reads an identifier of 5 to 32 bytes; null for any other.</summary>
    public static SnmpEngine? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is < 5 or > 32) return null;
        uint first = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        bool isNew = (first & 0x8000_0000) != 0;
        MacAddress mac = isNew && bytes[4] == 3 && bytes.Length == 11 ? MacAddress.Read(bytes[5..]) : default;
        return new SnmpEngine(Convert.ToHexStringLower(bytes), first & 0x7FFF_FFFF, mac);
    }
}
