using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Findings;

public class FindingBookTests
{
    private static readonly FindingType Type = new("database-offered", Severity.Medium, Duty.InformationDepartment, "T1210", IsExposure: true);

    [Fact]
    public void What_is_seen_again_counts_up_and_keeps_its_number()
    {
        FindingBook book = new();
        book.Raise(Seen("10.0.0.1", 10));
        book.Raise(Seen("10.0.0.2", 11));
        book.Raise(Seen("10.0.0.1", 30, severity: Severity.High));
        book.Raise(Seen("10.0.0.1", 20));
        Assert.Equal([("F-1", 3L, Severity.High, 10L, 30L), ("F-2", 1L, Severity.Medium, 11L, 11L)],
            book.Findings.Select(one => (one.Id, one.Count, one.Severity, one.First.Nanoseconds / CaptureTime.PerSecond, one.Last.Nanoseconds / CaptureTime.PerSecond)));
    }

    [Fact]
    public void Peer_and_discriminator_tell_findings_apart()
    {
        FindingBook book = new();
        book.Raise(Seen("10.0.0.1", 10));
        book.Raise(Seen("10.0.0.1", 10, peer: "10.0.0.9"));
        book.Raise(Seen("10.0.0.1", 10, discriminator: "tcp/1"));
        Assert.Equal(3, book.Findings.Count);
    }

    [Fact]
    public void A_flood_is_bounded_and_counted()
    {
        FindingBook book = new();
        for (int i = 0; i < FindingBook.DailyBudget + 70; i++) book.Raise(Seen("10.1." + (i / 250) + "." + (i % 250), 10));
        Assert.Equal(FindingBook.DailyBudget + 1, book.Findings.Count);
        Finding flood = Assert.Single(book.Findings, finding => finding.Type == FindingBook.Flood.Name);
        Assert.Equal(70, flood.Count);
        Assert.Contains("database-offered", flood.Title.In(chinese: true), StringComparison.Ordinal);
        book.Raise(Seen("10.9.9.9", 200_000));
        Assert.Equal(FindingBook.DailyBudget + 2, book.Findings.Count);
    }

    [Fact]
    public void What_was_handled_and_is_seen_again_is_opened_again()
    {
        FindingBook book = new();
        book.Raise(Seen("10.0.0.1", 10));
        book.Saved();
        book.Decided(1, FindingState.Closed, Verdict.True, CaptureTime.FromSeconds(50));
        book.Raise(Seen("10.0.0.1", 40));
        Assert.Equal(FindingState.Closed, book.Findings[0].State);
        Assert.False(Assert.Single(book.Changed).Reopened);
        book.Raise(Seen("10.0.0.1", 60));
        Assert.Equal((FindingState.New, 1, null), (book.Findings[0].State, book.Findings[0].Reopened, book.Findings[0].Verdict));
        Assert.True(Assert.Single(book.Changed).Reopened);
    }

    [Theory]
    [InlineData(Verdict.Benign)]
    [InlineData(Verdict.FalsePositive)]
    public void What_was_called_harmless_stays_closed_unless_it_gets_worse(Verdict verdict)
    {
        FindingBook book = new();
        book.Raise(Seen("10.0.0.1", 10));
        book.Decided(1, FindingState.Closed, verdict, CaptureTime.FromSeconds(50));
        book.Raise(Seen("10.0.0.1", 60));
        Assert.Equal((FindingState.Closed, 2), (book.Findings[0].State, book.Findings[0].Count));
        book.Raise(Seen("10.0.0.1", 70, severity: Severity.Critical));
        Assert.Equal(FindingState.New, book.Findings[0].State);
    }

    [Fact]
    public void A_suppression_marks_what_it_means_now_and_later_and_nothing_else()
    {
        FindingBook book = new();
        book.Raise(Seen("10.0.0.1", 10));
        Suppression subnet = new() { Number = 1, Type = Type.Name, Subnet = "10.0.0.0/24", Reason = "r", Owner = "o", Made = default, Expires = CaptureTime.FromSeconds(1000) };
        book.Decided(subnet);
        book.Raise(Seen("10.0.0.2", 11));
        book.Raise(Seen("10.0.1.2", 12));
        Assert.Equal([1L, 1L, null], book.Findings.Select(one => one.SuppressedBy));
        // A longer one covers for the first when that is withdrawn.
        book.Decided(subnet with { Number = 2, Subnet = null, Address = "10.0.0.2", Expires = CaptureTime.FromSeconds(500) });
        book.Decided(subnet with { Withdrawn = CaptureTime.FromSeconds(20) });
        Assert.Equal([null, 2L, null], book.Findings.Select(one => one.SuppressedBy));
    }

    [Fact]
    public void Restored_findings_are_counted_on_and_numbers_go_on()
    {
        FindingBook first = new();
        first.Raise(Seen("10.0.0.1", 10));
        FindingBook second = new();
        second.Restore(first.Findings, 7, []);
        second.Raise(Seen("10.0.0.1", 20));
        second.Raise(Seen("10.0.0.2", 20));
        Assert.Equal([(1L, 2L), (8L, 1L)], second.Findings.Select(one => (one.Number, one.Count)));
    }

    [Fact]
    public void What_was_not_seen_for_long_is_a_new_finding_when_it_comes_back()
    {
        FindingBook book = new();
        book.Raise(Seen("10.0.0.1", 10));
        book.Saved();
        book.Review(new Nothing(), CaptureTime.FromSeconds(10 + (91 * 86_400)));
        book.Raise(Seen("10.0.0.1", 91 * 86_400));
        Assert.Equal(2, Assert.Single(book.Findings).Number);
    }

    private static Sighting Seen(string ip, long second, Severity? severity = null, string? peer = null, string discriminator = "") => new()
    {
        Type = Type,
        Subject = At(ip),
        Peer = peer is null ? null : At(peer),
        Discriminator = discriminator,
        Severity = severity,
        Confidence = 0.9,
        Arguments = ["MySQL", "tcp/3306", "Wards"],
        Facts = [new Fact("port", "tcp/3306")],
        Evidence = new Evidence(CaptureTime.FromSeconds(second), "C" + second),
    };

    private static Party At(string ip) => new(Subject.Of(default, Address.TryParse(ip, out Address address) ? address : throw new FormatException(ip)));

    private sealed class Nothing : IDeviceDirectory
    {
        public bool HasRegister => false;

        public DeviceFacts? Of(Subject subject) => null;

        public IEnumerable<DeviceFacts> All() => [];
    }
}
