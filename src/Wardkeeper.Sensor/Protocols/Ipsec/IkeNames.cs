using System.Globalization;

namespace Wardkeeper.Sensor.Protocols.Ipsec;

/// <summary>Names of numbers in IKE. IANA, "Internet Key Exchange (IKE) Attributes" and "IKEv2 Parameters".</summary>
internal static class IkeNames
{
    /// <summary>Name of an exchange.</summary>
    public static string Exchange(byte type) => type switch
    {
        1 => "base",
        2 => "main",
        3 => "authentication-only",
        4 => "aggressive",
        5 => "informational-v1",
        32 => "quick",
        33 => "new-group",
        34 => "IKE_SA_INIT",
        35 => "IKE_AUTH",
        36 => "CREATE_CHILD_SA",
        37 => "INFORMATIONAL",
        38 => "IKE_SESSION_RESUME",
        43 => "IKE_INTERMEDIATE",
        _ => Number(type),
    };

    /// <summary>Cipher of an IKEv1 transform. RFC 2409, appendix A.</summary>
    public static string CipherV1(int value) => value switch { 1 => "des", 2 => "idea", 3 => "blowfish", 4 => "rc5", 5 => "3des", 6 => "cast", 7 => "aes", 8 => "camellia", _ => Number(value) };

    /// <summary>Hash of an IKEv1 transform.</summary>
    public static string HashV1(int value) => value switch { 1 => "md5", 2 => "sha1", 3 => "tiger", 4 => "sha256", 5 => "sha384", 6 => "sha512", _ => Number(value) };

    /// <summary>How IKEv1's ends prove who they are.</summary>
    public static string AuthenticationV1(int value) => value switch
    {
        1 => "psk",
        2 => "dss",
        3 => "rsa-signature",
        4 or 5 => "rsa-encryption",
        9 or 10 or 11 => "ecdsa",
        64221 => "hybrid-rsa",
        65001 => "xauth-psk",
        65005 => "xauth-rsa",
        _ => Number(value),
    };

    /// <summary>A transform of IKEv2 without its key length. RFC 7296, 3.3.2.</summary>
    public static string Transform(byte type, int id) => type switch
    {
        1 => id switch
        {
            1 or 2 or 9 => "des",
            3 => "3des",
            4 => "rc5",
            5 => "idea",
            6 => "cast",
            7 => "blowfish",
            11 => "null",
            12 => "aes-cbc",
            13 => "aes-ctr",
            14 or 15 or 16 => "aes-ccm",
            18 or 19 or 20 => "aes-gcm",
            23 => "camellia-cbc",
            28 => "chacha20-poly1305",
            _ => "cipher " + Number(id),
        },
        2 => id switch { 1 => "prf-md5", 2 => "prf-sha1", 4 => "prf-aes-xcbc", 5 => "prf-sha256", 6 => "prf-sha384", 7 => "prf-sha512", 8 => "prf-aes-cmac", _ => "prf " + Number(id) },
        3 => id switch { 0 => "none", 1 => "md5-96", 2 => "sha1-96", 5 => "aes-xcbc-96", 8 => "aes-cmac-96", 12 => "sha256-128", 13 => "sha384-192", 14 => "sha512-256", _ => "integrity " + Number(id) },
        4 => Group(id),
        5 => id == 1 ? "esn" : "no-esn",
        _ => Number(type) + ":" + Number(id),
    };

    /// <summary>A Diffie-Hellman group.</summary>
    public static string Group(int id) => id switch
    {
        0 => "none",
        1 => "modp768",
        2 => "modp1024",
        5 => "modp1536",
        14 => "modp2048",
        15 => "modp3072",
        16 => "modp4096",
        17 => "modp6144",
        18 => "modp8192",
        19 => "ecp256",
        20 => "ecp384",
        21 => "ecp521",
        22 => "modp1024s160",
        23 => "modp2048s224",
        24 => "modp2048s256",
        28 => "brainpool256",
        29 => "brainpool384",
        30 => "brainpool512",
        31 => "curve25519",
        32 => "curve448",
        36 => "ml-kem-768",
        _ => "group " + Number(id),
    };

    /// <summary>A notification; its number if it is rare.</summary>
    public static string Notify(int type) => type switch
    {
        1 => "UNSUPPORTED_CRITICAL_PAYLOAD",
        4 => "INVALID_IKE_SPI",
        5 => "INVALID_MAJOR_VERSION",
        7 => "INVALID_SYNTAX",
        9 => "INVALID_MESSAGE_ID",
        11 => "INVALID_SPI",
        14 => "NO_PROPOSAL_CHOSEN",
        17 => "INVALID_KE_PAYLOAD",
        18 => "INVALID_ID_INFORMATION",
        24 => "AUTHENTICATION_FAILED",
        29 => "UNSUPPORTED_EXCHANGE_TYPE",
        16384 => "INITIAL_CONTACT",
        16388 => "NAT_DETECTION_SOURCE_IP",
        16389 => "NAT_DETECTION_DESTINATION_IP",
        16390 => "COOKIE",
        16404 => "MULTIPLE_AUTH_SUPPORTED",
        16406 => "REDIRECT_SUPPORTED",
        16407 => "REDIRECT",
        16418 => "CHILDLESS_IKEV2_SUPPORTED",
        16430 => "IKEV2_FRAGMENTATION_SUPPORTED",
        16431 => "SIGNATURE_HASH_ALGORITHMS",
        16438 => "INTERMEDIATE_EXCHANGE_SUPPORTED",
        _ => Number(type),
    };

    /// <summary>Whether a part of a suite should not be used any longer. RFC 8247, RFC 9395; 3DES by NIST SP 800-131A.</summary>
    public static bool IsWeak(string part) => part is "des" or "3des" or "null" or "md5" or "md5-96" or "prf-md5" or "modp768" or "modp1024" or "modp1024s160" or "tiger";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
