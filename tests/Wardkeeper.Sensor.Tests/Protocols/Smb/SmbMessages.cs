using System.Buffers.Binary;
using System.Text;

namespace Wardkeeper.Sensor.Tests.Protocols.Smb;

/// <summary>Writes messages of SMB for hand-made conversations.</summary>
internal static class SmbMessages
{
    public const ulong Session = 0x11;

    /// <summary>One command of version 2 or 3 without a frame.</summary>
    public static byte[] Command(int command, byte id, byte[] body, bool isAnswer = false, uint status = 0, uint tree = 5, int next = 0, uint flags = 0)
    {
        byte[] header = new byte[64];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0x424D53FE);
        header[4] = 64;
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), status);
        header[12] = (byte)command;
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), flags | (isAnswer ? 1u : 0));
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(20), next);
        header[24] = id;
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(36), tree);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(40), Session);
        return [.. header, .. body];
    }

    public static byte[] Framed(params byte[][] parts)
    {
        byte[] all = [.. parts.SelectMany(static part => part)];
        return [0, (byte)(all.Length >> 16), (byte)(all.Length >> 8), (byte)all.Length, .. all];
    }

    public static Said Ask(int command, byte id, byte[] body, uint tree = 5) => Said.Client(Framed(Command(command, id, body, tree: tree)));

    public static Said Answer(int command, byte id, byte[] body, uint status = 0) => Said.Server(Framed(Command(command, id, body, isAnswer: true, status)));

    public static byte[] Wide(string text) => Encoding.Unicode.GetBytes(text);

    public static byte[] Number(long value, int bytes)
    {
        byte[] all = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(all, value);
        return all[..bytes];
    }

    public static byte[] Id(byte id) => [id, .. new byte[7], id, .. new byte[7]];

    /// <summary>Opening: what is asked for and the name.</summary>
    public static byte[] Create(string name, uint access, uint options = 0) =>
        [57, 0, 0, 0, 2, 0, 0, 0, .. new byte[16], .. Number(access, 4), .. new byte[8], .. Number(1, 4), .. Number(options, 4), .. Number(120, 2), .. Number(name.Length * 2, 2), .. new byte[8], .. Wide(name)];

    public static byte[] Created(byte id, long size, uint action = 1) =>
        [89, 0, 0, 0, .. Number(action, 4), .. Number(133_000_000_000_000_000, 8), .. Number(133_000_000_000_000_000, 8), .. Number(133_000_000_000_000_000, 8), .. Number(133_000_000_000_000_000, 8), .. Number(size, 8), .. Number(size, 8), .. new byte[8], .. Id(id), .. new byte[8]];

    public static byte[] Write(byte id, long offset, byte[] content) => [49, 0, .. Number(112, 2), .. Number(content.Length, 4), .. Number(offset, 8), .. Id(id), .. new byte[16], .. content];

    public static byte[] Written(int count) => [17, 0, 0, 0, .. Number(count, 4), .. new byte[8]];

    public static byte[] Read(byte id, long offset, int length) => [49, 0, 80, 0, .. Number(length, 4), .. Number(offset, 8), .. Id(id), .. new byte[17]];

    public static byte[] ReadAnswer(byte[] content) => [17, 0, 80, 0, .. Number(content.Length, 4), .. new byte[8], .. content];

    public static byte[] Close(byte id) => [24, 0, 0, 0, 0, 0, 0, 0, .. Id(id)];

    public static byte[] Transceive(byte id, byte[] content) => [57, 0, 0, 0, .. Number(0x0011C017, 4), .. Id(id), .. Number(120, 4), .. Number(content.Length, 4), .. new byte[24], .. content];

    public static byte[] Transceived(byte id, byte[] content) => [49, 0, 0, 0, .. Number(0x0011C017, 4), .. Id(id), .. new byte[8], .. Number(112, 4), .. Number(content.Length, 4), .. new byte[8], .. content];

    public static byte[] Rename(byte id, string name)
    {
        byte[] data = [0, 0, 0, 0, 0, 0, 0, 0, .. new byte[8], .. Number(name.Length * 2, 4), .. Wide(name)];
        return [33, 0, 1, 10, .. Number(data.Length, 4), .. Number(96, 2), 0, 0, 0, 0, 0, 0, .. Id(id), .. data];
    }

    public static byte[] Delete(byte id) => [33, 0, 1, 13, .. Number(1, 4), .. Number(96, 2), 0, 0, 0, 0, 0, 0, .. Id(id), 1];

    /// <summary>A message of version 1: words, then bytes.</summary>
    public static byte[] First(byte command, byte id, byte[] words, byte[] bytes, bool isAnswer = false, uint status = 0)
    {
        byte[] header = [0xFF, (byte)'S', (byte)'M', (byte)'B', command, .. Number(status, 4), (byte)(isAnswer ? 0x98 : 0x18), 1, 0xC0, .. new byte[12], 7, 0, 9, 0, 3, 0, id, 0];
        return Framed([.. header, (byte)(words.Length / 2), .. words, .. Number(bytes.Length, 2), .. bytes]);
    }
}
