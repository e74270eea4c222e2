using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Wardkeeper.Lab.Admission.Radius;

/// <summary>One attribute.</summary>
/// <param name="Type">Its number.</param>
/// <param name="Value">Its value, at most 253 bytes.</param>
internal readonly record struct RadiusAttribute(RadiusType Type, ReadOnlyMemory<byte> Value)
{
    /// <summary>Longest value (RFC 2865, section 5).</summary>
    public const int Longest = 253;

    /// <summary>A text.</summary>
    public static RadiusAttribute Text(RadiusType type, string text) => new(type, Encoding.UTF8.GetBytes(text));

    /// <summary>A number of four bytes, or seconds since 1970.</summary>
    public static RadiusAttribute Number(RadiusType type, uint number)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new(type, bytes);
    }

    /// <summary>An IPv4 address.</summary>
    public static RadiusAttribute Address(RadiusType type, IPAddress address) => new(type, address.GetAddressBytes());
}

/// <summary>A RADIUS packet as it was received (RFC 2865, section 3). What it claims is not proven: see <see cref="RadiusSigning"/>.</summary>
internal sealed class RadiusPacket
{
    /// <summary>Bytes before the attributes.</summary>
    public const int HeaderLength = 20;

    /// <summary>Longest packet.</summary>
    public const int Longest = 4096;

    private RadiusPacket(RadiusCode code, byte identifier, ReadOnlyMemory<byte> bytes, IReadOnlyList<RadiusAttribute> attributes) =>
        (Code, Identifier, Bytes, Attributes) = (code, identifier, bytes, attributes);

    /// <summary>What it is.</summary>
    public RadiusCode Code { get; }

    /// <summary>Ties request and answer together.</summary>
    public byte Identifier { get; }

    /// <summary>The packet itself, without padding.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Its authenticator, 16 bytes.</summary>
    public ReadOnlySpan<byte> Authenticator => Bytes.Span[4..HeaderLength];

    /// <summary>Its attributes in order.</summary>
    public IReadOnlyList<RadiusAttribute> Attributes { get; }

    /// <summary>Reads a datagram; null when it is no RADIUS packet: too short, a length that is not there, an attribute that is cut.</summary>
    public static RadiusPacket? Parse(ReadOnlyMemory<byte> datagram)
    {
        if (datagram.Length < HeaderLength) return null;
        int length = BinaryPrimitives.ReadUInt16BigEndian(datagram.Span[2..]);
        if (length is < HeaderLength or > Longest || length > datagram.Length) return null;
        List<RadiusAttribute> attributes = [];
        for (int at = HeaderLength; at < length;)
        {
            if (length - at < 2) return null;
            int size = datagram.Span[at + 1];
            if (size < 2 || size > length - at) return null;
            attributes.Add(new((RadiusType)datagram.Span[at], datagram.Slice(at + 2, size - 2)));
            at += size;
        }
        return new((RadiusCode)datagram.Span[0], datagram.Span[1], datagram[..length], attributes);
    }

    /// <summary>The first attribute of a type; null when there is none.</summary>
    public ReadOnlyMemory<byte>? Find(RadiusType type)
    {
        foreach (RadiusAttribute attribute in Attributes)
        {
            if (attribute.Type == type) return attribute.Value;
        }
        return null;
    }

    /// <summary>A text; null when there is none.</summary>
    public string? Text(RadiusType type) => Find(type) is { } value ? Encoding.UTF8.GetString(value.Span) : null;

    /// <summary>A number; null when there is none, or one of another length.</summary>
    public uint? Number(RadiusType type) => Find(type) is { Length: 4 } value ? BinaryPrimitives.ReadUInt32BigEndian(value.Span) : null;

    /// <summary>
    /// The VLAN it names: Tunnel-Private-Group-Id of a tunnel of type VLAN over IEEE 802 (RFC 3580, section 3.31), without its tag; null when it names none.
    /// Where type or medium are missing, or are others, it is no VLAN.
    /// </summary>
    public string? Vlan
    {
        get
        {
            const uint TypeVlan = 13, MediumIeee802 = 6, Tag = 0x00FFFFFF;
            if ((Number(RadiusType.TunnelType) & Tag) != TypeVlan || (Number(RadiusType.TunnelMediumType) & Tag) != MediumIeee802 || Find(RadiusType.TunnelPrivateGroupId) is not { Length: > 0 } value) return null;
            // A first byte up to 0x1F is the tag (RFC 2868, section 3.6).
            string name = Encoding.UTF8.GetString(value.Span[0] <= 0x1F ? value.Span[1..] : value.Span);
            return name.Length == 0 ? null : name;
        }
    }
}
