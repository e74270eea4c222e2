using System.Net;
using System.Net.NetworkInformation;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Hotspots;

/// <summary>A private access point hangs at a wall port: telephones and computers reach the hospital through its one card, their addresses translated.</summary>
internal sealed class Hotspot() : Scene("hotspot",
    "A private access point at a department's wall port lets telephones and computers into the hospital behind its one card.",
    "科室墙面网口私接无线路由器，手机和电脑经地址转换，共用其一张网卡进入医院网络。",
    "T1200")
{
    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [Guest.Needs, new("nft", "nftables")];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HospitalDevice[] servers = stage.Dice.Some(Cast.Offering(stage.Site, "http"), 3);
        Department department = stage.Dice.Of(Cast.Inside(stage.Site)).Department;
        // A telephone, something else, and perhaps more.
        Guest first = stage.Dice.Of([.. Guest.All.Where(guest => guest.IsTelephone)]);
        Guest second = stage.Dice.Of([.. Guest.All.Where(guest => guest.Name is "windows" or "macos" || (guest.IsTelephone && guest.Name is "android" != first.Name is "android"))]);
        Guest[] guests = [.. stage.Dice.Shuffled([first, second, .. stage.Dice.Some(Guest.All.Where(guest => guest != first && guest != second), stage.Dice.Between(0, 2))])];
        int rounds = stage.Dice.Between(1, 3), subnet = stage.Dice.Of([1, 31, 43, 137]);
        HostNamespace rogue = await stage.PlugAsync(RogueDevice.In(stage, department), cancel);
        await IpTool.ShellAsync(rogue.Name, "nft -f - <<'RULES'\ntable ip hotspot {\nchain out {\ntype nat hook postrouting priority srcnat;\noifname eth0 masquerade\n}\n}\nRULES\n"
            + $"ip link add wlan0 type bridge\nip addr add 192.168.{subnet}.1/24 dev wlan0\nip link set wlan0 up\nsysctl -qw net.ipv4.ip_forward=1", cancel);
        List<HostNamespace> hosts = [];
        foreach (Guest guest in guests) hosts.Add(await JoinAsync(stage, rogue, guest, subnet, hosts.Count + 2, cancel));

        stage.Begin();
        int answered = 0;
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < guests.Length; i++) answered += await guests[i].BrowseAsync(stage, hosts[i], servers, servers.Length, cancel);
        }
        if (answered < rounds * guests.Length) throw new LabException($"only {answered} pages came through the access point");
        return new SceneReport([AllOf(rogue)],
            [("department", department.Key), ("attacker", rogue.Device.Ip.ToString()), ("guests", string.Join(' ', guests.Select(guest => guest.Name))), ("pages", SceneStage.Text(rounds * guests.Length * servers.Length)),
                ("servers", string.Join(' ', servers.Select(server => server.Key)))]);
    }

    /// <summary>A guest behind the access point; nothing of the hospital sees its card.</summary>
    private static async Task<HostNamespace> JoinAsync(SceneStage stage, HostNamespace rogue, Guest guest, int subnet, int number, CancellationToken cancel)
    {
        HospitalDevice device = rogue.Device with { Key = $"guest{number}", Type = guest.Name, Mac = new PhysicalAddress([0x02, .. stage.Dice.Bytes(5)]), Ip = IPAddress.Parse($"192.168.{subnet}.{number}") };
        HostNamespace host = new(device, $"{rogue.Name}{number}");
        stage.Afterwards(() => IpTool.BatchAsync(null, [$"netns del {host.Name}"], CancellationToken.None));
        await IpTool.BatchAsync(null, [$"netns add {host.Name}"], cancel);
        await IpTool.BatchAsync(rogue.Name, [$"link add guest{number} type veth peer name eth0 netns {host.Name}", $"link set guest{number} master wlan0 up"], cancel);
        await IpTool.BatchAsync(host.Name, ["link set lo up", $"addr add {device.Ip}/24 dev eth0", "link set eth0 up", $"route add default via 192.168.{subnet}.1"], cancel);
        foreach ((string name, string card) in ((string, string)[])[(rogue.Name, $"guest{number}"), (host.Name, "eth0")])
        {
            // As everywhere in the laboratory: what is on the wire is as long as a wire takes it.
            await IpTool.ShellAsync(name, $"ethtool -K {card} tx off rx off sg off tso off gso off gro off >/dev/null 2>&1 || true", cancel);
        }
        await guest.DressAsync(host, cancel);
        return host;
    }
}
