using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Wardkeeper.Lab.Admission.Switch;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Admission;

/// <summary>The switch of the laboratory against FreeRADIUS and radclient, on loopback.</summary>
public sealed class AccessSwitchTests : IAsyncLifetime
{
    private const string Secret = "testing123", ChangeSecret = "changing123", Mac = "02-00-00-00-00-01", Stranger = "02-00-00-00-00-66";
    private readonly FreeRadius radius = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await radius.StartAsync();

    public async ValueTask DisposeAsync() => await radius.DisposeAsync();

    [LabFact("freeradius radclient")]
    public async Task A_device_is_admitted_to_its_vlan_reported_and_put_out_by_a_disconnect()
    {
        RecordedWires wires = new();
        int port = FreePort();
        await using AccessSwitch access = Make(wires, port);
        access.Heard("ge-0/0/3", Mac);
        await UntilAsync(() => access.Sessions.Count == 1 && access.Reports.Answered == 1);
        AccessSession session = access.Sessions[0].Session;
        Assert.Equal(("20", "printers", true), (session.Vlan, session.Filter, session.KeepsGoing));
        Assert.InRange((session.AskAgain!.Value - session.Began).TotalSeconds, 7190, 7230);
        Assert.Equal("decision-17", System.Text.Encoding.ASCII.GetString(session.Classes[0].Span));

        // Wrong secret: silence. Unknown device: refused. A name of another switch: refused. An attribute that is not understood: refused.
        Assert.Contains("No reply", await ChangeAsync(port, "disconnect", "wrong", $"Calling-Station-Id={Mac}"), StringComparison.Ordinal);
        Assert.Contains("Session-Context-Not-Found", await ChangeAsync(port, "disconnect", ChangeSecret, $"Calling-Station-Id={Stranger}"), StringComparison.Ordinal);
        Assert.Contains("NAS-Identification-Mismatch", await ChangeAsync(port, "disconnect", ChangeSecret, $"Calling-Station-Id={Mac},NAS-Identifier=other"), StringComparison.Ordinal);
        Assert.Contains("Unsupported-Attribute", await ChangeAsync(port, "coa", ChangeSecret, $"Calling-Station-Id={Mac},Framed-MTU=1400"), StringComparison.Ordinal);
        Assert.Single(access.Sessions);

        Assert.Contains("CoA-ACK", await ChangeAsync(port, "coa", ChangeSecret, $"Calling-Station-Id={Mac},Tunnel-Type=VLAN,Tunnel-Medium-Type=IEEE-802,Tunnel-Private-Group-Id=99"), StringComparison.Ordinal);
        Assert.Equal("99", access.Sessions[0].Session.Vlan);
        Assert.Contains("Disconnect-ACK", await ChangeAsync(port, "disconnect", ChangeSecret, "Calling-Station-Id=0200.0000.0001"), StringComparison.Ordinal);
        await UntilAsync(() => access.Reports.Open == 0);
        Assert.Empty(access.Sessions);
        Assert.Equal(["20 printers", "99 printers", "none"], wires.Of("ge-0/0/3"));
        string said = await radius.AccountedAsync("Stop", 1);
        Assert.Contains($"{session.Id} {Mac} ge-0/0/3 Start", said, StringComparison.Ordinal);
        Assert.Contains($"{session.Id} {Mac} ge-0/0/3 Stop", said, StringComparison.Ordinal);
        Assert.Contains("Admin-Reset", said, StringComparison.Ordinal);
    }

    [LabFact("freeradius radclient")]
    public async Task A_stranger_is_refused_and_asked_for_again_only_after_a_while()
    {
        RecordedWires wires = new();
        await using AccessSwitch access = Make(wires, FreePort());
        for (int i = 0; i < 20; i++) access.Heard("ge-0/0/4", Stranger);
        await UntilAsync(() => access.Events.Count > 0);
        access.Heard("ge-0/0/4", Stranger);
        Assert.Equal(SwitchEventKind.Refused, Assert.Single(access.Events).Kind);
        Assert.Empty(wires.Of("ge-0/0/4"));
    }

