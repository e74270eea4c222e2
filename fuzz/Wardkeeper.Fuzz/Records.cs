using System.Buffers.Binary;

namespace Wardkeeper.Fuzz;

/// <summary>An input as a file: each record preceded by its length in two bytes, big-endian. Any bytes are readable so, the last record may be cut.</summary>
internal static class Records
{
    public static byte[][] Read(ReadOnlySpan<byte> file)
    {
        List<byte[]> records = [];
        while (file.Length >= 2)
        {
            int length = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(file), file.Length - 2);
            records.Add(file.Slice(2, length).ToArray());
            file = file[(2 + length)..];
        }
        return [.. records];
    }

    public static byte[] Write(byte[][] records)
    {
        byte[] file = new byte[records.Sum(record => 2 + record.Length)];
        int at = 0;
        foreach (byte[] record in records)
        {
            BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(at), (ushort)record.Length);
            record.CopyTo(file, at + 2);
            at += 2 + record.Length;
        }
        return file;
    }

    /// <summary>Reads the input of a target from its file's bytes.</summary>
    public static byte[][] Read(IFuzzTarget target, byte[] file) => target.IsFramed ? Read(file) : [file];

    /// <summary>The bytes of an input's file.</summary>
    public static byte[] Write(IFuzzTarget target, byte[][] records) => target.IsFramed ? Write(records) : records[0];
}
