using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Signatures;
using Wardkeeper.Storage;

namespace Wardkeeper.Platform.Signatures;

/// <summary>Registers the sources of rules.</summary>
internal static class SignatureComposition
{
    /// <summary>Registers them, over the folder of a data folder.</summary>
    public static void AddSignatures(this IServiceCollection services, string dataFolder)
    {
        services.AddSingleton(provider => new SignatureStore(
            Path.Combine(dataFolder, SignatureStore.Folder),
            provider.GetRequiredService<Wardkeeper.Sensor.Observations.LocalNetworks>(),
            provider.GetRequiredService<IAuditLog>(),
            provider.GetRequiredService<HubGate>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ISignatures>(provider => provider.GetRequiredService<SignatureStore>());
    }
}
