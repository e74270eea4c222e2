using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Capture.Live;
using Wardkeeper.Sensor.Flows;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Tests.Captures;
using Wardkeeper.Sensor.Tests.Decode;
using Wardkeeper.Sensor.Tests.Flows;

namespace Wardkeeper.Sensor.Tests.Capture.Live;

/// <summary>Live capture between network namespaces.</summary>
public class LiveSourceTests
{
    private static readonly LiveOptions Small = new() { Interfaces = ["m0"], Blocks = 16, Tick = TimeSpan.FromMilliseconds(50), Care = TimeSpan.FromMilliseconds(20) };

    [Fact]
    public void A_cable_gives_what_a_file_with_the_same_frames_gives_and_nothing_is_sent()
    {
        byte[][] sent = [.. Sample()];
        using TestNetwork network = new();
        string capture = Path.GetTempFileName();
        try
        {
            LiveRun live = LiveRun.Of(network, Small with { Blocks = 32 }, run =>
            {
                run.Await(LiveInterfaceState.Capturing);
                Assert.Contains("promiscuity 1", network.AskSensor("-d", "link", "show", "m0"), StringComparison.Ordinal);
                network.Send("s0", sent);
                run.Await(run => run.Frames.Count >= sent.Length);
            });
            Assert.Equal(sent.Select(Convert.ToHexString), live.Frames.Select(Convert.ToHexString));
            Assert.Equal(0, live.Interfaces[0].KernelDrops);
            Assert.Equal(0, network.SentBySensor("m0"));
            File.WriteAllBytes(capture, live.Capture);
            SensorRun file = SensorRun.Of([capture]);
            Assert.True(file.Transactions.Count > 100);
            Assert.Equal(file.Text.Split('\n').Order(StringComparer.Ordinal), live.Output.Text.Split('\n').Order(StringComparer.Ordinal));
        }
        finally
        {
            File.Delete(capture);
        }
    }

    [Fact]
    public void Two_cables_are_merged_in_the_order_of_time()
    {
        using TestNetwork network = new();
        network.Cable("s1", "m1");
        LiveRun live = LiveRun.Of(network, Small with { Interfaces = ["m0", "m1"] }, run =>
        {
            run.Await(LiveInterfaceState.Capturing);
            for (int round = 0; round < 50; round++) network.Send(round % 2 == 0 ? "s0" : "s1", Numbered(round * 2, 2));
            run.Await(run => run.Frames.Count >= 100);
        });
        Assert.Equal(Enumerable.Range(0, 100), live.Frames.Select(NumberOf));
        Assert.Equal([0, 1], live.Packets.Select(packet => packet.Source).Distinct());
        Assert.Equal(live.Packets.Select(packet => packet.At).Order(), live.Packets.Select(packet => packet.At));
        Assert.Equal(Enumerable.Range(1, 100).Select(number => (long)number), live.Packets.Select(packet => packet.Number));
    }

    [Fact]
    public void An_interface_that_goes_down_or_away_is_told_and_taken_up_again()
    {
        using TestNetwork network = new();
        LiveRun live = LiveRun.Of(network, Small with { Interfaces = ["m1"] }, run =>
        {
            run.Await(LiveInterfaceState.Missing);
            network.Cable("s1", "m1");
            run.Await(LiveInterfaceState.Capturing);
            network.Send("s1", Numbered(0, 10));
            run.Await(run => run.Frames.Count >= 10);
            network.SensorIp("link", "set", "m1", "down");
            run.Await(LiveInterfaceState.Down);
            network.SensorIp("link", "set", "m1", "up");
            run.Await(LiveInterfaceState.Capturing);
            network.Send("s1", Numbered(10, 10));
            run.Await(run => run.Frames.Count >= 20);
            network.SenderIp("link", "set", "s1", "down");
            run.Await(LiveInterfaceState.NoCarrier);
            network.SenderIp("link", "set", "s1", "up");
            run.Await(LiveInterfaceState.Capturing);
            // The last frames before it goes are in a block that is not full.
            network.Send("s1", Numbered(20, 10));
            network.SensorIp("link", "del", "m1");
            run.Await(LiveInterfaceState.Missing);
            network.Cable("s1", "m1");
            run.Await(LiveInterfaceState.Capturing);
            network.Send("s1", Numbered(30, 10));
            run.Await(run => run.Frames.Count >= 40);
        });
        Assert.Equal(Enumerable.Range(0, 40), live.Frames.Select(NumberOf));
        Assert.Equal(3, live.Interfaces[0].Outages);
        Assert.Contains(live.Output.Pipeline.LiveCounters.All, counter => counter is { Name: "interface-outages/m1", Count: 3 });
    }

