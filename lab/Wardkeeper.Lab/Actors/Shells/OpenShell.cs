using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Actors.Shells;

/// <summary>Logs in to a device and does something there.</summary>
internal sealed class OpenShell : IActor<ShellOpened>
{
    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [new("sshpass", "sshpass"), new("ssh", "openssh-client")];

    /// <inheritdoc/>
    public Task ActAsync(ShellOpened what, HospitalSite site, CancellationToken cancel)
    {
        HostNamespace from = site[what.Actor], device = site[what.Server];
        return what.Protocol switch
        {
            "ssh" => SshCall.RunAsync(from, site, device.Device.Ip.ToString(), what.Command, cancel),
            "telnet" => TelnetCall.RunAsync(from, device.Device.Ip, what.Command, cancel),
            _ => throw new LabException($"the plan opens a shell over '{what.Protocol}'; known are ssh and telnet"),
        };
    }
}
