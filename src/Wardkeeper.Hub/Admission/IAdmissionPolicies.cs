using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Admission;

/// <summary>What an enforcing segment would have done to a device within some days.</summary>
/// <param name="Mac">The card.</param>
/// <param name="Device">The device of the ledger; null when it was never seen.</param>
/// <param name="Name">What it is called; null when it has no name.</param>
/// <param name="Wanted">The hardest that was wanted.</param>
/// <param name="Times">How often.</param>
/// <param name="Last">When last.</param>
/// <param name="Reason">Why, the last time.</param>
/// <param name="IsHeldBySafety">Whether the safety check would not let it be carried out as things stand now.</param>
public sealed record WouldRefuse(string Mac, long? Device, string? Name, AdmissionOutcome Wanted, long Times, CaptureTime Last, AdmissionReason Reason, bool IsHeldBySafety);

/// <summary>The proof before a segment enforces: over some days of observing, whom it would have refused.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="From">From when on.</param>
/// <param name="Days">How many days.</param>
/// <param name="Decisions">How many decisions there were.</param>
/// <param name="Refused">Whom it would have refused, the hardest and most frequent first.</param>
public sealed record EnforcementProof(string Segment, CaptureTime From, int Days, long Decisions, IReadOnlyList<WouldRefuse> Refused)
{
    /// <summary>What a person has to have seen before the segment enforces: which devices, and how hard.</summary>
    public string Digest { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('|', [
        Segment, Days.ToString(CultureInfo.InvariantCulture), .. Refused.Select(one => $"{one.Mac}:{one.Wanted}:{one.IsHeldBySafety}").Order(StringComparer.Ordinal),
    ]))))[..32];
}

/// <summary>A segment with its revision.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="Revision">Changes with every change; 0 for the segment that nobody named.</param>
public sealed record StoredSegment(AdmissionSegment Segment, long Revision);

/// <summary>What people lay down about admission: segments, rules, approvals. Each change is in the audit log, and in force once it is stored.</summary>
public interface IAdmissionPolicies
{
    /// <summary>All segments, by name.</summary>
    Task<IReadOnlyList<StoredSegment>> SegmentsAsync(CancellationToken cancel = default);

    /// <summary>Makes or changes a segment; its mode stays as it is, and is <see cref="SegmentMode.Observe"/> for a new one. Administrators.</summary>
    /// <param name="who">Who does it.</param>
    /// <param name="segment">The segment as it is to be.</param>
    /// <param name="revision">The revision that was seen; 0 for a new one.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<Outcome> SaveAsync(Actor who, AdmissionSegment segment, long revision, CancellationToken cancel = default);

    /// <summary>Removes a segment: its places belong to the segment around it. Administrators.</summary>
    Task<Outcome> RemoveSegmentAsync(Actor who, string name, CancellationToken cancel = default);

    /// <summary>Whom a segment would have refused over some days, by stored decisions.</summary>
    /// <param name="segment">Its name.</param>
    /// <param name="days">1 to 90.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<EnforcementProof> ProofAsync(string segment, int days, CancellationToken cancel = default);

    /// <summary>Lets a segment enforce, by the proof that was seen. Administrators.</summary>
    /// <param name="who">Who does it.</param>
    /// <param name="segment">Its name.</param>
    /// <param name="days">How many days the proof looked at.</param>
    /// <param name="digest">Digest of the proof.</param>
    /// <param name="reason">Why; 1 to 500 characters.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<Outcome> EnforceAsync(Actor who, string segment, int days, string digest, string reason, CancellationToken cancel = default);

    /// <summary>Lets a segment observe again; at once, without proof, with a reason of 1 to 500 characters. Administrators.</summary>
    Task<Outcome> ObserveAsync(Actor who, string segment, string reason, CancellationToken cancel = default);

    /// <summary>All rules, by number.</summary>
    Task<IReadOnlyList<AdmissionRule>> RulesAsync(CancellationToken cancel = default);

    /// <summary>Makes a rule (number 0) or changes one. Administrators.</summary>
    Task<(Outcome Outcome, long Number)> SaveAsync(Actor who, AdmissionRule rule, CancellationToken cancel = default);

    /// <summary>Removes a rule. Administrators.</summary>
    Task<Outcome> RemoveRuleAsync(Actor who, long number, CancellationToken cancel = default);

    /// <summary>Approvals that count now or later, the one that ends first comes first.</summary>
    Task<IReadOnlyList<AdmissionApproval>> ApprovalsAsync(CancellationToken cancel = default);

    /// <summary>A person's word or a work order for a device, for 1 minute to 90 days from now on. It lifts what <see cref="IsLifted"/> says. Clinical engineers, analysts and administrators.</summary>
    Task<Outcome> ApproveAsync(Actor who, long device, string reason, TimeSpan lasts, CancellationToken cancel = default);

    /// <summary>Takes back what was approved of a device. Clinical engineers, analysts and administrators.</summary>
    Task<Outcome> WithdrawAsync(Actor who, long device, string reason, CancellationToken cancel = default);

    /// <summary>Guests, also those whose time was over within the last 30 days; the one that ends last comes first.</summary>
    Task<IReadOnlyList<AdmissionGuest>> GuestsAsync(CancellationToken cancel = default);

    /// <summary>Lets a guest's machine in from now on, for 1 minute to 30 days. It must not be a device that people know. Clinical engineers, analysts and administrators.</summary>
    /// <param name="who">Who answers for it.</param>
    /// <param name="mac">Its network card, in any spelling.</param>
    /// <param name="vlan">VLAN that it gets.</param>
    /// <param name="reason">Whose it is and what it is for; 1 to 500 characters.</param>
    /// <param name="lasts">How long.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task<Outcome> InviteAsync(Actor who, string mac, string vlan, string reason, TimeSpan lasts, CancellationToken cancel = default);

    /// <summary>Ends a guest's time now. Clinical engineers, analysts and administrators.</summary>
    Task<Outcome> DismissAsync(Actor who, long number, string reason, CancellationToken cancel = default);

    /// <summary>Whether a person's approval lifts a reason that stands against a device; null when the reason stands against nobody.</summary>
    /// <param name="reason">Key of the reason.</param>
    static bool? IsLifted(string reason) => AdmissionConditions.Keys.Contains(reason) ? AdmissionConditions.Of(reason).IsLifted : null;
}
