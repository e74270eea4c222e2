using System.Diagnostics;
using System.Text.Json;
using Wardkeeper.Lab.Admission.Scenes;
using Wardkeeper.Lab.Admission.Wires;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Admission.Room;

/// <summary>
/// The hub's room of a ward: a whole <c>wardkeeper up</c> that hears the mirror port, asked and told through its commands and its API as people would. It can be killed and
/// started again.
/// </summary>
internal sealed class HubRoom : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(5), Between = TimeSpan.FromSeconds(1), StopPatience = TimeSpan.FromSeconds(20);
    private const string Ready = "Wardkeeper is ready";
    private readonly SceneStand run;
    private readonly Ward ward;
    private readonly string log;
    private Process? up;
    private string? past;
    private HubApi? api;

    private HubRoom(SceneStand run, Ward ward) => (this.run, this.ward, Data, log) = (run, ward, Path.Combine(run.Folder, "wardkeeper-data"), Path.Combine(run.Folder, "logs", "wardkeeper.log"));

    /// <summary>Its data folder.</summary>
    public string Data { get; }

    /// <summary>Settings by environment variables, from its next start on.</summary>
    public Dictionary<string, string> Environment { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Its API, as an administrator.</summary>
    public HubApi Api => api ?? throw new InvalidOperationException("the hub was not started");

    /// <summary>Starts it, and returns when it is ready.</summary>
    /// <param name="run">Whose it is.</param>
    /// <param name="ward">Where.</param>
    /// <param name="past">A capture of what it heard before; null for none.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <param name="environment">Settings by environment variables; null for none.</param>
    /// <exception cref="LabException">It does not start.</exception>
    public static async Task<HubRoom> StartAsync(SceneStand run, Ward ward, string? past, CancellationToken cancel, IReadOnlyDictionary<string, string>? environment = null)
    {
        HubRoom room = run.Keep(new HubRoom(run, ward) { past = past, Environment = new(environment ?? new Dictionary<string, string>(), StringComparer.Ordinal) });
        await room.SwitchOnAsync(cancel);
        string token = (await room.JsonAsync(["token", "create", "--name", "scene", "--role", "administrator", "--json"], cancel)).Find("token") ?? throw new LabException("the hub made no token");
        room.api = new HubApi(ward.Hub, token);
        run.Telling.Say("scene-hub-up");
        return room;
    }

    /// <summary>Starts it again after it was killed.</summary>
    public async Task SwitchOnAsync(CancellationToken cancel)
    {
        // A shell keeps what it says in a file; exec makes the process the program itself.
        int said = Said().Length;
        ProcessStartInfo start = new("sh", ["-c", "exec ip \"$@\" >>\"$0\" 2>&1", log, "netns", "exec", ward.Hub.Name, run.Settings.Program, "up", "--data", Data, "--interface", Ward.MirrorCard, "--language", "en", .. past is null ? (string[])[] : ["--capture", past]]);
        foreach ((string name, string value) in Environment) start.Environment[name] = value;
        up = Process.Start(start) ?? throw new LabException($"{run.Settings.Program} could not be started");
        Stopwatch waited = Stopwatch.StartNew();
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            if (up.HasExited) throw new LabException($"{run.Settings.Program} up ended at once: {Tail()}");
            // Not asked before it says so itself: a command that finds nobody takes the data folder for its own moment, and the start would fail.
            (int code, string status) = Said().AsSpan(said).Contains(Ready, StringComparison.Ordinal) ? await TryAsync(["status", "--json"], cancel) : (1, "");
            if (code == 0 && JsonDocument.Parse(status).RootElement.Find("state") == "ready")
            {
                // What was heard before is in the ledger now, and is not told again.
                past = null;
                return;
            }
            if (waited.Elapsed > StartPatience) throw new LabException($"{run.Settings.Program} up is not ready after {StartPatience.TotalMinutes:0} minutes; it said: {Tail()}");
            await Task.Delay(Between, cancel);
        }
    }

    /// <summary>Kills it, without a word (SIGKILL).</summary>
    public async Task KillAsync()
    {
        if (up is null) return;
        up.Kill(entireProcessTree: true);
        await up.WaitForExitAsync();
        up.Dispose();
        up = null;
    }

    /// <summary>Runs a command of the program on its data folder.</summary>
    /// <returns>What it said.</returns>
    /// <exception cref="LabException">It ended with another exit code than 0.</exception>
    public async Task<string> MustAsync(IReadOnlyList<string> arguments, CancellationToken cancel, string? input = null)
    {
        (int code, string said) = await TryAsync(arguments, cancel, input);
        return code == 0 ? said : throw new LabException($"wardkeeper {string.Join(' ', arguments)} ended with {code}: {said.Trim()}");
    }

    /// <summary>The same, for one that answers in JSON.</summary>
    public async Task<JsonElement> JsonAsync(IReadOnlyList<string> arguments, CancellationToken cancel) => JsonDocument.Parse(await MustAsync(arguments, cancel)).RootElement;

    /// <summary>Reads a register: what the hospital knows of its devices.</summary>
    public async Task RegisterAsync(IEnumerable<RegisteredDevice> devices, CancellationToken cancel)
    {
        string file = Path.Combine(run.Folder, "register.csv");
        await File.WriteAllLinesAsync(file, devices.Select(one => $"{one.Name},{one.Type},{one.Department},{MacOf(one)},{one.Consequence},{one.Serial},in use").Prepend("device name,device type,department,mac,consequence,serial number,status"), cancel);
        await MustAsync(["import", file, "--skip-mistakes"], cancel);
    }

    /// <summary>The ledger's number of a registered device.</summary>
    /// <exception cref="LabException">The ledger does not hold it.</exception>
    public async Task<long> FindAsync(string serial, CancellationToken cancel) =>
        (await Api.GetAsync($"devices?text={serial}", cancel)).Items().Select(one => one.GetProperty("id").GetInt64()).Cast<long?>().FirstOrDefault() ?? throw new LabException($"the ledger does not hold {serial}");

    /// <summary>Enters a value of a registered device, as a person does at the console.</summary>
    public async Task EnterAsync(string serial, string field, string value, CancellationToken cancel) =>
        await Api.PostAsync("devices/bulk", new { devices = (long[])[await FindAsync(serial, cancel)], fields = new Dictionary<string, string> { [field] = value }, reason = "seen at the bed" }, cancel);

    /// <summary>Lays down a segment: who the switch is, which VLANs; it observes.</summary>
    public Task SegmentAsync(string name, string switchName, WardVlans vlans, int sessionMinutes, CancellationToken cancel) => Api.PutAsync("admission/segments/" + name, new
    {
        nas = (string[])[switchName],
        admitVlan = WardVlans.Text(vlans.Medical),
        quarantineVlan = WardVlans.Text(vlans.Quarantine),
        onboardVlan = WardVlans.Text(vlans.Onboarding),
        sessionMinutes,
    }, cancel);

    /// <summary>Lets a segment carry its decisions out, as an administrator who has seen the proof.</summary>
    public async Task EnforceAsync(string name, CancellationToken cancel)
    {
        JsonElement proof = await Api.GetAsync($"admission/segments/{name}/proof?days=1", cancel);
        run.Telling.Say("scene-proof", proof.Find("decisions") ?? "?", proof.TryGetProperty("refused", out JsonElement refused) ? refused.GetArrayLength() : 0);
        await Api.PostAsync($"admission/segments/{name}/enforce", new { days = 1, digest = proof.Find("digest"), reason = "the proof was looked at" }, cancel);
    }

    /// <summary>What was decided about a card since a moment, the first first: a line each, with its reasons and the signals that differed.</summary>
    public async Task<IReadOnlyList<string>> DecisionsAsync(string mac, DateTimeOffset since, CancellationToken cancel)
    {
        JsonElement page = await Api.GetAsync($"admission/decisions?mac={Switch.MacText.Colons(mac)}&pageSize=50", cancel);
        List<string> lines = [];
        foreach (JsonElement one in page.Items().Where(one => DateTimeOffset.Parse(one.Find("at")!, System.Globalization.CultureInfo.InvariantCulture) >= since).Reverse())
        {
            string reasons = string.Join("; ", one.GetProperty("reasons").EnumerateArray().Select(reason => $"{reason.Find("key")} {reason.Find("value")}".TrimEnd()));
            lines.Add($"#{one.Find("number")} {one.Find("outcome")} VLAN {one.Find("vlan") ?? "-"}: {reasons}");
            lines.AddRange(one.GetProperty("traits").EnumerateArray().Where(trait => trait.Find("agrees") == "false").Select(trait => $"  {trait.Find("trait")}: {trait.Find("expected")} / {trait.Find("seen")}"));
        }
        return lines;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        api?.Dispose();
        if (up is null) return;
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

    private static string MacOf(RegisteredDevice one) => Switch.MacText.Colons(one.Mac);

    private async Task<(int Code, string Said)> TryAsync(IReadOnlyList<string> arguments, CancellationToken cancel, string? input = null)
    {
        ProcessStartInfo start = new(run.Settings.Program, [.. arguments, "--data", Data]) { RedirectStandardInput = input is not null, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process command = Process.Start(start) ?? throw new LabException($"{run.Settings.Program} could not be started");
        if (input is not null)
        {
            await command.StandardInput.WriteLineAsync(input);
            command.StandardInput.Close();
        }
        Task<string> output = command.StandardOutput.ReadToEndAsync(cancel), errors = command.StandardError.ReadToEndAsync(cancel);
        await command.WaitForExitAsync(cancel);
        return (command.ExitCode, command.ExitCode == 0 ? await output : await output + await errors);
    }

    private string Said() => File.Exists(log) ? File.ReadAllText(log) : "";

    private string Tail()
    {
        string text = Said();
        return (text.Length <= 1500 ? text : text[^1500..]).Trim();
    }
}

/// <summary>A row of the hospital's register.</summary>
/// <param name="Name">Name of the device.</param>
/// <param name="Type">Type in the API's words.</param>
/// <param name="Department">Department.</param>
/// <param name="Mac">MAC address, upper case with hyphens.</param>
/// <param name="Consequence">Consequence of its failure in the API's words; empty when nobody said.</param>
/// <param name="Serial">Serial number.</param>
internal sealed record RegisteredDevice(string Name, string Type, string Department, string Mac, string Consequence, string Serial);
