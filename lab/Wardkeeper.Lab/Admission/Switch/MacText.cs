using System.Globalization;
using System.Net.NetworkInformation;

namespace Wardkeeper.Lab.Admission.Switch;

/// <summary>MAC addresses as switches write them: upper case with hyphens (RFC 3580, section 3.21).</summary>
internal static class MacText
{
    /// <summary>From any usual spelling; null when it is none.</summary>
    public static string? Of(string text)
    {
        string digits = string.Concat(text.Where(char.IsAsciiHexDigit));
        return digits.Length == 12 && text.All(letter => char.IsAsciiHexDigit(letter) || letter is ':' or '-' or '.') ? Hyphens(Convert.FromHexString(digits)) : null;
    }

    /// <summary>From an address.</summary>
    public static string Of(PhysicalAddress mac) => Hyphens(mac.GetAddressBytes());

    /// <summary>From six bytes.</summary>
    public static string Hyphens(ReadOnlySpan<byte> mac) => string.Create(CultureInfo.InvariantCulture, $"{mac[0]:X2}-{mac[1]:X2}-{mac[2]:X2}-{mac[3]:X2}-{mac[4]:X2}-{mac[5]:X2}");

    /// <summary>As programs write it: lower case with colons.</summary>
    public static string Colons(string hyphens) => hyphens.Replace('-', ':').ToLowerInvariant();
}
