using Wardkeeper.Hub.Audit;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Pages.Audit;

/// <summary>The last check of the audit log since this program started, for everybody who looks.</summary>
internal sealed class LastChainCheck
{
    private volatile Outcome? last;

    /// <summary>How it came out; null when nobody has checked yet.</summary>
    public Outcome? Last => last;

    /// <summary>Keeps an outcome.</summary>
    public void Keep(Outcome outcome) => last = outcome;

    /// <summary>A check.</summary>
    /// <param name="At">When it ended; wall-clock time.</param>
    /// <param name="By">Who asked for it.</param>
    /// <param name="Took">How long it took.</param>
    /// <param name="Report">What it found.</param>
    public sealed record Outcome(CaptureTime At, string By, TimeSpan Took, ChainReport Report);
}
