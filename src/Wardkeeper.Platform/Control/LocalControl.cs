using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Data;

namespace Wardkeeper.Platform.Control;

/// <summary>Commands carried out in this process, when nobody else has the data folder: the same services, without the web.</summary>
internal sealed class LocalControl : IControl
{
    private readonly DataFolder folder;
    private readonly ServiceProvider services;

    private LocalControl(DataFolder folder, ServiceProvider services) => (this.folder, this.services) = (folder, services);

    /// <summary>Takes the data folder; null when somebody else has it.</summary>
    /// <exception cref="UserError">There is no data folder, or it cannot be used.</exception>
    public static LocalControl? TryOpen(ConfigurationLoader loader, PlatformSettings settings, TimeProvider clock, bool mayStart = false)
    {
        if (!mayStart) MustExist(settings);
        DataFolder? folder = DataFolder.TryTake(settings.Data, "a wardkeeper command", clock.GetUtcNow());
        if (folder is null) return null;
        LiveSettings live = new(loader, settings);
        ServiceCollection collection = new();
        collection.AddLogging(logging => Up.LogSetup.Configure(logging, live));
        PlatformHost.AddServices(collection, new PlatformOptions { Settings = live, Folder = folder, Certificate = new ServerCertificate(folder, clock), Clock = clock, IsRunning = false });
        return new LocalControl(folder, collection.BuildServiceProvider());
    }

    /// <summary>Refuses what needs a data folder when there is none.</summary>
    public static void MustExist(PlatformSettings settings)
    {
        if (!Directory.Exists(settings.Data)) throw new UserError($"There is no data folder {settings.Data}. Start Wardkeeper once (wardkeeper up), or name the folder with --data.");
    }

    /// <inheritdoc/>
    public Task<ControlAnswer> RunAsync(ControlRequest request, Action<string> progress, CancellationToken cancel) =>
        services.GetRequiredService<ControlDispatcher>().RunAsync(request with { Person = PeerCredentials.Own }, progress, cancel);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        folder.Dispose();
    }
}
