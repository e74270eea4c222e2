using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger.Live;

/// <summary>Finds facts by what they say that could tie interfaces together: serial numbers, other hardware addresses, names.</summary>
internal sealed class JoinEvidence
{
    private static readonly HashSet<string> Placeholders = new(StringComparer.OrdinalIgnoreCase)
    {
        "to be filled by o.e.m.", "default string", "system serial number", "not specified", "not available", "not applicable", "unknown", "none", "invalid", "serial", "0123456789", "123456789", "1234567890", "12345678", "1234567", "123456", "12345",
    };

    private readonly Dictionary<(ClaimKind, string), List<Facts>> index = [];

    public void Add(Facts facts, ClaimTally claim)
    {
        if (KeyOf(claim) is not { } key) return;
        if (!index.TryGetValue((claim.Kind, key), out List<Facts>? list)) index[(claim.Kind, key)] = list = [];
        list.Add(facts);
    }

    public void Remove(Facts facts, ClaimTally claim)
    {
        if (KeyOf(claim) is { } key && index.TryGetValue((claim.Kind, key), out List<Facts>? list) && list.Remove(facts) && list.Count == 0) index.Remove((claim.Kind, key));
    }

    /// <summary>Who said so; once for each time they said it elsewhere.</summary>
    public IReadOnlyList<Facts> Of(ClaimKind kind, string key) => index.TryGetValue((kind, key), out List<Facts>? list) ? list : [];

    /// <summary>The value as it is compared; null when it ties nothing together.</summary>
    public static string? KeyOf(ClaimTally claim)
    {
        string value = claim.Value.Trim();
        // An archive that hands on a scanner's images is not that scanner.
        if (Claim.IsOfSentObject(claim.Origin)) return null;
        return claim.Kind switch
        {
            ClaimKind.SerialNumber => value.Length < 5 || Placeholders.Contains(value) || value.All(c => c == value[0]) ? null : value.ToUpperInvariant(),
            ClaimKind.OtherMac => MacOf(value) is { IsNone: false } mac ? mac.ToString() : null,
            ClaimKind.HostName => value.Length < 3 ? null : value.Split('.')[0].ToUpperInvariant(),
            ClaimKind.AeTitle => value.Length < 2 ? null : value.ToUpperInvariant(),
            ClaimKind.DhcpParameterList => value,
            _ => null,
        };
    }

    /// <summary>A hardware address as protocols write it in texts.</summary>
    public static MacAddress MacOf(string text)
    {
        string digits = text.Replace(":", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal);
        return digits.Length == 12 && ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value) ? new MacAddress(value) : default;
    }
}
