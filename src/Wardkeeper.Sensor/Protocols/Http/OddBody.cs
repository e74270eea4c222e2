using Wardkeeper.Sensor.Content;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>
/// A body whose framing or packing is not as its head says: programs read it in different ways, and who hides something from one reader counts on
/// another. Every way in which it can be read is given. Pure and bounded.
/// </summary>
internal static class OddBody
{
    private const int MostUnpacked = 256 * 1024, MostLayers = 3, MostChunks = 4096, GzipHeader = 10;

    private static readonly ContentCoding[] Codings = [ContentCoding.Gzip, ContentCoding.Deflate, ContentCoding.Brotli];

    /// <summary>The ways to read it: as it is, without the framing of chunks, and each of these unpacked.</summary>
    /// <param name="before">What was read of it in order before it became odd.</param>
    /// <param name="rest">What followed.</param>
    public static List<byte[]> Readings(ReadOnlySpan<byte> before, ReadOnlySpan<byte> rest)
    {
        List<byte[]> readings = [];
        Add(readings, [.. before, .. rest]);
        byte[] chunks = Dechunk(rest);
        if (chunks.Length > 0) Add(readings, [.. before, .. chunks]);
        int blank = rest.IndexOf("\n\r\n"u8), length = 3;
        if (blank < 0) (blank, length) = (rest.IndexOf("\n\n"u8), 2);
        if (blank >= 0 && before.IsEmpty)
        {
            ReadOnlySpan<byte> behind = rest[(blank + length)..];
            Add(readings, behind.ToArray());
            Add(readings, Dechunk(behind));
        }
        return readings;
    }

    /// <summary>What comes out of packed bytes by trying, layer by layer; nothing if they are not packed.</summary>
    public static byte[] Unpack(byte[] bytes)
    {
        byte[] best = [];
        for (int layer = 0; layer < MostLayers; layer++)
        {
            byte[]? next = null;
            foreach (ContentCoding coding in Codings)
            {
                if (!MayBe(coding, bytes)) continue;
                byte[] into = new byte[MostUnpacked];
                int count = ContentDecoder.Decode(coding, bytes, bytes.Length, into);
                // A wrong header or checksum does not keep every program from reading what lies between.
                if (count == 0 && coding == ContentCoding.Gzip && bytes.Length > GzipHeader) count = ContentDecoder.Decode(ContentCoding.Deflate, bytes[GzipHeader..], bytes.Length - GzipHeader, into);
                if (count == 0) continue;
                next = into[..count];
                break;
            }
            if (next is null) return best;
            best = bytes = next;
        }
        return best;
    }

    private static void Add(List<byte[]> readings, byte[] bytes)
    {
        if (bytes.Length == 0) return;
        readings.Add(bytes);
        byte[] unpacked = Unpack(bytes);
        if (unpacked.Length > 0) readings.Add(unpacked);
    }

    private static bool MayBe(ContentCoding coding, byte[] bytes) => coding switch
    {
        ContentCoding.Gzip => bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]),
        // Plain text can be taken for a beginning of the other two: most of what they give would be noise.
        ContentCoding.Deflate => bytes.Length > 2 && bytes.AsSpan(0, Math.Min(16, bytes.Length)).ContainsAnyExceptInRange((byte)' ', (byte)'~'),
        _ => bytes.Length > 2 && bytes.AsSpan(0, Math.Min(16, bytes.Length)).ContainsAnyExceptInRange((byte)' ', (byte)'~'),
    };

    /// <summary>Chunks by their lengths alone: what stands before or behind a length's digits is passed by.</summary>
    private static byte[] Dechunk(ReadOnlySpan<byte> rest)
    {
        List<byte> into = new(rest.Length);
        for (int chunk = 0; chunk < MostChunks && !rest.IsEmpty; chunk++)
        {
            int at = 0;
            while (at < rest.Length && at < 16 && !char.IsAsciiHexDigit((char)rest[at])) at++;
            int end = at;
            long length = 0;
            while (end < rest.Length && end - at < 15 && char.IsAsciiHexDigit((char)rest[end])) length = (length << 4) | (uint)Convert.ToInt32(((char)rest[end++]).ToString(), 16);
            int feed = rest[end..].IndexOf((byte)'\n');
            if (end == at || length == 0 || feed is < 0 or > 256) break;
            rest = rest[(end + feed + 1)..];
            int taken = (int)Math.Min(length, rest.Length);
            into.AddRange(rest[..taken]);
            rest = rest[taken..];
        }
        return [.. into];
    }
}
