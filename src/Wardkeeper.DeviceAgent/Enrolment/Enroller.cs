using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.DeviceAgent.Configuration;

namespace Wardkeeper.DeviceAgent.Enrolment;

/// <summary>
/// The device's certificate through its life: the first one by the maker's certificate or a one-time token, the next one with a new key before the old is over,
/// the CA's change. Each step is sealed before the next, so that a power cut goes on where it was; the certificate in use is given up only after the new one was
/// shown to the hub and accepted.
/// </summary>
internal sealed class Enroller(DeviceState state, DeviceClock clock, TimeProvider system, AgentLog log)
{
    private const string KeyPrefix = "wardkeeper-device-";

    private DateTimeOffset notBefore;
    private IReadOnlyList<X509Certificate2> listed = [];

    /// <summary>What is known now.</summary>
    public IdentityState Identity { get; private set; } = state.Load(IdentityState.Record, AgentJson.Default.IdentityState) ?? new IdentityState();

    private AgentSettings Settings => state.Settings.Settings;

    /// <summary>When the certificate in use is to be renewed; null before the first.</summary>
    public DateTimeOffset? RenewAt => Identity.Current is { } held ? held.NotBefore + ((held.NotAfter - held.NotBefore) * Settings.Enrolment.RenewAfter) : null;

    /// <summary>Whether there is something to ask the CA: no certificate, a request under way, or one that is due.</summary>
    public bool IsDue(DateTimeOffset now) => now >= notBefore && (Identity.Pending is { } pending ? pending.AskAt <= now : Identity.Current is null || RenewAt <= now);

    /// <summary>Renewal did not work: it is due again after a while.</summary>
    public void Postpone(TimeSpan wait) => notBefore = system.GetUtcNow() + wait;

    /// <summary>Trust of the hub by the roots held now; fetches them when there are none.</summary>
    public async Task<HubTrust> TrustAsync(CancellationToken cancel)
    {
        if (Identity.Anchors.Count == 0) Keep(Identity with { Anchors = await TrustAnchors.BeginAsync(state.Settings, system, cancel) });
        return new HubTrust(TrustAnchors.Of(Identity), system);
    }

    /// <summary>A connection to a server of the hub's by the certificate in use.</summary>
    /// <exception cref="AgentFault">There is none, or its time has not come or is over.</exception>
    public async Task<HubConnection> ConnectAsync(string address, CancellationToken cancel)
    {
        HeldCertificate held = Identity.Current ?? throw new AgentFault(Outcome.Refused, "this device has no certificate yet; run 'wardkeeper-agent enrol'");
        RequireTime(held);
        return Connect(new Uri(address), await TrustAsync(cancel), held);
    }

    /// <summary>The certificate in use with its key.</summary>
    public (X509Certificate2 Certificate, ECDsa Key) OpenCurrent()
    {
        HeldCertificate held = Identity.Current!;
        return (Pem.Certificate(held.Chain[0]), state.Chip.Open(held.Key));
    }

    /// <summary>Lists the CA's certificates anew, and lets the hub's clock settle a doubt about this one's.</summary>
    public async Task RefreshAnchorsAsync(CancellationToken cancel)
    {
        HubTrust trust = await TrustAsync(cancel);
        using HubConnection connection = new(new Uri(Settings.Hub.Est), trust, system);
        (IReadOnlyList<X509Certificate2> listed, DateTimeOffset? date) = await new EstClient(connection).CaCertificatesAsync(cancel);
        if (date is { } hub && !clock.Settle(hub)) log.Warn(string.Create(CultureInfo.InvariantCulture, $"this device's clock differs from the hub's, which says {hub:u}"));
        (this.listed, IReadOnlyList<HeldAnchor> merged) = (listed, TrustAnchors.Merge(Identity.Anchors, listed, clock.Now()));
        int fresh = merged.Count(anchor => Identity.Anchors.All(held => held.Certificate != anchor.Certificate));
        if (fresh > 0) log.Info(string.Create(CultureInfo.InvariantCulture, $"the CA lists {fresh} new root certificate(s); {merged.Count} are trusted now"));
        Keep(Identity with { Anchors = merged });
    }

    /// <summary>Gets the first certificate, or the next one when it is due or wanted.</summary>
    /// <returns>Whether there is a new one.</returns>
    /// <exception cref="AgentFault"><see cref="Outcome.Pending"/> while a person has to approve; refused; unreachable; the clock.</exception>
    public async Task<bool> EnrolAsync(bool renewNow, CancellationToken cancel)
    {
        await RefreshAnchorsAsync(cancel);
        DateTimeOffset now = clock.Now();
        bool isOver = Identity.Current is { } held && held.NotAfter <= now;
        if (!renewNow && Identity.Pending is { } early && early.AskAt > now) throw new AgentFault(Outcome.Pending, "the hub has the request; a person has to approve it") { RetryAfter = early.AskAt - now };
        if (!renewNow && !IsDue(now)) return false;
        bool again = Identity.Current is not null && !isOver;
        PendingRequest pending = Identity.Pending ?? Begin(again);
        try
        {
            await AskAsync(pending, again, cancel);
            return true;
        }
        catch (AgentFault wait) when (wait.Outcome == Outcome.Pending)
        {
            Keep(Identity with { Pending = pending with { AskAt = now + wait.RetryAfter!.Value } });
            throw;
        }
        catch (AgentFault refused) when (refused.Outcome == Outcome.Refused)
        {
            // The same request would be refused again; its key is of no use.
            state.Chip.Delete(pending.Key);
            Keep(Identity with { Pending = null });
            throw;
        }
    }

