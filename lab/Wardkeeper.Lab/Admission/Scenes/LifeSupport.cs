using System.Net.NetworkInformation;
using System.Text.Json;
using Wardkeeper.Lab.Admission.Life;
using Wardkeeper.Lab.Admission.Room;
using Wardkeeper.Lab.Admission.Switch;
using Wardkeeper.Lab.Admission.Wires;
using Wardkeeper.Lab.Services;

namespace Wardkeeper.Lab.Admission.Scenes;

/// <summary>
/// A life-supporting monitor in use shows another machine's fingerprint. Nothing may happen to it but a finding and a request to two people: its frames go on arriving. In the
/// counter-run the register does not say that a patient depends on it, and the same machine is put out.
/// </summary>
internal sealed class LifeSupport : IWardScene
{
    private const string KnownKey = "mon", ChangedKey = "changed", Port = "p1", Serial = "M-31";
    private static readonly TimeSpan AtHome = TimeSpan.FromSeconds(8);

    /// <inheritdoc/>
    public string Name => "life-support";

    /// <inheritdoc/>
    public string English => "A life-supporting monitor in use shows a broken fingerprint: nothing happens to it but a finding and a request to two people";

    /// <inheritdoc/>
    public string Chinese => "使用中的生命支持监护仪出现指纹异常：除生成发现并请求两人批准外，不采取任何动作";

    /// <inheritdoc/>
    public string Protection => "scene-protection-consequence";

    /// <inheritdoc/>
    public int Devices => 0;

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [new("dnsmasq", "dnsmasq-base"), new("dhclient", "isc-dhcp-client"), new("curl", "curl")];

    /// <inheritdoc/>
    public async Task PlayAsync(SceneStand run, CancellationToken cancel)
    {
        int vlan = run.Settings.Vlans.Medical;
        PhysicalAddress address = run.MacOf("", 0x00, 0xE0, 0x4C);
        string mac = MacText.Of(address);
        // What it shows says nothing of what it is: only the register does.
        MachineTraits known = new(64, true, new(null, [1, 3, 6, 15, 42]), "node-31", "Service/2.1"), changed = known with { TimeToLive = 128, HasTimestamps = false, Dhcp = MachineTraits.WindowsDhcp };
        Ward ward = await run.BuildAsync([Port], [WardMachine.Of(KnownKey, Port, "patient-monitor", address, vlan, 31, "node-31"), WardMachine.Of(ChangedKey, null, "patient-monitor", address, vlan, 31, "node-31")], cancel);
        run.Keep(await WardServices.StartAsync(ward, cancel));
        BridgeWires wires = new(ward, new Dictionary<string, string>());
        string past = await Hearing.PastAsync(ward, wires, [(Port, KnownKey, known)], cancel);
        run.Telling.Say("scene-past");
        GuardedWard guarded = await GuardedWard.StartAsync(run, ward, wires, past,
            [run.IsProtected ? new("Patient monitor", "patient-monitor", "Ward 3", mac, "death-or-serious-injury", Serial) : new RegisteredDevice("Report kiosk", "report-kiosk", "Ward 3", mac, "none", Serial)], cancel);
        // A register does not overrule what is seen: where the card is a maker's of monitors, a person must say that this is none.
        if (!run.IsProtected) await guarded.Hub.EnterAsync(Serial, "type", "report-kiosk", cancel);
        run.Follow(guarded.Access);
        run.Keep(new PortWatch(ward, guarded.Access));
        ServerCapture capture = run.Keep(await ServerCapture.StartAsync(ward, "server", cancel));
        Machine machine = run.Keep(await Machine.OnAsync(ward, KnownKey, known, cancel));
        await Hearing.HeardAsync(run, capture, mac, "scene-neighbour", cancel);
        await Task.Delay(AtHome, cancel);
        await guarded.EnforceAsync(cancel);
        await run.EndAsync(machine);

        await ward.PlugAsync(Port, ChangedKey, cancel);
        run.Telling.Say("scene-life-changed", mac);
        Machine other = run.Keep(await Machine.OnAsync(ward, ChangedKey, changed, cancel));
        DateTimeOffset heard = await Hearing.HeardAsync(run, capture, mac, "scene-neighbour", cancel);
        JsonElement? request = await guarded.Hub.Api.UntilAsync("actions?pageSize=50", answer => answer.Items().Any(), run.Settings.Within, cancel);
        DateTimeOffset asked = DateTimeOffset.UtcNow;
        TimeSpan rest = heard + run.Settings.Within - asked;
        if (rest > TimeSpan.Zero) await Task.Delay(rest, cancel);
        (TimeSpan longest, DateTimeOffset began) = capture.Read().LongestPause(mac, heard, DateTimeOffset.UtcNow - TimeSpan.FromSeconds(1));
        run.Telling.Judge(longest <= run.Settings.Pause, "scene-judge-untouched", SceneTelling.Seconds(longest), SceneTelling.Seconds(run.Settings.Pause), SceneTelling.Seconds(began - heard));
        JsonElement? action = request?.Items().FirstOrDefault();
        string state = action?.Find("state") ?? "-";
        run.Telling.Judge(state == "proposed", "scene-judge-request", state, SceneTelling.Seconds(asked - heard));
        // What may be done, and why not more, in the safety check's words.
        if (action?.Find("number") is { } number) run.Telling.Quote("   " + (await guarded.Hub.Api.GetAsync($"actions/{number}/preview", cancel)).Find("verdict", "rule", run.Settings.IsChinese ? "chinese" : "english"));
        JsonElement findings = await guarded.Hub.Api.GetAsync("findings?pageSize=100", cancel);
        string[] types = [.. findings.Items().Select(one => one.Find("type") ?? "").Where(type => type is "fingerprint-broken" or "device-impersonated").Distinct()];
        run.Telling.Judge(types.Length > 0, "scene-judge-finding", types.Length == 0 ? "-" : string.Join(", ", types));
        foreach (string reason in await guarded.Hub.DecisionsAsync(mac, heard - TimeSpan.FromSeconds(10), cancel)) run.Telling.Quote("   " + reason);
        await run.EndAsync(other);
    }
}
