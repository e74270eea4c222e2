using System.Diagnostics;
using System.Globalization;

namespace Wardkeeper.Lab.Admission.Scenes;

/// <summary>Says what a scene sees, each line with the seconds since it began, in one language; and keeps what was judged.</summary>
/// <param name="writer">Where to.</param>
/// <param name="chinese">In which language.</param>
internal sealed class SceneTelling(TextWriter writer, bool chinese)
{
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Lock writing = new();
    private readonly List<bool> judged = [];

    /// <summary>Whether something was judged, and everything judged held.</summary>
    public bool Holds
    {
        get
        {
            lock (writing) return judged.Count > 0 && judged.TrueForAll(one => one);
        }
    }

    /// <summary>Says something.</summary>
    /// <param name="key">Key of its text.</param>
    /// <param name="values">What fills its places.</param>
    public void Say(string key, params object[] values) => Write(' ', Texts.Format(key, chinese, values));

    /// <summary>Says something that comes from elsewhere, in whatever language that speaks.</summary>
    public void Quote(string text) => Write(' ', text);

    /// <summary>Judges.</summary>
    /// <param name="holds">Whether it holds.</param>
    /// <param name="key">Key of the text that says what must hold, and what was measured.</param>
    /// <param name="values">What fills its places.</param>
    public void Judge(bool holds, string key, params object[] values)
    {
        lock (writing) judged.Add(holds);
        Write(holds ? '✓' : '✗', Texts.Format(key, chinese, values));
    }

    /// <summary>Seconds as they stand in texts.</summary>
    public static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);

    private void Write(char mark, string text)
    {
        lock (writing) writer.WriteLine(FormattableString.Invariant($"{clock.Elapsed.TotalSeconds,7:0.0} s {mark} {text}"));
    }
}
