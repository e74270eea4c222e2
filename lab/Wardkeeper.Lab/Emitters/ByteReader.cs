using System.Net.Sockets;

namespace Wardkeeper.Lab.Emitters;

/// <summary>Reads a stream in units: bytes, blocks and what ends with a mark.</summary>
/// <param name="stream">Stream to read; whoever made it closes it.</param>
internal sealed class ByteReader(Stream stream)
{
    /// <summary>Most bytes that a unit may have; more is an error of the peer.</summary>
    public const int Most = 16 * 1024 * 1024;

    private readonly byte[] buffer = new byte[8192];
    private int start;
    private int end;

    /// <summary>The next byte, or -1 where the peer has closed.</summary>
    public async ValueTask<int> ByteAsync(CancellationToken cancel)
    {
        if (start == end && !await FillAsync(cancel)) return -1;
        return buffer[start++];
    }

    /// <summary>The next bytes, or null where the peer has closed before the first of them.</summary>
    /// <exception cref="InvalidDataException">It closed within them.</exception>
    public async ValueTask<byte[]?> BlockAsync(int count, CancellationToken cancel)
    {
        if (count > Most) throw new InvalidDataException($"a unit of {count} bytes is too long");
        byte[] block = new byte[count];
        int have = 0;
        while (have < count)
        {
            if (start == end && !await FillAsync(cancel)) return have == 0 ? null : throw new InvalidDataException($"the peer closed after {have} of {count} bytes");
            int take = Math.Min(count - have, end - start);
            buffer.AsSpan(start, take).CopyTo(block.AsSpan(have));
            start += take;
            have += take;
        }
        return block;
    }

    /// <summary>Everything up to a mark and the mark itself, or null where the peer has closed before the first byte.</summary>
    /// <exception cref="InvalidDataException">It closed before the mark.</exception>
    public async ValueTask<byte[]?> ThroughAsync(ReadOnlyMemory<byte> mark, CancellationToken cancel)
    {
        List<byte> unit = [];
        while (unit.Count < Most)
        {
            int next = await ByteAsync(cancel);
            if (next < 0) return unit.Count == 0 ? null : throw new InvalidDataException($"the peer closed after {unit.Count} bytes of an unfinished unit");
            unit.Add((byte)next);
            if (unit.Count >= mark.Length && next == mark.Span[^1] && System.Runtime.InteropServices.CollectionsMarshal.AsSpan(unit).EndsWith(mark.Span)) return [.. unit];
        }
        throw new InvalidDataException($"no end of a unit within {Most} bytes");
    }

    /// <summary>Says that nothing more will be sent and waits until the peer has closed too, so that the wire is quiet.</summary>
    /// <exception cref="InvalidDataException">The peer had more to say.</exception>
    public async Task FinishAsync(NetworkStream connection, CancellationToken cancel)
    {
        connection.Socket.Shutdown(SocketShutdown.Send);
        if (await ByteAsync(cancel) >= 0) throw new InvalidDataException("the peer sent more than the conversation had");
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancel)
    {
        start = 0;
        end = await stream.ReadAsync(buffer, cancel);
        return end > 0;
    }
}
