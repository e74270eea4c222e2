using System.Text;
using Wardkeeper.Lab.Admission.Life;
using Wardkeeper.Lab.Admission.Room;
using Wardkeeper.Lab.Admission.Switch;
using Wardkeeper.Lab.Admission.Wires;
using Wardkeeper.Lab.Recording;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Admission.Scenes;

/// <summary>
/// The disk of a terminal is stolen: the agent's whole folder, the files of its token and its PIN, but not its chip. No key, no measurement and no word of a patient must be found there,
/// and the agent must not open the folder at another chip. In the counter-run the terminal has no chip, and its secret lies in a file of the same disk.
/// </summary>
internal sealed class StolenDisk : IWardScene
{
    private const string OwnerKey = "term", ThiefKey = "thief", OwnerPort = "p1";
    private static readonly TimeSpan Sending = TimeSpan.FromSeconds(4), Arriving = TimeSpan.FromSeconds(1);

    /// <summary>How private EC keys begin in files: PEM, and DER in both its forms.</summary>
    private static readonly byte[][] KeySigns = ["PRIVATE KEY"u8.ToArray(), [0x02, 0x01, 0x01, 0x04, 0x20], [0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]];

    /// <inheritdoc/>
    public string Name => "stolen-disk";

    /// <inheritdoc/>
    public string English => "The device agent's disk is copied with its token's files and PIN: without the chip no key, no telemetry and no patient's data can be read";

    /// <inheritdoc/>
    public string Chinese => "设备代理的磁盘连同令牌文件与 PIN 被复制：没有芯片就读不到密钥、遥测和患者数据";

    /// <inheritdoc/>
    public string Protection => "scene-protection-chip";

    /// <inheritdoc/>
    public int Devices => 0;

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => TpmChip.Needs;

    /// <inheritdoc/>
    public async Task PlayAsync(SceneStand run, CancellationToken cancel)
    {
        int vlan = run.Settings.Vlans.Medical;
        Ward ward = await run.BuildAsync([OwnerPort],
            [WardMachine.Of(OwnerKey, OwnerPort, "terminal", run.MacOf("", 0x00, 0x0F, 0x14), vlan, 51, "terminal-51"), WardMachine.Of(ThiefKey, null, "laptop", run.MacOf("thief", 0x00, 0x1B, 0x21), vlan, 66, "laptop")], cancel);
        await ward.SwitchOnAsync(OwnerKey, cancel);
        await IpTool.BatchAsync(ward.Switch, [$"link set {OwnerPort} master br{vlan}"], cancel);
        await IpTool.BatchAsync(ward[ThiefKey].Name, ["link set lo up"], cancel);
        WardAuthority authority = await WardAuthority.PrepareAsync(run, ward, cancel);
        HubRoom hub = await HubRoom.StartAsync(run, ward, null, cancel, authority.Settings);
        await authority.MakeAsync(hub, Path.Combine(run.Folder, "pki"), cancel);
        TpmChip? chip = run.IsProtected ? run.Keep(await TpmChip.MakeAsync(ward, OwnerKey, true, cancel)) : null;
        Dice dice = run.Dice.For("patient");
        string patient = $"Patient-{Convert.ToHexString(dice.Bytes(6))}", serial = $"T-{dice.Between(100_000, 999_999)}";
        ServerCapture capture = run.Keep(await ServerCapture.StartAsync(ward, ward.Hub, Ward.HubCard(vlan), "hub", cancel));
        Terminal terminal = await Terminal.SetUpAsync(ward, OwnerKey, chip, serial, hub, authority, cancel);
        (int enrolled, string said) = await terminal.RunAsync("enrol", cancel);
        if (enrolled != 0) throw new LabException($"the terminal could not enrol: {said}");

        await SendAsync(run, terminal, hub, patient, cancel);
        string stolen = Path.Combine(run.Folder, "stolen");
        Copy(terminal.State, stolen);
        run.Telling.Say("scene-disk-copied", Directory.GetFiles(stolen, "*", SearchOption.AllDirectories).Length);
        Search(run, terminal, stolen, patient);
        if (chip is not null) run.Keep(await TpmChip.MakeAsync(ward, ThiefKey, false, cancel));
        (int opened, string how) = await terminal.RunAsync(ThiefKey, stolen, "status", cancel);
        run.Telling.Judge(opened != 0, "scene-disk-opened", opened, Terminal.Sentence(how));
        run.Telling.Judge((await terminal.RunAsync(OwnerKey, stolen, "status", cancel)).Code == 0, "scene-disk-own");
        await hub.SwitchOnAsync(cancel);
        await UseAsync(run, ward, terminal, stolen, capture, patient, cancel);
    }

