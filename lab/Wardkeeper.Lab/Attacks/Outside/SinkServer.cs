using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Wardkeeper.Lab.Emitters;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Outside;

/// <summary>A web server of an attacker's: it swallows what is sent to it and answers with always the same. One request a connection.</summary>
internal sealed class SinkServer : IAsyncDisposable
{
    private static readonly byte[] EndOfHead = "\r\n\r\n"u8.ToArray();
    private readonly Emitter emitter;
    private readonly byte[] page;
    private int answered;

    private SinkServer(HostNamespace host, int port, byte[] page)
    {
        this.page = page;
        emitter = Emitter.OfConnections(host.Listen(port), AnswerAsync);
    }

    /// <summary>Requests that came in whole and were answered.</summary>
    public int Answered => Volatile.Read(ref answered);

    /// <summary>Serves from now on.</summary>
    public static SinkServer Start(HostNamespace host, int port, byte[] page) => new(host, port, page);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => emitter.DisposeAsync();

    private async Task AnswerAsync(NetworkStream stream, CancellationToken cancel)
    {
        if (!await TakeAsync(new ByteReader(stream), cancel)) return;
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: {page.Length}\r\nConnection: close\r\n\r\n"), cancel);
        await stream.WriteAsync(page, cancel);
        Interlocked.Increment(ref answered);
    }

    /// <summary>Takes a whole request.</summary>
    /// <returns>Whether it came in whole: a client may have enough of waiting.</returns>
    private static async Task<bool> TakeAsync(ByteReader reader, CancellationToken cancel)
    {
        try
        {
            if (await reader.ThroughAsync(EndOfHead, cancel) is not { } head) return false;
            string? length = Encoding.Latin1.GetString(head).Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
            int left = length is null ? 0 : int.Parse(length.AsSpan("Content-Length:".Length), CultureInfo.InvariantCulture);
            return left == 0 || await reader.BlockAsync(left, cancel) is not null;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
