using System.Buffers;
using System.Buffers.Text;
using System.Numerics;
using System.Security.Cryptography;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>Builds the text of a fingerprint (JA3, JA4, HASSH) in a rented buffer and hashes it. Dispose it.</summary>
internal ref struct Fingerprint
{
    private byte[]? buffer;
    private int count;

    /// <summary>The text so far, ASCII.</summary>
    public readonly ReadOnlySpan<byte> Text => buffer is null ? default : buffer.AsSpan(0, count);

    /// <summary>Adds raw text.</summary>
    public void Add(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Space(text.Length));
        count += text.Length;
    }

    /// <summary>Adds a decimal number.</summary>
    public void Decimal(int number)
    {
        Utf8Formatter.TryFormat(number, Space(11), out int written);
        count += written;
    }

    /// <summary>Adds four hexadecimal digits in lower case.</summary>
    public void Hex(ushort number)
    {
        Utf8Formatter.TryFormat(number, Space(4), out int written, new StandardFormat('x', 4));
        count += written;
    }

    /// <summary>MD5 of the text in lower-case hexadecimal digits.</summary>
    public readonly string Md5() => Convert.ToHexStringLower(Md5Of(Text, stackalloc byte[16]));

    /// <summary>The first twelve hexadecimal digits of the text's SHA-256, in lower case.</summary>
    public readonly string Sha256Prefix()
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Text, hash);
        return Convert.ToHexStringLower(hash[..6]);
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
        buffer = null;
        count = 0;
    }

    /// <summary>
    /// MD5 (RFC 1321). Written out here because a platform in FIPS mode refuses to compute it, and fingerprints that are defined by it
    /// must be the same on every platform. It protects nothing.
    /// </summary>
    internal static Span<byte> Md5Of(ReadOnlySpan<byte> text, Span<byte> into)
    {
        Span<uint> state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
        ReadOnlySpan<byte> rest = text;
        for (; rest.Length >= 64; rest = rest[64..]) Md5Block(rest[..64], state);
        Span<byte> tail = stackalloc byte[128];
        tail.Clear();
        rest.CopyTo(tail);
        tail[rest.Length] = 0x80;
        int length = rest.Length < 56 ? 64 : 128;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(tail[(length - 8)..], (ulong)text.Length * 8);
        for (int at = 0; at < length; at += 64) Md5Block(tail.Slice(at, 64), state);
        for (int i = 0; i < 4; i++) System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(into[(i * 4)..], state[i]);
        return into;
    }

    private static void Md5Block(ReadOnlySpan<byte> block, Span<uint> state)
    {
        ReadOnlySpan<byte> shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
        uint a = state[0], b = state[1], c = state[2], d = state[3];
        for (int i = 0; i < 64; i++)
        {
            (uint mixed, int word) = (i >> 4) switch
            {
                0 => ((b & c) | (~b & d), i),
                1 => ((d & b) | (~d & c), ((5 * i) + 1) & 15),
                2 => (b ^ c ^ d, ((3 * i) + 5) & 15),
                _ => (c ^ (b | ~d), (7 * i) & 15),
            };
            uint sum = a + mixed + Md5Sines[i] + System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(block[(word * 4)..]);
            (a, d, c, b) = (d, c, b, b + BitOperations.RotateLeft(sum, shifts[((i >> 4) << 2) | (i & 3)]));
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
    }

    /// <summary>The integer parts of 2^32 |sin(i)|, RFC 1321, section 3.4.</summary>
    private static readonly uint[] Md5Sines = [.. Enumerable.Range(1, 64).Select(static i => (uint)(4294967296.0 * Math.Abs(Math.Sin(i))))];

    private Span<byte> Space(int length)
    {
        if (buffer is null || buffer.Length - count < length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(1024, 2 * (count + length)));
            Text.CopyTo(larger);
            if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }
        return buffer.AsSpan(count);
    }
}
