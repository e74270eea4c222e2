using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Capture;

/// <summary>A frame copied out of its chunk, comparable.</summary>
internal sealed record Frame(CaptureTime At, string Bytes, int WireLength, int Link, int Source, long NumberInSource);

/// <summary>Everything that came out of an <see cref="ICaptureSource"/>, read to its end.</summary>
internal sealed record ReadCapture(IReadOnlyList<Frame> Frames, IReadOnlyList<CaptureProblem> Problems, IReadOnlyList<CaptureInfo> Captures)
{
    /// <summary>A time that raises no doubts: some seconds after 2024-01-01.</summary>
    public static CaptureTime At(double seconds) => new(1_704_067_200 * CaptureTime.PerSecond + (long)(seconds * CaptureTime.PerSecond));

    public IEnumerable<string> Bytes => Frames.Select(frame => frame.Bytes);

    public static ReadCapture Of(CaptureWriter writer) => Of(writer.ToArray());

    public static ReadCapture Of(byte[] capture) => Of(new MemoryStream(capture));

    public static ReadCapture Of(Stream standardInput) => Drain(CaptureFiles.Open(["-"], () => standardInput));

    public static ReadCapture Of(params string[] paths) => Drain(CaptureFiles.Open(paths));

    public static ReadCapture Drain(ICaptureSource source)
    {
        using (source)
        {
            List<Frame> frames = [];
            while (source.TryRead(out RawPacket packet))
            {
                frames.Add(new Frame(packet.At, Convert.ToHexString(packet.Bytes), packet.WireLength, packet.Link, packet.Source, packet.NumberInSource));
                Assert.Equal(frames.Count, packet.Number);
            }
            Assert.False(source.TryRead(out _));
            Assert.Equal(frames.Count, source.Captures.Sum(capture => capture.Packets));
            return new ReadCapture(frames, source.Problems, source.Captures);
        }
    }
}

/// <summary>A folder for one test, removed after it.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("wardkeeper-capture-").FullName;

    public string File(string relative, byte[] content)
    {
        string path = System.IO.Path.Combine(Path, relative);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
