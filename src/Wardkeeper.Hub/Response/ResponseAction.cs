using System.Globalization;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Response;

/// <summary>What a person or a rule wants to be done.</summary>
/// <param name="Step">Which step of the ladder, above <see cref="LadderStep.Observe"/>.</param>
/// <param name="Devices">Numbers of devices, 1 to 20: each is looked at anew for every preview.</param>
/// <param name="Lasts">How long it holds.</param>
/// <param name="Reason">Why, 1 to 500 characters.</param>
/// <param name="Finding">The finding it follows from; null when from none.</param>
/// <param name="Point">Name of the enforcement point that is to carry it out; null for the first that can.</param>
/// <param name="Rule">What proposes it when no person does, for example <c>admission</c>; null when a person does.</param>
public sealed record ActionDraft(LadderStep Step, IReadOnlyList<long> Devices, TimeSpan Lasts, string Reason, long? Finding = null, string? Point = null, string? Rule = null);

/// <summary>Something applied at a point, or about to be.</summary>
/// <param name="Receipt">What was applied; with an empty <see cref="Receipt.Applied"/> it was ordered, and whether it was applied is not known.</param>
/// <param name="IsUndone">Whether it was taken back.</param>
/// <param name="Seen">What its last look showed, for people; null before the first.</param>
public sealed record HeldReceipt(Receipt Receipt, bool IsUndone = false, string? Seen = null);

/// <summary>Something that happened to an action.</summary>
/// <param name="At">When, by the clock on the wall.</param>
/// <param name="Who">Who; null when nobody in person.</param>
/// <param name="What">The event in kebab case, or <c>proposed</c>.</param>
/// <param name="Text">What was said or seen; null when nothing.</param>
public sealed record ActionNote(CaptureTime At, string? Who, string What, string? Text);

/// <summary>An action as it is stored: what is to be done, who agreed, what was applied, and everything that happened to it.</summary>
public sealed record ResponseAction
{
    /// <summary>How long a request waits for people. After that it lapses, and nothing happens.</summary>
    public static readonly TimeSpan RequestLasts = TimeSpan.FromMinutes(60);

    /// <summary>Its number; shown as <c>A-12</c>.</summary>
    public required long Number { get; init; }

    /// <summary>What is to be done.</summary>
    public required ActionDraft Draft { get; init; }

    /// <summary>Who proposed it; null when a rule did.</summary>
    public string? Proposer { get; init; }

    /// <summary>Where it stands.</summary>
    public ActionState State { get; init; }

    /// <summary>How it ended, or is ending.</summary>
    public ActionEnd? End { get; init; }

    /// <summary>When it was proposed.</summary>
    public CaptureTime Proposed { get; init; }

    /// <summary>Until when people may agree.</summary>
    public CaptureTime Lapses { get; init; }

    /// <summary>When it was cleared.</summary>
    public CaptureTime? Ordered { get; init; }

    /// <summary>When it ends by itself.</summary>
    public CaptureTime? Until { get; init; }

    /// <summary>When it was first seen to be as ordered.</summary>
    public CaptureTime? Verified { get; init; }

    /// <summary>When it ended.</summary>
    public CaptureTime? Ended { get; init; }

    /// <summary>Looks in a row that could not tell.</summary>
    public int Looks { get; init; }

    /// <summary>Digest of the preview that people agree to.</summary>
    public required string Digest { get; init; }

    /// <summary>The situations of its devices, as people agreed to them.</summary>
    public required IReadOnlyList<CareSituation> Situations { get; init; }

    /// <summary>Who agreed to that.</summary>
    public IReadOnlyList<Approval> Approvals { get; init; } = [];

    /// <summary>What was applied.</summary>
    public IReadOnlyList<HeldReceipt> Receipts { get; init; } = [];

    /// <summary>What happened, in order.</summary>
    public IReadOnlyList<ActionNote> Notes { get; init; } = [];

    /// <summary>Revision; the API's ETag.</summary>
    public long Revision { get; init; } = 1;

    /// <summary>As the safety check takes it.</summary>
    public ProposedAction ForCheck => new(Number, Draft.Step, Draft.Devices, Draft.Lasts, Draft.Reason, Proposer) { Rule = Draft.Rule };

    /// <summary>Whether something of it is, or may be, in force.</summary>
    public bool IsInForce => State is ActionState.Ordered or ActionState.InForce or ActionState.Undoing;

    /// <summary>Whether anything has to be applied somewhere; what is only marked is kept here.</summary>
    public bool IsEnforcing => Draft.Step > LadderStep.Tag;

    /// <summary>Short, speakable name of a number.</summary>
    public static string IdOf(long number) => string.Create(CultureInfo.InvariantCulture, $"A-{number}");

    /// <summary>The action after something happened to it, with a note of it; null when that cannot happen where it stands.</summary>
    /// <param name="happened">What.</param>
    /// <param name="at">When, by the clock on the wall.</param>
    /// <param name="who">Who did it; null when nobody in person.</param>
    /// <param name="text">What was said or seen.</param>
    public ResponseAction? After(ActionEvent happened, CaptureTime at, string? who = null, string? text = null)
    {
        if (ActionMachine.Next(State, happened) is not { } next) return null;
        return this with
        {
            State = next,
            End = ActionMachine.EndOf(happened) ?? End,
            Ordered = happened == ActionEvent.Cleared ? at : Ordered,
            Until = happened == ActionEvent.Cleared ? at.Plus(Draft.Lasts) : Until,
            Verified = happened == ActionEvent.AsOrdered ? Verified ?? at : Verified,
            Ended = next == ActionState.Ended ? at : Ended,
            Looks = happened == ActionEvent.NotYet ? Looks + 1 : 0,
            Approvals = happened == ActionEvent.Changed ? [] : Approvals,
            Notes = [.. Notes, new ActionNote(at, who, KebabWord.Of(happened), text)],
            Revision = Revision + 1,
        };
    }

    /// <summary>Whether the table still allows it, by what was seen since it was ordered. What is no longer seen (a device that is cut off is silent) counts as it was when people agreed.</summary>
    /// <param name="now">What is known of its devices now, in the order of the action.</param>
    public bool IsStillAllowed(IReadOnlyList<CareSituation> now)
    {
        ArgumentNullException.ThrowIfNull(now);
        CareSituation[] seen = [.. now.Zip(Situations, (one, then) => new CareSituation(
            one.Assumed.Contains(Assumption.ConsequenceUnknown) ? then.Consequence : one.Consequence,
            one.Assumed.Contains(Assumption.UseUnknown) ? then.IsInUse : one.IsInUse,
            one.Assumed.Contains(Assumption.StandbyUnknown) ? then.HasStandby : one.HasStandby,
            then.ComesBackAtOnce,
            one.Assumed.Contains(Assumption.AlarmPathUnknown) ? then.CarriesAlarms : one.CarriesAlarms,
            []))];
        SafetyAnswer answer = SafetyCheck.Judge(new SafetyPreview(ForCheck, seen, default)).Answer;
        int agreed = Approvals.Select(one => one.Person).Where(person => !string.Equals(person, Proposer, StringComparison.OrdinalIgnoreCase)).Distinct(StringComparer.OrdinalIgnoreCase).Count();
        return answer == SafetyAnswer.Cleared || (answer == SafetyAnswer.NeedsTwoPeople && agreed >= 2);
    }
}
