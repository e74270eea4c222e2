using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Wardkeeper.DeviceAgent.Sealing;

/// <summary>
/// Records on disk that only this device reads: one file to a record, AES-256-GCM, written beside and moved over, so that a power cut leaves the old or the
/// new one. A record opens only under the name that it was written with. Not hidden: names, sizes and the number of records; not prevented: putting an older
/// record back, which the hub notices by the counter.
/// </summary>
/// <remarks>File: version 1, salt 16 bytes, counter 8 bytes, cipher text, tag 16 bytes. Each start of the program has a salt and so a key of its own; its counter is the nonce.</remarks>
internal sealed class SealedStore : IDisposable
{
    /// <summary>Largest record, in bytes.</summary>
    public const int MaxRecord = 4 << 20;

    private const byte Version = 1;
    private const int Head = 25, Tag = 16;
    private const string Suffix = ".sealed";

    private readonly string folder;
    private readonly byte[] key;
    private readonly byte[] salt = RandomNumberGenerator.GetBytes(16);
    private readonly AesGcm writer;
    private readonly Lock gate = new();
    private ulong counter;

    /// <param name="folder">Where the records lie; made when it is missing.</param>
    /// <param name="key">32 bytes.</param>
    public SealedStore(string folder, byte[] key)
    {
        this.folder = folder;
        this.key = key;
        writer = Cipher(salt);
        OwnerOnly.MakeFolder(folder);
    }

    /// <summary>Writes a record; it is on the disk when this returns.</summary>
    public void Write(string name, ReadOnlySpan<byte> plain)
    {
        byte[] file = new byte[Head + plain.Length + Tag];
        file[0] = Version;
        salt.CopyTo(file, 1);
        lock (gate)
        {
            BinaryPrimitives.WriteUInt64BigEndian(file.AsSpan(17), ++counter);
            writer.Encrypt(Nonce(file), plain, file.AsSpan(Head, plain.Length), file.AsSpan(Head + plain.Length), Encoding.UTF8.GetBytes(name));
        }
        OwnerOnly.Write(PathOf(name), file);
    }

    /// <summary>A record; null when there is none.</summary>
    /// <exception cref="AgentFault">It was changed, or it belongs elsewhere.</exception>
    public byte[]? Read(string name)
    {
        FileInfo info = new(PathOf(name));
        if (!info.Exists) return null;
        if (info.Length is < Head + Tag or > MaxRecord + Head + Tag) throw Broken(name, null);
        byte[] file = File.ReadAllBytes(info.FullName), plain = new byte[file.Length - Head - Tag];
        if (file[0] != Version) throw Broken(name, null);
        try
        {
            using AesGcm reader = Cipher(file[1..17]);
            reader.Decrypt(Nonce(file), file.AsSpan(Head, plain.Length), file.AsSpan(Head + plain.Length), plain, Encoding.UTF8.GetBytes(name));
            return plain;
        }
        catch (AuthenticationTagMismatchException wrong)
        {
            throw Broken(name, wrong);
        }
    }

    /// <summary>Deletes a record; nothing happens when there is none.</summary>
    public void Delete(string name) => File.Delete(PathOf(name));

    /// <summary>Names of all records, in order of their characters.</summary>
    public IReadOnlyList<string> Names() =>
        [.. Directory.EnumerateFiles(folder, "*" + Suffix).Select(path => Path.GetFileName(path)[..^Suffix.Length]).Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        writer.Dispose();
        CryptographicOperations.ZeroMemory(key);
    }

    private static byte[] Nonce(byte[] file) => [0, 0, 0, 0, .. file.AsSpan(17, 8)];

    private static AgentFault Broken(string name, Exception? cause) => new(Outcome.Chip, $"the sealed record \"{name}\" does not open: it was changed, or it belongs to another device", cause);

    private AesGcm Cipher(byte[] from) => new(HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, from, "wardkeeper-agent record"u8.ToArray()), Tag);

    private string PathOf(string name) => Path.Combine(folder, name + Suffix);
}
