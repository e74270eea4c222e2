using System.Diagnostics;
using System.Globalization;

namespace Wardkeeper.Lab.Run;

/// <summary>Says on standard error what goes on: a line that moves on a terminal, otherwise a line per stage and every few seconds.</summary>
/// <param name="writer">Where to.</param>
/// <param name="isTerminal">Whether lines can be written over.</param>
/// <param name="chinese">In which language.</param>
internal sealed class LabProgress(TextWriter writer, bool isTerminal, bool chinese)
{
    private const int Width = 30;
    private static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(150), Elsewhere = TimeSpan.FromSeconds(15);
    private readonly Lock writing = new();
    private readonly Stopwatch sinceShown = Stopwatch.StartNew();
    private string stage = "";

    /// <summary>A new stage begins.</summary>
    public void Stage(string key, params object[] values)
    {
        lock (writing)
        {
            stage = Texts.Format(key, chinese, values);
            writer.Write(isTerminal ? $"\r{stage}\u001b[K" : stage + "\n");
            sinceShown.Restart();
        }
    }

    /// <summary>How far the stage has come.</summary>
    public void Part(int done, int all, string more = "")
    {
        lock (writing)
        {
            if (all <= 0) return;
            if (done < all && sinceShown.Elapsed < (isTerminal ? OnTerminal : Elsewhere)) return;
            sinceShown.Restart();
            double part = Math.Clamp(done / (double)all, 0, 1);
            int filled = (int)(part * Width);
            string bar = FormattableString.Invariant($"[{new string('#', filled)}{new string('.', Width - filled)}] {part * 100,3:F0} %  {stage} {more}");
            writer.Write(isTerminal ? $"\r{bar.TrimEnd()}\u001b[K" : bar.TrimEnd() + "\n");
        }
    }

    /// <summary>A day is played: shows how far it has come until what is returned is disposed.</summary>
    public IAsyncDisposable Watch(DayRun day, DateOnly date, int events)
    {
        Stage("stage-day", date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        return new Timer(_ => Part(day.Done, events, $"{day.At:hh\\:mm}, {day.Done}/{events}"), null, TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(500));
    }

    /// <summary>Nothing more goes on: the line is gone.</summary>
    public void End()
    {
        lock (writing)
        {
            if (isTerminal) writer.Write("\r\u001b[K");
        }
    }
}
