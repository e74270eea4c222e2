using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger.Decisions;

/// <summary>A device's claims by their kind, sorted once for all its fields; within a kind they keep their order.</summary>
internal sealed class ClaimsByKind
{
    private static readonly int Kinds = Enum.GetValues<ClaimKind>().Length;

    private readonly ClaimTally[] sorted;
    private readonly int[] ends = new int[Kinds + 1];

    /// <param name="claims">All claims about the device.</param>
    public ClaimsByKind(IReadOnlyList<ClaimTally> claims)
    {
        sorted = new ClaimTally[claims.Count];
        for (int i = 0; i < claims.Count; i++) ends[(int)claims[i].Kind + 1]++;
        for (int kind = 1; kind <= Kinds; kind++) ends[kind] += ends[kind - 1];
        Span<int> next = stackalloc int[Kinds];
        ends.AsSpan(0, Kinds).CopyTo(next);
        for (int i = 0; i < claims.Count; i++) sorted[next[(int)claims[i].Kind]++] = claims[i];
    }

    /// <summary>The claims that a field is decided over, by kind; empty when nothing was said of it.</summary>
    public ArraySegment<ClaimTally> About(FieldInfo field)
    {
        if (field.Claims.Count == 1) return Of(field.Claims[0]);
        int count = 0;
        for (int i = 0; i < field.Claims.Count; i++) count += Of(field.Claims[i]).Count;
        if (count == 0) return ArraySegment<ClaimTally>.Empty;
        ClaimTally[] about = new ClaimTally[count];
        int at = 0;
        for (int i = 0; i < field.Claims.Count; i++)
        {
            ArraySegment<ClaimTally> one = Of(field.Claims[i]);
            one.CopyTo(about, at);
            at += one.Count;
        }
        return about;
    }

    private ArraySegment<ClaimTally> Of(ClaimKind kind) => new(sorted, ends[(int)kind], ends[(int)kind + 1] - ends[(int)kind]);
}
