using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Run;

/// <summary>Something that Wardkeeper found.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Type">What it is.</param>
/// <param name="Severity">How bad.</param>
/// <param name="First">First seen.</param>
/// <param name="Last">Last seen.</param>
/// <param name="Title">In English.</param>
internal sealed record LiveFinding(long Number, string Type, string Severity, DateTimeOffset First, DateTimeOffset Last, string Title);

/// <summary>
/// A whole Wardkeeper that listens at the hospital's switch while the hospital runs: <c>wardkeeper up</c> in the switch's namespace, on every bridge, with a data
/// folder of its own. It is asked by commands, as a person would.
/// </summary>
internal sealed class LiveSensor : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(5), Between = TimeSpan.FromSeconds(1), StopPatience = TimeSpan.FromSeconds(20);
    private readonly string program, data;
    private readonly string[] site;
    private readonly Process up;

    private LiveSensor(string program, string data, string[] site, Process up) => (this.program, this.data, this.site, this.up) = (program, data, site, up);

    /// <summary>The program that a lab started by its launcher finds beside it; null when it was started otherwise.</summary>
    public static string? Launcher => Environment.GetEnvironmentVariable("WARDKEEPER_CHECKOUT") is { Length: > 0 } home ? Path.Combine(home, "wardkeeper") : null;

    /// <summary>Has a launcher build the program while there still is a network to fetch packages from: the namespaces have none.</summary>
    /// <exception cref="LabException">It cannot be built; why stands on the error output.</exception>
    public static async Task PrepareAsync(string program, CancellationToken cancel)
    {
        ProcessStartInfo start = new(program, ["status", "--help"]) { RedirectStandardOutput = true };
        using Process prepared = Process.Start(start) ?? throw new LabException($"{program} could not be started");
        await prepared.StandardOutput.ReadToEndAsync(cancel);
        await prepared.WaitForExitAsync(cancel);
        if (prepared.ExitCode != 0) throw new LabException($"{program} does not run: 'status --help' ended with {prepared.ExitCode.ToString(CultureInfo.InvariantCulture)}");
    }

    /// <summary>Starts it and returns when it listens.</summary>
    /// <param name="program">The program.</param>
    /// <param name="network">The running hospital.</param>
    /// <param name="folder">Where its data folder is made.</param>
    /// <param name="siteFile">What the hospital knows of itself; null when it tells nothing.</param>
    /// <param name="cancel">Breaks it off.</param>
    /// <exception cref="LabException">It does not start.</exception>
    public static async Task<LiveSensor> StartAsync(string program, HospitalNetwork network, string folder, string? siteFile, CancellationToken cancel)
    {
        string data = Path.Combine(folder, "wardkeeper-data"), log = Path.Combine(folder, "wardkeeper.log");
        string[] site = siteFile is null ? [] : ["--site", siteFile];
        List<string> arguments = ["netns", "exec", network.Switch, program, "up", "--data", data, .. site];
        foreach (Department department in network.Departments) arguments.AddRange(["--interface", HospitalNetwork.BridgeOf(department)]);
        // A shell keeps what it says in a file; exec makes the process the program itself.
        Process up = Process.Start(new ProcessStartInfo("sh", ["-c", "exec ip \"$@\" >\"$0\" 2>&1", log, .. arguments])) ?? throw new LabException($"{program} could not be started");
        LiveSensor sensor = new(program, data, site, up);
        Stopwatch waited = Stopwatch.StartNew();
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            if (up.HasExited) throw new LabException($"{program} up ended at once: {(await File.ReadAllTextAsync(log, cancel)).Trim()}");
            if (await sensor.RunAsync(["status", "--data", data, "--json"], cancel) is (0, { } status) && IsReady(status)) return sensor;
            if (waited.Elapsed > StartPatience)
            {
                await sensor.DisposeAsync();
                throw new LabException($"{program} up does not listen after {StartPatience.TotalMinutes:0} minutes; it said: {(await File.ReadAllTextAsync(log, cancel)).Trim()}");
            }
            await Task.Delay(Between, cancel);
        }
    }

    /// <summary>What it found so far; weaknesses that stand open, and what it says of itself, are left out.</summary>
    /// <param name="asked">Types that are told whatever they are.</param>
    /// <param name="cancel">Breaks it off.</param>
    /// <exception cref="LabException">It cannot be asked.</exception>
    public async Task<IReadOnlyList<LiveFinding>> FindingsAsync(IReadOnlyList<string> asked, CancellationToken cancel)
    {
        using JsonDocument document = await ExportAsync(cancel);
        return [.. document.RootElement.EnumerateArray().Where(one => !IsStanding(one) || asked.Contains(one.GetProperty("type").GetString()!)).Select(one => new LiveFinding(
            one.GetProperty("number").GetInt64(),
            one.GetProperty("type").GetString()!,
            one.GetProperty("severity").GetString()!,
            Time(one.GetProperty("first")),
            Time(one.GetProperty("last")),
            one.GetProperty("title").GetProperty("en").GetString()!))];
    }

    /// <summary>What <c>analyze</c> finds in a capture; types that <see cref="FindingsAsync"/> leaves out of the same traffic are left out here too.</summary>
    /// <exception cref="LabException">It fails.</exception>
    public async Task<IReadOnlyList<LiveFinding>> AnalyzeAsync(string capture, CancellationToken cancel)
    {
        string rows = capture + ".rows";
        (int code, string said) = await RunAsync(["analyze", "--out", rows, .. site, capture], cancel);
        if (code != 0) throw new LabException($"{capture} could not be analysed: {said.Trim()}");
        using JsonDocument document = await ExportAsync(cancel);
        HashSet<string> standing = [.. document.RootElement.EnumerateArray().Where(IsStanding).Select(one => one.GetProperty("type").GetString()!)];
        return [.. File.ReadLines(Path.Combine(rows, "findings.ndjson")).Select(line => JsonElement.Parse(line)).Select(one => new LiveFinding(
            long.Parse(one.GetProperty("id").GetString()!["F-".Length..], CultureInfo.InvariantCulture),
            one.GetProperty("type").GetString()!,
            one.GetProperty("severity").GetString()!,
            Time(one.GetProperty("ts").GetDouble()),
            Time(one.GetProperty("last").GetDouble()),
            one.GetProperty("title").GetString()!)).Where(finding => !standing.Contains(finding.Type))];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!up.HasExited)
        {
            Kernel.Interrupt(up.Id);
            using CancellationTokenSource patience = new(StopPatience);
            try
            {
                await up.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                up.Kill(entireProcessTree: true);
            }
        }
        up.Dispose();
    }

    private static bool IsReady(string status)
    {
        using JsonDocument document = JsonDocument.Parse(status);
        return document.RootElement.GetProperty("state").GetString() == "ready";
    }

    private static bool IsStanding(JsonElement finding) => finding.GetProperty("isExposure").GetBoolean() || finding.GetProperty("duty").GetString() == "operator";

    private async Task<JsonDocument> ExportAsync(CancellationToken cancel)
    {
        string file = Path.Combine(Path.GetDirectoryName(data)!, "findings.json");
        (int code, string said) = await RunAsync(["export", "findings", "--data", data, "--format", "json", "--out", file, "--force"], cancel);
        return code == 0 ? JsonDocument.Parse(await File.ReadAllBytesAsync(file, cancel)) : throw new LabException($"the findings could not be asked for: {said.Trim()}");
    }

    private static DateTimeOffset Time(double seconds) => DateTimeOffset.UnixEpoch.AddSeconds(seconds);

    private static DateTimeOffset Time(JsonElement text) => DateTimeOffset.Parse(text.GetString()!, CultureInfo.InvariantCulture);

    /// <summary>Runs a command of the program and returns its exit code and what it said.</summary>
    private async Task<(int Code, string Said)> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancel)
    {
        using Process command = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }) ?? throw new LabException($"{program} could not be started");
        Task<string> output = command.StandardOutput.ReadToEndAsync(cancel), errors = command.StandardError.ReadToEndAsync(cancel);
        await command.WaitForExitAsync(cancel);
        return (command.ExitCode, command.ExitCode == 0 ? await output : await errors);
    }
}
