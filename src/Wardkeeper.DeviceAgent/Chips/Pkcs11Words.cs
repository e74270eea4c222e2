namespace Wardkeeper.DeviceAgent.Chips;

/// <summary>The numbers of PKCS#11 2.40 that are used here, under the standard's names (pkcs11t.h).</summary>
internal static class Pkcs11Words
{
    public const ulong Ok = 0, UserAlreadyLoggedIn = 0x100, AlreadyInitialized = 0x191;
    public const ulong PinIncorrect = 0xA0, PinLocked = 0xA4, TokenNotPresent = 0xE0, DeviceRemoved = 0x32, MechanismInvalid = 0x70;

    public const ulong OsLockingOk = 2, SerialSession = 4, ReadWriteSession = 2, User = 1;

    public const ulong Certificate = 1, PublicKey = 2, PrivateKey = 3, SecretKey = 4;
    public const ulong KeyTypeRsa = 0, KeyTypeEc = 3, KeyTypeGenericSecret = 0x10;

    public const ulong Class = 0, Token = 1, Private = 2, Label = 3, Value = 0x11, KeyType = 0x100, Id = 0x102, Sensitive = 0x103, Decrypt = 0x105, Sign = 0x108, Encrypt = 0x104;
    public const ulong Verify = 0x10A, Derive = 0x10C, Modulus = 0x120, ModulusBits = 0x121, PublicExponent = 0x122, ValueLength = 0x161, Extractable = 0x162, Local = 0x163, NeverExtractable = 0x164, AlwaysSensitive = 0x165;
    /// <summary>Attributes of tpm2-pkcs11 alone: what the TPM needs to load a key.</summary>
    public const ulong TpmSealedAuthorisation = 0x8F000001, TpmPublicPart = 0x8F000002, TpmPrivatePart = 0x8F000003;

    public const ulong EcParameters = 0x180, EcPoint = 0x181;

    public const ulong RsaKeyPairGeneration = 0, RsaOaep = 9, Sha256 = 0x250, EcKeyPairGeneration = 0x1040, Ecdsa = 0x1041, Ecdh1Derive = 0x1050;
    public const ulong NoKeyDerivation = 1, Mgf1Sha256 = 2, DataSpecified = 1;
}
