using System.Net;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Names;

/// <summary>Clients that asked the router for names are led to a laptop, which answers them with an address of its choice.</summary>
internal sealed class RogueResolver() : Scene("rogue-dns",
    "Devices that asked the router for names are led to a laptop, which answers the hospital's names with its own address.",
    "原本向网关查询域名的设备被引向一台笔记本电脑，后者以自己的地址应答院内域名。",
    "T1557", "T1584.002")
{
    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [NameLookups.Needs];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        NameLookups lookups = NameLookups.Of(stage, 1);
        int before = stage.Dice.Between(2, 3);
        HostNamespace rogue = await stage.PlugAsync(RogueDevice.In(stage, lookups.Clients[0].Device.Department), cancel);
        // Mostly it answers with itself, else with another machine of the attacker's, which need not be there yet.
        IPAddress claimed = stage.Dice.Between(1, 3) > 1 ? rogue.Device.Ip : RogueDevice.FreeAddress(stage, lookups.Clients[0].Device.Department);
        // Some forge only what they want, and pass on the rest.
        string[] forged = stage.Dice.Of(["all", "some"]) == "all" ? [.. lookups.Names] : stage.Dice.Some(lookups.Names, stage.Dice.Between(2, 3));

        stage.Begin();
        for (int round = 0; round < before; round++) await lookups.AskAsync(client => HospitalNetwork.RouterOf(client.Device), cancel);
        await using RunningProgram server = await lookups.ServeAsync(rogue, [$"--server={HospitalNetwork.RouterOf(rogue.Device)}", .. forged.Select(name => $"--address=/{name}/{claimed}")], cancel);
        await lookups.AskAsync(_ => rogue.Device.Ip, cancel);
        return new SceneReport([AllOf(rogue)],
            [("attacker", rogue.Device.Ip.ToString()), ("clients", string.Join(' ', lookups.Clients.Select(client => client.Device.Key))), ("names", string.Join(' ', lookups.Names)), ("forged", string.Join(' ', forged)),
                ("claimed", claimed.ToString()), ("rounds-before", SceneStage.Text(before))]);
    }
}
