using System.Net;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Response;
using Wardkeeper.Hub.Tests.Detection;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Sensor.Observations;
using static Wardkeeper.Hub.Tests.Admission.Asking;

namespace Wardkeeper.Hub.Tests.Admission;

/// <summary>Certificates of a device of which the ledger knows no card: which card they belong to, and what becomes of a copy.</summary>
public class IdentityCardTests
{
    private const string Thief = "00:1b:21:00:00:66";

    /// <summary>A card that was heard and that nobody registered.</summary>
    private static readonly KnownDevice Stray = new(99, null, null, null, null, "deployed", null, null, [Card(Mac)], false, Ago(1));

    [Fact]
    public async Task A_purchased_pumps_own_card_that_was_first_seen_in_the_onboarding_network_says_nothing_against_its_certificate()
    {
        Hospital one = new(IdentityGrade.SoftwareCertificate, NoConsequence) { Seen = { [Mac] = Stray } };
        AdmissionDecision first = await one.AskAsync(Mac, "Gi1/0/7");
        Assert.Equal((AdmissionOutcome.Admit, AdmissionOutcome.Admit, 7L, IdentityGrade.SoftwareCertificate), (first.Outcome, first.Wanted, first.Device!.Value, first.Grade));
        one.Scene.Later(TimeSpan.FromMinutes(50));
        AdmissionDecision again = await one.AskAsync(Mac, "Gi1/0/7");
        Assert.Equal((AdmissionOutcome.Admit, 7L, IdentityGrade.SoftwareCertificate), (again.Wanted, again.Device!.Value, again.Grade));
        // A card that people registered as another device's is another matter.
        Hospital two = new(IdentityGrade.SoftwareCertificate, NoConsequence) { Seen = { [Mac] = Stray with { IsKnownToPeople = true } } };
        AdmissionDecision other = await two.AskAsync(Mac, "Gi1/0/7");
        Assert.Equal((AdmissionOutcome.Quarantine, "certificate-of-another-device"), (other.Wanted, other.Reasons[0].Key));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_second_use_of_a_certificate_from_another_card_is_found_and_held_back_and_the_device_stays(bool wasSeen)
    {
        Hospital one = new(IdentityGrade.SoftwareCertificate, LifeSupport);
        await one.AskAsync(Mac, "Gi1/0/7");
        one.Scene.Later(TimeSpan.FromMinutes(5));
        if (wasSeen) one.Seen[Thief] = Stray with { FirstSeen = one.Scene.Now };
        AdmissionDecision copy = await one.AskAsync(Thief, "Gi1/0/9");
        Assert.Equal((AdmissionOutcome.Quarantine, "666"), (copy.Outcome, copy.Vlan));
        Assert.Contains(new AdmissionReason("identity-at-two-places", "sw1 Gi1/0/7 · sw1 Gi1/0/9"), copy.Reasons);
        Assert.Contains(copy.Reasons, reason => reason.Key == "first-admission");
        await one.Watch.LookAsync(CancellationToken.None);
        Finding finding = Assert.Single(one.Scene.Findings, finding => finding.Type == "identity-at-two-places");
        Assert.Equal("Certificate 01 is used at sw1 Gi1/0/7 and at sw1 Gi1/0/9", finding.Title.In(chinese: false));
        Assert.Single(one.Scene.Findings, finding => finding.Type == "identity-on-wrong-device");
        Assert.Equal(0, one.Steps);
        one.Scene.Later(TimeSpan.FromMinutes(5));
        Assert.Equal(AdmissionOutcome.Admit, (await one.AskAsync(Mac, "Gi1/0/7")).Wanted);
    }

    [Fact]
    public async Task A_copy_that_was_let_in_where_a_segment_only_observes_does_not_become_the_devices_card()
    {
        Hospital one = new(IdentityGrade.SoftwareCertificate, NoConsequence, SegmentMode.Observe);
        await one.AskAsync(Mac, "Gi1/0/7");
        for (int i = 0; i < 2; i++)
        {
            AdmissionDecision copy = await one.AskAsync(Thief, "Gi1/0/9");
            Assert.Equal((AdmissionOutcome.Admit, AdmissionOutcome.Quarantine), (copy.Outcome, copy.Wanted));
        }
        // Nothing is wanted of the device itself for what its copy does.
        await one.Watch.LookAsync(CancellationToken.None);
        Assert.Equal(0, one.Steps);
        // Unplugged, the device is at no second place; its certificate is still bound to its card.
        one.Plugs.Left(Mac, "sw1", "Gi1/0/7", one.Scene.Now);
        AdmissionDecision alone = await one.AskAsync(Thief, "Gi1/0/9");
        Assert.Equal("certificate-at-another-card", alone.Reasons[0].Key);
        Assert.DoesNotContain(alone.Reasons, reason => reason.Key == "identity-at-two-places");
    }

    [Fact]
    public async Task A_key_in_a_chip_behind_a_new_card_is_the_device_itself_and_is_bound_anew()
    {
        Hospital one = new(IdentityGrade.ChipCertificate, LifeSupport);
        await one.AskAsync(Mac, "Gi1/0/7");
        AdmissionDecision moved = await one.AskAsync(Thief, "Gi1/0/9");
        Assert.Equal((AdmissionOutcome.Admit, "chip-at-another-card"), (moved.Wanted, moved.Reasons[0].Key));
        Assert.Equal(Thief, one.Plugs.BoundTo(7));
    }

    [Fact]
    public async Task A_device_whose_identity_was_taken_does_not_come_back_by_its_card_alone()
    {
        Hospital one = new(IdentityGrade.ChipCertificate, NoConsequence) { Seen = { [Mac] = Pump } };
        Assert.Equal("certificate-not-shown", (await one.AskByCardAsync()).Reasons[0].Key);
        one.Revoke("keyCompromise");
        foreach (int hours in (int[])[0, 13, 100])
        {
            one.Scene.Later(TimeSpan.FromHours(hours));
            AdmissionDecision decision = await one.AskByCardAsync();
            Assert.Equal((AdmissionOutcome.Refuse, new AdmissionReason("identity-taken", "keyCompromise")), (decision.Outcome, decision.Reasons[0]));
        }
        // Replaced, or fallen with its authority: nothing against the device.
        one.Revoke("superseded");
        Assert.Equal(AdmissionOutcome.Admit, (await one.AskByCardAsync()).Wanted);
        // A patient may hang on it: it stays in, and two people are asked.
        Hospital two = new(IdentityGrade.ChipCertificate, LifeSupport) { Seen = { [Mac] = Pump } };
        two.Revoke("keyCompromise");
        AdmissionDecision held = await two.AskByCardAsync();
        Assert.Equal((AdmissionOutcome.Admit, AdmissionOutcome.Refuse), (held.Outcome, held.Wanted));
    }

    /// <summary>A device with a certificate and without a known card, and all that decides.</summary>
    private sealed class Hospital : IKnownDevices, ICareBoard, ITrustedIdentities, IAdmissionSteps, IFindingDoor
    {
        private readonly CareSituation care;
        private TrustedIdentity identity;
        private readonly AdmissionDecider decider;

        public Hospital(IdentityGrade grade, CareSituation care, SegmentMode mode = SegmentMode.Enforce)
        {
            this.care = care;
            identity = Chip with { Grade = grade, NotBefore = default, NotAfter = new CaptureTime(long.MaxValue) };
            FixedClock clock = new(Scene);
            AdmissionPolicyBook policies = new() { Current = new AdmissionPolicy([Ward with { Mode = mode }], [], [], TimeZoneInfo.Utc) };
            decider = new AdmissionDecider(this, Scene.Traits, new StandingFindings(Scene.Book, clock), this, policies, Plugs, new DecisionNumbers(), this);
            Watch = new AdmissionWatch(decider, Plugs, Scene.Book, this, this, clock);
        }

        public Scene Scene { get; } = new();

        public PlugBook Plugs { get; } = new();

        public AdmissionWatch Watch { get; }

        /// <summary>What the ledger says of cards.</summary>
        public Dictionary<string, KnownDevice> Seen { get; } = [];

        /// <summary>How many steps of the ladder were wanted.</summary>
        public int Steps { get; private set; }

        public TimeSpan? Age => TimeSpan.Zero;

        public KnownDevice? Of(MacAddress mac) => Seen.FirstOrDefault(one => Card(one.Key) == mac).Value;

        KnownDevice? IKnownDevices.Of(long number) => number == 7 ? Pump with { Macs = [] } : null;

        DeviceCare ICareBoard.Of(long number) => new(number, care, SafetyTable.Of(care), null, null, null, []);

        public TrustedIdentity? Find(string serial, string issuer) => serial == Shown.Serial ? identity : null;

        IReadOnlyList<TrustedIdentity> ITrustedIdentities.Of(long number) => number == 7 ? [identity] : [];

        public async Task<AdmissionDecision> AskAsync(string mac, string port) =>
            await decider.DecideAsync(new AdmissionRequest(Scene.Now, AdmissionMethod.EapTls, mac, "host/pump-7", Shown, IPAddress.Parse("10.9.0.1"), "sw1", port, null, null), CancellationToken.None);

        public async Task<AdmissionDecision> AskByCardAsync() =>
            await decider.DecideAsync(new AdmissionRequest(Scene.Now, AdmissionMethod.MacAuthentication, Mac, Mac, null, IPAddress.Parse("10.9.0.1"), "sw1", "Gi1/0/7", null, null), CancellationToken.None);

        public void Revoke(string reason) => identity = identity with { RevokedAt = Scene.Now, RevocationReason = reason };

        public Task TakeAsync(Action take, CancellationToken cancel)
        {
            take();
            return Task.CompletedTask;
        }

        public Task IsolateAsync(long number, TimeSpan lasts, string reason, long? finding, bool enforces, CancellationToken cancel)
        {
            Steps++;
            return Task.CompletedTask;
        }

        public bool Holds(string mac) => false;

        public Task TakeBackAsync(long number, CancellationToken cancel) => Task.CompletedTask;
    }

    private sealed class FixedClock(Scene scene) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(scene.Now.Nanoseconds / 100);
    }
}