    /// <summary>Destroys the key before this one: the new one is in use.</summary>
    public void ForgetPrevious()
    {
        if (Identity.Previous is not { } previous) return;
        Keep(Identity with { Previous = null });
        state.Chip.Delete(previous.Key);
    }

    private PendingRequest Begin(bool again)
    {
        string label = string.Create(CultureInfo.InvariantCulture, $"{KeyPrefix}{Identity.Keys + 1}");
        // A key that a power cut left behind, made and never certified.
        state.Chip.Delete(label);
        state.Chip.Generate(label);
        byte[] request;
        using (ECDsa key = state.Chip.Open(label))
        {
            using X509Certificate2? current = again ? Pem.Certificate(Identity.Current!.Chain[0]) : null;
            request = current is null ? CertificateRequests.First(Settings.Device, key) : CertificateRequests.Next(current, key);
        }
        state.Chip.Unload();
        PendingRequest pending = new(label, Convert.ToBase64String(request), DateTimeOffset.UnixEpoch);
        Keep(Identity with { Keys = Identity.Keys + 1, Pending = pending });
        return pending;
    }

    private async Task AskAsync(PendingRequest pending, bool again, CancellationToken cancel)
    {
        HubTrust trust = await TrustAsync(cancel);
        IReadOnlyList<X509Certificate2> answer;
        using (HubConnection connection = again ? Connect(new Uri(Settings.Hub.Est), trust, Identity.Current!) : ConnectFirst(trust))
            answer = await new EstClient(connection).EnrolAsync(Convert.FromBase64String(pending.Request), again, again ? null : TokenUser(), cancel);
        (X509Certificate2 own, IReadOnlyList<X509Certificate2> between) = Check(answer, pending.Key);
        state.Chip.Unload();
        HeldCertificate held = new(pending.Key, [Pem.Text(own), .. between.Select(Pem.Text)], own.NotBefore.ToUniversalTime(), own.NotAfter.ToUniversalTime());
        if (again) await ProveAsync(held, trust, cancel);
        IdentityState next = Identity with { Current = held, Previous = Identity.Current, Pending = null };
        if (Identity.Previous is { } older) state.Chip.Delete(older.Key);
        Keep(next);
        // A one-time token that was used is only a secret that can be lost.
        if (state.Settings.Token is not null) state.SaveSettings(state.Settings with { Token = null });
        log.Info(string.Create(CultureInfo.InvariantCulture, $"{(again ? "renewed" : "enrolled")}: {own.Subject}, valid until {held.NotAfter:u}, key {held.Key}"));
    }

    private (X509Certificate2 Own, IReadOnlyList<X509Certificate2> Between) Check(IReadOnlyList<X509Certificate2> answer, string label)
    {
        using ECDsa key = state.Chip.Open(label);
        return CertificateRequests.Check(answer, key, Settings.Device.SerialNumber, TrustAnchors.Of(Identity), listed);
    }

    /// <summary>The new certificate is shown to the hub before the old one is given up.</summary>
    private async Task ProveAsync(HeldCertificate held, HubTrust trust, CancellationToken cancel)
    {
        RequireTime(held);
        using HubConnection connection = Connect(new Uri(Settings.Hub.Est), trust, held);
        await new EstClient(connection).CaCertificatesAsync(cancel);
    }

    private void RequireTime(HeldCertificate held)
    {
        DateTimeOffset now = clock.Now();
        if (held.NotBefore > now) throw new AgentFault(Outcome.Clock, string.Create(CultureInfo.InvariantCulture, $"this device's certificate is valid from {held.NotBefore:u} on, and its clock says {now:u}: set the clock, or wait"));
        if (held.NotAfter <= now) throw new AgentFault(Outcome.Refused, string.Create(CultureInfo.InvariantCulture, $"this device's certificate was valid until {held.NotAfter:u}: run 'wardkeeper-agent enrol'"));
    }

    private HubConnection Connect(Uri address, HubTrust trust, HeldCertificate held)
    {
        using ECDsa key = state.Chip.Open(held.Key);
        return new HubConnection(address, trust, system, Pem.Certificate(held.Chain[0]).CopyWithPrivateKey(key), held.Chain.Skip(1).Select(Pem.Certificate));
    }

    private HubConnection ConnectFirst(HubTrust trust)
    {
        Uri address = new(Settings.Hub.Est);
        if (Settings.Enrolment.IdevidKey is not { } label) return new HubConnection(address, trust, system);
        IReadOnlyList<X509Certificate2> maker = Pem.Certificates(state.Settings.IdevidPem!);
        using ECDsa key = state.Chip.Open(label);
        return new HubConnection(address, trust, system, maker[0].CopyWithPrivateKey(key), maker.Skip(1));
    }

    private (string Name, string Token)? TokenUser() => state.Settings.Token is { } token ? (Settings.Enrolment.User ?? Settings.Device.SerialNumber, token) : null;

    private void Keep(IdentityState identity)
    {
        state.Save(IdentityState.Record, identity, AgentJson.Default.IdentityState);
        Identity = identity;
    }
}
