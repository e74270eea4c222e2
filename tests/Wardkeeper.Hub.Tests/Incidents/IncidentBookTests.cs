using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Incidents;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Incidents;

/// <summary>What belongs together, decided by capture time alone.</summary>
public class IncidentBookTests
{
    private const long Hour = 3600;
    private static readonly FindingType Scan = new("scan", Severity.Medium, Duty.InformationDepartment, "T1046");
    private static readonly FindingType Flooded = new("flooded", Severity.Medium, Duty.InformationDepartment, "T1499") { SubjectIs = PartyRole.Target };
    private static readonly FindingType Open = new("open", Severity.Medium, Duty.InformationDepartment, "T1210", IsExposure: true);
    private static readonly FindingType Missing = new("missing", Severity.High, Duty.ClinicalEngineering);

    [Fact]
    public void Findings_of_one_actor_within_a_day_are_one_incident_and_one_alone_is_none()
    {
        FindingBook book = new();
        Raise(book, Scan, "10.0.0.5", 0, "10.0.0.9");
        Assert.Empty(book.Incidents.All);
        Raise(book, Scan, "10.0.0.5", 2 * Hour, "10.0.0.8");
        Raise(book, Scan, "10.0.0.77", 3 * Hour, "10.0.0.78");
        Incident incident = Assert.Single(book.Incidents.All);
        Assert.Equal([(1L, JoinReason.First, ""), (2L, JoinReason.SameActor, "10.0.0.5")], incident.Members.Select(one => (one.Finding, one.Why, one.Through)));
        Assert.Equal((CaptureTime.FromSeconds(0), CaptureTime.FromSeconds(2 * Hour)), (incident.First, incident.Last));
    }

    [Fact]
    public void Who_was_a_target_and_acts_in_turn_makes_a_chain()
    {
        FindingBook book = new();
        Raise(book, Scan, "10.0.0.5", 0, "10.0.0.9");
        Raise(book, Scan, "10.0.0.9", Hour, "10.0.0.20");
        Raise(book, Scan, "10.0.0.20", 2 * Hour, "10.0.0.30");
        Assert.Equal([JoinReason.First, JoinReason.TargetActs, JoinReason.TargetActs], Assert.Single(book.Incidents.All).Members.Select(one => one.Why));
    }

    [Fact]
    public void A_type_may_say_that_its_subject_is_the_target()
    {
        FindingBook book = new();
        Raise(book, Scan, "10.0.0.5", 0, "10.0.0.9");
        Raise(book, Flooded, "10.0.0.9", Hour);
        Incident incident = Assert.Single(book.Incidents.All);
        Assert.Equal(JoinReason.SameTarget, incident.Members[1].Why);
        Assert.Equal(["10.0.0.5"], incident.Actors);
    }

    [Fact]
    public void More_than_a_day_apart_is_another_incident_but_what_goes_on_holds_it_open()
    {
        FindingBook book = new();
        Raise(book, Scan, "10.0.0.5", 0, "10.0.0.9");
        Raise(book, Scan, "10.0.0.5", 25 * Hour, "10.0.0.8");
        Assert.Empty(book.Incidents.All);
        FindingBook going = new();
        Raise(going, Scan, "10.0.0.5", 0, "10.0.0.9");
        Raise(going, Scan, "10.0.0.5", 20 * Hour, "10.0.0.9");
        Raise(going, Scan, "10.0.0.5", 25 * Hour, "10.0.0.8");
        Assert.Equal([1L, 2L], Assert.Single(going.Incidents.All).Members.Select(one => one.Finding));
    }

    [Fact]
    public void Standing_weaknesses_and_what_shows_no_technique_form_none()
    {
        FindingBook book = new();
        Raise(book, Open, "10.0.0.5", 0, "10.0.0.9");
        Raise(book, Open, "10.0.0.5", 1, "10.0.0.8");
        Raise(book, Missing, "10.0.0.5", 2);
        Raise(book, Missing, "10.0.0.6", 3);
        Assert.Empty(book.Incidents.All);
    }

    [Fact]
    public void A_grave_finding_is_an_incident_by_itself_also_when_it_becomes_grave_later()
    {
        FindingBook book = new();
        Raise(book, Scan, "10.0.0.5", 0, severity: Severity.High);
        Raise(book, Scan, "10.0.0.6", 0);
        Assert.Equal([1L], book.Incidents.All.Select(one => one.Lead));
        Raise(book, Scan, "10.0.0.6", 1, severity: Severity.Critical);
        Assert.Equal([(1L, Severity.High), (2L, Severity.Critical)], book.Incidents.All.Select(one => (one.Lead, one.Severity)));
    }

