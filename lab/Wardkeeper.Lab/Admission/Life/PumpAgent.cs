using System.Text.Json;
using Wardkeeper.Lab.Admission.Room;
using Wardkeeper.Lab.Admission.Wires;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Admission.Life;

/// <summary>The real device agent (<c>wardkeeper-agent</c>) on a machine of the ward, with its keys in the machine's chip.</summary>
internal sealed class PumpAgent
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Ward ward;
    private readonly string machine, folder;
    private readonly Chip chip;

    private PumpAgent(Ward ward, string machine, Chip chip) => (this.ward, this.machine, this.chip, folder) = (ward, machine, chip, ward.Site.FolderOf("agent-" + machine));

    /// <summary>The program, beside the lab's.</summary>
    public static string Program => Path.Combine(AppContext.BaseDirectory, "wardkeeper-agent");

    /// <summary>Its certificate with those above it, PEM; there once it is enrolled.</summary>
    public string Certificate => Path.Combine(folder, "certificate.pem");

    /// <summary>File whose lines it sends as measurements.</summary>
    public string Measurements => Path.Combine(folder, "measurements");

    private string Settings => Path.Combine(folder, "settings.json");

    /// <summary>Sets it up.</summary>
    public static async Task<PumpAgent> SetUpAsync(Ward ward, string machine, Chip chip, string serial, WardAuthority authority, CancellationToken cancel)
    {
        PumpAgent agent = new(ward, machine, chip);
        await File.WriteAllTextAsync(agent.Measurements, "", cancel);
        await File.WriteAllTextAsync(agent.Settings, JsonSerializer.Serialize(new
        {
            chip = new { kind = "pkcs11", module = Chip.Module, token = Chip.Token, pinFile = chip.PinFile, environment = new Dictionary<string, string> { ["SOFTHSM2_CONF"] = chip.Environment["SOFTHSM2_CONF"] } },
            device = new { serialNumber = serial },
            hub = new { est = authority.Est, service = authority.Service, caFile = authority.RootFile },
            enrolment = new { idevidKey = Chip.BirthKey, idevidCertificate = chip.BirthCertificate, waitMinutes = 0 },
            telemetry = new { source = "file", path = agent.Measurements, gatherSeconds = 0.5 },
        }), cancel);
        ProgramResult made = await agent.RunAsync(["init", "--config", agent.Settings], cancel);
        return made.ExitCode == 0 ? agent : throw new LabException($"wardkeeper-agent init ended with {made.ExitCode}: {made.Output}");
    }

    /// <summary>Asks for its certificate.</summary>
    /// <returns>Exit code: 0 has it, 3 waits for a person, 5 refused, 6 the hub cannot be reached.</returns>
    public async Task<(int Code, string Said)> EnrolAsync(CancellationToken cancel)
    {
        ProgramResult result = await RunAsync(["enrol"], cancel);
        if (result.ExitCode == 0) await File.WriteAllTextAsync(Certificate, (await StatusAsync(cancel)).Find("certificate", "chain"), cancel);
        return (result.ExitCode, result.Output.Trim());
    }

    /// <summary>Lets it send.</summary>
    public Task<RunningProgram> SendAsync(CancellationToken cancel) =>
        ProgramRun.ServeAsync(ward[machine], ward.Site.LogOf(ward[machine], "wardkeeper-agent-run"), Program, ["run", "--state", Path.Combine(folder, "state")], [], cancel, chip.Environment);

    /// <summary>What it knows.</summary>
    public async Task<JsonElement> StatusAsync(CancellationToken cancel)
    {
        ProgramResult result = await RunAsync(["status"], cancel);
        return result.ExitCode == 0 ? JsonDocument.Parse(result.Output.Split('\n').Last(line => line.StartsWith('{'))).RootElement : throw new LabException($"wardkeeper-agent status ended with {result.ExitCode}: {result.Output}");
    }

    private Task<ProgramResult> RunAsync(string[] arguments, CancellationToken cancel) =>
        ProgramRun.RunAsync(ward[machine], ward.Site.LogOf(ward[machine], "wardkeeper-agent"), Program, [.. arguments, "--state", Path.Combine(folder, "state")], Limit, cancel, environment: chip.Environment);
}
