using System.Security.Cryptography;

namespace Wardkeeper.Hub.Access;

/// <summary>Seals what must be read again (secrets of one-time codes) with a key that is kept beside the database, never in it. AES-256-GCM, random nonce in front.</summary>
public sealed class SecretBox
{
    private const int KeyBytes = 32, NonceBytes = 12, TagBytes = 16;
    private readonly byte[] key;

    /// <summary>A box with this key of 32 bytes.</summary>
    public SecretBox(byte[] key)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyBytes);
        this.key = key;
    }

    /// <summary>Opens the box whose key lies in a file; makes the file, readable by its owner alone, when there is none.</summary>
    /// <exception cref="InvalidDataException">The file is there and no key.</exception>
    public static SecretBox Open(string path)
    {
        if (!File.Exists(path)) PrivateFile.Create(path, RandomNumberGenerator.GetBytes(KeyBytes));
        byte[] key = File.ReadAllBytes(path);
        return key.Length == KeyBytes ? new(key) : throw new InvalidDataException($"{path} is not a key of {KeyBytes} bytes; restore it from a backup, or remove it and let everybody enrol the second factor anew.");
    }

    /// <summary>Seals.</summary>
    public byte[] Seal(ReadOnlySpan<byte> plain)
    {
        byte[] box = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using AesGcm aes = new(key, TagBytes);
        aes.Encrypt(box.AsSpan(0, NonceBytes), plain, box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes));
        return box;
    }

    /// <summary>Opens what was sealed; null when it was changed or sealed with another key.</summary>
    public byte[]? Open(ReadOnlySpan<byte> box)
    {
        if (box.Length < NonceBytes + TagBytes) return null;
        byte[] plain = new byte[box.Length - NonceBytes - TagBytes];
        using AesGcm aes = new(key, TagBytes);
        try
        {
            aes.Decrypt(box[..NonceBytes], box[(NonceBytes + TagBytes)..], box.Slice(NonceBytes, TagBytes), plain);
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
