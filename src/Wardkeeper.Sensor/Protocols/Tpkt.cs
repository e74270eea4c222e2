using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>ISO transport over TCP (RFC 1006, ISO 8073 class 0), which carries remote desktops, S7 controllers and MMS.</summary>
internal static class Tpkt
{
    public const int Header = 4;

    /// <summary>Kinds of a transport message.</summary>
    public const byte ConnectionRequest = 0xE0, ConnectionConfirm = 0xD0, Data = 0xF0;

    /// <summary>Bytes of the packet that begins here; 0 when more are needed to know, -1 when it is none.</summary>
    public static int Length(ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] != 3 || (bytes.Length > 1 && bytes[1] != 0)) return -1;
        if (bytes.Length < Header) return 0;
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return length < 7 ? -1 : length;
    }

    /// <summary>Kind of the transport message in a packet of at least seven bytes.</summary>
    public static byte Kind(ReadOnlySpan<byte> packet) => (byte)(packet[5] & 0xF0);

    /// <summary>What a data message carries; empty for the other kinds.</summary>
    public static ReadOnlySpan<byte> UserData(ReadOnlySpan<byte> packet) =>
        packet.Length > 7 && packet[4] == 2 && packet[5] == Data ? packet[7..] : default;

    /// <summary>A parameter of a connection's request or confirmation; empty if it is not there. ISO 8073, 13.3.4.</summary>
    public static ReadOnlySpan<byte> Parameter(ReadOnlySpan<byte> packet, byte code)
    {
        int end = Math.Min(packet.Length, 5 + packet[4]), at = 11;
        while (at + 2 <= end && at + 2 + packet[at + 1] <= end)
        {
            if (packet[at] == code) return packet.Slice(at + 2, packet[at + 1]);
            at += 2 + packet[at + 1];
        }
        return default;
    }

    /// <summary>What the first data message of either side carries, past the connection's messages: its first byte, -1 when it has not come yet, -2 when this is no such transport.</summary>
    public static int FirstData(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> data)
    {
        data = default;
        while (!bytes.IsEmpty)
        {
            int length = Length(bytes);
            if (length < 0) return -2;
            if (length == 0 || bytes.Length < 8) return length > 0 && bytes.Length >= 6 && bytes[4] == 2 && bytes[5] != Data ? -2 : -1;
            byte kind = Kind(bytes);
            if (bytes[5] == Data && bytes[4] == 2)
            {
                data = bytes[7..Math.Min(length, bytes.Length)];
                return data.IsEmpty ? -2 : data[0];
            }
            if (kind is not (ConnectionRequest or ConnectionConfirm) || bytes[4] + 5 > length) return -2;
            if (bytes.Length < length) return -1;
            bytes = bytes[length..];
        }
        return -1;
    }
}
