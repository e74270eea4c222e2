using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.DeviceProtocol;
using Wardkeeper.DeviceProtocol.Sm;
using Wardkeeper.Hub.Trust.SessionKeys;
using Wardkeeper.Hub.Trust.Telemetry;
using Wardkeeper.Platform.Trust.Gateway;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.TrustClient;

namespace Wardkeeper.Platform.Tests.Trust;

/// <summary>Device, platform, server and app over real TLS and a real store.</summary>
public sealed class DeviceHostTests : IAsyncLifetime
{
    private TrustedHub hub = null!;

    public async ValueTask InitializeAsync() => hub = await TrustedHub.StartAsync();

    public ValueTask DisposeAsync() => hub.DisposeAsync();

    [Fact]
    public async Task Telemetry_is_on_the_disk_before_it_is_acknowledged()
    {
        using X509Certificate2 certificate = hub.Issue(17);
        byte[] first = Envelope(certificate, 1), second = Envelope(certificate, 2);
        using (HubChannel device = hub.Channel(certificate))
        {
            TelemetryReceipt receipt = await device.SendAsync(new TelemetryBatch([second, first]));
            Assert.Equal([TelemetryOutcome.Stored, TelemetryOutcome.Stored], receipt.Outcomes);
            Assert.Equal(2ul, receipt.Highest);
        }
        // The answer never arrived, and the hub was started again meanwhile: the same bytes are known, others are not taken for them.
        await hub.DownAsync();
        await hub.UpAsync();
        using HubChannel again = hub.Channel(certificate);
        Assert.Equal([TelemetryOutcome.StoredBefore, TelemetryOutcome.CounterUsed, TelemetryOutcome.Stored], (await again.SendAsync(new TelemetryBatch([first, Envelope(certificate, 2), Envelope(certificate, 3)]))).Outcomes);
        Assert.Equal(3, (await hub.Store.LatestAsync(17, 10)).Count);
        Assert.Contains(hub.Book.Findings, finding => finding.Type == "telemetry-counter-back");
        Assert.Equal(1, hub.Door.Refused["telemetry-counterused"]);
    }

