using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Tests.Captures;
using static Wardkeeper.Sensor.Tests.Capture.ReadCapture;

namespace Wardkeeper.Sensor.Tests.Capture;

public sealed class CaptureFilesTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static byte[] Pcap(params (double At, byte Value)[] frames)
    {
        PcapWriter writer = new();
        foreach ((double at, byte value) in frames) writer.Frame(At(at), [value]);
        return writer.ToArray();
    }

    [Fact]
    public void Captures_are_merged_in_time_order_and_the_first_named_wins_ties()
    {
        string a = folder.File("a", Pcap((1, 0xA1), (5, 0xA2), (5, 0xA3), (9, 0xA4)));
        string b = folder.File("b", Pcap((5, 0xB1), (6, 0xB2)));
        string late = folder.File("late", Pcap((20, 0xC1)));
        ReadCapture read = Of(late, b, a);

        Assert.Equal(["A1", "B1", "A2", "A3", "B2", "A4", "C1"], read.Bytes);
        Assert.Equal([2, 1, 2, 2, 1, 2, 0], read.Frames.Select(frame => frame.Source));
        Assert.Equal([1, 1, 2, 3, 2, 4, 1], read.Frames.Select(frame => frame.NumberInSource));
        Assert.Equal([new CaptureInfo(late, "pcap", 1, 1, At(20), At(20)), new CaptureInfo(b, "pcap", 2, 2, At(5), At(6)), new CaptureInfo(a, "pcap", 4, 4, At(1), At(9))], read.Captures);
    }

    [Fact]
    public void A_capture_in_disorder_keeps_its_own_order_in_a_merge()
    {
        string a = folder.File("a", Pcap((3, 0xA1), (1, 0xA2), (4, 0xA3)));
        string b = folder.File("b", Pcap((2, 0xB1), (3.5, 0xB2)));

        Assert.Equal(["B1", "A1", "A2", "B2", "A3"], Of(a, b).Bytes);
    }

    [Fact]
    public void A_folder_is_searched_by_content_at_any_depth_in_ordinal_order()
    {
        folder.File("b.dat", Pcap((1, 2)));
        folder.File("B/x", CaptureWriter.Gzip(Pcap((1, 1))));
        folder.File("b/deep/er/y.txt", new PcapngWriter().Interface(resolution: 0).Enhanced(0, 1_704_067_201, [3]).ToArray());
        folder.File("notes.pcap", "no capture"u8.ToArray());
        folder.File("empty.pcap", []);
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "loop"), folder.Path);
        ReadCapture read = Of(folder.Path);

        Assert.Equal(["01", "02", "03"], read.Bytes);
        Assert.Empty(read.Problems);
        Assert.Equal([("B/x", "pcap.gz"), ("b.dat", "pcap"), ("b/deep/er/y.txt", "pcapng")], read.Captures.Select(capture => (Path.GetRelativePath(folder.Path, capture.Name), capture.Format)));
    }

    [Fact]
    public void A_folder_without_captures_is_told()
    {
        folder.File("a.txt", "hello"u8.ToArray());

        Assert.Equal(new CaptureProblem(folder.Path, CaptureProblemKind.NotACapture, 0, 0, "none of the 1 files in the folder is a pcap or pcapng capture"), Assert.Single(Of(folder.Path).Problems));
        File.Delete(Path.Combine(folder.Path, "a.txt"));
        Assert.Equal("the folder holds no files", Assert.Single(Of(folder.Path).Problems).Detail);
    }

    [Theory]
    [InlineData(new byte[] { }, "the file is empty")]
    [InlineData(new byte[] { 0x50, 0x4B, 3, 4, 9 }, "starts with bytes 50 4b 03 04 09 (a zip archive: unpack it first)")]
    [InlineData(new byte[] { (byte)'h', (byte)'i' }, "starts with bytes 68 69 (text)")]
    [InlineData(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9 }, "starts with bytes 01 02 03 04 05 06 07 08")]
    [InlineData(new byte[] { 0xD4, 0xC3 }, "starts with bytes d4 c3")]
    public void What_is_no_capture_is_described(byte[] content, string expected)
    {
        string path = folder.File("x", content), good = folder.File("good", Pcap((1, 1)));

        Assert.Equal(new CaptureProblem(path, CaptureProblemKind.NotACapture, 0, 0, expected), Assert.Single(Of(path).Problems));
        ReadCapture read = Of(path, good);
        Assert.Equal(expected, Assert.Single(read.Problems).Detail);
        Assert.Equal([good], read.Captures.Select(capture => capture.Name));
        Assert.Equal([0], read.Frames.Select(frame => frame.Source));
    }

    [Fact]
    public void Gzip_of_something_else_is_described()
    {
        CaptureProblem problem = Assert.Single(Of(CaptureWriter.Gzip("plain words"u8)).Problems);

        Assert.Equal((CaptureProblemKind.NotACapture, "gzip data that hold something that starts with bytes 70 6c 61 69 6e 20 77 6f (text)"), (problem.Kind, problem.Detail));
    }

    [Fact]
    public void Snoop_is_named()
    {
        string path = SharedFiles.Path("captures/pcapplusplus/ExamplesTest/pcap_examples/solaris.snoop");

        Assert.Contains("Solaris snoop", Assert.Single(Of(path).Problems).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_opened_is_told_with_the_name_as_given()
    {
        string missing = Path.Combine(folder.Path, "missing.pcap");

        Assert.Equal(new CaptureProblem(missing, CaptureProblemKind.Unreadable, 0, 0, "there is no such file"), Assert.Single(Of(missing).Problems));
        Assert.Equal([CaptureProblemKind.Unreadable, CaptureProblemKind.Unreadable], Of(missing, "", "-").Problems.Select(problem => problem.Kind).Take(2));
    }

    [Fact]
    public void Nothing_named_is_nothing_read() => Assert.Empty(Of().Frames);

    [Fact]
    public void A_cut_header_is_told()
    {
        string cut = folder.File("a", Pcap((1, 1))[..10]);

        Assert.Equal(CaptureProblemKind.Truncated, Assert.Single(Of(cut).Problems).Kind);
        Assert.Equal(CaptureProblemKind.Truncated, Assert.Single(Of(cut, folder.File("b", Pcap((1, 1)))).Problems).Kind);
    }

    [Fact]
    public void Problems_of_merged_captures_are_told_once_and_in_the_order_met()
    {
        string a = folder.File("a", [.. Pcap((1, 1), (9, 2)), 0]), b = folder.File("b", [.. Pcap((2, 3)), 0]);

        Assert.Equal([b, a], Of(a, b).Problems.Select(problem => problem.Source));
    }

    [Fact]
    public void Standard_input_is_merged_with_files_and_read_once()
    {
        string a = folder.File("a", Pcap((1, 1), (3, 3)));
        ReadCapture read = Drain(CaptureFiles.Open(["-", a, "-"], () => new Trickle(CaptureWriter.Gzip(Pcap((2, 2), (4, 4))))));

        Assert.Equal(["01", "02", "03", "04"], read.Bytes);
        Assert.Equal("standard input can be read only once", Assert.Single(read.Problems).Detail);
        Assert.Equal([("-", "pcap.gz"), (a, "pcap")], read.Captures.Select(capture => (capture.Name, capture.Format)));
    }

    [Fact]
    public void Hundreds_of_captures_are_open_only_while_they_are_due()
    {
        for (int i = 0; i < 300; i++) folder.File(FormattableString.Invariant($"{i:000}"), Pcap((i, 1), (i + 0.5, 2)));
        int most = 0, frames = 0;
        using ICaptureSource source = CaptureFiles.Open([folder.Path]);
        while (source.TryRead(out _))
        {
            if (frames++ % 20 == 0) most = Math.Max(most, Directory.GetFiles("/proc/self/fd").Count(IsOurs));
        }

        Assert.Equal(600, frames);
        Assert.InRange(most, 0, 4);

        bool IsOurs(string descriptor)
        {
            try
            {
                return File.ResolveLinkTarget(descriptor, false)?.FullName.StartsWith(folder.Path, StringComparison.Ordinal) == true;
            }
            catch (IOException)
            {
                // Another test closed its file meanwhile.
                return false;
            }
        }
    }

    [Fact]
    public void Hundreds_of_captures_of_the_same_hour_are_merged()
    {
        for (int i = 0; i < 200; i++)
        {
            byte[] capture = Pcap((i * 0.001, 1), (100 + (i * 0.001), 2), (200 - (i * 0.001), 3));
            folder.File(FormattableString.Invariant($"{i:000}"), i % 2 == 0 ? capture : CaptureWriter.Gzip(capture));
        }
        ReadCapture read = Of(folder.Path);

        Assert.Equal(600, read.Frames.Count);
        Assert.Equal(read.Frames.Select(frame => frame.At).Order(), read.Frames.Select(frame => frame.At));
    }

    [Fact]
    public void No_frame_allocates()
    {
        string a = folder.File("a", Pcap([.. Enumerable.Range(0, 100_000).Select(i => (i * 0.001, (byte)i))])), b = folder.File("b", Pcap([.. Enumerable.Range(0, 100_000).Select(i => (i * 0.001, (byte)i))]));
        using ICaptureSource source = CaptureFiles.Open([a, b]);
        // The first frames bring chunks and compiled code.
        for (int i = 0; i < 1000; i++) source.TryRead(out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        int frames = 1000;
        while (source.TryRead(out _)) frames++;

        Assert.Equal(200_000, frames);
        // A chunk now and then; the smallest object for each frame would be 4.8 million bytes.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 3_500_000);
    }

    [Fact]
    public void Progress_ends_at_the_length_of_the_files()
    {
        string a = folder.File("a", CaptureWriter.Gzip(Pcap((1, 1), (3, 3)))), b = folder.File("b", Pcap((2, 2)));
        long length = new FileInfo(a).Length + new FileInfo(b).Length;
        using ICaptureSource source = CaptureFiles.Open([a, b]);
        Assert.Equal((0, length), source.Progress);
        while (source.TryRead(out _))
        {
        }

        Assert.Equal((length, length), source.Progress);
        using ICaptureSource pipe = CaptureFiles.Open(["-"], () => new MemoryStream(Pcap((1, 1))));
        Assert.Equal(0, pipe.Progress.Total);
    }

    [Fact]
    public void Many_gzip_members_are_one_capture_wherever_they_are_split()
    {
        byte[] whole = Pcap([.. Enumerable.Range(0, 2000).Select(i => ((double)i, (byte)(i * 31)))]);
        List<byte> members = [];
        for (int at = 0; at < whole.Length; at += 97) members.AddRange(CaptureWriter.Gzip(whole.AsSpan(at, Math.Min(97, whole.Length - at))));
        byte[] compressed = [.. members];
        IReadOnlyList<Frame> expected = Of(whole).Frames;

        ReadCapture read = Of(compressed);
        Assert.Equal(expected, read.Frames);
        Assert.Empty(read.Problems);
        Assert.Equal(expected, Of(new Trickle(compressed)).Frames);
        // Padding behind the last member, as tapes and block devices leave it.
        for (int step = 0; step < 3; step++)
        {
            byte[] padded = [.. compressed, .. new byte[1000]];
            ReadCapture atOnce = Of(padded), trickled = Of(new Trickle(padded, step));
            Assert.Equal(expected, atOnce.Frames);
            Assert.Equal(expected, trickled.Frames);
            Assert.Empty(atOnce.Problems.Concat(trickled.Problems));
        }
    }

    [Fact]
    public void A_cut_or_damaged_gzip_gives_what_is_before()
    {
        Random random = new(4);
        PcapWriter writer = new();
        for (int i = 0; i < 200; i++)
        {
            byte[] bytes = new byte[500];
            random.NextBytes(bytes);
            writer.Frame(At(i), bytes);
        }
        byte[] compressed = CaptureWriter.Gzip(writer.ToArray());
        ReadCapture cut = Of(compressed[..(compressed.Length / 2)]);
        ReadCapture cutInTrailer = Of(compressed[..^1]), cutInSecondHeader = Of([.. compressed, .. compressed[..9]]);
        compressed[^5] ^= 0xFF;
        ReadCapture damaged = Of(compressed);

        Assert.InRange(cut.Frames.Count, 90, 105);
        CaptureProblem problem = Assert.Single(cut.Problems);
        Assert.Equal((CaptureProblemKind.Truncated, "the compressed data end early"), (problem.Kind, problem.Detail));
        Assert.Equal("the compressed data end early", Assert.Single(cutInTrailer.Problems).Detail);
        Assert.Equal("the compressed data end early", Assert.Single(cutInSecondHeader.Problems).Detail);
        Assert.InRange(damaged.Frames.Count, 180, 200);
        Assert.Equal(CaptureProblemKind.CompressionDamaged, Assert.Single(damaged.Problems).Kind);
    }
}

/// <summary>A stream that gives one to three bytes at a time, as a pipe may.</summary>
internal sealed class Trickle(byte[] content, int turn = 0) : MemoryStream(content)
{
    public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1 + (turn++ % 3)));
}
