using System.Diagnostics;
using System.Globalization;

namespace Wardkeeper.DeviceAgent.Attestation;

/// <summary>Runs tpm2-tools in a folder of their own, which is deleted afterwards. A TPM without a resource manager holds three objects: each command is followed by flushes.</summary>
internal sealed class TpmTools : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly string tcti, folder;

    /// <param name="tcti">How the tools reach the TPM.</param>
    /// <param name="parent">Where the folder is made.</param>
    public TpmTools(string tcti, string parent)
    {
        this.tcti = tcti;
        folder = Path.Combine(parent, "attest-" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        Sealing.OwnerOnly.MakeFolder(folder);
    }

    /// <summary>Runs a command, then empties the TPM of what it left.</summary>
    /// <exception cref="AgentFault">It is not installed, or it failed.</exception>
    public async Task RunAsync(string tool, string[] arguments, CancellationToken cancel)
    {
        (int code, string said) = await StartAsync(tool, arguments, cancel);
        await FlushAsync(cancel);
        if (code != 0) throw new AgentFault(Outcome.Chip, $"{tool} failed: {said}");
    }

    /// <summary>Runs a command that may fail; what it left in the TPM stays.</summary>
    public async Task<bool> TryAsync(string tool, string[] arguments, CancellationToken cancel) => (await StartAsync(tool, arguments, cancel)).Code == 0;

    /// <summary>Empties the TPM of transient objects and sessions.</summary>
    public async Task FlushAsync(CancellationToken cancel)
    {
        foreach (string kind in (string[])["-t", "-l", "-s"]) await StartAsync("tpm2_flushcontext", [kind], cancel);
    }

    /// <summary>A file that a command wrote.</summary>
    public byte[] Read(string name) => File.ReadAllBytes(Path.Combine(folder, name));

    /// <summary>A file that a command reads.</summary>
    public void Write(string name, byte[] bytes) => Sealing.OwnerOnly.Write(Path.Combine(folder, name), bytes);

    public void Dispose() => Directory.Delete(folder, true);

    private async Task<(int Code, string Said)> StartAsync(string tool, string[] arguments, CancellationToken cancel)
    {
        ProcessStartInfo start = new(tool) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["TPM2TOOLS_TCTI"] = tcti;
        using Process process = StartOrSay(start);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, (await errors).Trim().Split('\n')[0]);
        }
        catch (OperationCanceledException)
        {
            process.Kill(true);
            if (cancel.IsCancellationRequested) throw;
            throw new AgentFault(Outcome.Chip, $"{tool} did not end; is the TPM ({tcti}) in another program's hands?");
        }
    }

    private static Process StartOrSay(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new AgentFault(Outcome.Chip, $"{start.FileName} cannot be started; attestation needs tpm2-tools", missing);
        }
    }
}
