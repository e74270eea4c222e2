using System.Text.Json;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Findings;

/// <summary>Findings as rows and back.</summary>
internal static class FindingMapping
{
    /// <summary>The row of a finding as the book knows it.</summary>
    public static FindingRow ToRow(Finding finding)
    {
        return new()
        {
            Number = finding.Number,
            Type = finding.Type,
            IsExposure = DetectorRegistry.Types.TryGetValue(finding.Type, out FindingType? type) && type.IsExposure,
            Key = finding.Key,
            Severity = (int)finding.Severity,
            Confidence = finding.Confidence,
            Mac = (long)finding.Subject.Subject.Mac.Value,
            Ip = Text(finding.Subject.Subject.Ip),
            Vlan = finding.Subject.Subject.Vlan,
            Port = finding.Subject.Port,
            Device = finding.Subject.Device?.Id,
            DeviceName = finding.Subject.Device?.Name,
            DeviceType = finding.Subject.Device?.Type,
            Department = finding.Subject.Device?.Department,
            Person = finding.Subject.Device?.Person,
            HasPeer = finding.Peer is not null,
            PeerMac = (long)(finding.Peer?.Subject.Mac.Value ?? 0),
            PeerIp = finding.Peer is null ? "" : Text(finding.Peer.Subject.Ip),
            PeerVlan = finding.Peer?.Subject.Vlan ?? 0,
            PeerPort = finding.Peer?.Port ?? 0,
            PeerDevice = finding.Peer?.Device?.Id,
            PeerName = finding.Peer?.Device?.Name,
            PeerType = finding.Peer?.Device?.Type,
            PeerDepartment = finding.Peer?.Device?.Department,
            PeerPerson = finding.Peer?.Device?.Person,
            FirstSeen = finding.First.Nanoseconds,
            LastSeen = finding.Last.Nanoseconds,
            Count = finding.Count,
            TitleKey = finding.Title.Key,
            ExplanationKey = finding.Explanation.Key,
            Arguments = JsonSerializer.Serialize(finding.Title.Arguments),
            Facts = JsonSerializer.Serialize(finding.Facts),
            Evidence = JsonSerializer.Serialize(finding.Evidence),
            ReachedFrom = JsonSerializer.Serialize(finding.ReachedFrom),
            Technique = finding.Technique,
            Duty = (int)finding.Duty,
            Reopened = finding.Reopened,
            SearchText = SearchText(finding),
            SuppressedBy = finding.SuppressedBy,
        };
    }

    /// <summary>A stored finding for the book.</summary>
    public static Finding ToFinding(FindingRow row)
    {
        return new()
        {
            Number = row.Number,
            Type = row.Type,
            Key = row.Key,
            Severity = (Severity)row.Severity,
            Confidence = row.Confidence,
            Subject = new Party(new Subject(new MacAddress((ulong)row.Mac), Ip(row.Ip), (ushort)row.Vlan), (ushort)row.Port, Facts(row.Device, row.DeviceName, row.DeviceType, row.Department, row.Person)),
            Peer = row.HasPeer ? new Party(new Subject(new MacAddress((ulong)row.PeerMac), Ip(row.PeerIp), (ushort)row.PeerVlan), (ushort)row.PeerPort, Facts(row.PeerDevice, row.PeerName, row.PeerType, row.PeerDepartment, row.PeerPerson)) : null,
            First = new CaptureTime(row.FirstSeen),
            Last = new CaptureTime(row.LastSeen),
            Count = row.Count,
            Title = new PhraseKey(row.TitleKey, Strings(row.Arguments)),
            Explanation = new PhraseKey(row.ExplanationKey, Strings(row.Arguments)),
            Facts = JsonSerializer.Deserialize<List<Fact>>(row.Facts)!,
            Evidence = JsonSerializer.Deserialize<List<Evidence>>(row.Evidence)!,
            ReachedFrom = Strings(row.ReachedFrom),
            Technique = row.Technique,
            Duty = (Duty)row.Duty,
            SuppressedBy = row.SuppressedBy,
            State = (FindingState)row.State,
            Verdict = (Verdict?)row.Verdict,
            ClosedAt = row.ClosedAt is { } closed ? new CaptureTime(closed) : null,
            Reopened = row.Reopened,
        };
    }

