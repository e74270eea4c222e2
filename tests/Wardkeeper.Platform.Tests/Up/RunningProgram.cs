using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Wardkeeper.Platform.Tests.Up;

/// <summary>The program as a user runs it: a process of its own, on a free port, with a data folder of its own.</summary>
internal sealed class RunningProgram : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly Process process;
    private readonly System.Text.StringBuilder output = new();

    private RunningProgram(Process process, int port) => (this.process, Port) = (process, port);

    public int Port { get; }

    public int Id => process.Id;

    /// <summary>What it wrote so far, both ways.</summary>
    public string Output
    {
        get
        {
            lock (output) return output.ToString();
        }
    }

    public static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts the program and does not wait.</summary>
    public static RunningProgram Start(int port, params string[] arguments) => Start(port, [], [], arguments);

    /// <summary>Starts the program through another one (<c>ip netns exec</c> …), with settings in its environment.</summary>
    public static RunningProgram Start(int port, string[] through, (string Name, string Value)[] environment, string[] arguments)
    {
        string[] command = [.. through, Path.Combine(AppContext.BaseDirectory, "wardkeeper-platform"), .. arguments];
        ProcessStartInfo start = new(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["LANG"] = "C.UTF-8";
        // How patient the tests are is nothing that the program knows.
        start.Environment.Remove("WARDKEEPER_PATIENCE_MS");
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        RunningProgram program = new(new Process { StartInfo = start }, port);
        program.process.OutputDataReceived += (_, line) => program.Note(line.Data);
        program.process.ErrorDataReceived += (_, line) => program.Note(line.Data);
        program.process.Start();
        program.process.BeginOutputReadLine();
        program.process.BeginErrorReadLine();
        program.process.StandardInput.Close();
        return program;
    }

    /// <summary>Starts <c>up</c> and waits until it says that it is ready.</summary>
    public static Task<RunningProgram> UpAsync(string data, params string[] more) => UpAsync(data, [], [], more);

    /// <summary>Starts <c>up</c> through another program and with an environment, and waits until it says that it is ready.</summary>
    public static async Task<RunningProgram> UpAsync(string data, string[] through, (string Name, string Value)[] environment, params string[] more)
    {
        int port = FreePort();
        RunningProgram program = Start(port, through, environment, ["up", "--data", data, "--port", port.ToString(System.Globalization.CultureInfo.InvariantCulture), .. more]);
        await program.SaysAsync("Everything is stored in");
        return program;
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using RunningProgram program = Start(0, arguments);
        int code = await program.EndAsync();
        return (code, program.Output);
    }

    /// <summary>Waits until it has written a text.</summary>
    public async Task SaysAsync(string text)
    {
        using CancellationTokenSource late = new(Patience);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(50));
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            Assert.False(process.HasExited, $"it ended: {Output}");
            await timer.WaitForNextTickAsync(late.Token);
        }
    }

    public async Task<int> EndAsync()
    {
        using CancellationTokenSource late = new(Patience);
        await process.WaitForExitAsync(late.Token);
        return process.ExitCode;
    }

    public async Task<HttpResponseMessage> GetAsync(string path)
    {
        using HttpClientHandler handler = new() { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator, AllowAutoRedirect = false };
        using HttpClient client = new(handler) { Timeout = Patience };
        return await client.GetAsync($"https://localhost:{Port}{path}");
    }

    public void Signal(string name)
    {
        using Process kill = Process.Start("/bin/kill", ["-" + name, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private void Note(string? line)
    {
        if (line is null) return;
        lock (output) output.AppendLine(line);
    }
}
