using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Recording;

/// <summary>
/// Records what a mirror port of the switch would show: every frame that crosses a bridge, one tcpdump per bridge. A promiscuous
/// socket on a bridge sees each forwarded frame once; a routed packet is seen on both of its virtual LANs, as on a real mirror.
/// </summary>
internal sealed class Recorder : IAsyncDisposable
{
    private const int Attempts = 4;

    private readonly List<(Department Department, Dump Dump)> dumps = [];
    private readonly string folder;

    private Recorder(string folder) => this.folder = folder;

    /// <summary>The processes that record.</summary>
    public IEnumerable<int> Processes => dumps.Select(one => one.Dump.Id);

    /// <summary>The program that records.</summary>
    public static Services.Requirement Needs => Dump.Needs;

    /// <summary>Starts recording and returns when every bridge is listened to.</summary>
    /// <exception cref="LabException">tcpdump does not start.</exception>
    public static async Task<Recorder> StartAsync(HospitalNetwork network, string folder, CancellationToken cancel)
    {
        Recorder recorder = new(Directory.CreateDirectory(folder).FullName);
        try
        {
            foreach (Department department in network.Departments) await recorder.ListenAsync(network.Switch, department, cancel);
            return recorder;
        }
        catch
        {
            await recorder.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops, and returns the files: one per department that showed anything.</summary>
    /// <exception cref="LabException">Frames were lost: the recording would not be true.</exception>
    public async Task<IReadOnlyList<(Department Department, string File)>> StopAsync()
    {
        List<(Department, string)> files = [];
        while (dumps.Count > 0)
        {
            (Department department, Dump dump) = dumps[0];
            await dump.StopAsync();
            files.Add((department, FileOf(department)));
            await dump.DisposeAsync();
            dumps.RemoveAt(0);
        }
        return files;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach ((_, Dump dump) in dumps) await dump.DisposeAsync();
        dumps.Clear();
    }

    private string FileOf(Department department) => Path.Combine(folder, HospitalNetwork.BridgeOf(department) + ".pcap");

    /// <summary>A busy machine may let tcpdump fail that works a moment later.</summary>
    private async Task ListenAsync(string switchName, Department department, CancellationToken cancel)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                dumps.Add((department, await Dump.StartAsync(switchName, HospitalNetwork.BridgeOf(department), FileOf(department), ["-B", "16384"], cancel)));
                return;
            }
            catch (LabException) when (attempt < Attempts)
            {
                await Task.Delay(attempt * 200, cancel);
            }
        }
    }
}
