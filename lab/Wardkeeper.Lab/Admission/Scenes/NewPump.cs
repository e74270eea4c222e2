using System.Globalization;
using System.Net.NetworkInformation;
using System.Text.Json;
using Wardkeeper.Lab.Admission.Life;
using Wardkeeper.Lab.Admission.Room;
using Wardkeeper.Lab.Admission.Switch;
using Wardkeeper.Lab.Admission.Wires;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Admission.Scenes;

/// <summary>
/// A new pump with its maker's key in a chip: announced by the purchase list, it makes itself known in the onboarding VLAN, gets the hospital's certificate by EST, proves itself at its
/// port by 802.1X and reports measurements. In the counter-run no purchase list names it: it has to stay out of the medical VLAN.
/// </summary>
internal sealed class NewPump : IWardScene
{
    private const string PumpKey = "pump", MonitorKey = "mon", PumpPort = "p1", MonitorPort = "p2";
    private const int Lines = 20;
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(200), Again = TimeSpan.FromSeconds(1), Starting = TimeSpan.FromSeconds(4);

    /// <inheritdoc/>
    public string Name => "new-pump";

    /// <inheritdoc/>
    public string English => "A new pump with a maker's key in its chip: approved by the purchase list, enrolled, admitted to its VLAN by 802.1X, its telemetry verified";

    /// <inheritdoc/>
    public string Chinese => "一台芯片内带厂商密钥的新输液泵：按采购清单批准、登记取得证书、经 802.1X 进入其 VLAN、遥测得到验证";

    /// <inheritdoc/>
    public string Protection => "scene-protection-purchase";

    /// <inheritdoc/>
    public int Devices => 0;

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [Supplicant.Needs, .. Chip.Needs];

    /// <inheritdoc/>
    public async Task PlayAsync(SceneStand run, CancellationToken cancel)
    {
        int vlan = run.Settings.Vlans.Medical;
        PhysicalAddress address = run.MacOf("", 0x00, 0x0F, 0x14), monitor = run.MacOf("monitor", 0x00, 0x09, 0xFB);
        (string mac, string neighbour, string serial) = (MacText.Of(address), MacText.Of(monitor), string.Create(CultureInfo.InvariantCulture, $"IP-{run.Dice.For("serial").Between(100_000, 999_999)}"));
        Ward ward = await run.BuildAsync([PumpPort, MonitorPort], [WardMachine.Of(PumpKey, PumpPort, "infusion-pump", address, vlan, 41, "pump-41"), WardMachine.Of(MonitorKey, MonitorPort, "patient-monitor", monitor, vlan, 31, "icu-mon-31")], cancel);
        WardAuthority authority = await WardAuthority.PrepareAsync(run, ward, cancel);
        GuardedWard guarded = await GuardedWard.StartAsync(run, ward, new BridgeWires(ward, new Dictionary<string, string>()), null, [new("Patient monitor", "patient-monitor", "Ward 3", neighbour, "death-or-serious-injury", "M-31")], cancel, authority: authority);
        run.Follow(guarded.Access);
        run.Keep(new PortWatch(ward, guarded.Access));
        ServerCapture capture = run.Keep(await ServerCapture.StartAsync(ward, "server", cancel));
        await ward.SwitchOnAsync(MonitorKey, cancel);
        run.Keep(new Beat(ward[MonitorKey], ward.Server.Device.Ip));
        DateTimeOffset heard = await Hearing.HeardAsync(run, capture, neighbour, "scene-neighbour", cancel);
        await guarded.EnforceAsync(cancel);

        using Maker maker = new();
        await BuyAsync(run, guarded.Hub, maker, serial, cancel);
        DateTimeOffset plugged = DateTimeOffset.UtcNow;
        await ward.SwitchOnAsync(PumpKey, cancel);
        await IpTool.BatchAsync(ward[PumpKey].Name, [$"addr add 10.78.{ward.Vlans.Onboarding}.41/24 dev eth0"], cancel);
        Chip chip = await Chip.MakeAsync(ward, PumpKey, maker, serial, cancel);
        run.Telling.Say("scene-pump-born", serial, mac);
        run.Keep(new Beat(ward[PumpKey], ward.Server.Device.Ip));
        await OnboardAsync(run, ward, guarded, mac, plugged, cancel);

        PumpAgent agent = await PumpAgent.SetUpAsync(ward, PumpKey, chip, serial, authority, cancel);
        (int code, string said) = await agent.EnrolAsync(cancel);
        run.Telling.Say("scene-pump-enrolled", code, said.Split('\n').LastOrDefault(line => !line.StartsWith('{')) ?? "");
        string label = code == 0 ? (await agent.StatusAsync(cancel)).Find("certificate", "key") ?? "" : Chip.BirthKey;
        run.Telling.Say("scene-pump-supplicant", label);
        // Whom the hospital gave no certificate can show its maker's alone.
        RunningProgram supplicant = run.Keep(await Supplicant.StartAsync(ward, PumpKey, authority.RootFile, code == 0 ? agent.Certificate : chip.BirthCertificate, chip, label, cancel));
        await Hearing.HeardAsync(run, capture, mac, "scene-pump-heard", cancel);
        SwitchEvent? opened = guarded.Access.Events.FirstOrDefault(what => what.Mac == mac && what.Vlan == WardVlans.Text(vlan));
        IReadOnlyList<Frame> frames = capture.Read().From(mac, plugged);
        int early = frames.Count(frame => opened is null || ServerFrames.Time(frame.At) < opened.At - Settling);
        run.Telling.Judge(early == 0, "scene-pump-early", early);
        if (frames.Count == 0) run.Telling.Quote("   " + string.Join("\n             ", supplicant.Tail().Split('\n').TakeLast(6)));
        if (code == 0 && frames.Count > 0) await ReportAsync(run, agent, cancel);
        JsonElement page = await guarded.Hub.Api.GetAsync($"admission/decisions?mac={MacText.Colons(mac)}&pageSize=1", cancel);
        foreach (JsonElement one in page.Items()) run.Telling.Say("scene-pump-grade", one.Find("grade") ?? "-");
        foreach (string reason in await guarded.Hub.DecisionsAsync(mac, plugged - Again, cancel)) run.Telling.Quote("   " + reason);
        (TimeSpan longest, _) = capture.Read().LongestPause(neighbour, heard, DateTimeOffset.UtcNow - Again);
        run.Telling.Judge(longest <= run.Settings.Pause, "scene-judge-pause", SceneTelling.Seconds(longest), SceneTelling.Seconds(run.Settings.Pause));
    }

