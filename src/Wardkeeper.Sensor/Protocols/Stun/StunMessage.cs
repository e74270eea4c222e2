using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Stun;

/// <summary>A message's header and what its attributes say. RFC 8489, 5 and 14; RFC 8656, 18; RFC 3489 without the cookie.</summary>
internal ref struct StunMessage
{
    /// <summary>Bytes of a header.</summary>
    public const int Header = 20;

    private const uint Cookie = 0x2112A442;

    /// <summary>Method: the type without its class.</summary>
    public int Method { get; private set; }

    /// <summary>0 a request, 1 an indication, 2 a success, 3 an error.</summary>
    public int Class { get; private set; }

    /// <summary>Bytes behind the header.</summary>
    public int Length { get; private set; }

    /// <summary>Whether the magic cookie is there.</summary>
    public bool HasCookie { get; private set; }

    /// <summary>What pairs request and answer.</summary>
    public UInt128 Transaction { get; private set; }

    /// <summary>Name of the method; null for one that is not known.</summary>
    public readonly string? Name => Method switch
    {
        1 => "BINDING",
        2 => "SHARED_SECRET",
        3 => "ALLOCATE",
        4 => "REFRESH",
        6 => "SEND",
        7 => "DATA",
        8 => "CREATE_PERMISSION",
        9 => "CHANNEL_BIND",
        10 => "CONNECT",
        11 => "CONNECTION_BIND",
        12 => "CONNECTION_ATTEMPT",
        0x80 => "GOOG_PING",
        _ => null,
    };

    /// <summary>Reads a header; false when none begins so.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out StunMessage message)
    {
        message = default;
        if (bytes.Length < Header || bytes[0] > 0x3F) return false;
        int type = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        message.Class = ((type >> 4) & 1) | ((type >> 7) & 2);
        message.Method = (type & 0xF) | ((type >> 1) & 0x70) | ((type >> 2) & 0xF80);
        message.Length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        message.HasCookie = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]) == Cookie;
        message.Transaction = BinaryPrimitives.ReadUInt128BigEndian(bytes[4..]);
        return message.Name is not null;
    }

    /// <summary>Whether attributes fill these bytes without a rest; of the old kind only those of RFC 3489.</summary>
    public static bool IsTiled(ReadOnlySpan<byte> attributes, bool isOld)
    {
        while (attributes.Length >= 4)
        {
            int type = BinaryPrimitives.ReadUInt16BigEndian(attributes), length = BinaryPrimitives.ReadUInt16BigEndian(attributes[2..]);
            int padded = 4 + ((length + 3) & ~3);
            if (type == 0 || (isOld && type is > 0x0B and < 0x8000)) return false;
            if (padded > attributes.Length && 4 + length != attributes.Length) return false;
            attributes = attributes[Math.Min(padded, attributes.Length)..];
        }
        return attributes.IsEmpty;
    }

    /// <summary>Adds what the attributes say to a row. False when one does not fit.</summary>
    public static bool Read(ReadOnlySpan<byte> attributes, UInt128 transaction, bool isAnswer, ref StunExchange row)
    {
        while (attributes.Length >= 4)
        {
            int type = BinaryPrimitives.ReadUInt16BigEndian(attributes), length = BinaryPrimitives.ReadUInt16BigEndian(attributes[2..]);
            if (4 + length > attributes.Length) return false;
            ReadOnlySpan<byte> value = attributes.Slice(4, length);
            switch (type)
            {
                case 0x0001 when row.MappedAddress.IsNone && TryEndpoint(value, 0, out Address address, out int port):
                    row = row with { MappedAddress = address, MappedPort = port };
                    break;
                case 0x0020 or 0x8020 when TryEndpoint(value, transaction, out Address address, out int port):
                    row = row with { MappedAddress = address, MappedPort = port };
                    break;
                case 0x0016 when TryEndpoint(value, transaction, out Address address, out int port):
                    row = row with { RelayedAddress = address, RelayedPort = port };
                    break;
                case 0x0012 when TryEndpoint(value, transaction, out Address address, out _):
                    row = row with { PeerAddress = address };
                    break;
                case 0x0006:
                    // With ICE the name is a pair of random words.
                    row = row with { Username = value.IndexOf((byte)':') > 0 || row.IsIce ? null : ShortText.Of(value, 128) };
                    break;
                case 0x0014:
                    row = row with { Realm = ShortText.Of(value, 128) };
                    break;
                case 0x0009 when value.Length >= 4:
                    row = row with { ErrorCode = ((value[2] & 7) * 100) + value[3] };
                    break;
                case 0x8022 when isAnswer:
                    row = row with { Software = ShortText.Of(value.TrimEnd((byte)0), 128) };
                    break;
                case 0x8022:
                    row = row with { ClientSoftware = ShortText.Of(value.TrimEnd((byte)0), 128) };
                    break;
                case 0x0024 or 0x0025 or 0x8029 or 0x802A:
                    row = row with { IsIce = true, Username = null };
                    break;
            }
            attributes = attributes[Math.Min(attributes.Length, 4 + ((length + 3) & ~3))..];
        }
        return attributes.IsEmpty;
    }

    /// <summary>An address, exclusive-ored with the cookie and the transaction where that is not zero. RFC 8489, 14.1 and 14.2.</summary>
    private static bool TryEndpoint(ReadOnlySpan<byte> value, UInt128 mask, out Address address, out int port)
    {
        (address, port) = (default, 0);
        bool isV4 = value.Length >= 8 && value[1] == 1, isV6 = value.Length >= 20 && value[1] == 2;
        if (!isV4 && !isV6) return false;
        port = BinaryPrimitives.ReadUInt16BigEndian(value[2..]) ^ (mask == 0 ? 0 : (int)(Cookie >> 16));
        if (isV4)
        {
            address = Address.FromV4(BinaryPrimitives.ReadUInt32BigEndian(value[4..]) ^ (mask == 0 ? 0 : Cookie));
            return true;
        }
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, BinaryPrimitives.ReadUInt128BigEndian(value[4..]) ^ mask);
        address = Address.Read(bytes);
        return true;
    }
}
