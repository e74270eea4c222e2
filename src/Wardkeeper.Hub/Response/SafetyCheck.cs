using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Response;

/// <summary>Something to be done to devices.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Step">Which step of the ladder.</param>
/// <param name="Devices">Numbers of the devices it touches, at least one.</param>
/// <param name="Lasts">How long it holds; it ends by itself.</param>
/// <param name="Reason">Why, as the proposer wrote it.</param>
/// <param name="Proposer">Who proposed it; null when a rule did.</param>
public sealed record ProposedAction(long Number, LadderStep Step, IReadOnlyList<long> Devices, TimeSpan Lasts, string Reason, string? Proposer)
{
    /// <summary>Which rule proposed it; null when a person did.</summary>
    public string? Rule { get; init; }
}

/// <summary>What an action would do, computed at a moment. People agree to exactly this: another situation is another preview.</summary>
/// <param name="Action">The action.</param>
/// <param name="Situations">By device, in the order of the action.</param>
/// <param name="At">When it was computed.</param>
public sealed record SafetyPreview(ProposedAction Action, IReadOnlyList<CareSituation> Situations, CaptureTime At)
{
    /// <summary>What two people have to have seen alike: everything but the moment.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('|', [
        Action.Number.ToString(CultureInfo.InvariantCulture), KebabWord.Of(Action.Step), Action.Lasts.Ticks.ToString(CultureInfo.InvariantCulture), Action.Reason, Action.Proposer ?? "",
        .. Action.Devices.Zip(Situations).Select(pair => FormattableString.Invariant($"{pair.First}:{pair.Second.Consequence}:{pair.Second.IsInUse}:{pair.Second.HasStandby}:{pair.Second.ComesBackAtOnce}:{pair.Second.CarriesAlarms}")),
    ]))))[..32];
}

/// <summary>A person agreed.</summary>
/// <param name="Person">Who.</param>
/// <param name="Digest">To which preview.</param>
/// <param name="At">When.</param>
public sealed record Approval(string Person, string Digest, CaptureTime At);

/// <summary>What the check says.</summary>
public enum SafetyAnswer
{
    /// <summary>It may be done.</summary>
    Cleared,

    /// <summary>It may be done when two people, neither of them the proposer, agree to this preview.</summary>
    NeedsTwoPeople,

    /// <summary>It is beyond what the situation allows, whoever agrees.</summary>
    Refused,
}

/// <summary>The check's answer with its reasons.</summary>
/// <param name="Answer">What it says.</param>
/// <param name="Device">The device that decides; 0 when the action itself is wrong.</param>
/// <param name="Reason">Key of the text that says why: <c>table</c> (then <paramref name="Rule"/> holds it), <c>alarm-path</c>, <c>no-device</c>, <c>no-reason</c>, <c>no-expiry</c>, <c>too-long</c>.</param>
/// <param name="Rule">The row of the table that decides.</param>
/// <param name="Highest">Highest step that all devices allow by one person.</param>
/// <param name="HighestWithTwo">Highest step that all devices allow with two people.</param>
public sealed record SafetyVerdict(SafetyAnswer Answer, long Device, string Reason, SafetyRule? Rule, LadderStep Highest, LadderStep HighestWithTwo);

/// <summary>
/// The clinical safety check, which every enforcing action passes: nothing we do may interrupt treatment. It looks up the table for each device touched, the most endangered
/// decides; never lets an alarm path be cut; wants an end and a reason for everything; and is the only one that makes a <see cref="ClearedAction"/>.
/// </summary>
public static class SafetyCheck
{
    /// <summary>The longest that anything holds before it is asked for again: a shift with its handing over.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    /// <summary>How long an approval counts: what was agreed to must still be what is seen.</summary>
    public static readonly TimeSpan ApprovalLasts = TimeSpan.FromMinutes(30);

