using System.Formats.Asn1;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using static Wardkeeper.DeviceAgent.Chips.Pkcs11Words;

namespace Wardkeeper.DeviceAgent.Chips;

/// <summary>
/// Keys in a token: SoftHSM, a TPM behind tpm2-pkcs11, a smart card, an HSM. Keys are made by the module directly; signatures and TLS go through OpenSSL's
/// pkcs11 engine, since .NET takes no other foreign key for TLS on Linux.
/// </summary>
internal sealed partial class Pkcs11Chip : DeviceChip
{
    private static readonly byte[] P256 = NamedCurve();

    private readonly Pkcs11Module module;
    private readonly TokenFacts facts;
    private readonly string pin, tpmStore;
    private readonly ulong slot, session;
    private bool isTight;

    /// <summary>Opens a token.</summary>
    /// <param name="modulePath">The PKCS#11 module.</param>
    /// <param name="token">The token's label.</param>
    /// <param name="pin">The user's PIN; kept in memory, never written.</param>
    /// <param name="environment">Variables that the module reads (<c>SOFTHSM2_CONF</c>, <c>TPM2_PKCS11_STORE</c> …).</param>
    public Pkcs11Chip(string modulePath, string token, string pin, IReadOnlyDictionary<string, string> environment)
    {
        // The runtime's own environment is a copy: native code sees only what setenv changes.
        foreach ((string name, string value) in environment) SetVariable(name, value);
        SetVariable("PKCS11_MODULE_PATH", modulePath);
        this.pin = pin;
        tpmStore = environment.GetValueOrDefault("TPM2_PKCS11_STORE") ?? Environment.GetEnvironmentVariable("TPM2_PKCS11_STORE") ?? "/etc/tpm2_pkcs11";
        module = new Pkcs11Module(modulePath);
        (slot, facts) = module.FindToken(token);
        session = module.OpenSession(slot, Encoding.UTF8.GetBytes(pin));
    }

    public override bool IsChip => true;

    public override string Description => $"{facts.Manufacturer} {facts.Model} {facts.Serial}".Trim();

    public override IReadOnlyList<string> Labels() =>
        [.. module.Find(session, new AttributeList().Add(Class, PrivateKey).Add(Token, true)).Select(Name).Where(name => name.Length > 0).Order(StringComparer.Ordinal)];

    public override void Generate(string label)
    {
        if (Labels().Contains(label)) throw new AgentFault(Outcome.Chip, $"the token has a key \"{label}\" already");
        MakeEc(label, Sign, Verify);
        ulong key = Single(label, PrivateKey) ?? throw new AgentFault(Outcome.Chip, "the token made a key and does not show it");
        if (IsSet(key, Extractable) || !IsSet(key, Sensitive)) throw new AgentFault(Outcome.Chip, "the token made a key that it would give away; it is not used");
        byte[] hash = RandomNumberGenerator.GetBytes(32);
        using ECDsa check = PublicKeyOf(label);
        if (!check.VerifyHash(hash, module.Sign(session, key, hash))) throw new AgentFault(Outcome.Chip, "the token made a key whose signatures do not hold; it is not used");
    }

    public override void Delete(string label)
    {
        foreach (ulong kind in (ulong[])[PrivateKey, PublicKey])
        {
            foreach (ulong handle in module.Find(session, new AttributeList().Add(Class, kind).Add(Label, label))) module.Destroy(session, handle);
        }
    }

    public override ECDsa Open(string label)
    {
        if (Single(label, PrivateKey) is null) throw new AgentFault(Outcome.Chip, $"the token \"{facts.Label}\" has no key \"{label}\"");
        string address = $"pkcs11:token={Uri.EscapeDataString(facts.Label)};object={Uri.EscapeDataString(label)};type=private?pin-value={Uri.EscapeDataString(pin)}";
        try
        {
            using SafeEvpPKeyHandle handle = SafeEvpPKeyHandle.OpenPrivateKeyFromEngine("pkcs11", address);
            return new ECDsaOpenSsl(handle);
        }
        catch (CryptographicException refused)
        {
            // The address holds the PIN and stays out of the message.
            throw new AgentFault(Outcome.Chip, $"OpenSSL's pkcs11 engine does not open the key \"{label}\"; is libengine-pkcs11-openssl installed?", refused);
        }
    }

    public override TpmKey? TpmKeyOf(string label)
    {
        if (Single(label, PrivateKey) is not { } key || module.Read(session, key, TpmPublicPart) is not { } publicPart || module.Read(session, key, TpmPrivatePart) is not { } privatePart) return null;
        if (module.Read(session, key, TpmSealedAuthorisation) is not { } authorisation || TpmTokenStore.Read(tpmStore, facts.Label, pin) is not { } token) return null;
        return new TpmKey(token.Parent, token.SealPublic, token.SealPrivate, token.Authorisation, publicPart, privatePart, Encoding.ASCII.GetString(authorisation));
    }

