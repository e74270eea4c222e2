using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Rpc;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Rpc;

public sealed class RpcAnalyserTests
{
    private static readonly FlowView Udp = Conversation.View(Carrier.Udp, 700, 111);

    private static readonly List<Said> Session =
    [
        new(Side.Client, Seed("lookup")),
        new(Side.Server, [.. Record([.. Word(0x1236), .. Accepted, .. Word(0)]), .. Record([.. Word(0x1237), .. Accepted, .. Word(70)])]),
        new(Side.Client, Seed("compound")),
        new(Side.Server, Record([.. Word(0x1238), .. Accepted, .. Word(2)])),
        new(Side.Client, Record([.. Word(1), .. Word(0), .. Word(2), .. Word(100005), .. Word(3), .. Word(5), .. new byte[16]])),
        new(Side.Server, Record([.. Word(1), .. Accepted, .. Word(1), .. Word(5), .. "/pacs\0\0\0"u8, .. Word(1), .. Word(2), .. "ct\0\0"u8, .. Word(0), .. Word(0)])),
        new(Side.Client, Record([.. Word(2), .. Word(0), .. Word(2), .. Word(100003), .. Word(3), .. Word(12), .. new byte[16], .. Word(0), .. Word(9), .. "Zhang^San\0\0\0"u8])),
        new(Side.Server, Record([.. Word(2), .. Word(1), .. Word(1), .. Word(1), .. Word(1)])),
    ];

    private static byte[] Accepted => [.. Word(1), .. Word(0), .. new byte[8], .. Word(0)];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<RpcAnalyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        Assert.DoesNotContain("Zhang", string.Join('\n', played.Lines), StringComparison.Ordinal);
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.HostName, Value: "ct-console" });
    }

    [Fact]
    public void Ports_that_a_mapper_tells_are_announced()
    {
        Conversation played = Conversation.Of<RpcAnalyser>([new(Side.Client, Seed("getport")), new(Side.Server, [.. Word(0x1234), .. Accepted, .. Word(20048)])], Udp);
        RpcCall row = Assert.IsType<RpcCall>(Assert.Single(played.Transactions));
        Assert.Equal(("GETPORT", 20048), (row.Procedure, row.Port));
        Assert.Equal([20048, 20048], played.Expected.Select(one => (int)one.Port));
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<RpcAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<RpcAnalyser>(Session, one => ((RpcCall)one).Procedure);

    [Fact]
    public void Nonsense_is_a_fault()
    {
        Assert.Equal([RpcFaults.NoMessage], Conversation.Of<RpcAnalyser>([Said.Client(0, 0, 0, 1, 0, 0, 0, 9)], Udp).Faults);
        Assert.Equal([RpcFaults.RecordTooLong], Conversation.Of<RpcAnalyser>([Said.Client(0xFF, 0xFF, 0xFF, 0xFF)]).Faults);
    }

    [Theory]
    [InlineData("captures/ndpi/nfsv2.pcap")]
    [InlineData("captures/ndpi/nfsv3.pcap")]
    [InlineData("captures/zeek/mount/mount_base.pcap")]
    [InlineData("captures/zeek/nfs/nfs_write.pcap")]
    [InlineData("captures/corelight-cve-2022-26937/CVE-2022-26937-exploited.pcap")]
    public void Captures_give_their_calls(string capture) => Golden.Hold(Path.GetFileNameWithoutExtension(capture), Conversation.Render(CaptureRows<RpcCall>.Of(capture).Take(40)));

    [Fact]
    public void Calls_are_known_and_replies_with_their_port()
    {
        byte[] reply = [.. Word(0x1234), .. Accepted, .. Word(20048)];
        Assert.Equal(Match.Yes, RpcAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, Client = Seed("getport"), ClientPort = 700, ServerPort = 9999 }));
        Assert.Equal(Match.Yes, RpcAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, Server = reply, ClientPort = 700, ServerPort = 111 }));
        Assert.Equal(Match.No, RpcAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, Server = reply, ClientPort = 700, ServerPort = 9999 }));
        Assert.Equal(Match.NeedMore, RpcAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Seed("lookup").AsSpan(0, 20), FromStart = true }));
        Assert.Equal(Match.No, RpcAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = new byte[40], FromStart = true }));
    }

    private static byte[] Seed(string name) => Seeds.All().First(seed => seed.Protocol == "rpc" && seed.Name == name).Bytes;

    private static byte[] Word(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private static byte[] Record(byte[] content) => [.. Word(content.Length | int.MinValue), .. content];

    [Theory]
    [InlineData(2048, true)]
    [InlineData(257, true)]
    [InlineData(24, false)]
    public void An_address_that_is_longer_than_any_is_told_though_its_end_is_not_shown(int length, bool isTold)
    {
        static byte[] Words(params uint[] words) => [.. words.SelectMany(word => new[] { (byte)(word >> 24), (byte)(word >> 16), (byte)(word >> 8), (byte)word })];
        byte[] call = Words(51, 0, 2, 100_000, 4, 3, 0, 0, 0, 0, 100_021, 3, 4, 0x74637036, 0, 0), reply = [.. Words(51, 1, 0, 0, 0, 0, (uint)length), .. new byte[(length + 3) & ~3]];
        Conversation played = Conversation.Of<RpcAnalyser>([Said.Client([.. Words(0x8000_0000 | (uint)call.Length), .. call]), Said.Server([.. Words(0x8000_0000 | (uint)reply.Length), .. reply])]);
        Assert.Equal(isTold, played.Faults.Contains(RpcFaults.AddressTooLong));
    }
}
