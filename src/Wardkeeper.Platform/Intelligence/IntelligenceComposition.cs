using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Intelligence;
using Wardkeeper.Platform.Data;
using Wardkeeper.Storage;
using Wardkeeper.Storage.History;

namespace Wardkeeper.Platform.Intelligence;

/// <summary>Registers the sources of intelligence.</summary>
internal static class IntelligenceComposition
{
    /// <summary>Registers them, over the folder of a data folder.</summary>
    public static void AddIntelligence(this IServiceCollection services, string dataFolder)
    {
        services.AddSingleton<IPastTraffic, PastTrafficReader>();
        services.AddSingleton<LookBack>();
        services.AddSingleton(provider => new LookBacks(Path.Combine(dataFolder, IntelligenceStore.Folder, LookBacks.FileName), provider.GetRequiredService<LookBack>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IntelligenceStore>(provider => new IntelligenceStore(
            new GivenFiles(Path.Combine(dataFolder, IntelligenceStore.Folder), "intel"),
            provider.GetRequiredService<DetectionPath>(),
            provider.GetRequiredService<LookBacks>(),
            provider.GetRequiredService<IAuditLog>(),
            provider.GetRequiredService<HubGate>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IIntelligence>(provider => provider.GetRequiredService<IntelligenceStore>());
    }
}
