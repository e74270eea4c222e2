using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Names;

/// <summary>A server of the hospital becomes its second name server; clients turn to it and hear what the router says.</summary>
internal sealed class SecondResolver() : Scene("rogue-dns-twin",
    "A server of the hospital becomes its second name server; devices turn to it and get the same answers.",
    "医院的一台服务器成为第二域名服务器，设备转而向它查询并得到相同的答案。")
{
    private const int Port = 53;

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [NameLookups.Needs];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HospitalDevice device = stage.Dice.Of(Cast.Some(Cast.Inside(stage.Site).Where(device => device.Type == "server"), "no server of this hospital can become a name server"));
        HostNamespace second = stage.Site[device.Key];
        NameLookups lookups = NameLookups.Of(stage, 3, device);
        int before = stage.Dice.Between(2, 3), after = stage.Dice.Between(1, 3);

        stage.Begin();
        for (int round = 0; round < before; round++) await lookups.AskAsync(client => HospitalNetwork.RouterOf(client.Device), cancel);
        await using RunningProgram server = await lookups.ServeAsync(second, [$"--server={HospitalNetwork.RouterOf(device)}"], cancel);
        for (int round = 0; round < after; round++) await lookups.AskAsync(_ => device.Ip, cancel);
        return new SceneReport([new SceneTraffic(device.Ip, null, null, Port)],
            [("server", device.Key), ("clients", string.Join(' ', lookups.Clients.Select(client => client.Device.Key))), ("names", string.Join(' ', lookups.Names)), ("rounds-before", SceneStage.Text(before)), ("rounds-after", SceneStage.Text(after))]);
    }
}
