using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Snmp;

/// <summary>One object whose value says what a device is.</summary>
/// <param name="Name">Name in its MIB.</param>
/// <param name="Kind">Attribute of the device that it states.</param>
/// <param name="Prefix">Object identifier as encoded, without the instance where <paramref name="IsTable"/>.</param>
/// <param name="IsTable">Whether it is a column, of which the first row seen counts: a walk begins at the chassis.</param>
internal sealed record SnmpObject(string Name, ClaimKind Kind, byte[] Prefix, bool IsTable);

/// <summary>The objects that are kept from answers.</summary>
internal static class SnmpObjects
{
    private const int MaxArcs = 64;

    /// <summary>SNMPv2-MIB (RFC 3418), ENTITY-MIB (RFC 6933), HOST-RESOURCES-MIB (RFC 2790), Printer-MIB (RFC 3805), UPS-MIB (RFC 1628). At most 32: a flow keeps one bit of each.</summary>
    public static readonly SnmpObject[] All =
    [
        new("sysDescr", ClaimKind.Description, [0x2B, 6, 1, 2, 1, 1, 1, 0], false),
        new("sysObjectID", ClaimKind.SnmpObjectId, [0x2B, 6, 1, 2, 1, 1, 2, 0], false),
        new("sysContact", ClaimKind.Contact, [0x2B, 6, 1, 2, 1, 1, 4, 0], false),
        new("sysName", ClaimKind.FriendlyName, [0x2B, 6, 1, 2, 1, 1, 5, 0], false),
        new("sysLocation", ClaimKind.Location, [0x2B, 6, 1, 2, 1, 1, 6, 0], false),
        new("entPhysicalFirmwareRev", ClaimKind.Firmware, [0x2B, 6, 1, 2, 1, 47, 1, 1, 1, 1, 9], true),
        new("entPhysicalSoftwareRev", ClaimKind.Software, [0x2B, 6, 1, 2, 1, 47, 1, 1, 1, 1, 10], true),
        new("entPhysicalSerialNum", ClaimKind.SerialNumber, [0x2B, 6, 1, 2, 1, 47, 1, 1, 1, 1, 11], true),
        new("entPhysicalMfgName", ClaimKind.Vendor, [0x2B, 6, 1, 2, 1, 47, 1, 1, 1, 1, 12], true),
        new("entPhysicalModelName", ClaimKind.Model, [0x2B, 6, 1, 2, 1, 47, 1, 1, 1, 1, 13], true),
        new("prtGeneralSerialNumber", ClaimKind.SerialNumber, [0x2B, 6, 1, 2, 1, 43, 5, 1, 1, 17], true),
        new("hrDeviceDescr", ClaimKind.Description, [0x2B, 6, 1, 2, 1, 25, 3, 2, 1, 3], true),
        new("prtGeneralPrinterName", ClaimKind.FriendlyName, [0x2B, 6, 1, 2, 1, 43, 5, 1, 1, 16], true),
        new("entPhysicalHardwareRev", ClaimKind.HardwareVersion, [0x2B, 6, 1, 2, 1, 47, 1, 1, 1, 1, 8], true),
        new("upsIdentManufacturer", ClaimKind.Vendor, [0x2B, 6, 1, 2, 1, 33, 1, 1, 1, 0], false),
        new("upsIdentModel", ClaimKind.Model, [0x2B, 6, 1, 2, 1, 33, 1, 1, 2, 0], false),
        new("upsIdentAgentSoftwareVersion", ClaimKind.Software, [0x2B, 6, 1, 2, 1, 33, 1, 1, 4, 0], false),
        new("upsIdentName", ClaimKind.FriendlyName, [0x2B, 6, 1, 2, 1, 33, 1, 1, 5, 0], false),
        new("upsIdentUPSSoftwareVersion", ClaimKind.Firmware, [0x2B, 6, 1, 2, 1, 33, 1, 1, 3, 0], false),
    ];

    /// <summary>Index of sysDescr, which is also the flow's display string.</summary>
    public const int SysDescr = 0;

    /// <summary>Whether this is sysUpTime.0.</summary>
    public static bool IsUpTime(ReadOnlySpan<byte> name) => name.SequenceEqual((ReadOnlySpan<byte>)[0x2B, 6, 1, 2, 1, 1, 3, 0]);

    /// <summary>Index of the object of this name, or -1.</summary>
    public static int Find(ReadOnlySpan<byte> name)
    {
        // All lie below mib-2, 1.3.6.1.2.1.
        if (name.Length < 8 || name[1] != 6 || name[4] != 1) return -1;
        for (int i = 0; i < All.Length; i++)
        {
            SnmpObject known = All[i];
            if (known.IsTable ? name.Length > known.Prefix.Length && name.StartsWith(known.Prefix) : name.SequenceEqual(known.Prefix)) return i;
        }
        return -1;
    }

    /// <summary>A value as text: a string, or an object identifier with dots; null for anything else, and for an empty one.</summary>
    public static string? Text(byte tag, ReadOnlySpan<byte> value) => tag switch
    {
        BerReader.OctetString when value.TrimEnd((byte)0) is { IsEmpty: false } text => String(text.Length > 512 ? text[..512] : text),
        BerReader.ObjectId => Dotted(value),
        _ => null,
    };

    /// <summary>An object identifier's content with dots (X.690 section 8.19); null when it is malformed or absurdly long.</summary>
    public static string? Dotted(ReadOnlySpan<byte> content) => ObjectIdentifier.Dotted(content, uint.MaxValue, MaxArcs);

    private static string String(ReadOnlySpan<byte> text)
    {
        string read = Encoding.UTF8.GetString(text);
        return read.Contains('\uFFFD', StringComparison.Ordinal) ? Encoding.Latin1.GetString(text) : read;
    }
}
