using Wardkeeper.Sensor.Checks;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Ntp;
using Wardkeeper.Sensor.Tests.Captures;
using Wardkeeper.Sensor.Tests.Flows;
using static Wardkeeper.Sensor.Checks.SensorCheckState;

namespace Wardkeeper.Sensor.Tests.Checks;

/// <summary>What is said about a sensor that is set up well, and about each way in which it may not be.</summary>
public class SensorChecksTests
{
    private static readonly InterfaceFacts GoodInterface = new()
    {
        Name = "eth1",
        Exists = true,
        IsUp = true,
        HasCarrier = true,
        Hardware = 1,
        Sent = 0,
        ReceiveErrors = 0,
        Mtu = 9216,
        JoinsPackets = false,
        Captured = 1_000_000,
    };

    private static readonly SensorFacts Good = new()
    {
        MayCapture = true,
        IsClockKept = true,
        TimeServersAhead = TimeSpan.FromMilliseconds(-3),
        Available = ["eth0", "eth1", "lo"],
        Interfaces = [GoodInterface],
        Traffic = new TrafficFacts(1_000_000, 100, 400_000, 1000, 12),
    };

    /// <summary>One thing wrong, and the check that says so.</summary>
    private static readonly (SensorFacts Facts, string Id, SensorCheckState State)[] Wrong =
    [
        (Good with { MayCapture = false }, "privileges", Failed),
        (Good with { MayCapture = null }, "privileges", Unknown),
        (With(new InterfaceFacts { Name = "eth7" }), "interface-exists", Failed),
        (With(GoodInterface with { IsUp = false, HasCarrier = false }), "interface-up", Failed),
        (With(GoodInterface with { HasCarrier = false }), "interface-up", Failed),
        (With(GoodInterface with { Hardware = 776 }), "interface-hears", Failed),
        (With(GoodInterface with { IsWireless = true }), "interface-hears", Warning),
        (With(GoodInterface with { Addresses = ["10.1.2.3", "fe80::1"] }), "interface-address", Warning),
        (With(GoodInterface with { Sent = 17 }), "interface-silent", Warning),
        (With(GoodInterface with { Sent = null }), "interface-silent", Unknown),
        (With(GoodInterface with { JoinsPackets = true }), "interface-offload", Warning),
        (With(GoodInterface with { JoinsPackets = null }), "interface-offload", Unknown),
        (With(GoodInterface with { ReceiveErrors = 5, Mtu = 1500 }), "interface-errors", Warning),
        (With(GoodInterface with { ReceiveErrors = null }), "interface-errors", Unknown),
        (With(GoodInterface with { Captured = 0 }), "interface-delivers", Warning),
        (With(GoodInterface with { KernelDrops = 10 }), "interface-delivers", Warning),
        (With(GoodInterface with { KernelDrops = 100_000 }), "interface-delivers", Failed),
        (Good with { Traffic = new TrafficFacts(1_000_000, 0, 0, 1000, 150) }, "mirror-both-directions", Warning),
        (Good with { Traffic = new TrafficFacts(1_000_000, 0, 0, 1000, 990) }, "mirror-both-directions", Failed),
        (Good with { Traffic = new TrafficFacts(1_000_000, 0, 0, 19, 19) }, "mirror-both-directions", Unknown),
        (Good with { Traffic = new TrafficFacts(1_000_000, 490_000, 0, 1000, 0) }, "mirror-copies", Warning),
        (Good with { Traffic = new TrafficFacts(999, 490, 0, 1000, 0) }, "mirror-copies", Unknown),
        (Good with { TimeServersAhead = TimeSpan.FromSeconds(5) }, "clock", Warning),
        (Good with { TimeServersAhead = TimeSpan.FromHours(-8) }, "clock", Failed),
        (Good with { IsClockKept = false }, "clock", Warning),
        (Good with { IsClockKept = null }, "clock", Unknown),
    ];

    public static TheoryData<int> Mistakes => [.. Enumerable.Range(0, Wrong.Length)];

