using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures.Buffers;

namespace Wardkeeper.Sensor.Protocols.Snmp;

/// <summary>Offers one message to signatures.</summary>
internal static class SnmpBuffers
{
    /// <summary>Version, who asks, and what is done.</summary>
    public static void Offer(in SnmpPacket packet, Side side, IBufferSink into)
    {
        into.Offer(BufferName.SnmpVersion, side, packet.Version == 3 ? 3 : packet.Version + 1);
        if (packet.Version != 3) into.Offer(BufferName.SnmpCommunity, side, packet.Community);
        else if (!packet.UserName.IsEmpty) into.Offer(BufferName.SnmpUser, side, packet.UserName);
        if (packet.Operation != SnmpOperation.Hidden) into.Offer(BufferName.SnmpPduType, side, (byte)packet.Operation & 0x1F);
        into.Complete(side);
    }
}
