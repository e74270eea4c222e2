using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures.Buffers;

namespace Wardkeeper.Sensor.Protocols.Mqtt;

/// <summary>Tells signatures of packets that come out of turn: before a connection stands, twice, or in answer to what nobody asked. MQTT 5.0, sections 3 and 4.</summary>
internal sealed class MqttEvents
{
    private const int MostKept = 256;
    private readonly HashSet<(int Type, ushort Id)> asked = [];
    private bool hasAsked, isConnected;

    /// <summary>Looks at a packet.</summary>
    /// <param name="packet">The packet with its header.</param>
    /// <param name="header">Length of the header.</param>
    /// <param name="isWhole">Whether all of it is shown.</param>
    /// <param name="side">Who sent it.</param>
    /// <param name="into">Where events go.</param>
    public void Look(ReadOnlySpan<byte> packet, int header, bool isWhole, Side side, IBufferSink into)
    {
        int type = packet[0] >> 4;
        switch (type)
        {
            case 1:
                if (hasAsked) into.Event(side, "mqtt.double_connect");
                hasAsked = true;
                return;
            case 2:
                if (!hasAsked) into.Event(side, "mqtt.missing_connect");
                isConnected = hasAsked;
                return;
        }
        if (!isConnected) into.Event(side, "mqtt.unintroduced_message");
        if (isWhole && type is >= 4 and <= 11 && packet.Length < header + 2) into.Event(side, "mqtt.missing_msg_id");
        switch (type)
        {
            case 3 when (packet[0] & 6) != 0:
                // The identifier stands behind the topic.
                if (packet.Length >= header + 2) Ask(3, packet, header + 2 + BinaryPrimitives.ReadUInt16BigEndian(packet[header..]));
                break;
            case >= 4 and <= 7:
                if (!IsAnswer(3, packet, header, isLast: type is 4 or 7)) into.Event(side, "mqtt.missing_publish");
                break;
            case 8 or 10:
                Ask(type, packet, header);
                break;
            case 9:
                if (!IsAnswer(8, packet, header, isLast: true)) into.Event(side, "mqtt.missing_subscribe");
                break;
            case 11:
                if (!IsAnswer(10, packet, header, isLast: true)) into.Event(side, "mqtt.missing_unsubscribe");
                break;
        }
    }

    /// <summary>As new.</summary>
    public void Clear()
    {
        asked.Clear();
        hasAsked = isConnected = false;
    }

    private void Ask(int type, ReadOnlySpan<byte> packet, int at)
    {
        if (asked.Count < MostKept && packet.Length >= at + 2) asked.Add((type, BinaryPrimitives.ReadUInt16BigEndian(packet[at..])));
    }

    private bool IsAnswer(int type, ReadOnlySpan<byte> packet, int at, bool isLast)
    {
        // Beyond the bound nothing is known of what was asked.
        if (asked.Count >= MostKept || packet.Length < at + 2) return true;
        (int, ushort) key = (type, BinaryPrimitives.ReadUInt16BigEndian(packet[at..]));
        return isLast ? asked.Remove(key) : asked.Contains(key);
    }
}
