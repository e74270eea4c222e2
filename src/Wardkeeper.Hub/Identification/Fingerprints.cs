using System.Security.Cryptography;
using System.Text;

namespace Wardkeeper.Hub.Identification;

/// <summary>
/// The fingerprint of a device: the set of traits that every piece of a model has and that do not change with what it happens to do.
/// Devices with the same fingerprint are alike.
/// </summary>
internal static class Fingerprints
{
    /// <summary>Fewer traits than this make nobody alike.</summary>
    private const int Least = 2;

    /// <summary>A fingerprint, or null when too little is shown.</summary>
    public static string? Of(List<ShownTrait> shown)
    {
        List<string> tokens = [];
        foreach (ShownTrait one in shown)
        {
            if (TokenOf(one) is { } token && !tokens.Contains(token)) tokens.Add(token);
        }
        if (tokens.Count < Least) return null;
        tokens.Sort(StringComparer.Ordinal);
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', tokens)));
        return Convert.ToHexStringLower(hash.AsSpan(0, 12));
    }

    /// <summary>The part of a trait that all pieces of a model have in common; null when it differs from piece to piece.</summary>
    private static string? TokenOf(in ShownTrait one)
    {
        switch (one.Trait)
        {
            case Trait.Maker:
            case Trait.Model:
            case Trait.DhcpOrder:
            case Trait.DhcpClass:
            case Trait.ImplementationUid:
            case Trait.ImplementationVersion:
            case Trait.Modality:
            case Trait.ObjectId:
                return $"{one.Trait}={one.Value}";
            case Trait.Application:
                // What stands after the name is the piece's own number.
                return $"{one.Trait}={one.Value.Split('^')[0]}";
            case Trait.Announces:
                return one.Value.Contains(":device:", StringComparison.OrdinalIgnoreCase) ? $"{one.Trait}={one.Value}" : null;
            default:
                return null;
        }
    }
}