    [Fact]
    public void Without_packets_capture_time_goes_on_and_flows_end()
    {
        using TestNetwork network = new();
        DateTimeOffset start = TimeProvider.System.GetUtcNow();
        LiveRun live = LiveRun.Of(network, Small, run =>
        {
            run.Await(LiveInterfaceState.Capturing);
            network.Send("s0", Numbered(0, 3));
            run.Await(run => run.Frames.Count >= 3);
            CaptureTime last = run.Packets[^1].At;
            run.Await(run => run.Now.Nanoseconds > last.Nanoseconds + (2 * CaptureTime.PerSecond) && run.Output?.Flows.Count != 0);
        }, new SensorLimits { Datagram = TimeSpan.FromSeconds(1) });
        FlowRecord flow = Assert.Single(live.Output.Flows);
        Assert.Equal(3, flow.OriginatorPackets);
        Assert.Equal(live.Output.Advances.Order(), live.Output.Advances);
        Assert.InRange(live.Output.Advances[^1].Nanoseconds / CaptureTime.PerSecond, start.ToUnixTimeSeconds() - 1, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 1);
    }

    [Fact]
    public void Cancelled_it_ends_soon_and_hands_out_what_was_read()
    {
        using TestNetwork network = new();
        long cancelled = 0;
        LiveRun live = LiveRun.Of(network, Small with { Tick = new LiveOptions { Interfaces = [] }.Tick }, run =>
        {
            run.Await(LiveInterfaceState.Capturing);
            network.Send("s0", Numbered(0, 5));
            run.Await(run => run.Frames.Count >= 5);
            cancelled = Stopwatch.GetTimestamp();
        });
        Assert.True(Stopwatch.GetElapsedTime(cancelled) < TimeSpan.FromSeconds(5), "it took long to end");
        Assert.Equal(5, live.Output.Flows.Sum(flow => flow.OriginatorPackets));
    }

    [Fact]
    public void Frames_that_the_kernel_had_no_room_for_are_counted()
    {
        const int Sent = 3000;
        using TestNetwork network = new();
        (int got, long drops, long counted) = network.AtSensor(() =>
        {
            using LiveSource source = new(Small with { BlockSize = 1 << 18, Blocks = 2 }, TimeProvider.System);
            source.BeginBatch();
            network.Send("s0", Numbered(0, Sent, 900));
            int got = 0;
            for (int quiet = 0; quiet < 5; quiet++)
            {
                source.BeginBatch();
                while (source.TryRead(out _)) got++;
            }
            SensorCounters counters = new();
            source.AddCounters(counters);
            return (got, source.Interfaces[0].KernelDrops, counters.All.Single(counter => counter.Name == "kernel-drops/m0").Count);
        });
        Assert.InRange(got, 100, Sent - 100);
        Assert.Equal(Sent - got, drops);
        Assert.Equal(drops, counted);
    }

