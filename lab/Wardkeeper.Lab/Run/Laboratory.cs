using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Run;

/// <summary>A hospital that runs: network, hosts and everything they offer. Disposing it leaves nothing behind.</summary>
internal sealed class Laboratory : IAsyncDisposable
{
    private readonly LabRegister register;
    private readonly LabProgress progress;
    private RunningServices? services;

    private Laboratory(LabSettings settings, HospitalPlan plan, LabRegister register, string folder, LabProgress progress) =>
        (Settings, Plan, this.register, Folder, this.progress) = (settings, plan, register, folder, progress);

    /// <summary>What was asked for.</summary>
    public LabSettings Settings { get; }

    /// <summary>The hospital as planned.</summary>
    public HospitalPlan Plan { get; }

    /// <summary>Folder of its programs' files and logs; gone when this is disposed.</summary>
    public string Folder { get; }

    /// <summary>Its wires and hosts.</summary>
    public HospitalNetwork Network { get; private set; } = null!;

    /// <summary>Builds the hospital and starts everything in it.</summary>
    /// <exception cref="LabException">Something does not start, or a lab of this name runs already. Nothing is left behind then.</exception>
    public static async Task<Laboratory> StartAsync(LabSettings settings, HospitalPlan plan, LabProgress progress, CancellationToken cancel)
    {
        LabRegister register = LabRegister.Take(settings.Name);
        string folder = Directory.CreateTempSubdirectory("wardkeeper-lab-").FullName;
        // Servers that give up root's rights must still reach their files below it.
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        Laboratory lab = new(settings, plan, register, folder, progress);
        try
        {
            if (LabRegister.Leftover(settings.Name) is { } old) await RemoveAsync(settings.Name, old);
            register.Announce(new RunningLab(Environment.ProcessId, settings, folder));
            await lab.BuildAsync(cancel);
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Another day begins: whatever is played or attacked from now on bears its date.</summary>
    public void Begin(DateOnly date)
    {
        Network.Site.Date = date;
        register.Announce(new RunningLab(Environment.ProcessId, Settings with { Date = date }, Folder));
    }

    /// <summary>Removes what a lab left that could not do so itself.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="folder">Its folder, or null when that is not known.</param>
    /// <returns>How many namespaces there were.</returns>
    public static async Task<int> RemoveAsync(string name, string? folder)
    {
        int removed = await HospitalNetwork.RemoveAsync(name);
        // Only what StartAsync makes is ever deleted.
        if (folder is not null && Path.GetFileName(folder).StartsWith("wardkeeper-lab-", StringComparison.Ordinal) && Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        return removed;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        progress.Stage("stage-down");
        try
        {
            if (services is not null) await services.DisposeAsync();
            await RemoveAsync(Settings.Name, Folder);
        }
        finally
        {
            register.Dispose();
            progress.End();
        }
    }

    private async Task BuildAsync(CancellationToken cancel)
    {
        progress.Stage("stage-network", Plan.Devices.Count, Plan.Departments.Count);
        Network = await HospitalNetwork.BuildAsync(Settings.Name, Folder, Settings.Date, Plan.Devices, cancel);
        int all = Plan.Devices.Sum(device => device.Offers.Count);
        progress.Stage("stage-services", all);
        services = await RunningServices.StartAsync(Network.Site, started => progress.Part(started, all), cancel);
    }
}
