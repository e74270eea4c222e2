using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wardkeeper.DeviceAgent.Attestation;
using Wardkeeper.DeviceAgent.Configuration;
using Wardkeeper.DeviceAgent.Enrolment;
using Wardkeeper.DeviceAgent.Telemetry;
using Wardkeeper.DeviceProtocol;

namespace Wardkeeper.DeviceAgent;

/// <summary>What the program can be told to do. The result is one JSON object on the output; what happens on the way is logged on the error output.</summary>
internal static partial class Commands
{
    /// <summary>Carries out one command; returns the exit code.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter errors, TimeProvider clock, CancellationToken cancel)
    {
        if (args is ["--help" or "-h" or "help"])
        {
            await output.WriteLineAsync(CommandLine.Usage);
            return (int)Outcome.Done;
        }
        AgentLog log = new(errors, clock);
        try
        {
            CommandLine line = CommandLine.Parse(args);
            JsonObject result = line.Command switch
            {
                "init" => Init(line),
                "enrol" => await EnrolAsync(line, clock, log, cancel),
                "run" => await RunAsync(line, clock, log, cancel),
                "attest" => await AttestAsync(line, log, cancel),
                "exchange" => await ExchangeAsync(line, clock, log, cancel),
                "rotate" => await RotateAsync(line, clock, log, cancel),
                _ => Status(line, clock),
            };
            await output.WriteLineAsync(result.ToJsonString());
            return (int)Outcome.Done;
        }
        catch (AgentFault fault)
        {
            foreach (string sentence in fault.Message.Split(Environment.NewLine)) log.Error(sentence);
            return (int)fault.Outcome;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            log.Error(failed.Message);
            return (int)Outcome.Mistake;
        }
        catch (Exception defect) when (defect is not OperationCanceledException)
        {
            log.Error($"a defect of the agent: {defect}");
            return (int)Outcome.Defect;
        }
    }

    private static JsonObject Init(CommandLine line)
    {
        AgentSettings settings = SettingsReader.ReadFile(line.ConfigFile!);
        using DeviceState state = DeviceState.Init(line.StateFolder, settings);
        return new JsonObject { ["state"] = "ready", ["folder"] = line.StateFolder, ["chip"] = Chip(state) };
    }

    private static async Task<JsonObject> EnrolAsync(CommandLine line, TimeProvider system, AgentLog log, CancellationToken cancel)
    {
        using DeviceState state = DeviceState.Open(line.StateFolder, toChange: true);
        DeviceClock clock = new(state, system);
        Enroller enroller = new(state, clock, system, log);
        DateTimeOffset until = system.GetUtcNow().AddMinutes(state.Settings.Settings.Enrolment.WaitMinutes);
        while (true)
        {
            try
            {
                bool isNew = await enroller.EnrolAsync(false, cancel);
                return new JsonObject { ["state"] = isNew ? "enrolled" : "good", ["certificate"] = Certificate(enroller) };
            }
            catch (AgentFault wait) when (wait.Outcome == Outcome.Pending && system.GetUtcNow() + wait.RetryAfter < until)
            {
                log.Info(string.Create(CultureInfo.InvariantCulture, $"{wait.Message}; asking again in {wait.RetryAfter!.Value.TotalSeconds:F0} s"));
                await Task.Delay(wait.RetryAfter.Value, system, cancel);
            }
        }
    }

