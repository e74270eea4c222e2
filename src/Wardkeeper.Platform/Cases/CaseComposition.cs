using Wardkeeper.Hub.Cases;
using Wardkeeper.Storage.Cases;

namespace Wardkeeper.Platform.Cases;

/// <summary>Puts uploaded captures into the platform.</summary>
internal static class CaseComposition
{
    /// <summary>Registers everything about cases.</summary>
    public static void AddCases(this IServiceCollection services)
    {
        services.AddSingleton(new CaseLimits());
        services.AddSingleton<CaseFolders>();
        services.AddSingleton<CaseReceiver>();
        services.AddSingleton<CaseRows>();
        services.AddSingleton(provider => new CasePool(provider.GetRequiredService<CaseFolders>().Of, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<LiveWorkspace>();
        services.AddSingleton<Workspaces>();
        services.AddSingleton<IWorkspaces>(provider => provider.GetRequiredService<Workspaces>());
        services.AddSingleton(provider => new CaseAnalysis(provider.GetRequiredService<PlatformOptions>(), provider.GetRequiredService<CaseLimits>(), provider.GetRequiredService<CaseRows>(), provider.GetRequiredService<Signatures.SignatureStore>(), provider.GetRequiredService<ILoggerFactory>().CreateLogger<CaseAnalysis>()));
        services.AddSingleton<CaseQueue>();
        services.AddHostedService(provider => provider.GetRequiredService<CaseQueue>());
        services.AddSingleton<CaseAdopter>();
        services.AddSingleton<ICases, UploadedCases>();
    }
}
