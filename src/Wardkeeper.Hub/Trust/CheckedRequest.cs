using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Wardkeeper.Hub.Trust;

/// <summary>Kinds of keys that certificates are issued for.</summary>
public enum KeyKind
{
    /// <summary>Elliptic curve P-256.</summary>
    P256,

    /// <summary>Elliptic curve P-384.</summary>
    P384,

    /// <summary>RSA.</summary>
    Rsa,
}

/// <summary>The name of a hardware module in a certificate (RFC 4108, section 5).</summary>
/// <param name="Type">Object identifier of the module's type.</param>
/// <param name="Serial">Its serial number, as the maker encodes it.</param>
public sealed record HardwareModuleName(string Type, byte[] Serial);

/// <summary>Why a request is refused; hostile input is a value.</summary>
/// <param name="Code">Which, in kebab case; counted under this name.</param>
/// <param name="Message">What is wrong and what to do, in English.</param>
public sealed record CsrFault(string Code, string Message);

/// <summary>A request for a certificate whose form, key and signature were found good. What it says of itself is still only a claim.</summary>
/// <param name="Hash">SHA-256 of the request, lower-case hex.</param>
/// <param name="SubjectPublicKeyInfo">The key, DER.</param>
/// <param name="Kind">Kind of the key.</param>
/// <param name="Bits">Its length in bits.</param>
/// <param name="Subject">The subject it asks for, as RFC 4514 writes it.</param>
/// <param name="CommonName">Common name in it, or null.</param>
/// <param name="DeviceSerial">Serial number of the device in it, or null.</param>
/// <param name="DnsNames">DNS names that it asks for.</param>
/// <param name="Addresses">IP addresses that it asks for.</param>
/// <param name="Module">Hardware module that it names, or null.</param>
/// <param name="ChallengePassword">The attribute <c>challengePassword</c>, by which RFC 7030 (3.5) binds a request to its TLS connection; null when there is none.</param>
/// <param name="AsksForEncryption">Whether it asks that a key made by the server be encrypted (RFC 7030, 4.4.1).</param>
public sealed record CheckedRequest(
    string Hash,
    byte[] SubjectPublicKeyInfo,
    KeyKind Kind,
    int Bits,
    string Subject,
    string? CommonName,
    string? DeviceSerial,
    IReadOnlyList<string> DnsNames,
    IReadOnlyList<System.Net.IPAddress> Addresses,
    HardwareModuleName? Module,
    string? ChallengePassword,
    bool AsksForEncryption)
{
    /// <summary>SHA-256 of the public key info, lower-case hex: tells one key from another.</summary>
    public string KeyHash => Convert.ToHexStringLower(SHA256.HashData(SubjectPublicKeyInfo));

    /// <summary>The key as certificates take it.</summary>
    internal PublicKey Key => PublicKey.CreateFromSubjectPublicKeyInfo(SubjectPublicKeyInfo, out _);
}
