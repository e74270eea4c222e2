using System.Buffers.Binary;
using System.Text;

namespace Wardkeeper.Lab.Emitters.Dimse;

/// <summary>Kinds of protocol data units. PS3.8, 9.3.</summary>
internal enum PduKind : byte
{
    /// <summary>A-ASSOCIATE-RQ.</summary>
    AssociateRequest = 1,

    /// <summary>A-ASSOCIATE-AC.</summary>
    AssociateAccept = 2,

    /// <summary>A-ASSOCIATE-RJ.</summary>
    AssociateReject = 3,

    /// <summary>P-DATA-TF.</summary>
    Data = 4,

    /// <summary>A-RELEASE-RQ.</summary>
    ReleaseRequest = 5,

    /// <summary>A-RELEASE-RP.</summary>
    ReleaseReply = 6,

    /// <summary>A-ABORT.</summary>
    Abort = 7,
}

/// <summary>One protocol data unit.</summary>
/// <param name="Kind">Kind.</param>
/// <param name="Body">What follows its six bytes of header.</param>
internal sealed record Pdu(PduKind Kind, byte[] Body)
{
    /// <summary>The unit as bytes.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[6 + Body.Length];
        bytes[0] = (byte)Kind;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(2), (uint)Body.Length);
        Body.CopyTo(bytes, 6);
        return bytes;
    }

    /// <summary>Reads the next unit; null where the peer has closed.</summary>
    public static async Task<Pdu?> ReadAsync(ByteReader reader, CancellationToken cancel)
    {
        byte[]? header = await reader.BlockAsync(6, cancel);
        if (header is null) return null;
        int length = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(2)), int.MaxValue);
        byte[] body = length == 0 ? [] : await reader.BlockAsync(length, cancel) ?? throw new InvalidDataException("the peer closed within a PDU");
        return new((PduKind)header[0], body);
    }

    /// <summary>An item of an A-ASSOCIATE PDU: type, a byte of nothing, length, content. PS3.8, 9.3.2.</summary>
    public static byte[] Item(byte type, params byte[] content)
    {
        byte[] bytes = [type, 0, 0, 0, .. content];
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), checked((ushort)content.Length));
        return bytes;
    }

    /// <summary>An item whose content is text.</summary>
    public static byte[] Item(byte type, string content) => Item(type, Encoding.ASCII.GetBytes(content));

    /// <summary>Items that follow each other.</summary>
    /// <exception cref="InvalidDataException">They do not fill the bytes.</exception>
    public static IReadOnlyList<(byte Type, byte[] Content)> Items(byte[] bytes)
    {
        List<(byte, byte[])> items = [];
        int at = 0;
        while (at < bytes.Length)
        {
            if (at + 4 > bytes.Length) throw new InvalidDataException("an item of a PDU is cut off");
            int length = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at + 2));
            if (at + 4 + length > bytes.Length) throw new InvalidDataException("an item of a PDU is longer than the PDU");
            items.Add((bytes[at], bytes[(at + 4)..(at + 4 + length)]));
            at += 4 + length;
        }
        return items;
    }
}
