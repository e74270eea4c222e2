using System.Net;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Response;
using Wardkeeper.Hub.Tests.Detection;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Admission;

/// <summary>After admission it goes on: a kiosk's card with a laptop behind it, over the detector's memory, the ledger's device, the safety check and the decider.</summary>
public class AdmissionWatchTests
{
    [Fact]
    public async Task An_impostor_behind_a_kiosks_card_is_isolated_once_and_taken_back_when_the_kiosk_returns()
    {
        Hospital one = new(Asking.Kiosk, Asking.NoConsequence);
        ImpersonationTests.Kiosk(one.Scene);
        one.Scene.Later(TimeSpan.FromHours(3));
        Assert.Equal(AdmissionOutcome.Admit, (await one.AskAsync()).Outcome);
        await one.LookAsync();
        Assert.Equal((0, 0, 0), one.Done);

        ImpersonationTests.Laptop(one.Scene);
        CaptureTime found = one.Scene.Now;
        await one.LookAsync();
        await one.LookAsync();
        Assert.Equal((1, 0, 0), one.Done);
        Finding finding = Assert.Single(one.Scene.Findings, finding => finding.Type == "fingerprint-broken");
        Assert.Equal((found, 1L, Severity.High), (finding.Last, finding.Count, finding.Severity));
        Assert.Contains(finding.Facts, fact => fact is { Name: "tcp-ttl", Observed: "64", Expected: "128" });
        Assert.StartsWith("What stands at sw1 Gi1/0/7 in the name of Kiosk 3 does not behave like it", finding.Title.In(chinese: false), StringComparison.Ordinal);

        // The switch ends its session; it asks again, and asks again: quarantine, also once what it showed is old.
        for (int i = 0; i < 3; i++)
        {
            one.Scene.Later(TimeSpan.FromMinutes(12));
            AdmissionDecision held = await one.AskAsync();
            Assert.Equal((AdmissionOutcome.Quarantine, "666"), (held.Outcome, held.Vlan));
            Assert.NotNull(held.Cleared);
            ImpersonationTests.Laptop(one.Scene);
            await one.LookAsync();
        }
        Assert.Equal(0, one.Done.TakenBack);

        // The kiosk is plugged in again: what it shows in quarantine is its own, and it is let in.
        one.Scene.Later(TimeSpan.FromHours(2));
        await one.AskAsync();
        ImpersonationTests.Kiosk(one.Scene);
        await one.LookAsync();
        await one.LookAsync();
        Assert.Equal(1, one.Done.TakenBack);
        Assert.Equal(AdmissionOutcome.Admit, (await one.AskAsync(again: 2)).Outcome);

        // The same laptop is found again, though its traits were seen before.
        one.Scene.Later(TimeSpan.FromHours(2));
        await one.AskAsync();
        ImpersonationTests.Laptop(one.Scene);
        await one.LookAsync();
        Assert.Equal(2, one.Done.Asked);
    }

    [Fact]
    public async Task A_kiosk_that_is_plugged_back_where_a_laptop_was_found_is_let_in_at_once_and_the_laptop_a_few_times_in_the_hour()
    {
        Hospital one = new(Asking.Kiosk, Asking.NoConsequence);
        ImpersonationTests.Kiosk(one.Scene);
        one.Scene.Later(TimeSpan.FromHours(3));
        await one.AskAsync();
        await one.UnpluggedAsync();
        ImpersonationTests.Laptop(one.Scene);
        await one.LookAsync();
        Assert.Equal((1, 0, 0), one.Done);

        // Its session is ended, its link is not: it asks again as the same machine, and stays out.
        one.Plugs.Left(Asking.Mac, "sw1", "Gi1/0/7", one.Scene.Now, PlugEnd.CutOff);
        one.Scene.Later(TimeSpan.FromSeconds(2));
        AdmissionDecision held = await one.AskAsync();
        Assert.Equal((AdmissionOutcome.Quarantine, "fingerprint-broken"), (held.Outcome, held.Reasons[0].Key));

        // The kiosk is plugged in again: nothing of it was seen yet, and it is in its network; the laptop's isolation is taken back.
        await one.UnpluggedAsync();
        AdmissionDecision back = one.Plugs.Find(Asking.Mac)!.Decision!;
        Assert.Equal((AdmissionOutcome.Admit, "20"), (back.Outcome, back.Vlan));
        Assert.Contains(back.Reasons, reason => reason.Key == "replugged");
        await one.LookAsync();
        Assert.Equal(1, one.Done.TakenBack);

        // Not the kiosk, but the laptop: what it shows keeps it out, and after some such tries in the hour it does not get in to show it.
        for (int i = 0; i < Plug.MostReplugs; i++)
        {
            ImpersonationTests.Laptop(one.Scene);
            await one.LookAsync();
            Assert.Equal(AdmissionOutcome.Quarantine, (await one.AskAsync(again: 2)).Outcome);
            await one.UnpluggedAsync();
        }
        Assert.Equal(AdmissionOutcome.Quarantine, one.Plugs.Find(Asking.Mac)!.Decision!.Outcome);

        // An hour later the kiosk comes, and shows who it is.
        one.Scene.Later(TimeSpan.FromHours(2));
        await one.UnpluggedAsync();
        ImpersonationTests.Kiosk(one.Scene);
        await one.LookAsync();
        Assert.False(one.Plugs.Find(Asking.Mac)!.IsInDoubt);
        Assert.Equal(AdmissionOutcome.Admit, (await one.AskAsync(again: 2)).Outcome);
    }

