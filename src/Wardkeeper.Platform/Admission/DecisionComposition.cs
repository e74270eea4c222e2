using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Admission.Radius;
using Wardkeeper.Hub.Admission.Switches;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Response;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Storage;
using Wardkeeper.Storage.Admission;

namespace Wardkeeper.Platform.Admission;

/// <summary>Registers what decides who is let in.</summary>
internal static class DecisionComposition
{
    /// <summary>Registers it.</summary>
    /// <param name="services">Where.</param>
    /// <param name="settings">Say the hospital's time zone.</param>
    public static void AddAdmissionDecision(this IServiceCollection services, LiveSettings settings)
    {
        services.AddSingleton<KnownDevices>();
        services.AddSingleton<IKnownDevices>(provider => provider.GetRequiredService<KnownDevices>());
        services.AddSingleton<IBatchPart>(provider => provider.GetRequiredService<KnownDevices>());
        services.AddSingleton(provider =>
        {
            PlugBook plugs = new();
            // What a switch says of the end of a session is said of the card.
            provider.GetRequiredService<SessionBoard>().Changed += session =>
            {
                if (session is { Ended: { } ended, Mac: { } mac }) plugs.Left(mac, session.NasIdentifier ?? session.Nas.ToString(), session.Port, ended, EndOf(session.Cause));
            };
            return plugs;
        });
        services.AddSingleton<DecisionNumbers>();
        services.AddSingleton<INumbersDecisions>(provider => provider.GetRequiredService<DecisionNumbers>());
        services.AddSingleton<AdmissionPolicyBook>();
        services.AddSingleton<IAdmissionSegments>(provider => provider.GetRequiredService<AdmissionPolicyBook>());
        services.AddSingleton<StandingFindings>();
        services.AddSingleton<IStandingFindings>(provider => provider.GetRequiredService<StandingFindings>());
        services.AddSingleton(provider => provider.GetRequiredService<DetectionPath>().Traits);
        services.AddSingleton(provider => new AdmissionDecider(
            provider.GetRequiredService<IKnownDevices>(),
            provider.GetRequiredService<ICardTraits>(),
            provider.GetRequiredService<IStandingFindings>(),
            provider.GetRequiredService<ICareBoard>(),
            provider.GetRequiredService<AdmissionPolicyBook>(),
            provider.GetRequiredService<PlugBook>(),
            provider.GetRequiredService<DecisionNumbers>(),
            provider.GetService<ITrustedIdentities>()));
        services.AddSingleton<IAdmissionDecider>(provider => provider.GetRequiredService<AdmissionDecider>());
        services.AddSingleton(provider => new PolicyStore(
            provider.GetRequiredService<StoreFactory>(),
            provider.GetRequiredService<HubGate>(),
            provider.GetRequiredService<AdmissionPolicyBook>(),
            provider.GetRequiredService<IKnownDevices>(),
            provider.GetRequiredService<ICareBoard>(),
            provider.GetRequiredService<IAuditLog>(),
            provider.GetRequiredService<TimeProvider>(),
            () => settings.Current.Hospital.TimeZone));
        services.AddSingleton<PlugReader>();
        services.AddSingleton<IAdmissionPolicies>(provider => provider.GetRequiredService<PolicyStore>());
        services.AddSingleton<IAdmissionSwitches, SwitchStore>();
        services.AddHostedService<SwitchWork>();
        services.AddSingleton<IAdmissionSteps, AdmissionSteps>();
        services.AddSingleton<AdmissionWatch>();
        services.AddHostedService<AdmissionWatchWork>();
    }

    /// <summary>How a card left, by the cause that the switch told (Acct-Terminate-Cause: RFC 2866, section 5.10, and RFC 3580, section 2.3).</summary>
    internal static PlugEnd EndOf(string? cause) => cause switch
    {
        "Lost-Carrier" => PlugEnd.LinkDown,
        "Admin-Reset" or "Session-Timeout" or "Idle-Timeout" or "Reauthentication-Failure" or "NAS-Request" or "Port-Reinit" => PlugEnd.CutOff,
        _ => PlugEnd.Unknown,
    };
}
