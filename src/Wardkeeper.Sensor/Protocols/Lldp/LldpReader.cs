using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Lldp;

/// <summary>Makes a neighbour out of the elements of one frame.</summary>
internal static class LldpReader
{
    private const int MaxListed = 16, Ieee8021 = 0x0080C2, Med = 0x0012BB;

    /// <summary>Reads one frame whose beginning was found right; <paramref name="fault"/> says what is wrong with the rest of it.</summary>
    public static LldpNeighbour Read(ReadOnlySpan<byte> frame, CaptureTime at, ByteRange range, out Fault? fault)
    {
        LldpNeighbour found = new(at, range);
        LldpElements elements = new(frame);
        Fault? element = null;
        while (elements.MoveNext()) element = Add(found, elements.Type, elements.Value) ?? element;
        fault = elements.Fault ?? element;
        return found with { Places = TextPlace.Of(null, frame, range, found.SystemDescription, found.Manufacturer, found.Model, found.FirmwareRevision, found.SoftwareRevision, found.HardwareRevision) };
    }

    private static Fault? Add(LldpNeighbour into, LldpType type, ReadOnlySpan<byte> value)
    {
        switch (type)
        {
            case LldpType.ChassisId when value.Length >= 2:
                into.ChassisIdType = LldpText.ChassisType(value[0]);
                into.ChassisId = LldpText.Identifier(into.ChassisIdType, value[1..]);
                if (into.ChassisIdType == "mac" && value.Length == 7) into.ChassisMac = MacAddress.Read(value[1..]);
                return null;
            case LldpType.PortId when value.Length >= 2:
                into.PortIdType = LldpText.PortType(value[0]);
                into.PortId = LldpText.Identifier(into.PortIdType, value[1..]);
                return null;
            case LldpType.TimeToLive when value.Length >= 2:
                into.TimeToLive = LldpText.U16(value);
                return null;
            case LldpType.PortDescription:
                into.PortDescription = LldpText.Of(value);
                return null;
            case LldpType.SystemName:
                into.SystemName = LldpText.Of(value);
                return null;
            case LldpType.SystemDescription:
                into.SystemDescription = LldpText.Of(value);
                return null;
            case LldpType.SystemCapabilities when value.Length >= 4:
                into.Capabilities = LldpText.Capabilities(LldpText.U16(value));
                into.EnabledCapabilities = LldpText.Capabilities(LldpText.U16(value[2..]));
                return null;
            case LldpType.ManagementAddress when value.Length >= 2 && value[0] >= 1 && value[0] < value.Length:
                Address address = LldpText.AddressOf(value.Slice(1, value[0]));
                if (!address.IsNone && into.Addresses.Count < MaxListed) into.Addresses.Add(address);
                return null;
            case LldpType.OrganizationSpecific when value.Length >= 4:
                return AddSpecific(into, (value[0] << 16) | (value[1] << 8) | value[2], value[3], value[4..]);
            case <= LldpType.ManagementAddress or LldpType.OrganizationSpecific:
                return LldpFaults.TooShort;
            default:
                return null;
        }
    }

    private static Fault? AddSpecific(LldpNeighbour into, int organization, byte subtype, ReadOnlySpan<byte> value)
    {
        switch (organization)
        {
            case Ieee8021 when subtype == 1 && value.Length >= 2:
                into.PortVlan = LldpText.U16(value);
                return null;
            case Ieee8021 when subtype == 3 && value.Length >= 3 && value[2] <= value.Length - 3:
                if (into.Vlans.Count < MaxListed) into.Vlans.Add($"{LldpText.U16(value)} {LldpText.Of(value.Slice(3, value[2]))}".TrimEnd());
                return null;
            case Ieee8021 when subtype is 1 or 3:
            case Med when subtype == 1 && value.Length < 3:
                return LldpFaults.TooShort;
            case Med:
                AddInventory(into, subtype, value);
                return null;
            default:
                return null;
        }
    }

    /// <summary>Media endpoint discovery, ANSI/TIA-1057 section 10.2.</summary>
    private static void AddInventory(LldpNeighbour into, byte subtype, ReadOnlySpan<byte> value)
    {
        switch (subtype)
        {
            case 1:
                into.MedClass = value[2];
                break;
            case 5:
                into.HardwareRevision = LldpText.Of(value);
                break;
            case 6:
                into.FirmwareRevision = LldpText.Of(value);
                break;
            case 7:
                into.SoftwareRevision = LldpText.Of(value);
                break;
            case 8:
                into.SerialNumber = LldpText.Of(value);
                break;
            case 9:
                into.Manufacturer = LldpText.Of(value);
                break;
            case 10:
                into.Model = LldpText.Of(value);
                break;
            case 11:
                into.AssetId = LldpText.Of(value);
                break;
        }
    }
}
