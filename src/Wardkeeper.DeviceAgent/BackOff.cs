using System.Security.Cryptography;

namespace Wardkeeper.DeviceAgent;

/// <summary>How long to wait before something is tried again: twice as long each time, up to a limit, each wait anywhere in its upper half, so that a ward's devices do not come all at once.</summary>
/// <param name="first">After the first failure.</param>
/// <param name="longest">Never longer.</param>
internal sealed class BackOff(TimeSpan first, TimeSpan longest)
{
    private int failures;

    /// <summary>The next wait; not shorter than what the hub wishes.</summary>
    public TimeSpan Next(TimeSpan? wish = null)
    {
        double whole = Math.Min(longest.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, Math.Min(failures++, 30)));
        double part = whole * (0.5 + (RandomNumberGenerator.GetInt32(1000) / 2000.0));
        return wish is { } least && least.TotalMilliseconds > part ? least + TimeSpan.FromMilliseconds(whole * RandomNumberGenerator.GetInt32(100) / 1000.0) : TimeSpan.FromMilliseconds(part);
    }

    /// <summary>It worked.</summary>
    public void Reset() => failures = 0;
}
