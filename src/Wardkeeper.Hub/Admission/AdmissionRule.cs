using System.Globalization;
using Wardkeeper.Hub.Access;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Admission;

/// <summary>
/// Where and when devices of some types or departments may be, and what they get there. A device that no rule means may be anywhere; one that rules mean may be where one of them says.
/// </summary>
/// <param name="Number">Its number.</param>
/// <param name="Types">Types or categories it means; empty for all.</param>
/// <param name="Departments">Responsible departments it means; empty for all.</param>
/// <param name="Segments">Segments where they may be; empty for all.</param>
/// <param name="Nas">Switches where they may be, as <see cref="AdmissionSegment.Nas"/>; empty for all.</param>
/// <param name="Ports">Ports where they may be, <c>*</c> stands for any characters; empty for all.</param>
/// <param name="From">From which time of the day, in the hospital's time zone; null for always.</param>
/// <param name="Until">Until before which time of the day; before <paramref name="From"/> means over midnight.</param>
/// <param name="Vlan">VLAN that they get; null for the segment's.</param>
/// <param name="Acl">Access list that they get; null for none.</param>
/// <param name="SessionTimeout">After which time they must ask again; null for the segment's.</param>
/// <param name="Note">Why, as a person wrote it.</param>
public sealed record AdmissionRule(
    long Number,
    IReadOnlyList<string> Types,
    IReadOnlyList<string> Departments,
    IReadOnlyList<string> Segments,
    IReadOnlyList<string> Nas,
    IReadOnlyList<string> Ports,
    TimeOnly? From,
    TimeOnly? Until,
    string? Vlan,
    string? Acl,
    TimeSpan? SessionTimeout,
    string Note)
{
    /// <summary>Whether it speaks of a device. One whose type is not known is meant by rules for all types only.</summary>
    public bool Means(KnownDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return (Types.Count == 0 || (device.Type is { } type && Types.Contains(type)) || (device.Category is { } category && Types.Contains(category)))
            && (Departments.Count == 0 || (device.Department is { } department && Departments.Contains(department)));
    }

    /// <summary>Whether a place is one of its.</summary>
    public bool IsPlace(AdmissionRequest request, string segment)
    {
        ArgumentNullException.ThrowIfNull(request);
        return (Segments.Count == 0 || Segments.Contains(segment)) && (Nas.Count == 0 || PlacePattern.NasBits(Nas, request) >= 0) && (Ports.Count == 0 || PlacePattern.Longest(Ports, request.Port) >= 0);
    }

    /// <summary>Whether a moment is within its hours.</summary>
    /// <param name="at">The moment.</param>
    /// <param name="zone">The hospital's time zone.</param>
    public bool IsTime(CaptureTime at, TimeZoneInfo zone)
    {
        if (From is not { } from || Until is not { } until) return true;
        TimeOnly time = TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(at.ToDate(), zone).DateTime);
        return time.IsBetween(from, until);
    }

    /// <summary>Where they may be, for people.</summary>
    public string Place() => string.Join(" · ", ((IReadOnlyList<string>[])[Segments, Nas, Ports]).Where(list => list.Count > 0).Select(list => string.Join(", ", list)));

    /// <summary>Its hours, for people; empty for always.</summary>
    public string Hours() => From is { } from && Until is { } until ? string.Create(CultureInfo.InvariantCulture, $"{from:HH:mm}-{until:HH:mm}") : "";
}

/// <summary>A person's word, or a work order, that a device may be let in.</summary>
/// <param name="Device">The device.</param>
/// <param name="Who">Who said so.</param>
/// <param name="Reason">Why: a work order's number, or a sentence.</param>
/// <param name="From">Since when it counts.</param>
/// <param name="Until">Until when it counts.</param>
public sealed record AdmissionApproval(long Device, string Who, string Reason, CaptureTime From, CaptureTime Until)
{
    /// <summary>Whether it counts at a moment.</summary>
    public bool Counts(CaptureTime at) => From <= at && at <= Until;
}

/// <summary>A guest's machine: nobody's device, let in by a sponsor's word, into a network of its own, until an end.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Mac">Its network card, as <c>00:1b:21:3a:4f:10</c>.</param>
/// <param name="Vlan">VLAN that it gets.</param>
/// <param name="Sponsor">Who answers for it.</param>
/// <param name="Reason">Whose it is and what it is for.</param>
/// <param name="From">Since when it counts.</param>
/// <param name="Until">Until when it counts.</param>
public sealed record AdmissionGuest(long Number, string Mac, string Vlan, string Sponsor, string Reason, CaptureTime From, CaptureTime Until)
{
    /// <summary>Whether it counts at a moment.</summary>
    public bool Counts(CaptureTime at) => From <= at && at < Until;
}