    public override WrappedKey WrapStoreKey(byte[] key)
    {
        Delete(StoreLabel);
        if (module.Knows(slot, Ecdh1Derive))
        {
            MakeEc(StoreLabel, Derive, Derive);
            ECPoint point = Point(StoreLabel);
            using ECDiffieHellman other = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256), own = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
            ECPoint sent = other.ExportParameters(false).Q;
            using ECDiffieHellmanPublicKey peer = own.PublicKey;
            return new WrappedKey("ecdh-p256", Convert.ToBase64String([4, .. sent.X!, .. sent.Y!]), WrapWith(other.DeriveRawSecretAgreement(peer), key));
        }
        // A TPM behind tpm2-pkcs11 agrees on no secrets, but decrypts.
        isTight = true;
        module.GeneratePair(
            session,
            RsaKeyPairGeneration,
            new AttributeList().Add(Token, true).Add(Encrypt, true).Add(Label, StoreLabel).Add(Id, IdOf(StoreLabel)).Add(ModulusBits, 2048UL).Add(PublicExponent, [1, 0, 1]),
            Hidden(StoreLabel).Add(Decrypt, true));
        ulong made = Single(StoreLabel, PublicKey) ?? throw new AgentFault(Outcome.Chip, "the token made a key and does not show it");
        using RSA rsa = RSA.Create(new RSAParameters { Modulus = module.Read(session, made, Modulus), Exponent = [1, 0, 1] });
        byte[] secret = RandomNumberGenerator.GetBytes(32);
        return new WrappedKey("rsa-oaep-sha256", Convert.ToBase64String(rsa.Encrypt(secret, RSAEncryptionPadding.OaepSHA256)), WrapWith(secret, key));
    }

    public override byte[] OpenStoreKey(WrappedKey wrapped)
    {
        ulong key = Single(StoreLabel, PrivateKey) ?? throw new AgentFault(Outcome.Chip, $"the token \"{facts.Label}\" has no key \"{StoreLabel}\": the sealed store belongs to another chip");
        byte[] opener = Convert.FromBase64String(wrapped.Opener);
        byte[] secret = wrapped.Way switch
        {
            "ecdh-p256" => module.Agree(session, key, opener),
            "rsa-oaep-sha256" => OpenAndUnload(key, opener),
            _ => throw new AgentFault(Outcome.Chip, $"the sealed store was not made with a chip (\"{wrapped.Way}\")"),
        };
        return UnwrapWith(secret, wrapped.Wrapped);
    }

    /// <summary>A TPM without a resource manager has three places, one of which its own storage key takes. Other tokens forget the handles of private keys with the login and are left alone.</summary>
    public override void Unload()
    {
        if (!isTight) return;
        module.Logout(session);
        module.Login(session, Encoding.UTF8.GetBytes(pin));
    }

    public override void Dispose()
    {
        // The module stays: OpenSSL's engine uses it until the process ends.
        module.Logout(session);
        module.CloseSession(session);
        base.Dispose();
    }

    private static byte[] IdOf(string label) => SHA256.HashData(Encoding.UTF8.GetBytes(label))[..8];

    private static byte[] NamedCurve()
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        writer.WriteObjectIdentifier("1.2.840.10045.3.1.7");
        return writer.Encode();
    }

    private static AttributeList Hidden(string label) =>
        new AttributeList().Add(Token, true).Add(Private, true).Add(Sensitive, true).Add(Extractable, false).Add(Label, label).Add(Id, IdOf(label));

    private static void SetVariable(string name, string value)
    {
        if (SetEnvironment(name, value, 1) != 0) throw new AgentFault(Outcome.Mistake, $"chip.environment: \"{name}\" is no name of a variable");
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    private void MakeEc(string label, ulong privateUse, ulong publicUse) => module.GeneratePair(
        session,
        EcKeyPairGeneration,
        new AttributeList().Add(Token, true).Add(publicUse, true).Add(Label, label).Add(Id, IdOf(label)).Add(EcParameters, P256),
        Hidden(label).Add(privateUse, true));

    /// <summary>The store's key is not needed in the TPM again.</summary>
    private byte[] OpenAndUnload(ulong key, byte[] opener)
    {
        isTight = true;
        byte[] secret = module.OpenOaep(session, key, opener);
        Unload();
        return secret;
    }

    private string Name(ulong handle) => Encoding.UTF8.GetString(module.Read(session, handle, Label) ?? []);

    private bool IsSet(ulong handle, ulong attribute) => module.Read(session, handle, attribute) is [not 0];

    private ulong? Single(string label, ulong kind) => module.Find(session, new AttributeList().Add(Class, kind).Add(Label, label)) is [ulong first, ..] ? first : null;

    /// <summary>The token writes a point as an OCTET STRING around 04 ‖ X ‖ Y.</summary>
    private ECPoint Point(string label)
    {
        ulong handle = Single(label, PublicKey) ?? throw new AgentFault(Outcome.Chip, $"the token has no public key \"{label}\"");
        byte[] point = AsnDecoder.ReadOctetString(module.Read(session, handle, EcPoint) ?? [], AsnEncodingRules.DER, out _);
        if (point is not [4, ..] || point.Length != 65) throw new AgentFault(Outcome.Chip, $"the key \"{label}\" is not on P-256");
        return new ECPoint { X = point[1..33], Y = point[33..] };
    }

    private ECDsa PublicKeyOf(string label) => ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = Point(label) });
}
