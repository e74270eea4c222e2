using Wardkeeper.Lab.Attacks.Network;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Floods;

/// <summary>After a short outage many devices connect to a server at once, each with all its connections, some of them before the server listens again.</summary>
internal sealed class Reconnects() : Scene("flood-twin",
    "After a short outage many devices connect to a server at once, with all their connections.",
    "短暂中断之后，大量设备同时以全部连接重新连到服务器。")
{
    private static readonly (string Word, int Port)[] Doors = [("http", 80), ("https", 443), ("ssh", 22), ("ftp", 21)];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        (HospitalDevice Server, int Port)[] doors = [.. Cast.Inside(stage.Site).Where(device => device.Type == "server").SelectMany(device => Doors.Where(door => device.Offers.Contains(door.Word)), (device, door) => (device, door.Port))];
        if (doors.Length == 0) throw new LabException("no server of this hospital offers anything to connect to");
        (HospitalDevice server, int port) = stage.Dice.Of(doors);
        HostNamespace[] clients = [.. stage.Dice.Some(Cast.Inside(stage.Site).Where(device => device.Key != server.Key), stage.Dice.Between(5, 10)).Select(device => stage.Site[device.Key])];
        int each = stage.Dice.Between(40, 90), answered = 0;

        stage.Begin();
        await Parallel.ForEachAsync(clients, new ParallelOptions { MaxDegreeOfParallelism = clients.Length, CancellationToken = cancel }, async (client, stop) =>
        {
            for (int connection = 0; connection < each; connection++)
            {
                if (await TcpTry.AnswersAsync(client, server.Ip, port, stop)) Interlocked.Increment(ref answered);
            }
        });
        if (answered < clients.Length * each / 2) throw new LabException($"only {answered} of {clients.Length * each} connections to {server.Key} were taken");
        return new SceneReport([.. clients.Select(client => new SceneTraffic(client.Device.Ip, null, server.Ip, port))],
            [("server", server.Key), ("port", SceneStage.Text(port)), ("clients", string.Join(' ', clients.Select(client => client.Device.Key))), ("connections", SceneStage.Text(clients.Length * each))]);
    }
}
