using System.Globalization;
using Wardkeeper.Lab.Admission.Room;
using Wardkeeper.Lab.Admission.Switch;
using Wardkeeper.Lab.Admission.Wires;

namespace Wardkeeper.Lab.Admission.Scenes;

/// <summary>A ward that is guarded: the hub with its register and its segment, FreeRADIUS as the hub configured it, and the switch that asks it.</summary>
internal sealed class GuardedWard
{
    /// <summary>Name of the ward's segment.</summary>
    public const string Segment = "ward-3";

    private const string Secret = "ward3-radius-secret", ChangeSecret = "ward3-change-secret", SwitchName = "ward3-sw1";

    private readonly SceneStand run;
    private readonly Ward ward;
    private readonly IPortWires wires;
    private readonly bool hasSupplicants;

    private GuardedWard(SceneStand run, Ward ward, IPortWires wires, HubRoom hub, RadiusFront radius, bool hasSupplicants)
    {
        (this.run, this.ward, this.wires, Hub, Radius, this.hasSupplicants) = (run, ward, wires, hub, radius, hasSupplicants);
        Access = SwitchOn();
    }

    /// <summary>The hub.</summary>
    public HubRoom Hub { get; }

    /// <summary>FreeRADIUS.</summary>
    public RadiusFront Radius { get; }

    /// <summary>The switch.</summary>
    public AccessSwitch Access { get; private set; }

    /// <summary>Lets the ward's segment carry its decisions out; to be called when decisions were made, for nobody enforces what was never tried.</summary>
    public Task EnforceAsync(CancellationToken cancel) => Hub.EnforceAsync(Segment, cancel);

    /// <summary>Starts everything, the switch last: from then on its ports ask.</summary>
    /// <param name="run">Whose it is; what is started is kept there.</param>
    /// <param name="ward">Its wires.</param>
    /// <param name="wires">What the switch's decisions are carried out by.</param>
    /// <param name="past">A capture of what the hub heard before; null for none.</param>
    /// <param name="register">What the hospital knows of its devices.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <param name="isLastKnownUsed">Whether FreeRADIUS may answer by what was known last while the hub does not.</param>
    /// <param name="sessionMinutes">After how many minutes everybody must ask again; null as asked for.</param>
    /// <param name="authority">The hub's own authority, which makes FreeRADIUS's certificates: then the switch speaks 802.1X. Null for an authority of the scene's.</param>
    public static async Task<GuardedWard> StartAsync(SceneStand run, Ward ward, IPortWires wires, string? past, IEnumerable<RegisteredDevice> register, CancellationToken cancel, bool isLastKnownUsed = true, int? sessionMinutes = null, WardAuthority? authority = null)
    {
        HubRoom hub = await HubRoom.StartAsync(run, ward, past, cancel, authority?.Settings);
        await hub.RegisterAsync(register, cancel);
        await hub.SegmentAsync(Segment, SwitchName, ward.Vlans, sessionMinutes ?? run.Settings.SessionMinutes, cancel);
        string certificates = Path.Combine(run.Folder, "pki"), clients = Path.Combine(run.Folder, "clients.tsv"), folder = Path.Combine(run.Folder, "radius");
        if (authority is null) await FrontPki.MakeAsync(certificates, cancel);
        else await authority.MakeAsync(hub, certificates, cancel);
        await File.WriteAllTextAsync(clients, string.Create(CultureInfo.InvariantCulture, $"{SwitchName}\t{Ward.SwitchAddress}\t{Secret}\t3799\t{ChangeSecret}\n"), cancel);
        File.SetUnixFileMode(clients, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await hub.MustAsync(["admission", "install", "--certificates", certificates, "--clients", clients, "--out", folder, "--fail-safe-vlan", WardVlans.Text(ward.Vlans.Quarantine)], cancel);
        if (!isLastKnownUsed)
        {
            string configuration = Path.Combine(folder, "radiusd.conf"), text = await File.ReadAllTextAsync(configuration, cancel), blind = text.Replace("WHERE mac = '%{Calling-Station-Id}'", "WHERE mac = ''", StringComparison.Ordinal);
            if (blind == text) throw new LabException("FreeRADIUS's configuration does not ask for what was known last; the counter-run cannot take that away");
            await File.WriteAllTextAsync(configuration, blind, cancel);
        }
        RadiusFront radius = await RadiusFront.StartAsync(run, ward, folder, Secret, cancel);
        return new GuardedWard(run, ward, wires, hub, radius, authority is not null);
    }

    /// <summary>Switches the switch off and on again: it has forgotten who was let in.</summary>
    public async Task RestartSwitchAsync()
    {
        await run.EndAsync(Access);
        Access = SwitchOn();
    }

    private AccessSwitch SwitchOn() => run.Keep(new AccessSwitch(
            new SwitchSettings
            {
                Name = SwitchName,
                Address = Ward.SwitchAddress,
                Authentication = new(Ward.HubAddress, RadiusFront.AuthenticationPort),
                Accounting = new(Ward.HubAddress, RadiusFront.AccountingPort),
                Secret = Secret,
                ChangeSecret = ChangeSecret,
                ChangeClient = Ward.HubAddress,
                PortVlan = WardVlans.Text(ward.Vlans.Medical),
                SupplicantPatience = hasSupplicants ? TimeSpan.FromSeconds(1) : TimeSpan.Zero,
                SupplicantTries = 2,
            }, wires, ward.SwitchSocket));
}
