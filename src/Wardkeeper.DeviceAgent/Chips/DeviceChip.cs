using System.Security.Cryptography;

namespace Wardkeeper.DeviceAgent.Chips;

/// <summary>How the store's key is wrapped; without the chip that wrapped it, this opens nothing.</summary>
/// <param name="Way"><c>ecdh-p256</c>, <c>rsa-oaep-sha256</c> or <c>file</c>.</param>
/// <param name="Opener">What the chip needs to open it: the other side's point, or what was encrypted for it; base64.</param>
/// <param name="Wrapped">The store's key under AES-256-GCM: nonce, cipher text, tag; base64.</param>
internal sealed record WrappedKey(string Way, string Opener, string Wrapped);

/// <summary>
/// Where the device's keys live: a secure chip through PKCS#11, or, weaker and saying so, an encrypted file. A key is named by a label and never leaves;
/// the chip also opens the key of the sealed store. Used by one thread at a time.
/// </summary>
internal abstract class DeviceChip : IDisposable
{
    /// <summary>Label of the key that opens the store.</summary>
    protected const string StoreLabel = "wardkeeper-store";

    /// <summary>Whether keys are made inside a chip that does not give them away. What the agent says is never proof: the hub believes only an attestation.</summary>
    public abstract bool IsChip { get; }

    /// <summary>A word for people: which chip it is.</summary>
    public abstract string Description { get; }

    /// <summary>Labels of the keys that are there, in order.</summary>
    public abstract IReadOnlyList<string> Labels();

    /// <summary>Makes an EC P-256 key for signatures under a label that is not taken yet.</summary>
    public abstract void Generate(string label);

    /// <summary>Destroys a key; nothing happens when there is none.</summary>
    public abstract void Delete(string label);

    /// <summary>A key for signatures and TLS. The private part stays where it is.</summary>
    public abstract ECDsa Open(string label);

    /// <summary>A key as a TPM takes it, so that it can be certified; null when it lies in no TPM, or cannot be told how.</summary>
    public virtual TpmKey? TpmKeyOf(string label) => null;

    /// <summary>Makes a key for the sealed store, and how the chip opens it again.</summary>
    public abstract WrappedKey WrapStoreKey(byte[] key);

    /// <summary>Opens the store's key.</summary>
    /// <exception cref="AgentFault">It was wrapped by another chip.</exception>
    public abstract byte[] OpenStoreKey(WrappedKey wrapped);

    /// <summary>Takes keys out of the few places of a chip that has so few; keys that were opened before must not be used any more.</summary>
    public virtual void Unload()
    {
    }

    public virtual void Dispose() => GC.SuppressFinalize(this);

    /// <summary>Wraps by a secret that only the chip can make again.</summary>
    protected static string WrapWith(byte[] secret, byte[] key)
    {
        byte[] nonce = RandomNumberGenerator.GetBytes(12), cipher = new byte[key.Length], tag = new byte[16];
        using AesGcm gcm = new(WrappingKey(secret), tag.Length);
        gcm.Encrypt(nonce, key, cipher, tag);
        return Convert.ToBase64String([.. nonce, .. cipher, .. tag]);
    }

    /// <summary>Undoes <see cref="WrapWith"/>.</summary>
    protected static byte[] UnwrapWith(byte[] secret, string wrapped)
    {
        byte[] bytes = Convert.FromBase64String(wrapped), key = new byte[bytes.Length - 28];
        try
        {
            using AesGcm gcm = new(WrappingKey(secret), 16);
            gcm.Decrypt(bytes.AsSpan(0, 12), bytes.AsSpan(12, key.Length), bytes.AsSpan(12 + key.Length), key);
            return key;
        }
        catch (AuthenticationTagMismatchException wrong)
        {
            throw new AgentFault(Outcome.Chip, "the sealed store belongs to another chip: this one does not open it", wrong);
        }
    }

    private static byte[] WrappingKey(byte[] secret) => HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: "wardkeeper-agent store key"u8.ToArray());
}
