using System.Buffers.Binary;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Wlan;

/// <summary>Reads one management frame (IEEE 802.11, 9.3.3). Pure.</summary>
internal static class WlanFrame
{
    /// <summary>Frame control, duration, three addresses, sequence.</summary>
    public const int Header = 24;

    private const byte Protected = 0x40, Order = 0x80;
    private const int Privacy = 0x10;

    /// <summary>What kind of frame it is; null for kinds that are not read.</summary>
    public static string? NameOf(byte control) => control switch
    {
        0x00 => "association-request",
        0x10 => "association-response",
        0x20 => "reassociation-request",
        0x30 => "reassociation-response",
        0x40 => "probe-request",
        0x50 => "probe-response",
        0x80 => "beacon",
        0xA0 => "disassociation",
        0xB0 => "authentication",
        0xC0 => "deauthentication",
        _ => null,
    };

    public static bool IsFarewell(byte control) => control is 0xA0 or 0xC0;

    public static bool HasTimeStamp(byte control) => control is 0x50 or 0x80;

    /// <summary>Whether something is read from an element, so that a change of it is news.</summary>
    public static bool IsRead(byte id, ReadOnlySpan<byte> data) =>
        id is 0 or 3 or 7 or 48 or 61 || (id == 221 && data.Length >= 4 && data.StartsWith((ReadOnlySpan<byte>)[0x00, 0x50, 0xF2]) && data[3] is 1 or 4);

    /// <summary>The elements of a frame and what goes before them.</summary>
    public static ReadOnlySpan<byte> ElementsOf(ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> fixedPart)
    {
        ReadOnlySpan<byte> body = frame[Math.Min(frame.Length, Header + ((frame[1] & Order) != 0 ? 4 : 0))..];
        int length = frame[0] switch { 0x00 => 4, 0x10 or 0x30 => 6, 0x20 => 10, 0x40 => 0, 0x50 or 0x80 => 12, 0xA0 or 0xC0 => 2, _ => 6 };
        if ((frame[1] & Protected) != 0 || body.Length < length)
        {
            fixedPart = default;
            return default;
        }
        fixedPart = body[..length];
        return body[length..];
    }

    /// <summary>Undoes what a controller of access points did that sends all numbers of two bytes in the network's order.</summary>
    public static void PutInOrder(Span<byte> frame)
    {
        (frame[0], frame[1]) = (frame[1], frame[0]);
        (int from, int numbers) = frame[0] switch { 0x00 or 0x20 => (0, 2), 0x10 or 0x30 or 0xB0 => (0, 3), 0x50 or 0x80 => (8, 2), 0xA0 or 0xC0 => (0, 1), _ => (0, 0) };
        for (int at = Header + from; numbers > 0 && at + 2 <= frame.Length; at += 2, numbers--) (frame[at], frame[at + 1]) = (frame[at + 1], frame[at]);
    }

    /// <summary>Reads what a frame says.</summary>
    public static WlanManagement Read(ReadOnlySpan<byte> frame, CaptureTime at, ByteRange range, out Fault? fault)
    {
        fault = null;
        ReadOnlySpan<byte> elements = ElementsOf(frame, out ReadOnlySpan<byte> start);
        WlanManagement said = new(at, range)
        {
            Kind = NameOf(frame[0])!,
            Receiver = MacAddress.Read(frame[4..]),
            Sender = MacAddress.Read(frame[10..]),
            Bssid = MacAddress.Read(frame[16..]),
            IsProtected = (frame[1] & Protected) != 0 ? true : null,
        };
        if (said.IsProtected is true) return said;
        if (start.IsEmpty && frame[0] != 0x40)
        {
            fault = WlanFaults.Short;
            return said;
        }
        said = Start(frame[0], start, said);
        NetworkFacts facts = default;
        ElementReader reader = new(elements);
        // Authentication by a password (SAE) has other things in place of elements.
        while (said.Algorithm != "sae" && reader.Next()) Element(reader.Id, reader.Data, ref said, ref facts);
        if (reader.IsMalformed) fault = WlanFaults.Element;
        int capability = frame[0] switch { 0x50 or 0x80 => Number(start, 10), 0x00 or 0x20 => Number(start, 0), _ => -1 };
        if (capability < 0) return said;
        return said with { Security = facts.Security((capability & Privacy) != 0), Ciphers = facts.Ciphers, ManagementProtection = facts.ManagementProtection };
    }

    private static WlanManagement Start(byte control, ReadOnlySpan<byte> start, WlanManagement said) => control switch
    {
        0x10 or 0x30 => said with { StatusCode = Number(start, 2), AssociationId = Number(start, 2) == 0 ? Number(start, 4) & 0x3FFF : null },
        0x20 => said with { CurrentAccessPoint = MacAddress.Read(start[4..]) },
        0xA0 or 0xC0 => said with { ReasonCode = Number(start, 0), Reason = WlanNames.Reason(Number(start, 0)) },
        0xB0 => said with { Algorithm = WlanNames.Algorithm(Number(start, 0)), Step = Number(start, 2), StatusCode = Number(start, 4) },
        _ => said,
    };

    private static void Element(byte id, ReadOnlySpan<byte> data, ref WlanManagement said, ref NetworkFacts facts)
    {
        switch (id)
        {
            case 0 when said.Ssid is null && data.ContainsAnyExcept((byte)0):
                said = said with { Ssid = Encoding.UTF8.GetString(data[..Math.Min(data.Length, 32)]) };
                break;
            case 0 when said.Ssid is null && said.Kind != "probe-request":
                said = said with { IsHidden = true };
                break;
            case 3 when data.Length >= 1:
                said = said with { Channel = data[0] };
                break;
            case 61 when data.Length >= 1 && said.Channel is null:
                said = said with { Channel = data[0] };
                break;
            case 7 when data.Length >= 2 && char.IsAsciiLetterUpper((char)data[0]) && char.IsAsciiLetterUpper((char)data[1]):
                said = said with { Country = Encoding.ASCII.GetString(data[..2]) };
                break;
            case 48:
                facts.TakeRsn(data);
                break;
            case 221 when data.StartsWith((ReadOnlySpan<byte>)[0x00, 0x50, 0xF2, 1]):
                facts.TakeWpa(data[4..]);
                break;
            case 221 when data.StartsWith((ReadOnlySpan<byte>)[0x00, 0x50, 0xF2, 4]):
                ProtectedSetup.Read(data[4..], ref said);
                break;
            default:
                break;
        }
    }

    private static int Number(ReadOnlySpan<byte> at, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(at[offset..]);
}