    /// <summary>The maker's root is trusted; the purchase list names the pump, or another.</summary>
    private static async Task BuyAsync(SceneStand run, HubRoom hub, Maker maker, string serial, CancellationToken cancel)
    {
        string root = Path.Combine(run.Folder, "maker.pem"), list = Path.Combine(run.Folder, "order.tsv");
        await File.WriteAllTextAsync(root, maker.Root + "\n", cancel);
        await hub.MustAsync(["trust", "import-root", root, "--name", "Pumps Ltd"], cancel);
        await File.WriteAllTextAsync(list, $"{(run.IsProtected ? serial : "IP-000001")}\tPumps Ltd\tInfusion pump\n", cancel);
        run.Telling.Quote((await hub.MustAsync(["trust", "expect", list, "--order", "PO-77"], cancel)).Trim());
    }

    private static async Task OnboardAsync(SceneStand run, Ward ward, GuardedWard guarded, string mac, DateTimeOffset plugged, CancellationToken cancel)
    {
        string onboarding = WardVlans.Text(ward.Vlans.Onboarding);
        while (!guarded.Access.Sessions.Any(one => one.Session.Mac == mac && one.Session.Vlan == onboarding) && DateTimeOffset.UtcNow - plugged < run.Settings.Within) await Task.Delay(Again, cancel);
        bool isThere = guarded.Access.Sessions.Any(one => one.Session.Mac == mac && one.Session.Vlan == onboarding);
        run.Telling.Judge(isThere, "scene-pump-onboarding", PumpPort, onboarding, SceneTelling.Seconds(DateTimeOffset.UtcNow - plugged));
    }

    /// <summary>Measurements go to the hub; the agent counts one as sent only when the hub has verified its signature and counter and stored it.</summary>
    private static async Task ReportAsync(SceneStand run, PumpAgent agent, CancellationToken cancel)
    {
        RunningProgram sending = run.Keep(await agent.SendAsync(cancel));
        DateTimeOffset limit = DateTimeOffset.UtcNow + run.Settings.Within;
        JsonElement status = default;
        // The agent sends what is written after it began to read.
        await Task.Delay(Starting, cancel);
        for (int line = 0; line < Lines; line++) await File.AppendAllTextAsync(agent.Measurements, string.Create(CultureInfo.InvariantCulture, $"{{\"rate\":{line},\"unit\":\"mL/h\"}}\n"), cancel);
        while (DateTimeOffset.UtcNow < limit && (Number(status, "counter") == 0 || Number(status, "waiting") > 0))
        {
            await Task.Delay(Again, cancel);
            status = await agent.StatusAsync(cancel);
        }
        // It writes its figures down when it ends.
        Kernel.Terminate(sending.Id);
        while (!sending.HasEnded && DateTimeOffset.UtcNow < limit) await Task.Delay(Again, cancel);
        status = await agent.StatusAsync(cancel);
        run.Telling.Judge(Number(status, "lines") >= Lines && Number(status, "waiting") == 0 && Number(status, "sent") > 0 && Number(status, "refused") == 0, "scene-pump-telemetry", Number(status, "lines"), Lines, Number(status, "waiting"), Number(status, "refused"));
        if (Number(status, "sent") == 0) run.Telling.Quote("   " + sending.Tail());
    }

    private static int Number(JsonElement status, string name) => status.ValueKind == JsonValueKind.Object && int.TryParse(status.Find("telemetry", name), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
}
