using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Admission.Radius;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Queries;
using Wardkeeper.Hub.Response;
using Wardkeeper.Hub.Response.Points.Radius;
using Wardkeeper.Platform.Tests.Access;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Storage;
using Wardkeeper.Storage.Admission;

namespace Wardkeeper.Platform.Tests.Admission;

/// <summary>RFC 5176 against a real FreeRADIUS that takes Disconnect and CoA, and the enforcement point over it.</summary>
public sealed class ChangeTests : IAsyncLifetime
{
    private const string Secret = "change-secret-change";
    private const string Mac = "02:00:00:00:20:01";
    private readonly TestFolder folder = new();
    private readonly int port = FrontFixture.FreePort(SocketType.Dgram);
    private Process? radius;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(folder["run"]);
        folder.Write("radiusd.conf", $$"""
            prefix = /usr
            libdir = /usr/lib/freeradius
            raddbdir = "{{folder.Path}}"
            run_dir = ${raddbdir}/run
            pidfile = ${run_dir}/radiusd.pid
            log {
                destination = stdout
            }
            security {
                allow_vulnerable_openssl = yes
            }
            client lab {
                ipaddr = 127.0.0.1
                secret = {{Secret}}
                require_message_authenticator = yes
            }
            modules {
                always ok {
                    rcode = ok
                }
                always reject {
                    rcode = reject
                }
            }
            server coa {
                listen {
                    type = coa
                    ipaddr = 127.0.0.1
                    port = {{port.ToString(CultureInfo.InvariantCulture)}}
                }
                recv-coa {
                    if ("%{Packet-Type}" == "CoA-Request") {
                        if (&Cisco-AVPair == "subscriber:command=reauthenticate") {
                            ok
                        }
                        else {
                            update reply {
                                &Error-Cause := Unsupported-Attribute
                            }
                            reject
                        }
                    }
                    elsif (&Calling-Station-Id == "02-00-00-00-20-01" && &Event-Timestamp && &Message-Authenticator) {
                        ok
                    }
                    else {
                        update reply {
                            &Error-Cause := Session-Context-Not-Found
                        }
                        reject
                    }
                }
                send-coa {
                    ok
                }
            }
            """);
        foreach (string file in Directory.EnumerateFiles(folder.Path)) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        radius = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec /usr/sbin/freeradius -f -l stdout -d {folder.Path} -n radiusd > {folder["log"]} 2>&1"]))!;
        for (int i = 0; i < 300 && !(File.Exists(folder["log"]) && File.ReadAllText(folder["log"]).Contains("Ready to process", StringComparison.Ordinal)); i++)
        {
            Assert.False(radius.HasExited, File.Exists(folder["log"]) ? File.ReadAllText(folder["log"]) : "");
            await Task.Delay(100);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (radius is not null)
        {
            radius.Kill();
            await radius.WaitForExitAsync();
            radius.Dispose();
        }
        folder.Dispose();
    }

    [Fact]
    public async Task A_switch_is_asked_and_its_answer_is_read()
    {
        DynamicAuthorization changes = new(TimeProvider.System) { Patience = TimeSpan.FromMilliseconds(500), Tries = 2 };
        IPEndPoint nas = new(IPAddress.Loopback, port);
        CancellationToken cancel = TestContext.Current.CancellationToken;
        Assert.Equal(new ChangeAnswer(true, 0, true), await changes.AskAsync(ChangeKind.Disconnect, nas, Secret, new ChangeRequest(Mac, "s1"), cancel));
        ChangeAnswer gone = await changes.AskAsync(ChangeKind.Disconnect, nas, Secret, new ChangeRequest("02:00:00:00:20:02", null), cancel);
        Assert.Equal((true, "session context not found"), (gone.IsGone, gone.Words));
        Assert.True((await changes.AskAsync(ChangeKind.CoA, nas, Secret, new ChangeRequest(Mac, "s1", AdmissionForms.AskAgain("cisco")), cancel)).IsDone);
        Assert.Equal(401, (await changes.AskAsync(ChangeKind.CoA, nas, Secret, new ChangeRequest(Mac, "s1"), cancel)).Cause);
        Assert.False((await changes.AskAsync(ChangeKind.Disconnect, nas, "another-secret-here", new ChangeRequest(Mac, "s1"), cancel)).Answered);
    }

