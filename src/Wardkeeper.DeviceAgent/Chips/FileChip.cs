using System.Security.Cryptography;
using System.Text;
using Wardkeeper.DeviceAgent.Sealing;

namespace Wardkeeper.DeviceAgent.Chips;

/// <summary>
/// No chip: keys lie in files, encrypted by a secret that lies in another file. Whoever copies both files is this device; that is why it never claims to be
/// a chip, gets the weaker grade, and the hub looks for its copy.
/// </summary>
internal sealed class FileChip : DeviceChip
{
    /// <summary>Fewest characters of the secret: it is used as it is, without a slow derivation, so it must be made by a machine.</summary>
    public const int LeastSecret = 32;

    private readonly byte[] secret;
    private readonly SealedStore keys;

    /// <summary>Opens the keys of a folder.</summary>
    /// <param name="folder">Where the keys lie.</param>
    /// <param name="secretFile">File with the secret, 32 characters or more, readable by its owner only.</param>
    public FileChip(string folder, string secretFile)
    {
        string text = OwnerOnly.ReadSecret(secretFile, "chip.secretFile");
        if (text.Length < LeastSecret) throw new AgentFault(Outcome.Mistake, $"chip.secretFile: the secret has fewer than {LeastSecret} characters; make one by: head -c 32 /dev/urandom | base64 > {secretFile}");
        secret = Encoding.UTF8.GetBytes(text);
        keys = new SealedStore(folder, HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: "wardkeeper-agent keys"u8.ToArray()));
    }

    public override bool IsChip => false;

    public override string Description => "key file, no chip";

    public override IReadOnlyList<string> Labels() => keys.Names();

    public override void Generate(string label)
    {
        if (Labels().Contains(label)) throw new AgentFault(Outcome.Chip, $"there is a key \"{label}\" already");
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] bytes = key.ExportPkcs8PrivateKey();
        keys.Write(label, bytes);
        CryptographicOperations.ZeroMemory(bytes);
    }

    public override void Delete(string label) => keys.Delete(label);

    public override ECDsa Open(string label)
    {
        byte[] bytes = keys.Read(label) ?? throw new AgentFault(Outcome.Chip, $"there is no key \"{label}\"");
        ECDsa key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(bytes, out _);
        CryptographicOperations.ZeroMemory(bytes);
        return key;
    }

    public override WrappedKey WrapStoreKey(byte[] key) => new("file", "", WrapWith(secret, key));

    public override byte[] OpenStoreKey(WrappedKey wrapped) =>
        wrapped.Way == "file" ? UnwrapWith(secret, wrapped.Wrapped) : throw new AgentFault(Outcome.Chip, "the sealed store was made with a chip; a key file does not open it");

    public override void Dispose()
    {
        keys.Dispose();
        base.Dispose();
    }
}