    /// <summary>The thief's machine takes the terminal's place at the wall, and its agent is to speak to the hub by the stolen disk: what arrives there is what is judged.</summary>
    private static async Task UseAsync(SceneStand run, Ward ward, Terminal terminal, string stolen, ServerCapture capture, string patient, CancellationToken cancel)
    {
        (string owner, string thief) = (MacText.Of(ward[OwnerKey].Device.Mac), MacText.Of(ward[ThiefKey].Device.Mac));
        await ward.SwitchOffAsync(OwnerKey, cancel);
        await ward.PlugAsync(OwnerPort, ThiefKey, cancel);
        await ward.SwitchOnAsync(ThiefKey, cancel);
        DateTimeOffset plugged = DateTimeOffset.UtcNow;
        await IpTool.ShellAsync(ward[ThiefKey].Name, $"ping -c 3 -W 2 {new Uri(terminal.Hub).Host} >/dev/null || true", cancel);
        (int code, string said) = await terminal.RunAsync(ThiefKey, stolen, "rotate", cancel);
        await Task.Delay(Arriving, cancel);
        ServerFrames frames = await capture.StopAsync();
        IReadOnlyList<Frame> his = frames.From(thief, plugged);
        // 6 is TCP: the doors of the hub take nothing else.
        int segments = his.Count(frame => frame.Ports is not null && frame.Bytes.Span[23] == 6);
        run.Telling.Judge(his.Count > 0 && segments == 0, "scene-disk-used", segments, his.Count, code, Terminal.Sentence(said));
        int sent = frames.From(owner, default).Count(frame => frame.HasSegment);
        byte[][] words = [Encoding.UTF8.GetBytes(patient), "heartRate"u8.ToArray(), Encoding.UTF8.GetBytes(terminal.Voucher)];
        run.Telling.Judge(sent > 0 && frames.Words(owner, words) + frames.Words(thief, words) == 0, "scene-disk-wire", frames.Words(owner, words) + frames.Words(thief, words), sent);
    }

    /// <summary>Some measurements arrive; then the hub is killed, and some wait on the disk.</summary>
    private static async Task SendAsync(SceneStand run, Terminal terminal, HubRoom hub, string patient, CancellationToken cancel)
    {
        RunningProgram agent = run.Keep(await terminal.SendAsync(cancel));
        await LineAsync(terminal, patient, 72, cancel);
        await Task.Delay(Sending, cancel);
        await hub.KillAsync();
        await LineAsync(terminal, patient, 73, cancel);
        await Task.Delay(Sending, cancel);
        (int sent, int waiting, _) = await terminal.EndAsync(agent, cancel);
        run.Telling.Judge(sent > 0 && waiting > 0, "scene-disk-sent", sent, waiting);
    }

    private static Task LineAsync(Terminal terminal, string patient, int rate, CancellationToken cancel) => File.AppendAllTextAsync(terminal.Measurements, $"{{\"patient\":\"{patient}\",\"heartRate\":{rate}}}\n", cancel);

    /// <summary>Looks for what was really sent and for keys, and shows that the search finds both where they are.</summary>
    private static void Search(SceneStand run, Terminal terminal, string stolen, string patient)
    {
        byte[][] words = [Encoding.UTF8.GetBytes(patient), "heartRate"u8.ToArray(), Encoding.UTF8.GetBytes(terminal.Voucher)];
        byte[][] files = [.. Directory.GetFiles(stolen, "*", SearchOption.AllDirectories).Select(File.ReadAllBytes)];
        byte[] open = File.ReadAllBytes(terminal.Measurements), key = File.ReadAllBytes(Path.Combine(run.Folder, "devices.key"));
        run.Telling.Judge(Count([open], words) > 0 && Count([key], KeySigns) > 0, "scene-disk-control", Count([open], words), Count([key], KeySigns));
        run.Telling.Judge(Count(files, words) == 0, "scene-disk-words", Count(files, words), files.Length);
        run.Telling.Judge(Count(files, KeySigns) == 0, "scene-disk-keys", Count(files, KeySigns), files.Length);
    }

    private static int Count(IEnumerable<byte[]> files, byte[][] signs) => files.Sum(file => signs.Sum(sign => file.AsSpan().Count(sign)));

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.Copy(file, target);
        }
    }
}
