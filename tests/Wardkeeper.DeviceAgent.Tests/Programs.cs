using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Wardkeeper.DeviceAgent.Tests;

/// <summary>Starts programs.</summary>
internal static class Programs
{
    /// <summary>Runs one to its end, at most five minutes.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(string program, IReadOnlyDictionary<string, string> environment, string input, params string[] arguments)
    {
        using Process process = Start(program, environment, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(5));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(true);
        }
        return (process.ExitCode, await output, await errors);
    }

    public static async Task<(int Code, string Output, string Errors)> RunAsync(string program, string[] none, string input, params string[] arguments)
    {
        Assert.Empty(none);
        return await RunAsync(program, new Dictionary<string, string>(), input, arguments);
    }

    public static Process Start(string program, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        ProcessStartInfo start = new(program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Whether a program is there; where it must be (CI), its absence is a failure.</summary>
    public static void Need(params string[] files)
    {
        string? missing = files.FirstOrDefault(file => !File.Exists(file));
        if (missing is not null && Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail($"{missing} is not installed");
        Assert.SkipWhen(missing is not null, $"{missing} is not installed");
    }

    /// <summary>A free port whose next one is free too.</summary>
    public static int FreePortPair()
    {
        while (true)
        {
            using TcpListener first = new(IPAddress.Loopback, 0);
            first.Start();
            int port = ((IPEndPoint)first.LocalEndpoint).Port;
            using TcpListener second = new(IPAddress.Loopback, port + 1);
            try
            {
                second.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken; another pair.
            }
        }
    }

    /// <summary>Waits for something to become true, at most half a minute.</summary>
    /// <param name="holds">What is waited for.</param>
    /// <param name="what">What is said when it does not come.</param>
    /// <param name="program">Who should bring it about; ended then, and what it wrote is told.</param>
    public static async Task UntilAsync(Func<bool> holds, string what, Process? program = null)
    {
        for (int i = 0; i < 600 && !holds(); i++) await Task.Delay(50);
        if (holds()) return;
        program?.Kill();
        Assert.Fail(program is null ? what : $"{what}: {await program.StandardError.ReadToEndAsync()}");
    }
}
