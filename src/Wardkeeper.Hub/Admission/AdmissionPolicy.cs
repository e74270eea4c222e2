using System.Collections.Frozen;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Admission;

/// <summary>Everything that people laid down about admission, as it stands at a moment. Does not change once made.</summary>
public sealed class AdmissionPolicy
{
    /// <summary>The segment of switches that nobody named: everybody is let in as before.</summary>
    public static readonly AdmissionSegment Elsewhere = new("default", SegmentMode.Observe, FailSafe.KnownStay, [], [], [], null, "999", null, null, TimeSpan.FromHours(12));

    private readonly FrozenDictionary<long, AdmissionApproval[]> approvals;
    private readonly FrozenDictionary<string, AdmissionGuest> guests;

    /// <summary>Makes one.</summary>
    /// <param name="segments">Segments.</param>
    /// <param name="rules">Rules.</param>
    /// <param name="approvals">Approvals, also those that are over.</param>
    /// <param name="zone">The hospital's time zone.</param>
    /// <param name="guests">Guests, also those whose time is over.</param>
    public AdmissionPolicy(IEnumerable<AdmissionSegment> segments, IEnumerable<AdmissionRule> rules, IEnumerable<AdmissionApproval> approvals, TimeZoneInfo zone, IEnumerable<AdmissionGuest>? guests = null)
    {
        ArgumentNullException.ThrowIfNull(segments);
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(approvals);
        Segments = [.. segments.OrderBy(segment => segment.Name, StringComparer.Ordinal)];
        Rules = [.. rules.OrderBy(rule => rule.Number)];
        this.approvals = approvals.GroupBy(one => one.Device).ToFrozenDictionary(group => group.Key, group => group.ToArray());
        this.guests = (guests ?? []).GroupBy(one => one.Mac, StringComparer.OrdinalIgnoreCase).ToFrozenDictionary(group => group.Key, group => group.MaxBy(one => one.Number)!, StringComparer.OrdinalIgnoreCase);
        Zone = zone;
    }

    /// <summary>Nothing laid down.</summary>
    public static AdmissionPolicy None { get; } = new([], [], [], TimeZoneInfo.Utc);

    /// <summary>Segments, by name.</summary>
    public IReadOnlyList<AdmissionSegment> Segments { get; }

    /// <summary>Rules, by number.</summary>
    public IReadOnlyList<AdmissionRule> Rules { get; }

    /// <summary>The hospital's time zone.</summary>
    public TimeZoneInfo Zone { get; }

    /// <summary>The segment of a place: of those that mean it the narrowest, wireless networks and ports before switches, of two alike the first by name.</summary>
    public AdmissionSegment SegmentOf(AdmissionRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        AdmissionSegment? found = null;
        (int, int, int) narrowest = (-1, -1, -1);
        foreach (AdmissionSegment segment in Segments)
        {
            int ssid = segment.Ssids.Count == 0 ? 0 : PlacePattern.Longest(segment.Ssids, request.Ssid) + 1;
            int port = segment.Ports.Count == 0 ? 0 : PlacePattern.Longest(segment.Ports, request.Port) + 1;
            int nas = segment.Nas.Count == 0 ? 0 : PlacePattern.NasBits(segment.Nas, request) + 1;
            if ((segment.Ssids.Count > 0 && ssid == 0) || (segment.Ports.Count > 0 && port == 0) || (segment.Nas.Count > 0 && nas == 0)) continue;
            if (found is not null && (ssid, port, nas).CompareTo(narrowest) <= 0) continue;
            (found, narrowest) = (segment, (ssid, port, nas));
        }
        return found ?? Elsewhere;
    }

    /// <summary>The segment of that name; null when there is none.</summary>
    public AdmissionSegment? SegmentOf(string name) => Segments.FirstOrDefault(segment => segment.Name == name) ?? (name == Elsewhere.Name ? Elsewhere : null);

    /// <summary>The approval of a device that counts at a moment and lasts longest; null when there is none.</summary>
    public AdmissionApproval? ApprovalOf(long device, CaptureTime at) =>
        approvals.TryGetValue(device, out AdmissionApproval[]? all) ? all.Where(one => one.Counts(at)).MaxBy(one => one.Until) : null;

    /// <summary>The guest that a card was registered as last, also when the time is over; null when it never was.</summary>
    public AdmissionGuest? GuestOf(string mac) => guests.GetValueOrDefault(mac);

    /// <summary>What is wrong with a segment as somebody wants it; a key of the refusals' texts, null when nothing is.</summary>
    public static string? Mistake(AdmissionSegment segment)
    {
        ArgumentNullException.ThrowIfNull(segment);
        if (string.IsNullOrWhiteSpace(segment.Name) || segment.Name.Length > 64 || segment.Name == Elsewhere.Name) return "segment-name";
        if (!IsVlan(segment.QuarantineVlan) || !((string?[])[segment.AdmitVlan, segment.OnboardVlan, segment.FailSafeVlan]).All(vlan => vlan is null || IsVlan(vlan))) return "segment-vlan";
        if (segment.QuarantineVlan == segment.AdmitVlan) return "segment-quarantine-is-admit";
        if (segment.Nas.Any(one => one.Length is 0 or > 253)) return "segment-nas";
        if (segment.Ports.Concat(segment.Ssids).Any(one => one.Length is 0 or > 253)) return "segment-port";
        return segment.SessionTimeout < TimeSpan.FromMinutes(1) || segment.SessionTimeout > TimeSpan.FromDays(7) ? "segment-timeout" : null;
    }

    /// <summary>Whether a text is a VLAN: 1 to 4094, or a name of at most 32 letters, digits, dashes and underscores.</summary>
    public static bool IsVlan(string? vlan) => vlan is { Length: > 0 and <= 32 }
        && (vlan.All(char.IsAsciiDigit) ? int.TryParse(vlan, System.Globalization.CultureInfo.InvariantCulture, out int number) && number is >= 1 and <= 4094 : vlan.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
}

/// <summary>What is laid down now. Changes by whole policies, so that a decision is made by one of them.</summary>
public sealed class AdmissionPolicyBook : IAdmissionSegments
{
    private AdmissionPolicy current = AdmissionPolicy.None;

    /// <inheritdoc/>
    public IReadOnlyList<AdmissionSegment> All => Current.Segments;

    /// <summary>What is laid down now.</summary>
    public AdmissionPolicy Current
    {
        get => Volatile.Read(ref current);
        set => Volatile.Write(ref current, value);
    }
}
