using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Shells;

/// <summary>A clear-text shell that shows the device's maker, model and version before it asks for a name: telnetd of inetutils behind socat, which listens.</summary>
internal sealed class TelnetService : IService
{
    /// <summary>Port of clear-text shells.</summary>
    public const int Port = 23;

    private const string Daemon = "/usr/sbin/telnetd";

    /// <inheritdoc/>
    public string Word => "telnet";

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [new(Daemon, "inetutils-telnetd"), new("socat", "socat")];

    /// <inheritdoc/>
    // -h: not the name and release of this machine's kernel.
    public async Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, CancellationToken cancel) =>
        await DeviceSystem.ServeAsync(host, site, "socat", ["-d", "-d", $"TCP4-LISTEN:{Port},reuseaddr,fork", $"EXEC:{Daemon} -h,nofork"], [Port], cancel);
}
