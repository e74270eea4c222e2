using CsCheck;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Tests.Captures;
using static Wardkeeper.Sensor.Tests.Capture.ReadCapture;

namespace Wardkeeper.Sensor.Tests.Capture;

public class HostileCapturesTests
{
    private static readonly byte[] Pcap = new PcapWriter().Frame(At(1), [1, 2, 3]).Frame(At(2), []).Frame(At(3), Enumerable.Repeat((byte)7, 90).ToArray(), 1500).Frame(At(4), [9]).ToArray();

    private static readonly byte[] Pcapng =
    [
        .. new PcapngWriter().Interface().Interface(resolution: 9, offset: 3).Enhanced(0, 1_704_067_201_000_000, [1, 2, 3]).Obsolete(0, 1_704_067_202_000_000, [4]).ToArray(),
        .. new PcapngWriter(bigEndian: true).Interface(snapLength: 64).Block(5, body => body.U32(0)).Simple([5, 6]).Enhanced(0, 1_704_067_203_000_000, Enumerable.Repeat((byte)7, 90).ToArray(), 1500).ToArray(),
    ];

    public static TheoryData<byte[]> Captures => [Pcap, Pcapng, CaptureWriter.Gzip(Pcap), CaptureWriter.Gzip(Pcapng)];

    [Theory]
    [MemberData(nameof(Captures))]
    public void Cut_at_any_byte_everything_before_is_read(byte[] capture)
    {
        IReadOnlyList<Frame> whole = Of(capture).Frames;
        Assert.Equal(4, whole.Count);
        int most = 0;
        for (int cut = 0; cut < capture.Length; cut++)
        {
            ReadCapture read = Of(capture[..cut]);
            Assert.Equal(whole.Take(read.Frames.Count), read.Frames);
            Assert.True(read.Frames.Count >= most, "more bytes gave fewer frames");
            most = read.Frames.Count;
            Assert.All(read.Problems, problem => Assert.True(problem.Kind is CaptureProblemKind.Truncated or CaptureProblemKind.NotACapture or CaptureProblemKind.TimeImplausible, problem.ToString()));
            bool mayEndHere = capture[0] != 0x1F && cut >= 24;
            if (!mayEndHere) Assert.NotEmpty(read.Problems);
        }
    }

    [Theory]
    [MemberData(nameof(Captures))]
    public void One_to_three_bytes_at_a_time_make_no_difference(byte[] capture)
    {
        ReadCapture whole = Of(capture), trickled = Of(new Trickle(capture));

        Assert.Equal(whole.Frames, trickled.Frames);
        Assert.Equal(whole.Problems, trickled.Problems);
    }

    [Theory]
    [MemberData(nameof(Captures))]
    public void No_mutation_throws(byte[] capture) =>
        Gen.Select(Gen.Int[0, capture.Length - 1], Gen.Byte, Gen.Int[0, 3]).Array[1, 12].Holds(changes =>
        {
            List<byte> mutated = [.. capture];
            foreach ((int where, byte value, int how) in changes)
            {
                int at = Math.Min(where, mutated.Count - 1);
                if (how == 0 && mutated.Count > 1) mutated.RemoveAt(at);
                else if (how == 1) mutated.Insert(at, value);
                else mutated[at] = how == 2 ? value : (byte)0xFF;
            }
            ReadCapture read = Of([.. mutated]);
            Assert.InRange(read.Problems.Count, 0, 22);
            Assert.All(read.Frames, frame => Assert.True(frame.WireLength >= frame.Bytes.Length / 2));
        }, iter: 500);

    [Fact]
    public void Noise_behind_a_header_throws_nothing_and_ends() =>
        Gen.Select(Gen.Byte.Array[0, 3000], Gen.Bool, Gen.Bool).Holds((noise, isPcap, bigEndian) =>
        {
            CaptureWriter writer = isPcap ? new PcapWriter(bigEndian) : new PcapngWriter(bigEndian).Interface();
            writer.Raw(noise);
            Of(writer);
        }, iter: 1000);

    [Fact]
    public void Frames_of_any_size_come_back_as_they_were_written() =>
        Gen.Select(Gen.Int[0, 3_000].Array[0, 40], Gen.Bool, Gen.Bool, Gen.Int[0, 2]).Holds((sizes, bigEndian, isCompressed, large) =>
        {
            PcapWriter pcap = new(bigEndian, snapLength: 8 << 20);
            PcapngWriter pcapng = new PcapngWriter(bigEndian).Interface(resolution: 9);
            List<string> expected = [];
            for (int i = 0; i < sizes.Length; i++)
            {
                // Some frames are larger than a chunk, so that every way across its end is taken.
                byte[] frame = new byte[large == 2 && i % 20 == 3 ? (1 << 20) + sizes[i] : sizes[i]];
                new Random(i).NextBytes(frame);
                expected.Add(Convert.ToHexString(frame));
                pcap.Frame(At(i), frame);
                pcapng.Enhanced(0, (ulong)At(i).Nanoseconds, frame);
            }
            foreach (CaptureWriter writer in new CaptureWriter[] { pcap, pcapng })
            {
                byte[] capture = isCompressed ? CaptureWriter.Gzip(writer.ToArray()) : writer.ToArray();
                ReadCapture read = Of(capture);
                Assert.Empty(read.Problems);
                Assert.Equal(expected, read.Bytes);
                Assert.Equal(sizes.Select((_, i) => At(i)), read.Frames.Select(frame => frame.At));
            }
        }, iter: 20);
}
