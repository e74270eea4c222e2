using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Packets;

/// <summary>
/// A laptop tells a server one thing and whoever reads along another: bytes that were sent come again with other content, segments overlap before their place is reached, decoys die on the way, or
/// fragments of a packet contradict each other.
/// </summary>
internal sealed class StreamEvasion() : Scene("stream-evasion",
    "A laptop hides from whoever reads along what it tells a server: segments and fragments overlap with other content, or die on the way.",
    "一台笔记本电脑向旁路检测隐瞒其与服务器的通信内容：报文段或分片以不同内容相互重叠，或在途中失效。",
    "T1562", "T1027")
{
    private const int LowestPort = 40_000, HighestPort = 40_999, OtherBytes = 16;
    private static readonly string[] Ways = ["again", "ahead", "dies", "fragments"];

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [HandMadeConnection.Needs];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        ToldStream told = stage.Dice.Of(ToldStream.All(stage));
        Department[] departments = [.. Cast.Inside(stage.Site).Select(device => device.Department).DistinctBy(department => department.Vlan)];
        Department[] beyond = [.. departments.Where(department => department.Vlan != told.Server.Department.Vlan)];
        // What shall die on the way needs a router on it.
        string way = stage.Dice.Of(beyond.Length > 0 ? Ways : [.. Ways.Where(one => one != "dies")]);
        int streams = stage.Dice.Between(1, 14), pieces = stage.Dice.Between(2, 5);
        HostNamespace rogue = await stage.PlugAsync(RogueDevice.In(stage, stage.Dice.Of(way == "dies" ? beyond : departments)), cancel);
        await HandMadeConnection.QuietAsync(stage, rogue, LowestPort, HighestPort, cancel);

        stage.Begin();
        for (int stream = 0; stream < streams; stream++)
        {
            await using HandMadeConnection connection = await HandMadeConnection.OpenAsync(rogue, told.Server.Ip, LowestPort + stream, told.Port, (uint)stage.Dice.Between(1, int.MaxValue), cancel);
            await SayAsync(connection, told, way, pieces, cancel);
            await connection.HearsAsync(told.Answer, cancel);
            await connection.EndAsync(told.Said.Length, cancel);
            await Task.Delay(stage.Dice.Time(50, 400), cancel);
        }
        return new SceneReport([AllOf(rogue)],
            [("attacker", rogue.Device.Ip.ToString()), ("server", told.Server.Key), ("port", SceneStage.Text(told.Port)), ("way", way), ("pieces", SceneStage.Text(pieces)), ("streams", SceneStage.Text(streams))]);
    }

    private static async Task SayAsync(HandMadeConnection connection, ToldStream told, string way, int pieces, CancellationToken cancel)
    {
        foreach ((int at, int length) in Pieces(told.Said.Length, pieces))
        {
            byte[] said = told.Said[at..(at + length)], shown = told.Shown[at..(at + length)];
            switch (way)
            {
                case "again":
                    await connection.SendAsync(at, said, cancel);
                    await connection.TakenAsync(at + length, cancel);
                    await connection.SendAsync(at, shown, cancel);
                    break;
                case "ahead":
                    // The second half comes first, in two ways, and the first half closes the gap.
                    await connection.SendAsync(at + (length / 2), said.AsSpan(length / 2), cancel);
                    await connection.SendAsync(at + (length / 2), shown.AsSpan(length / 2), cancel);
                    await connection.SendAsync(at, said.AsSpan(0, length / 2), cancel);
                    break;
                case "dies":
                    await connection.SendAsync(at, shown, cancel, timeToLive: 1);
                    await connection.SendAsync(at, said, cancel);
                    break;
                default:
                    // The server throws such a packet away, and takes the next.
                    await connection.SendInFragmentsAsync(at, said, 3, told.Shown[..OtherBytes], isTurned: false, cancel);
                    await connection.SendAsync(at, said, cancel);
                    break;
            }
            await connection.TakenAsync(at + length, cancel);
        }
    }

    /// <summary>A stream in so many pieces.</summary>
    internal static IEnumerable<(int At, int Length)> Pieces(int length, int pieces)
    {
        for (int piece = 0; piece < pieces; piece++)
        {
            int begin = length * piece / pieces;
            yield return (begin, (length * (piece + 1) / pieces) - begin);
        }
    }
}
