using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Wardkeeper.Platform.Doctor.Checks;

/// <summary>Whether the clock can be right, by what the machine itself knows: the program's own age, the hardware clock, and whether the kernel is being kept in time.</summary>
internal sealed partial class ClockCheck : IDoctorCheck
{
    private const int Unsynchronised = 0x40;
    private static readonly TimeSpan MostOff = TimeSpan.FromMinutes(2);

    /// <inheritdoc/>
    public async IAsyncEnumerable<Diagnosis> LookAsync(DoctorContext context, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        DateTimeOffset now = context.Clock.GetUtcNow();
        string shown = now.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        DateTime built = File.GetLastWriteTimeUtc(typeof(ClockCheck).Assembly.Location);
        if (now.UtcDateTime < built - MostOff)
        {
            yield return new("clock", Condition.Problem, "doctor-clock-past", shown, built.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
            yield break;
        }
        if (HardwareClock() is { } hardware && (hardware - now).Duration() > MostOff)
            yield return new("clock", Condition.Notice, "doctor-clock-hardware", shown, hardware.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
        bool? kept = IsKept();
        if (kept == false) yield return new("clock", Condition.Notice, "doctor-clock-free", shown);
        else yield return new("clock", Condition.Well, kept is null ? "doctor-clock-unknown" : "doctor-clock", shown);
    }

    private static DateTimeOffset? HardwareClock()
    {
        try
        {
            return long.TryParse(File.ReadAllText("/sys/class/rtc/rtc0/since_epoch"), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out long seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether something keeps the kernel's clock in time (adjtimex(2) with nothing to set); null when the kernel does not say.</summary>
    private static bool? IsKept()
    {
        // struct timex on 64-bit Linux: modes (int, padded), offset, freq, maxerror, esterror (long each), status (int). Whole size 208.
        Span<byte> timex = stackalloc byte[256];
        timex.Clear();
        return AdjustTime(ref MemoryMarshal.GetReference(timex)) < 0 ? null : (MemoryMarshal.Read<int>(timex[40..]) & Unsynchronised) == 0;
    }

    [LibraryImport("libc", EntryPoint = "adjtimex")]
    private static partial int AdjustTime(ref byte timex);
}
