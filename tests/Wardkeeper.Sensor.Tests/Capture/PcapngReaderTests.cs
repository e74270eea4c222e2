using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Tests.Captures;
using static Wardkeeper.Sensor.Tests.Capture.ReadCapture;

namespace Wardkeeper.Sensor.Tests.Capture;

public class PcapngReaderTests
{
    private const ulong Second = 1_704_067_200;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void All_packet_blocks_are_read_and_other_blocks_passed_over(bool bigEndian)
    {
        PcapngWriter writer = new PcapngWriter(bigEndian, sectionLength: 17).Interface(link: 1).Interface(link: 113, resolution: 9)
            .Block(4, body => body.U32(0)).Block(0x8000_0BAD, body => body.Raw(new byte[40]))
            .Enhanced(1, (Second * 1_000_000_000) + 5, [1, 2, 3], 1500).Obsolete(0, (Second * 1_000_000) + 7, [4, 5]).Simple([6], 90)
            .Block(5, body => body.Raw(new byte[12]));
        ReadCapture read = Of(writer);

        CaptureTime second = new(At(0).Nanoseconds + 7_000);
        Assert.Equal([new Frame(new CaptureTime(At(0).Nanoseconds + 5), "010203", 1500, 113, 0, 1), new Frame(second, "0405", 2, 1, 0, 2), new Frame(second, "06000000", 90, 1, 0, 3)], read.Frames);
        Assert.Equal("pcapng", Assert.Single(read.Captures).Format);
        Assert.Equal((CaptureProblemKind.TimeImplausible, 3L), (Assert.Single(read.Problems).Kind, read.Problems[0].PacketNumber));
    }

    [Theory]
    [InlineData(null, null, 1_704_067_200_123_456UL, 1_704_067_200_123_456_000)]
    [InlineData((byte)0, null, 1_704_067_200UL, 1_704_067_200_000_000_000)]
    [InlineData((byte)3, null, 1_704_067_200_123UL, 1_704_067_200_123_000_000)]
    [InlineData((byte)9, null, 1_704_067_200_123_456_789UL, 1_704_067_200_123_456_789)]
    [InlineData((byte)10, null, 17_040_672_001_234_567_899UL, 1_704_067_200_123_456_789)]
    [InlineData((byte)0x80, null, 1_704_067_200UL, 1_704_067_200_000_000_000)]
    [InlineData((byte)0x8A, null, (1_704_067_200UL << 10) + 512, 1_704_067_200_500_000_000)]
    [InlineData((byte)0xA0, null, (1_704_067_200UL << 32) + (1UL << 30), 1_704_067_200_250_000_000)]
    [InlineData((byte)6, 1_704_067_200L, 1_500_000UL, 1_704_067_201_500_000_000)]
    [InlineData((byte)6, -10L, 1_704_067_210_000_000UL, 1_704_067_200_000_000_000)]
    [InlineData((byte)0, null, ulong.MaxValue, long.MaxValue)]
    [InlineData((byte)127, null, ulong.MaxValue, 0L)]
    [InlineData((byte)0xFF, null, ulong.MaxValue, 0L)]
    [InlineData((byte)0, long.MinValue, 5UL, long.MinValue)]
    public void Every_clock_gives_nanoseconds(byte? resolution, long? offset, ulong stamp, long expected)
    {
        ReadCapture read = Of(new PcapngWriter(bigEndian: true).Interface(resolution: resolution, offset: offset).Enhanced(0, stamp, [1]));

        Assert.Equal(expected, Assert.Single(read.Frames).At.Nanoseconds);
    }

    [Fact]
    public void Each_section_has_its_own_byte_order_and_interfaces()
    {
        byte[] first = new PcapngWriter(bigEndian: true).Interface(link: 101).Interface(link: 1).Enhanced(1, Second * 1_000_000, [1]).ToArray();
        byte[] second = new PcapngWriter().Interface(link: 113).Enhanced(0, Second * 1_000_000, [2]).Enhanced(1, Second * 1_000_000, [3]).Enhanced(0, Second * 1_000_000, [4]).ToArray();
        ReadCapture read = Of([.. first, .. second]);

        Assert.Equal([("01", 1), ("02", 113), ("04", 113)], read.Frames.Select(frame => (frame.Bytes, frame.Link)));
        CaptureProblem problem = Assert.Single(read.Problems);
        Assert.Equal((CaptureProblemKind.Corrupt, 3L, "the packet is of interface 1 and the section describes 1; the packet was left out"), (problem.Kind, problem.PacketNumber, problem.Detail));
    }

    [Fact]
    public void Simple_packets_end_at_the_snap_length() =>
        Assert.Equal("0102030405", Assert.Single(Of(new PcapngWriter().Interface(snapLength: 5).Simple([1, 2, 3, 4, 5, 0, 0, 0], 90)).Frames).Bytes);

    [Fact]
    public void A_captured_length_beyond_its_block_costs_that_packet()
    {
        ReadCapture read = Of(new PcapngWriter().Interface().Enhanced(0, Second * 1_000_000, [1], captured: 5000).Enhanced(0, Second * 1_000_000, [2]));

        Assert.Equal(["02"], read.Bytes);
        Assert.Equal(CaptureProblemKind.Corrupt, Assert.Single(read.Problems).Kind);
    }

    [Theory]
    [InlineData(0xFFFF_FFF0)]
    [InlineData(8)]
    [InlineData(50)]
    [InlineData(400)]
    public void After_an_absurd_block_length_reading_goes_on_at_the_next_block(uint length)
    {
        PcapngWriter writer = new PcapngWriter().Interface().Enhanced(0, Second * 1_000_000, [1]);
        writer.U32(6);
        writer.U32(length);
        writer.Raw(new byte[52]);
        writer.U32(0);
        ReadCapture read = Of(writer.Enhanced(0, Second * 1_000_000, [2]).Enhanced(0, Second * 1_000_000, new byte[1000]));

        Assert.Equal(["01", "02"], read.Bytes.Take(2));
        Assert.Equal(3, read.Frames.Count);
        Assert.Equal(CaptureProblemKind.Corrupt, Assert.Single(read.Problems).Kind);
    }

    [Fact]
    public void A_large_unknown_block_is_passed_over()
    {
        ReadCapture read = Of(new PcapngWriter().Interface().Block(0xBAD, body => body.Raw(new byte[5 << 20])).Enhanced(0, Second * 1_000_000, [2]));

        Assert.Empty(read.Problems);
        Assert.Equal(["02"], read.Bytes);
    }

    [Fact]
    public void A_section_without_a_byte_order_is_damage_that_is_crossed()
    {
        byte[] capture = new PcapngWriter().Interface().Enhanced(0, Second * 1_000_000, [1]).ToArray();
        capture[8] = 0;
        ReadCapture read = Of(capture);

        Assert.Equal(["01"], read.Bytes);
        Assert.Equal(CaptureProblemKind.Corrupt, Assert.Single(read.Problems).Kind);
    }
}
