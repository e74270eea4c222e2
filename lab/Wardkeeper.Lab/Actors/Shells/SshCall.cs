using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Shells;

/// <summary>A login over SSH with the account and password that every device has (sshpass, ssh).</summary>
internal static class SshCall
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Logs in, runs a command and leaves. Whatever the command itself says counts as done.</summary>
    /// <param name="from">Who logs in.</param>
    /// <param name="site">The hospital.</param>
    /// <param name="address">Address or name of the device.</param>
    /// <param name="command">What is done there, for its shell.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="LabException">The login failed.</exception>
    public static async Task RunAsync(HostNamespace from, HospitalSite site, string address, string command, CancellationToken cancel)
    {
        ProgramResult result = await ProgramRun.RunAsync(from, site.LogOf(from, "ssh"), "sshpass",
            ["-p", DeviceSystem.Password, "ssh", "-F", "none", "-o", "LogLevel=VERBOSE", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "PubkeyAuthentication=no", $"{DeviceSystem.User}@{address}", command],
            Limit, cancel);
        if (!result.Output.Contains("using \"password\"", StringComparison.Ordinal)) throw new LabException($"{from.Device.Key} could not log in to {address} over SSH ({result.ExitCode}): {result.Output.Trim()}");
    }
}
