using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Tests.Captures;
using static Wardkeeper.Sensor.Tests.Capture.ReadCapture;

namespace Wardkeeper.Sensor.Tests.Capture;

public class PcapReaderTests
{
    [Theory]
    [InlineData(false, 0xA1B2C3D4)]
    [InlineData(true, 0xA1B2C3D4)]
    [InlineData(false, 0xA1B23C4D)]
    [InlineData(true, 0xA1B23C4D)]
    [InlineData(false, 0xA1B2CD34)]
    [InlineData(true, 0xA1B2CD34)]
    public void Every_variant_is_read(bool bigEndian, uint magic)
    {
        CaptureTime at = new(At(1).Nanoseconds + (magic == PcapReader.Nanoseconds ? 123_456_789 : 123_456_000));
        ReadCapture read = Of(new PcapWriter(bigEndian, magic, link: 113).Frame(at, [1, 2, 3], 1500).Frame(At(2), [4]));

        Assert.Empty(read.Problems);
        Assert.Equal([new Frame(at, "010203", 1500, 113, 0, 1), new Frame(At(2), "04", 1, 113, 0, 2)], read.Frames);
        Assert.Equal([new CaptureInfo("-", "pcap", 2, 1501, at, At(2))], read.Captures);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Old_versions_swap_the_lengths(int minor)
    {
        Frame frame = Assert.Single(Of(new PcapWriter(minor: minor).Frame(At(1), [1, 2, 3], 60)).Frames);

        Assert.Equal(("010203", 60), (frame.Bytes, frame.WireLength));
    }

    [Fact]
    public void Bits_about_check_sequences_are_not_part_of_the_link_type() =>
        Assert.Equal(1, Assert.Single(Of(new PcapWriter(link: 0x5400_0001).Frame(At(1), [1])).Frames).Link);

    [Fact]
    public void Empty_frames_are_frames()
    {
        ReadCapture read = Of(new PcapWriter().Frame(At(1), []).Frame(At(5e6), [], 60).Frame(At(6e6), [7]));

        Assert.Empty(read.Problems);
        Assert.Equal(["", "", "07"], read.Bytes);
    }

    [Fact]
    public void Wire_lengths_smaller_than_the_frame_are_corrected()
    {
        ReadCapture read = Of(new PcapWriter().Frame(At(1), [1, 2, 3, 4], 0).Frame(At(2), [1, 2], 1).Frame(At(3), [5, 6, 7], -1));

        Assert.Empty(read.Problems);
        Assert.Equal([4, 2, 3], read.Frames.Select(frame => frame.WireLength));
    }

    [Fact]
    public void Seconds_are_unsigned_and_a_wrong_clock_is_told_once()
    {
        CaptureTime late = CaptureTime.FromSeconds(4_200_000_000);
        ReadCapture read = Of(new PcapWriter().Frame(late, [1]).Frame(late, [2]));

        Assert.Equal([late, late], read.Frames.Select(frame => frame.At));
        CaptureProblem problem = Assert.Single(read.Problems);
        Assert.Equal((CaptureProblemKind.TimeImplausible, 1L), (problem.Kind, problem.PacketNumber));
        Assert.Equal("the time stamp is 2103-02-04 02:40:00 UTC", problem.Detail);
    }

    [Fact]
    public void Time_that_runs_back_more_than_a_second_is_told_once_and_order_is_kept()
    {
        ReadCapture read = Of(new PcapWriter().Frame(At(10), [1]).Frame(At(9.5), [2]).Frame(At(8), [3]).Frame(At(1), [4]));

        Assert.Equal(["01", "02", "03", "04"], read.Bytes);
        CaptureProblem problem = Assert.Single(read.Problems);
        Assert.Equal((CaptureProblemKind.TimeRunsBack, 3L, "2.000 s earlier than a packet before it"), (problem.Kind, problem.PacketNumber, problem.Detail));
    }

    [Fact]
    public void After_an_absurd_length_reading_goes_on_at_the_next_record()
    {
        PcapWriter writer = new PcapWriter().Frame(At(1), [1, 1]);
        int damage = writer.Length;
        writer.Header((uint)(At(2).Nanoseconds / CaptureTime.PerSecond), 0, 4_026_531_840, 60);
        writer.Raw(new byte[60]);
        writer.Frame(At(3), [3, 3]).Frame(At(4), [4, 4]);
        ReadCapture read = Of(writer);

        Assert.Equal(["0101", "0303", "0404"], read.Bytes);
        CaptureProblem problem = Assert.Single(read.Problems);
        Assert.Equal(new CaptureProblem("-", CaptureProblemKind.Corrupt, damage, 2, "captured length 4026531840 exceeds the limit 262144; 76 bytes were skipped to the next record"), problem);
    }

    [Fact]
    public void After_missing_bytes_reading_goes_on_at_the_next_record()
    {
        PcapWriter writer = new();
        for (int i = 0; i < 50; i++) writer.Frame(At(i), Enumerable.Repeat((byte)(i * 5), 200).ToArray());
        byte[] whole = writer.ToArray();
        // 300 bytes out of the middle of frame 10.
        byte[] damaged = [.. whole[..(24 + (10 * 216) + 100)], .. whole[(24 + (10 * 216) + 400)..]];
        ReadCapture read = Of(damaged);

        Assert.InRange(read.Frames.Count, 47, 49);
        Assert.Equal(Enumerable.Range(14, 36).Select(i => At(i)), read.Frames.TakeLast(36).Select(frame => frame.At));
        Assert.Equal(CaptureProblemKind.Corrupt, Assert.Single(read.Problems).Kind);
    }

    [Fact]
    public void Zeros_at_the_end_are_told_as_such()
    {
        PcapWriter writer = new PcapWriter().Frame(At(1), [1]);
        writer.Raw(new byte[5000]);
        ReadCapture read = Of(writer);

        Assert.Single(read.Frames);
        Assert.Equal(new CaptureProblem("-", CaptureProblemKind.Truncated, 41, 1, "the last 5,000 bytes are zeros"), Assert.Single(read.Problems));
    }

    [Fact]
    public void A_hole_of_zeros_is_crossed()
    {
        PcapWriter writer = new PcapWriter().Frame(At(1), [1]);
        writer.Raw(new byte[100_000]);
        ReadCapture read = Of(writer.Frame(At(2), [2]).Frame(At(3), [3]));

        Assert.Equal(["01", "02", "03"], read.Bytes);
        Assert.Equal(CaptureProblemKind.Corrupt, Assert.Single(read.Problems).Kind);
    }

    [Fact]
    public void A_capture_cut_in_a_frame_gives_all_before_it()
    {
        byte[] whole = new PcapWriter().Frame(At(1), [1]).Frame(At(2), new byte[1000]).ToArray();
        ReadCapture read = Of(whole[..^1]);

        Assert.Equal(["01"], read.Bytes);
        Assert.Equal(new CaptureProblem("-", CaptureProblemKind.Truncated, 41, 1, "the record of packet 2 needs 1,016 bytes and 1,015 are there"), Assert.Single(read.Problems));
    }

    [Fact]
    public void Claimed_lengths_take_no_memory()
    {
        PcapWriter writer = new(snapLength: 0);
        writer.Header(1_704_067_200, 0, FrameReader.LargestFrame, FrameReader.LargestFrame);
        writer.Raw(new byte[100]);
        byte[] capture = writer.ToArray();
        Of(capture);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Of(capture);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20 << 20);
    }

    [Fact]
    public void Damage_everywhere_is_told_a_bounded_number_of_times()
    {
        PcapWriter writer = new();
        for (int i = 0; i < 100; i++)
        {
            writer.Frame(At(i), [1]).Frame(At(i), [2]);
            writer.Header(1_704_067_200, 0, uint.MaxValue, 1);
        }
        ReadCapture read = Of(writer);

        Assert.Equal(200, read.Frames.Count);
        Assert.Equal(20, read.Problems.Count);
        Assert.EndsWith("further problems of this capture are not listed", read.Problems[^1].Detail, StringComparison.Ordinal);
    }
}
