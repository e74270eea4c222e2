using System.Net.NetworkInformation;
using Wardkeeper.Lab.Admission.Life;
using Wardkeeper.Lab.Admission.Switch;
using Wardkeeper.Lab.Admission.Wires;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;

namespace Wardkeeper.Lab.Admission.Scenes;

/// <summary>
/// A laptop at the wall port of a kiosk, with the kiosk's MAC address; then one that copied its DHCP options, host name and address as well. Each must be cut
/// off from the server within the deadline, the kiosk be let in again, and a patient monitor beside it notice nothing.
/// </summary>
internal sealed class Kiosk : IWardScene
{
    private const string KioskKey = "kiosk", MonitorKey = "mon", PlainKey = "laptop1", CopyKey = "laptop2", KioskPort = "p1", MonitorPort = "p2";
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(15), AtHome = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public string Name => "kiosk";

    /// <inheritdoc/>
    public string English => "A laptop with a kiosk's MAC address at the kiosk's wall port; then with its DHCP options, host name and address copied too: cut off in time, the kiosk let in again";

    /// <inheritdoc/>
    public string Chinese => "笔记本冒用自助机的 MAC 接入其墙面端口，随后连 DHCP 选项、主机名与地址一并复制：限时内被切断，真机恢复接入";

    /// <inheritdoc/>
    public string Protection => "scene-protection-enforce";

    /// <inheritdoc/>
    public int Devices => 0;

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [new("dnsmasq", "dnsmasq-base"), new("dhclient", "isc-dhcp-client"), new("curl", "curl")];

    /// <inheritdoc/>
    public async Task PlayAsync(SceneStand run, CancellationToken cancel)
    {
        int vlan = run.Settings.Vlans.Medical;
        PhysicalAddress kioskMac = run.MacOf("", 0x00, 0xE0, 0x4C);
        string kiosk = MacText.Of(kioskMac);
        WardMachine monitorMachine = WardMachine.Of(MonitorKey, MonitorPort, "patient-monitor", run.MacOf("monitor", 0x00, 0x09, 0xFB), vlan, 31, "icu-mon-31");
        MachineTraits known = new(128, false, MachineTraits.WindowsDhcp, "KIOSK-3F", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) ReportKiosk/4.2", "--tls-max", "1.2"), monitor = new(64, true, MachineTraits.LinuxDhcp, "icu-mon-31", "MonitorService/2.1");
        Ward ward = await run.BuildAsync([KioskPort, MonitorPort],
            [
                WardMachine.Of(KioskKey, KioskPort, "report-kiosk", kioskMac, vlan, 23, "KIOSK-3F"), monitorMachine,
                WardMachine.Of(PlainKey, null, "laptop", kioskMac, vlan, 66, "DESKTOP-7QK2"), WardMachine.Of(CopyKey, null, "laptop", kioskMac, vlan, 23, "KIOSK-3F"),
            ], cancel);
        run.Keep(await WardServices.StartAsync(ward, cancel));
        BridgeWires wires = new(ward, new Dictionary<string, string>());
        string past = await Hearing.PastAsync(ward, wires, [(KioskPort, KioskKey, known), (MonitorPort, MonitorKey, monitor)], cancel);
        run.Telling.Say("scene-past");
        GuardedWard guarded = await GuardedWard.StartAsync(run, ward, wires, past,
            [new("Report kiosk", "report-kiosk", "Ward 3", kiosk, "none", "K-100"), new("Patient monitor", "patient-monitor", "Ward 3", MacText.Of(monitorMachine.Device.Mac), "death-or-serious-injury", "M-31")], cancel);
        run.Follow(guarded.Access);
        run.Keep(new PortWatch(ward, guarded.Access));
        ServerCapture capture = run.Keep(await ServerCapture.StartAsync(ward, "server", cancel));
        Machine neighbour = run.Keep(await Machine.OnAsync(ward, MonitorKey, monitor, cancel));
        string neighbourMac = MacText.Of(monitorMachine.Device.Mac);
        DateTimeOffset heard = await Hearing.HeardAsync(run, capture, neighbourMac, "scene-neighbour", cancel);

        await AtHomeAsync(run, ward, capture, known, kiosk, cancel);
        if (run.IsProtected) await guarded.EnforceAsync(cancel);
        foreach ((string key, MachineTraits traits, string what) in ((string, MachineTraits, string)[])[(PlainKey, new(64, true, MachineTraits.LinuxDhcp, "DESKTOP-7QK2", "curl/8.5.0"), "scene-kiosk-plain"), (CopyKey, known with { TimeToLive = 64, HasTimestamps = true, UserAgent = "curl/8.5.0", Tls = [] }, "scene-kiosk-copied")])
        {
            await IntrudeAsync(run, ward, guarded, capture, key, traits, kiosk, what, cancel);
            await ward.PlugAsync(KioskPort, KioskKey, cancel);
            await AtHomeAsync(run, ward, capture, known, kiosk, cancel);
        }
        DateTimeOffset end = DateTimeOffset.UtcNow - TimeSpan.FromSeconds(1);
        ServerFrames all = await capture.StopAsync();
        (TimeSpan longest, _) = all.LongestPause(neighbourMac, heard, end);
        run.Telling.Judge(longest <= run.Settings.Pause, "scene-judge-pause", SceneTelling.Seconds(longest), SceneTelling.Seconds(run.Settings.Pause));
        await run.EndAsync(neighbour);
    }

    /// <summary>The rightful machine is switched on at its port, must be heard, stays for a while and is switched off.</summary>
    private static async Task AtHomeAsync(SceneStand run, Ward ward, ServerCapture capture, MachineTraits traits, string mac, CancellationToken cancel)
    {
        Machine machine = run.Keep(await Machine.OnAsync(ward, KioskKey, traits, cancel));
        await Hearing.HeardAsync(run, capture, mac, "scene-kiosk-home", cancel);
        await Task.Delay(AtHome, cancel);
        await run.EndAsync(machine);
    }

    private static async Task IntrudeAsync(SceneStand run, Ward ward, GuardedWard guarded, ServerCapture capture, string key, MachineTraits traits, string mac, string what, CancellationToken cancel)
    {
        await ward.PlugAsync(KioskPort, key, cancel);
        run.Telling.Say(what, mac);
        DateTimeOffset plugged = DateTimeOffset.UtcNow, deadline = plugged + run.Settings.Within;
        Machine laptop = run.Keep(await Machine.OnAsync(ward, key, traits, cancel));
        await Task.Delay(run.Settings.Within + Watched, cancel);
        IReadOnlyList<Frame> frames = capture.Read().From(mac, plugged);
        int late = frames.Count(frame => ServerFrames.Time(frame.At) > deadline);
        string last = frames.Count == 0 ? "-" : SceneTelling.Seconds(ServerFrames.Time(frames[^1].At) - plugged);
        run.Telling.Judge(late == 0, "scene-judge-impostor", late, SceneTelling.Seconds(run.Settings.Within), frames.Count, last);
        foreach (string reason in await guarded.Hub.DecisionsAsync(mac, plugged, cancel)) run.Telling.Quote("   " + reason);
        await run.EndAsync(laptop);
    }
}
