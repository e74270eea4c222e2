using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Response;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Admission;

/// <summary>An open finding that speaks against a device.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Type">Its type.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Last">When it was last seen.</param>
public sealed record StandingFinding(long Number, string Type, Severity Severity, CaptureTime Last);

/// <summary>Everything that a decision is made of. The same facts give the same decision.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="Segment">The segment of the place.</param>
/// <param name="Plug">Where the card is and was, with this request.</param>
/// <param name="Card">The device that the card belongs to; null when it was never seen.</param>
/// <param name="Identity">The identity of the certificate; null when none was shown, or it was issued to nobody here.</param>
/// <param name="Owner">The device that the certificate belongs to; null without one.</param>
/// <param name="HasCertificate">Whether the card's device has a certificate that counts now.</param>
/// <param name="Match">How well it agrees with its fingerprint.</param>
/// <param name="Findings">Open findings about the device or the card.</param>
/// <param name="Care">What may be done to the device that decides (<see cref="Device"/>); null when it was never seen.</param>
/// <param name="Approval">A person's word that counts now; null when there is none.</param>
/// <param name="LooksMedical">Whether a card that was never seen is of a maker of medical devices.</param>
/// <param name="Policy">What was laid down.</param>
public sealed record AdmissionFacts(
    AdmissionRequest Request,
    AdmissionSegment Segment,
    Plug Plug,
    KnownDevice? Card,
    TrustedIdentity? Identity,
    KnownDevice? Owner,
    bool HasCertificate,
    FingerprintMatch Match,
    IReadOnlyList<StandingFinding> Findings,
    CareSituation? Care,
    AdmissionApproval? Approval,
    bool LooksMedical,
    AdmissionPolicy Policy)
{
    private static readonly TimeSpan Showing = TimeSpan.FromMinutes(1), Silent = TimeSpan.FromMinutes(10);

    /// <summary>The guest that the card was registered as, also when the time is over; null when it never was, or is a device that people know.</summary>
    public AdmissionGuest? Guest { get; init; }

    /// <summary>The identity that was taken from the card's device and that nothing has replaced; null when there is none.</summary>
    public TrustedIdentity? Taken { get; init; }

    /// <summary>The card that the certificate belongs to, plugged in elsewhere while this one shows the certificate; null when it is not.</summary>
    public Plug? Elsewhere { get; init; }

    /// <summary>Whether the card is a guest's now.</summary>
    public bool IsGuest => Guest is { } guest && guest.Counts(Request.At);

    /// <summary>The device whose place and patients decide: the one that the card belongs to, else the one that the certificate names. Null when it was never seen.</summary>
    public KnownDevice? Device => Card ?? Owner;

    /// <summary>Whether the certificate counts now.</summary>
    public bool IsCertified => Identity is { } identity && identity.IsValidAt(Request.At);

    /// <summary>Whether the certificate counts and belongs to the card's device, or to a device of which no card is known.</summary>
    public bool IsOwnCertificate => IsCertified && Owner is { } owner && (Card is null ? owner.Macs.Count == 0 : Card.Id == owner.Id);

    /// <summary>Whether a certificate whose key can be copied is shown by another card while its own is plugged in elsewhere.</summary>
    public bool IsAtTwoPlaces => Elsewhere is not null && IsCertified && Identity!.Grade < IdentityGrade.ChipCertificate;

    /// <summary>Whether it is where it usually is.</summary>
    public bool IsAtUsualPlace => PlugBook.UsualPlace(Plug) is { } usual && usual == Plug.Place;

    /// <summary>Whether it shows a certificate that was revoked.</summary>
    public bool IsRevoked => Identity is { RevokedAt: { } at } && at <= Request.At;

    /// <summary>
    /// Whether it may show anew who it is: it was plugged in after its link had been down, and nothing of what it showed since is another's. What was found of the machine that stood there before does not
    /// count meanwhile: for a minute, or for as long as what it shows agrees, ten minutes at most; from then on it counts again unless it behaved like itself.
    /// </summary>
    public bool IsOnProbation => Plug.IsReplugged && !FingerprintComparison.IsBroken(Match)
        && Request.At.Since(Plug.Since) is var passed && passed < Silent && (passed < Showing || Match.Score is null or >= FingerprintComparison.Good);

    /// <summary>How strongly it proves itself; who shows what was revoked proves nothing, however it behaves.</summary>
    public IdentityGrade Grade => IsRevoked ? IdentityGrade.MacOnly
        : IsCertified && (IsOwnCertificate || Card is null) ? Identity!.Grade
        : IsAtUsualPlace && FingerprintComparison.IsGood(Match) ? IdentityGrade.FingerprintAndPort
        : IdentityGrade.MacOnly;

    /// <summary>
    /// Whether this is a first admission: nobody knows the device, it was never let in, and it was not there before it asked. Holding it back interrupts nothing, and needs nobody's word.
    /// So it is with a card of nobody's that shows the certificate of a device that is plugged in elsewhere: the device goes on there.
    /// </summary>
    public bool IsFirstAdmission => Device is null || (Card is null && IsAtTwoPlaces) ? !Plug.WasAdmitted : !Device.IsKnownToPeople && !Plug.WasAdmitted && Device.FirstSeen >= Plug.FirstAsked;
}
