using System.Text.RegularExpressions;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Tests.Captures;
using Wardkeeper.Sensor.Tests.Decode;

namespace Wardkeeper.Sensor.Tests.Flows;

/// <summary>A mirror shows frames twice; what is said is said once.</summary>
public partial class MirrorCopyTests
{
    public static TheoryData<string> Captures => ["dicom-day", "hl7-day", "dhcp", "dicomweb-day", "it-services", "databases"];

    [Theory]
    [MemberData(nameof(Captures))]
    public void A_port_that_is_mirrored_in_both_directions_gives_everything_once(string name) =>
        Same(name, static (writer, packet) =>
        {
            writer.Frame(packet.At, packet.Bytes);
            writer.Frame(new CaptureTime(packet.At.Nanoseconds + 3_000), packet.Bytes);
        });

    [Theory]
    [MemberData(nameof(Captures))]
    public void Two_mirrored_vlans_give_everything_once(string name) =>
        Same(name, static (writer, packet) =>
        {
            writer.Frame(packet.At, Tagged(packet.Bytes, 10));
            writer.Frame(new CaptureTime(packet.At.Nanoseconds + 3_000), Tagged(packet.Bytes, 20));
        });

    [Theory]
    [MemberData(nameof(Captures))]
    public void What_is_mirrored_before_and_behind_a_router_gives_everything_once_and_shows_the_router(string name)
    {
        SensorRun twice = Same(name, static (writer, packet) =>
        {
            writer.Frame(packet.At, packet.Bytes);
            if (Routed(packet.Bytes) is { } behind) writer.Frame(new CaptureTime(packet.At.Nanoseconds + 3_000), behind);
        });
        ShowsTheRouter(twice);
    }

    [Theory]
    [MemberData(nameof(Captures))]
    public void The_frame_behind_the_router_may_come_first(string name)
    {
        SensorRun twice = Same(name, static (writer, packet) =>
        {
            if (Routed(packet.Bytes) is { } behind) writer.Frame(new CaptureTime(packet.At.Nanoseconds - 500), behind);
            writer.Frame(packet.At, packet.Bytes);
        }, comparesCards: false);
        Assert.Contains(twice.Pipeline.Counters().All, counter => counter.Name == "routed-copy");
    }

    [Theory]
    [InlineData(7, 7, 64, false, 1, "mirror")]
    [InlineData(7, 8, 64, false, 1, "none")]
    [InlineData(7, 8, 63, true, 1, "none")]
    [InlineData(7, 7, 63, true, 15_000, "routed")]
    [InlineData(7, 7, 63, true, 25_000, "none")]
    [InlineData(7, 7, 40, true, 1, "mirror")]
    [InlineData(7, 7, 63, false, 1, "mirror")]
    [InlineData(0, 0, 63, true, 15_000, "routed")]
    [InlineData(0, 0, 64, true, 15_000, "none")]
    [InlineData(0, 0, 64, false, 15_000, "none")]
    public void A_second_packet_is_a_copy_only_if_nothing_tells_it_from_the_first(int firstId, int secondId, byte secondTtl, bool otherCards, int afterMicroseconds, string expected)
    {
        byte[] datagram = Frames.Udp(Frames.Bytes(40));
        byte[] first = Frames.Ethernet(Frames.Ipv4(17, datagram, id: firstId)), second = Frames.Ethernet(Frames.Ipv4(17, datagram, id: secondId));
        second[14 + 8] = secondTtl;
        Seal(second);
        if (otherCards) (second[5], second[11]) = (0xFD, 0xFE);
        FlowRun run = new() { Step = afterMicroseconds };
        run.Frame(first).Frame(second).Flows();
        Assert.Equal(expected, run.Counters.Any(counter => counter.Name == "routed-copy") ? "routed" : run.Counters.Any(counter => counter.Name == "mirror-copy") ? "mirror" : "none");
    }

