using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Wardkeeper.Bench.Platform;
using Wardkeeper.Lab.Admission.Radius;

namespace Wardkeeper.Bench.Admission;

/// <summary>A real FreeRADIUS over the folder that <c>wardkeeper admission install</c> wrote, on this machine's loopback.</summary>
internal sealed class RadiusServer : IAsyncDisposable
{
    /// <summary>The secret of the switch that asks.</summary>
    public const string Secret = "bench-bench-bench-bench";

    private const int StartAttempts = 40;
    private static readonly TimeSpan StartPatience = TimeSpan.FromMilliseconds(500);
    private readonly Process radius;
    private readonly int accountingPort;

    private RadiusServer(Process radius, int authenticationPort, int accountingPort) => (this.radius, AuthenticationPort, this.accountingPort) = (radius, authenticationPort, accountingPort);

    /// <summary>Where it is asked.</summary>
    public int AuthenticationPort { get; }

    /// <summary>Its process.</summary>
    public int Id => radius.Id;

    /// <summary>Installs and starts it, and returns when it answers.</summary>
    /// <exception cref="InvalidOperationException">It does not start.</exception>
    public static async Task<RadiusServer> StartAsync(RunningHub hub, string folder)
    {
        int authentication = RunningHub.FreePort(SocketType.Dgram), accounting = RunningHub.FreePort(SocketType.Dgram);
        string clients = Path.Combine(folder, "switches.txt"), configuration = Path.Combine(folder, "radius");
        await File.WriteAllTextAsync(clients, $"bench 127.0.0.1 {Secret}\n");
        await hub.MustAsync(null, "admission", "install", "--clients", clients, "--out", configuration, "--radius-address", "127.0.0.1", "--auth-port", RunningHub.Text(authentication), "--acct-port", RunningHub.Text(accounting), "--fail-safe-vlan", "99");
        Process radius = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec freeradius -f -l stdout -d \"$0\" -n radiusd > \"$0.log\" 2>&1", configuration]))!;
        RadiusServer server = new(radius, authentication, accounting);
        await using RadiusClient client = Client(authentication, StartPatience, StartAttempts);
        if (await client.AskAsync(RadiusCode.StatusServer, [], CancellationToken.None) is not null) return server;
        string said = await File.ReadAllTextAsync(configuration + ".log");
        await server.DisposeAsync();
        throw new InvalidOperationException("freeradius does not answer: " + said);
    }

    /// <summary>Who asks it for admission.</summary>
    public RadiusClient Authentication(TimeSpan patience) => Client(AuthenticationPort, patience, 1);

    /// <summary>Who tells it of sessions.</summary>
    public RadiusClient Accounting(TimeSpan patience) => Client(accountingPort, patience, 1);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!radius.HasExited) radius.Kill();
        await radius.WaitForExitAsync();
        radius.Dispose();
    }

    private static RadiusClient Client(int port, TimeSpan patience, int tries) => new(Open, new IPEndPoint(IPAddress.Loopback, port), System.Text.Encoding.ASCII.GetBytes(Secret), patience, tries);

    private static Socket Open()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 1 << 20 };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }
}
