using System.Globalization;
using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger.Decisions;

/// <summary>A value that a person entered.</summary>
/// <param name="Value">The value.</param>
/// <param name="Who">The person.</param>
/// <param name="At">When; wall-clock time.</param>
/// <param name="Reason">Why, or null.</param>
internal sealed record PersonValue(string Value, string Who, CaptureTime At, string? Reason);

/// <summary>
/// Decides one field over all claims. A person outranks any source. Among sources, trust counts, then how often, then how lately;
/// what the same place of the same source said before it said something else is superseded. Sources that agree make a value
/// surer, one that disagrees less sure, and a value that is not sure enough is a guess. Versions of programs that run on a device count only
/// where it does not tell its own, and then stand side by side.
/// </summary>
internal static class FieldDecision
{
    /// <summary>Confidence from which a value is shown as such.</summary>
    public const double Enough = 0.60;

    /// <summary>Decides a field; null when there is neither a claim nor a person's value.</summary>
    /// <param name="field">The field.</param>
    /// <param name="claims">All claims about the device.</param>
    /// <param name="person">What a person entered, or null.</param>
    /// <param name="identity">What it is by all evidence; null when nothing was observed.</param>
    public static FieldValue? Of(FieldInfo field, ClaimsByKind claims, PersonValue? person, Identity? identity = null)
    {
        ArraySegment<ClaimTally> about = claims.About(field);
        if (IdentityOf(field) is { } what && identity is not null) return OfIdentity(field, about, person, identity.Of(what), identity);
        if (about.Count == 0 && person is null) return null;
        if (field.Kind == FieldKind.Seen) return Seen(field, about);
        ClaimTally? best = null;
        foreach (ClaimTally claim in about)
        {
            if (best is null || Compare(field, about, claim, best) > 0) best = claim;
        }
        double confidence = best is null ? 0 : Confidence(field, about, best);
        if (person is not null)
        {
            bool contradicted = best is not null && confidence >= Enough && !IsTable(best) && field.Name != "name" && !Agree(person.Value, best.Value);
            return new FieldValue(field.Name, person.Value, null, 1, person.Who, person.At, contradicted, person.Reason is null ? $"entered by {person.Who}" : $"entered by {person.Who}: {person.Reason}", Ordered(about, person.Value));
        }
        if (SourceTrust.IsOfProgram(best!)) return Seen(field, about.Where(claim => !IsSuperseded(about, claim)).ToArray()) with { Claims = Ordered(about, best!.Value) };
        string value = field.Name == "name" ? Shown(best!) : best!.Value;
        bool conflict = field.Name != "name" && !IsTable(best!) && AnyContradicts(about, best!);
        bool isSure = confidence >= Enough;
        return new FieldValue(field.Name, isSure ? value : null, isSure ? null : value, confidence, null, null, conflict, Reason(best!), Ordered(about, best!.Value));
    }

    /// <summary>The part of a device's identity that a field shows; null for fields that are decided over claims.</summary>
    public static IdentityField? IdentityOf(FieldInfo field) => field.Name switch
    {
        "type" => IdentityField.Type,
        "vendor" => IdentityField.Vendor,
        "model" => IdentityField.Model,
        "osName" => IdentityField.OperatingSystem,
        _ => null,
    };

    private static FieldValue? OfIdentity(FieldInfo field, ArraySegment<ClaimTally> about, PersonValue? person, Decided? decided, Identity identity)
    {
        if (decided is null && person is null) return null;
        IReadOnlyList<string> settles = person is null && (decided?.Value is null || decided.Conflict is not null) ? identity.Settles : [];
        string? found = decided?.Value ?? decided?.Guess;
        if (person is not null)
        {
            bool contradicted = decided?.Value is { } value && !Agree(person.Value, value);
            return new FieldValue(field.Name, person.Value, null, 1, person.Who, person.At, contradicted, person.Reason is null ? $"entered by {person.Who}" : $"entered by {person.Who}: {person.Reason}", Ordered(about, person.Value)) { Evidence = decided?.Evidence ?? [], Settles = settles };
        }
        return new FieldValue(field.Name, decided!.Value, decided.Guess, decided.Confidence, null, null, decided.Conflict is not null, decided.Reason ?? "", Ordered(about, found!)) { Evidence = decided.Evidence, Settles = settles, Conflict = decided.Conflict };
    }

