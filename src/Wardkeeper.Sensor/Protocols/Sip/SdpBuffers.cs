using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures.Buffers;

namespace Wardkeeper.Sensor.Protocols.Sip;

/// <summary>Offers a session description to signatures, line by line. RFC 4566, section 5.</summary>
internal static class SdpBuffers
{
    private const int MostLines = 512;

    /// <summary>Offers the lines of a description; what stands behind the first medium is the medium's.</summary>
    public static void Offer(ReadOnlySpan<byte> body, Side side, IBufferSink into)
    {
        if (!body.StartsWith("v="u8)) return;
        bool isOfMedium = false;
        for (int i = 0; i < MostLines && !body.IsEmpty; i++)
        {
            int end = body.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = (end < 0 ? body : body[..end]).TrimEnd((byte)'\r');
            body = end < 0 ? default : body[(end + 1)..];
            if (line.Length < 2 || line[1] != '=') continue;
            isOfMedium |= line[0] == 'm';
            if (Of((char)line[0], isOfMedium) is { } name) into.Offer(name, side, line[2..]);
        }
    }

    private static BufferName? Of(char type, bool isOfMedium) => (type, isOfMedium) switch
    {
        ('o', false) => BufferName.SdpOrigin,
        ('s', false) => BufferName.SdpSessionName,
        ('i', false) => BufferName.SdpSessionInfo,
        ('u', false) => BufferName.SdpUri,
        ('e', false) => BufferName.SdpEmail,
        ('p', false) => BufferName.SdpPhoneNumber,
        ('c', false) => BufferName.SdpConnectionData,
        ('b', false) => BufferName.SdpBandwidth,
        ('t', false) => BufferName.SdpTime,
        ('r', false) => BufferName.SdpRepeatTime,
        ('z', false) => BufferName.SdpTimezone,
        ('k', false) => BufferName.SdpEncryptionKey,
        ('a', false) => BufferName.SdpAttribute,
        ('m', true) => BufferName.SdpMedia,
        ('i', true) => BufferName.SdpMediaInfo,
        ('c', true) => BufferName.SdpMediaConnectionData,
        ('k', true) => BufferName.SdpMediaEncryptionKey,
        _ => null,
    };
}
