using System.Buffers.Binary;

namespace Wardkeeper.Lab.Emitters.Llrp;

/// <summary>One message of LLRP 1.1: three reserved bits, three bits of version, ten of type, length and id of 32 bits (GS1 Low Level Reader Protocol 1.1, section 17.1).</summary>
/// <param name="Type">Message type.</param>
/// <param name="Id">Id that an answer repeats.</param>
/// <param name="Body">Parameters and fields after the header.</param>
internal sealed record LlrpMessage(LlrpType Type, uint Id, byte[] Body)
{
    private const int HeaderLength = 10;
    private const int Version = 2;

    /// <summary>The message as it goes over the wire.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[HeaderLength + Body.Length];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)((Version << 10) | (int)Type));
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(2), bytes.Length);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(6), Id);
        Body.CopyTo(bytes, HeaderLength);
        return bytes;
    }

    /// <summary>The next message, or null where the peer has closed.</summary>
    /// <exception cref="InvalidDataException">It is no message of this version.</exception>
    public static async Task<LlrpMessage?> ReadAsync(ByteReader reader, CancellationToken cancel)
    {
        byte[]? header = await reader.BlockAsync(HeaderLength, cancel);
        if (header is null) return null;
        int first = BinaryPrimitives.ReadUInt16BigEndian(header), version = (first >> 10) & 7;
        if (version != Version) throw new InvalidDataException($"an LLRP message has version {version}, not {Version}");
        int length = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(2));
        if (length < HeaderLength) throw new InvalidDataException($"an LLRP message says that it has {length} bytes");
        byte[] body = length == HeaderLength ? [] : await reader.BlockAsync(length - HeaderLength, cancel) ?? throw new InvalidDataException("the peer closed after the header of an LLRP message");
        return new((LlrpType)(first & 0x3ff), BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(6)), body);
    }
}

/// <summary>Types of messages (LLRP 1.1, section 17.1, table of message types).</summary>
internal enum LlrpType
{
    GetReaderCapabilities = 1,
    CloseConnectionResponse = 4,
    GetReaderCapabilitiesResponse = 11,
    CloseConnection = 14,
    AddRoSpec = 20,
    StartRoSpec = 22,
    EnableRoSpec = 24,
    AddRoSpecResponse = 30,
    StartRoSpecResponse = 32,
    EnableRoSpecResponse = 34,
    RoAccessReport = 61,
    ReaderEventNotification = 63,
    ErrorMessage = 100,
}
