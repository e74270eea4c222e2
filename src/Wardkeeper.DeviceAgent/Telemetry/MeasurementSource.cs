using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Wardkeeper.DeviceAgent.Configuration;

namespace Wardkeeper.DeviceAgent.Telemetry;

/// <summary>
/// Lines of measurements from the device's own software: the standard input, a Unix socket (one program at a time), or a file that grows. Each line is one JSON
/// value; what is none, or too long, is dropped and counted. What a slow hub does not take waits in the queue, not here.
/// </summary>
internal sealed class MeasurementSource(TelemetrySettings settings, AgentLog log, TimeProvider clock)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private long lines, badLines;

    /// <summary>Lines that were taken.</summary>
    public long Lines => Interlocked.Read(ref lines);

    /// <summary>Lines that were no JSON or too long.</summary>
    public long BadLines => Interlocked.Read(ref badLines);

    /// <summary>The lines, without their ends. Ends where the standard input does; the others go on.</summary>
    public IAsyncEnumerable<byte[]> ReadAsync(CancellationToken cancel) => settings.Source switch
    {
        "socket" => FromSocketAsync(cancel),
        "file" => FromFileAsync(cancel),
        _ => SplitAsync(Console.OpenStandardInput(), cancel),
    };

    private async IAsyncEnumerable<byte[]> FromSocketAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        File.Delete(settings.Path!);
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(settings.Path!));
        // The device's software writes as the same user or group.
        File.SetUnixFileMode(settings.Path!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
        listener.Listen(4);
        while (true)
        {
            using Socket socket = await listener.AcceptAsync(cancel);
            await using NetworkStream stream = new(socket);
            await foreach (byte[] line in SplitAsync(stream, cancel)) yield return line;
        }
    }

    /// <summary>Reads from the file's end on, or from its beginning when it is new, shorter or another one than before.</summary>
    private async IAsyncEnumerable<byte[]> FromFileAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        bool isFirst = true;
        while (true)
        {
            if (File.Exists(settings.Path))
            {
                await using FileStream file = new(settings.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                if (isFirst) file.Seek(0, SeekOrigin.End);
                await foreach (byte[] line in SplitAsync(new GrowingFile(file, settings.Path, Look, clock), cancel)) yield return line;
                log.Info($"{settings.Path} is another file now; it is read from its beginning");
            }
            isFirst = false;
            await Task.Delay(Look, clock, cancel);
        }
    }

    private async IAsyncEnumerable<byte[]> SplitAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancel)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(settings.MaxLineBytes + 1);
        int held = 0;
        bool isSkipping = false;
        while (true)
        {
            int read;
            try
            {
                read = await stream.ReadAsync(buffer.AsMemory(held), cancel);
            }
            catch (IOException)
            {
                // The other program ended without a word.
                read = 0;
            }
            int from = 0, end = held + read;
            for (int at; (at = buffer.AsSpan(from, end - from).IndexOf((byte)'\n')) >= 0; from += at + 1)
            {
                if (!isSkipping && Accept(buffer.AsSpan(from, at)) is { } line) yield return line;
                isSkipping = false;
            }
            held = end - from;
            buffer.AsSpan(from, held).CopyTo(buffer);
            if (held > settings.MaxLineBytes)
            {
                if (!isSkipping) Interlocked.Increment(ref badLines);
                (isSkipping, held) = (true, 0);
            }
            if (read > 0) continue;
            if (!isSkipping && Accept(buffer.AsSpan(0, held)) is { } last) yield return last;
            ArrayPool<byte>.Shared.Return(buffer, true);
            yield break;
        }
    }

    private byte[]? Accept(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd((byte)'\r').Trim((byte)' ');
        if (line.IsEmpty) return null;
        try
        {
            if (line.Length > settings.MaxLineBytes) throw new JsonException();
            Utf8JsonReader reader = new(line, new JsonReaderOptions { MaxDepth = 16 });
            while (reader.Read())
            {
            }
        }
        catch (JsonException)
        {
            Interlocked.Increment(ref badLines);
            return null;
        }
        Interlocked.Increment(ref lines);
        return line.ToArray();
    }
}
