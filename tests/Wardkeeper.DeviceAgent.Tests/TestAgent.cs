using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wardkeeper.DeviceAgent.Configuration;

namespace Wardkeeper.DeviceAgent.Tests;

/// <summary>The program itself, with a state folder and settings of its own.</summary>
internal sealed class TestAgent : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("wardkeeper-agent-").FullName;

    /// <summary>The program; the published one where a test says so.</summary>
    public string Program { get; init; } = Path.Combine(AppContext.BaseDirectory, "wardkeeper-agent");

    /// <summary>What a thief of the disk gets.</summary>
    public string State => Path.Combine(folder, "state");

    public string SettingsFile => Path.Combine(folder, "agent.json");

    /// <summary>Settings for a chip and a hub; enrolment by the one-time token.</summary>
    public static AgentSettings Settings(TestChip chip, TestHub hub, TelemetrySettings? telemetry = null, bool attests = false) => new()
    {
        Chip = chip.Settings,
        Device = new DeviceSettings { SerialNumber = "SN-1", Name = "infusion-pump-secretname" },
        Hub = new HubSettings { Est = hub.Address.ToString(), Service = hub.Address.ToString(), CaFingerprint = hub.Authority.Fingerprint },
        Enrolment = new EnrolmentSettings { TokenFile = chip.Secret("token", "one-time-secret") },
        Telemetry = telemetry,
        Attestation = attests ? new AttestationSettings { Tcti = chip.Tcti!, Pcrs = [0, 1, 2] } : null,
    };

    public async Task InitAsync(AgentSettings settings)
    {
        await File.WriteAllBytesAsync(SettingsFile, JsonSerializer.SerializeToUtf8Bytes(settings, AgentJson.Default.AgentSettings));
        await DoneAsync("init", "--config", SettingsFile);
    }

    /// <summary>A command that must succeed; its result.</summary>
    public async Task<JsonNode> DoneAsync(string command, params string[] more)
    {
        (int code, string output, string errors) = await TellAsync(command, "", more);
        Assert.True(code == 0, $"{command} ended with {code}: {errors}");
        return JsonNode.Parse(output)!;
    }

    public async Task<(int Code, string Output, string Errors)> TellAsync(string command, string input, params string[] more) =>
        await Programs.RunAsync(Program, new Dictionary<string, string>(), input, [command, "--state", State, .. more]);

    public Process Start(string command) => Programs.Start(Program, new Dictionary<string, string>(), command, "--state", State);

    public void Dispose() => Directory.Delete(folder, true);
}
