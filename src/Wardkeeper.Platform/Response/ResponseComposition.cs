using Wardkeeper.Hub.Response;

namespace Wardkeeper.Platform.Response;

/// <summary>Registers what decides on actions and carries them out.</summary>
internal static class ResponseComposition
{
    /// <summary>Registers it.</summary>
    public static void AddResponse(this IServiceCollection services)
    {
        services.AddSingleton<CareReader>();
        services.AddSingleton<CareBoard>();
        services.AddSingleton<ICareBoard>(provider => provider.GetRequiredService<CareBoard>());
    }
}
