using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Packets;

/// <summary>A machine talks to a server over a poor line: segments and fragments come in another order, twice, and gathered anew, as retransmissions do; what they say is always the same.</summary>
internal sealed class PoorLine() : Scene("stream-evasion-twin",
    "Over a poor line segments and fragments come in another order, twice, and gathered anew; what they say is always the same.",
    "线路质量差，报文段和分片乱序、重复或重新组合后到达，但内容始终一致。")
{
    private const int LowestPort = 41_000, HighestPort = 41_999;

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [HandMadeConnection.Needs];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        ToldStream told = stage.Dice.Of(ToldStream.All(stage));
        HostNamespace desk = stage.Site[stage.Dice.Of(Cast.DesksOf(stage.Site, device => device.Key != told.Server.Key)).Key];
        int streams = stage.Dice.Between(3, 14), pieces = stage.Dice.Between(3, 6), again = 0, fragmented = 0;
        await HandMadeConnection.QuietAsync(stage, desk, LowestPort, HighestPort, cancel);

        stage.Begin();
        for (int stream = 0; stream < streams; stream++)
        {
            await using HandMadeConnection connection = await HandMadeConnection.OpenAsync(desk, told.Server.Ip, LowestPort + stream, told.Port, (uint)stage.Dice.Between(1, int.MaxValue), cancel);
            foreach ((int at, int length) in stage.Dice.Shuffled(StreamEvasion.Pieces(told.Said.Length, pieces)))
            {
                byte[] said = told.Said[at..(at + length)];
                if (length >= 8 && stage.Dice.Chance(30))
                {
                    fragmented++;
                    await connection.SendInFragmentsAsync(at, said, 3, null, stage.Dice.Chance(50), cancel);
                }
                else await connection.SendAsync(at, said, cancel);
                if (!stage.Dice.Chance(40)) continue;
                again++;
                // What is sent again is gathered with what stands before and after it.
                int from = Math.Max(0, at - stage.Dice.Between(0, 6)), to = Math.Min(told.Said.Length, at + length + stage.Dice.Between(0, 6));
                await connection.SendAsync(from, told.Said.AsSpan(from, to - from), cancel);
            }
            await connection.TakenAsync(told.Said.Length, cancel);
            await connection.HearsAsync(told.Answer, cancel);
            await connection.EndAsync(told.Said.Length, cancel);
            await Task.Delay(stage.Dice.Time(50, 400), cancel);
        }
        return new SceneReport([new SceneTraffic(desk.Device.Ip, null, told.Server.Ip)],
            [("desk", desk.Device.Key), ("server", told.Server.Key), ("port", SceneStage.Text(told.Port)), ("streams", SceneStage.Text(streams)), ("again", SceneStage.Text(again)), ("fragmented", SceneStage.Text(fragmented))]);
    }
}
