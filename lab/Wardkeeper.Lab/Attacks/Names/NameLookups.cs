using System.Net;
using Wardkeeper.Lab.Attacks.Outside;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Names;

/// <summary>Clients that look up the hospital's names, first at the router and then at another machine.</summary>
internal sealed class NameLookups
{
    private readonly SceneStage stage;
    private readonly int shortest, longest;

    private NameLookups(SceneStage stage, HostNamespace[] clients, string[] names, int shortest, int longest) => (this.stage, Clients, Names, this.shortest, this.longest) = (stage, clients, names, shortest, longest);

    /// <summary>The program that answers in the router's place.</summary>
    public static Requirement Needs { get; } = new("dnsmasq", "dnsmasq-base");

    /// <summary>Who asks.</summary>
    public IReadOnlyList<HostNamespace> Clients { get; }

    /// <summary>What they ask for.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Chooses clients and names.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="fewest">Fewest clients.</param>
    /// <param name="except">Who is no client.</param>
    /// <exception cref="LabException">The hospital has no name server, or too few devices.</exception>
    public static NameLookups Of(SceneStage stage, int fewest, HospitalDevice? except = null)
    {
        Cast.Offering(stage.Site, "dns");
        IReadOnlyList<HospitalDevice> inside = Cast.Some(Cast.Inside(stage.Site).Where(device => device.Key != except?.Key), "looking up names needs more devices", least: 3);
        HostNamespace[] clients = [.. stage.Dice.Some(inside, stage.Dice.Between(fewest, 4)).Select(device => stage.Site[device.Key])];
        int shortest = stage.Dice.Between(40, 150);
        return new NameLookups(stage, clients, [.. stage.Dice.Some(inside, stage.Dice.Between(3, 6)).Select(HostFiles.NameOf)], shortest, shortest * stage.Dice.Between(2, 4));
    }

    /// <summary>Every client asks a server for every name.</summary>
    /// <param name="server">Gives the server for a client.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="LabException">A name is not answered.</exception>
    public async Task AskAsync(Func<HostNamespace, IPAddress> server, CancellationToken cancel)
    {
        foreach (HostNamespace client in Clients)
        {
            foreach (string name in stage.Dice.Shuffled(Names))
            {
                (int code, int answers) = await DnsQuestion.AskAsync(client, server(client), name, (ushort)stage.Dice.Between(1, ushort.MaxValue), cancel);
                if (code != 0 || answers == 0) throw new LabException($"{server(client)} does not know {name}: code {code}");
                await Task.Delay(stage.Dice.Time(shortest, longest), cancel);
            }
        }
    }

    /// <summary>Starts a name server on a host.</summary>
    /// <exception cref="LabException">It does not start.</exception>
    public Task<RunningProgram> ServeAsync(HostNamespace host, IEnumerable<string> arguments, CancellationToken cancel) => ProgramRun.ServeAsync(host, stage.Site.LogOf(host, "dnsmasq-other"), "dnsmasq",
        ["--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--bind-interfaces", "--interface=eth0", "--user=root", "--pid-file=", .. arguments], [53], cancel);
}