    [Fact]
    public async Task Certificates_that_do_not_count_do_not_pass()
    {
        using X509Certificate2 good = hub.Issue(17), foreign = hub.Issue(18, isEntered: false), over = hub.Issue(19, days: -0.1), revoked = hub.Issue(20);
        using X509Certificate2 twin = hub.Issue(17, isEntered: false, serial: good.SerialNumberBytes.ToArray());
        await hub.RevokeAsync(revoked);
        foreach (X509Certificate2 bad in (X509Certificate2[])[foreign, over, revoked, twin])
        {
            using HubChannel channel = hub.Channel(bad);
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => channel.AskIdentityAsync(channel.Own));
        }
        using HubChannel device = hub.Channel(good);
        Assert.Equal(IdentityState.Valid, (await device.VerifyPeerAsync(good)).State);
        Assert.Equal(IdentityState.Unknown, (await device.VerifyPeerAsync(twin)).State);
        Assert.Equal(IdentityState.Revoked, (await device.VerifyPeerAsync(revoked)).State);
        Assert.True(hub.Door.Refused["revoked"] >= 1 && hub.Door.Refused["not-in-force"] >= 1 && hub.Door.Refused["unknown-identity"] >= 2);
        using HubChannel other = new(hub.Address, good, [good]);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => other.AskIdentityAsync(other.Own));
    }

    [Fact]
    public async Task Revocation_cuts_live_connections()
    {
        using X509Certificate2 certificate = hub.Issue(17);
        using HubChannel device = hub.Channel(certificate);
        await device.SendAsync(new TelemetryBatch([Envelope(certificate, 1)]));
        Assert.Equal(1, hub.Connections.Count);
        await hub.RevokeAsync(certificate);
        for (int tries = 0; hub.Connections.Count > 0 && tries < 100; tries++) await Task.Delay(20);
        Assert.Equal(0, hub.Connections.Count);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => device.SendAsync(new TelemetryBatch([Envelope(certificate, 2)])));
    }

    [Fact]
    public async Task Device_server_and_app_have_the_keys_that_they_may_have()
    {
        using X509Certificate2 deviceCertificate = hub.Issue(17), serverCertificate = hub.Issue(40), strangerCertificate = hub.Issue(41);
        hub.Readers.Add(40);
        using HubChannel device = hub.Channel(deviceCertificate), server = hub.Channel(serverCertificate), stranger = hub.Channel(strangerCertificate);
        DataKey key = Assert.Single(await device.DataKeysAsync());
        Assert.True(key.MayWrite);
        byte[] sealedOne = Envelope(deviceCertificate, 1, key);
        using SessionKeyRing ring = new();
        ring.Rotate(await device.AgreeAsync(), device.Now);
        Assert.Equal([TelemetryOutcome.Stored], (await device.SendSealedAsync(new TelemetryBatch([sealedOne]), ring))!.Outcomes);

        TelemetryReader reader = new(server), blind = new(stranger);
        Reading reading = await reader.ReadAsync((await hub.Store.LatestAsync(17, 1))[0]);
        Assert.Equal((ReadingState.Good, 17ul, "37.2"), (reading.State, reading.Device, System.Text.Encoding.UTF8.GetString(reading.Payload!)));
        Assert.Equal(ReadingState.Replayed, (await reader.ReadAsync(sealedOne)).State);
        Assert.Equal(ReadingState.NoKey, (await blind.ReadAsync(sealedOne)).State);
        Assert.Equal(ReadingState.Malformed, (await reader.ReadAsync(new byte[10])).State);
        Assert.False(Assert.Single(await server.DataKeysAsync("telemetry/d-17")).MayWrite);
        // A reader that is put out: what comes from now on has another key.
        await hub.RevokeAsync(deviceCertificate);
        Assert.Equal(2, (await server.DataKeysAsync("telemetry/d-17")).Count);
        Assert.Equal(ReadingState.IdentityBad, (await new TelemetryReader(server).ReadAsync(sealedOne)).State);
    }

    [Fact]
    public async Task A_device_that_names_the_suite_of_SM_is_answered_in_it_and_never_in_another()
    {
        using X509Certificate2 deviceCertificate = hub.Issue(17), serverCertificate = hub.Issue(40);
        hub.Readers.Add(40);
        using HubChannel device = hub.Channel(deviceCertificate, speaksSm: true), server = hub.Channel(serverCertificate), plain = hub.Channel(deviceCertificate);
        DataKey key = Assert.Single(await device.DataKeysAsync());
        byte[] sealedOne = Envelope(deviceCertificate, 1, key, SmSuite.Instance);
        using SessionKeyRing ring = new();
        ring.Rotate(await device.AgreeAsync(), device.Now);
        Assert.Equal([TelemetryOutcome.Stored], (await device.SendSealedAsync(new TelemetryBatch([sealedOne]), ring))!.Outcomes);
        Assert.Equal([TelemetryOutcome.StoredBefore], (await plain.SendAsync(new TelemetryBatch([sealedOne]))).Outcomes);
        Assert.Equal(ReadingState.Good, (await new TelemetryReader(server, SmSuite.Instance).ReadAsync(sealedOne)).State);
        // Who does not speak it reads nothing of it, and the number is signed: it cannot be made another suite's.
        Assert.Equal(ReadingState.Malformed, (await new TelemetryReader(server).ReadAsync(sealedOne)).State);
        byte[] relabelled = [.. sealedOne];
        Assert.Equal(2, relabelled[2]);
        relabelled[2] = 1;
        Assert.Equal([TelemetryOutcome.BadSignature], (await plain.SendAsync(new TelemetryBatch([relabelled]))).Outcomes);
        // A hub that speaks one of them alone refuses the other, and the device does not fall back.
        hub.Suites = new SuiteChoice(["p256"]);
        Assert.Equal(RefusalReason.UnknownSuite, (await Assert.ThrowsAsync<RefusedByHubException>(() => device.AgreeAsync())).Refusal.Reason);
        Assert.Equal(RefusalReason.UnknownSuite, (await Assert.ThrowsAsync<RefusedByHubException>(() => device.DataKeysAsync())).Refusal.Reason);
        Assert.Equal([TelemetryOutcome.UnknownSuite], (await plain.SendAsync(new TelemetryBatch([Envelope(deviceCertificate, 2, null, SmSuite.Instance)]))).Outcomes);
        hub.Suites = new SuiteChoice(["sm"]);
        Assert.Equal(RefusalReason.UnknownSuite, (await Assert.ThrowsAsync<RefusedByHubException>(() => plain.AgreeAsync())).Refusal.Reason);
        Assert.NotNull(await device.AgreeAsync());
    }

    [Fact]
    public async Task Copies_become_findings_with_their_evidence()
    {
        using X509Certificate2 certificate = hub.Issue(17);
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        DeviceCaller At(byte last, long device = 17, X509Certificate2? shown = null) => new(CertificateId.Of(shown ?? certificate)!, device, certificate.PublicKey.ExportSubjectPublicKeyInfo(), Convert.ToHexStringLower(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo())), Address.FromV4(0x0A010100u | last));
        await hub.Desk.PresentedAsync(At(1), default);
        await hub.Desk.PresentedAsync(At(2), default);
        Assert.Empty(hub.Book.Findings);
        await hub.Desk.PresentedAsync(At(1), default);
        Hub.Findings.Finding places = Assert.Single(hub.Book.Findings);
        Assert.Equal("identity-at-two-places", places.Type);
        Assert.Equal(("10.1.1.1", "10.1.1.2"), (places.Subject.Address, places.Peer!.Address));
        Assert.DoesNotContain("{", places.Explanation.In(false), StringComparison.Ordinal);
        using X509Certificate2 second = hub.Issue(18, with: key);
        await hub.Desk.PresentedAsync(At(3, 18, second), default);
        Assert.Contains(hub.Book.Findings, finding => finding.Type == "key-of-two-devices");
    }

    [Fact]
    public async Task Gateway_lets_devices_of_the_ledger_through_and_cuts_the_revoked()
    {
        using X509Certificate2 own = hub.Issue(50, isServer: true), client = hub.Issue(51), device = hub.Issue(17), foreign = hub.Issue(18, isEntered: false);
        using HubChannel channel = hub.Channel(client);
        await using EchoServer old = new();
        await using DeviceGateway gateway = new(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0), old.End, own, channel, TimeSpan.FromMilliseconds(200));
        gateway.Start();
        using (GatewayClient ours = await GatewayClient.OpenAsync(gateway.End, device))
        {
            Assert.Equal("hello", await ours.EchoAsync("hello"));
            using GatewayClient theirs = await GatewayClient.OpenAsync(gateway.End, foreign);
            Assert.Null(await theirs.EchoAsync("hello"));
            await hub.RevokeAsync(device);
            Assert.True(await ours.IsCutAsync());
        }
        using GatewayClient again = await GatewayClient.OpenAsync(gateway.End, device);
        Assert.Null(await again.EchoAsync("hello"));
        Assert.Equal((1, 2), (gateway.Passed, gateway.Refused));
    }

    private static byte[] Envelope(X509Certificate2 certificate, ulong counter, DataKey? dataKey = null, CipherSuite? suite = null)
    {
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        CertificateId id = CertificateId.Of(certificate)!;
        TelemetryEnvelope envelope = new(suite?.Number ?? 1, id, new byte[16], counter, (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * 100, "vitals/1", null, "37.2"u8.ToArray(), []);
        if (dataKey is not null) envelope = envelope.Sealed(suite ?? CipherSuite.P256, dataKey.Key, dataKey.Secret);
        EcdsaSigner signer = new(id, key);
        return Message.Encode(Signing.Sign(envelope, suite is null ? signer : new SmSigner(signer)));
    }
}
