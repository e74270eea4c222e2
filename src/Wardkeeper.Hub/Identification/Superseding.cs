using Wardkeeper.Hub.Ledger;

namespace Wardkeeper.Hub.Identification;

/// <summary>What the same place of the same source said before it said something else holds no longer.</summary>
internal static class Superseding
{
    public static bool IsOver(IReadOnlyList<ClaimTally> claims, ClaimTally claim)
    {
        for (int i = 0; i < claims.Count; i++)
        {
            ClaimTally later = claims[i];
            if (later.Kind == claim.Kind && later.First > claim.Last && later.Source == claim.Source && later.Origin == claim.Origin && later.Value != claim.Value) return true;
        }
        return false;
    }
}
