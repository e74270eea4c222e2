using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Wardkeeper.DeviceAgent.Chips;
using Wardkeeper.DeviceAgent.Configuration;
using Wardkeeper.DeviceProtocol;

namespace Wardkeeper.DeviceAgent.Attestation;

/// <summary>One message that a child process sends for its parent; without a path the child answers with the attestation settings.</summary>
internal sealed record ExchangeQuestion(string? Path, byte[]? Body);

/// <summary>What came of it. The key goes through a pipe between the two processes and nowhere else.</summary>
internal sealed record ExchangeAnswer(AttestationSettings? Settings, byte[]? Body, TpmKey? Key = null);

/// <summary>
/// Proves the device's state to the hub. The TPM that signs the TLS connection is the one that quotes, and one without a resource manager serves one program at
/// a time: so each message to the hub is sent by a child of this program, which opens the chip and closes it with its end, and the tools run between.
/// </summary>
internal static class Attestor
{
    /// <summary>Proves once.</summary>
    /// <returns>What the hub makes of it; null when attestation is not set up.</returns>
    public static async Task<AttestationResult?> ProveAsync(string folder, AgentLog log, CancellationToken cancel)
    {
        ExchangeAnswer known = await ExchangeAsync(folder, new ExchangeQuestion(null, null), cancel);
        if (known.Settings is not { } settings) return null;
        using TpmTools tools = new(settings.Tcti, folder);
        TpmProver prover = new(settings, tools, known.Key);
        AttestationBegin begin = await prover.BeginAsync(cancel);
        if (begin.EkCertificates.Count == 0) log.Warn($"the TPM has no certificate of its endorsement key at {settings.EkCertificate}: the hub cannot know its maker");
        AttestationChallenge challenge = HubService.Answer<AttestationChallenge>(HubService.Begin, await SendAsync(folder, HubService.Begin, Message.Encode(begin), cancel));
        uint allowed = settings.Pcrs.Aggregate(0u, (mask, pcr) => mask | (1u << pcr));
        if ((challenge.Mask & ~allowed) != 0) throw new AgentFault(Outcome.Refused, string.Create(CultureInfo.InvariantCulture, $"the hub asks for registers (mask 0x{challenge.Mask:x}) that attestation.pcrs does not allow"));
        AttestationProof proof = await prover.ProveAsync(challenge, cancel);
        return HubService.Answer<AttestationResult>(HubService.Prove, await SendAsync(folder, HubService.Prove, Message.Encode(proof), cancel));
    }

    /// <summary>Says what the hub makes of it.</summary>
    public static void Report(AttestationResult? result, AgentLog log)
    {
        if (result is null) return;
        string notes = result.Notes.Count > 0 ? "; the hub notes: " + string.Join(", ", result.Notes) : "";
        log.Info($"the device's state is proved{(result.IsChipKey ? ", its key counts as made in the chip" : "")}{notes}");
    }

    private static async Task<byte[]> SendAsync(string folder, string path, byte[] body, CancellationToken cancel) =>
        (await ExchangeAsync(folder, new ExchangeQuestion(path, body), cancel)).Body ?? throw new AgentFault(Outcome.Defect, "the child process sent nothing back");

    private static async Task<ExchangeAnswer> ExchangeAsync(string folder, ExchangeQuestion question, CancellationToken cancel)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (string argument in (string[])["exchange", "--state", folder]) start.ArgumentList.Add(argument);
        using Process child = Process.Start(start)!;
        try
        {
            Task<string> errors = child.StandardError.ReadToEndAsync(cancel);
            await child.StandardInput.WriteAsync(JsonSerializer.Serialize(question, AgentJson.Default.ExchangeQuestion).AsMemory(), cancel);
            child.StandardInput.Close();
            string answer = await child.StandardOutput.ReadToEndAsync(cancel);
            await child.WaitForExitAsync(cancel);
            if (child.ExitCode == 0) return JsonSerializer.Deserialize(answer, AgentJson.Default.ExchangeAnswer)!;
            string said = (await errors).Trim().Split('\n')[^1];
            throw new AgentFault((Outcome)child.ExitCode, said[(said.IndexOf(": ", StringComparison.Ordinal) + 2)..]);
        }
        catch (OperationCanceledException)
        {
            child.Kill(true);
            throw;
        }
    }
}