    /// <summary>What may be done.</summary>
    public static SafetyVerdict Judge(SafetyPreview preview)
    {
        ArgumentNullException.ThrowIfNull(preview);
        ProposedAction action = preview.Action;
        if (action.Devices.Count == 0 || preview.Situations.Count != action.Devices.Count) return Wrong("no-device");
        if (string.IsNullOrWhiteSpace(action.Reason)) return Wrong("no-reason");
        if (action.Lasts <= TimeSpan.Zero) return Wrong("no-expiry");
        if (action.Lasts > Longest) return Wrong("too-long");
        SafetyRule[] rules = [.. preview.Situations.Select(SafetyTable.Of)];
        LadderStep highest = rules.Min(rule => rule.Alone), highestWithTwo = rules.Min(rule => rule.WithTwo);
        int alarming = action.Step > LadderStep.Tag ? preview.Situations.ToList().FindIndex(situation => situation.CarriesAlarms) : -1;
        // A refused message leaves the alarm's own connection alone; anything that holds back whole connections does not.
        if (alarming >= 0 && action.Step != LadderStep.RefuseMessage) return new SafetyVerdict(SafetyAnswer.Refused, action.Devices[alarming], "alarm-path", rules[alarming], highest, highestWithTwo);
        int tightest = Array.FindIndex(rules, rule => rule.WithTwo == highestWithTwo);
        if (action.Step > highestWithTwo) return new SafetyVerdict(SafetyAnswer.Refused, action.Devices[tightest], "table", rules[tightest], highest, highestWithTwo);
        int deciding = Array.FindIndex(rules, rule => rule.Alone == highest);
        return new SafetyVerdict(action.Step > highest ? SafetyAnswer.NeedsTwoPeople : SafetyAnswer.Cleared, action.Devices[deciding], "table", rules[deciding], highest, highestWithTwo);
    }

    /// <summary>Why the check says what it says, as a word that <see cref="Why"/> reads in either language: the row of the table that decides, else the reason's key.</summary>
    public static string Told(SafetyVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        return verdict is { Reason: "table", Rule: { } rule } ? rule.Key : verdict.Reason;
    }

    /// <summary>What <see cref="Told"/> wrote, in a language; anything else is handed back as it is.</summary>
    public static string Why(string told, bool chinese)
    {
        ArgumentNullException.ThrowIfNull(told);
        return SafetyTable.Of(told)?.Reason(chinese) ?? (FindingTexts.Has("refused." + told) ? FindingTexts.Get("refused." + told, chinese) : told);
    }

    /// <summary>The cleared action, or null: it is not allowed, or not enough people agreed to what is to be seen now.</summary>
    /// <param name="preview">Computed now.</param>
    /// <param name="approvals">Who agreed, and to which preview.</param>
    /// <param name="now">The moment.</param>
    public static ClearedAction? Clear(SafetyPreview preview, IReadOnlyList<Approval> approvals, CaptureTime now)
    {
        ArgumentNullException.ThrowIfNull(approvals);
        SafetyVerdict verdict = Judge(preview);
        string[] agreed = [.. approvals
            .Where(one => one.Digest == preview.Digest && one.At <= now && now.Since(one.At) <= ApprovalLasts && !string.Equals(one.Person, preview.Action.Proposer, StringComparison.OrdinalIgnoreCase))
            .Select(one => one.Person).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)];
        if (verdict.Answer == SafetyAnswer.Refused || (verdict.Answer == SafetyAnswer.NeedsTwoPeople && agreed.Length < 2)) return null;
        return new ClearedAction(preview.Action, verdict, agreed, now, new CaptureTime(now.Nanoseconds + (preview.Action.Lasts.Ticks * 100)));
    }

    private static SafetyVerdict Wrong(string reason) => new(SafetyAnswer.Refused, 0, reason, null, LadderStep.Observe, LadderStep.Observe);
}

/// <summary>An action that passed the safety check: all that an enforcement point takes. Nothing but <see cref="SafetyCheck"/> makes one.</summary>
public sealed class ClearedAction
{
    internal ClearedAction(ProposedAction action, SafetyVerdict verdict, IReadOnlyList<string> agreed, CaptureTime from, CaptureTime until) =>
        (Action, Verdict, Agreed, From, Until) = (action, verdict, agreed, from, until);

    /// <summary>What is to be done.</summary>
    public ProposedAction Action { get; }

    /// <summary>What the check said.</summary>
    public SafetyVerdict Verdict { get; }

    /// <summary>Who agreed.</summary>
    public IReadOnlyList<string> Agreed { get; }

    /// <summary>Since when it may be done.</summary>
    public CaptureTime From { get; }

    /// <summary>When it ends by itself.</summary>
    public CaptureTime Until { get; }
}
