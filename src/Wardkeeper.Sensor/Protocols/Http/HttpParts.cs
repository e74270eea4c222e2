using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures.Buffers;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>Offers the files among the parts of a form (RFC 7578) to signatures.</summary>
internal static class HttpParts
{
    private const int MostParts = 64;

    /// <summary>Offers each part that has a file's name.</summary>
    public static void Offer(ReadOnlySpan<byte> body, ReadOnlySpan<byte> boundary, Side side, IBufferSink into)
    {
        byte[] line = [.. "--"u8, .. boundary];
        int at = body.IndexOf(line);
        for (int part = 0; at >= 0 && part < MostParts; part++)
        {
            body = body[(at + line.Length)..];
            at = body.IndexOf(line);
            ReadOnlySpan<byte> one = (at < 0 ? body : body[..at]).TrimStart("\r\n"u8);
            int blank = one.IndexOf("\r\n\r\n"u8);
            if (blank < 0) continue;
            FieldLines fields = new(one[..(blank + 2)]);
            bool isFile = false;
            while (fields.Next())
            {
                if (!fields.Is("content-disposition"u8) || MessageHead.FileName(fields.Value) is not { IsEmpty: false } name) continue;
                into.Offer(BufferName.FileName, side, name);
                isFile = true;
            }
            ReadOnlySpan<byte> content = one[(blank + 4)..];
            if (content.EndsWith("\r\n"u8)) content = content[..^2];
            if (isFile) into.Offer(BufferName.FileData, side, content);
        }
    }
}
