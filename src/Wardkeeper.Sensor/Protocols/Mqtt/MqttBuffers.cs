using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures.Buffers;

namespace Wardkeeper.Sensor.Protocols.Mqtt;

/// <summary>Offers one packet to signatures, as far as it is shown.</summary>
internal static class MqttBuffers
{
    /// <summary>Offers a packet.</summary>
    /// <param name="packet">The packet with its header.</param>
    /// <param name="header">Length of the header.</param>
    /// <param name="isVersion5">Whether properties stand in it.</param>
    /// <param name="side">Who sent it.</param>
    /// <param name="into">Where it goes.</param>
    public static void Offer(ReadOnlySpan<byte> packet, int header, bool isVersion5, Side side, IBufferSink into)
    {
        int type = packet[0] >> 4;
        SpanReader reader = new(packet[header..]);
        into.Offer(BufferName.MqttType, side, type);
        if (type == 3 && (packet[0] & 6) == 6) into.Event(side, "mqtt.invalid_qos_level");
        switch (type)
        {
            case 1:
                Connect(ref reader, side, into);
                break;
            case 2:
                reader.Skip(1);
                byte code = reader.U8();
                if (!reader.Failed) into.Offer(BufferName.MqttReason, side, code);
                break;
            case 3:
                into.Offer(BufferName.MqttTopicPublished, side, reader.Take(reader.U16()));
                if ((packet[0] & 6) != 0) reader.Skip(2);
                if (isVersion5) SkipProperties(ref reader);
                if (!reader.Failed) into.Offer(BufferName.MqttMessage, side, reader.Rest);
                break;
            case >= 4 and <= 7 or 14 or 15:
                if (type < 8) reader.Skip(2);
                bool isThere = isVersion5 && reader.Remaining > 0;
                into.Offer(BufferName.MqttReason, side, isThere ? reader.U8() : 0);
                break;
            case 8:
                reader.Skip(2);
                if (isVersion5) SkipProperties(ref reader);
                for (int i = 0; i < 64 && reader.Remaining > 2; i++)
                {
                    ReadOnlySpan<byte> topic = reader.Take(reader.U16());
                    reader.Skip(1);
                    if (!reader.Failed) into.Offer(BufferName.MqttTopicSubscribed, side, topic);
                }
                break;
        }
        into.Complete(side);
    }

    private static void Connect(ref SpanReader reader, Side side, IBufferSink into)
    {
        reader.Take(reader.U16());
        byte version = reader.U8(), flags = reader.U8();
        reader.Skip(2);
        into.Offer(BufferName.MqttVersion, side, version);
        if (version == 5) SkipProperties(ref reader);
        into.Offer(BufferName.MqttClientId, side, reader.Take(reader.U16()));
        if ((flags & 4) != 0)
        {
            if (version == 5) SkipProperties(ref reader);
            reader.Take(reader.U16());
            reader.Take(reader.U16());
        }
        if ((flags & 0x80) != 0) into.Offer(BufferName.MqttUser, side, reader.Take(reader.U16()));
        if ((flags & 0x40) != 0) into.Offer(BufferName.MqttPassword, side, reader.Take(reader.U16()));
    }

    private static void SkipProperties(ref SpanReader reader)
    {
        int length = 0;
        for (int i = 0; i < 4; i++)
        {
            byte part = reader.U8();
            length |= (part & 0x7F) << (7 * i);
            if ((part & 0x80) == 0) break;
        }
        reader.Skip(length);
    }
}
