using Microsoft.Extensions.DependencyInjection.Extensions;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Admission.Radius;
using Wardkeeper.Hub.Response;
using Wardkeeper.Hub.Response.Points.Radius;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Platform.Control;
using Wardkeeper.Platform.Data;
using Wardkeeper.Storage.Admission;

namespace Wardkeeper.Platform.Admission;

/// <summary>Registers the admission's front.</summary>
internal static class AdmissionComposition
{
    /// <summary>Registers it, over a folder of a data folder.</summary>
    public static void AddAdmissionFront(this IServiceCollection services, string dataFolder)
    {
        services.AddSingleton(new FrontFolder(Path.Combine(dataFolder, FrontFolder.Name)));
        services.AddSingleton<FrontCounters>();
        services.AddSingleton<IFrontFigures>(provider => provider.GetRequiredService<FrontCounters>());
        services.AddSingleton<SessionBoard>();
        services.AddSingleton<AdmissionStore>();
        services.AddSingleton<IAdmissionRecords>(provider => provider.GetRequiredService<AdmissionStore>());
        services.AddSingleton<AdmissionQueries>();
        services.AddSingleton<IAdmissionQueries>(provider => provider.GetRequiredService<AdmissionQueries>());
        services.TryAddSingleton<IAdmissionSegments, NoSegments>();
        services.AddSingleton<MedicalDevices>();
        services.AddSingleton(provider => OpenLastKnown(provider.GetRequiredService<FrontFolder>(), provider.GetRequiredService<MedicalDevices>(), provider.GetRequiredService<ILogger<FrontFolder>>()));
        services.AddSingleton<ILastKnown>(provider => provider.GetRequiredService<LastKnownFile>());
        services.AddSingleton<IsolationBook>();
        services.AddSingleton<IChangeTargets, ChangeTargets>();
        services.AddSingleton(provider => new DynamicAuthorization(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<RadiusPoint>();
        services.AddSingleton<IEnforcementPoint>(provider => provider.GetRequiredService<RadiusPoint>());
        services.AddSingleton<IRevocationNotice, RevokedOut>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<AdmissionFront>(provider, new IsolatingDecider(provider.GetRequiredService<IAdmissionDecider>(), provider.GetRequiredService<IsolationBook>(), provider.GetRequiredService<IAdmissionSegments>())));
        services.AddSingleton<AdmissionListener>();
        services.AddSingleton<FrontTrust>();
        services.AddHostedService<FrontTrustWork>();
        services.AddHostedService(provider => provider.GetRequiredService<AdmissionListener>());
        services.AddSingleton<IControlCommand>(provider => new ControlHandler("admission-install", provider.GetRequiredService<PlatformOptions>(), provider, AdmissionInstall.RunAsync));
    }

    private static LastKnownFile OpenLastKnown(FrontFolder folder, MedicalDevices medical, ILogger<FrontFolder> log)
    {
        Directory.CreateDirectory(folder.Path, DataFolder.OnlyOwner);
        LastKnownFile file = LastKnownFile.Open(folder.LastKnown, medical.Contains, out string? repaired);
        if (repaired is not null) AdmissionLog.Repaired(log, folder.LastKnown, repaired);
        return file;
    }

    /// <summary>Before any segment is laid down.</summary>
    private sealed class NoSegments : IAdmissionSegments
    {
        public IReadOnlyList<AdmissionSegment> All => [];
    }
}

/// <summary>What the front's parts say in the log.</summary>
internal static partial class AdmissionLog
{
    [LoggerMessage(EventId = 413, Level = LogLevel.Error, Message = "The file that FreeRADIUS answers from while the hub is down, {File}, was damaged ({Why}) and was made anew; it fills with the next decisions. Restart FreeRADIUS, which still holds the damaged one.")]
    public static partial void Repaired(ILogger log, string file, string why);
}
