using System.Security.Cryptography;

namespace Wardkeeper.Hub.Trust;

/// <summary>Serial numbers of certificates.</summary>
internal static class SerialNumbers
{
    /// <summary>Octets of a serial number, as many as RFC 5280 (4.1.2.2) allows.</summary>
    private const int Length = 20;

    /// <summary>A random one of exactly 20 octets, positive; 158 bits nobody can guess.</summary>
    public static byte[] Make()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(Length);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40);
        return serial;
    }

    /// <summary>Lower-case hex without leading zero bytes.</summary>
    public static string Text(ReadOnlySpan<byte> serial) => Convert.ToHexStringLower(serial.TrimStart((byte)0));

    /// <summary>The same of hex in any case, with colons and leading zeros allowed; null when it is no hex.</summary>
    public static string? Text(string hex)
    {
        string digits = hex.Replace(":", "", StringComparison.Ordinal).Trim();
        if (digits.Length is 0 or > 128 || !digits.All(char.IsAsciiHexDigit)) return null;
        string trimmed = digits.TrimStart('0').ToLowerInvariant();
        return trimmed.Length % 2 == 0 ? trimmed : "0" + trimmed;
    }
}
