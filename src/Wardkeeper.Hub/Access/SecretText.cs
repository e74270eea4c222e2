using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Wardkeeper.Hub.Access;

/// <summary>Random texts that open something, and the hashes kept of them. They have 256 bits of their own, so a plain hash is enough.</summary>
public static class SecretText
{
    /// <summary>256 random bits in base64url.</summary>
    public static string Make() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>SHA-256 in lower-case hex.</summary>
    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
