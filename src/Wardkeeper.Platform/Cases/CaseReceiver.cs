using System.Globalization;
using System.Security.Cryptography;
using Wardkeeper.Hub.Cases;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Sensor.Capture;

namespace Wardkeeper.Platform.Cases;

/// <summary>Receives an upload: bounded, hashed, looked at by its first bytes, and on the disk before anybody is told so.</summary>
internal sealed class CaseReceiver(CaseFolders folders, CaseLimits limits, LiveSettings settings) : IDisposable
{
    private const int Step = 1 << 20, FirstLook = 64 << 10;
    private readonly SemaphoreSlim places = new(limits.Uploads, limits.Uploads);

    /// <summary>Largest upload, in bytes.</summary>
    public long MaxSize => settings.Current.Uploads.MaxSize;

    /// <summary>Receives one, and gives its path, size and SHA-256. Nothing is left when it is refused.</summary>
    /// <exception cref="CaseRefusedException">It is not taken.</exception>
    public async Task<(string Path, long Size, string Sha256)> ReceiveAsync(Stream content, CancellationToken cancel)
    {
        await places.WaitAsync(cancel);
        string? path = null;
        try
        {
            await using FileStream into = folders.Receive();
            path = into.Name;
            (long size, string sha256) = await CopyAsync(content, into, cancel);
            into.Flush(true);
            return (path, size, sha256);
        }
        catch (Exception e)
        {
            if (path is not null) File.Delete(path);
            if (e is IOException io && IsFull(io)) throw new CaseRefusedException("no-room", Size(folders.Free));
            throw;
        }
        finally
        {
            places.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => places.Dispose();

    private async Task<(long Size, string Sha256)> CopyAsync(Stream content, FileStream into, CancellationToken cancel)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[Step];
        long size = 0;
        int got = await content.ReadAtLeastAsync(buffer, FirstLook, throwOnEndOfStream: false, cancel);
        if (got == 0) throw new CaseRefusedException("empty");
        if (CaptureFiles.WhyNot(buffer.AsSpan(0, got)) is { } why) throw new CaseRefusedException("not-a-capture", why);
        while (got > 0)
        {
            size += got;
            if (size > MaxSize) throw new CaseRefusedException("too-large", Size(MaxSize));
            if (folders.Free - got < limits.LeaveFree) throw new CaseRefusedException("no-room", Size(folders.Free));
            hash.AppendData(buffer, 0, got);
            await into.WriteAsync(buffer.AsMemory(0, got), cancel);
            got = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        }
        return (size, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static string Size(long bytes) => bytes >= 1_000_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.#} GB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB");

    // ENOSPC and EDQUOT; .NET passes errno on in HResult.
    private static bool IsFull(IOException e) => e.HResult is 28 or 122;
}
