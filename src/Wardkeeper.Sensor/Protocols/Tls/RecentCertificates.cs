using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.Tls;

/// <summary>
/// What was read of certificates seen lately: a server shows the same few all day, and reading one costs as much as a hundred packets.
/// Only bytes that are equal throughout are taken for the same certificate. One per thread, at most 256 certificates of 4 kB.
/// </summary>
internal sealed class RecentCertificates
{
    private const int Places = 256;
    private const int Longest = 4096;

    [ThreadStatic]
    private static RecentCertificates? ofThread;

    private readonly (byte[] Bytes, CertificateFacts Facts)[] places = new (byte[], CertificateFacts)[Places];

    /// <summary>The thread's own.</summary>
    public static RecentCertificates Shared => ofThread ??= new RecentCertificates();

    /// <summary>Reads one certificate; false when the bytes are none.</summary>
    public bool TryRead(ReadOnlySpan<byte> bytes, out CertificateFacts facts)
    {
        if (bytes.Length is < 16 or > Longest) return CertificateReader.TryRead(bytes, out facts);
        // The end of a certificate is its signature: as good as a hash.
        ref (byte[] Bytes, CertificateFacts Facts) place = ref places[BinaryPrimitives.ReadUInt64LittleEndian(bytes[^8..]) % Places];
        if (place.Bytes is not null && bytes.SequenceEqual(place.Bytes))
        {
            facts = place.Facts;
            return true;
        }
        if (!CertificateReader.TryRead(bytes, out facts)) return false;
        place = (bytes.ToArray(), facts);
        return true;
    }
}