    [Fact]
    public void Checksums_that_the_network_card_would_fill_in_are_not_judged()
    {
        using TestNetwork network = new();
        network.SenderIp("addr", "add", "10.77.0.1/24", "dev", "s0");
        network.SenderIp("neigh", "add", "10.77.0.2", "lladdr", "02:00:00:00:00:02", "dev", "s0", "nud", "permanent");
        LiveRun live = LiveRun.Of(network, Small, run =>
        {
            run.Await(LiveInterfaceState.Capturing);
            network.AtSender(() =>
            {
                using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                return socket.SendTo("no protocol begins with this"u8.ToArray(), new IPEndPoint(IPAddress.Parse("10.77.0.2"), 9999));
            });
            run.Await(run => run.Frames.Count >= 1);
        });
        Assert.True(live.Packets[0].ChecksumsUnset, "the kernel filled it in, so this shows nothing");
        Assert.Equal(1, Assert.Single(live.Output.Flows).OriginatorPackets);
        Assert.DoesNotContain(live.Output.Pipeline.Counters().All, counter => counter.Name == "udp-checksum-wrong");
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 10)]
    public void Frames_of_the_machine_itself_count_when_it_is_wanted(bool wanted, int expected)
    {
        using TestNetwork network = new();
        LiveRun live = LiveRun.Of(network, Small with { IncludesOutgoing = wanted }, run =>
        {
            run.Await(LiveInterfaceState.Capturing);
            network.SendFromSensor("m0", Numbered(0, 10));
            network.Send("s0", Numbered(10, 1));
            run.Await(run => run.Frames.Count > 0 && NumberOf(run.Frames[^1]) == 10);
        });
        Assert.Equal(expected + 1, live.Frames.Count);
    }

    [Fact]
    public void Reading_allocates_nothing_per_packet()
    {
        const int Batch = 2000;
        using TestNetwork network = new();
        long allocated = network.AtSensor(() =>
        {
            using LiveSource source = new(Small, TimeProvider.System);
            Read(source, network);
            // The interface itself is looked after twice a second, and that allocates: a round between two looks shows what packets cost.
            long least = long.MaxValue;
            for (int round = 0; round < 5; round++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                long sending = Read(source, network);
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before - sending);
            }
            return least;
        });
        // What a chunk of a million bytes costs, and the status of the interface now and then.
        Assert.InRange(allocated, 0, Batch * 2);

        static long Read(LiveSource source, TestNetwork network)
        {
            source.BeginBatch();
            long before = GC.GetAllocatedBytesForCurrentThread();
            network.Send("s0", Numbered(0, Batch));
            long sending = GC.GetAllocatedBytesForCurrentThread() - before;
            for (int got = 0; got < Batch;)
            {
                source.BeginBatch();
                while (source.TryRead(out _)) got++;
            }
            return sending;
        }
    }

    [Fact]
    public void Without_an_interface_there_is_nothing_to_listen_to()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "live capture needs Linux");
        Assert.Throws<ArgumentException>(() => new LiveSource(new LiveOptions { Interfaces = [] }, TimeProvider.System));
        Assert.Throws<ArgumentException>(() => new LiveSource(Small with { BlockSize = 100_000 }, TimeProvider.System));
        using LiveSource source = new(Small with { Interfaces = ["../../etc", "a name that is far too long"] }, TimeProvider.System);
        source.BeginBatch();
        Assert.All(source.Interfaces, one => Assert.Equal(LiveInterfaceState.Missing, one.State));
    }

    /// <summary>The frames of the sample hospital's morning, tagged with their VLANs.</summary>
    private static IEnumerable<byte[]> Sample()
    {
        using ICaptureSource source = CaptureFiles.Open([Path.Combine(SharedFiles.Project, "samples/hospital-day/hospital.pcap")]);
        for (int i = 0; i < 8000 && source.TryRead(out RawPacket packet); i++)
        {
            // What is larger does not fit through a cable.
            if (packet.CapturedLength <= 1518) yield return packet.Bytes.ToArray();
        }
    }

    private static IEnumerable<byte[]> Numbered(int from, int count, int size = 60) => Enumerable.Range(from, count).Select(number =>
        Frames.Ethernet(Frames.Ipv4(17, Frames.Udp([.. Frames.Be32((uint)number), .. new byte[size]], 40_000, 40_001), id: number + 1)));

    private static int NumberOf(byte[] frame) => BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(14 + 20 + 8));
}
