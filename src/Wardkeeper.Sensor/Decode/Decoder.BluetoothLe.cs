using System.Buffers.Binary;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Decode;

/// <summary>
/// Bluetooth Low Energy at its link layer (Core 5.4, volume 6, part B): advertisements name their sender; packets of a connection
/// name only the connection, so the request that made it is kept to know between whom it is. What is encrypted looks like anything
/// else here; its analyser sees when that begins.
/// </summary>
internal sealed partial class Decoder
{
    private const uint AdvertisingAccess = 0x8E89BED6;
    private const int NordicHeader = 17, LinkLayerHeader = 10, AccessAndHeader = 6, MostConnections = 1024;

    private readonly Dictionary<uint, (MacAddress Central, MacAddress Peripheral)> connections = [];

    private void BluetoothLe(ref Envelope envelope, int link, int at)
    {
        int skip = (LinkType)link switch { LinkType.NordicBle => NordicHeader, LinkType.BluetoothLeWithHeader => LinkLayerHeader, _ => 0 };
        if (envelope.Available(at) < skip + AccessAndHeader)
        {
            CountShort(ref envelope, "bluetooth-le-malformed");
            return;
        }
        bool? fromCentral = Direction(envelope.Data.AsSpan(at, skip), (LinkType)link, out bool isRight);
        at += skip;
        if (!isRight)
        {
            counters.Count("bluetooth-le-damaged", envelope.Number);
            return;
        }
        ReadOnlySpan<byte> packet = envelope.Data.AsSpan(at, envelope.Available(at));
        int end = at + AccessAndHeader + packet[5];
        if (end > envelope.WireEnd)
        {
            counters.Count("bluetooth-le-malformed", envelope.Number);
            return;
        }
        uint access = BinaryPrimitives.ReadUInt32LittleEndian(packet);
        if (access == AdvertisingAccess ? !ReadAdvertiser(ref envelope, packet) : !FindConnection(ref envelope, access, fromCentral)) return;
        envelope.WireEnd = end;
        envelope.End = Math.Min(envelope.End, end);
        Link(ref envelope, RadioTypes.BluetoothLe, at, end);
    }

    /// <summary>What the capturing radio says in front: who sent it, if it can tell, and whether the check was right.</summary>
    private static bool? Direction(ReadOnlySpan<byte> header, LinkType link, out bool isRight)
    {
        isRight = true;
        switch (link)
        {
            case LinkType.NordicBle:
                isRight = (header[8] & 1) != 0;
                return (header[8] & 2) != 0;
            case LinkType.BluetoothLeWithHeader:
                int flags = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
                isRight = (flags & 0x0400) == 0 || (flags & 0x0800) != 0;
                return ((flags >> 7) & 7) switch { 2 => true, 3 => false, _ => null };
            default:
                return null;
        }
    }

    /// <summary>Who advertises, looks or connects. Part B, 2.3; the addresses stand with their last byte first.</summary>
    private bool ReadAdvertiser(ref Envelope envelope, ReadOnlySpan<byte> packet)
    {
        int type = packet[4] & 15, length = Math.Min(packet[5], packet.Length - AccessAndHeader);
        ReadOnlySpan<byte> payload = packet.Slice(AccessAndHeader, length);
        bool isAsked = type is 1 or 3 or 5;
        if (payload.Length < (isAsked ? 12 : 6) || type > 6)
        {
            // Extended advertisements (type 7) put the address, if any, elsewhere; few devices of wards use them.
            counters.Count(type == 7 ? "bluetooth-le-extended" : "bluetooth-le-malformed", envelope.Number);
            return false;
        }
        envelope.SourceMac = Reversed(payload);
        envelope.DestinationMac = isAsked ? Reversed(payload[6..]) : new MacAddress(0xFFFF_FFFF_FFFF);
        if (type == 5 && payload.Length >= 16)
        {
            if (connections.Count >= MostConnections) connections.Clear();
            connections[BinaryPrimitives.ReadUInt32LittleEndian(payload[12..])] = (envelope.SourceMac, envelope.DestinationMac);
        }
        return true;
    }

    private bool FindConnection(ref Envelope envelope, uint access, bool? fromCentral)
    {
        if (!connections.TryGetValue(access, out (MacAddress Central, MacAddress Peripheral) ends))
        {
            counters.Count("bluetooth-le-unknown-connection", envelope.Number);
            return false;
        }
        (envelope.SourceMac, envelope.DestinationMac) = fromCentral is false ? (ends.Peripheral, ends.Central) : ends;
        return true;
    }

    private static MacAddress Reversed(ReadOnlySpan<byte> at) => new(BinaryPrimitives.ReadUInt32LittleEndian(at) | ((ulong)BinaryPrimitives.ReadUInt16LittleEndian(at[4..]) << 32));
}
