using System.Buffers;
using System.Globalization;
using System.Net;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Intelligence;

/// <summary>
/// Values of indicators in the one form in which they are kept and looked up: domains in lower case without a final dot and in ASCII, pages without scheme's
/// default port and fragment, hashes in lower case. What was written harmless for reading (<c>hxxp://evil[.]example</c>) is read as what it means.
/// </summary>
public static class IndicatorValue
{
    private static readonly IdnMapping Idn = new();
    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Hexadecimal digits of either case.</summary>
    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>Reads a value of a known kind; null when it is none.</summary>
    public static string? Read(IndicatorKind kind, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string value = Armed(text.Trim());
        return kind switch
        {
            IndicatorKind.Address => TryNetwork(value, out Address address, out int bits) ? Network(address, bits) : null,
            IndicatorKind.Domain => Domain(value),
            IndicatorKind.Url => Url(value),
            IndicatorKind.FileHash or IndicatorKind.Certificate => Hex(value, 64),
            IndicatorKind.Ja3 or IndicatorKind.FileMd5 => Hex(value, 32),
            IndicatorKind.FileSha1 => Hex(value, 40),
            IndicatorKind.Ja4 => value.Length is > 20 and < 64 && value.Count(c => c == '_') == 2 ? value.ToLowerInvariant() : null,
            _ => null,
        };
    }

    /// <summary>What kind a value without a name is, by its form: address, page, hash of a file, fingerprint or domain; null when it is none. Thirty-two digits alone are a file's MD5: who lists JA3 says so.</summary>
    public static IndicatorKind? KindOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (IndicatorKind kind in (ReadOnlySpan<IndicatorKind>)[IndicatorKind.Address, IndicatorKind.Url, IndicatorKind.FileHash, IndicatorKind.FileSha1, IndicatorKind.FileMd5, IndicatorKind.Ja4, IndicatorKind.Domain])
        {
            if (Read(kind, text) is not null) return kind;
        }
        return null;
    }

    /// <summary>Reads an address with or without the length of its network.</summary>
    public static bool TryNetwork(string text, out Address address, out int bits)
    {
        ArgumentNullException.ThrowIfNull(text);
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        bits = 0;
        if (!Address.TryParse(slash < 0 ? text : text[..slash], out address) || address.IsBehind || address.IsRadio) return false;
        int whole = address.IsV4 ? 32 : 128;
        bits = whole;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out bits) || bits > whole || bits == 0)) return false;
        bits += 128 - whole;
        address = Masked(address, bits);
        return true;
    }

    /// <summary>The first bits of an address, counted from the front of its sixteen bytes.</summary>
    public static Address Masked(Address address, int bits) => bits switch
    {
        >= 128 => address,
        > 64 => new Address(address.High, address.Low & (ulong.MaxValue << (128 - bits))),
        64 => new Address(address.High, 0),
        > 0 => new Address(address.High & (ulong.MaxValue << (64 - bits)), 0),
        _ => default,
    };

    /// <summary>A domain as it is kept; null when it is none, or a single label.</summary>
    public static string? Domain(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string name = text.TrimEnd('.').ToLowerInvariant();
        if (name.StartsWith("*.", StringComparison.Ordinal)) name = name[2..];
        if (name.Length is 0 or > 253 || !name.Contains('.', StringComparison.Ordinal) || IPAddress.TryParse(name, out _)) return null;
        try
        {
            if (!Ascii(name)) name = Idn.GetAscii(name);
        }
        catch (ArgumentException)
        {
            return null;
        }
        foreach (Range part in name.AsSpan().Split('.'))
        {
            ReadOnlySpan<char> label = name.AsSpan()[part];
            if (label.IsEmpty || label.Length > 63 || label.ContainsAnyExcept(Letters)) return null;
        }
        return name;
    }

    /// <summary>A page as it is kept; null when the text is none of the web.</summary>
    public static string? Url(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https" or "ftp") || uri.Host.Length == 0) return null;
        string port = uri.IsDefaultPort ? "" : ":" + uri.Port.ToString(CultureInfo.InvariantCulture);
        return $"{uri.Scheme}://{uri.IdnHost.ToLowerInvariant()}{port}{Uri.UnescapeDataString(uri.PathAndQuery)}";
    }

    private static string Network(Address address, int bits) => bits >= 128 ? address.ToString() : $"{address}/{(address.IsV4 ? bits - 96 : bits).ToString(CultureInfo.InvariantCulture)}";

    private static string? Hex(string text, int length)
    {
        string value = text.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant();
        return value.Length == length && !value.AsSpan().ContainsAnyExcept(Hexadecimal) ? value : null;
    }

    private static bool Ascii(string text) => System.Text.Ascii.IsValid(text);

    private static string Armed(string text)
    {
        if (!text.Contains('[', StringComparison.Ordinal) && !text.StartsWith("hxxp", StringComparison.OrdinalIgnoreCase) && !text.Contains('(', StringComparison.Ordinal)) return text;
        string value = text.Replace("[.]", ".", StringComparison.Ordinal).Replace("(.)", ".", StringComparison.Ordinal).Replace("[:]", ":", StringComparison.Ordinal).Replace("[dot]", ".", StringComparison.OrdinalIgnoreCase);
        return value.StartsWith("hxxp", StringComparison.OrdinalIgnoreCase) ? "http" + value[4..] : value;
    }
}