    [Fact]
    public async Task What_is_plugged_back_and_never_shows_that_it_is_itself_is_held_back_again()
    {
        Hospital one = new(Asking.Kiosk, Asking.NoConsequence);
        ImpersonationTests.Kiosk(one.Scene);
        one.Scene.Later(TimeSpan.FromHours(3));
        await one.AskAsync();
        ImpersonationTests.Laptop(one.Scene);
        await one.LookAsync();
        await one.UnpluggedAsync();
        Assert.Equal(AdmissionOutcome.Admit, one.Plugs.Find(Asking.Mac)!.Decision!.Outcome);
        one.Scene.Later(TimeSpan.FromMinutes(11));
        Assert.Equal(AdmissionOutcome.Quarantine, one.Rehearsed().Outcome);
    }

    [Fact]
    public async Task A_machine_that_has_itself_asked_for_again_and_again_does_not_escape_the_comparison()
    {
        Hospital one = new(Asking.Kiosk, Asking.NoConsequence);
        ImpersonationTests.Kiosk(one.Scene);
        one.Scene.Later(TimeSpan.FromHours(3));
        await one.AskAsync();
        // It asks anew before each thing that it shows is looked at: what it showed must not become what is known of the kiosk.
        for (int i = 0; i < 4; i++)
        {
            one.Scene.Later(TimeSpan.FromSeconds(20));
            await one.AskAsync();
            await one.AskAsync(again: 10);
        }
        CaptureTime known = one.Plugs.Find(Asking.Mac)!.Known;
        ImpersonationTests.Laptop(one.Scene);
        one.Scene.Later(TimeSpan.FromSeconds(20));
        AdmissionDecision asked = await one.AskAsync();
        Assert.Equal(AdmissionOutcome.Quarantine, asked.Wanted);
        Assert.Equal(known, one.Plugs.Find(Asking.Mac)!.Known);
        Assert.True(one.Plugs.Find(Asking.Mac)!.IsInDoubt);
        ImpersonationTests.Laptop(one.Scene);
        await one.LookAsync();
        Assert.Single(one.Scene.Findings, finding => finding.Type == "fingerprint-broken");
        one.Scene.Later(TimeSpan.FromHours(2));
        Assert.Equal(AdmissionOutcome.Quarantine, (await one.AskAsync()).Wanted);
    }

    [Fact]
    public async Task A_life_supporting_device_in_use_with_a_broken_fingerprint_gives_a_finding_and_a_request_to_people_and_nothing_else()
    {
        Hospital one = new(Asking.Pump with { Type = "patient-monitor", Category = "monitoring" }, Asking.LifeSupport);
        ImpersonationTests.Kiosk(one.Scene);
        one.Scene.Later(TimeSpan.FromHours(3));
        await one.AskAsync();
        ImpersonationTests.Laptop(one.Scene);
        for (int i = 0; i < 5; i++) await one.LookAsync();
        Assert.Equal((0, 1, 0), one.Done);
        Assert.Single(one.Scene.Findings, finding => finding.Type == "fingerprint-broken");
        Assert.Equal(AdmissionOutcome.Admit, (await one.AskAsync()).Outcome);
        // A person says that it is the device itself, newly installed: what it shows is known of it from now on.
        Finding finding = one.Scene.Findings.Single(finding => finding.Type == "fingerprint-broken");
        one.Scene.Book.Decided(finding.Number, FindingState.Closed, Verdict.FalsePositive, one.Scene.Now);
        Finding other = one.Scene.Findings.Single(finding => finding.Type == "device-impersonated");
        one.Scene.Book.Decided(other.Number, FindingState.Closed, Verdict.FalsePositive, one.Scene.Now);
        await one.LookAsync();
        one.Scene.Later(TimeSpan.FromMinutes(20));
        await one.AskAsync();
        ImpersonationTests.Laptop(one.Scene);
        await one.LookAsync();
        Assert.Equal(AdmissionOutcome.Admit, (await one.AskAsync(again: 2)).Wanted);
    }