    [Fact]
    public void An_answer_that_was_tampered_with_does_not_count()
    {
        byte[] key = "secret"u8.ToArray(), sent = DynamicAuthorization.Build(ChangeKind.Disconnect, 7, key, new ChangeRequest(Mac, "s"), DateTimeOffset.UnixEpoch);
#pragma warning disable CA5351 // RADIUS is defined with MD5
        byte[] answer = [41, 7, 0, 20, .. System.Security.Cryptography.MD5.HashData([41, 7, 0, 20, .. sent[4..20], .. key])];
#pragma warning restore CA5351 // as above
        Assert.True(DynamicAuthorization.Read(ChangeKind.Disconnect, sent, key, answer)!.Value.IsDone);
        for (int i = 0; i < answer.Length; i++)
        {
            byte[] bent = [.. answer];
            bent[i] ^= 1;
            Assert.Null(DynamicAuthorization.Read(ChangeKind.Disconnect, sent, key, bent));
        }
        Assert.Null(DynamicAuthorization.Read(ChangeKind.Disconnect, sent, key, answer[..10]));
    }

    [Fact]
    public async Task A_device_is_isolated_verified_by_accounting_and_let_back_in()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        SessionBoard board = new();
        IsolationBook book = new();
        RefusedLast refused = new();
        TableDecider table = new();
        table.Table[Mac] = (1, AdmissionOutcome.Admit, "20");
        Ward ward = new(port);
        IsolatingDecider decider = new(table, book, ward);
        RadiusPoint point = new(new OneDevice(), new NoCards(), await QueriesAsync(), board, book, ward, new DynamicAuthorization(TimeProvider.System), refused, TimeProvider.System);
        Assert.Contains("no session", await point.ObstacleAsync(LadderStep.IsolatePort, 1, cancel), StringComparison.Ordinal);
        AdmissionDecision before = await decider.DecideAsync(Request(), cancel);
        AdmissionSession session = new(IPAddress.Loopback, "s1", Mac, null, "3", before.Number, "20", null, Now(), Now());
        board.Hold(session);
        Assert.Null(await point.ObstacleAsync(LadderStep.IsolatePort, 1, cancel));
        Assert.Contains("cannot tag", await point.ObstacleAsync(LadderStep.Tag, 1, cancel), StringComparison.Ordinal);

        Receipt receipt = await point.ApplyAsync(Cleared(5), 1, cancel);
        Assert.Equal(Verification.NotYet, (await point.VerifyAsync(receipt, cancel)).State);
        board.Hold(session with { Ended = Now() });
        AdmissionDecision held = await decider.DecideAsync(Request(), cancel);
        Assert.Equal((AdmissionOutcome.Quarantine, "98", 5L), (held.Outcome, held.Vlan, held.Cleared!.Action.Number));
        board.Hold(session with { Id = "s2", Decision = held.Number });
        VerificationResult seen = await point.VerifyAsync(receipt, cancel);
        Assert.Equal(Verification.AsOrdered, seen.State);
        Assert.Contains("in quarantine", seen.Basis, StringComparison.Ordinal);
        // Somebody let it in past the isolation.
        board.Hold(session with { Id = "s3", Decision = before.Number, LastSeen = new CaptureTime(Now().Nanoseconds + CaptureTime.PerSecond) });
        Assert.Equal(Verification.NotAsOrdered, (await point.VerifyAsync(receipt with { At = new CaptureTime(0) }, cancel)).State);

        await point.UndoAsync(receipt, cancel);
        Assert.Equal(AdmissionOutcome.Admit, (await decider.DecideAsync(Request(), cancel)).Outcome);
        await point.UndoAsync(receipt, cancel);

