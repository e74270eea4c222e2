using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Wardkeeper.Lab.Services.Network;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Network;

/// <summary>A device that took its time from the router is led to a laptop, which answers as a time server with a time that is hours off.</summary>
internal sealed class WrongClock() : Scene("clock-shift",
    "A device is led to a laptop as its time server, which gives it a time that is hours off.",
    "设备被诱导以一台笔记本电脑为时间服务器, 得到相差数小时的时间。",
    "T1557", "T1565.002")
{
    private const int Port = 123, Length = 48, ReferenceAt = 16, OriginateAt = 24, ReceiveAt = 32, TransmitAt = 40;
    private const byte Version3Server = 0x1C, Stratum = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HostNamespace asker = AskerOf(stage);
        HostNamespace rogue = await stage.PlugAsync(RogueDevice.In(stage, asker.Device.Department), cancel);
        int before = stage.Dice.Between(12, 16), after = stage.Dice.Between(6, 9), hours = stage.Dice.Between(2, 40) * stage.Dice.Of([-1, 1]), pause = stage.Dice.Between(150, 400);

        stage.Begin();
        for (int question = 0; question < before; question++) await AskAsync(asker, HospitalNetwork.RouterOf(asker.Device), pause, default, cancel);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using Socket socket = rogue.Datagrams(Port);
        Task serving = ServeAsync(socket, TimeSpan.FromHours(hours), stop.Token);
        for (int question = 0; question < after; question++) await AskAsync(asker, rogue.Device.Ip, pause, default, cancel);
        await stop.CancelAsync();
        await serving;
        return new SceneReport([AllOf(rogue)],
            [("attacker", rogue.Device.Ip.ToString()), ("device", asker.Device.Key), ("before", SceneStage.Text(before)), ("after", SceneStage.Text(after)), ("hours-off", SceneStage.Text(hours))]);
    }

    /// <summary>A device whose router tells the time.</summary>
    /// <exception cref="LabException">The router does not.</exception>
    public static HostNamespace AskerOf(SceneStage stage)
    {
        if (!stage.Site[HospitalNetwork.Router].Device.Offers.Contains("ntp")) throw new LabException("the router of this hospital does not offer ntp");
        return stage.Site[stage.Dice.Of(Cast.Some(Cast.Inside(stage.Site), "nobody is there to ask the time")).Key];
    }

    /// <summary>Asks once, and waits a while.</summary>
    /// <exception cref="LabException">Nobody answers.</exception>
    public static async Task AskAsync(HostNamespace asker, IPAddress clock, int pause, TimeSpan off, CancellationToken cancel)
    {
        if (await SntpQuestion.AskAsync(asker, clock, Patience, cancel, off) is not (>= 1 and < 16)) throw new LabException($"{clock} tells no time");
        await Task.Delay(pause, cancel);
    }

    private static async Task ServeAsync(Socket socket, TimeSpan off, CancellationToken cancel)
    {
        byte[] question = new byte[512];
        try
        {
            while (true)
            {
                SocketReceiveFromResult asked = await socket.ReceiveFromAsync(question, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), cancel);
                byte[] answer = new byte[Length];
                (answer[0], answer[1]) = (Version3Server, Stratum);
                question.AsSpan(TransmitAt, 8).CopyTo(answer.AsSpan(OriginateAt));
                foreach (int at in (ReadOnlySpan<int>)[ReferenceAt, ReceiveAt, TransmitAt]) BinaryPrimitives.WriteUInt64BigEndian(answer.AsSpan(at), SntpQuestion.Timestamp(off));
                await socket.SendToAsync(answer, SocketFlags.None, asked.RemoteEndPoint, cancel);
            }
        }
        catch (OperationCanceledException)
        {
            // The scene is over.
        }
    }
}
