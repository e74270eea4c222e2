using System.Diagnostics;
using System.Text;

namespace Wardkeeper.Lab.Site;

/// <summary>What a program that ran to its end gave.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Everything it printed, on both streams.</param>
/// <param name="Log">File that holds the same.</param>
public sealed record ProgramResult(int ExitCode, string Output, string Log);

/// <summary>Starts programs in a host's namespace; they see its host name, hosts file and name server.</summary>
public static class ProgramRun
{
    /// <summary>Gives the program the device's host name ($0), which programs tell their peers (NTLM) and look up (Orthanc), and not that of the machine the lab runs on.</summary>
    private const string Enter = """hostname "$0" && exec "$@" """;

    /// <summary>How long a server may take to become ready.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Runs a program to its end.</summary>
    /// <param name="host">Whose program it is.</param>
    /// <param name="log">File for its output, below the site's folder; added to when it exists.</param>
    /// <param name="program">Program, found on the path.</param>
    /// <param name="arguments">Arguments, not interpreted by a shell.</param>
    /// <param name="limit">Longest time it may take; it is killed then.</param>
    /// <param name="cancel">Kills it too.</param>
    /// <param name="input">Text for its standard input, or null.</param>
    /// <param name="environment">Variables to add, or null.</param>
    /// <exception cref="LabException">It cannot be started, or took too long.</exception>
    public static async Task<ProgramResult> RunAsync(HostNamespace host, string log, string program, IEnumerable<string> arguments, TimeSpan limit, CancellationToken cancel,
        string? input = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        using Process process = Start(host, program, arguments, environment);
        StringBuilder output = new();
        Task reading = Task.WhenAll(ReadAsync(process.StandardOutput, output), ReadAsync(process.StandardError, output));
        if (input is not null) await process.StandardInput.WriteAsync(input.AsMemory(), cancel);
        process.StandardInput.Close();
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        both.CancelAfter(limit);
        try
        {
            await process.WaitForExitAsync(both.Token);
            await reading.WaitAsync(both.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancel.ThrowIfCancellationRequested();
            throw new LabException($"{program} on {host.Device.Key} was not done after {limit.TotalSeconds:0} s; its output so far: {Tail(output)}");
        }
        string text;
        lock (output) text = output.ToString();
        await File.AppendAllTextAsync(log, text, cancel);
        return new ProgramResult(process.ExitCode, text, log);
    }

    /// <summary>The same, for a program that must succeed.</summary>
    /// <exception cref="LabException">It ended with another exit code than 0; the message shows the end of its output.</exception>
    public static async Task<ProgramResult> MustRunAsync(HostNamespace host, string log, string program, IEnumerable<string> arguments, TimeSpan limit, CancellationToken cancel,
        string? input = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        ProgramResult result = await RunAsync(host, log, program, arguments, limit, cancel, input, environment);
        return result.ExitCode == 0 ? result : throw new LabException($"{program} on {host.Device.Key} ended with {result.ExitCode}: {Tail(new StringBuilder(result.Output))} (whole output: {log})");
    }

    /// <summary>Starts a server and waits until it listens.</summary>
    /// <param name="host">Whose program it is.</param>
    /// <param name="log">File for its output.</param>
    /// <param name="program">Program, found on the path. It must stay in front.</param>
    /// <param name="arguments">Arguments.</param>
    /// <param name="ports">TCP ports that must be open before it counts as ready; empty: it is ready at once.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <param name="environment">Variables to add, or null.</param>
    /// <exception cref="LabException">It ended, or did not listen within 30 s.</exception>
    public static async Task<RunningProgram> ServeAsync(HostNamespace host, string log, string program, IEnumerable<string> arguments, IReadOnlyCollection<int> ports, CancellationToken cancel,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        RunningProgram running = new(Start(host, program, arguments, environment), program, log);
        Stopwatch waited = Stopwatch.StartNew();
        while (!await ListensAsync(host, ports, cancel))
        {
            if (running.HasEnded || waited.Elapsed > Patience)
            {
                await running.DisposeAsync();
                throw new LabException($"{program} on {host.Device.Key} does not listen on {string.Join(", ", ports)}: {running.Tail()} (whole output: {log})");
            }
            await Task.Delay(20, cancel);
        }
        running.Remember();
        return running;
    }

    /// <summary>Starts a server that is reached over UDP and waits until it says that it is ready.</summary>
    /// <param name="host">Whose program it is.</param>
    /// <param name="log">File for its output.</param>
    /// <param name="program">Program, found on the path. It must stay in front.</param>
    /// <param name="arguments">Arguments.</param>
    /// <param name="ready">What it prints when it is ready.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <param name="environment">Variables to add, or null.</param>
    /// <exception cref="LabException">It ended, or did not say so within 30 s.</exception>
    public static async Task<RunningProgram> ServeUntilAsync(HostNamespace host, string log, string program, IEnumerable<string> arguments, string ready, CancellationToken cancel,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        RunningProgram running = new(Start(host, program, arguments, environment), program, log);
        try
        {
            await running.AwaitAsync(ready, Patience, cancel);
            return running;
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }
    }

    private static async Task<bool> ListensAsync(HostNamespace host, IReadOnlyCollection<int> ports, CancellationToken cancel)
    {
        if (ports.Count == 0) return true;
        await Task.Yield();
        cancel.ThrowIfCancellationRequested();
        HashSet<int> open = NetworkThread.In(host.Name, ListeningPorts);
        return ports.All(open.Contains);
    }

    /// <summary>Ports in state LISTEN, as the kernel lists them for the calling thread's namespace.</summary>
    private static HashSet<int> ListeningPorts()
    {
        HashSet<int> open = [];
        foreach (string table in (ReadOnlySpan<string>)["/proc/thread-self/net/tcp", "/proc/thread-self/net/tcp6"])
        {
            if (!File.Exists(table)) continue;
            foreach (string line in File.ReadLines(table).Skip(1))
            {
                string[] columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (columns.Length > 3 && columns[3] == "0A") open.Add(Convert.ToInt32(columns[1][(columns[1].LastIndexOf(':') + 1)..], 16));
            }
        }
        return open;
    }

    private static Process Start(HostNamespace host, string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        // A session of its own: a server that signals its process group must not take the lab down, nor a Ctrl-C the servers first.
        ProcessStartInfo start = new("ip", ["netns", "exec", host.Name, "setsid", "unshare", "--uts", "sh", "-c", Enter, host.Device.HostName, program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment["LC_ALL"] = "C.UTF-8";
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        try
        {
            return Process.Start(start) ?? throw new LabException($"{program} could not be started on {host.Device.Key}");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new LabException($"{program} could not be started on {host.Device.Key}: {e.Message}", e);
        }
    }

    private static async Task ReadAsync(StreamReader from, StringBuilder into)
    {
        char[] buffer = new char[4096];
        for (int read = await from.ReadAsync(buffer); read > 0; read = await from.ReadAsync(buffer))
        {
            lock (into) into.Append(buffer, 0, read);
        }
    }

    private static string Tail(StringBuilder output)
    {
        lock (output) return output.Length <= 600 ? output.ToString().Trim() : output.ToString(output.Length - 600, 600).Trim();
    }
}
