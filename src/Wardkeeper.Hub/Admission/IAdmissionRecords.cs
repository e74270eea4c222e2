using Wardkeeper.Hub.Admission.Radius;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Admission;

/// <summary>Where decisions and accounting are kept.</summary>
public interface IAdmissionRecords
{
    /// <summary>Keeps a decision. Does not wait; what finds no room is counted.</summary>
    void Keep(AdmissionDecision decision);

    /// <summary>Stores an accounting message; true once it is committed, false when it was not taken and must come again.</summary>
    Task<bool> StoreAsync(AccountingRecord record, CancellationToken cancel);
}

/// <summary>Gives decisions their numbers, and must not give one twice.</summary>
public interface INumbersDecisions
{
    /// <summary>Numbers up to this one may have been given before.</summary>
    void Restore(long highest);
}

/// <summary>The segments of the network, as they are laid down.</summary>
public interface IAdmissionSegments
{
    /// <summary>All of them, in the order in which they are looked at.</summary>
    IReadOnlyList<AdmissionSegment> All { get; }
}

/// <summary>Which decisions are asked for; null does not narrow.</summary>
/// <param name="From">From this moment on.</param>
/// <param name="To">Until before this one.</param>
/// <param name="Segment">Segment by name.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Wanted">What would have become of it.</param>
/// <param name="Device">Number of the device.</param>
/// <param name="Mac">MAC address, lower case with colons.</param>
/// <param name="OnlyHeld">Only those that the segment's mode alone kept from being carried out.</param>
public sealed record AdmissionFilter(CaptureTime? From = null, CaptureTime? To = null, string? Segment = null, AdmissionOutcome? Outcome = null, AdmissionOutcome? Wanted = null, long? Device = null, string? Mac = null, bool OnlyHeld = false)
{
    /// <summary>One decision by its number.</summary>
    public long? Number { get; init; }

    /// <summary>The switch, by address or name.</summary>
    public string? Nas { get; init; }

    /// <summary>Key of the deciding reason.</summary>
    public string? Reason { get; init; }

    /// <summary>Only those where something else than being let in was wanted, whether it was carried out or not.</summary>
    public bool OnlyAgainst { get; init; }

    /// <summary>Departments whose devices may be shown; null for all. Cards of no device are shown only to who sees all.</summary>
    public IReadOnlySet<string>? Visible { get; init; }
}

/// <summary>Which sessions are asked for; null does not narrow.</summary>
/// <param name="IsOpen">Whether they go on.</param>
/// <param name="Device">Number of the device: by its cards, and by the decision that let it in.</param>
/// <param name="Mac">MAC address, lower case with colons.</param>
/// <param name="Nas">The switch, by address or name.</param>
/// <param name="Segment">Segment of the decision.</param>
/// <param name="Visible">Departments whose devices may be shown; null for all.</param>
public sealed record SessionFilter(bool? IsOpen = null, long? Device = null, string? Mac = null, string? Nas = null, string? Segment = null, IReadOnlySet<string>? Visible = null);

/// <summary>A session as it was kept.</summary>
/// <param name="Session">The session.</param>
/// <param name="Device">The device of the decision that let it in; null when that is not known.</param>
/// <param name="Segment">The segment of that decision.</param>
public sealed record KeptSession(AdmissionSession Session, long? Device, string? Segment);

/// <summary>A decision as it was kept.</summary>
/// <param name="Number">Its number.</param>
/// <param name="At">When.</param>
/// <param name="Mac">MAC address.</param>
/// <param name="Device">The device; null when it was never seen.</param>
/// <param name="Segment">Segment by name.</param>
/// <param name="Method">How it asked.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Wanted">What would have become of it if the segment enforced.</param>
/// <param name="Grade">How strongly it proved itself.</param>
/// <param name="Score">How well it agreed with its fingerprint; null when nothing could be compared.</param>
/// <param name="Nas">The switch.</param>
/// <param name="NasIdentifier">Its name.</param>
/// <param name="Port">The port.</param>
/// <param name="Ssid">The wireless network.</param>
/// <param name="Vlan">The VLAN.</param>
/// <param name="Acl">The access list.</param>
/// <param name="UserName">User-Name.</param>
/// <param name="CertificateSerial">The certificate's serial number.</param>
/// <param name="Reasons">Why.</param>
/// <param name="Traits">What was compared.</param>
/// <param name="Action">Number of the action that allowed the enforcing outcome; null when none was needed.</param>
public sealed record KeptDecision(
    long Number, CaptureTime At, string Mac, long? Device, string Segment, AdmissionMethod Method, AdmissionOutcome Outcome, AdmissionOutcome Wanted, Trust.IdentityGrade Grade, int? Score,
    string Nas, string? NasIdentifier, string? Port, string? Ssid, string? Vlan, string? Acl, string UserName, string? CertificateSerial,
    IReadOnlyList<AdmissionReason> Reasons, IReadOnlyList<TraitMatch> Traits, long? Action);

/// <summary>How often something was decided in a segment.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Wanted">What would have become of it.</param>
/// <param name="Count">How often.</param>
/// <param name="Macs">Of how many MAC addresses.</param>
public sealed record AdmissionCount(string Segment, AdmissionOutcome Outcome, AdmissionOutcome Wanted, long Count, long Macs);

/// <summary>Reads decisions and sessions.</summary>
public interface IAdmissionQueries
{
    /// <summary>Decisions, the latest first.</summary>
    Task<Page<KeptDecision>> DecisionsAsync(AdmissionFilter filter, PageRequest page, CancellationToken cancel = default);

    /// <summary>One decision; null when there is none (any more), or it may not be seen.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="visible">Departments whose devices may be shown; null for all.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<KeptDecision?> DecisionAsync(long number, IReadOnlySet<string>? visible = null, CancellationToken cancel = default);

    /// <summary>What was decided since a moment, by segment.</summary>
    /// <param name="from">From this moment on.</param>
    /// <param name="visible">Departments whose devices may be counted; null for all.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<IReadOnlyList<AdmissionCount>> CountsAsync(CaptureTime from, IReadOnlySet<string>? visible = null, CancellationToken cancel = default);

    /// <summary>Sessions, the latest first.</summary>
    Task<Page<KeptSession>> SessionsAsync(SessionFilter filter, PageRequest page, CancellationToken cancel = default);
}
