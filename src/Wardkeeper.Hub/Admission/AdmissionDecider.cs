using System.Collections.Concurrent;
using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Register;
using Wardkeeper.Hub.Response;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Admission;

/// <summary>Findings that stand against devices, from memory.</summary>
public interface IStandingFindings
{
    /// <summary>Open findings of the types that count, about a device or a card.</summary>
    IReadOnlyList<StandingFinding> Of(long? device, MacAddress mac);
}

/// <summary>Gives decisions their numbers, each once.</summary>
public sealed class DecisionNumbers : INumbersDecisions
{
    private long last;

    /// <summary>The next one.</summary>
    public long Next() => Interlocked.Increment(ref last);

    /// <inheritdoc/>
    public void Restore(long highest)
    {
        while (Volatile.Read(ref last) is var seen && seen < highest && Interlocked.CompareExchange(ref last, highest, seen) != seen)
        {
            // Somebody took a number meanwhile.
        }
    }
}

/// <summary>
/// Gathers what a decision needs and decides: <see cref="AdmissionRuling"/> over the ledger, certificates, traits, findings, what may be done to the device, and what was laid down. Everything comes from
/// memory: the ledger's part follows each commit, findings are at most two seconds old, what may be done to devices at most three minutes (older counts as the worst case).
/// </summary>
/// <param name="devices">The ledger.</param>
/// <param name="traits">What machines show.</param>
/// <param name="findings">What stands against devices.</param>
/// <param name="care">What may be done to devices.</param>
/// <param name="policies">What was laid down.</param>
/// <param name="plugs">Which card is where.</param>
/// <param name="numbers">Numbers of decisions.</param>
/// <param name="identities">Certificates; null where none are issued: then each counts as unknown.</param>
public sealed class AdmissionDecider(
    IKnownDevices devices,
    ICardTraits traits,
    IStandingFindings findings,
    ICareBoard care,
    AdmissionPolicyBook policies,
    PlugBook plugs,
    DecisionNumbers numbers,
    ITrustedIdentities? identities = null) : IAdmissionDecider
{
    private const int MostMakers = 4096;
    private readonly ConcurrentDictionary<string, bool> makers = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ValueTask<AdmissionDecision> DecideAsync(AdmissionRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        AdmissionPolicy policy = policies.Current;
        AdmissionSegment segment = policy.SegmentOf(request);
        AdmissionFacts facts = Gather(request, Asked(request, segment), policy, segment);
        AdmissionDecision decision = AdmissionRuling.Of(facts) with { Number = numbers.Next() };
        plugs.Decided(decision);
        if (facts is { IsCertified: true, Owner: { } owner } && decision.Wanted == AdmissionOutcome.Admit) plugs.Bind(owner.Id, request.Mac);
        return ValueTask.FromResult(decision);
    }

    /// <inheritdoc/>
    public AdmissionDecision Rehearse(AdmissionRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        AdmissionPolicy policy = policies.Current;
        return AdmissionRuling.Of(Gather(request, plugs.Find(request.Mac) ?? PlugBook.First(request), policy, policy.SegmentOf(request)));
    }

    /// <summary>What would be decided if a card that is plugged in asked the same again now. Changes nothing, and has no number.</summary>
    /// <param name="plug">The card, of which something was decided.</param>
    /// <param name="now">The moment.</param>
    /// <returns>The facts and the decision.</returns>
    internal (AdmissionFacts Facts, AdmissionDecision Decision) Again(Plug plug, CaptureTime now)
    {
        AdmissionPolicy policy = policies.Current;
        AdmissionRequest request = plug.Decision!.Request with { At = now };
        AdmissionFacts facts = Gather(request, plug, policy, policy.SegmentOf(request));
        return (facts, AdmissionRuling.Of(facts));
    }

    /// <summary>Everything that speaks for and against a card that asks.</summary>
    private AdmissionFacts Gather(AdmissionRequest request, Plug plug, AdmissionPolicy policy, AdmissionSegment segment)
    {
        MacAddress mac = MacOf(request);
        KnownDevice? card = devices.Of(mac);
        TrustedIdentity? identity = IdentityOf(request.Certificate);
        KnownDevice? owner = identity is null ? null : devices.Of(identity.Device);
        if (owner is not null && identity!.IsValidAt(request.At)) (card, owner) = Bound(request, card, owner);
        KnownDevice? device = card ?? owner;
        IReadOnlyList<TrustedIdentity> own = device is null || identities is null ? [] : identities.Of(device.Id);
        AdmissionGuest? guest = device is { IsKnownToPeople: true } ? null : policy.GuestOf(request.Mac);
        return new AdmissionFacts(
            request,
            segment,
            plug,
            card,
            identity,
            owner,
            own.Any(one => one.IsValidAt(request.At)),
            FingerprintComparison.Of(traits.Of(mac), plug),
            findings.Of(device?.Id, mac),
            device is null ? null : care.Of(device.Id).Situation,
            device is null ? null : policy.ApprovalOf(device.Id, request.At),
            (device is null || guest is not null) && LooksMedical(mac),
            policy)
        { Guest = guest, Taken = Taken(own, request.At), Elsewhere = owner is null || card?.Id == owner.Id ? null : Elsewhere(request, owner, segment) };
    }

    /// <summary>The newest identity when it was taken away for the device's sake: one that was replaced, or fell with its authority, says nothing against the device.</summary>
    private static TrustedIdentity? Taken(IReadOnlyList<TrustedIdentity> own, CaptureTime now) =>
        own is [{ RevokedAt: { } at, RevocationReason: not ("superseded" or "cACompromise") } newest, ..] && at <= now && !own.Any(one => one.IsValidAt(now)) ? newest : null;

    /// <summary>
    /// The card's device and the certificate's, where the ledger knows no card of the latter. What nobody registered says nothing against the first card that comes with the certificate: so a
    /// new device comes, seen in the onboarding network before it enrolled. From then on that card is the device's, and any other is another.
    /// </summary>
    private (KnownDevice? Card, KnownDevice Owner) Bound(AdmissionRequest request, KnownDevice? card, KnownDevice owner)
    {
        if (owner.Macs.Count > 0 || card?.Id == owner.Id) return (card, owner);
        if (plugs.BoundTo(owner.Id) is not { } bound) return (card is { IsKnownToPeople: false } ? null : card, owner);
        if (RegisterValues.TryMac(bound, out MacAddress own)) owner = owner with { Macs = [own] };
        return (bound == request.Mac && card is null or { IsKnownToPeople: false } ? owner : card, owner);
    }

    /// <summary>Where the card that a certificate belongs to is plugged in, while another card shows the certificate; null when it is not.</summary>
    private Plug? Elsewhere(AdmissionRequest request, KnownDevice owner, AdmissionSegment segment) =>
        plugs.BoundTo(owner.Id) is { } bound && bound != request.Mac && plugs.Find(bound) is { Left: null } plug && request.At.Since(plug.LastAsked) < segment.SessionTimeout * 1.5 ? plug : null;

    /// <summary>Notes the request. A machine that was another's until now is remembered as such before what it showed becomes what is known.</summary>
    private Plug Asked(AdmissionRequest request, AdmissionSegment segment)
    {
        Plug? before = plugs.Find(request.Mac);
        CardTraits? shown = before is null ? null : traits.Of(MacOf(request));
        Plug now = plugs.Asked(request, segment.SessionTimeout, before is not null && FingerprintComparison.IsUnproven(shown, before));
        if (before is null || before.Since == now.Since || now.IsInDoubt || !FingerprintComparison.IsBroken(FingerprintComparison.Of(shown, before))) return now;
        plugs.Doubt(request.Mac, before.Known);
        return plugs.Find(request.Mac) ?? now;
    }

    private static MacAddress MacOf(AdmissionRequest request) => RegisterValues.TryMac(request.Mac, out MacAddress parsed) ? parsed : default;

    private TrustedIdentity? IdentityOf(PresentedCertificate? certificate) => certificate is null || identities is null ? null
        : (certificate.AuthorityKey is { } key ? identities.Find(certificate.Serial, key) : null) ?? identities.Find(certificate.Serial, certificate.Issuer);

    /// <summary>Whether a card's maker makes devices of medicine, as far as knowledge of devices says.</summary>
    private bool LooksMedical(MacAddress mac)
    {
        if (MacPrefixes.VendorOf(mac) is not { } maker) return false;
        if (makers.TryGetValue(maker, out bool known)) return known;
        if (makers.Count >= MostMakers) makers.Clear();
        return makers[maker] = Array.Exists(KnowledgeBase.InForce.Read(Trait.Maker, maker).Facts, fact => fact.Entry.Maker == MakerKind.Devices);
    }
}
