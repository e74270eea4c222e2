using System.Globalization;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Detection.Detectors;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Register;
using Wardkeeper.Hub.Response;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Admission;

/// <summary>What admission asks of the ladder.</summary>
public interface IAdmissionSteps
{
    /// <summary>Wants a device off its network, as a stored action. While one of admission's is open for the device, nothing new is wanted.</summary>
    /// <param name="device">The device.</param>
    /// <param name="lasts">How long it holds.</param>
    /// <param name="reason">Why.</param>
    /// <param name="finding">The finding it follows from; null when from none.</param>
    /// <param name="enforces">Whether the segment enforces and the safety check clears it: then it is carried out at once, else people are asked.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="EnforcementException">It could not be stored, or not be carried out though it is to be; it is tried again.</exception>
    Task IsolateAsync(long device, TimeSpan lasts, string reason, long? finding, bool enforces, CancellationToken cancel);

    /// <summary>Whether an action in force holds a card back, also one from before a restart.</summary>
    /// <param name="mac">The card, as requests write it.</param>
    bool Holds(string mac);

    /// <summary>Takes back what admission wanted of a device. Nothing to take back counts as done.</summary>
    /// <exception cref="EnforcementException">It was not done; it is tried again.</exception>
    Task TakeBackAsync(long device, CancellationToken cancel);
}

