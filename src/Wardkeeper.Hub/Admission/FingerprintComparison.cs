using System.Collections.Frozen;
using System.Globalization;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Admission;

/// <summary>What a trait weighs in the comparison.</summary>
/// <param name="Trait">Which.</param>
/// <param name="IsHard">Whether no update changes it.</param>
/// <param name="IsSet">Whether many values are usual.</param>
/// <param name="Needed">So many new values are a difference.</param>
/// <param name="Agrees">What agreement counts.</param>
/// <param name="Differs">What a difference counts.</param>
public sealed record FingerprintWeight(string Trait, bool IsHard, bool IsSet, int Needed, int Agrees, int Differs);

/// <summary>
/// Compares what a card's machine shows since it was plugged in with what it showed before. The score is the share of agreement in all that could be compared. What is easily copied counts little when it
/// agrees and much when it differs; only a difference in what no update changes can break a fingerprint, so that updates, new servers and renamed devices do not.
/// </summary>
public static class FingerprintComparison
{
    /// <summary>At this score and above a machine behaves like itself, when enough was compared.</summary>
    public const int Good = 70;

    /// <summary>Below this score it is another machine, when something differs that no update changes.</summary>
    public const int Bad = 50;

    /// <summary>So much agreement must have been seen before a score says that it is itself: more than what is easily copied.</summary>
    public const int Enough = 30;

    private const int MostKnown = 4;
    private static readonly string[] Stack = ["tcp-ttl", "tcp-options"];
    private static readonly TimeSpan Acquainted = TimeSpan.FromMinutes(10);