    private static void ShowsTheRouter(SensorRun run)
    {
        Assert.Contains(run.Pipeline.Counters().All, counter => counter.Name == "routed-copy");
        Assert.DoesNotContain(run.Pipeline.Counters().All, counter => counter.Name == "mirror-copy");
        Claim router = run.Observations.OfType<Claim>().First(IsRouter);
        Assert.Equal("02:00:00:00:00:fe", router.Subject.Mac.ToString());
    }

    private static bool IsRouter(Claim claim) => claim is { Kind: ClaimKind.Role, Value: "router", Origin: "packet seen on both sides" };

    /// <summary>The frame as a router passes it on; null if it would not.</summary>
    private static byte[]? Routed(ReadOnlySpan<byte> frame)
    {
        byte[] behind = frame.ToArray();
        int ttl = behind is [_, _, _, _, _, _, _, _, _, _, _, _, 0x08, 0, ..] ? 14 + 8 : behind is [_, _, _, _, _, _, _, _, _, _, _, _, 0x86, 0xDD, ..] ? 14 + 7 : 0;
        if (ttl == 0 || (behind[0] & 1) != 0 || behind[ttl] <= 1) return null;
        behind[ttl]--;
        if (ttl == 14 + 8) Seal(behind);
        ((byte[])[2, 0, 0, 0, 0, 0xFD, 2, 0, 0, 0, 0, 0xFE]).CopyTo(behind, 0);
        return behind;
    }

    private static void Seal(byte[] frame)
    {
        Span<byte> header = frame.AsSpan(14, (frame[14] & 15) * 4);
        header[10..12].Clear();
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(header[10..], Frames.Checksum(header));
    }

    private static byte[] Tagged(ReadOnlySpan<byte> frame, byte vlan) => [.. frame[..12], 0x81, 0, 0, vlan, .. frame[12..]];

    private static SensorRun Same(string name, Action<PcapWriter, RawPacket> write, bool comparesCards = true)
    {
        string original = SharedFiles.Path($"captures/lab/{name}.pcap");
        PcapWriter writer = new(magic: 0xA1B23C4D);
        using (ICaptureSource source = CaptureFiles.Open([original]))
        {
            while (source.TryRead(out RawPacket packet)) write(writer, packet);
        }
        string doubled = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(doubled, writer.ToArray());
            SensorRun once = SensorRun.Of([original]), twice = SensorRun.Of([doubled]);
            Assert.NotEmpty(once.Transactions);
            Assert.Equal(Bare(once.Transactions), Bare(twice.Transactions));
            Assert.Equal(once.Flows.Select(Counts).Order(StringComparer.Ordinal), twice.Flows.Select(Counts).Order(StringComparer.Ordinal));
            if (!comparesCards) return twice;
            Assert.Equal(Claims(once), Claims(twice));
            Assert.Equal(once.Flows.Select(Cards).Order(StringComparer.Ordinal), twice.Flows.Select(Cards).Order(StringComparer.Ordinal));
            return twice;
        }
        finally
        {
            File.Delete(doubled);
        }
    }

    /// <summary>Uids name a flow's first packet by its number, which copies move.</summary>
    private static IEnumerable<string> Bare(IEnumerable<Transaction> transactions) =>
        Protocols.Conversation.Render(transactions).Select(static line => Uid().Replace(line, "UID")).Order(StringComparer.Ordinal);

    [GeneratedRegex("\\bC[0-9A-Za-z]{17}\\b")]
    private static partial Regex Uid();

    private static string Counts(FlowRecord flow) => $"{flow.View.OriginatorAddress}:{flow.View.OriginatorPort} {flow.View.ResponderAddress}:{flow.View.ResponderPort} {flow.Service} {flow.ConnState} {flow.OriginatorPackets} {flow.OriginatorBytes} {flow.ResponderPackets} {flow.ResponderBytes}";

    private static string Cards(FlowRecord flow) => $"{flow.View.OriginatorMac} {flow.View.ResponderMac}";

    private static IEnumerable<string> Claims(SensorRun run) => run.Observations.OfType<Claim>().Where(claim => !IsRouter(claim)).Select(claim => $"{claim.Subject.Mac} {claim.Subject.Ip} {claim.Kind} {claim.Value} {claim.Origin}").Distinct().Order(StringComparer.Ordinal);
}
