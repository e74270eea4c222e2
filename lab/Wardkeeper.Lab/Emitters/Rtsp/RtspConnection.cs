using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Wardkeeper.Lab.Emitters.Rtsp;

/// <summary>One RTSP connection, of either side: messages, and between them interleaved packets of RTP (RFC 2326, section 10.12). One reader and several writers may use it at once.</summary>
internal sealed class RtspConnection(Stream stream) : IDisposable
{
    /// <summary>Port of RTSP.</summary>
    public const int Port = 554;

    private const byte Dollar = (byte)'$';
    private const int LongestHead = 16 * 1024, LongestBody = 64 * 1024;
    private readonly SemaphoreSlim writing = new(1);
    private readonly byte[] buffer = new byte[8192];
    private int next, end;

    /// <summary>Reads the next message or packet.</summary>
    /// <returns>A message, or a channel with its packet; null at the end of the connection.</returns>
    /// <exception cref="InvalidDataException">It is neither.</exception>
    public async Task<(RtspMessage? Message, int Channel, byte[] Packet)?> ReadAsync(CancellationToken cancel)
    {
        if (next == end && !await FillAsync(cancel)) return null;
        if (buffer[next] != Dollar) return (await ReadMessageAsync(cancel), -1, []);
        byte[] head = await ReadBytesAsync(4, cancel);
        return (null, head[1], await ReadBytesAsync(BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(2)), cancel));
    }

    /// <summary>Sends a message.</summary>
    public Task WriteAsync(RtspMessage message, CancellationToken cancel) => WriteAsync(message.ToBytes(), cancel);

    /// <summary>Sends a packet on a channel.</summary>
    public Task WriteAsync(byte channel, byte[] packet, CancellationToken cancel) => WriteAsync([Dollar, channel, (byte)(packet.Length >> 8), (byte)packet.Length, .. packet], cancel);

    /// <inheritdoc/>
    public void Dispose() => writing.Dispose();

    private async Task WriteAsync(byte[] bytes, CancellationToken cancel)
    {
        await writing.WaitAsync(cancel);
        try
        {
            await stream.WriteAsync(bytes, cancel);
        }
        finally
        {
            writing.Release();
        }
    }

    private async Task<RtspMessage> ReadMessageAsync(CancellationToken cancel)
    {
        List<byte> head = [];
        while (head is not [.., (byte)'\r', (byte)'\n', (byte)'\r', (byte)'\n'])
        {
            if (head.Count > LongestHead || (next == end && !await FillAsync(cancel))) throw new InvalidDataException("the head of an RTSP message does not end");
            head.Add(buffer[next++]);
        }
        string[] lines = Encoding.UTF8.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0) throw new InvalidDataException("an RTSP message is empty");
        RtspMessage message = RtspMessage.Of(lines[0], "", lines.Skip(1).Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries)).Where(pair => pair.Length == 2).Select(pair => (pair[0], pair[1])));
        _ = int.TryParse(message["Content-Length"], NumberStyles.None, CultureInfo.InvariantCulture, out int length);
        if (length > LongestBody) throw new InvalidDataException($"an RTSP message of {length} bytes");
        return message with { Body = Encoding.UTF8.GetString(await ReadBytesAsync(length, cancel)) };
    }

    private async Task<byte[]> ReadBytesAsync(int count, CancellationToken cancel)
    {
        byte[] bytes = new byte[count];
        for (int got = 0; got < count;)
        {
            if (next == end && !await FillAsync(cancel)) throw new InvalidDataException("an RTSP connection ends within a message");
            int piece = Math.Min(count - got, end - next);
            buffer.AsSpan(next, piece).CopyTo(bytes.AsSpan(got));
            (got, next) = (got + piece, next + piece);
        }
        return bytes;
    }

    private async Task<bool> FillAsync(CancellationToken cancel)
    {
        (next, end) = (0, await stream.ReadAsync(buffer, cancel));
        return end > 0;
    }
}
