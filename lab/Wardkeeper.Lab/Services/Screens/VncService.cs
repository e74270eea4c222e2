using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Screens;

/// <summary>A screen that others may watch: Xtigervnc. Some models ask for a password (the engineers'), others do not, always the same.</summary>
internal sealed class VncService : IService
{
    /// <summary>Port of the first screen.</summary>
    public const int Port = 5900;

    /// <inheritdoc/>
    public string Word => "vnc";

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [new("Xtigervnc", "tigervnc-standalone-server"), new("tigervncpasswd", "tigervnc-tools")];

    /// <summary>Whether a device asks for the password.</summary>
    public static bool AsksPassword(HospitalDevice device) => (device.Vendor + device.Model).Sum(character => character) % 2 == 0;

    /// <inheritdoc/>
    public async Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, CancellationToken cancel)
    {
        string[] security = ["-SecurityTypes", "None"];
        if (AsksPassword(host.Device))
        {
            string password = Path.Combine(site.FolderOf($"vnc/{host.Device.Key}"), "password");
            await ProgramRun.MustRunAsync(host, site.LogOf(host, "tigervncpasswd"), "sh", ["-c", "tigervncpasswd -f > \"$0\"", password], TimeSpan.FromSeconds(20), cancel, DeviceSystem.Password);
            security = ["-SecurityTypes", "VncAuth", "-PasswordFile", password];
        }
        // -retro: the classic pattern instead of one black rectangle.
        return await DeviceSystem.ServeAsync(host, site, "Xtigervnc",
            [":0", "-rfbport", $"{Port}", "-interface", "0.0.0.0", .. security, "-geometry", "320x240", "-depth", "16", "-retro", "-AlwaysShared", "-desktop", $"{host.Device.Vendor} {host.Device.Model}", "-Log", "*:stderr:30"], [Port], cancel);
    }
}
