using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Response;
using Wardkeeper.Hub.Response.Points.Nftables;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Storage.Response;

namespace Wardkeeper.Platform.Response;

/// <summary>Registers what decides on actions and carries them out.</summary>
internal static class ResponseComposition
{
    /// <summary>Registers it.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="filter">How this machine's packet filter is set up, asked at each use.</param>
    public static void AddResponse(this IServiceCollection services, Func<NftablesOptions> filter)
    {
        services.AddSingleton<CareReader>();
        services.AddSingleton<CareBoard>();
        services.AddSingleton<ICareBoard>(provider => provider.GetRequiredService<CareBoard>());
        services.AddSingleton<EnforcementRegistry>();
        services.AddSingleton<IEnforcementPoint>(provider => new NftablesPoint(filter, provider.GetRequiredService<IDeviceQueries>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<PatientReader>();
        services.AddSingleton<PreviewReader>();
        services.AddSingleton<ActionStore>();
        services.AddSingleton<IActionStore>(provider => provider.GetRequiredService<ActionStore>());
        services.AddSingleton<IActionQueries>(provider => provider.GetRequiredService<ActionStore>());
        services.AddSingleton<ActionRunner>();
        services.AddSingleton<IActionCommands, ActionCommands>();
    }

    /// <summary>The packet filter as the settings have it.</summary>
    public static NftablesOptions FilterOf(ResponseSettings settings) => new(settings.NftablesHook, settings.NftablesNamespace, settings.NftablesTable, settings.SlowedTo);
}