    [LabFact("freeradius radclient")]
    public async Task Who_is_in_stays_in_while_no_server_answers_and_no_report_is_lost()
    {
        RecordedWires wires = new();
        await using AccessSwitch access = Make(wires, FreePort());
        access.Heard("ge-0/0/5", Mac);
        await UntilAsync(() => access.Sessions.Count == 1 && access.Reports.Answered == 1);
        await radius.StopAsync();
        access.AskAllAgain();
        await UntilAsync(() => access.Events.Any(what => what.Kind == SwitchEventKind.Unanswered));
        Assert.Single(access.Sessions);
        access.LinkDown("ge-0/0/5");
        // The session is gone a moment before its report is written.
        await UntilAsync(() => access.Sessions.Count == 0 && access.Reports.Open == 1);
        await radius.StartAsync();
        await UntilAsync(() => access.Reports.Open == 0);
        Assert.Contains("Lost-Carrier", await radius.AccountedAsync("Stop", 1), StringComparison.Ordinal);
    }

    [LabFact("freeradius radclient")]
    public async Task Six_hundred_devices_are_asked_for_at_once_and_each_gets_its_own_answer()
    {
        RecordedWires wires = new();
        await using AccessSwitch access = Make(wires, FreePort());
        for (int i = 0; i < 600; i++) access.Heard($"v{i}", $"02-00-00-{0x40 + (i >> 8):X2}-{i & 255:X2}-01");
        await UntilAsync(() => access.Events.Count == 600 && access.Reports.Open == 0);
        Assert.Equal(600, access.Sessions.Count);
        Assert.Equal(600, access.Sessions.Select(one => one.Session.Id).Distinct().Count());
        Assert.All(access.Sessions, one => Assert.Equal(one.Session.Mac, System.Text.Encoding.ASCII.GetString(one.Session.Classes[0].Span)));
    }

    private AccessSwitch Make(RecordedWires wires, int changePort) => new(
        new SwitchSettings
        {
            Name = "ward3-sw1",
            Address = IPAddress.Loopback,
            Authentication = new(IPAddress.Loopback, radius.Port),
            Accounting = new(IPAddress.Loopback, radius.Port + 1),
            Secret = Secret,
            ChangeSecret = ChangeSecret,
            ChangeClient = IPAddress.Loopback,
            ChangePort = changePort,
            PortVlan = "1",
            Patience = TimeSpan.FromSeconds(1),
            Tries = 2,
            Quiet = TimeSpan.FromSeconds(2),
        }, wires, Datagrams);

    private static Socket Datagrams(int port)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        return socket;
    }

    internal static int FreePort()
    {
        using Socket socket = Datagrams(0);
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static async Task<string> ChangeAsync(int port, string what, string secret, string attributes)
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, attributes.Replace(',', '\n') + "\n", Cancel);
        (_, string said) = await Shell.RunAsync("radclient", ["-x", "-r", "1", "-t", "1", "-f", file, $"127.0.0.1:{port}", what, secret], Cancel);
        File.Delete(file);
        return said;
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(60), "waited in vain");
            await Task.Delay(50, Cancel);
        }
    }

    /// <summary>Keeps what it is told.</summary>
    private sealed class RecordedWires : IPortWires
    {
        private readonly ConcurrentQueue<(string Port, string What)> done = [];

        public Task ConnectAsync(string port, string mac, string? vlan, string? filter, CancellationToken cancel)
        {
            done.Enqueue((port, vlan is null ? "none" : $"{vlan} {filter}".TrimEnd()));
            return Task.CompletedTask;
        }

        public PortCounters Count(string port) => default;

        public IEnumerable<string> Of(string port) => done.Where(one => one.Port == port).Select(one => one.What);
    }
}
