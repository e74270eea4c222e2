using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.NeighbourDiscovery;

/// <summary>ICMPv6 types of neighbour discovery.</summary>
internal enum NeighbourType : byte
{
    RouterSolicitation = 133,
    RouterAdvertisement = 134,
    NeighbourSolicitation = 135,
    NeighbourAdvertisement = 136,
    Redirect = 137,
}

/// <summary>The fixed part of one message and where its options lie.</summary>
internal readonly ref struct NeighbourMessage
{
    /// <summary>Options that are looked at in one message.</summary>
    public const int MaxOptions = 64;

    /// <summary>Option with recursive DNS servers. RFC 8106 section 5.1.</summary>
    public const byte DnsServersOption = 25;

    private NeighbourMessage(NeighbourType type, ReadOnlySpan<byte> body, ReadOnlySpan<byte> options)
    {
        Type = type;
        Body = body;
        Options = options;
    }

    /// <summary>Which message.</summary>
    public NeighbourType Type { get; }

    /// <summary>The fixed part after type, code and checksum.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>All options.</summary>
    public ReadOnlySpan<byte> Options { get; }

    /// <summary>Target address of a solicitation, an advertisement or a redirect; none in the router's messages.</summary>
    public Address Target => Body.Length >= 20 ? Address.Read(Body.Slice(4, 16)) : default;

    /// <summary>Destination of a redirect.</summary>
    public Address Destination => Type == NeighbourType.Redirect ? Address.Read(Body.Slice(20, 16)) : default;

    /// <summary>Reads the fixed part; null means that it is right. <paramref name="bytes"/> begin at the ICMPv6 header.</summary>
    public static Fault? Read(ReadOnlySpan<byte> bytes, out NeighbourMessage message)
    {
        message = default;
        if (bytes.Length < 8) return NeighbourFaults.Short;
        if (bytes[0] is < 133 or > 137 || bytes[1] != 0) return NeighbourFaults.UnknownType;
        NeighbourType type = (NeighbourType)bytes[0];
        int fixedLength = type switch
        {
            NeighbourType.RouterSolicitation => 4,
            NeighbourType.RouterAdvertisement => 12,
            NeighbourType.Redirect => 36,
            _ => 20,
        };
        if (bytes.Length < 4 + fixedLength) return NeighbourFaults.Short;
        message = new NeighbourMessage(type, bytes.Slice(4, fixedLength), bytes[(4 + fixedLength)..]);
        return message.Target.IsMulticastOrBroadcast ? NeighbourFaults.MulticastTarget : null;
    }

    /// <summary>What is wrong with the options, as far as they were captured; null means that they fill the rest exactly.</summary>
    public Fault? CheckOptions(bool truncated)
    {
        ReadOnlySpan<byte> rest = Options;
        for (int i = 0; rest.Length > 0; i++)
        {
            if (i == MaxOptions) return NeighbourFaults.TooManyOptions;
            if (rest.Length < 2) return truncated ? null : NeighbourFaults.OptionTooLong;
            if (rest[1] == 0) return NeighbourFaults.EmptyOption;
            if (rest[1] * 8 > rest.Length) return truncated ? null : NeighbourFaults.OptionTooLong;
            if (rest[0] == DnsServersOption && Type == NeighbourType.RouterAdvertisement && (rest[1] < 3 || rest[1] % 2 == 0)) return NeighbourFaults.DnsServersLength;
            rest = rest[(rest[1] * 8)..];
        }
        return null;
    }

    /// <summary>Takes the next whole option off <paramref name="rest"/>; false when there is none.</summary>
    public static bool Next(ref ReadOnlySpan<byte> rest, out byte type, out ReadOnlySpan<byte> option)
    {
        type = 0;
        option = default;
        if (rest.Length < 8 || rest[1] == 0 || rest[1] * 8 > rest.Length) return false;
        type = rest[0];
        option = rest[..(rest[1] * 8)];
        rest = rest[option.Length..];
        return true;
    }

    /// <summary>The Ethernet address in the first option of this type; none if there is none (another link's address is longer).</summary>
    public MacAddress LinkAddress(byte optionType)
    {
        ReadOnlySpan<byte> rest = Options;
        for (int i = 0; i < MaxOptions && Next(ref rest, out byte type, out ReadOnlySpan<byte> option); i++)
        {
            if (type == optionType) return option.Length == 8 ? MacAddress.Read(option[2..]) : default;
        }
        return default;
    }

    /// <summary>Reads 16 bits of the fixed part.</summary>
    public ushort U16(int at) => BinaryPrimitives.ReadUInt16BigEndian(Body[at..]);
}
