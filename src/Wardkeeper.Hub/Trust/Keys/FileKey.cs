using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.Hub.Access;

namespace Wardkeeper.Hub.Trust.Keys;

/// <summary>A key in an encrypted PKCS #8 file (PBES2, AES-256, PBKDF2 with SHA-256) that its owner alone may read.</summary>
internal sealed class FileKey : IAuthorityKey
{
    private const int Rounds = 200_000;
    private readonly AsymmetricAlgorithm key;

    private FileKey(AsymmetricAlgorithm key)
    {
        this.key = key;
        Signer = key is ECDsa ec ? new Locked(X509SignatureGenerator.CreateForECDsa(ec)) : new Locked(X509SignatureGenerator.CreateForRSA((RSA)key, RSASignaturePadding.Pkcs1));
        Kind = key switch { RSA => KeyKind.Rsa, { KeySize: 384 } => KeyKind.P384, _ => KeyKind.P256 };
    }

    /// <inheritdoc/>
    public KeyKind Kind { get; }

    /// <inheritdoc/>
    public PublicKey PublicKey => Signer.PublicKey;

    /// <inheritdoc/>
    public HashAlgorithmName Hash => Kind == KeyKind.P384 ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;

    /// <inheritdoc/>
    public X509SignatureGenerator Signer { get; }

    /// <summary>Makes a key that lies nowhere yet.</summary>
    public static FileKey Make(KeyKind kind) => new(kind switch { KeyKind.P384 => ECDsa.Create(ECCurve.NamedCurves.nistP384), KeyKind.Rsa => RSA.Create(3072), _ => ECDsa.Create(ECCurve.NamedCurves.nistP256) });

    /// <summary>Opens a file.</summary>
    /// <exception cref="AuthorityKeyException">It is missing, damaged, or the password is another.</exception>
    public static FileKey Open(string path, string password)
    {
        string pem;
        try
        {
            pem = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AuthorityKeyException($"The key file {path} cannot be read: {e.Message} Put it back from a backup (docs/trust.md, \"A key is lost\").", e);
        }
        return Read(pem, path, password);
    }

    /// <summary>Opens what a file holds.</summary>
    /// <exception cref="AuthorityKeyException">It is damaged, or the password is another.</exception>
    public static FileKey Read(string pem, string path, string password)
    {
        foreach (AsymmetricAlgorithm key in (AsymmetricAlgorithm[])[ECDsa.Create(), RSA.Create()])
        {
            try
            {
                key.ImportFromEncryptedPem(pem, password);
                return new FileKey(key);
            }
            catch (Exception e) when (e is CryptographicException or ArgumentException)
            {
                key.Dispose();
            }
        }
        throw new AuthorityKeyException($"The key file {path} does not open with its password, or is damaged. Put it back from a backup (docs/trust.md, \"A key is lost\").");
    }

    /// <summary>Writes the key into a file that is not there yet.</summary>
    /// <exception cref="IOException">It is there, or cannot be written.</exception>
    public void Save(string path, string password)
    {
        string pem = key.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, Rounds));
        PrivateFile.Create(path, System.Text.Encoding.ASCII.GetBytes(pem + "\n"));
    }

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();

    /// <summary>One signature at a time: the key's object is not made for several threads.</summary>
    private sealed class Locked(X509SignatureGenerator inner) : X509SignatureGenerator
    {
        private readonly Lock gate = new();

        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) => inner.GetSignatureAlgorithmIdentifier(hashAlgorithm);

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm)
        {
            lock (gate) return inner.SignData(data, hashAlgorithm);
        }

        protected override PublicKey BuildPublicKey() => inner.PublicKey;
    }
}
