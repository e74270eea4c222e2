using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Wardkeeper.Platform.Control;

namespace Wardkeeper.Platform.Tests.Up;

public sealed class UpProgramTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task It_starts_answers_commands_and_ends_in_order()
    {
        string data = folder["data"];
        using RunningProgram program = await RunningProgram.UpAsync(data);
        using (HttpResponseMessage health = await program.GetAsync("/healthz"))
        {
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
            Assert.Equal("{\"status\":\"ready\"}", await health.Content.ReadAsStringAsync());
        }
        using (HttpResponseMessage script = await program.GetAsync("/_framework/blazor.web.js")) Assert.Equal(HttpStatusCode.OK, script.StatusCode);
        using (HttpResponseMessage page = await program.GetAsync("/")) Assert.Equal(HttpStatusCode.Redirect, page.StatusCode);

        // Private, and the password is told once, in both places alike.
        Assert.Equal("700", Mode(data));
        Assert.Equal("600", Mode(Path.Combine(data, "control.sock")));
        Assert.Equal("600", Mode(Path.Combine(data, "initial-admin-password")));
        string password = (await File.ReadAllTextAsync(Path.Combine(data, "initial-admin-password"))).Trim();
        Assert.Contains($"password {password}", program.Output, StringComparison.Ordinal);

        // One process owns the folder.
        (int code, string said) = await RunningProgram.RunAsync("up", "--data", data, "--port", program.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(2, code);
        Assert.Contains($"in use by process {program.Id} (wardkeeper up", said, StringComparison.Ordinal);
        Assert.Contains($"Port {program.Port}", said, StringComparison.Ordinal);

        // Commands talk to it.
        (code, said) = await RunningProgram.RunAsync("status", "--data", data, "--json");
        Assert.Equal(0, code);
        using JsonDocument status = JsonDocument.Parse(said);
        Assert.Equal(program.Id, status.RootElement.GetProperty("process").GetInt32());
        Assert.Equal(0, (await RunningProgram.RunAsync("user", "add", "wang", "--roles", "viewer", "--data", data)).ExitCode);
        Assert.Equal(0, (await RunningProgram.RunAsync("export", "devices", "--out", folder["devices.csv"], "--data", data)).ExitCode);
        Assert.Equal("600", Mode(folder["devices.csv"]));
        await SocketIsBoundedAsync(data);

        program.Signal("HUP");
        await program.SaysAsync("Configuration read again");
        Stopwatch watch = Stopwatch.StartNew();
        program.Signal("TERM");
        Assert.Equal(0, await program.EndAsync());
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"the end took {watch.Elapsed}");
        Assert.False(File.Exists(Path.Combine(data, "wardkeeper.db-wal")) && new FileInfo(Path.Combine(data, "wardkeeper.db-wal")).Length > 0);

        // Nobody runs: the same commands open the files themselves.
        (code, said) = await RunningProgram.RunAsync("user", "list", "--data", data);
        Assert.Equal(0, code);
        Assert.Contains("wang", said, StringComparison.Ordinal);
        Assert.Equal(0, (await RunningProgram.RunAsync("audit", "verify", "--data", data)).ExitCode);
    }

    [Fact]
    public async Task After_a_kill_it_starts_again_and_tells_no_second_password()
    {
        string data = folder["data"];
        using (RunningProgram first = await RunningProgram.UpAsync(data)) first.Signal("KILL");
        using RunningProgram second = await RunningProgram.UpAsync(data);
        Assert.DoesNotContain("password", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_is_put_back_while_it_runs()
    {
        string data = folder["data"];
        using RunningProgram program = await RunningProgram.UpAsync(data);
        Assert.Equal(0, (await RunningProgram.RunAsync("user", "add", "before", "--roles", "viewer", "--data", data)).ExitCode);
        (int code, string said) = await RunningProgram.RunAsync("backup", folder["backup"], "--data", data);
        Assert.True(code == 0, said);
        Assert.Equal(0, (await RunningProgram.RunAsync("user", "add", "after", "--roles", "viewer", "--data", data)).ExitCode);
        (code, said) = await RunningProgram.RunAsync("restore", folder["backup"], "--data", data);
        Assert.True(code == 0, said);
        using (CancellationTokenSource late = new(TimeSpan.FromSeconds(60)))
        {
            using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(100));
            do (code, said) = await RunningProgram.RunAsync("user", "list", "--data", data);
            while (code != 0 && await timer.WaitForNextTickAsync(late.Token));
        }
        Assert.Contains("before", said, StringComparison.Ordinal);
        Assert.DoesNotContain("after", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_that_stands_in_the_way_is_said_at_once()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        string port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        (int code, string said) = await RunningProgram.RunAsync("up", "--data", folder["data"], "--port", port, "--interface", "nowhere0", "--capture", folder["none.pcap"]);
        Assert.Equal(2, code);
        Assert.Contains($"Port {port} on 127.0.0.1 is in use", said, StringComparison.Ordinal);
        Assert.Contains("no interface nowhere0", said, StringComparison.Ordinal);
        Assert.Contains("none.pcap does not exist", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    /// <summary>Lines that are too long, of another version or none of ours are answered with a mistake, and the program lives.</summary>
    private static async Task SocketIsBoundedAsync(string data)
    {
        Assert.Contains("longer than", await AskAsync(data, new string('x', ControlProtocol.LongestLine + 10_000)), StringComparison.Ordinal);
        Assert.Contains("no message", await AskAsync(data, "nonsense\n"), StringComparison.Ordinal);
        Assert.Contains("version 1", await AskAsync(data, "{\"version\":7,\"command\":\"status\"}\n"), StringComparison.Ordinal);
        Assert.Contains("does not know the command", await AskAsync(data, "{\"version\":1,\"command\":\"dance\"}\n"), StringComparison.Ordinal);
        Assert.Contains("ready", await AskAsync(data, "{\"version\":1,\"command\":\"status\"}\n"), StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(string data, string line)
    {
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(30));
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(data, "control.sock")), late.Token);
        await socket.SendAsync(Encoding.UTF8.GetBytes(line), SocketFlags.None, late.Token);
        return Encoding.UTF8.GetString(await new LineReader(socket).ReadAsync(late.Token) ?? []);
    }

    private static string Mode(string path) => Convert.ToString((int)File.GetUnixFileMode(path), 8);
}
