using System.Globalization;
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
/// surer, one that disagrees less sure, and a value that is not sure enough is a guess.
/// </summary>
internal static class FieldDecision
{
    /// <summary>Confidence from which a value is shown as such.</summary>
    public const double Enough = 0.60;

    private const double TableTrust = 0.60, HabitTrust = 0.65, HabitStep = 0.09, OtherTrust = 0.65;

    private static readonly Dictionary<string, double> Trust = new(StringComparer.Ordinal)
    {
        ["lldp"] = 0.90,
        ["cdp"] = 0.90,
        ["snmp"] = 0.90,
        ["dhcp"] = 0.80,
        ["dhcpv6"] = 0.80,
        ["hl7"] = 0.80,
        ["astm"] = 0.80,
        ["poct1a"] = 0.85,
        ["dicom"] = 0.80,
        ["ssdp"] = 0.75,
        ["dns"] = 0.70,
        ["ssh"] = 0.70,
        ["mac-prefix"] = TableTrust,
    };

    /// <summary>Decides a field; null when there is neither a claim nor a person's value.</summary>
    public static FieldValue? Of(FieldInfo field, IReadOnlyList<ClaimTally> claims, PersonValue? person)
    {
        List<ClaimTally> about = About(field, claims);
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
        string value = field.Name == "name" ? Shown(best!) : best!.Value;
        bool conflict = field.Name != "name" && !IsTable(best!) && about.Exists(other => Contradicts(about, other, best!));
        bool isSure = confidence >= Enough;
        return new FieldValue(field.Name, isSure ? value : null, isSure ? null : value, confidence, null, null, conflict, Reason(best!), Ordered(about, best!.Value));
    }

    /// <summary>Whether two values say the same: one may say more than the other.</summary>
    public static bool Agree(string left, string right) =>
        left.Contains(right, StringComparison.OrdinalIgnoreCase) || right.Contains(left, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a claim comes from a table or a habit and not from the wire.</summary>
    public static bool IsTable(ClaimTally claim) => claim.Source is "mac-prefix" or "habit";

    private static List<ClaimTally> About(FieldInfo field, IReadOnlyList<ClaimTally> claims)
    {
        List<ClaimTally> about = [];
        for (int i = 0; i < claims.Count; i++)
        {
            if (field.Claims.Contains(claims[i].Kind)) about.Add(claims[i]);
        }
        return about;
    }

    private static FieldValue Seen(FieldInfo field, List<ClaimTally> about) => new(
        field.Name,
        string.Join(", ", about.Where(claim => claim.Kind != ClaimKind.InUse || IsLatestUse(about, claim)).Select(claim => claim.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)),
        null,
        about.Max(TrustIn),
        null,
        null,
        false,
        string.Join(", ", about.Select(claim => claim.Source).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)),
        about);

    /// <summary>What a device does now is what it said last; behind a gateway each device speaks for itself.</summary>
    private static bool IsLatestUse(List<ClaimTally> about, ClaimTally claim) =>
        !about.Exists(other => other.Kind == ClaimKind.InUse && other.Last > claim.Last && DeviceOf(other.Origin).SequenceEqual(DeviceOf(claim.Origin)));

    private static ReadOnlySpan<char> DeviceOf(string origin) => origin.IndexOf(" of ", StringComparison.Ordinal) is >= 0 and int at ? origin.AsSpan(at) : default;

    /// <summary>The better kind of claim first (a name for people before one for computers), then what is still said, then trust.</summary>
    private static int Compare(FieldInfo field, List<ClaimTally> about, ClaimTally left, ClaimTally right)
    {
        if (field.Claims.Count > 1 && left.Kind != right.Kind) return Place(field, right.Kind).CompareTo(Place(field, left.Kind));
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

    private static double Confidence(FieldInfo field, List<ClaimTally> about, ClaimTally best)
    {
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

    private static bool Contradicts(List<ClaimTally> about, ClaimTally claim, ClaimTally best) =>
        claim.Kind == best.Kind && !IsTable(claim) && !Agree(claim.Value, best.Value) && !IsSuperseded(about, claim);

    /// <summary>The same place of the same source has said something else ever since.</summary>
    private static bool IsSuperseded(List<ClaimTally> about, ClaimTally claim) =>
        about.Exists(later => later.Kind == claim.Kind && later.Source == claim.Source && later.Origin == claim.Origin && later.Value != claim.Value && later.First > claim.Last);

    private static double TrustIn(ClaimTally claim) => claim.Source == "habit"
        ? Math.Min(0.85, HabitTrust + (HabitStep * claim.Origin.AsSpan().Count(", ")))
        : Trust.GetValueOrDefault(claim.Source, OtherTrust);

    /// <summary>An HL7 application may carry the device's EUI-64 after its name.</summary>
    private static string Shown(ClaimTally name) => name.Kind == ClaimKind.HlApplication && name.Value.Split('^')[0] is { Length: > 0 } application ? application : name.Value;

    private static string Reason(ClaimTally best) => IsTable(best)
        ? $"{best.Source}: {best.Origin}"
        : string.Create(CultureInfo.InvariantCulture, $"{best.Source}: {best.Origin}, {best.Count} times");

    private static List<ClaimTally> Ordered(List<ClaimTally> about, string value) =>
        [.. about.OrderBy(claim => claim.Value == value ? 0 : Agree(claim.Value, value) ? 1 : 2).ThenByDescending(TrustIn).ThenByDescending(claim => claim.Last)];
}
