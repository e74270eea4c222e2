using System.Formats.Asn1;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;
using Net.Pkcs11Interop.HighLevelAPI.Factories;

namespace Wardkeeper.Hub.Trust.Keys;

/// <summary>
/// A key on a PKCS #11 token (SoftHSM, an HSM, a TPM through its module): it is made there, marked as not extractable, and never leaves. EC
/// keys only: that is what every token at hand does, and old devices' RSA authority may lie in a file.
/// </summary>
internal sealed class TokenKey : IAuthorityKey
{
    private static readonly Lock LibraryGate = new();
    private static readonly Dictionary<string, IPkcs11Library> Libraries = new(StringComparer.Ordinal);
    private static readonly Pkcs11InteropFactories Factories = new();

    private readonly Lock gate = new();
    private readonly string module, token, label, pin;
    private ISession? session;
    private IObjectHandle? handle;

    // The package asks for libdl by the name it has where its headers are installed.
    static TokenKey() => NativeLibrary.SetDllImportResolver(typeof(Pkcs11InteropFactories).Assembly, static (name, _, _) => name == "libdl" && NativeLibrary.TryLoad("libdl.so.2", out nint loaded) ? loaded : 0);

    private TokenKey(string module, string token, string label, string pin) => (this.module, this.token, this.label, this.pin) = (module, token, label, pin);

    /// <inheritdoc/>
    public KeyKind Kind { get; private set; }

    /// <inheritdoc/>
    public PublicKey PublicKey => Signer.PublicKey;

    /// <inheritdoc/>
    public HashAlgorithmName Hash => Kind == KeyKind.P384 ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;

    /// <inheritdoc/>
    public X509SignatureGenerator Signer { get; private set; } = null!;

    /// <summary>Makes a key on a token.</summary>
    /// <param name="module">The token's module, a shared library.</param>
    /// <param name="token">The token's label.</param>
    /// <param name="label">Label of the key; there must be none of it.</param>
    /// <param name="pin">The token's PIN.</param>
    /// <param name="kind">P-256 or P-384.</param>
    /// <exception cref="AuthorityKeyException">It cannot be made.</exception>
    public static TokenKey Make(string module, string token, string label, string pin, KeyKind kind)
    {
        if (kind == KeyKind.Rsa) throw new AuthorityKeyException("A token holds EC keys here. Make the RSA authority with its key in a file.");
        return Guarded(token, () =>
        {
            using ISession session = Login(module, token, pin, SessionType.ReadWrite);
            if (Find(session, CKO.CKO_PRIVATE_KEY, label).Count > 0) throw new AuthorityKeyException($"The token {token} has a key {label} already. Choose another name.");
            IObjectAttributeFactory attribute = Factories.ObjectAttributeFactory;
            AsnWriter curve = new(AsnEncodingRules.DER);
            curve.WriteObjectIdentifier(kind == KeyKind.P384 ? "1.3.132.0.34" : "1.2.840.10045.3.1.7");
            byte[] id = RandomNumberGenerator.GetBytes(8);
            session.GenerateKeyPair(
                Factories.MechanismFactory.Create(CKM.CKM_EC_KEY_PAIR_GEN),
                [attribute.Create(CKA.CKA_TOKEN, true), attribute.Create(CKA.CKA_VERIFY, true), attribute.Create(CKA.CKA_LABEL, label), attribute.Create(CKA.CKA_ID, id), attribute.Create(CKA.CKA_EC_PARAMS, curve.Encode())],
                [attribute.Create(CKA.CKA_TOKEN, true), attribute.Create(CKA.CKA_PRIVATE, true), attribute.Create(CKA.CKA_SENSITIVE, true), attribute.Create(CKA.CKA_EXTRACTABLE, false), attribute.Create(CKA.CKA_SIGN, true), attribute.Create(CKA.CKA_LABEL, label), attribute.Create(CKA.CKA_ID, id)],
                out _,
                out _);
            return Open(module, token, label, pin);
        });
    }