    /// <summary>Whether two values say the same: one may say more than the other.</summary>
    public static bool Agree(string left, string right) =>
        left.Contains(right, StringComparison.OrdinalIgnoreCase) || right.Contains(left, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a claim comes from a table and not from the wire.</summary>
    public static bool IsTable(ClaimTally claim) => claim.Source == "mac-prefix";

    private static FieldValue Seen(FieldInfo field, ArraySegment<ClaimTally> about)
    {
        if (about is [var only]) return new(field.Name, only.Value, null, TrustIn(only), null, null, false, only.Source, about);
        List<string> values = new(about.Count), sources = new(about.Count);
        double trust = 0;
        foreach (ClaimTally claim in about)
        {
            if (claim.Kind != ClaimKind.InUse || IsLatestUse(about, claim)) values.Add(claim.Value);
            sources.Add(claim.Source);
            trust = Math.Max(trust, TrustIn(claim));
        }
        return new(field.Name, Listed(values), null, trust, null, null, false, Listed(sources), about);
    }

    /// <summary>Each text once, in order.</summary>
    private static string Listed(List<string> texts)
    {
        texts.Sort(string.CompareOrdinal);
        int kept = 0;
        for (int i = 0; i < texts.Count; i++)
        {
            if (kept == 0 || texts[i] != texts[kept - 1]) texts[kept++] = texts[i];
        }
        texts.RemoveRange(kept, texts.Count - kept);
        return kept == 1 ? texts[0] : string.Join(", ", texts);
    }

    /// <summary>What a device does now is what it said last; behind a gateway each device speaks for itself.</summary>
    private static bool IsLatestUse(ArraySegment<ClaimTally> about, ClaimTally claim) =>
        !about.Any(other => other.Kind == ClaimKind.InUse && other.Last > claim.Last && DeviceOf(other.Origin).SequenceEqual(DeviceOf(claim.Origin)));

    private static ReadOnlySpan<char> DeviceOf(string origin) => origin.IndexOf(" of ", StringComparison.Ordinal) is >= 0 and int at ? origin.AsSpan(at) : default;

    /// <summary>The better kind of claim first (a name for people before one for computers), then what is still said, then trust.</summary>
    private static int Compare(FieldInfo field, ArraySegment<ClaimTally> about, ClaimTally left, ClaimTally right)
    {
        if (field.Claims.Count > 1 && left.Kind != right.Kind) return Place(field, right.Kind).CompareTo(Place(field, left.Kind));
        bool isProgram = SourceTrust.IsOfProgram(left);
        if (isProgram != SourceTrust.IsOfProgram(right)) return isProgram ? -1 : 1;
        bool oldLeft = IsSuperseded(about, left), oldRight = IsSuperseded(about, right);
        if (oldLeft != oldRight) return oldLeft ? -1 : 1;
        int order = TrustIn(left).CompareTo(TrustIn(right));
        return order != 0 ? order : DeviceDecision.Compare(left, right);
    }

    private static int Place(FieldInfo field, ClaimKind kind)
    {
        for (int i = 0; i < field.Claims.Count; i++)
        {
            if (field.Claims[i] == kind) return i;
        }
        return int.MaxValue;
    }

    private static double Confidence(FieldInfo field, ArraySegment<ClaimTally> about, ClaimTally best)
    {
        if (about.Count == 1) return Math.Round(TrustIn(best), 2);
        Dictionary<string, double> agreeing = new(StringComparer.Ordinal);
        double against = 0;
        foreach (ClaimTally claim in about)
        {
            if (Agree(claim.Value, best.Value)) agreeing[claim.Source] = Math.Max(agreeing.GetValueOrDefault(claim.Source), TrustIn(claim));
            else if (field.Name != "name" && Contradicts(about, claim, best)) against = Math.Max(against, TrustIn(claim));
        }
        double doubt = 1;
        foreach (double trust in agreeing.Values) doubt *= 1 - trust;
        return Math.Round((1 - doubt) * (1 - (against / 2)), 2);
    }

    private static bool AnyContradicts(ArraySegment<ClaimTally> about, ClaimTally best)
    {
        foreach (ClaimTally claim in about)
        {
            if (Contradicts(about, claim, best)) return true;
        }
        return false;
    }

    private static bool Contradicts(ArraySegment<ClaimTally> about, ClaimTally claim, ClaimTally best) =>
        claim.Kind == best.Kind && !IsTable(claim) && !SourceTrust.IsOfProgram(claim) && !Agree(claim.Value, best.Value) && !IsSuperseded(about, claim);

    /// <summary>The same place of the same source has said something else ever since.</summary>
    private static bool IsSuperseded(ArraySegment<ClaimTally> about, ClaimTally claim)
    {
        foreach (ClaimTally later in about)
        {
            if (later.First > claim.Last && later.Kind == claim.Kind && later.Source == claim.Source && later.Origin == claim.Origin && later.Value != claim.Value) return true;
        }
        return false;
    }

    private static double TrustIn(ClaimTally claim) => SourceTrust.In(claim.Source);

    /// <summary>An HL7 application may carry the device's EUI-64 after its name.</summary>
    private static string Shown(ClaimTally name) => name.Kind == ClaimKind.HlApplication && name.Value.Split('^')[0] is { Length: > 0 } application ? application : name.Value;

    private static string Reason(ClaimTally best) => IsTable(best)
        ? $"{best.Source}: {best.Origin}"
        : string.Create(CultureInfo.InvariantCulture, $"{best.Source}: {best.Origin}, {best.Count} times");

    private static IReadOnlyList<ClaimTally> Ordered(ArraySegment<ClaimTally> about, string value) => about.Count < 2 ? about : new OrderedLater<ClaimTally>(() =>
        [.. about.OrderBy(claim => claim.Value == value ? 0 : Agree(claim.Value, value) ? 1 : 2).ThenByDescending(TrustIn).ThenByDescending(claim => claim.Last)]);
}
