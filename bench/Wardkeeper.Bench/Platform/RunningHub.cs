using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Wardkeeper.Bench.Platform;

/// <summary>The whole program, <c>wardkeeper up</c> over a data folder of its own, told by its own commands and ended at the end.</summary>
internal sealed class RunningHub : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly string program;
    private readonly Process up;

    private RunningHub(string program, string data, Process up) => (this.program, Data, this.up) = (program, data, up);

    /// <summary>Its data folder.</summary>
    public string Data { get; }

    /// <summary>Its process.</summary>
    public int Id => up.Id;

    /// <summary>The program that the options name, or the one that the launcher built; null, told, when there is none.</summary>
    public static string? Find(string home, string[] options)
    {
        string program = Program.Option(options, "--program") ?? Path.Combine(home, ".build/platform/wardkeeper-platform");
        if (File.Exists(program)) return program;
        Program.Refuse($"{program} is not there; start ./wardkeeper status once, or name it with --program FILE");
        return null;
    }

    /// <summary>Starts it, and returns when it is ready.</summary>
    /// <param name="program">The program.</param>
    /// <param name="data">Its data folder.</param>
    /// <param name="environment">Settings.</param>
    /// <exception cref="InvalidOperationException">It ended.</exception>
    /// <exception cref="TimeoutException">It was not ready in time.</exception>
    public static async Task<RunningHub> StartAsync(string program, string data, params (string Name, string Value)[] environment)
    {
        Process up = Start(program, ["up", "--data", data, "--port", Text(FreePort())], environment);
        Task<string> said = up.StandardOutput.ReadToEndAsync(), complained = up.StandardError.ReadToEndAsync();
        up.StandardInput.Close();
        RunningHub hub = new(program, data, up);
        long began = Stopwatch.GetTimestamp();
        while (!(await hub.TryAsync(null, "status")).Said.Contains("state: ready", StringComparison.Ordinal))
        {
            if (up.HasExited) throw new InvalidOperationException($"{program} ended with {up.ExitCode}: {await said}{await complained}");
            if (Stopwatch.GetElapsedTime(began) > Patience) throw new TimeoutException($"{program} was not ready within {Patience.TotalMinutes} minutes");
            await Task.Delay(1000);
        }
        return hub;
    }

    /// <summary>Runs a command of the program on the data folder.</summary>
    /// <returns>What it said.</returns>
    /// <exception cref="InvalidOperationException">It ended with another code than 0.</exception>
    public async Task<string> MustAsync(string? input, params string[] arguments)
    {
        (int code, string said) = await TryAsync(input, arguments);
        return code == 0 ? said : throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with {code}: {said}");
    }

    /// <summary>Kills it, without a word: only what was committed is there afterwards.</summary>
    public async Task KillAsync()
    {
        up.Kill();
        await up.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!up.HasExited)
        {
            using Process kill = Process.Start("kill", ["-TERM", Text(up.Id)]);
            await up.WaitForExitAsync();
        }
        up.Dispose();
    }

    /// <summary>A number as commands take it.</summary>
    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A port that nobody listens on.</summary>
    public static int FreePort(SocketType type = SocketType.Stream)
    {
        using Socket socket = new(AddressFamily.InterNetwork, type, type == SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private async Task<(int Code, string Said)> TryAsync(string? input, params string[] arguments)
    {
        using Process process = Start(program, [.. arguments, "--data", Data], []);
        if (input is not null) await process.StandardInput.WriteLineAsync(input);
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, process.ExitCode == 0 ? output : output + await error);
    }

    private static Process Start(string program, string[] arguments, (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
