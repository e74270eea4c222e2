using System.Security.Cryptography;

namespace Wardkeeper.Sensor.Content;

/// <summary>The sums of one body, as its bytes pass.</summary>
internal sealed class FileDigests : IDisposable
{
    private readonly IncrementalHash sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash? md5, sha1;

    private FileDigests(FileSums beside)
    {
        if (beside.HasFlag(FileSums.Md5)) md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        if (beside.HasFlag(FileSums.Sha1)) sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
    }

    /// <summary>Begins the sums of a body.</summary>
    /// <param name="beside">Those that are wanted beside SHA-256.</param>
    public static FileDigests Begin(FileSums beside) => new(beside);

    /// <summary>The next bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        sha256.AppendData(bytes);
        md5?.AppendData(bytes);
        sha1?.AppendData(bytes);
    }

    /// <summary>Writes the sums, in lower-case hex, into what is known of the body.</summary>
    public BodyFacts Finish(BodyFacts facts) => facts with { Sha256 = Hex(sha256), Md5 = Hex(md5), Sha1 = Hex(sha1) };

    /// <inheritdoc/>
    public void Dispose()
    {
        sha256.Dispose();
        md5?.Dispose();
        sha1?.Dispose();
    }

    private static string? Hex(IncrementalHash? hash) => hash is null ? null : Convert.ToHexStringLower(hash.GetHashAndReset());
}
