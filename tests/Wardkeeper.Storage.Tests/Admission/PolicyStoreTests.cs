using System.Net;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Response;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage.Admission;

namespace Wardkeeper.Storage.Tests.Admission;

/// <summary>What people lay down about admission: by whom, in force at once, in the audit log; and the proof before a segment enforces.</summary>
public class PolicyStoreTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private static readonly Actor Administrator = new("ada", new HashSet<Role> { Role.Administrator }), Engineer = new("li", new HashSet<Role> { Role.ClinicalEngineer }), Viewer = new("ann", new HashSet<Role> { Role.Viewer });
    private static readonly AdmissionSegment Ward = new("ward", SegmentMode.Enforce, FailSafe.KnownStay, ["10.9.0.0/16"], ["Gi1/*"], [], "20", "666", "30", null, TimeSpan.FromHours(1));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_segment_begins_by_observing_and_enforces_only_by_the_proof_that_was_seen(string kind)
    {
        await using Desk desk = await Desk.OpenAsync(kind, server);
        PolicyStore store = desk.Store;
        Assert.Equal(OutcomeKind.NotAllowed, (await store.SaveAsync(Engineer, Ward, 0, Cancel)).Result);
        Assert.Equal("refused.segment-vlan", (await store.SaveAsync(Administrator, Ward with { QuarantineVlan = "5000" }, 0, Cancel)).Reason);
        Assert.True((await store.SaveAsync(Administrator, Ward, 0, Cancel)).IsDone);
        Assert.Equal(OutcomeKind.Stale, (await store.SaveAsync(Administrator, Ward, 0, Cancel)).Result);
        Assert.Equal((SegmentMode.Observe, 1L), (desk.Book.Current.Segments.Single().Mode, (await store.SegmentsAsync(Cancel)).Single().Revision));

        EnforcementProof untried = await store.ProofAsync("ward", 7, Cancel);
        Assert.Equal("refused.segment-untried", (await store.EnforceAsync(Administrator, "ward", 7, untried.Digest, "looked at", Cancel)).Reason);
        await desk.DecideAsync(("aa", 7, AdmissionOutcome.Admit, 1), ("bb", 8, AdmissionOutcome.Quarantine, 2), ("bb", 8, AdmissionOutcome.Onboard, 3), ("cc", null, AdmissionOutcome.Onboard, 4), ("dd", 7, AdmissionOutcome.Refuse, 24 * 20));
        EnforcementProof proof = await store.ProofAsync("ward", 7, Cancel);
        Assert.Equal(4, proof.Decisions);
        // What stands in the way of being carried out is said: the pump holds a patient, of who was never seen nobody.
        Assert.Equal([("bb", AdmissionOutcome.Quarantine, 2L, true), ("cc", AdmissionOutcome.Onboard, 1L, false)], proof.Refused.Select(one => (one.Mac, one.Wanted, one.Times, one.IsHeldBySafety)));
        Assert.Equal(["bb", "cc", "dd"], (await store.ProofAsync("ward", 90, Cancel)).Refused.Select(one => one.Mac).Order());
        await desk.DecideAsync(("ee", null, AdmissionOutcome.Onboard, 1));
        Assert.Equal("refused.segment-proof-changed", (await store.EnforceAsync(Administrator, "ward", 7, proof.Digest, "looked at", Cancel)).Reason);
        Assert.Equal(OutcomeKind.NotAllowed, (await store.EnforceAsync(Engineer, "ward", 7, (await store.ProofAsync("ward", 7, Cancel)).Digest, "looked at", Cancel)).Result);
        Assert.Equal(2, (await store.EnforceAsync(Administrator, "ward", 7, (await store.ProofAsync("ward", 7, Cancel)).Digest, "looked at", Cancel)).Revision);
        Assert.Equal(SegmentMode.Enforce, desk.Book.Current.SegmentOf("ward")!.Mode);
        // A change of its places keeps its mode; back to observing takes no proof.
        Assert.True((await store.SaveAsync(Administrator, Ward with { Mode = SegmentMode.Observe, Ports = [] }, 2, Cancel)).IsDone);
        Assert.Equal((SegmentMode.Enforce, 0), (desk.Book.Current.SegmentOf("ward")!.Mode, desk.Book.Current.SegmentOf("ward")!.Ports.Count));
        Assert.True((await store.ObserveAsync(Administrator, "ward", "too early", Cancel)).IsDone);
        Assert.True((await store.RemoveSegmentAsync(Administrator, "ward", Cancel)).IsDone);
        Assert.Empty(desk.Book.Current.Segments);
        Assert.Equal(["admission-segment-saved", "admission-enforced", "admission-segment-saved", "admission-observed", "admission-segment-removed"], desk.Audited.Select(one => one.Split(' ')[1]));
        Assert.Contains("over 7 days of 5 decisions it would have refused 3 devices, of which the safety check holds 1", desk.Audited[1], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Rules_and_approvals_are_in_force_at_once_and_after_a_restart(string kind)
    {
        await using Desk desk = await Desk.OpenAsync(kind, server);
        PolicyStore store = desk.Store;
        AdmissionRule rule = new(0, ["infusion-pump"], ["ICU"], ["ward"], [], ["Gi1/*"], new TimeOnly(6, 0), new TimeOnly(22, 0), "41", "pumps", TimeSpan.FromHours(4), "only there");
        Assert.Equal("refused.rule-empty", (await store.SaveAsync(Administrator, rule with { Types = [], Departments = [] }, Cancel)).Outcome.Reason);
        Assert.Equal("refused.rule-type", (await store.SaveAsync(Administrator, rule with { Types = ["toaster"] }, Cancel)).Outcome.Reason);
        Assert.Equal(OutcomeKind.NotAllowed, (await store.SaveAsync(Engineer, rule, Cancel)).Outcome.Result);
        Assert.Equal(1, (await store.SaveAsync(Administrator, rule, Cancel)).Number);
        Assert.Equal(2, (await store.SaveAsync(Administrator, rule with { Types = ["infusion"] }, Cancel)).Number);
        Assert.Equal(1, (await store.SaveAsync(Administrator, rule with { Number = 1, Note = "and nowhere else" }, Cancel)).Number);
        Assert.Equal(OutcomeKind.NotFound, (await store.SaveAsync(Administrator, rule with { Number = 9 }, Cancel)).Outcome.Result);
        Assert.True((await store.RemoveRuleAsync(Administrator, 2, Cancel)).IsDone);
        Assert.Equal("refused.approval-device", (await store.ApproveAsync(Engineer, 99, "WO-1", TimeSpan.FromDays(1), Cancel)).Reason);
        Assert.Equal("refused.approval-lasts", (await store.ApproveAsync(Engineer, 7, "WO-1", TimeSpan.FromDays(91), Cancel)).Reason);
        Assert.Equal(OutcomeKind.NotAllowed, (await store.ApproveAsync(Viewer, 7, "WO-1", TimeSpan.FromDays(1), Cancel)).Result);
        Assert.True((await store.ApproveAsync(Engineer, 7, " WO-1 ", TimeSpan.FromDays(1), Cancel)).IsDone);
        foreach (AdmissionPolicyBook book in (AdmissionPolicyBook[])[desk.Book, await desk.ReadAgainAsync()])
        {
            AdmissionRule kept = Assert.Single(book.Current.Rules);
            Assert.Equal((1L, "and nowhere else", new TimeOnly(6, 0), "41", TimeSpan.FromHours(4)), (kept.Number, kept.Note, kept.From, kept.Vlan, kept.SessionTimeout));
            Assert.Equal(("li", "WO-1"), (book.Current.ApprovalOf(7, desk.Now)!.Who, book.Current.ApprovalOf(7, desk.Now)!.Reason));
            Assert.Null(book.Current.ApprovalOf(7, desk.Now.Plus(TimeSpan.FromDays(2))));
        }
        Assert.True((await store.WithdrawAsync(Engineer, 7, "done", Cancel)).IsDone);
        Assert.Equal(OutcomeKind.NotFound, (await store.WithdrawAsync(Engineer, 7, "done", Cancel)).Result);
        Assert.Null(desk.Book.Current.ApprovalOf(7, desk.Now.Plus(TimeSpan.FromSeconds(1))));
    }

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Where_cards_were_survives_a_restart(string kind)
    {
        await using Desk desk = await Desk.OpenAsync(kind, server);
        await desk.DecideAsync(("aa", 7, AdmissionOutcome.Admit, 48), ("aa", 7, AdmissionOutcome.Admit, 1), ("bb", null, AdmissionOutcome.Onboard, 1));
        PlugBook plugs = new();
        await new PlugReader(desk.Stores, plugs, TimeProvider.System).LoadAsync(Cancel);
        Assert.Equal(("sw1 Gi1/0/7", true), (PlugBook.UsualPlace(plugs.Find("aa")!), plugs.Find("aa")!.WasAdmitted));
        // In an observing segment everybody was let in.
        Assert.Equal((null, true), (PlugBook.UsualPlace(plugs.Find("bb")!), plugs.Find("bb")!.WasAdmitted));
    }

    /// <summary>The store with a ledger of one pump and of one kiosk.</summary>
    private sealed class Desk : IKnownDevices, ICareBoard, IAuditLog, IAsyncDisposable
    {
        private readonly TestFolder folder;
        private readonly HubGate gate;
        private long number;

        private Desk(TestFolder folder, StoreFactory stores)
        {
            (this.folder, Stores, gate) = (folder, stores, new HubGate(stores));
            Store = new PolicyStore(stores, gate, Book, this, this, this, TimeProvider.System, () => TimeZoneInfo.Utc);
        }

        public StoreFactory Stores { get; }

        public AdmissionPolicyBook Book { get; } = new();

        public PolicyStore Store { get; }

        public List<string> Audited { get; } = [];

        private readonly TimeProvider time = TimeProvider.System;

        public CaptureTime Now => time.Now();

        public TimeSpan? Age => TimeSpan.Zero;

        public static async Task<Desk> OpenAsync(string kind, PostgresServer server)
        {
            TestFolder folder = new();
            StoreFactory stores = await Tests.Stores.MakeAsync(kind, folder, server);
            await using (StoreContext context = stores.Open()) await context.Database.EnsureCreatedAsync();
            return new Desk(folder, stores);
        }

        public async Task<AdmissionPolicyBook> ReadAgainAsync()
        {
            AdmissionPolicyBook book = new();
            await new PolicyStore(Stores, gate, book, this, this, this, TimeProvider.System, () => TimeZoneInfo.Utc).LoadAsync(Cancel);
            return book;
        }

        /// <summary>Stores decisions of an observing segment, made so many hours ago.</summary>
        public async Task DecideAsync(params (string Mac, long? Device, AdmissionOutcome Wanted, int HoursAgo)[] decisions)
        {
            await using System.Data.Common.DbConnection connection = await Stores.ConnectAsync(Cancel);
            await using System.Data.Common.DbTransaction transaction = await connection.BeginTransactionAsync(Cancel);
            using (Upsert rows = Upsert.Insert(connection, transaction, "admission_decisions", AdmissionDecisionRow.Columns))
            {
                foreach ((string mac, long? device, AdmissionOutcome wanted, int hours) in decisions)
                {
                    AdmissionRequest request = new(Now.Plus(-TimeSpan.FromHours(hours)), AdmissionMethod.MacAuthentication, mac, mac, null, IPAddress.Parse("10.9.0.1"), "sw1", "Gi1/0/7", null, null);
                    rows.Run(AdmissionDecisionRow.Values(new AdmissionDecision(++number, request, device, "ward", AdmissionOutcome.Admit, wanted, "20", null, null, IdentityGrade.MacOnly, FingerprintComparison.Nothing, [new AdmissionReason("never-seen", mac)], null)));
                }
            }
            await transaction.CommitAsync(Cancel);
        }

        public KnownDevice? Of(MacAddress mac) => null;

        KnownDevice? IKnownDevices.Of(long device) => device is 7 or 8 ? new KnownDevice(device, "Pump", "infusion-pump", "infusion", "ICU", "deployed", null, null, [], true, default) : null;

        DeviceCare ICareBoard.Of(long device)
        {
            CareSituation care = CareSituation.Of(FailureConsequence.DeathOrSeriousInjury, true, true, 0, true, true);
            return new DeviceCare(device, care, SafetyTable.Of(care), null, null, null, []);
        }

        public Task AppendAsync(Actor who, string action, string subject, string? before = null, string? after = null, string? reason = null, CancellationToken cancel = default)
        {
            Assert.NotNull(gate.Current);
            Audited.Add($"{who.Name} {action} {subject} ({reason})");
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            gate.Dispose();
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