    /// <summary>A row for lists.</summary>
    public static FindingLine ToLine(FindingRow row, bool isSuppressed)
    {
        return new()
        {
            Number = row.Number,
            Type = row.Type,
            IsExposure = row.IsExposure,
            Severity = (Severity)row.Severity,
            Confidence = row.Confidence,
            Title = new PhraseKey(row.TitleKey, Strings(row.Arguments)),
            Subject = SubjectOf(row),
            Peer = PeerOf(row),
            First = new CaptureTime(row.FirstSeen),
            Last = new CaptureTime(row.LastSeen),
            Count = row.Count,
            State = (FindingState)row.State,
            Verdict = (Verdict?)row.Verdict,
            Assignee = row.Assignee,
            Technique = row.Technique,
            Duty = (Duty)row.Duty,
            IsSuppressed = isSuppressed,
            Reopened = row.Reopened,
            Revision = row.Revision,
        };
    }

    /// <summary>A row with everything.</summary>
    public static FindingDetail ToDetail(FindingRow row, Suppression? suppression, IEnumerable<FindingNoteRow> notes, IReadOnlyList<long> tasks, JudgedCounts judged)
    {
        return new()
        {
            Number = row.Number,
            Type = row.Type,
            IsExposure = row.IsExposure,
            Severity = (Severity)row.Severity,
            Confidence = row.Confidence,
            Title = new PhraseKey(row.TitleKey, Strings(row.Arguments)),
            Subject = SubjectOf(row),
            Peer = PeerOf(row),
            First = new CaptureTime(row.FirstSeen),
            Last = new CaptureTime(row.LastSeen),
            Count = row.Count,
            State = (FindingState)row.State,
            Verdict = (Verdict?)row.Verdict,
            Assignee = row.Assignee,
            Technique = row.Technique,
            Duty = (Duty)row.Duty,
            IsSuppressed = suppression is not null,
            Reopened = row.Reopened,
            Revision = row.Revision,
            Explanation = new PhraseKey(row.ExplanationKey, Strings(row.Arguments)),
            Facts = WithNetworks(row),
            Evidence = JsonSerializer.Deserialize<List<Evidence>>(row.Evidence)!,
            Notes = [.. notes.Select(note => new FindingNote(new CaptureTime(note.At), note.Who, note.Action, note.Value, note.Text))],
            Suppression = suppression,
            VerdictReason = row.VerdictReason,
            Tasks = tasks,
            Judged = judged,
        };
    }

    /// <summary>A stored suppression.</summary>
    public static Suppression ToSuppression(SuppressionRow row)
    {
        return new()
        {
            Number = row.Number,
            Type = row.Type,
            Device = row.Device,
            Address = row.Address,
            Subnet = row.Subnet,
            Reason = row.Reason,
            Owner = row.Owner,
            Made = new CaptureTime(row.Made),
            Expires = new CaptureTime(row.Expires),
            Withdrawn = row.Withdrawn is { } at ? new CaptureTime(at) : null,
        };
    }

    /// <summary>The subject of a row.</summary>
    public static PartyLine SubjectOf(FindingRow row) => new(row.Device, row.DeviceName, row.DeviceType, row.Department, row.Person, Ip(row.Ip), new MacAddress((ulong)row.Mac), row.Port);

    /// <summary>A list of texts.</summary>
    public static IReadOnlyList<string> Strings(string json) => JsonSerializer.Deserialize<List<string>>(json)!;

    /// <summary>An address; none for an empty text.</summary>
    public static Address Ip(string text) => Address.TryParse(text, out Address address) ? address : default;

    private static PartyLine? PeerOf(FindingRow row) =>
        row.HasPeer ? new(row.PeerDevice, row.PeerName, row.PeerType, row.PeerDepartment, row.PeerPerson, Ip(row.PeerIp), new MacAddress((ulong)row.PeerMac), row.PeerPort) : null;

    private static List<Fact> WithNetworks(FindingRow row)
    {
        List<Fact> facts = JsonSerializer.Deserialize<List<Fact>>(row.Facts)!;
        if (Strings(row.ReachedFrom) is { Count: > 0 } networks) facts.Add(new Fact("reached-from", string.Join(", ", networks)));
        return facts;
    }

    private static DeviceFacts? Facts(long? device, string? name, string? type, string? department, string? person) =>
        device is { } id ? new DeviceFacts { Id = id, Name = name, Type = type, Category = type is null ? null : Hub.Identification.Taxonomy.CategoryOf(type), Department = department, Person = person } : null;

    private static string SearchText(Finding finding) => string.Join(
        '\n', finding.Type, finding.Subject.Device?.Name, finding.Subject.Subject.Ip, finding.Subject.Subject.Mac, finding.Peer?.Device?.Name, finding.Peer?.Subject.Ip, finding.Peer?.Subject.Mac, finding.Title.In(chinese: false), finding.Title.In(chinese: true)).ToLowerInvariant();

    private static string Text(Address address) => address.IsNone ? "" : address.ToString();
}
