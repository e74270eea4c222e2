using System.Text;
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
/// A community terminal with a chip, in a network of its own behind a router that translates addresses and leads every connection through a man in the middle. He gets nothing and is
/// refused; the terminal enrols, proves its chip and reports all the same. Revoked, it is out in time with its living connection. In the counter-run nobody revokes it.
/// </summary>
internal sealed class CommunityTerminal : IWardScene
{
    private const string TerminalKey = "term", RouterKey = "nat", RouterPort = "p1", Word = "heartRate";
    private const int EstMiddle = 18_444, DeviceMiddle = 18_447;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1), Sending = TimeSpan.FromSeconds(4), Opening = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public string Name => "community-terminal";

    /// <inheritdoc/>
    public string English => "A community terminal with a chip over an untrusted network: a man in the middle gets nothing; mutual TLS, attestation, telemetry; revoked, it is out within a minute with its living connection";

    /// <inheritdoc/>
    public string Chinese => "带芯片的社区终端经不可信网络接入：中间人一无所获；双向 TLS、可信证明、遥测；吊销后一分钟内连同现有连接一并断开";

    /// <inheritdoc/>
    public string Protection => "scene-protection-revocation";

    /// <inheritdoc/>
    public int Devices => 0;

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => TpmChip.Needs;

    /// <inheritdoc/>
    public async Task PlayAsync(SceneStand run, CancellationToken cancel)
    {
        int vlan = run.Settings.Vlans.Medical;
        Ward ward = await run.BuildAsync([RouterPort],
            [WardMachine.Of(RouterKey, RouterPort, "router", run.MacOf("router", 0x00, 0x1B, 0x21), vlan, 77, "router"), WardMachine.Of(TerminalKey, null, "terminal", run.MacOf("", 0x00, 0x0F, 0x14), vlan, 51, "terminal-51")], cancel);
        WardAuthority authority = await WardAuthority.PrepareAsync(run, ward, cancel);
        await OutsideAsync(ward, vlan, cancel);
        TpmChip chip = run.Keep(await TpmChip.MakeAsync(ward, TerminalKey, true, cancel));
        HubRoom hub = await HubRoom.StartAsync(run, ward, null, cancel, new Dictionary<string, string>(authority.Settings) { ["WARDKEEPER_DEVICES_CHIP_ROOTS"] = chip.Roots });
        await authority.MakeAsync(hub, Path.Combine(run.Folder, "pki"), cancel);
        Middleman est = run.Keep(new Middleman(ward[RouterKey], EstMiddle, authority.Doors.Est)), devices = run.Keep(new Middleman(ward[RouterKey], DeviceMiddle, authority.Doors.Devices));
        run.Telling.Say("scene-term-network");
        Terminal terminal = await Terminal.SetUpAsync(ward, TerminalKey, chip, $"T-{run.Dice.For("serial").Between(100_000, 999_999)}", hub, authority, cancel);

        ServerCapture capture = run.Keep(await ServerCapture.StartAsync(ward, ward.Hub, Ward.HubCard(vlan), "hub", cancel));
        est.Act = devices.Act = MiddleAct.Impersonate;
        (int code, string said) = await terminal.RunAsync("enrol", cancel);
        run.Telling.Judge(code == 6 && est.Connections.Count > 0 && est.Deceived == 0 && !est.Saw(terminal.Voucher), "scene-term-forged", est.Connections.Count, est.Deceived, code, Terminal.Sentence(said));
        est.Act = devices.Act = MiddleAct.Listen;
        (code, said) = await terminal.RunAsync("enrol", cancel);
        if (code != 0) throw new LabException($"the terminal could not enrol: {said}");
        (code, said) = await terminal.RunAsync("attest", cancel);
        run.Telling.Judge(code == 0 && Terminal.Result(said).Find("chipKey") == "true", "scene-term-attested", code, Terminal.Sentence(said));
        await ReportAsync(run, terminal, devices, cancel);
        run.Telling.Judge(!est.Saw(terminal.Voucher) && !devices.Saw(Word) && devices.Length > 0, "scene-term-heard", est.Length + devices.Length);
        JsonElement status = await terminal.StatusAsync(cancel);
        DateTimeOffset revoked = await RevokeAsync(run, terminal, devices, hub, status.Find("certificate", "serial") ?? throw new LabException("the terminal has no certificate"), cancel);
        JudgePackets(run, await capture.StopAsync(), MacText.Of(ward[RouterKey].Device.Mac), terminal, revoked);
    }

    /// <summary>What arrived at the hub's own card: nothing of the connection that lived when the certificate was revoked after the deadline, and nothing in clear at any time.</summary>
    private static void JudgePackets(SceneStand run, ServerFrames frames, string router, Terminal terminal, DateTimeOffset revoked)
    {
        Frame[] sent = [.. frames.From(router, default).Where(frame => frame.HasSegment)];
        Frame living = sent.LastOrDefault(frame => ServerFrames.Time(frame.At) <= revoked);
        DateTimeOffset[] after = [.. sent.Where(frame => frame.Ports == living.Ports).Select(frame => ServerFrames.Time(frame.At)).Where(at => at > revoked)];
        int late = after.Count(at => at > revoked + run.Settings.Within);
        run.Telling.Judge(sent.Length > 0 && late == 0, "scene-term-packets", late, run.Settings.Within.TotalSeconds, sent.Length, after.Length == 0 ? "-" : SceneTelling.Seconds(after[^1] - revoked));
        int words = frames.Words(router, [Encoding.UTF8.GetBytes(terminal.Voucher), Encoding.UTF8.GetBytes(Word)]);
        run.Telling.Judge(words == 0, "scene-term-clear", words);
    }

    /// <summary>A network outside: the terminal's default way is a router with one address in the hospital's network, which leads connections to the hub's doors to itself.</summary>
    private static async Task OutsideAsync(Ward ward, int vlan, CancellationToken cancel)
    {
        string router = ward[RouterKey].Name, terminal = ward[TerminalKey].Name;
        await ward.SwitchOnAsync(RouterKey, cancel);
        await IpTool.BatchAsync(ward.Switch, [$"link set {RouterPort} master br{vlan}"], cancel);
        await IpTool.BatchAsync(router, [$"link add lan0 type veth peer name eth0 netns {terminal}", "addr add 192.168.77.1/24 dev lan0", "link set lan0 up"], cancel);
        await IpTool.BatchAsync(terminal, ["link set lo up", "addr add 192.168.77.2/24 dev eth0", "link set eth0 up", "route add default via 192.168.77.1"], cancel);
        await IpTool.ShellAsync(router, $$"""
            sysctl -qw net.ipv4.ip_forward=1
            nft -f - <<'N'
            table ip outside {
             chain there { type nat hook prerouting priority -100; iifname "lan0" tcp dport 8444 redirect to :{{EstMiddle}}; iifname "lan0" tcp dport 8447 redirect to :{{DeviceMiddle}}; }
             chain back { type nat hook postrouting priority 100; oifname "eth0" masquerade; }
            }
            N

            """, cancel);
    }

    /// <summary>Measurements: first through a man who forges, then through one who alters, then through one who only listens.</summary>
    private static async Task ReportAsync(SceneStand run, Terminal terminal, Middleman middle, CancellationToken cancel)
    {
        foreach ((MiddleAct act, string key) in ((MiddleAct, string)[])[(MiddleAct.Impersonate, "scene-term-impersonated"), (MiddleAct.Alter, "scene-term-altered"), (MiddleAct.Listen, "scene-term-telemetry")])
        {
            middle.Act = act;
            int before = middle.Connections.Count;
            RunningProgram agent = run.Keep(await terminal.SendAsync(cancel));
            await LineAsync(terminal, cancel);
            await Task.Delay(Sending, cancel);
            (int sent, int waiting, int refused) = await terminal.EndAsync(agent, cancel);
            bool holds = middle.Connections.Count > before && refused == 0 && act switch
            {
                MiddleAct.Listen => sent > 0 && waiting == 0,
                MiddleAct.Alter => sent == 0 && waiting > 0 && middle.Altered > 0,
                _ => sent == 0 && waiting > 0 && middle.Deceived == 0,
            };
            run.Telling.Judge(holds, key, middle.Connections.Count - before, sent, waiting, refused);
        }
    }

    /// <returns>When it was revoked; in the counter-run, when it would have been.</returns>
    private static async Task<DateTimeOffset> RevokeAsync(SceneStand run, Terminal terminal, Middleman middle, HubRoom hub, string serial, CancellationToken cancel)
    {
        RunningProgram agent = run.Keep(await terminal.SendAsync(cancel));
        DateTimeOffset limit = DateTimeOffset.UtcNow + Opening;
        while (middle.Connections is [.., { IsOver: true }] or [] && DateTimeOffset.UtcNow < limit) await Task.Delay(Second, cancel);
        // Some messages go over it, so that it lives.
        for (int message = 0; message < 3; message++)
        {
            await LineAsync(terminal, cancel);
            await Task.Delay(Second, cancel);
        }
        MiddleConnection living = middle.Connections is [.., { IsOver: false } last] ? last : throw new LabException($"the terminal holds no connection: {agent.Tail()}");
        DateTimeOffset revoked = DateTimeOffset.UtcNow;
        if (run.IsProtected) await hub.MustAsync(["trust", "revoke", serial, "--revocation", "keyCompromise", "--reason", "stolen"], cancel);
        while (living.CutByHub is null && !living.IsOver && DateTimeOffset.UtcNow - revoked < run.Settings.Within)
        {
            await LineAsync(terminal, cancel);
            await Task.Delay(Second, cancel);
        }
        TimeSpan? cut = living.CutByHub - revoked;
        run.Telling.Judge(cut <= run.Settings.Within, "scene-term-cut", cut is { } after ? SceneTelling.Seconds(after < TimeSpan.Zero ? TimeSpan.Zero : after) : "-", run.Settings.Within.TotalSeconds);
        await LineAsync(terminal, cancel);
        await Task.Delay(Sending, cancel);
        (_, int waiting, int refused) = await terminal.EndAsync(agent, cancel);
        run.Telling.Judge(waiting + refused > 0, "scene-term-unheard", waiting, refused);
        foreach (string command in (string[])["attest", "rotate"])
        {
            (int code, string said) = await terminal.RunAsync(command, cancel);
            run.Telling.Judge(code is 5 or 6, "scene-term-out", command, code, Terminal.Sentence(said));
        }
        return revoked;
    }

    private static Task LineAsync(Terminal terminal, CancellationToken cancel) => File.AppendAllTextAsync(terminal.Measurements, $"{{\"{Word}\":72}}\n", cancel);
}