    private static async Task<JsonObject> RunAsync(CommandLine line, TimeProvider system, AgentLog log, CancellationToken cancel)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Action<PosixSignalContext> end = signal =>
        {
            signal.Cancel = true;
            stop.Cancel();
        };
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, end), interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, end);
        // Before the chip is opened: a TPM without a resource manager serves one program at a time.
        bool isProved = await ProveFirstAsync(line.StateFolder, log, stop.Token);
        using DeviceState state = DeviceState.Open(line.StateFolder, toChange: true);
        using (Runner runner = new(state, system, log, isProved)) await runner.RunAsync(stop.Token);
        return new JsonObject { ["state"] = "ended", ["telemetry"] = Telemetry(state) };
    }

    private static async Task<bool> ProveFirstAsync(string folder, AgentLog log, CancellationToken cancel)
    {
        try
        {
            AttestationResult? result = await Attestor.ProveAsync(folder, log, cancel);
            Attestor.Report(result, log);
            return result is not null;
        }
        catch (AgentFault fault) when (fault.Outcome is not Outcome.Mistake)
        {
            log.Warn($"the device's state is not proved at the start: {fault.Message}");
            return false;
        }
    }

    private static async Task<JsonObject> AttestAsync(CommandLine line, AgentLog log, CancellationToken cancel)
    {
        AttestationResult result = await Attestor.ProveAsync(line.StateFolder, log, cancel) ?? throw new AgentFault(Outcome.Mistake, "the settings say nothing of attestation; add it and run 'wardkeeper-agent init' again");
        return new JsonObject { ["state"] = "proved", ["chipKey"] = result.IsChipKey, ["until"] = DateTimeOffset.UnixEpoch.AddTicks(result.Until / 100).ToString("u", CultureInfo.InvariantCulture), ["notes"] = new JsonArray([.. result.Notes.Select(note => (JsonNode)note)]) };
    }

    /// <summary>Not for people: sends one message for a parent process, see <see cref="Attestor"/>.</summary>
    private static async Task<JsonObject> ExchangeAsync(CommandLine line, TimeProvider system, AgentLog log, CancellationToken cancel)
    {
        ExchangeQuestion question = JsonSerializer.Deserialize(await Console.In.ReadToEndAsync(cancel), AgentJson.Default.ExchangeQuestion) ?? throw new AgentFault(Outcome.Mistake, "exchange is for the agent itself");
        using DeviceState state = DeviceState.Open(line.StateFolder, toChange: false);
        AgentSettings settings = state.Settings.Settings;
        Enroller enroller = new(state, new DeviceClock(state, system), system, log);
        ExchangeAnswer answer = new(settings.Attestation, null, question.Path is null && enroller.Identity.Current is { } held ? state.Chip.TpmKeyOf(held.Key) : null);
        if (question is { Path: { } path, Body: { } body })
        {
            using HubConnection connection = await enroller.ConnectAsync(settings.Hub.Service!, cancel);
            answer = new ExchangeAnswer(null, await new HubService(connection).PostAsync(path, body, cancel));
        }
        return (JsonObject)JsonSerializer.SerializeToNode(answer, AgentJson.Default.ExchangeAnswer)!;
    }

    private static async Task<JsonObject> RotateAsync(CommandLine line, TimeProvider system, AgentLog log, CancellationToken cancel)
    {
        if (DeviceState.RunningProcess(line.StateFolder) is { } running)
        {
            // SIGHUP: the agent that runs changes its key itself, without a gap.
            if (Kill(running, 1) != 0) throw new AgentFault(Outcome.Mistake, string.Create(CultureInfo.InvariantCulture, $"the agent that runs (process {running}) belongs to another user; ask as that user"));
            return new JsonObject { ["state"] = "asked", ["process"] = running };
        }
        using DeviceState state = DeviceState.Open(line.StateFolder, toChange: true);
        Enroller enroller = new(state, new DeviceClock(state, system), system, log);
        if (enroller.Identity.Current is null) throw new AgentFault(Outcome.Refused, "this device has no certificate yet; run 'wardkeeper-agent enrol'");
        await enroller.EnrolAsync(true, cancel);
        enroller.ForgetPrevious();
        return new JsonObject { ["state"] = "rotated", ["certificate"] = Certificate(enroller) };
    }

    private static JsonObject Status(CommandLine line, TimeProvider system)
    {
        int? running = DeviceState.RunningProcess(line.StateFolder);
        using DeviceState state = DeviceState.Open(line.StateFolder, toChange: false);
        Enroller enroller = new(state, new DeviceClock(state, system), system, new AgentLog(TextWriter.Null, system));
        return new JsonObject
        {
            ["state"] = enroller.Identity switch { { Current: { } held } => held.NotAfter > system.GetUtcNow() ? "enrolled" : "over", { Pending: not null } => "pending", _ => "new" },
            ["process"] = running,
            ["chip"] = Chip(state),
            ["serialNumber"] = state.Settings.Settings.Device.SerialNumber,
            ["hub"] = state.Settings.Settings.Hub.Est,
            ["roots"] = enroller.Identity.Anchors.Count,
            ["certificate"] = Certificate(enroller),
            ["telemetry"] = Telemetry(state),
        };
    }

    private static JsonObject? Telemetry(DeviceState state)
    {
        if (state.Settings.Settings.Telemetry is null) return null;
        Figures figures = state.Load(Figures.Record, AgentJson.Default.Figures) ?? Figures.None;
        (int waiting, ulong counter) = TelemetryQueue.Peek(state.Store);
        return new JsonObject { ["waiting"] = waiting, ["counter"] = counter, ["lines"] = figures.Lines, ["badLines"] = figures.BadLines, ["sent"] = figures.Sent, ["dropped"] = figures.Dropped, ["refused"] = figures.Refused };
    }

    /// <summary>Which chip. A key file says of itself that it is none.</summary>
    private static JsonObject Chip(DeviceState state) => new() { ["secure"] = state.Chip.IsChip, ["description"] = state.Chip.Description, ["grade"] = state.Chip.IsChip ? "chip-certificate" : "software-certificate", ["keys"] = new JsonArray([.. state.Chip.Labels().Select(label => (JsonNode)label)]) };

    private static JsonObject? Certificate(Enroller enroller)
    {
        if (enroller.Identity.Current is not { } held) return null;
        using System.Security.Cryptography.X509Certificates.X509Certificate2 certificate = Pem.Certificate(held.Chain[0]);
        return new JsonObject
        {
            ["subject"] = certificate.Subject,
            ["issuer"] = certificate.Issuer,
            ["serial"] = certificate.SerialNumber.ToLowerInvariant(),
            ["key"] = held.Key,
            ["notBefore"] = held.NotBefore.ToString("u", CultureInfo.InvariantCulture),
            ["notAfter"] = held.NotAfter.ToString("u", CultureInfo.InvariantCulture),
            ["renewAt"] = enroller.RenewAt!.Value.ToString("u", CultureInfo.InvariantCulture),
            // Public: other programs of the device, such as its 802.1X supplicant, show it with the key in the chip.
            ["chain"] = string.Concat(held.Chain.Select(one => System.Security.Cryptography.PemEncoding.WriteString("CERTIFICATE", Convert.FromBase64String(one)) + "\n")),
        };
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
