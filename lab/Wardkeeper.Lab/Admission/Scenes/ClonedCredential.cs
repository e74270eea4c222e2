using System.Globalization;
using System.Net.NetworkInformation;
using System.Text.Json;
using Wardkeeper.Lab.Admission.Life;
using Wardkeeper.Lab.Admission.Room;
using Wardkeeper.Lab.Admission.Switch;
using Wardkeeper.Lab.Admission.Wires;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;

namespace Wardkeeper.Lab.Admission.Scenes;

/// <summary>
/// A device's certificate and key file are copied to a second machine, which proves itself by them at another port: FreeRADIUS finds nothing wrong with it, and it must be found and kept
/// out all the same, while the rightful device notices nothing. In the counter-run the segment only observes. Then the same theft is tried on a chip.
/// </summary>
internal sealed class ClonedCredential : IWardScene
{
    private const string OwnerKey = "kiosk", ThiefKey = "thief", OwnerPort = "p1", ThiefPort = "p2", Serial = "K-100";
    private static readonly TimeSpan AtHome = TimeSpan.FromSeconds(5), Watched = TimeSpan.FromSeconds(10), Second = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public string Name => "cloned-credential";

    /// <inheritdoc/>
    public string English => "A copied key file is found at its second use and stays out; from a chip nothing can be copied";

    /// <inheritdoc/>
    public string Chinese => "被复制的密钥文件在第二次使用时即被发现并被挡在外面；芯片中的密钥无法复制";

    /// <inheritdoc/>
    public string Protection => "scene-protection-enforce";

    /// <inheritdoc/>
    public int Devices => 0;

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [Supplicant.Needs, .. Chip.Needs, .. TpmToken.Needs];

    /// <inheritdoc/>
    public async Task PlayAsync(SceneStand run, CancellationToken cancel)
    {
        int vlan = run.Settings.Vlans.Medical;
        PhysicalAddress address = run.MacOf("", 0x00, 0xE0, 0x4C), other = run.MacOf("thief", 0x00, 0x1B, 0x21);
        (string mac, string thief) = (MacText.Of(address), MacText.Of(other));
        Ward ward = await run.BuildAsync([OwnerPort, ThiefPort], [WardMachine.Of(OwnerKey, OwnerPort, "report-kiosk", address, vlan, 23, "KIOSK-3F"), WardMachine.Of(ThiefKey, ThiefPort, "laptop", other, vlan, 66, "laptop")], cancel);
        WardAuthority authority = await WardAuthority.PrepareAsync(run, ward, cancel);
        GuardedWard guarded = await GuardedWard.StartAsync(run, ward, new BridgeWires(ward, new Dictionary<string, string>()), null, [new("Report kiosk", "report-kiosk", "Ward 3", mac, "none", Serial)], cancel, authority: authority);
        run.Follow(guarded.Access);
        run.Keep(new PortWatch(ward, guarded.Access));
        ServerCapture capture = run.Keep(await ServerCapture.StartAsync(ward, "server", cancel));

        long device = await guarded.Hub.FindAsync(Serial, cancel);
        (string certificate, string key) = await authority.IssueAsync(guarded.Hub, "kiosk", ["--profile", "device", "--device", string.Create(CultureInfo.InvariantCulture, $"D-{device}")], cancel);
        await ward.SwitchOnAsync(OwnerKey, cancel);
        run.Keep(new Beat(ward[OwnerKey], ward.Server.Device.Ip));
        run.Keep(await Supplicant.StartAsync(ward, OwnerKey, authority.RootFile, certificate, key, cancel));
        DateTimeOffset heard = await Hearing.HeardAsync(run, capture, mac, "scene-clone-owner", cancel);
        await Task.Delay(AtHome, cancel);
        if (run.IsProtected) await guarded.EnforceAsync(cancel);

        string copy = Path.Combine(ward.Site.FolderOf("stolen"), "key.pem");
        File.Copy(key, copy);
        DateTimeOffset used = DateTimeOffset.UtcNow;
        await ward.SwitchOnAsync(ThiefKey, cancel);
        run.Telling.Say("scene-clone-used", thief);
        run.Keep(new Beat(ward[ThiefKey], ward.Server.Device.Ip));
        run.Keep(await Supplicant.StartAsync(ward, ThiefKey, authority.RootFile, certificate, copy, cancel));
        await JudgeAsync(run, guarded, capture, thief, used, cancel);
        (TimeSpan longest, _) = capture.Read().LongestPause(mac, heard, DateTimeOffset.UtcNow - Second);
        run.Telling.Judge(longest <= run.Settings.Pause, "scene-judge-pause", SceneTelling.Seconds(longest), SceneTelling.Seconds(run.Settings.Pause));
        await TryChipsAsync(run, ward, cancel);
    }

    private static async Task JudgeAsync(SceneStand run, GuardedWard guarded, ServerCapture capture, string thief, DateTimeOffset used, CancellationToken cancel)
    {
        string[] wanted = ["identity-on-wrong-device", "certificate-at-other-device", "identity-at-two-places"];
        JsonElement? found = await guarded.Hub.Api.UntilAsync("findings?pageSize=100", answer => answer.Items().Any(one => wanted.Contains(one.Find("type"))), run.Settings.Within, cancel);
        string[] types = [.. found?.Items().Select(one => one.Find("type") ?? "").Where(type => wanted.Contains(type)).Distinct() ?? []];
        run.Telling.Judge(types.Length > 0, "scene-clone-finding", types.Length == 0 ? "-" : string.Join(", ", types), SceneTelling.Seconds(DateTimeOffset.UtcNow - used));
        // It is watched for a while after the deadline: who is put out late must not come back.
        TimeSpan rest = used + run.Settings.Within + Watched - DateTimeOffset.UtcNow;
        if (rest > TimeSpan.Zero) await Task.Delay(rest, cancel);
        IReadOnlyList<Frame> frames = capture.Read().From(thief, used);
        int late = frames.Count(frame => ServerFrames.Time(frame.At) > used + run.Settings.Within);
        run.Telling.Judge(late == 0, "scene-judge-impostor", late, SceneTelling.Seconds(run.Settings.Within), frames.Count, frames.Count == 0 ? "-" : SceneTelling.Seconds(ServerFrames.Time(frames[^1].At) - used));
        foreach (string reason in await guarded.Hub.DecisionsAsync(thief, used - Second, cancel)) run.Telling.Quote("   " + reason);
    }

    /// <summary>The same theft from chips: SoftHSM refuses to hand the key out; a TPM's token that was copied with all its files is of no use at another TPM.</summary>
    private static async Task TryChipsAsync(SceneStand run, Ward ward, CancellationToken cancel)
    {
        using Maker maker = new();
        Chip chip = await Chip.MakeAsync(ward, OwnerKey, maker, Serial, cancel);
        TokenTheft theft = chip.Steal();
        run.Telling.Judge(theft is { Kept: 0, Open: > 0 }, "scene-clone-softhsm", theft.Kept, theft.Open);
        await using TpmToken own = await TpmToken.MakeAsync(ward, OwnerKey, null, cancel);
        run.Telling.Judge(await own.SignsAsync(cancel), "scene-clone-tpm-own");
        await using TpmToken copied = await TpmToken.MakeAsync(ward, ThiefKey, own, cancel);
        run.Telling.Judge(!await copied.SignsAsync(cancel), "scene-clone-tpm-copy", copied.Said);
    }
}