    /// <summary>The weights, by trait; <c>fingerprint-weights.tsv</c>.</summary>
    public static IReadOnlyDictionary<string, FingerprintWeight> Weights { get; } = HubTable.Rows("fingerprint-weights.tsv")
        .ToFrozenDictionary(cells => cells[0], cells => new FingerprintWeight(cells[0], cells[1] == "hard", cells[1] == "set", Number(cells[2]), Number(cells[3]), Number(cells[4])), StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string[]> Texts = HubTable.Rows("fingerprint-weights.tsv").ToFrozenDictionary(cells => cells[0], cells => cells[5..9], StringComparer.Ordinal);

    /// <summary>Nothing could be compared.</summary>
    public static FingerprintMatch Nothing { get; } = new(null, []);

    /// <summary>What a trait is called.</summary>
    public static string NameOf(string trait, bool chinese) => Texts.TryGetValue(trait, out string[]? text) ? text[chinese ? 1 : 0] : trait;

    /// <summary>Why a trait weighs what it does.</summary>
    public static string WhyOf(string trait, bool chinese) => Texts.TryGetValue(trait, out string[]? text) ? text[chinese ? 3 : 2] : "";

    /// <summary>
    /// Whether it is surely another machine: little agrees and something differs that no update changes, or all of its TCP stack differs, however much else was copied.
    /// </summary>
    public static bool IsBroken(FingerprintMatch match)
    {
        ArgumentNullException.ThrowIfNull(match);
        bool Differs(string trait) => match.Traits.Any(one => one.Trait == trait && one.Agrees == false);
        return Stack.All(Differs) || (match.Score < Bad && Weights.Values.Any(weight => weight.IsHard && Differs(weight.Trait)));
    }

    /// <summary>Whether it behaves like itself in more than what is easily copied.</summary>
    public static bool IsGood(FingerprintMatch match)
    {
        ArgumentNullException.ThrowIfNull(match);
        return match.Score >= Good && match.Traits.Where(one => one.Agrees == true).Sum(one => one.Weight) >= Enough;
    }

    /// <summary>The comparison for a card where it is plugged in.</summary>
    /// <param name="traits">What the machine showed; null when nothing.</param>
    /// <param name="plug">Since when it is there, and since when what it shows is not proven.</param>
    public static FingerprintMatch Of(CardTraits? traits, Plug plug)
    {
        ArgumentNullException.ThrowIfNull(plug);
        return Of(traits, plug.Since, plug.Doubts, plug.Known);
    }

    /// <summary>Whether there is something to compare with, and what was shown since did not prove to be the card's own.</summary>
    public static bool IsUnproven(CardTraits? traits, Plug plug)
    {
        ArgumentNullException.ThrowIfNull(plug);
        return IsComparable(traits, plug.Known) && !IsGood(Of(traits, plug));
    }

    /// <summary>The comparison.</summary>
    /// <param name="traits">What the machine showed; null when nothing.</param>
    /// <param name="since">What it showed at this time or later is seen now.</param>
    /// <param name="doubts">Times in which what it showed was another's; null for none.</param>
    /// <param name="knownBefore">What it showed first before this is known of it, and differences count from then on; the same as <paramref name="since"/> when null.</param>
    public static FingerprintMatch Of(CardTraits? traits, CaptureTime since, IReadOnlyList<Doubt>? doubts = null, CaptureTime? knownBefore = null)
    {
        CaptureTime known = knownBefore ?? since;
        if (!IsComparable(traits, known)) return Nothing;
        // Once it is in doubt, what the other machine showed before is no longer held against what is plugged in now.
        Period period = new(known, doubts is [.., { Until: null }] ? since : known, since, doubts ?? []);
        Dictionary<string, TraitMatch> all = new(StringComparer.Ordinal);
        foreach (IGrouping<string, ShownTrait> shown in traits.Shown.GroupBy(one => one.Trait, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            int slash = shown.Key.IndexOf('/', StringComparison.Ordinal);
            string name = slash < 0 ? shown.Key : shown.Key[..slash];
            if (!Weights.TryGetValue(name, out FingerprintWeight? weight) || Compare(weight, [.. shown], period) is not { } one) continue;
            // Shown at several places: a difference at one of them is a difference.
            if (!all.TryGetValue(name, out TraitMatch? before) || Rank(one) > Rank(before)) all[name] = one;
        }
        TraitMatch[] compared = [.. all.Values.OrderByDescending(Rank).ThenByDescending(one => one.Weight).ThenBy(one => one.Trait, StringComparer.Ordinal)];
        int agree = compared.Where(one => one.Agrees == true).Sum(one => one.Weight), differ = compared.Where(one => one.Agrees == false).Sum(one => one.Weight);
        return new FingerprintMatch(agree + differ == 0 ? null : (int)Math.Round(100.0 * agree / (agree + differ), MidpointRounding.AwayFromZero), compared);
    }

    private static bool IsComparable([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] CardTraits? traits, CaptureTime known) => traits is { IsRouter: false } && known.Since(traits.First) >= Acquainted;

    private static int Rank(TraitMatch one) => one.Agrees switch { false => 2, true => 1, null => 0 };

    private static TraitMatch? Compare(FingerprintWeight weight, List<ShownTrait> shown, Period period)
    {
        bool IsKnown(ShownTrait one) => one.First < period.Known && !period.Doubts.Any(doubt => doubt.Covers(one.First));
        string[] known = [.. shown.Where(IsKnown).OrderByDescending(one => one.Last).ThenBy(one => one.Value, StringComparer.Ordinal).Select(one => one.Value)];
        string[] still = [.. shown.Where(one => one.Last >= period.Agreeing && IsKnown(one)).Select(one => one.Value).Order(StringComparer.Ordinal)];
        string[] fresh = [.. shown.Where(one => one.Last >= period.Differing && !IsKnown(one)).Select(one => one.Value).Order(StringComparer.Ordinal)];
        // One new value of its kind says something even where there was none before: a protocol that it begins to speak, a service that is closed.
        if (known.Length == 0 && !(weight.IsSet && weight.Agrees == 0) && !(weight.IsSet && weight.Needed == 1)) return null;
        if (!weight.IsSet && known.Length > MostKnown) return null;
        bool differs = weight.IsSet ? fresh.Length >= weight.Needed : fresh.Length > 0 && (weight.IsHard || still.Length == 0);
        if (known.Length == 0 && !differs) return null;
        bool? agrees = differs ? false : still.Length > 0 && weight.Agrees > 0 ? true : null;
        if (agrees is null && weight.IsSet) return null;
        string[] seen = differs ? fresh : still;
        return new TraitMatch(weight.Trait, known.Length == 0 ? "-" : Told(known), seen.Length == 0 ? null : Told(seen), differs ? weight.Differs : weight.Agrees, agrees);
    }

    private static string Told(string[] values) => string.Join(" · ", values.Take(3)) + (values.Length > 3 ? " …" : "");

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>What is compared with what.</summary>
    /// <param name="Known">What was shown first before this is known.</param>
    /// <param name="Differing">From when on differences count.</param>
    /// <param name="Agreeing">From when on agreement counts.</param>
    /// <param name="Doubts">Times in which what was shown was another's.</param>
    private readonly record struct Period(CaptureTime Known, CaptureTime Differing, CaptureTime Agreeing, IReadOnlyList<Doubt> Doubts);
}
