using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Hotspots;

/// <summary>A system that browses: what its browser says it is, and the time to live that its kernel begins with.</summary>
/// <param name="Name">Its name in the facts.</param>
/// <param name="IsTelephone">Whether it is a telephone or tablet.</param>
/// <param name="TimeToLive">Initial time to live of its packets.</param>
/// <param name="Agent">User agent, as such browsers give it.</param>
internal sealed record Guest(string Name, bool IsTelephone, int TimeToLive, string Agent)
{
    private const int Rests = 4;

    /// <summary>Systems that people bring.</summary>
    public static IReadOnlyList<Guest> All { get; } =
    [
        new("android", true, 64, "Mozilla/5.0 (Linux; Android 14; 23127PN0CC) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36"),
        new("iphone", true, 64, "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"),
        new("ipad", true, 64, "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1"),
        new("windows", false, 128, "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0"),
        new("macos", false, 64, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15"),
        new("linux", false, 64, "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"),
    ];

    /// <summary>The program that browses.</summary>
    public static Requirement Needs { get; } = new("curl", "curl");

    /// <summary>Lets a host's packets begin with this system's time to live.</summary>
    public Task DressAsync(HostNamespace host, CancellationToken cancel) => IpTool.ShellAsync(host.Name, $"sysctl -qw net.ipv4.ip_default_ttl={TimeToLive}", cancel);

    /// <summary>Looks at pages of the hospital as this system.</summary>
    /// <returns>How many answered.</returns>
    public async Task<int> BrowseAsync(SceneStage stage, HostNamespace from, IReadOnlyList<HospitalDevice> servers, int pages, CancellationToken cancel)
    {
        int answered = 0;
        for (int page = 0; page < pages; page++)
        {
            HospitalDevice server = servers[page % servers.Count];
            // What a device says to a stranger is its own affair; that it answers is enough.
            ProgramResult result = await stage.RunAsync(from, "curl", ["-sS", "--max-time", "5", "-A", Agent, "-o", "/dev/null", "-w", "%{http_code}\n", $"http://{HospitalNetwork.AddressFrom(from.Device, server)}/"], cancel);
            if (result.ExitCode == 0) answered++;
            await Task.Delay(stage.Dice.Time(100, 100 * Rests), cancel);
        }
        return answered;
    }
}