        await point.ApplyAsync(Cleared(6), 1, isRefused: true, cancel);
        Assert.Equal([Mac], refused.Macs);
        Assert.Equal(AdmissionOutcome.Refuse, (await decider.DecideAsync(Request(), cancel)).Outcome);
    }

    [Fact]
    public async Task What_was_put_into_quarantine_a_moment_ago_is_let_go_and_asked_again_when_accounting_tells_of_it()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        SessionBoard board = new();
        IsolationBook book = new();
        TableDecider table = new();
        table.Table[Mac] = (1, AdmissionOutcome.Admit, "20");
        Ward ward = new(port);
        IsolatingDecider decider = new(table, book, ward);
        RadiusPoint point = new(new OneDevice(), new NoCards(), await QueriesAsync(), board, book, ward, new DynamicAuthorization(TimeProvider.System), new RefusedLast(), TimeProvider.System);
        Receipt receipt = await point.ApplyAsync(Cleared(8), 1, cancel);
        AdmissionDecision held = await decider.DecideAsync(Request(), cancel);
        Assert.Equal(AdmissionOutcome.Quarantine, held.Outcome);
        // Its port stands in quarantine, and no session is known that could be ended: it is not done yet, but nothing holds it back any more.
        Assert.Contains("does not tell", (await Assert.ThrowsAsync<EnforcementException>(async () => await point.UndoAsync(receipt, cancel))).Message, StringComparison.Ordinal);
        Assert.Null(book.Of(Mac, Now()));
        board.Hold(new AdmissionSession(IPAddress.Loopback, "s9", Mac, null, "3", held.Number, "98", null, Now(), Now()));
        await point.UndoAsync(receipt, cancel);
    }

    [Fact]
    public async Task A_switch_that_does_not_answer_leaves_nothing_behind()
    {
        SessionBoard board = new();
        IsolationBook book = new();
        Ward ward = new(FrontFixture.FreePort(SocketType.Dgram));
        RadiusPoint point = new(new OneDevice(), new NoCards(), await QueriesAsync(), board, book, ward, new DynamicAuthorization(TimeProvider.System) { Tries = 2, Patience = TimeSpan.FromMilliseconds(50) }, new RefusedLast(), TimeProvider.System);
        board.Hold(new AdmissionSession(IPAddress.Loopback, "s1", Mac, null, "3", 1, "20", null, Now(), Now()));
        EnforcementException failed = await Assert.ThrowsAsync<EnforcementException>(async () => await point.ApplyAsync(Cleared(7), 1, TestContext.Current.CancellationToken));
        Assert.Contains("no answer", failed.Message, StringComparison.Ordinal);
        Assert.Null(book.Of(Mac, Now()));
    }

    private static CaptureTime Now() => CaptureTime.FromDate(TimeProvider.System.GetUtcNow());

    private static AdmissionRequest Request() => new(Now(), AdmissionMethod.MacAuthentication, Mac, "", null, IPAddress.Loopback, null, "3", null, null);

    private static ClearedAction Cleared(long number)
    {
        CareSituation harmless = CareSituation.Of(FailureConsequence.None, false, false, 3, true, false);
        return SafetyCheck.Clear(new SafetyPreview(new ProposedAction(number, LadderStep.IsolatePort, [1], TimeSpan.FromHours(1), "test", null), [harmless], Now()), [], Now())!;
    }

    private async Task<AdmissionQueries> QueriesAsync()
    {
        StoreFactory stores = StoreFactory.Sqlite(folder["sessions.db"]);
        await using (StoreContext context = stores.Open()) await context.Database.EnsureCreatedAsync();
        return new AdmissionQueries(stores);
    }

    private sealed class NoCards : IKnownDevices
    {
        public KnownDevice? Of(MacAddress mac) => null;

        public KnownDevice? Of(long device) => null;
    }

    private sealed class Ward(int port) : IAdmissionSegments, IChangeTargets
    {
        public IReadOnlyList<AdmissionSegment> All => [FrontHub.Ward];

        public ChangeTarget? Of(IPAddress nas) => new(new IPEndPoint(nas, port), Secret, "rfc3580");
    }

    private sealed class RefusedLast : ILastKnown
    {
        public List<string> Macs { get; } = [];

        public void Refuse(string mac, CaptureTime until) => Macs.Add(mac);

        public void Forgive(string mac) => Macs.Remove(mac);
    }

    /// <summary>The two devices of the tests, the first with a card.</summary>
    private sealed class OneDevice : IDeviceQueries
    {
        private readonly TwoDevices two = new();

        public Task<Page<DeviceLine>> FindAsync(DeviceFilter filter, SortOrder sort, PageRequest page, CancellationToken cancel = default) => two.FindAsync(filter, sort, page, cancel);

        public Task<long> CountAsync(DeviceFilter filter, CancellationToken cancel = default) => two.CountAsync(filter, cancel);

        public Task<IReadOnlyList<ValueCount>> CountByAsync(string column, DeviceFilter filter, CancellationToken cancel = default) => two.CountByAsync(column, filter, cancel);

        public async Task<DeviceDetail?> GetAsync(long id, IReadOnlySet<string>? visible = null, CancellationToken cancel = default) =>
            await two.GetAsync(id, visible, cancel) is { } found ? found with { Interfaces = [new InterfaceLine(1, new MacAddress(Convert.ToUInt64(Mac.Replace(":", "", StringComparison.Ordinal), 16)), [], [], [])] } : null;
    }
}
