using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.DeviceAgent.Configuration;
using Wardkeeper.DeviceAgent.Enrolment;

namespace Wardkeeper.DeviceAgent.Tests;

/// <summary>The certificate's life against an EST server: first, next, while a person waits, when the CA changes, when a clock is wrong.</summary>
public sealed class EnrolmentTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("wardkeeper-enrol-").FullName;
    private readonly FakeClock clock = new();
    private readonly StringWriter said = new();

    public void Dispose()
    {
        Directory.Delete(folder, true);
        said.Dispose();
    }

    [Fact]
    public async Task A_token_gives_the_first_certificate_and_is_forgotten()
    {
        await using TestChip chip = await TestChip.MakeAsync("file");
        await using TestHub hub = await TestHub.StartAsync();
        using DeviceState state = DeviceState.Init(folder, TestAgent.Settings(chip, hub));
        Enroller enroller = Enroller(state);
        Assert.True(await enroller.EnrolAsync(false, CancellationToken.None));
        X509Certificate2 issued = Assert.Single(hub.Issued);
        Assert.Contains("SERIALNUMBER=SN-1", issued.SubjectName.Format(false).Replace("2.5.4.5", "SERIALNUMBER", StringComparison.Ordinal).Replace("serialNumber", "SERIALNUMBER", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Null(state.Settings.Token);
        Assert.False(await enroller.EnrolAsync(false, CancellationToken.None));
        Assert.Single(hub.Issued);
    }

    [Fact]
    public async Task The_makers_certificate_gives_the_first_certificate()
    {
        await using TestChip chip = await TestChip.MakeAsync("file");
        TestAuthority maker = new("Maker");
        await using TestHub hub = await TestHub.StartAsync(maker: maker);
        AgentSettings settings = TestAgent.Settings(chip, hub);
        using (DeviceState factory = DeviceState.Init(folder, settings))
        {
            factory.Chip.Generate("idevid");
            using ECDsa key = factory.Chip.Open("idevid");
            using X509Certificate2 idevid = maker.Issue(new X500DistinguishedName("CN=Pump, SERIALNUMBER=SN-1"), new PublicKey(key), DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(20));
            await File.WriteAllTextAsync(Path.Combine(folder, "idevid.pem"), idevid.ExportCertificatePem());
        }
        settings = settings with { Enrolment = new EnrolmentSettings { IdevidKey = "idevid", IdevidCertificate = Path.Combine(folder, "idevid.pem") } };
        using DeviceState state = DeviceState.Init(folder, settings);
        Assert.True(await Enroller(state).EnrolAsync(false, CancellationToken.None));
        Assert.Contains("idevid", state.Chip.Labels());
    }

    [Fact]
    public async Task A_certificate_that_comes_alone_is_completed_by_what_the_CA_lists()
    {
        await using TestChip chip = await TestChip.MakeAsync("file");
        TestAuthority hospital = new("Hospital CA"), issuing = new("Hospital Issuing CA", hospital), other = new("Hospital Issuing CA", hospital);
        await using TestHub hub = await TestHub.StartAsync(hospital);
        hub.Approvals = 1;
        using DeviceState state = DeviceState.Init(folder, TestAgent.Settings(chip, hub));
        (hub.Authority, hub.Roots) = (issuing, [hospital.Root]);
        Enroller enroller = Enroller(state);
        await Assert.ThrowsAsync<AgentFault>(() => enroller.EnrolAsync(true, CancellationToken.None));
        // Nothing between it and the root is known: it is not taken.
        AgentFault fault = await Assert.ThrowsAsync<AgentFault>(() => enroller.EnrolAsync(true, CancellationToken.None));
        Assert.Equal(Outcome.Refused, fault.Outcome);
        Assert.Contains("does not lead to a trusted root", fault.Message, StringComparison.Ordinal);
        Assert.Null(enroller.Identity.Current);
        // The CA lists its issuing authorities, two of one name: the one whose key signed goes with the certificate.
        hub.Roots = [hospital.Root, other.Root, issuing.Root];
        Assert.True(await enroller.EnrolAsync(true, CancellationToken.None));
        Assert.Equal([hub.Issued.Last().RawData, issuing.Root.RawData], enroller.Identity.Current!.Chain.Select(text => Pem.Certificate(text).RawData));
    }

    [Fact]
    public async Task A_wrong_token_is_refused_and_leaves_no_key()
    {
        await using TestChip chip = await TestChip.MakeAsync("file");
        await using TestHub hub = await TestHub.StartAsync();
        hub.Tokens["SN-1"] = "another";
        using DeviceState state = DeviceState.Init(folder, TestAgent.Settings(chip, hub));
        AgentFault fault = await Assert.ThrowsAsync<AgentFault>(() => Enroller(state).EnrolAsync(false, CancellationToken.None));
        Assert.Equal(Outcome.Refused, fault.Outcome);
        Assert.DoesNotContain("one-time-secret", fault.ToString(), StringComparison.Ordinal);
        Assert.Empty(state.Chip.Labels());
    }

    [Fact]
    public async Task While_a_person_has_to_approve_the_same_request_is_sent_again()
    {
        await using TestChip chip = await TestChip.MakeAsync("file");
        await using TestHub hub = await TestHub.StartAsync();
        hub.Approvals = 2;
        using DeviceState state = DeviceState.Init(folder, TestAgent.Settings(chip, hub));
        AgentFault wait = await Assert.ThrowsAsync<AgentFault>(() => Enroller(state).EnrolAsync(false, CancellationToken.None));
        Assert.Equal((Outcome.Pending, TimeSpan.FromSeconds(1)), (wait.Outcome, wait.RetryAfter));
        // As after a restart: the request was sealed.
        Enroller later = Enroller(state);
        PendingRequest pending = later.Identity.Pending!;
        Assert.False(later.IsDue(clock.GetUtcNow()));
        clock.Shift = TimeSpan.FromSeconds(2);
        Assert.True(later.IsDue(clock.GetUtcNow()));
        await Assert.ThrowsAsync<AgentFault>(() => later.EnrolAsync(false, CancellationToken.None));
        Assert.Equal(pending.Request, later.Identity.Pending!.Request);
        clock.Shift = TimeSpan.FromSeconds(4);
        Assert.True(await later.EnrolAsync(false, CancellationToken.None));
        Assert.Equal(pending.Key, later.Identity.Current!.Key);
    }

    [Fact]
    public async Task Renewal_is_due_after_its_part_of_the_lifetime_and_has_a_new_key()
    {
        await using TestChip chip = await TestChip.MakeAsync("file");
        await using TestHub hub = await TestHub.StartAsync();
        using DeviceState state = DeviceState.Init(folder, TestAgent.Settings(chip, hub));
        Enroller enroller = Enroller(state);
        await enroller.EnrolAsync(false, CancellationToken.None);
        clock.Shift = TimeSpan.FromDays(5.9);
        Assert.False(enroller.IsDue(clock.GetUtcNow()));
        clock.Shift = TimeSpan.FromDays(6.1);
        Assert.True(enroller.IsDue(clock.GetUtcNow()));
        Assert.True(await enroller.EnrolAsync(false, CancellationToken.None));
        X509Certificate2[] issued = [.. hub.Issued];
        Assert.Equal(2, issued.Length);
        Assert.NotEqual(issued[0].GetPublicKeyString(), issued[1].GetPublicKeyString());
        Assert.Equal(issued[0].Subject, issued[1].Subject);
        Assert.Equal(2, state.Chip.Labels().Count);
        enroller.ForgetPrevious();
        Assert.Equal([enroller.Identity.Current!.Key], state.Chip.Labels());
    }

    [Fact]
    public async Task A_server_without_the_pinned_root_is_not_trusted_even_if_it_lists_it()
    {
        await using TestChip chip = await TestChip.MakeAsync("file");
        TestAuthority hospital = new("Hospital CA");
        await using TestHub impostor = await TestHub.StartAsync(new TestAuthority("Impostor"));
        AgentSettings settings = TestAgent.Settings(chip, impostor);
        settings = settings with { Hub = settings.Hub with { CaFingerprint = hospital.Fingerprint } };
        using DeviceState state = DeviceState.Init(folder, settings);
        Assert.Equal(Outcome.Unreachable, (await Assert.ThrowsAsync<AgentFault>(() => Enroller(state).EnrolAsync(false, CancellationToken.None))).Outcome);
        impostor.Roots = [hospital.Root];
        AgentFault fault = await Assert.ThrowsAsync<AgentFault>(() => Enroller(state).EnrolAsync(false, CancellationToken.None));
        Assert.Equal(Outcome.Unreachable, fault.Outcome);
        Assert.Contains("does not lead to a trusted root", fault.Message, StringComparison.Ordinal);
        Assert.Empty(impostor.Issued);
    }

    [Fact]
    public async Task While_the_CA_changes_old_and_new_are_trusted()
    {
        await using TestChip chip = await TestChip.MakeAsync("file");
        await using TestHub hub = await TestHub.StartAsync();
        using DeviceState state = DeviceState.Init(folder, TestAgent.Settings(chip, hub));
        Enroller enroller = Enroller(state);
        await enroller.EnrolAsync(false, CancellationToken.None);
        TestAuthority old = hub.Authority, next = new("Hospital CA 2");
        hub.Roots = [old.Root, next.Root];
        await enroller.RefreshAnchorsAsync(CancellationToken.None);
        Assert.Equal(2, enroller.Identity.Anchors.Count);
        // From now on the new CA issues and the server shows a certificate of it; the old one is not listed any more, and still held.
        (hub.Authority, hub.ServerCertificate, hub.Roots) = (next, next.IssueServer(), [next.Root]);
        Assert.True(await enroller.EnrolAsync(true, CancellationToken.None));
        Assert.Equal(next.Root.Subject, hub.Issued.Last().Issuer);
        Assert.Equal(2, enroller.Identity.Anchors.Count);
        clock.Shift = TimeSpan.FromDays(29);
        Assert.Single(TrustAnchors.Merge(enroller.Identity.Anchors, [next.Root], clock.GetUtcNow().AddDays(2)));
    }

    [Fact]
    public async Task A_clock_that_went_back_is_said_and_the_hub_settles_it_when_it_agrees()
    {
        await using TestChip chip = await TestChip.MakeAsync("file");
        await using TestHub hub = await TestHub.StartAsync();
        using DeviceState state = DeviceState.Init(folder, TestAgent.Settings(chip, hub));
        clock.Shift = TimeSpan.FromHours(3);
        Assert.Equal(clock.GetUtcNow(), new DeviceClock(state, clock).Now(), TimeSpan.FromSeconds(5));
        clock.Shift = TimeSpan.FromHours(1);
        Assert.Equal(Outcome.Clock, Assert.Throws<AgentFault>(() => new DeviceClock(state, clock).Now()).Outcome);
        Assert.Equal(Outcome.Clock, (await Assert.ThrowsAsync<AgentFault>(() => Enroller(state).EnrolAsync(false, CancellationToken.None))).Outcome);
        // Three hours ahead was the mistake; now it agrees with the hub's.
        clock.Shift = TimeSpan.Zero;
        Assert.True(await Enroller(state).EnrolAsync(false, CancellationToken.None));
        new DeviceClock(state, clock).Now();
    }

    [Fact]
    public async Task A_clock_before_the_hubs_certificate_is_named_as_the_reason()
    {
        await using TestChip chip = await TestChip.MakeAsync("file");
        await using TestHub hub = await TestHub.StartAsync();
        using DeviceState state = DeviceState.Init(folder, TestAgent.Settings(chip, hub));
        clock.Shift = TimeSpan.FromDays(-400);
        AgentFault fault = await Assert.ThrowsAsync<AgentFault>(() => Enroller(state).EnrolAsync(false, CancellationToken.None));
        Assert.Equal(Outcome.Clock, fault.Outcome);
        Assert.Contains("set the clock", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_begins_later_is_kept_and_used_when_its_time_has_come()
    {
        await using TestChip chip = await TestChip.MakeAsync("file");
        await using TestHub hub = await TestHub.StartAsync();
        hub.Begin = TimeSpan.FromHours(1);
        using DeviceState state = DeviceState.Init(folder, TestAgent.Settings(chip, hub));
        Enroller enroller = Enroller(state);
        Assert.True(await enroller.EnrolAsync(false, CancellationToken.None));
        AgentFault fault = await Assert.ThrowsAsync<AgentFault>(() => enroller.ConnectAsync(hub.Address.ToString(), CancellationToken.None));
        Assert.Equal(Outcome.Clock, fault.Outcome);
        clock.Shift = TimeSpan.FromHours(1.1);
        (await enroller.ConnectAsync(hub.Address.ToString(), CancellationToken.None)).Dispose();
    }

    private Enroller Enroller(DeviceState state) => new(state, new DeviceClock(state, clock), clock, new AgentLog(said, clock));
}
