using System.Diagnostics;
using System.Text.Json.Nodes;
using Wardkeeper.DeviceAgent.Configuration;
using Wardkeeper.DeviceProtocol;
using Wardkeeper.DeviceProtocol.Sm;

namespace Wardkeeper.DeviceAgent.Tests;

/// <summary>The program from its settings to signed measurements at the hub, once with each kind of chip, and what the disk tells without the chip.</summary>
public class EndToEndTests
{
    private const string Measured = """{"patient":"Zhang-Wei-4711","heartRate":72}""";

    [Theory]
    [InlineData("file")]
    [InlineData("softhsm")]
    [InlineData("tpm")]
    public async Task A_device_is_set_up_enrolled_and_sends_signed_measurements(string kind)
    {
        await using TestChip chip = await TestChip.MakeAsync(kind);
        await using TestHub hub = await TestHub.StartAsync();
        using TestAgent agent = new();
        await agent.InitAsync(TestAgent.Settings(chip, hub, new TelemetrySettings { Source = "stdin", GatherSeconds = 0.1 }, attests: kind == "tpm"));
        JsonNode enrolled = await agent.DoneAsync("enrol");
        Assert.Equal("enrolled", (string?)enrolled["state"]);
        if (kind == "tpm")
        {
            JsonNode proved = await agent.DoneAsync("attest");
            Assert.Equal("proved", (string?)proved["state"]);
            Assert.Equal([0, 1, 2], hub.Service.Proof!.Pcrs.Numbers);
            Assert.True((bool)proved["chipKey"]!, "the device's key is not certified by the attestation key");
        }

        (int code, string output, string errors) = await agent.TellAsync("run", Measured + "\nno json\n" + Measured + "\n");
        Assert.True(code == 0, errors);
        JsonNode telemetry = JsonNode.Parse(output)!["telemetry"]!;
        Assert.Equal((2, 1, 0, 0), ((int)telemetry["lines"]!, (int)telemetry["badLines"]!, (int)telemetry["waiting"]!, (int)telemetry["refused"]!));
        Assert.Equal(string.Concat(Measured, "\n", Measured, "\n"), string.Concat(hub.Service.Stored.OrderBy(one => one.Key).Select(one => one.Value)));
        Assert.Empty(hub.Service.Troubles);
        Assert.Equal(1, hub.Service.Sessions);

        string before = (string)enrolled["certificate"]!["serial"]!;
        JsonNode rotated = await agent.DoneAsync("rotate");
        Assert.NotEqual(before, (string?)rotated["certificate"]!["serial"]);
        JsonNode status = await agent.DoneAsync("status");
        Assert.Equal((kind != "file", kind == "file" ? "software-certificate" : "chip-certificate"), ((bool)status["chip"]!["secure"]!, (string)status["chip"]!["grade"]!));
        // The key after the change is certified as well, not the one before.
        if (kind == "tpm") Assert.True((bool)(await agent.DoneAsync("attest"))["chipKey"]!);
        Assert.Equal("wardkeeper-device-2", (string?)status["certificate"]!["key"]);
        // The key before is gone.
        Assert.DoesNotContain("wardkeeper-device-1", status["chip"]!["keys"]!.ToJsonString(), StringComparison.Ordinal);
        (code, _, errors) = await agent.TellAsync("run", Measured + "\n");
        Assert.True(code == 0, errors);
        Assert.Empty(hub.Service.Troubles);
        Assert.DoesNotContain("one-time-secret", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("123456", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("softhsm")]
    [InlineData("tpm")]
    [InlineData("file")]
    public async Task A_stolen_disk_tells_nothing(string kind)
    {
        await using TestChip chip = await TestChip.MakeAsync(kind);
        await using TestHub hub = await TestHub.StartAsync();
        hub.Service.IsClosed = true;
        using TestAgent agent = new();
        await agent.InitAsync(TestAgent.Settings(chip, hub, new TelemetrySettings { Source = "stdin", GatherSeconds = 0.1 }));
        await agent.DoneAsync("enrol");
        using (Process running = agent.Start("run"))
        {
            await running.StandardInput.WriteAsync(Measured + "\n");
            await running.StandardInput.FlushAsync();
            await Programs.UntilAsync(() => Directory.EnumerateFiles(Path.Combine(agent.State, "sealed"), "q-*").Any(), "nothing is queued");
            running.Kill();
            await running.WaitForExitAsync();
        }
        await chip.FlushAsync();

        string stolen = Directory.CreateTempSubdirectory("wardkeeper-stolen-").FullName;
        try
        {
            Assert.Equal(0, (await Programs.RunAsync("cp", [], "", "-a", agent.State, stolen)).Code);
            string[] secrets = ["Zhang-Wei", "heartRate", "one-time-secret", "infusion-pump-secretname", "SN-1", "localhost", hub.Authority.Fingerprint, "PRIVATE KEY", "123456"];
            string[] files = Directory.GetFiles(stolen, "*", SearchOption.AllDirectories);
            Assert.True(files.Length > 4);
            foreach (string file in files)
            {
                string text = System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
                Assert.All(secrets, secret => Assert.False(text.Contains(secret, StringComparison.Ordinal), $"{Path.GetFileName(file)} holds \"{secret}\""));
            }
            Assert.True(await OpensAsync(agent.Program, Path.Combine(stolen, "state")), "beside its chip the copy must open, or this test shows nothing");
            // Another chip of the same kind and label, as a thief would set one up; the settings lead there.
            await using TestChip other = await TestChip.MakeAsync(kind);
            string open = Path.Combine(stolen, "state", "state.json");
            string text2 = (await File.ReadAllTextAsync(open)).Replace(chip.Folder, other.Folder, StringComparison.Ordinal);
            if (chip.Tcti is { } tcti) text2 = text2.Replace(tcti, other.Tcti, StringComparison.Ordinal);
            await File.WriteAllTextAsync(open, text2);
            Assert.False(await OpensAsync(agent.Program, Path.Combine(stolen, "state")));
        }
        finally
        {
            Directory.Delete(stolen, true);
        }
    }

    [Fact]
    public async Task No_counter_is_used_twice_when_the_process_is_killed_and_answers_are_lost()
    {
        await using TestChip chip = await TestChip.MakeAsync("file");
        await using TestHub hub = await TestHub.StartAsync();
        using TestAgent agent = new();
        await agent.InitAsync(TestAgent.Settings(chip, hub, new TelemetrySettings { Source = "stdin", GatherSeconds = 0.1 }));
        await agent.DoneAsync("enrol");
        int sent = 0;
        for (int round = 0; round < 4; round++)
        {
            hub.Service.LoseAnswer = round % 2 == 0;
            using Process running = agent.Start("run");
            int before = hub.Service.Stored.Count;
            await running.StandardInput.WriteAsync($"{{\"n\":{++sent}}}\n");
            await running.StandardInput.FlushAsync();
            await Programs.UntilAsync(() => hub.Service.Stored.Count > before, "nothing arrives");
            running.Kill();
            await running.WaitForExitAsync();
        }
        (int code, _, string errors) = await agent.TellAsync("run", $"{{\"n\":{++sent}}}\n");
        Assert.True(code == 0, errors);
        Assert.Equal(Enumerable.Range(1, sent).Select(n => $"{{\"n\":{n}}}\n"), hub.Service.Stored.OrderBy(one => one.Key).Select(one => one.Value));
        Assert.Equal(Enumerable.Range(1, sent).Select(n => (ulong)n), hub.Service.Stored.Keys.Order());
        Assert.All(hub.Service.Troubles, trouble => Assert.Equal(TelemetryOutcome.StoredBefore, trouble));
        Assert.NotEmpty(hub.Service.Troubles);
    }

    [Fact]
    public async Task What_is_measured_while_the_hub_is_away_arrives_later_and_a_new_key_makes_no_gap()
    {
        await using TestChip chip = await TestChip.MakeAsync("softhsm");
        await using TestHub hub = await TestHub.StartAsync();
        using TestAgent agent = new();
        string socket = Path.Combine(chip.Folder, "measurements");
        await agent.InitAsync(TestAgent.Settings(chip, hub, new TelemetrySettings { Source = "socket", Path = socket, GatherSeconds = 0.1 }));
        await agent.DoneAsync("enrol");
        hub.Service.IsClosed = true;
        using Process running = agent.Start("run");
        await Programs.UntilAsync(() => File.Exists(socket), "the agent makes no socket");
        using System.Net.Sockets.Socket device = new(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        await device.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint(socket));
        await device.SendAsync("{\"n\":1}\n"u8.ToArray());
        await Programs.UntilAsync(() => Directory.EnumerateFiles(Path.Combine(agent.State, "sealed"), "q-*").Any(), "nothing is queued");
        hub.Service.IsClosed = false;
        await Programs.UntilAsync(() => hub.Service.Stored.Count == 1, "what waited does not arrive");
        int issued = hub.Issued.Count;
        JsonNode asked = await agent.DoneAsync("rotate");
        Assert.Equal(("asked", running.Id), ((string?)asked["state"], (int)asked["process"]!));
        await Programs.UntilAsync(() => hub.Issued.Count > issued, "no new certificate", running);
        await device.SendAsync("{\"n\":2}\n"u8.ToArray());
        await Programs.UntilAsync(() => hub.Service.Stored.Count == 2, "after the renewal nothing arrives");
        Assert.Equal(hub.Issued.Last().SerialNumber, hub.Seen.Last());
        Assert.Empty(hub.Service.Troubles);
        Assert.Equal(0, (await Programs.RunAsync("kill", [], "", running.Id.ToString(System.Globalization.CultureInfo.InvariantCulture))).Code);
        await running.WaitForExitAsync();
        Assert.Equal(0, running.ExitCode);
    }

    [Fact]
    public async Task With_SM_everything_said_is_kept_by_SM_and_a_hub_that_does_not_speak_it_gets_nothing()
    {
        await using TestChip chip = await TestChip.MakeAsync("softhsm");
        await using TestHub hub = await TestHub.StartAsync();
        using TestAgent agent = new();
        AgentSettings settings = TestAgent.Settings(chip, hub, new TelemetrySettings { Source = "stdin", GatherSeconds = 0.1 });
        AgentSettings sm = settings with { Hub = settings.Hub with { Suite = "sm" } };
        hub.Service.Suite = SmSuite.Instance;
        await agent.InitAsync(sm);
        await agent.DoneAsync("enrol");
        (int code, _, string errors) = await agent.TellAsync("run", Measured + "\n");
        Assert.True(code == 0, errors);
        Assert.Equal(Measured + "\n", Assert.Single(hub.Service.Stored).Value);

        // The hub speaks P-256 alone from now on: the agent says so and keeps what was measured; it does not fall back.
        hub.Service.Suite = CipherSuite.P256;
        using (Process running = agent.Start("run"))
        {
            await running.StandardInput.WriteAsync(Measured + "\n");
            await running.StandardInput.FlushAsync();
            string said = await running.StandardError.ReadLineAsync() ?? "";
            while (!said.Contains("hub.suite", StringComparison.Ordinal)) said = await running.StandardError.ReadLineAsync() ?? throw new InvalidOperationException("the agent does not say why");
            await Programs.UntilAsync(() => Directory.EnumerateFiles(Path.Combine(agent.State, "sealed"), "q-*").Any(), "nothing is queued");
            running.Kill();
            await running.WaitForExitAsync();
        }
        Assert.Single(hub.Service.Stored);

        // Its owner names the other suite: what waited arrives, nothing is missing.
        await agent.InitAsync(settings);
        (code, _, errors) = await agent.TellAsync("run", "");
        Assert.True(code == 0, errors);
        Assert.Equal([1UL, 2UL], hub.Service.Stored.Keys.Order());
        Assert.All(hub.Service.Troubles, trouble => Assert.Equal(TelemetryOutcome.UnknownSuite, trouble));
    }

    [Fact]
    public async Task What_was_signed_in_a_suite_that_the_hub_no_longer_takes_is_signed_anew_when_the_settings_name_another()
    {
        await using TestChip chip = await TestChip.MakeAsync("file");
        await using TestHub hub = await TestHub.StartAsync();
        using TestAgent agent = new();
        AgentSettings settings = TestAgent.Settings(chip, hub, new TelemetrySettings { Source = "stdin", GatherSeconds = 0.1 });
        hub.Service.Suite = SmSuite.Instance;
        await agent.InitAsync(settings with { Hub = settings.Hub with { Suite = "sm" } });
        await agent.DoneAsync("enrol");
        hub.Service.IsClosed = true;
        using (Process running = agent.Start("run"))
        {
            await running.StandardInput.WriteAsync(Measured + "\n");
            await running.StandardInput.FlushAsync();
            string? said = await running.StandardError.ReadLineAsync();
            while (said?.Contains("503", StringComparison.Ordinal) == false) said = await running.StandardError.ReadLineAsync();
            Assert.NotNull(said);
            running.Kill();
            await running.WaitForExitAsync();
        }
        hub.Service.IsClosed = false;
        hub.Service.Suite = CipherSuite.P256;
        await agent.InitAsync(settings);
        (int code, _, string errors) = await agent.TellAsync("run", "");
        Assert.True(code == 0, errors);
        Assert.Equal([1UL], hub.Service.Stored.Keys);
        Assert.Contains(TelemetryOutcome.UnknownSuite, hub.Service.Troubles);
    }

    private static async Task<bool> OpensAsync(string program, string state) => (await Programs.RunAsync(program, [], "", "status", "--state", state)).Code == 0;
}