    [Fact]
    public void A_finding_that_links_two_incidents_makes_one_of_them_unless_a_person_decided()
    {
        foreach (bool isTouched in (bool[])[false, true])
        {
            FindingBook book = new();
            Raise(book, Scan, "10.0.0.5", 0, "10.0.0.9");
            Raise(book, Scan, "10.0.0.5", 1, "10.0.0.8");
            Raise(book, Scan, "10.0.1.5", 2, "10.0.1.9");
            Raise(book, Scan, "10.0.1.5", 3, "10.0.1.8");
            Assert.Equal([1L, 2L], book.Incidents.All.Select(one => one.Number));
            if (isTouched) book.Incidents.Decided(2, IncidentState.Triage);
            Raise(book, Scan, "10.0.0.9", 4, "10.0.1.5");
            Assert.Equal([null, isTouched ? null : 1L], book.Incidents.All.Select(one => one.MergedInto));
            Assert.Equal(isTouched ? 3 : 5, book.Incidents.All[0].Members.Count);
            // What the other one was recognised by is recognised by the one that took it.
            Raise(book, Scan, "10.0.1.5", 5, "10.0.1.7");
            Assert.Equal(isTouched ? [4, 2] : [6, 0], book.Incidents.All.Select(one => one.Members.Count));
        }
    }

    [Fact]
    public void A_closed_incident_takes_nothing_more_and_opens_again_when_its_finding_comes_back()
    {
        FindingBook book = new();
        Raise(book, Scan, "10.0.0.5", 0, "10.0.0.9");
        Raise(book, Scan, "10.0.0.5", 1, "10.0.0.8");
        book.Saved();
        book.Incidents.Saved();
        book.Incidents.Decided(1, IncidentState.Closed);
        Raise(book, Scan, "10.0.0.5", 2, "10.0.0.7");
        Assert.Equal(2, Assert.Single(book.Incidents.All).Members.Count);
        book.Decided(1, FindingState.Closed, Verdict.True, CaptureTime.FromSeconds(10));
        Raise(book, Scan, "10.0.0.5", 20, "10.0.0.9");
        Assert.Equal(IncidentState.New, book.Incidents.All[0].State);
        Assert.True(Assert.Single(book.Incidents.Changed).Reopened);
    }

    [Fact]
    public void What_a_person_splits_off_stays_apart_and_goes_its_own_way()
    {
        FindingBook book = new();
        Raise(book, Scan, "10.0.0.5", 0, "10.0.0.9");
        Raise(book, Scan, "10.0.0.5", 1, "10.0.0.8");
        Raise(book, Scan, "10.0.0.6", 2, "10.0.0.8");
        book.Incidents.Moved([3], 1, 2, null);
        Assert.Equal([2, 1], book.Incidents.All.Select(one => one.Members.Count));
        Raise(book, Scan, "10.0.0.6", 3, "10.0.0.70");
        Assert.Equal([2, 2], book.Incidents.All.Select(one => one.Members.Count));
        book.Incidents.Moved([3], 2, 1, null);
        Assert.Equal([3, 1], book.Incidents.All.Select(one => one.Members.Count));
    }

    [Fact]
    public void A_flood_is_bounded_in_members_parties_and_incidents_and_counted()
    {
        FindingBook book = new();
        for (int i = 0; i < FindingBook.DailyBudget; i++) Raise(book, Scan, $"10.9.{i / 250}.{i % 250}", i, "10.0.0.9");
        for (int i = 0; i < 20; i++) Raise(book, Scan, $"10.8.0.{i}", 86_450 + i, "10.0.0.9");
        Incident one = Assert.Single(book.Incidents.All);
        Assert.Equal((IncidentBook.MembersKept, 20L), (one.Members.Count, one.More));
        Assert.Equal(IncidentBook.PartiesKept, one.Actors.Count);
        FindingBook many = new();
        for (int i = 0; i < 300; i++) Raise(many, Scan, $"10.9.{i / 250}.{i % 250}", i, severity: Severity.High);
        Assert.Equal((IncidentBook.DailyBudget, 300L - IncidentBook.DailyBudget), (many.Incidents.All.Count, many.Incidents.NotOpened));
    }

    [Fact]
    public void The_same_findings_give_the_same_incidents_whether_stored_between_or_not()
    {
        (string Actor, string Target, long At)[] days = [.. Enumerable.Range(0, 60).Select(i => ($"10.0.0.{i * 7 % 11}", $"10.0.1.{i * 5 % 13}", i * 1800L))];
        FindingBook whole = new(), halves = new();
        foreach ((string actor, string target, long at) in days) Raise(whole, Scan, actor, at, target);
        foreach ((string actor, string target, long at) in days[..30]) Raise(halves, Scan, actor, at, target);
        halves.Saved();
        halves.Incidents.Saved();
        foreach ((string actor, string target, long at) in days[30..]) Raise(halves, Scan, actor, at, target);
        Assert.Equal(Told(whole), Told(halves));
        Assert.NotEmpty(Told(whole));
    }

    private static string[] Told(FindingBook book) => [.. book.Incidents.All.Select(one => $"{one.Id} {one.MergedInto} {one.First.Nanoseconds} {one.Last.Nanoseconds}: {string.Join(' ', one.Members)}")];

    private static void Raise(FindingBook book, FindingType type, string ip, long second, string? peer = null, Severity? severity = null) => book.Raise(new Sighting
    {
        Type = type,
        Subject = At(ip),
        Peer = peer is null ? null : At(peer),
        Severity = severity,
        Confidence = 0.9,
        Facts = [],
        Evidence = new Evidence(CaptureTime.FromSeconds(second), "C" + second),
    });

    private static Party At(string ip) => new(Subject.Of(default, Address.TryParse(ip, out Address address) ? address : throw new FormatException(ip)));
}
