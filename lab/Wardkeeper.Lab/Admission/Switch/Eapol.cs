using System.Buffers.Binary;

namespace Wardkeeper.Lab.Admission.Switch;

/// <summary>What a supplicant sends (IEEE 802.1X-2010, table 11-3).</summary>
internal enum EapolKind : byte
{
    Eap = 0,
    Start = 1,
    Logoff = 2,
}

/// <summary>A frame of EAP over LAN that came in at a port (IEEE 802.1X-2010, clause 11).</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Mac">Its sender, upper case with hyphens.</param>
/// <param name="Eap">The EAP packet (RFC 3748, section 4), without padding; empty when it holds none.</param>
internal sealed record Eapol(EapolKind Kind, string Mac, ReadOnlyMemory<byte> Eap)
{
    /// <summary>EtherType.</summary>
    public const ushort EtherType = 0x888E;

    /// <summary>EAP codes and the type that asks who somebody is (RFC 3748, sections 4 and 5.1).</summary>
    public const byte Request = 1, Response = 2, Failure = 4, Identity = 1;

    private const int EthernetLength = 14, HeaderLength = 4, EapLength = 4;
    private const byte Version = 2;

    /// <summary>Number of the EAP packet.</summary>
    public byte Number => Eap.Span[1];

    /// <summary>The name in a response to "who are you?"; null when it is none.</summary>
    public string? Name => Eap.Length > EapLength + 1 && Eap.Span[0] == Response && Eap.Span[4] == Identity ? System.Text.Encoding.UTF8.GetString(Eap.Span[5..]) : null;

    /// <summary>Reads an Ethernet frame; null when it is no EAPOL frame that an authenticator takes: another kind, cut, or an EAP packet that is no response or longer than the frame.</summary>
    public static Eapol? Parse(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < EthernetLength + HeaderLength || BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != EtherType || (frame[6] & 1) != 0) return null;
        string mac = MacText.Hyphens(frame.Slice(6, 6));
        ReadOnlySpan<byte> body = frame[(EthernetLength + HeaderLength)..];
        int length = BinaryPrimitives.ReadUInt16BigEndian(frame[(EthernetLength + 2)..]);
        switch ((EapolKind)frame[EthernetLength + 1])
        {
            case EapolKind.Start: return new(EapolKind.Start, mac, default);
            case EapolKind.Logoff: return new(EapolKind.Logoff, mac, default);
            case EapolKind.Eap when length > EapLength && length <= body.Length:
                int eap = BinaryPrimitives.ReadUInt16BigEndian(body[2..]);
                return eap > EapLength && eap <= length && body[0] == Response ? new(EapolKind.Eap, mac, body[..eap].ToArray()) : null;
            default: return null;
        }
    }

    /// <summary>A frame with an EAP packet to the supplicant at a port, whoever it is (the group address of port access entities, which no bridge forwards).</summary>
    public static byte[] Frame(ReadOnlySpan<byte> eap)
    {
        const int Shortest = 60;
        byte[] frame = new byte[Math.Max(Shortest, EthernetLength + HeaderLength + eap.Length)];
        new byte[] { 0x01, 0x80, 0xC2, 0, 0, 3, 0x02, 0x77, 0, 0, 0, 0x10 }.CopyTo(frame, 0);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), EtherType);
        frame[EthernetLength] = Version;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(EthernetLength + 2), (ushort)eap.Length);
        eap.CopyTo(frame.AsSpan(EthernetLength + HeaderLength));
        return frame;
    }
}
