using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Wardkeeper.DeviceProtocol;
using Wardkeeper.DeviceProtocol.Sm;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Health;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Hub.Trust.Attestation;
using Wardkeeper.Hub.Trust.SessionKeys;
using Wardkeeper.Platform.Trust.Devices;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage;
using Wardkeeper.Storage.Audit;
using Wardkeeper.Storage.Findings;
using Wardkeeper.Storage.History;
using Wardkeeper.Storage.Ledger;
using Wardkeeper.Storage.Trust.Devices;
using Wardkeeper.TrustClient;

namespace Wardkeeper.Platform.Tests.Trust;

/// <summary>The hub's listener for devices over real stores, with an authority that issues certificates for it; can be put down and up again over the same data.</summary>
internal sealed class TrustedHub : ITrustedIdentities, IIdentityGrading, IAsyncDisposable
{
    private readonly TestFolder folder = new();
    private readonly ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ConcurrentDictionary<(string, string), TrustedIdentity> identities = new();
    private readonly X509Certificate2 own;
    private WebApplication? app;
    private HubPath? path;
    private HubGate? gate;
    private HistoryStore? history;

    private TrustedHub()
    {
        CertificateRequest request = new("CN=Test authority", rootKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        own = Issue(0, isServer: true);
    }

    public X509Certificate2 Root { get; }

    public Uri Address { get; private set; } = null!;

    public FindingBook Book { get; } = new();

    public DeviceDoor Door { get; private set; } = null!;

    public DeviceDesk Desk { get; private set; } = null!;

    public DeviceConnections Connections { get; private set; } = null!;

    public DeviceTrustStore Store { get; private set; } = null!;

    public List<long> Readers { get; } = [];

    public SuiteChoice Suites { get; set; } = SuiteChoice.Every;

    public static async Task<TrustedHub> StartAsync()
    {
        TrustedHub hub = new();
        await hub.UpAsync();
        return hub;
    }

    public async Task UpAsync()
    {
        StoreFactory stores = StoreFactory.Sqlite(folder["wardkeeper.db"]);
        await using (StoreContext context = stores.Open()) await context.Database.EnsureCreatedAsync();
        gate = new HubGate(stores);
        StoreHealth health = new(TimeProvider.System);
        history = HistoryStore.Open(folder["history"], new HistoryOptions(), health);
        LedgerPart ledger = new(LocalNetworks.Default);
        DetectionPath detection = new(new Knowledge(Site.Unknown, LocalNetworks.Default, new LedgerDirectory(ledger)), Book);
        path = new HubPath(stores, gate, history, [new FindingsPart(stores, Book, detection)], ledger, health, TimeProvider.System);
        await path.LoadAsync();
        Store = new DeviceTrustStore(stores, gate, new AuditLog(stores, new AuditAnchors(folder["anchors"]), TimeProvider.System, gate), SecretBox.Open(folder["data-keys.key"]));
        await Store.LoadAsync();
        Door = new DeviceDoor(this, TimeProvider.System);
        Desk = new DeviceDesk(Door, Store, new TrustEvents(path, detection), new AttestationDesk(new EkRoots([])), this, new EcdsaSigner(CertificateId.Of(own)!, own.GetECDsaPrivateKey()!), () => Readers, () => Suites);
        Connections = new DeviceConnections(Desk);
        app = DeviceHost.Build([new IPEndPoint(IPAddress.Loopback, 0)], SslStreamCertificateContext.Create(own, null, offline: true), Door, Desk, Connections, _ => { });
        await app.StartAsync();
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));
    }

    public async Task DownAsync()
    {
        await app!.DisposeAsync();
        Desk.Dispose();
        await path!.DisposeAsync();
        history!.Dispose();
        gate!.Dispose();
    }

    public HubChannel Channel(X509Certificate2 certificate, bool speaksSm = false) => new(Address, certificate, [Root], inSuite: speaksSm ? static own => new SmSigner(own) : null);

    /// <summary>Issues a certificate to a device and enters it.</summary>
    public X509Certificate2 Issue(long device, bool isServer = false, bool isEntered = true, double days = 10, ECDsa? with = null, byte[]? serial = null)
    {
        ECDsa key = with ?? ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN=device-{device}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(Root.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single()));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(isServer ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2")], false));
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 bare = request.Create(Root.SubjectName, X509SignatureGenerator.CreateForECDsa(rootKey), DateTimeOffset.UtcNow.AddDays(-0.5), DateTimeOffset.UtcNow.AddDays(days), serial ?? [1, .. RandomNumberGenerator.GetBytes(8)]);
        X509Certificate2 certificate = bare.CopyWithPrivateKey(key);
        CertificateId id = CertificateId.Of(certificate)!;
        if (isEntered)
        {
            identities[(id.Issuer, id.Serial)] = new TrustedIdentity(identities.Count + 1, device, IdentityGrade.SoftwareCertificate, id.Issuer, id.Serial, certificate.Subject, null,
                Convert.ToHexStringLower(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo())), CaptureTime.FromDate(certificate.NotBefore.ToUniversalTime()), CaptureTime.FromDate(certificate.NotAfter.ToUniversalTime()));
        }
        return certificate;
    }

    public async Task RevokeAsync(X509Certificate2 certificate)
    {
        CertificateId id = CertificateId.Of(certificate)!;
        TrustedIdentity revoked = identities[(id.Issuer, id.Serial)] with { RevokedAt = CaptureTime.FromDate(DateTimeOffset.UtcNow), RevocationReason = "keyCompromise" };
        identities[(id.Issuer, id.Serial)] = revoked;
        await Connections.RevokedAsync(revoked, TestContext.Current.CancellationToken);
    }

    public TrustedIdentity? Find(string serial, string issuer) => identities.GetValueOrDefault((issuer, serial));

    public IReadOnlyList<TrustedIdentity> Of(long device) => [.. identities.Values.Where(one => one.Device == device)];

    public Task GradeAsync(TrustedIdentity identity, IdentityGrade grade, string evidence, CancellationToken cancel)
    {
        identities[(identity.Issuer, identity.Serial)] = identity with { Grade = grade };
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await DownAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        rootKey.Dispose();
        folder.Dispose();
    }
}
