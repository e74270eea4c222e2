using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.Dhcpv6;

/// <summary>Walks over options of two bytes code, two bytes length (RFC 8415, section 21.1).</summary>
internal ref struct Dhcpv6Options(ReadOnlySpan<byte> bytes)
{
    public const ushort ClientId = 1, ServerId = 2, NonTemporary = 3, Temporary = 4, AddressOption = 5, OptionRequest = 6, Preference = 7, RelayMessage = 9, Status = 13,
        RapidCommit = 14, UserClass = 15, VendorClass = 16, VendorOptions = 17, InterfaceId = 18, NameServers = 23, DomainSearch = 24, Delegation = 25, Prefix = 26,
        RemoteId = 37, Fqdn = 39, BootFileUrl = 59, Architecture = 61, ClientLinkLayer = 79, CaptivePortal = 103, MudUrl = 112;

    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>Whether the walk stopped at an option that is longer than what is there.</summary>
    public bool Truncated { get; private set; }

    public bool TryNext(out ushort code, out ReadOnlySpan<byte> value)
    {
        code = 0;
        value = default;
        if (rest.IsEmpty || Truncated) return false;
        if (rest.Length < 4 || BinaryPrimitives.ReadUInt16BigEndian(rest[2..]) > rest.Length - 4)
        {
            Truncated = true;
            return false;
        }
        code = BinaryPrimitives.ReadUInt16BigEndian(rest);
        value = rest.Slice(4, BinaryPrimitives.ReadUInt16BigEndian(rest[2..]));
        rest = rest[(4 + value.Length)..];
        return true;
    }
}
