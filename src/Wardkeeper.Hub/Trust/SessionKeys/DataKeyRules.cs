using System.Security.Cryptography;
using Wardkeeper.DeviceProtocol;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Trust.SessionKeys;

/// <summary>A scope of data keys: whose data it is, and who reads it.</summary>
/// <param name="Scope">Its word: <c>telemetry/d-17</c> for a device's telemetry.</param>
/// <param name="Writer">Device that encrypts.</param>
/// <param name="Readers">Devices of the ledger (servers, machines with apps) that may read, besides the hub.</param>
internal sealed record DataKeyScope(string Scope, long Writer, IReadOnlyList<long> Readers)
{
    /// <summary>The scope of a device's telemetry.</summary>
    public static string OfTelemetry(long device) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"telemetry/d-{device}");
}

/// <summary>
/// Which data keys there are and who gets which. A key encrypts for a day; a new one is made an hour before, and at once when a reader is put
/// out. Keys of the last thirty days are handed out for reading. What is returned is to be stored before it is handed out.
/// </summary>
internal static class DataKeyRules
{
    /// <summary>How long a key encrypts.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(1);

    /// <summary>How long before its end the next one is made.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromHours(1);

    /// <summary>How long after its end a key is still handed out to readers: as long as a device may keep telemetry.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>The key that must be made now; null when the newest is good for longer.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="keys">Its keys so far.</param>
    /// <param name="now">Now.</param>
    /// <param name="force">Whether one is made in any case: a reader was put out.</param>
    public static DataKey? Due(DataKeyScope scope, IReadOnlyList<DataKey> keys, CaptureTime now, bool force = false)
    {
        DataKey? newest = keys.MaxBy(static key => key.Epoch);
        if (!force && newest is not null && new CaptureTime(newest.NotAfter).Since(now) > Ahead) return null;
        return new DataKey(KeyId.New(), scope.Scope, (newest?.Epoch ?? 0) + 1, now.Nanoseconds, now.Nanoseconds + (Life.Ticks * 100), MayWrite: true, RandomNumberGenerator.GetBytes(DataKey.Length));
    }

    /// <summary>The keys that somebody gets: its writer all to write with, a reader the same to read with; newest first, those long over not.</summary>
    public static IReadOnlyList<DataKey> For(DataKeyScope scope, IReadOnlyList<DataKey> keys, long device, CaptureTime now)
    {
        bool isWriter = device == scope.Writer;
        if (!isWriter && !scope.Readers.Contains(device)) return [];
        return [.. keys.Where(key => now.Since(new CaptureTime(key.NotAfter)) < Kept).OrderByDescending(static key => key.Epoch).Select(key => key with { MayWrite = isWriter })];
    }
}