    /// <summary>Opens a key on a token.</summary>
    /// <exception cref="AuthorityKeyException">The token is not there, the PIN is another, or there is no such key.</exception>
    public static TokenKey Open(string module, string token, string label, string pin) => Guarded(token, () =>
    {
        TokenKey key = new(module, token, label, pin);
        key.Connect();
        List<IObjectHandle> halves = Find(key.session!, CKO.CKO_PUBLIC_KEY, label);
        if (halves.Count == 0) throw new AuthorityKeyException($"The token {token} has no public key {label}.");
        List<IObjectAttribute> values = key.session!.GetAttributeValue(halves[0], [CKA.CKA_EC_PARAMS, CKA.CKA_EC_POINT]);
        // The point is an octet string that holds 04, X and Y (PKCS #11 3.0, 2.3.3).
        byte[] point = new AsnReader(values[1].GetValueAsByteArray(), AsnEncodingRules.BER).ReadOctetString();
        int size = (point.Length - 1) / 2;
        key.Kind = size == 48 ? KeyKind.P384 : KeyKind.P256;
        using ECDsa half = ECDsa.Create(new ECParameters { Curve = size == 48 ? ECCurve.NamedCurves.nistP384 : ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = point[1..(size + 1)], Y = point[(size + 1)..] } });
        key.Signer = new TokenSigner(key, new PublicKey(half));
        return key;
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate) Disconnect();
    }

    private static T Guarded<T>(string token, Func<T> use)
    {
        try
        {
            return use();
        }
        catch (Exception e) when (e is Pkcs11Exception or DllNotFoundException or UnmanagedException or BadImageFormatException or CryptographicException or AsnContentException)
        {
            throw new AuthorityKeyException($"The token {token} cannot be used: {e.Message} Check trust.tokenModule, trust.pinFile and that the token is plugged in.", e);
        }
    }

    private static ISession Login(string module, string token, string pin, SessionType type)
    {
        IPkcs11Library library;
        lock (LibraryGate)
        {
            if (!Libraries.TryGetValue(module, out library!)) Libraries.Add(module, library = Factories.Pkcs11LibraryFactory.LoadPkcs11Library(Factories, module, AppType.MultiThreaded));
        }
        ISlot slot = library.GetSlotList(SlotsType.WithTokenPresent).FirstOrDefault(one => one.GetTokenInfo().Label.Trim() == token)
            ?? throw new AuthorityKeyException($"There is no token {token}. Check trust.tokenModule and that the token is plugged in.");
        ISession session = slot.OpenSession(type);
        try
        {
            session.Login(CKU.CKU_USER, pin);
        }
        catch (Pkcs11Exception e) when (e.RV == CKR.CKR_USER_ALREADY_LOGGED_IN)
        {
            // Another session of this program did; login is the token's, not the session's.
        }
        return session;
    }

    private static List<IObjectHandle> Find(ISession session, CKO kind, string label) => session.FindAllObjects([Factories.ObjectAttributeFactory.Create(CKA.CKA_CLASS, kind), Factories.ObjectAttributeFactory.Create(CKA.CKA_LABEL, label)]);

    private void Connect()
    {
        session = Login(module, token, pin, SessionType.ReadOnly);
        handle = Find(session, CKO.CKO_PRIVATE_KEY, label).FirstOrDefault() ?? throw new AuthorityKeyException($"The token {token} has no key {label}. Put the token with it back (docs/trust.md, \"A key is lost\").");
    }

    private void Disconnect()
    {
        try
        {
            session?.Dispose();
        }
        catch (Pkcs11Exception)
        {
            // The token went first.
        }
        session = null;
    }

    /// <summary>Signs a hash; the answer is r and s, each of the curve's length. A session that broke is opened once again: the token was out and is back.</summary>
    private byte[] Sign(byte[] hash) => Guarded(token, () =>
    {
        lock (gate)
        {
            IMechanism mechanism = Factories.MechanismFactory.Create(CKM.CKM_ECDSA);
            try
            {
                if (session is not null) return session.Sign(mechanism, handle, hash);
            }
            catch (Pkcs11Exception)
            {
                Disconnect();
            }
            Connect();
            return session!.Sign(mechanism, handle, hash);
        }
    });

    private sealed class TokenSigner(TokenKey key, PublicKey publicKey) : X509SignatureGenerator
    {
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm)
        {
            AsnWriter writer = new(AsnEncodingRules.DER);
            using (writer.PushSequence()) writer.WriteObjectIdentifier(hashAlgorithm == HashAlgorithmName.SHA384 ? "1.2.840.10045.4.3.3" : "1.2.840.10045.4.3.2");
            return writer.Encode();
        }

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm)
        {
            byte[] pair = key.Sign(CryptographicOperations.HashData(hashAlgorithm, data));
            AsnWriter writer = new(AsnEncodingRules.DER);
            using (writer.PushSequence())
            {
                writer.WriteIntegerUnsigned(Shortest(pair.AsSpan(0, pair.Length / 2)));
                writer.WriteIntegerUnsigned(Shortest(pair.AsSpan(pair.Length / 2)));
            }
            return writer.Encode();
        }

        protected override PublicKey BuildPublicKey() => publicKey;

        // DER writes an integer in as few bytes as it needs.
        private static ReadOnlySpan<byte> Shortest(ReadOnlySpan<byte> number)
        {
            ReadOnlySpan<byte> trimmed = number.TrimStart((byte)0);
            return trimmed.Length == 0 ? number[^1..] : trimmed;
        }
    }
}
