using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.Wpan;

/// <summary>Reads beacons and commands of IEEE 802.15.4 (7.3.1 and 7.5), and what ZigBee adds to a beacon. Pure.</summary>
internal static class MacReader
{
    private const int ZigbeeBeacon = 15;

    public static Fault? Beacon(ReadOnlySpan<byte> body, ref WpanEvent into)
    {
        SpanReader reader = new(body);
        int superframe = reader.U16Little(), slots = reader.U8();
        // Guaranteed slots: a direction for all and three bytes for each; then addresses that something waits for.
        if ((slots & 7) > 0) reader.Skip(1 + (3 * (slots & 7)));
        int pending = reader.U8();
        reader.Skip((2 * (pending & 7)) + (8 * ((pending >> 4) & 7)));
        if (reader.Failed) return WpanFaults.Beacon;
        into = into with { Kind = "beacon", IsJoiningPermitted = (superframe & 0x8000) != 0, IsCoordinator = (superframe & 0x4000) != 0 };
        ReadOnlySpan<byte> payload = reader.Rest;
        // Protocol 0 is ZigBee; then profile and version in one byte, what may join, and the network's long name.
        if (payload.Length < ZigbeeBeacon || payload[0] != 0) return null;
        into = into with
        {
            StackProfile = payload[1] & 15,
            ExtendedPan = BinaryPrimitives.ReadUInt64LittleEndian(payload[3..]),
            IsJoiningPermitted = (superframe & 0x8000) != 0 && (payload[2] & 0x84) != 0,
        };
        return null;
    }

    public static Fault? Command(ReadOnlySpan<byte> body, ref WpanEvent into)
    {
        SpanReader reader = new(body);
        switch (reader.U8())
        {
            case 1:
                int capability = reader.U8();
                into = into with
                {
                    Kind = "association-request",
                    DeviceKind = (capability & 2) != 0 ? "full-function" : "reduced-function",
                    IsMainsPowered = (capability & 4) != 0,
                };
                break;
            case 2:
                ushort assigned = reader.U16Little();
                byte status = reader.U8();
                into = into with { Kind = "association-response", StatusCode = status, AssignedAddress = status == 0 ? assigned : null };
                break;
            case 3:
                into = into with { Kind = "disassociation", StatusCode = reader.U8() };
                break;
            case 6:
                into = into with { Kind = "orphan-notification" };
                break;
            case 7:
                into = into with { Kind = "beacon-request" };
                break;
            case 8:
                reader.Skip(7);
                into = into with { Kind = "realignment" };
                break;
            default:
                break;
        }
        return reader.Failed ? WpanFaults.Command : null;
    }
}
