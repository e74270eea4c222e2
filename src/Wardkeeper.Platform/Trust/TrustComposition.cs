using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Hub.Trust.Attestation;
using Wardkeeper.Hub.Trust.Keys;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Data;
using Wardkeeper.Storage.Trust;

namespace Wardkeeper.Platform.Trust;

/// <summary>Puts authorities, certificates and enrolment into the program.</summary>
internal static class TrustComposition
{
    /// <summary>Folder of key files in the data folder.</summary>
    public const string Folder = "trust";

    /// <summary>Registers them.</summary>
    public static void AddTrust(this IServiceCollection services, PlatformOptions options)
    {
        LiveSettings settings = options.Settings;
        services.AddSingleton(provider => new TrustOptions
        {
            KeyFolder = Keys(options.Folder),
            Box = provider.GetRequiredService<SecretBox>(),
            Organization = () => settings.Current.Hospital.Name,
            Points = () => new PublicationPoints(settings.Current.Trust.Address is { Length: > 0 } address ? address.TrimEnd('/') : null),
            TokenModule = () => settings.Current.Trust.TokenModule,
            PinFile = () => settings.Current.Trust.PinFile,
        });
        services.AddSingleton<ITrustStore, TrustStore>();
        services.AddSingleton<IdentityDirectory>();
        services.AddSingleton<ITrustedIdentities>(provider => provider.GetRequiredService<IdentityDirectory>());
        services.AddSingleton<MakerRoots>();
        services.AddSingleton<Refusals>();
        services.AddSingleton<KeyRing>();
        services.AddSingleton<AuthorityBook>();
        services.AddSingleton<Hierarchy>();
        services.AddSingleton<MakerListImport>();
        services.AddSingleton<TrustDesk>();
        services.AddSingleton<ITrustCommands>(provider => provider.GetRequiredService<TrustDesk>());
        services.AddSingleton<IIdentityGrading, AttestedGrading>();
        services.AddSingleton<ITrustQueries, TrustQueries>();
        services.AddSingleton<Credentials>();
        services.AddSingleton<Enrolments>();
        services.AddSingleton<OcspSigner>();
        services.AddSingleton<OcspResponder>();
        services.AddSingleton<TrustLoad>();
        services.AddSingleton<EstCertificate>();
        services.AddSingleton<EstService>();
        services.AddSingleton<EstHost>();
        services.AddHostedService(provider => provider.GetRequiredService<EstHost>());
        TrustCommands.Register(services);
    }

    private static string Keys(DataFolder folder) => Path.GetDirectoryName(folder.Inside(Folder, "any"))!;
}

/// <summary>Brings into memory what is stored of trust.</summary>
internal sealed class TrustLoad(ITrustStore store, AuthorityBook book, IdentityDirectory identities, MakerRoots roots)
{
    /// <summary>Reads it; once, after the tables are there.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        TrustRecords stored = await store.LoadAsync(cancel);
        foreach (IssuedCertificate one in stored.Certificates) identities.Put(one);
        foreach (MakerRoot root in stored.Roots) roots.Put(root);
        foreach (MakerList list in stored.Lists) roots.Put(list);
        book.Load(stored.Authorities);
    }
}
