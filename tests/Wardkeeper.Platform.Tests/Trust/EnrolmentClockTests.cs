using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Hub.Trust.Keys;
using Wardkeeper.Platform.Tests.Access;
using Wardkeeper.Storage;
using Wardkeeper.Storage.Audit;
using Wardkeeper.Storage.Ledger;
using Wardkeeper.Storage.Trust;

namespace Wardkeeper.Platform.Tests.Trust;

/// <summary>The hub's clock is set back and put right again while devices enrol: what cannot be judged is refused with its reason and counted, and nothing is lost or issued in between.</summary>
public sealed class EnrolmentClockTests : IAsyncLifetime
{
    private static readonly Actor Who = new("chen", new HashSet<Role> { Role.Administrator });
    private static readonly AuditNote Note = new("test", "any");
    private readonly TestFolder folder = new();
    private readonly SteppedTime time = new();
    private readonly IdentityDirectory identities = new();
    private readonly Refusals refusals = new();
    private HubGate gate = null!;
    private KeyRing keys = null!;
    private AuthorityBook book = null!;
    private TrustStore store = null!;
    private Credentials credentials = null!;
    private Enrolments enrolments = null!;

    public async ValueTask InitializeAsync()
    {
        StoreFactory stores = StoreFactory.Sqlite(folder["wardkeeper.db"]);
        await using (StoreContext context = stores.Open())
        {
            await context.Database.EnsureCreatedAsync();
            context.Add(new DeviceRow { Id = 1, Name = "Pump", SerialNumber = "CB-1", LifeCycle = "deployed" });
            await context.SaveChangesAsync();
        }
        gate = new HubGate(stores);
        AuditLog audit = new(stores, new AuditAnchors(folder["anchors"]), time, gate);
        store = new TrustStore(stores, gate, audit, time);
        TrustOptions options = new() { KeyFolder = folder["keys"], Box = new SecretBox(new byte[32]) };
        keys = new KeyRing(options);
        book = new AuthorityBook(store, identities, keys, time);
        MakerRoots roots = new();
        Hierarchy hierarchy = new(book, keys, identities, store, options, time);
        TrustDesk desk = new(store, book, identities, roots, refusals, null!, hierarchy, new MakerListImport(store, roots, identities, time), [], time);
        enrolments = new Enrolments(store, book, identities, desk, refusals, options, time);
        credentials = new Credentials(store, book, identities, roots, time);
        await hierarchy.InitAsync(Who, "Clock Hospital", new RootPlace(folder["root.p8"], "a passphrase for the root", null), KeyKind.P256, null, default);
    }

    public ValueTask DisposeAsync()
    {
        book.Dispose();
        keys.Dispose();
        gate.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task With_the_clock_set_back_nobody_is_issued_anything_and_all_goes_on_afterwards()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256), next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        EnrolmentAnswer first = await AskAsync(key, await VoucherAsync("first"));
        X509Certificate2 certificate = first.Certificate!;
        Credential spare = await VoucherAsync("spare");

        time.Advance(TimeSpan.FromHours(-3));
        Assert.Equal("client-certificate-future", credentials.OfCertificate(certificate, []).Fault!.Code);
        using ECDsa early = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Equal("no-authority", (await AskAsync(early, spare)).Fault!.Code);
        Assert.Equal(1, refusals.Counts["no-authority"]);
        Assert.Single(identities.All);

        time.Advance(TimeSpan.FromHours(3));
        (Credential? shown, CsrFault? fault) = credentials.OfCertificate(certificate, []);
        Assert.Null(fault);
        Assert.NotNull((await AskAsync(next, shown!)).Certificate);
        // The token that was shown too early was not used up.
        Assert.NotNull((await AskAsync(early, spare)).Certificate);
        Assert.Equal("csr-replayed", (await AskAsync(key, await VoucherAsync("first", isNew: false), isSame: true)).Fault!.Code);

        time.Advance(TimeSpan.FromDays(200));
        Assert.Equal("client-certificate-over", credentials.OfCertificate(certificate, []).Fault!.Code);
        Assert.Equal(3, identities.All.Count());
    }

    private byte[]? sent;

    private async Task<EnrolmentAnswer> AskAsync(ECDsa key, Credential credential, bool isSame = false)
    {
        byte[] der = isSame ? sent! : new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        sent ??= der;
        CheckedRequest request = CsrCheck.Check(der, 2048, out CsrFault? fault)!;
        Assert.Null(fault);
        return await enrolments.EnrolAsync(request, credential, request.Hash, "10.0.0.9", TestContext.Current.CancellationToken);
    }

    private async Task<Credential> VoucherAsync(string secret, bool isNew = true)
    {
        if (isNew) await store.AddAsync(Who, new Voucher(0, 1, "device", "", "chen", time.Now(), time.Now().Plus(TimeSpan.FromDays(9))), SecretText.Hash(secret), Note, default);
        (Credential? credential, CsrFault? fault) = await credentials.OfSecretAsync(secret, default);
        Assert.Null(fault);
        return credential!;
    }
}
