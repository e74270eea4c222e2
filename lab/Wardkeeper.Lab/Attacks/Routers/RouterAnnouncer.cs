using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Routers;

/// <summary>What a router says of a network: its prefix, and a name server in it.</summary>
/// <param name="Prefix">The prefix without its length, which is 64, for example <c>fd12:3456:789a:1::</c>.</param>
internal sealed record AnnouncedNetwork(string Prefix)
{
    private const string Hexadecimal = "0123456789abcdef";

    /// <summary>The name server.</summary>
    public string NameServer => Prefix + "53";

    /// <summary>A prefix of one's own (RFC 4193).</summary>
    public static AnnouncedNetwork From(Dice dice) => new($"fd{dice.Letters(2, Hexadecimal)}:{dice.Letters(4, Hexadecimal)}:{dice.Letters(4, Hexadecimal)}:{dice.Between(1, 9)}::");
}

/// <summary>Wakes IPv6 on single cards of a hospital that does without it, and announces routers there with radvd.</summary>
internal static class RouterAnnouncer
{
    /// <summary>radvd hears what it has sent.</summary>
    private const string Said = "(myself)";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The program.</summary>
    public static Requirement Needs { get; } = new("radvd", "radvd");

    /// <summary>The card of a host in a department.</summary>
    public static string CardOf(HostNamespace host, Department department) => host.Device.Key == HospitalNetwork.Router ? $"eth{department.Vlan}" : "eth0";

    /// <summary>Lets a card speak IPv6 until the scene is over.</summary>
    public static async Task WakeAsync(SceneStage stage, HostNamespace host, Department department, CancellationToken cancel)
    {
        string card = $"net.ipv6.conf.{CardOf(host, department)}";
        stage.Afterwards(() => IpTool.ShellAsync(host.Name, $"sysctl -qw {card}.disable_ipv6=1", CancellationToken.None));
        // Nobody else can have its link-local address: it need not ask first.
        await IpTool.ShellAsync(host.Name, $"sysctl -qw {card}.accept_dad=0 {card}.accept_ra=1 {card}.disable_ipv6=0", cancel);
    }

    /// <summary>Announces a router, and returns when it has said so a number of times.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="host">The router. When it ends, it says that it goes.</param>
    /// <param name="department">Where.</param>
    /// <param name="network">What it announces.</param>
    /// <param name="times">How often, before this returns.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="LabException">radvd does not announce it.</exception>
    public static async Task<RunningProgram> AnnounceAsync(SceneStage stage, HostNamespace host, Department department, AnnouncedNetwork network, int times, CancellationToken cancel)
    {
        string folder = stage.Folder($"radvd-{host.Device.Key}-{Guid.NewGuid():N}"), configuration = Path.Combine(folder, "radvd.conf"), log = Path.Combine(folder, "log");
        await File.WriteAllTextAsync(configuration, $$"""
            interface {{CardOf(host, department)}}
            {
                AdvSendAdvert on;
                MinRtrAdvInterval 3;
                MaxRtrAdvInterval 4;
                prefix {{network.Prefix}}/64 { };
                RDNSS {{network.NameServer}} { };
            };

            """, cancel);
        RunningProgram radvd = await ProgramRun.ServeAsync(host, log, "radvd", ["-n", "-d", "3", "-m", "stderr", "-C", configuration, "-p", Path.Combine(folder, "pid")], [], cancel);
        for (long begin = Environment.TickCount64; Count(log) < times; await Task.Delay(100, cancel))
        {
            if (!radvd.HasEnded && Environment.TickCount64 - begin < Patience.TotalMilliseconds) continue;
            string tail = radvd.Tail();
            await radvd.DisposeAsync();
            throw new LabException($"radvd on {host.Device.Key} announced {Count(log)} of {times} times: {tail}");
        }
        return radvd;
    }

    private static int Count(string log)
    {
        if (!File.Exists(log)) return 0;
        using StreamReader reader = new(new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split(Said).Length - 1;
    }
}
