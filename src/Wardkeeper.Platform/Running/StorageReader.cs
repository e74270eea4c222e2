using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Health;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Data;
using Wardkeeper.Storage;
using Wardkeeper.Storage.Backups;
using Wardkeeper.Storage.History;

namespace Wardkeeper.Platform.Running;

/// <summary>Reads how full the stores are.</summary>
internal static class StorageReader
{
    private const int RateDays = 7;

    /// <summary>How the stores are doing; history is read once it is open.</summary>
    public static StorageHealth Read(IServiceProvider services, bool isOpen)
    {
        DataFolder folder = services.GetRequiredService<DataFolder>();
        RetentionSettings retention = services.GetRequiredService<LiveSettings>().Current.Retention;
        bool isSqlite = services.GetRequiredService<StoreFactory>().IsSqlite;
        IReadOnlyList<HistoryDay> days = isOpen ? services.GetRequiredService<HistoryStore>().Days : [];
        long used = days.Sum(day => day.Bytes), free = DataFolder.FreeBytes(folder.Path);
        // The day that is being written says nothing of a whole day, unless it is the only one.
        long[] latest = [.. days.Reverse().Skip(days.Count > 1 ? 1 : 0).Take(RateDays).Select(day => day.Bytes)];
        double rate = latest.Length == 0 ? 0 : latest.Average();
        long room = retention.Size > 0 ? Math.Min(retention.Size, used + free) : used + free;
        string database = folder.Inside(Backup.Database);
        return new StorageHealth(services.GetRequiredService<StoreHealth>().IsWell, isSqlite ? "sqlite" : "postgresql", isSqlite ? Size(database) + Size(database + "-wal") : null, used, days.Count, retention.Days, rate > 0 ? room / rate : null, free);
    }

    private static long Size(string path) => new FileInfo(path) is { Exists: true, Length: var length } ? length : 0;
}

/// <summary>Detectors that cannot fire as things stand.</summary>
internal static class DetectorsBlind
{
    /// <summary>Detectors there are.</summary>
    public static int Count => DetectorRegistry.All.Length;

    /// <summary>Those that cannot fire, each with its reason.</summary>
    public static IReadOnlyList<BlindDetector> Of(IServiceProvider services) =>
        [.. DetectorRegistry.CannotFire(services.GetRequiredService<IDeviceDirectory>(), services.GetRequiredService<DetectionPath>().HasPublishing).Select(one => new BlindDetector(one.Detector, new HealthText(FindingTexts.Get(one.Reason, false), FindingTexts.Get(one.Reason, true))))];
}
