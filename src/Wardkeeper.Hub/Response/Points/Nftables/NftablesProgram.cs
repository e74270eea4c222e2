using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Wardkeeper.Hub.Response.Points.Nftables;

/// <summary>Runs <c>nft</c>, in this machine's network or in a network namespace of it.</summary>
/// <param name="networkNamespace">Name of the namespace; empty for the machine's own network.</param>
internal sealed class NftablesProgram(string networkNamespace)
{
    private const string Program = "nft";

    /// <summary>Hands a transaction to it; all of it is done, or nothing.</summary>
    /// <exception cref="EnforcementException">It was not done.</exception>
    public async Task ChangeAsync(string text, CancellationToken cancel)
    {
        (int code, _, string error) = await RunAsync(["-f", "-"], text, cancel);
        if (code != 0) throw new EnforcementException($"nft refused the change: {First(error)}");
    }

    /// <summary>What a table holds as JSON; null when there is no such table.</summary>
    /// <exception cref="EnforcementException">It could not be asked.</exception>
    public async Task<string?> ListAsync(string family, string table, CancellationToken cancel)
    {
        (int code, string output, string error) = await RunAsync(["-j", "list", "table", family, table], "", cancel);
        if (code == 0) return output;
        return error.Contains("No such file", StringComparison.Ordinal) ? null : throw new EnforcementException($"nft could not list its table: {First(error)}");
    }

    private static string First(string error) => error.Split('\n', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "no reason was given";

    private async Task<(int Code, string Output, string Error)> RunAsync(string[] arguments, string input, CancellationToken cancel)
    {
        ProcessStartInfo start = networkNamespace.Length == 0 ? new(Program, arguments) : new("ip", ["netns", "exec", networkNamespace, Program, .. arguments]);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        using Process process = new() { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (ExternalException e)
        {
            throw new EnforcementException($"{start.FileName} could not be started; install nftables and iproute2: {e.Message}", e);
        }
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancel), error = process.StandardError.ReadToEndAsync(cancel);
            await process.StandardInput.WriteAsync(input.AsMemory(), cancel);
            process.StandardInput.Close();
            string told = await output, wrong = await error;
            await process.WaitForExitAsync(cancel);
            return (process.ExitCode, told, wrong);
        }
        catch (IOException e)
        {
            throw new EnforcementException($"{start.FileName} ended before it was told what to do: {e.Message}", e);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
