using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Capture;

namespace Wardkeeper.Analyze;

/// <summary>A line that shows how far the reading has come; only on a terminal, and gone when it is done.</summary>
internal sealed class ProgressLine : IDisposable
{
    private const int Width = 30;
    private readonly Timer? timer;
    private readonly ICaptureSource source;
    private readonly BatchReader reader;
    private readonly string packetsWord;
    private bool shown;

    public ProgressLine(ICaptureSource source, BatchReader reader, bool chinese)
    {
        (this.source, this.reader) = (source, reader);
        packetsWord = Texts.Get("progress-packets", chinese);
        if (!Console.IsErrorRedirected) timer = new Timer(_ => Show(), null, TimeSpan.FromMilliseconds(400), TimeSpan.FromMilliseconds(200));
    }

    public void Dispose()
    {
        timer?.Dispose();
        lock (source)
        {
            if (shown) Console.Error.Write("\r\u001b[K");
            shown = false;
        }
    }

    private void Show()
    {
        lock (source)
        {
            (long read, long total) = source.Progress;
            shown = true;
            if (total <= 0)
            {
                Console.Error.Write(FormattableString.Invariant($"\r{reader.Packets:N0} {packetsWord}\u001b[K"));
                return;
            }
            double part = Math.Clamp(read / (double)total, 0, 1);
            int filled = (int)(part * Width);
            Console.Error.Write(FormattableString.Invariant($"\r[{new string('#', filled)}{new string('.', Width - filled)}] {part * 100,3:F0} %  {reader.Packets:N0} {packetsWord}\u001b[K"));
        }
    }
}
