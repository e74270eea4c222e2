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
public sealed record AdmissionFilter(CaptureTime? From = null, CaptureTime? To = null, string? Segment = null, AdmissionOutcome? Outcome = null, AdmissionOutcome? Wanted = null, long? Device = null, string? Mac = null, bool OnlyHeld = false);

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

    /// <summary>One decision; null when there is none (any more).</summary>
    Task<KeptDecision?> DecisionAsync(long number, CancellationToken cancel = default);

    /// <summary>What was decided since a moment, by segment: the proof before a segment enforces.</summary>
    Task<IReadOnlyList<AdmissionCount>> CountsAsync(CaptureTime from, CancellationToken cancel = default);

    /// <summary>Sessions of a MAC address, the latest first.</summary>
    Task<IReadOnlyList<AdmissionSession>> SessionsAsync(string mac, int most, CancellationToken cancel = default);
}
