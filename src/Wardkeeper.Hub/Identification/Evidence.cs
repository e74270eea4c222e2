using Wardkeeper.Hub.Ledger;

namespace Wardkeeper.Hub.Identification;

/// <summary>One voice for or against a value, with what it rests on.</summary>
/// <param name="Value">The value it speaks of.</param>
/// <param name="IsFor">Whether it speaks for it.</param>
/// <param name="Weight">What it adds to the logarithm of the odds; negative when it speaks against.</param>
/// <param name="Counts">Whether it counts: within a family only the strongest voice for a value does.</param>
/// <param name="Family">Which voices it counts among.</param>
/// <param name="Entry">Name of the entry of the knowledge base, or <c>own-words</c> where the device states the value itself.</param>
/// <param name="Shown">What was seen, cleaned for display.</param>
/// <param name="Trait">What it is of.</param>
/// <param name="Claim">The claim it rests on, with protocol, packet and times; null for services and addresses.</param>
public sealed record Evidence(string Value, bool IsFor, double Weight, bool Counts, EvidenceFamily Family, string Entry, string Shown, Trait Trait, ClaimTally? Claim);

/// <summary>What is decided about one attribute.</summary>
/// <param name="Field">The attribute.</param>
/// <param name="Value">The value; null when it is not sure enough, or in conflict.</param>
/// <param name="Guess">The best guess when there is no value.</param>
/// <param name="Confidence">0 to 1: how sure the value, or the guess, is.</param>
/// <param name="Conflict">The other value that strong evidence speaks for, or null.</param>
/// <param name="Evidence">Voices for and against, strongest first; at most <see cref="Identifier.MostEvidence"/>.</param>
public sealed record Decided(IdentityField Field, string? Value, string? Guess, double Confidence, string? Conflict, IReadOnlyList<Evidence> Evidence)
{
    /// <summary>The strongest reason in words, or null.</summary>
    public string? Reason { get; init; }
}

/// <summary>What a device is, as far as evidence says.</summary>
/// <param name="Decisions">The attributes of which anything is known.</param>
/// <param name="Category">Category of the type; also known when only the type within it is not.</param>
/// <param name="Settles">What would settle what is open, most telling first: see <see cref="Settling"/>.</param>
/// <param name="Fingerprint">The set of its lasting traits; null when it shows too few.</param>
public sealed record Identity(IReadOnlyList<Decided> Decisions, string? Category, IReadOnlyList<string> Settles, string? Fingerprint)
{
    /// <summary>What it was decided on, for the next time; null when that is not kept.</summary>
    internal Grounds? Grounds { get; init; }

    /// <summary>The decision on an attribute, or null when nothing is known.</summary>
    public Decided? Of(IdentityField field)
    {
        for (int i = 0; i < Decisions.Count; i++)
        {
            if (Decisions[i].Field == field) return Decisions[i];
        }
        return null;
    }
}