/// <summary>
/// Goes on after admission: looks again and again what would be decided of each card that is plugged in if it asked now. Where it would be held back, the ladder is gone as far as
/// the segment enforces and the safety check clears, else people are asked; where nothing stands against it any more, what was done is taken back. Each cause once; what failed is tried again.
/// Cards that were plugged in lately are looked at each time, the others in turns.
/// </summary>
/// <param name="decider">Decides.</param>
/// <param name="plugs">Which card is where.</param>
/// <param name="book">What was found.</param>
/// <param name="door">How what is found here comes into the book.</param>
/// <param name="steps">Who carries out.</param>
/// <param name="clock">Wall clock.</param>
public sealed class AdmissionWatch(AdmissionDecider decider, PlugBook plugs, FindingBook book, IFindingDoor door, IAdmissionSteps steps, TimeProvider clock)
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private const int Turns = 6;
    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(15), Lasts = TimeSpan.FromHours(4);
    private readonly Dictionary<string, string> handled = new(StringComparer.Ordinal);
    private readonly HashSet<long> isolated = [];
    private int turn;

    /// <summary>How many causes could not be handled yet, as of the last look.</summary>
    public int Failed { get; private set; }

    /// <summary>Looks once. Not to be called twice at a time.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        CaptureTime now = clock.Now();
        (turn, Failed) = ((turn + 1) % Turns, 0);
        HashSet<string> here = new(StringComparer.Ordinal);
        foreach (Plug plug in plugs.PluggedIn)
        {
            if (plug.Decision is null) continue;
            here.Add(plug.Mac);
            bool isDue = now.Since(plug.Since) < Lately || plug.Decision.Outcome != AdmissionOutcome.Admit || (uint)plug.Mac.GetHashCode(StringComparison.Ordinal) % Turns == turn;
            if (isDue) await LookAsync(plug, now, cancel);
        }
        foreach (string gone in handled.Keys.Where(mac => !here.Contains(mac)).ToArray()) handled.Remove(gone);
    }

    private async Task LookAsync(Plug plug, CaptureTime now, CancellationToken cancel)
    {
        (AdmissionFacts facts, AdmissionDecision decision) = decider.Again(plug, now);
        if (Judge(plug, facts, now) && plugs.Find(plug.Mac) is { Decision: not null } judged)
        {
            plug = judged;
            (facts, decision) = decider.Again(plug, now);
        }
        long? finding = await RaiseAsync(plug, facts, decision, now, cancel);
        AdmissionOutcome inForce = plug.Decision!.Outcome;
        string cause = $"{plug.Since.Nanoseconds} {inForce} {decision.Wanted} {decision.Outcome} {decision.Reasons[0].Key}";
        if (handled.GetValueOrDefault(plug.Mac) == cause) return;
        try
        {
            await HandleAsync(plug, decision, inForce, finding, cancel);
            handled[plug.Mac] = cause;
        }
        catch (EnforcementException)
        {
            Failed++;
        }
    }

    private async Task HandleAsync(Plug plug, AdmissionDecision decision, AdmissionOutcome inForce, long? finding, CancellationToken cancel)
    {
        // The card is nobody's, and the device that is spoken of is the rightful one: it is not to suffer for the copy, which is held back when it asks.
        if (decision.Device is not { } device || decision.Reasons[0].Key is "identity-at-two-places" or "certificate-at-another-card") return;
        if (decision.Wanted == AdmissionOutcome.Admit)
        {
            if (inForce != AdmissionOutcome.Admit || isolated.Contains(device) || steps.Holds(plug.Mac)) await steps.TakeBackAsync(device, cancel);
            isolated.Remove(device);
        }
        else if (decision.Wanted >= AdmissionOutcome.Quarantine && inForce < AdmissionOutcome.Quarantine)
        {
            await steps.IsolateAsync(device, Lasts, AdmissionTexts.Of(decision.Reasons[0], chinese: false), finding, decision.IsEnforcing && decision.Cleared is not null, cancel);
            isolated.Add(device);
        }
    }

    /// <summary>Remembers from when on what a card shows is another's, and until when. True when that changed what counts against it: a person said meanwhile that it was the device itself, or it has shown so. Then everything is to be judged anew.</summary>
    private bool Judge(Plug plug, AdmissionFacts facts, CaptureTime now)
    {
        if (plug.IsInDoubt && MacOf(plug) is { IsNone: false } mac && book.IsHarmless(AdmissionFindings.Broken, new Party(Subject.Of(mac, default)).Key, plug.Doubts![^1].From))
        {
            plugs.Forgive(plug.Mac, now);
            return true;
        }
        if (FingerprintComparison.IsBroken(facts.Match)) plugs.Doubt(plug.Mac, plug.Known);
        else if (FingerprintComparison.IsGood(facts.Match))
        {
            plugs.Trust(plug.Mac, now);
            return plugs.Find(plug.Mac) is { } after && (after.IsInDoubt != plug.IsInDoubt || (plug.TrustedAt is null && after.TrustedAt is not null));
        }
        return false;
    }

    private async Task<long?> RaiseAsync(Plug plug, AdmissionFacts facts, AdmissionDecision decision, CaptureTime now, CancellationToken cancel)
    {
        MacAddress mac = MacOf(plug);
        if (mac.IsNone) return null;
        List<Sighting> sightings = [];
        foreach (AdmissionReason reason in decision.Reasons)
        {
            if (Sighted(reason, plug, facts, decision) is not { } told) continue;
            Sighting sighting = new()
            {
                Type = told.Type,
                Subject = new Party(Subject.Of(mac, default), 0, facts.Card?.Facts(mac)),
                Confidence = told.Type == AdmissionFindings.Broken ? Math.Clamp(1 - ((decision.Match.Score ?? 0) / 100.0), 0.5, 0.95) : 0.9,
                Arguments = told.Arguments,
                Facts = Facts(plug, decision),
                Evidence = new Evidence(now, null, 0, "admission"),
            };
            sightings.Add(sighting);
        }
        // The same plug shows the same again and again: it is told once.
        Sighting[] fresh = [.. sightings.Where(one => book.Find(one.Key) is not { } known || known.Last < plug.Since)];
        if (fresh.Length > 0) await door.TakeAsync(() => Array.ForEach(fresh, book.Raise), cancel);
        return sightings.Select(one => book.Find(one.Key)?.Number).FirstOrDefault(number => number is not null);
    }

    private static (FindingType Type, IReadOnlyList<string> Arguments)? Sighted(AdmissionReason reason, Plug plug, AdmissionFacts facts, AdmissionDecision decision)
    {
        string shown = facts.Device?.Shown ?? plug.Mac;
        return reason.Key switch
        {
            "fingerprint-broken" => (AdmissionFindings.Broken, [shown, plug.Place, (decision.Match.Score ?? 0).ToString(CultureInfo.InvariantCulture), string.Join(", ", decision.Match.Traits.Where(one => one.Agrees == false).Select(one => one.Trait))]),
            "certificate-of-another-device" or "certificate-at-another-card" => (AdmissionFindings.WrongDevice, [facts.Owner!.Shown, facts.Card?.Shown ?? plug.Mac, plug.Place]),
            "identity-at-two-places" => (IdentityCopied.Places, [facts.Identity!.Serial, facts.Elsewhere!.Place, plug.Place]),
            "two-places" => (AdmissionFindings.TwoPlaces, [shown, plug.Places[0].Place, plug.Places.Count > 1 ? plug.Places[1].Place : plug.Place]),
            _ => null,
        };
    }

    private static List<Fact> Facts(Plug plug, AdmissionDecision decision) =>
    [
        new Fact("switch-port", plug.Place, PlugBook.UsualPlace(plug)),
        .. decision.Match.Traits.Where(one => one.Agrees is not null).Select(one => new Fact(one.Trait, one.Seen ?? "-", one.Expected)),
    ];

    private static MacAddress MacOf(Plug plug) => RegisterValues.TryMac(plug.Mac, out MacAddress mac) ? mac : default;
}
