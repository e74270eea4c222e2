using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.Wlan;

/// <summary>What a device says of itself by Wi-Fi Protected Setup: attributes of a type and a length, both of two bytes. Pure.</summary>
internal static class ProtectedSetup
{
    private const int LongestText = 64;

    /// <summary>Adds maker, model, serial number and name.</summary>
    public static void Read(ReadOnlySpan<byte> attributes, ref WlanManagement into)
    {
        while (attributes.Length >= 4)
        {
            int type = BinaryPrimitives.ReadUInt16BigEndian(attributes), length = BinaryPrimitives.ReadUInt16BigEndian(attributes[2..]);
            if (length > attributes.Length - 4) return;
            ReadOnlySpan<byte> value = attributes.Slice(4, length);
            into = type switch
            {
                0x1011 => into with { DeviceName = Text(value) },
                0x1021 => into with { Manufacturer = Text(value) },
                0x1023 => into with { Model = Text(value) },
                0x1024 => into with { ModelNumber = Text(value) },
                0x1042 => into with { SerialNumber = Text(value) },
                _ => into,
            };
            attributes = attributes[(4 + length)..];
        }
    }

    private static string? Text(ReadOnlySpan<byte> value) => ShortText.Of(value.TrimEnd((byte)0), LongestText);
}
