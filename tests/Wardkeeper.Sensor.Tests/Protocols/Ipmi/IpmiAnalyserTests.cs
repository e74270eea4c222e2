using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Ipmi;

namespace Wardkeeper.Sensor.Tests.Protocols.Ipmi;

public sealed class IpmiAnalyserTests
{
    private static readonly FlowView Udp = Conversation.View(Carrier.Udp, 40000, 623);

    private static readonly List<Said> Session =
    [
        new(Side.Client, Seed("ping")),
        new(Side.Server, Seed("pong")),
        new(Side.Client, Seed("capabilities")),
        new(Side.Server, Seed("answer")),
        new(Side.Client, Seed("open")),
        new(Side.Server, Plus(0x11, [5, 0, 4, 0, 1, 2, 3, 4, 9, 9, 9, 9, 0, 0, 0, 8, 0, 0, 0, 0, 1, 0, 0, 8, 0, 0, 0, 0, 2, 0, 0, 8, 0, 0, 0, 0])),
        new(Side.Client, Plus(0x12, [6, 0, 0, 0, 9, 9, 9, 9, .. new byte[16], 0x14, 0, 0, 5, .. "ADMIN"u8])),
        new(Side.Server, Plus(0x13, [6, 0, 0, 0, .. new byte[40]])),
        new(Side.Server, Plus(0x15, [6, 0, 0, 0, 1, 2, 3, 4])),
        new(Side.Client, Frame(0x20, 6, 0x81, 2, 1, [])),
        new(Side.Server, Frame(0x81, 7, 0x20, 2, 1, [0, 0x20, 1, 0x82, 0x17, 2, 0xBF, 0x7C, 0x2A, 0, 0x69, 0x08, 0, 0, 0, 0])),
        new(Side.Client, Frame(0x20, 0, 0x81, 3, 2, [0])),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<IpmiAnalyser>(Session, Udp);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        IReadOnlyList<Observation> observed = played.Observe(Udp);
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.Anomaly });
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.Firmware, Value: "2.17" });
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.Vendor, Value: "Supermicro" });
    }

    [Fact]
    public void Nonsense_is_a_fault() => Assert.Equal([IpmiFaults.Short], Conversation.Of<IpmiAnalyser>([Said.Client(6, 0, 0xFF, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 99)], Udp).Faults);

    [Fact]
    public void Look_alikes_are_not_taken()
    {
        byte[] broken = [.. Seed("capabilities")];
        broken[14]++;
        Assert.Equal(Match.Yes, Recognise(Seed("ping")));
        Assert.Equal(Match.YesReversed, Recognise(Seed("pong")));
        Assert.Equal(Match.Yes, Recognise(Seed("open")));
        Assert.Equal(Match.No, Recognise(broken));
        Assert.Equal(Match.No, Recognise([6, 0, 0xFF, 6, 0, 0, 0x11, 0xBF, 0x80, 0, 0, 0]));
    }

    private static Match Recognise(byte[] bytes) => IpmiAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, Client = bytes, ClientPort = 40000, ServerPort = 40001 });

    private static byte[] Seed(string name) => Seeds.All().First(seed => seed.Protocol == "ipmi" && seed.Name == name).Bytes;

    private static byte[] Plus(byte type, byte[] payload) => [6, 0, 0xFF, 7, 6, type, .. new byte[8], (byte)payload.Length, 0, .. payload];

    private static byte[] Frame(byte to, byte function, byte from, byte sequence, byte command, byte[] data)
    {
        byte[] tail = [from, (byte)(sequence << 2), command, .. data];
        byte[] message = [to, (byte)(function << 2), (byte)-(to + (function << 2)), .. tail, (byte)-tail.Sum(b => b)];
        return [6, 0, 0xFF, 7, 0, .. new byte[8], (byte)message.Length, .. message];
    }
}
