using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Techniques;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Detection;

/// <summary>What stands in a detector's way, and what that means for the techniques it covers.</summary>
public class ReadinessTests
{
    private static readonly ReadinessFacts Everything = new()
    {
        HasRegister = true,
        HasPublishing = true,
        IsOneSided = false,
        First = CaptureTime.FromSeconds(0),
        Last = CaptureTime.FromSeconds(400L * 86_400),
        Logs = DetectorRegistry.All.SelectMany(detector => detector.Info.Logs).ToHashSet(),
    };

    [Fact]
    public void With_everything_seen_for_long_every_detector_can_fire() =>
        Assert.All(DetectorReadiness.Of(Everything), state => Assert.True(state.CanFire && state.Weak.Count == 0, state.Detector + ": " + string.Join("; ", state.Reasons.Select(reason => reason.In(chinese: false)))));

    [Fact]
    public void A_detector_of_rows_alone_is_blind_when_none_of_them_was_seen_and_weak_when_some_were()
    {
        Detector rows = DetectorRegistry.All.First(detector => detector.ReadsRowsOnly);
        HashSet<string> others = [.. Everything.Logs.Except(rows.Info.Logs)];
        DetectorState state = Of(Everything with { Logs = others }, rows.Info.Name);
        Assert.Equal("cannot-fire.no-rows", Assert.Single(state.Blind).Key);
        Assert.Contains(rows.Info.Logs[0], state.Blind[0].In(chinese: true), StringComparison.Ordinal);
        Detector mixed = DetectorRegistry.All.First(detector => detector.Info.Logs.Count > 0 && !detector.ReadsRowsOnly);
        DetectorState weak = Of(Everything with { Logs = new HashSet<string>(Everything.Logs.Except(mixed.Info.Logs)) }, mixed.Info.Name);
        Assert.True(weak.CanFire);
        Assert.Equal("cannot-fire.no-rows", Assert.Single(weak.Weak).Key);
    }

    [Fact]
    public void Without_any_traffic_only_what_judges_the_ledger_and_sensors_can_fire()
    {
        IReadOnlyList<DetectorState> states = DetectorReadiness.Of(Everything with { First = null, Last = null, Logs = new HashSet<string>() });
        Assert.All(states, state => Assert.Equal(DetectorRegistry.All.Single(detector => detector.Info.Name == state.Detector).ReadsTraffic, !state.CanFire));
        Assert.Contains(states, state => state.CanFire);
    }

    [Fact]
    public void Register_border_and_one_sided_traffic_are_told_where_they_matter()
    {
        Assert.Equal("cannot-fire.no-register", Assert.Single(Of(Everything with { HasRegister = false }, "device-without-owner").Blind).Key);
        Assert.Equal("cannot-fire.no-publishing", Assert.Single(Of(Everything with { HasPublishing = false }, "published-outside").Blind).Key);
        Assert.Equal("cannot-fire.one-sided", Assert.Single(Of(Everything with { IsOneSided = true }, "database-offered").Weak).Key);
        Assert.Empty(Of(Everything with { IsOneSided = true }, "device-without-owner").Reasons);
    }

    [Fact]
    public void Who_learns_says_until_when()
    {
        Assert.All(DetectorRegistry.All.Where(detector => detector.Info.Learns is not null), detector =>
        {
            DetectorState early = Of(Everything with { Last = CaptureTime.FromSeconds(60) }, detector.Info.Name);
            Assert.Contains(early.Blind, reason => reason.Key == "cannot-fire.learning");
        });
        Assert.Contains("UTC", FindingTexts.Format("cannot-fire.learning", false, ["2026-11-23 09:14 UTC"]), StringComparison.Ordinal);
    }

    [Fact]
    public void When_history_cannot_be_read_nothing_is_said_of_rows() =>
        Assert.All(DetectorReadiness.Of(Everything with { IsHistoryReadable = false, Last = null, Logs = new HashSet<string>() }), state => Assert.Empty(state.Reasons));

    [Fact]
    public void Every_technique_that_a_detector_names_is_in_the_matrix_with_its_tactics()
    {
        Assert.All(DetectorRegistry.Types.Values.Where(type => type.Technique is not null), type => Assert.True(AttackTechniques.Of(type.Technique!) is not null, $"{type.Name} names {type.Technique}, which ATT&CK does not know"));
        Assert.Equal((774, 26), (AttackTechniques.All.Length, AttackTechniques.Tactics.Length));
        Assert.All(AttackTechniques.All, one => Assert.All(one.Tactics, name => Assert.Contains(AttackTechniques.Tactics, tactic => tactic.Domain == one.Domain && tactic.Key == name)));
        Assert.Equal(("ARP Cache Poisoning", "ARP 缓存投毒"), (AttackTechniques.Of("T1557.002")!.In(false), AttackTechniques.Of("T1557.002")!.In(true)));
    }

    [Fact]
    public void Coverage_names_detectors_counts_findings_and_says_when_all_of_them_are_blind()
    {
        IReadOnlyList<TechniqueCoverage> all = TechniqueCoverage.Of(DetectorReadiness.Of(Everything with { First = null, Last = null, Logs = new HashSet<string>() }), [new ValueCount("T1557.002", 3), new ValueCount(null, 9)]);
        TechniqueCoverage shared = all.Single(one => one.Technique.Id == "T1557.002");
        Assert.Equal((3L, false), (shared.Findings, shared.CanFire));
        Assert.Contains("address-shared", shared.Detectors.Select(detector => detector.Detector));
        Assert.True(TechniqueCoverage.Of(DetectorReadiness.Of(Everything), []).Single(one => one.Technique.Id == "T1557.002").CanFire);
    }

    private static DetectorState Of(ReadinessFacts facts, string detector) => DetectorReadiness.Of(facts).Single(state => state.Detector == detector);
}