    [Fact]
    public async Task A_step_that_failed_is_tried_again()
    {
        Hospital one = new(Asking.Kiosk, Asking.NoConsequence) { Failing = 2 };
        ImpersonationTests.Kiosk(one.Scene);
        one.Scene.Later(TimeSpan.FromHours(3));
        await one.AskAsync();
        ImpersonationTests.Laptop(one.Scene);
        for (int i = 0; i < 4; i++) await one.LookAsync();
        Assert.Equal((1, 0, 0), one.Done);
        Assert.Equal(0, one.Watch.Failed);
    }

    [Fact]
    public async Task Decisions_are_made_from_memory_by_the_thousand()
    {
        Hospital one = new(Asking.Kiosk, Asking.NoConsequence);
        ImpersonationTests.Kiosk(one.Scene);
        one.Scene.Later(TimeSpan.FromHours(3));
        HashSet<long> numbers = [];
        for (int i = 0; i < 5_000; i++) Assert.True(numbers.Add((await one.AskAsync(mac: $"02:00:00:00:{i >> 8:x2}:{i & 255:x2}")).Number));
        Assert.Equal(5_000, one.Plugs.Count);
    }

    /// <summary>One device with its card, a place, and all that decides.</summary>
    private sealed class Hospital : IKnownDevices, ICareBoard, IAdmissionSteps, IFindingDoor
    {
        private readonly KnownDevice device;
        private readonly CareSituation care;
        private readonly AdmissionDecider decider;
        private int asked, proposed, takenBack;

        public Hospital(KnownDevice device, CareSituation care)
        {
            (this.device, this.care) = (device, care);
            SceneClock clock = new(Scene);
            AdmissionPolicyBook policies = new() { Current = new AdmissionPolicy([Asking.Ward], [], [], TimeZoneInfo.Utc) };
            decider = new AdmissionDecider(this, Scene.Traits, new StandingFindings(Scene.Book, clock), this, policies, Plugs, new DecisionNumbers());
            Watch = new AdmissionWatch(decider, Plugs, Scene.Book, this, this, clock);
        }

        public Scene Scene { get; } = new();

        public PlugBook Plugs { get; } = new();

        public AdmissionWatch Watch { get; }

        public int Failing { get; set; }

        public (int Asked, int Proposed, int TakenBack) Done => (asked, proposed, takenBack);

        public TimeSpan? Age => TimeSpan.Zero;

        public KnownDevice? Of(MacAddress mac) => mac == Asking.Card(Asking.Mac) ? device : null;

        KnownDevice? IKnownDevices.Of(long number) => number == device.Id ? device : null;

        DeviceCare ICareBoard.Of(long number) => new(number, care, SafetyTable.Of(care), null, null, null, []);

        public async Task<AdmissionDecision> AskAsync(int again = 0, string mac = Asking.Mac) =>
            await decider.DecideAsync(new AdmissionRequest(CaptureTime.FromSeconds(again + (Scene.Now.Nanoseconds / CaptureTime.PerSecond)), AdmissionMethod.MacAuthentication, mac, mac, null, IPAddress.Parse("10.9.0.1"), "sw1", "Gi1/0/7", null, null), CancellationToken.None);

        /// <summary>The link goes down, and half a minute later a machine is plugged in and asks.</summary>
        public async Task UnpluggedAsync()
        {
            Plugs.Left(Asking.Mac, "sw1", "Gi1/0/7", Scene.Now, PlugEnd.LinkDown);
            Scene.Later(TimeSpan.FromSeconds(30));
            await AskAsync();
        }

        public AdmissionDecision Rehearsed() => decider.Again(Plugs.Find(Asking.Mac)!, Scene.Now).Decision;

        public Task TakeAsync(Action take, CancellationToken cancel)
        {
            take();
            return Task.CompletedTask;
        }

        public Task LookAsync() => Watch.LookAsync(CancellationToken.None);

        public Task IsolateAsync(long number, TimeSpan lasts, string reason, long? finding, bool enforces, CancellationToken cancel)
        {
            Assert.Equal(device.Id, number);
            Assert.NotNull(finding);
            if (Failing-- > 0) throw new EnforcementException("The store does not answer.");
            if (enforces) asked++;
            else proposed++;
            return Task.CompletedTask;
        }

        public bool Holds(string mac) => false;

        public Task TakeBackAsync(long number, CancellationToken cancel)
        {
            takenBack++;
            return Task.CompletedTask;
        }
    }

    /// <summary>The scene's time, so that a look is made at the time of what was seen.</summary>
    private sealed class SceneClock(Scene scene) : TimeProvider
    {
        private long asked;

        public override long TimestampFrequency => 1;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(scene.Now.Nanoseconds / 100);

        // What was gathered is old at each question.
        public override long GetTimestamp() => asked += 3;
    }
}
