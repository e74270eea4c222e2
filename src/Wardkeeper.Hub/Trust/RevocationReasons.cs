using System.Security.Cryptography.X509Certificates;

namespace Wardkeeper.Hub.Trust;

/// <summary>Reasons for which certificates are revoked, by the words of RFC 5280 (5.3.1). Holding a certificate back for a time is not offered: a device is put out by admission.</summary>
public static class RevocationReasons
{
    private static readonly (string Word, X509RevocationReason Reason)[] Words =
    [
        ("unspecified", X509RevocationReason.Unspecified),
        ("keyCompromise", X509RevocationReason.KeyCompromise),
        ("cACompromise", X509RevocationReason.CACompromise),
        ("affiliationChanged", X509RevocationReason.AffiliationChanged),
        ("superseded", X509RevocationReason.Superseded),
        ("cessationOfOperation", X509RevocationReason.CessationOfOperation),
        ("privilegeWithdrawn", X509RevocationReason.PrivilegeWithdrawn),
    ];

    /// <summary>All words.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Words.Select(one => one.Word)];

    /// <summary>The word as RFC 5280 spells it, whatever the case of the letters; null when it is none.</summary>
    public static string? Read(string? word) => Words.FirstOrDefault(one => string.Equals(one.Word, word, StringComparison.OrdinalIgnoreCase)).Word;

    /// <summary>The reason as lists of revoked certificates carry it.</summary>
    internal static X509RevocationReason Of(string word) => Words.First(one => one.Word == word).Reason;
}
