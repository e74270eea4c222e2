using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Response;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Storage;
using Wardkeeper.Storage.Admission;

namespace Wardkeeper.Platform.Admission;

/// <summary>Registers what decides who is let in.</summary>
internal static class DecisionComposition
{
    /// <summary>Registers it.</summary>
    public static void AddAdmissionDecision(this IServiceCollection services)
    {
        services.AddSingleton<KnownDevices>();
        services.AddSingleton<IKnownDevices>(provider => provider.GetRequiredService<KnownDevices>());
        services.AddSingleton<IBatchPart>(provider => provider.GetRequiredService<KnownDevices>());
        services.AddSingleton<PlugBook>();
        services.AddSingleton<DecisionNumbers>();
        services.AddSingleton<AdmissionPolicyBook>();
        services.AddSingleton<StandingFindings>();
        services.AddSingleton<IStandingFindings>(provider => provider.GetRequiredService<StandingFindings>());
        services.AddSingleton(provider => provider.GetRequiredService<DetectionPath>().Traits);
        services.AddSingleton<IAdmissionDecider>(provider => new AdmissionDecider(
            provider.GetRequiredService<IKnownDevices>(),
            provider.GetRequiredService<ICardTraits>(),
            provider.GetRequiredService<IStandingFindings>(),
            provider.GetRequiredService<ICareBoard>(),
            provider.GetRequiredService<AdmissionPolicyBook>(),
            provider.GetRequiredService<PlugBook>(),
            provider.GetRequiredService<DecisionNumbers>(),
            provider.GetService<ITrustedIdentities>()));
    }
}
