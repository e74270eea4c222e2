using System.Net.NetworkInformation;
using System.Text.Json;
using Wardkeeper.Lab.Admission.Life;
using Wardkeeper.Lab.Admission.Room;
using Wardkeeper.Lab.Admission.Switch;
using Wardkeeper.Lab.Admission.Wires;
using Wardkeeper.Lab.Services;

namespace Wardkeeper.Lab.Admission.Scenes;

/// <summary>
/// An old monitor without a supplicant: it is let in by its address, when it asks again its fingerprint agrees, and its grade says that this is less than a certificate. In the counter-run the
/// hub has no past of it, so that nothing but its address speaks for it.
/// </summary>
internal sealed class OldMonitor : IWardScene
{
    private const string Key = "mon", Port = "p1";

    /// <inheritdoc/>
    public string Name => "old-monitor";

    /// <inheritdoc/>
    public string English => "An old monitor without a supplicant is let in by its address, its fingerprint agrees, and its grade is visibly lower than a certificate's";

    /// <inheritdoc/>
    public string Chinese => "无 802.1X 客户端的旧监护仪凭 MAC 接入，指纹一致，身份等级明显低于证书";

    /// <inheritdoc/>
    public string Protection => "scene-protection-past";

    /// <inheritdoc/>
    public int Devices => 0;

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [new("dnsmasq", "dnsmasq-base"), new("dhclient", "isc-dhcp-client"), new("curl", "curl")];

    /// <inheritdoc/>
    public async Task PlayAsync(SceneStand run, CancellationToken cancel)
    {
        PhysicalAddress address = run.MacOf("", 0x00, 0x09, 0xFB);
        string mac = MacText.Of(address);
        MachineTraits known = new(64, true, new(null, [1, 3, 6, 15, 42]), "icu-mon-31", "MonitorService/2.1");
        Ward ward = await run.BuildAsync([Port], [WardMachine.Of(Key, Port, "patient-monitor", address, run.Settings.Vlans.Medical, 31, "icu-mon-31")], cancel);
        run.Keep(await WardServices.StartAsync(ward, cancel));
        BridgeWires wires = new(ward, new Dictionary<string, string>());
        string? past = run.IsProtected ? await Hearing.PastAsync(ward, wires, [(Port, Key, known)], cancel) : null;
        if (past is not null) run.Telling.Say("scene-past");
        GuardedWard guarded = await GuardedWard.StartAsync(run, ward, wires, past, [new("Patient monitor", "patient-monitor", "Ward 3", mac, "death-or-serious-injury", "M-31")], cancel, sessionMinutes: 1);
        run.Follow(guarded.Access);
        run.Keep(new PortWatch(ward, guarded.Access));
        ServerCapture capture = run.Keep(await ServerCapture.StartAsync(ward, "server", cancel));
        Machine machine = run.Keep(await Machine.OnAsync(ward, Key, known, cancel));
        DateTimeOffset heard = await Hearing.HeardAsync(run, capture, mac, "scene-neighbour", cancel);
        // It is compared when its session is over and it asks again: what it showed meanwhile is what is compared.
        DateTimeOffset until = heard + TimeSpan.FromMinutes(1) + run.Settings.Within;
        (string grade, bool agrees) = ("-", false);
        while (!agrees && DateTimeOffset.UtcNow < until)
        {
            await Task.Delay(TimeSpan.FromSeconds(3), cancel);
            JsonElement page = await guarded.Hub.Api.GetAsync($"admission/decisions?mac={mac}&pageSize=1", cancel);
            foreach (JsonElement one in page.Items()) (grade, agrees) = (one.Find("grade") ?? "-", one.GetProperty("reasons").EnumerateArray().Any(reason => reason.Find("key") == "fingerprint-agrees"));
        }
        run.Telling.Judge(agrees, "scene-judge-agrees", SceneTelling.Seconds(DateTimeOffset.UtcNow - heard));
        run.Telling.Judge(grade is "mac-only" or "fingerprint-and-port", "scene-judge-grade", grade);
        (TimeSpan longest, _) = capture.Read().LongestPause(mac, heard, DateTimeOffset.UtcNow - TimeSpan.FromSeconds(1));
        run.Telling.Judge(longest <= run.Settings.Pause, "scene-judge-pause", SceneTelling.Seconds(longest), SceneTelling.Seconds(run.Settings.Pause));
        foreach (string reason in (await guarded.Hub.DecisionsAsync(mac, heard - TimeSpan.FromSeconds(10), cancel)).TakeLast(1)) run.Telling.Quote("   " + reason);
        await run.EndAsync(machine);
    }
}
