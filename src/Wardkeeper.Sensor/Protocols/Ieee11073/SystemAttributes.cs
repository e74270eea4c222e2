using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Hl7;

namespace Wardkeeper.Sensor.Protocols.Ieee11073;

/// <summary>
/// What attributes of a medical device system say of the device. Identifiers are those of ISO/IEEE 11073-10101, partition 1, which
/// personal health devices and bedside monitors share.
/// </summary>
internal sealed class SystemAttributes
{
    private const int Model = 0x0928, Production = 0x092D, SystemId = 0x0984, SystemType = 0x0986;
    private const int MostParts = 32, Longest = 64;

    public string? Vendor { get; private set; }

    public string? ModelNumber { get; private set; }

    public string? Serial { get; private set; }

    public string? Part { get; private set; }

    public string? Hardware { get; private set; }

    public string? Software { get; private set; }

    public string? Firmware { get; private set; }

    /// <summary>Identity of the system, hexadecimal: an EUI-64, or a hardware address.</summary>
    public string? Identity { get; private set; }

    /// <summary>Partition and code of the system's type as one number, as in IEEE 11073-10101: 65536 times the one and the other.</summary>
    public int? Code { get; private set; }

    /// <summary>Whether anything was said.</summary>
    public bool IsKnown => (Vendor ?? ModelNumber ?? Serial ?? Software ?? Firmware ?? Hardware ?? Part) is not null;

    /// <summary>Hardware address that the identity is or was made from. IEEE Guidelines for EUI: FF-FE or FF-FF in the middle of an EUI-64.</summary>
    public MacAddress Mac
    {
        get
        {
            byte[] bytes = Identity is null ? [] : Convert.FromHexString(Identity);
            if (bytes.Length == 8 && bytes[3] == 0xFF && bytes[4] >= 0xFE) bytes = [.. bytes[..3], .. bytes[5..]];
            MacAddress mac = bytes.Length == 6 ? MacAddress.Read(bytes) : default;
            return mac.IsGroup ? default : mac;
        }
    }

    /// <summary>Device type in the words of the taxonomy, or null.</summary>
    public string? Type => Code is { } code && Hl7Mdc.OfCode(code.ToString(System.Globalization.CultureInfo.InvariantCulture)) is (MdcPart.Device, { Length: > 0 } type) ? type : null;

    /// <summary>Takes an attribute if it is one of these; false where it is malformed.</summary>
    public bool Take(int id, ReadOnlySpan<byte> value)
    {
        SpanReader reader = new(value);
        switch (id)
        {
            case Model:
                Vendor = Text(reader.Take(reader.U16())) ?? Vendor;
                ModelNumber = Text(reader.Take(reader.U16())) ?? ModelNumber;
                break;
            case SystemId:
                ReadOnlySpan<byte> identity = reader.Take(reader.U16());
                if (identity.Length is 6 or 8) Identity = Convert.ToHexStringLower(identity);
                break;
            case SystemType:
                Code = (reader.U16() << 16) | reader.U16();
                break;
            case Production: return TakeProduction(value);
            default: break;
        }
        return !reader.Failed;
    }

    /// <summary>The system's identity where it stands outside an attribute.</summary>
    public void TakeIdentity(ReadOnlySpan<byte> identity)
    {
        if (identity.Length is 6 or 8) Identity = Convert.ToHexStringLower(identity);
    }

    /// <summary>States what is known about the device.</summary>
    public void Claim(Subject device, ObservationBatch into)
    {
        into.Claim(device, ClaimKind.Type, Type, "system type");
        into.Claim(device, ClaimKind.Vendor, Vendor, "system model");
        into.Claim(device, ClaimKind.Model, ModelNumber, "system model");
        into.Claim(device, ClaimKind.SerialNumber, Serial, "production specification");
        into.Claim(device, ClaimKind.HardwareVersion, Hardware, "production specification");
        into.Claim(device, ClaimKind.Software, Software, "production specification");
        into.Claim(device, ClaimKind.Firmware, Firmware, "production specification");
        if (Mac is { IsNone: false } mac && mac != device.Mac) into.Claim(device, ClaimKind.OtherMac, mac.ToString(), "system id");
    }

    /// <summary>ProductionSpec: kind, component and text of each part. Serial numbers of components other than the whole come later and are left.</summary>
    private bool TakeProduction(ReadOnlySpan<byte> value)
    {
        SpanReader reader = new(AttributeList.Items(value, out int count, out bool isCut));
        for (int i = 0; i < Math.Min(count, MostParts) && !isCut; i++)
        {
            int kind = reader.U16();
            reader.Skip(2);
            string? text = Text(reader.Take(reader.U16()));
            switch (kind)
            {
                case 1: Serial ??= text; break;
                case 2: Part ??= text; break;
                case 3: Hardware ??= text; break;
                case 4: Software ??= text; break;
                case 5: Firmware ??= text; break;
                default: break;
            }
            isCut = reader.Failed;
        }
        return !isCut;
    }

    private static string? Text(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes.TrimEnd("\0 "u8).TrimStart(" "u8);
        return bytes.IsEmpty ? null : Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, Longest)]);
    }
}
