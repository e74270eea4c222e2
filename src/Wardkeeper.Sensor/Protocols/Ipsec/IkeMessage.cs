using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.Ipsec;

/// <summary>Header of an IKE message. RFC 2408, 3.1; RFC 7296, 3.1.</summary>
internal readonly ref struct IkeMessage
{
    /// <summary>Bytes of the header.</summary>
    public const int HeaderLength = 28;

    private const byte EncryptedV1 = 1, InitiatorV2 = 8, ResponseV2 = 32, Encrypted = 46, EncryptedFragment = 53;

    private IkeMessage(ReadOnlySpan<byte> bytes)
    {
        Initiator = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        Responder = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        FirstPayload = bytes[16];
        Major = bytes[17] >> 4;
        Minor = bytes[17] & 15;
        Exchange = bytes[18];
        Flags = bytes[19];
        MessageId = BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]);
        Payloads = bytes[HeaderLength..];
    }

    public ulong Initiator { get; }

    public ulong Responder { get; }

    public byte FirstPayload { get; }

    public int Major { get; }

    public int Minor { get; }

    public byte Exchange { get; }

    public byte Flags { get; }

    public uint MessageId { get; }

    /// <summary>What follows the header.</summary>
    public ReadOnlySpan<byte> Payloads { get; }

    /// <summary>Whether the payloads cannot be read.</summary>
    public bool IsEncrypted => Major == 1 ? (Flags & EncryptedV1) != 0 : FirstPayload is Encrypted or EncryptedFragment;

    /// <summary>Whether it is the first of a negotiation: there is no responder yet, or IKEv2 begins with it.</summary>
    public bool Begins => !IsEncrypted && (Responder == 0 || (Major == 2 && Exchange == 34));

    /// <summary>Whether the one who was asked sent it; of IKEv1 only as far as the message tells.</summary>
    public bool IsResponse => Major == 2 ? (Flags & ResponseV2) != 0 : Responder != 0;

    /// <summary>Reads a header; false when it is none, or when the length is not the datagram's.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, bool isCut, out IkeMessage message)
    {
        message = default;
        if (datagram.Length < HeaderLength || BinaryPrimitives.ReadUInt64BigEndian(datagram) == 0) return false;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(datagram[24..]);
        if (length < HeaderLength || (isCut ? length < datagram.Length || length > ushort.MaxValue : length != datagram.Length)) return false;
        byte payload = datagram[16], exchange = datagram[18], flags = datagram[19];
        bool isIke = datagram[17] switch
        {
            0x10 => (payload is 0 or (>= 1 and <= 21) or (>= 128 and <= 140)) && exchange is (>= 1 and <= 6) or 32 or 33 && flags < 8,
            0x20 => (payload == 0 || payload is >= 33 and <= 54) && exchange is >= 34 and <= 44 && (flags & ~(InitiatorV2 | ResponseV2 | 16)) == 0,
            _ => false,
        };
        if (!isIke) return false;
        message = new IkeMessage(datagram);
        return true;
    }
}
