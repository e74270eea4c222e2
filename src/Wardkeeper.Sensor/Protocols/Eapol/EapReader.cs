using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.Eapol;

/// <summary>Reads an EAP packet (RFC 3748, 4). Pure.</summary>
internal static class EapReader
{
    private const int Header = 4, LongestIdentity = 253, MostMethods = 16;

    /// <summary>Adds what the packet says; null means that it is right.</summary>
    public static Fault? Read(ReadOnlySpan<byte> packet, ref EapolFrame into)
    {
        if (packet.Length < Header || EapolNames.Code(packet[0]) is not { } code) return EapolFaults.Eap;
        int length = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        if (length < Header || length > packet.Length) return EapolFaults.Eap;
        into = into with { EapCode = code, EapId = packet[1] };
        ReadOnlySpan<byte> data = packet[Header..length];
        if (packet[0] is not (1 or 2)) return null;
        if (data.IsEmpty) return EapolFaults.Eap;
        byte type = data[0];
        data = data[1..];
        into = into with { Method = type == 254 && IsProtectedSetup(data) ? "wps" : EapolNames.Method(type) };
        // An identity may be followed by a zero and options of the authenticator. RFC 3748, 5.1.
        if (type == 1 && packet[0] == 2) into = into with { Identity = ShortText.Of(new SpanReader(data).UntilZero(), LongestIdentity) };
        if (type == 3)
        {
            List<string> wanted = [];
            foreach (byte method in data[..Math.Min(data.Length, MostMethods)]) wanted.Add(EapolNames.Method(method));
            into = into with { WantedMethods = wanted };
        }
        return null;
    }

    /// <summary>Wi-Fi Protected Setup: the Wi-Fi Alliance's number and type 1.</summary>
    private static bool IsProtectedSetup(ReadOnlySpan<byte> data) => data.StartsWith((ReadOnlySpan<byte>)[0x00, 0x37, 0x2A, 0, 0, 0, 1]);
}