    [Fact]
    public void A_good_sensor_passes_every_check()
    {
        IReadOnlyList<SensorCheck> checks = SensorChecks.Run(Good);
        Assert.All(checks, check => Assert.Equal(Ok, check.State));
        Assert.Equal(
            ["privileges", "interface-exists", "interface-up", "interface-hears", "interface-address", "interface-silent", "interface-offload", "interface-errors", "interface-delivers", "mirror-both-directions", "mirror-copies", "clock"],
            checks.Select(check => check.Id));
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void One_mistake_fails_one_check(int mistake)
    {
        (SensorFacts facts, string id, SensorCheckState state) = Wrong[mistake];
        SensorCheck check = Assert.Single(SensorChecks.Run(facts), check => check.State != Ok);
        Assert.Equal((id, state), (check.Id, check.State));
        foreach (bool chinese in (bool[])[false, true])
        {
            Assert.All([check.Title(chinese), check.Found(chinese), check.Meaning(chinese), check.Mend(chinese)], text =>
            {
                Assert.NotEmpty(text);
                Assert.DoesNotContain('{', text);
            });
        }
    }

    [Fact]
    public void The_words_name_what_was_found()
    {
        SensorCheck check = SensorChecks.Run(With(new InterfaceFacts { Name = "eth7" })).Single(check => check.State == Failed);
        Assert.Equal("There is no interface eth7. There are: eth0, eth1, lo.", check.Found(chinese: false));
        Assert.Equal("没有网卡 eth7。现有网卡: eth0, eth1, lo。", check.Found(chinese: true));
        SensorCheck sides = SensorChecks.Run(Good with { Traffic = new TrafficFacts(1_000_000, 0, 0, 1000, 990) }).Single(check => check.State == Failed);
        Assert.Equal("In 99% of 1,000 connections with data only one side is seen.", sides.Found(chinese: false));
    }

    [Fact]
    public void Every_text_is_there_in_both_languages_and_is_said_somewhere()
    {
        HashSet<string> said = [];
        foreach (SensorCheck check in Wrong.SelectMany(one => SensorChecks.Run(one.Facts)).Concat(SensorChecks.Run(Good)))
        {
            foreach (string key in SensorCheckTexts.Keys)
            {
                if (key == check.Id + ".title" || key.StartsWith($"{check.Id}.{check.Text}.", StringComparison.Ordinal)) said.Add(key);
            }
        }
        Assert.Equal(SensorCheckTexts.Keys.Order(StringComparer.Ordinal), said.Order(StringComparer.Ordinal));
        Assert.All(SensorCheckTexts.Keys, key =>
        {
            Assert.NotEmpty(SensorCheckTexts.Get(key, chinese: false));
            Assert.Contains(SensorCheckTexts.Get(key, chinese: true), character => character >= 0x4E00);
        });
    }

    [Fact]
    public void One_sided_connections_and_copies_are_told_from_the_traffic()
    {
        string capture = Path.Combine(SharedFiles.Project, "samples/hospital-day/hospital.pcap");
        SensorRun run = SensorRun.Of([capture]);
        TrafficTally tally = new();
        run.Flows.ForEach(tally.Take);
        TrafficFacts facts = tally.Facts(run.Pipeline.Reader.Packets, run.Pipeline.Counters());
        Assert.True(facts.TcpFlows > 100);
        Assert.InRange(facts.OneSidedTcpFlows, 0, facts.TcpFlows / 50);
        Assert.True(facts.RoutedCopies > 1000);
        Assert.Equal(0, facts.MirrorCopies);
    }

    [Fact]
    public void The_time_servers_clock_is_told_from_their_answers()
    {
        TrafficTally tally = new();
        foreach (int ahead in (int[])[5, 4, 900])
        {
            Assert.Null(tally.TimeServersAhead);
            tally.Take(Answer(mode: 3, ahead: -500));
            tally.Take(Answer(mode: 4, ahead));
        }
        Assert.Equal(TimeSpan.FromSeconds(5), tally.TimeServersAhead);
    }

    private static NtpMessage Answer(int mode, int ahead) => new(CaptureTime.FromSeconds(1_700_000_000), default)
    {
        Version = 4,
        Mode = mode,
        Stratum = 2,
        Poll = 0,
        Precision = 0,
        RootDelay = 0,
        RootDispersion = 0,
        Extensions = 0,
        TransmitTime = CaptureTime.FromSeconds(1_700_000_000 + ahead),
    };

    [Fact]
    public void The_loopback_interface_is_described_as_it_is()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "network interfaces are asked about on Linux");
        SensorFacts facts = SensorFactsReader.Read(["lo", "nothing-of-the-kind"], SensorFactsReader.Sent(), []);
        Assert.NotNull(facts.MayCapture);
        Assert.Contains("lo", facts.Available);
        Assert.False(facts.Interfaces[1].Exists);
        InterfaceFacts loopback = facts.Interfaces[0];
        Assert.Equal((true, 772, false), (loopback.Exists, loopback.Hardware, loopback.IsWireless));
        Assert.Equal(Environment.IsPrivilegedProcess, facts.MayCapture);
        Assert.Contains("127.0.0.1", loopback.Addresses);
        Assert.True(loopback.Mtu > 1500);
        Assert.NotNull(loopback.ReceiveErrors);
        Assert.NotNull(loopback.Sent);
        Assert.Null(loopback.Captured);
    }

    private static SensorFacts With(InterfaceFacts one) => Good with { Interfaces = [one] };
}
