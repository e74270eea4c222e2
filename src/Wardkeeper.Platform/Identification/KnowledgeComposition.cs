using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Identification;
using Wardkeeper.Storage;
using Wardkeeper.Storage.Ledger;

namespace Wardkeeper.Platform.Identification;

/// <summary>Registers the site's additions to the knowledge base.</summary>
internal static class KnowledgeComposition
{
    /// <summary>Registers them, over the folder of a data folder.</summary>
    public static void AddKnowledge(this IServiceCollection services, string dataFolder)
    {
        services.AddSingleton<ITaughtQueries, TaughtQueries>();
        services.AddSingleton<IReidentification, Reidentification>();
        services.AddSingleton(provider => new KnowledgeAdditions(
            Path.Combine(dataFolder, KnowledgeFolder.Name),
            provider.GetRequiredService<ITaughtQueries>(),
            provider.GetRequiredService<IReidentification>(),
            provider.GetRequiredService<IAuditLog>(),
            provider.GetRequiredService<HubGate>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IKnowledgeAdditions>(provider => provider.GetRequiredService<KnowledgeAdditions>());
    }
}
