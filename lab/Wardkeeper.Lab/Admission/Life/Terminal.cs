using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Wardkeeper.Lab.Admission.Room;
using Wardkeeper.Lab.Admission.Wires;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Admission.Life;

/// <summary>A terminal with the real device agent: its key and the seal of its store in a TPM, or, without one, below a secret that lies in a file.</summary>
internal sealed class Terminal
{
    private const string Running = "running; chip";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90), Listening = TimeSpan.FromSeconds(1), Ending = TimeSpan.FromSeconds(40);
    private readonly Ward ward;
    private readonly string machine, folder;
    private readonly TpmChip? chip;

    private Terminal(Ward ward, string machine, TpmChip? chip) => (this.ward, this.machine, this.chip, folder) = (ward, machine, chip, ward.Site.FolderOf("terminal-" + machine));

    /// <summary>The agent's whole folder.</summary>
    public string State => Path.Combine(folder, "state");

    /// <summary>File whose lines it sends as measurements.</summary>
    public string Measurements => Path.Combine(folder, "measurements");

    /// <summary>Where it speaks to the hub.</summary>
    public string Hub { get; private set; } = "";

    /// <summary>The one-time token that it enrols by.</summary>
    public string Voucher { get; private set; } = "";

    /// <summary>Sets the agent up, known to the hub's ledger, with a one-time token.</summary>
    /// <param name="ward">Where.</param>
    /// <param name="machine">On which machine.</param>
    /// <param name="chip">Its TPM; null for a secret in a file.</param>
    /// <param name="serial">Serial number.</param>
    /// <param name="hub">The hub.</param>
    /// <param name="authority">Its authority.</param>
    /// <param name="cancel">Stops waiting.</param>
    public static async Task<Terminal> SetUpAsync(Ward ward, string machine, TpmChip? chip, string serial, HubRoom hub, WardAuthority authority, CancellationToken cancel)
    {
        Terminal terminal = new(ward, machine, chip) { Hub = authority.EstInside };
        JsonElement added = await hub.Api.PostAsync("devices", new { fields = new Dictionary<string, string> { ["serialNumber"] = serial } }, cancel);
        string id = added.GetProperty("devices")[0].Find("id") ?? throw new LabException("the ledger did not take the terminal");
        terminal.Voucher = (await hub.JsonAsync(["trust", "voucher", "--device", "D-" + id, "--json"], cancel)).Find("secret") ?? throw new LabException("the hub made no one-time token");
        string settings = Path.Combine(terminal.folder, "settings.json"), token = Path.Combine(terminal.folder, "token"), secret = Path.Combine(terminal.folder, "secret");
        await File.WriteAllTextAsync(terminal.Measurements, "", cancel);
        foreach ((string file, string text) in ((string, string)[])[(token, terminal.Voucher), (secret, Convert.ToHexString(RandomNumberGenerator.GetBytes(32)))])
        {
            await File.WriteAllTextAsync(file, text + "\n", cancel);
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        Dictionary<string, object> all = new(StringComparer.Ordinal)
        {
            ["chip"] = chip is null ? new { kind = "file", secretFile = secret }
                : new { kind = "pkcs11", module = TpmChip.Module, token = TpmChip.Token, pinFile = chip.PinFile, environment = chip.Environment.Where(one => one.Key.StartsWith("TPM2_PKCS11", StringComparison.Ordinal)).ToDictionary() },
            ["device"] = new { serialNumber = serial },
            ["hub"] = new { est = authority.EstInside, service = authority.Service, caFile = authority.RootFile },
            ["enrolment"] = new { tokenFile = token },
            ["telemetry"] = new { source = "file", path = terminal.Measurements, gatherSeconds = 0.3 },
        };
        if (chip is not null) all["attestation"] = new { tcti = TpmChip.Address };
        await File.WriteAllTextAsync(settings, JsonSerializer.Serialize(all), cancel);
        (int code, string said) = await terminal.RunAsync("init", cancel, "--config", settings);
        // As the manual says: both are deleted once they are sealed; the measurements' own file is no part of the agent's folder.
        File.Delete(settings);
        return code == 0 ? terminal : throw new LabException($"wardkeeper-agent init ended with {code}: {said}");
    }

    /// <summary>Runs one of the agent's commands on its folder.</summary>
    /// <returns>Exit code, and what it said.</returns>
    public Task<(int Code, string Said)> RunAsync(string command, CancellationToken cancel, params string[] more) => RunAsync(machine, State, command, cancel, more);

    /// <summary>The same command as a thief's, on the thief's machine and a copy of the folder; paths of PIN, token and secret lead to their copies too.</summary>
    public async Task<(int Code, string Said)> RunAsync(string place, string state, string command, CancellationToken cancel, params string[] more)
    {
        ProgramResult result = await ProgramRun.RunAsync(ward[place], ward.Site.LogOf(ward[place], "wardkeeper-agent"), PumpAgent.Program, [command, .. more, "--state", state], Limit, cancel, environment: chip?.Environment);
        if (chip is not null && place == machine) await chip.ForgetAsync(cancel);
        return (result.ExitCode, result.Output.Trim());
    }

    /// <summary>What it knows.</summary>
    public async Task<JsonElement> StatusAsync(CancellationToken cancel)
    {
        (int code, string said) = await RunAsync("status", cancel);
        return code == 0 ? Result(said) : throw new LabException($"wardkeeper-agent status ended with {code}: {said}");
    }

    /// <summary>Starts sending; returns when it reads its measurements.</summary>
    public async Task<RunningProgram> SendAsync(CancellationToken cancel)
    {
        RunningProgram agent = await ProgramRun.ServeUntilAsync(ward[machine], ward.Site.LogOf(ward[machine], "wardkeeper-agent-run"), PumpAgent.Program, ["run", "--state", State], Running, cancel, chip?.Environment);
        await Task.Delay(Listening, cancel);
        return agent;
    }

    /// <summary>Ends sending and tells the figures, which the agent writes down when it ends.</summary>
    /// <returns>Messages that the hub verified and stored in all, those that wait, those that it refused.</returns>
    public async Task<(int Sent, int Waiting, int Refused)> EndAsync(RunningProgram agent, CancellationToken cancel)
    {
        Kernel.Terminate(agent.Id);
        DateTimeOffset limit = DateTimeOffset.UtcNow + Ending;
        while (!agent.HasEnded && DateTimeOffset.UtcNow < limit) await Task.Delay(Listening, cancel);
        if (!agent.HasEnded) throw new LabException($"the device agent does not end: {agent.Tail()}");
        if (chip is not null) await chip.ForgetAsync(cancel);
        JsonElement status = await StatusAsync(cancel);
        return (Number(status, "sent"), Number(status, "waiting"), Number(status, "refused"));
    }

    /// <summary>The JSON that a command printed.</summary>
    public static JsonElement Result(string said) => said.Split('\n').LastOrDefault(line => line.StartsWith('{')) is { } json ? JsonDocument.Parse(json).RootElement : default;

    /// <summary>The last sentence that a command logged.</summary>
    public static string Sentence(string said) => said.Split('\n').LastOrDefault(line => line.Length > 0 && !line.StartsWith('{')) ?? "-";

    private static int Number(JsonElement status, string name) => int.TryParse(status.Find("telemetry", name), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
}
