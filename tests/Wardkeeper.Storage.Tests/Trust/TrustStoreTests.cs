using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Audit;
using Wardkeeper.Storage.Trust;

namespace Wardkeeper.Storage.Tests.Trust;

/// <summary>What is stored of trust, on both stores: what is issued once is not issued twice, and everything is there after a restart.</summary>
public sealed class TrustStoreTests(PostgresServer server)
{
    private static readonly Actor Who = new("chen", new HashSet<Role> { Role.Administrator });
    private static readonly AuditNote Note = new("test", "any");

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_token_a_message_and_a_key_serve_one_certificate_and_all_is_read_again(string kind)
    {
        using TestFolder folder = new();
        StoreFactory stores = await Stores.MakeAsync(kind, folder, server);
        await using (StoreContext context = stores.Open()) await context.Database.EnsureCreatedAsync(TestContext.Current.CancellationToken);
        using HubGate gate = new(stores);
        AuditLog audit = new(stores, new AuditAnchors(folder["anchors"]), TimeProvider.System, gate);
        TrustStore store = new(stores, gate, audit, TimeProvider.System);
        Authority authority = new(0, "Issuing CA 1", AuthorityKind.Issuing, AuthorityState.Active, KeyKind.P256, "file:x", "ab01", [1, 2], new CaptureTime(1), new CaptureTime(900)) { SealedPassword = [9] };
        Authority saved = (await store.SaveAsync(Who, [authority], [Note], default))[0];
        await store.SaveAsync(Who, [saved with { State = AuthorityState.Retiring, Crl = [7], CrlNumber = 3, CrlDue = new CaptureTime(5) }], [], default);
        Voucher voucher = await store.AddAsync(Who, new Voucher(0, null, "device", "", "chen", new CaptureTime(1), new CaptureTime(2)), "hash", Note, default);

        EnrolmentRequest asked = Asked("r1", voucher.Number);
        (IssuedCertificate first, IssuedCertificate? birth) = await store.IssueAsync(Who, new Issue(Certificate("01", "k1", 7), [1], asked, (Certificate("02", "k2", 7) with { Profile = "outside" }, [2])), Note, default);
        Assert.Equal((1, 2), (first.Number, birth!.Number));
        await RefusedAsync("csr-replayed", () => store.IssueAsync(Who, new Issue(Certificate("03", "k3", 7), [1], asked), Note, default));
        await RefusedAsync("voucher-used", () => store.AddAsync(Who, Asked("r2", voucher.Number), Note, default));
        await RefusedAsync("key-in-use", () => store.IssueAsync(Who, new Issue(Certificate("04", "k1", 8), [1], Asked("r3", null)), Note, default));
        Assert.Equal(3, (await store.IssueAsync(Who, new Issue(Certificate("05", "k1", 7), [1], Asked("r4", null)), Note, default)).Certificate.Number);
        await store.ChangeAsync(Who, [first with { RevokedAt = new CaptureTime(50), RevocationReason = "superseded" }], Note, default);
        await store.ChangeAsync(Who, [first with { RevokedAt = new CaptureTime(60), RevocationReason = "keyCompromise" }], Note, default);
        await RefusedAsync("key-in-use", () => store.IssueAsync(Who, new Issue(Certificate("06", "k1", 7), [1], Asked("r5", null)), Note, default));

        EnrolmentRequest waiting = await store.AddAsync(Who, Asked("r6", null), Note, default);
        await store.DecideAsync(Who, waiting with { State = EnrolmentState.Approved, Device = 7, DecidedBy = "chen", Reason = "seen" }, Note, default);
        await RefusedAsync("enrolment-decided", () => store.DecideAsync(Who, waiting with { State = EnrolmentState.Refused }, Note, default));
        await store.ExpectAsync(Who, [new ExpectedDevice("SN1", "PO-1", "M", null, null, "chen", new CaptureTime(1))], Note, default);
        await store.ExpectAsync(Who, [new ExpectedDevice("SN1", "PO-2", null, "X", null, "chen", new CaptureTime(2))], Note, default);
        MakerRoot root = await store.SaveAsync(Who, new MakerRoot(0, "Maker", "CN=m", "cd", "fp", [4], new CaptureTime(9), new CaptureTime(1), "chen"), Note, default);

        TrustRecords read = await store.LoadAsync(default);
        Authority again = Assert.Single(read.Authorities);
        Assert.Equal((AuthorityState.Retiring, 3L, 7, 9), (again.State, again.CrlNumber, again.Crl![0], again.SealedPassword![0]));
        Assert.Equal([1L, 2, 3], read.Certificates.Select(one => one.Number));
        Assert.Equal((50L, "superseded"), (read.Certificates[0].RevokedAt!.Value.Nanoseconds, read.Certificates[0].RevocationReason));
        Assert.Equal([1], await store.BytesAsync(1, default));
        Assert.Equal(root.Number, Assert.Single(read.Roots).Number);
        Assert.Equal("PO-2", Assert.Single(await store.ExpectedAsync("SN1", default)).Order);
        Assert.NotNull((await store.VoucherAsync("hash", default))!.Used);
        Assert.Equal((EnrolmentState.Issued, 1L), ((await store.EnrolmentAsync(null, "r1", default)) is { } answered ? (answered.State, answered.Certificate!.Value) : default));
        Assert.Equal(1, (await store.EnrolmentsAsync([EnrolmentState.Approved], new PageRequest(), default)).Total);
        Assert.Null(await store.SerialOfAsync(77, default));
    }

    private static EnrolmentRequest Asked(string replay, long? voucher) => new(0, EnrolmentState.Waiting, "voucher", "voucher 1", "CN=x", "SN1", "k1", null, "10.0.0.9", new CaptureTime(1)) { Replay = replay, Voucher = voucher };

    private static IssuedCertificate Certificate(string serial, string key, long device) => new(0, device, "device", IdentityGrade.SoftwareCertificate, "ab01", serial, "CN=D-" + device, "SN1", key, new CaptureTime(1), new CaptureTime(100), new CaptureTime(80), "voucher");

    private static async Task RefusedAsync(string code, Func<Task> act) => Assert.Equal(code, (await Assert.ThrowsAsync<RefusedException>(act)).Mistakes[0].Code);
}
