using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Storage;
using Wardkeeper.Storage.Access;
using Wardkeeper.Storage.Audit;

namespace Wardkeeper.Platform.Access;

/// <summary>Puts persons, sessions, tokens and the audit log into the program.</summary>
internal static class AccessComposition
{
    private const string AnchorFile = "audit-anchors", KeyFile = "access.key", KeyFolder = "keys";

    /// <summary>Registers what sign-in, API and audit log need; the store, and other options than the usual ones, are registered by the caller. What is beside the database lies in the data folder: the anchors of the audit log, the key that seals second factors, the keys of forms.</summary>
    public static IServiceCollection AddAccess(this IServiceCollection services, string dataFolder)
    {
        DirectoryInfo keys = Directory.CreateDirectory(Path.Combine(dataFolder, KeyFolder));
        if (!OperatingSystem.IsWindows()) keys.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        services.AddDataProtection().SetApplicationName("wardkeeper").PersistKeysToFileSystem(keys);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IChangeFeed, ChangeFeed>();
        services.TryAddSingleton(new AccessOptions());
        services.AddSingleton(_ => SecretBox.Open(Path.Combine(dataFolder, KeyFile)));
        services.AddSingleton(_ => new AuditAnchors(Path.Combine(dataFolder, AnchorFile)));
        services.AddSingleton(provider => new AuditLog(provider.GetRequiredService<StoreFactory>(), provider.GetRequiredService<AuditAnchors>(), provider.GetRequiredService<TimeProvider>(), provider.GetService<HubGate>()));
        services.AddSingleton<IAuditLog>(provider => provider.GetRequiredService<AuditLog>());
        services.AddSingleton<IAuditQueries>(provider => provider.GetRequiredService<AuditLog>());
        services.AddSingleton<IAccessStore>(provider => new AccessStore(provider.GetRequiredService<StoreFactory>(), provider.GetRequiredService<AuditLog>()));
        services.AddSingleton(provider => new FirstPassword(provider.GetRequiredService<IAccessStore>(), dataFolder, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<SecondFactor>();
        services.AddSingleton<PasswordSignIn>();
        services.AddSingleton<UserDirectory>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<ApiTokens>();
        services.AddHostedService<AuditAnchoring>();
        return services;
    }

    /// <summary>Called once the tables are there, before the first request: guards the audit log and makes the first administrator. Answers with the one-time password to print, or null.</summary>
    public static async Task<string?> PrepareAccessAsync(this IServiceProvider services, CancellationToken cancel = default)
    {
        await services.GetRequiredService<AuditLog>().PrepareAsync(cancel);
        return await services.GetRequiredService<FirstPassword>().EnsureAsync(cancel);
    }
}
