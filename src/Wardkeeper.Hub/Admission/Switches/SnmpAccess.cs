using System.Net;
using System.Security.Cryptography;

namespace Wardkeeper.Hub.Admission.Switches;

/// <summary>The hash that signs messages of SNMPv3.</summary>
public enum SnmpHash
{
    /// <summary>HMAC-SHA-96 (RFC 3414, section 7).</summary>
    Sha1,

    /// <summary>HMAC-192-SHA-256 (RFC 7860).</summary>
    Sha256,
}

/// <summary>Where a switch is asked, and by which right. Holds secrets; its text shows none.</summary>
/// <param name="Address">Where.</param>
/// <param name="Port">UDP port.</param>
/// <param name="Community">The community, with SNMPv2c; null with SNMPv3.</param>
/// <param name="User">The user, with SNMPv3.</param>
/// <param name="Hash">How messages are signed.</param>
/// <param name="SignPassword">From which the key is made that signs; null signs nothing. At least 8 characters (RFC 3414, section 11.2).</param>
/// <param name="HidePassword">From which the key is made that encrypts with AES-128 (RFC 3826); null encrypts nothing.</param>
public sealed record SnmpAccess(IPAddress Address, int Port, string? Community, string? User = null, SnmpHash Hash = SnmpHash.Sha256, string? SignPassword = null, string? HidePassword = null)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Address}:{Port} {(Community is null ? $"SNMPv3 {User}" : "SNMPv2c")}";
}

/// <summary>A switch does not answer, refuses, or answers what cannot be read; the message says which and what to do.</summary>
public sealed class SnmpException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Keys of SNMPv3's user-based security: of a password, then of a password for one engine (RFC 3414, appendix A.2).</summary>
internal static class UsmKeys
{
    private const int Expanded = 1 << 20;

    /// <summary>The key of a password at one engine.</summary>
    public static byte[] Of(string password, ReadOnlySpan<byte> engine, SnmpHash hash)
    {
        byte[] text = System.Text.Encoding.UTF8.GetBytes(password), wide = new byte[Expanded];
        for (int i = 0; i < Expanded; i++) wide[i] = text[i % text.Length];
        byte[] key = Hash(wide, hash);
        return Hash([.. key, .. engine, .. key], hash);
    }

    /// <summary>Signs a message; 12 bytes with SHA-1, 24 with SHA-256.</summary>
    public static byte[] Sign(byte[] key, byte[] message, SnmpHash hash) => hash == SnmpHash.Sha256 ? HMACSHA256.HashData(key, message)[..24] : Sha1Signature(key, message);

    /// <summary>Length of a signature.</summary>
    public static int Length(SnmpHash hash) => hash == SnmpHash.Sha256 ? 24 : 12;

    // Many switches in service know no other hash; the choice is the site's.
#pragma warning disable CA5350 // SNMPv3 is defined with SHA-1 (RFC 3414); SHA-256 (RFC 7860) is used where the switch has it
    private static byte[] Hash(byte[] bytes, SnmpHash hash) => hash == SnmpHash.Sha256 ? SHA256.HashData(bytes) : SHA1.HashData(bytes);

    private static byte[] Sha1Signature(byte[] key, byte[] message) => HMACSHA1.HashData(key, message)[..12];
#pragma warning restore CA5350
}
