using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dhcp;

/// <summary>The fixed part of a DHCP or BOOTP message (RFC 2131, section 2).</summary>
internal readonly ref struct BootpHeader
{
    /// <summary>Fixed fields without the cookie.</summary>
    public const int FixedLength = 236;

    /// <summary>Fields up to the client's hardware address.</summary>
    public const int AddressesLength = 44;

    /// <summary>Where options begin.</summary>
    public const int Length = FixedLength + 4;

    private const uint Cookie = 0x63825363;
    private const int NameAt = 44, NameLength = 64, FileAt = 108, FileLength = 128;

    private readonly ReadOnlySpan<byte> bytes;

    private BootpHeader(ReadOnlySpan<byte> bytes) => this.bytes = bytes;

    public bool IsRequest => bytes[0] == 1;

    public bool IsReply => bytes[0] == 2;

    public int HardwareType => bytes[1];

    public int HardwareLength => bytes[2];

    public int Hops => bytes[3];

    public uint TransactionId => BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);

    /// <summary>Seconds since the client began.</summary>
    public int Seconds => BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]);

    public Address ClientAddress => Address.Read(bytes.Slice(12, 4));

    public Address YourAddress => Address.Read(bytes.Slice(16, 4));

    public Address NextServer => Address.Read(bytes.Slice(20, 4));

    public Address RelayAddress => Address.Read(bytes.Slice(24, 4));

    /// <summary>The client's hardware address when it is an Ethernet-like one, else none.</summary>
    public MacAddress Hardware => HardwareLength == 6 && HardwareType is 1 or 6 ? MacAddress.Read(bytes[28..]) : default;

    public bool HasCookie => bytes.Length >= Length && BinaryPrimitives.ReadUInt32BigEndian(bytes[FixedLength..]) == Cookie;

    public ReadOnlySpan<byte> ServerName => bytes.Slice(NameAt, NameLength);

    public ReadOnlySpan<byte> File => bytes.Slice(FileAt, FileLength);

    public ReadOnlySpan<byte> Options => HasCookie ? bytes[Length..] : default;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out BootpHeader header)
    {
        header = new BootpHeader(bytes);
        return bytes.Length >= FixedLength;
    }
}
