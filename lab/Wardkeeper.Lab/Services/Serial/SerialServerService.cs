using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Serial;

/// <summary>A serial device server: ser2net with RFC 2217 in front of a pseudo terminal of socat's, behind which machines answer.</summary>
internal sealed class SerialServerService : IService
{
    /// <summary>Port of the first serial line, as device servers count from 4001.</summary>
    public const int Port = 4001;

    /// <inheritdoc/>
    public string Word => "rfc2217";

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [new("ser2net", "ser2net"), new("socat", "socat")];

    /// <inheritdoc/>
    public async Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, CancellationToken cancel)
    {
        string folder = site.FolderOf($"serial/{host.Device.Key}"), terminal = Path.Combine(folder, "tty"), configuration = Path.Combine(folder, "ser2net.yaml");
        await File.WriteAllLinesAsync(configuration,
        [
            "%YAML 1.1", "---", "connection: &line1", $"  accepter: telnet(rfc2217),tcp,0.0.0.0,{Port}", $"  connector: serialdev,{terminal},9600n81,local", "  options:", "    kickolduser: true",
        ], cancel);
        Line line = new(SerialMachine.Start(site, host));
        try
        {
            line.Add(await ProgramRun.ServeAsync(host, site.LogOf(host, "socat-serial"), "socat", ["-d", $"PTY,link={terminal},rawer,ignoreeof", $"UNIX-CONNECT:{SerialMachine.LineOf(site, host)}"], [], cancel));
            while (!File.Exists(terminal)) await Task.Delay(10, cancel);
            line.Add(await DeviceSystem.ServeAsync(host, site, "ser2net", ["-n", "-d", "-u", "-c", configuration], [Port], cancel));
            return line;
        }
        catch
        {
            await line.DisposeAsync();
            throw;
        }
    }

    /// <summary>What stands behind the port, ended from the network down to the machine.</summary>
    private sealed class Line(IAsyncDisposable machine) : IAsyncDisposable
    {
        private readonly Stack<IAsyncDisposable> parts = new([machine]);

        public void Add(IAsyncDisposable part) => parts.Push(part);

        public async ValueTask DisposeAsync()
        {
            while (parts.TryPop(out IAsyncDisposable? part)) await part.DisposeAsync();
        }
    }
}
