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

    /// <summary>The parts of a fingerprint that are shown, each once and in order; null when they are too few to make anybody alike.</summary>
    public static List<string>? TokensOf(List<ShownTrait> shown)
    {
        List<string> tokens = [];
        foreach (ShownTrait one in shown)
        {
            if (one.Reading.Token is { } token && !tokens.Contains(token)) tokens.Add(token);
        }
        if (tokens.Count < Least) return null;
        tokens.Sort(StringComparer.Ordinal);
        return tokens;
    }

    /// <summary>The fingerprint that parts make.</summary>
    public static string Of(List<string> tokens)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', tokens)));
        return Convert.ToHexStringLower(hash.AsSpan(0, 12));
    }

    /// <summary>The part of a trait that all pieces of a model have in common; null when it differs from piece to piece.</summary>
    public static string? TokenOf(Trait trait, string value) => trait switch
    {
        Trait.Maker or Trait.Model or Trait.DhcpOrder or Trait.DhcpClass or Trait.ImplementationUid or Trait.ImplementationVersion or Trait.Modality or Trait.ObjectId => $"{trait}={value}",
        // What stands after the name is the piece's own number.
        Trait.Application => $"{trait}={value.Split('^')[0]}",
        Trait.Announces when value.Contains(":device:", StringComparison.OrdinalIgnoreCase) => $"{trait}={value}",
        _ => null,
    };
}
