using System.Diagnostics;
using System.Globalization;
using Wardkeeper.Lab.Admission.Scenes;
using Wardkeeper.Lab.Admission.Wires;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Admission.Room;

/// <summary>FreeRADIUS in front of the hub, with the configuration that the hub wrote, in the hub's room.</summary>
internal sealed class RadiusFront : IAsyncDisposable
{
    /// <summary>Where it answers and takes accounting.</summary>
    public const int AuthenticationPort = 1812, AccountingPort = 1813;

    private const int Attempts = 60;
    private readonly SceneStand run;
    private readonly Ward ward;
    private readonly string folder, secret;
    private RunningProgram? program;

    private RadiusFront(SceneStand run, Ward ward, string folder, string secret) => (this.run, this.ward, this.folder, this.secret) = (run, ward, folder, secret);

    /// <summary>Starts it, and returns when it answers.</summary>
    /// <param name="run">Whose it is.</param>
    /// <param name="ward">Where.</param>
    /// <param name="folder">Folder of its configuration.</param>
    /// <param name="secret">The secret of the switch, or of whoever asks from the room itself.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="LabException">It does not start.</exception>
    public static async Task<RadiusFront> StartAsync(SceneStand run, Ward ward, string folder, string secret, CancellationToken cancel)
    {
        RadiusFront front = run.Keep(new RadiusFront(run, ward, folder, secret));
        await front.SwitchOnAsync(cancel);
        run.Telling.Say("scene-radius-up");
        return front;
    }

    /// <summary>Bytes of accounting that wait for the hub.</summary>
    public long Pending => Directory.EnumerateFiles(Path.Combine(folder, "pending")).Sum(file => new FileInfo(file).Length);

    /// <summary>Starts it.</summary>
    public async Task SwitchOnAsync(CancellationToken cancel)
    {
        program = await ProgramRun.ServeAsync(ward.Hub, ward.Site.LogOf(ward.Hub, "freeradius"), "freeradius", ["-f", "-l", "stdout", "-d", folder, "-n", "radiusd"], [], cancel);
        string ask = Path.Combine(run.Folder, "status.txt");
        await File.WriteAllTextAsync(ask, "Message-Authenticator=0x00\n", cancel);
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            // Asked from the switch: its secret and its address are those that are known.
            (int code, _) = await IpTool.RunAsync("ip", ["netns", "exec", ward.Switch, "radclient", "-q", "-t", "1", "-r", "1", "-f", ask, string.Create(CultureInfo.InvariantCulture, $"{Ward.HubAddress}:{AuthenticationPort}"), "status", secret], null, cancel);
            if (code == 0) return;
            if (program.HasEnded) break;
            await Task.Delay(200, cancel);
        }
        throw new LabException($"freeradius does not answer: {program.Tail()}");
    }

    /// <summary>Kills it, without a word.</summary>
    public async Task KillAsync()
    {
        if (program is null) return;
        using (Process process = Process.GetProcessById(program.Id)) process.Kill(entireProcessTree: true);
        await program.DisposeAsync();
        program = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (program is not null) await program.DisposeAsync();
    }
}
