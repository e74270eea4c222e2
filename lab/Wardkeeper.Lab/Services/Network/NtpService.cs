using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Network;

/// <summary>
/// A clock: ntpd of ntpsec, in orphan mode, which serves the machine's time without a source. It may not set the machine's clock:
/// the right to do so is taken from it.
/// </summary>
internal sealed class NtpService : IService
{
    private const string Daemon = "/usr/sbin/ntpd";
    private const int Questions = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    /// <summary>Stratum of a clock that does not know the time (RFC 4330, 4).</summary>
    private const int Unsynchronised = 16;

    /// <inheritdoc/>
    public string Word => "ntp";

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [new(Daemon, "ntpsec"), new("setpriv", "util-linux")];

    /// <inheritdoc/>
    public async Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, CancellationToken cancel)
    {
        string configuration = Path.Combine(site.FolderOf($"ntp/{host.Device.Key}"), "ntp.conf");
        await File.WriteAllLinesAsync(configuration, ["disable kernel", "tos orphan 3 orphanwait 0", "restrict default noquery"], cancel);
        RunningProgram running = await ProgramRun.ServeUntilAsync(host, site.LogOf(host, "ntpd"), "setpriv",
            ["--bounding-set=-sys_time", "--inh-caps=-sys_time", Daemon, "-n", "-g", "-c", configuration], $"{host.Device.Ip}:123", cancel);
        try
        {
            // It listens before it trusts itself, which takes it a second.
            for (int questions = 0; await SntpQuestion.AskAsync(host, host.Device.Ip, Patience, cancel) is not (>= 1 and < Unsynchronised); questions++)
            {
                if (questions > Questions) throw new LabException($"ntpd on {host.Device.Key} tells no time: {running.Tail()}");
                await Task.Delay(Patience, cancel);
            }
            return running;
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }
    }
}
