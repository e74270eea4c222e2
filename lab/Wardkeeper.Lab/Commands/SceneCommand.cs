using System.CommandLine;
using System.Globalization;
using Wardkeeper.Lab.Admission.Scenes;
using Wardkeeper.Lab.Admission.Switch;
using Wardkeeper.Lab.Admission.Wires;
using Wardkeeper.Lab.Run;
using Wardkeeper.Lab.Services;

namespace Wardkeeper.Lab.Commands;

/// <summary>
/// <c>lab scene</c>: promises of admission and trust, tried with real programs in a ward of their own and judged by what arrives at the server. Exit code 0 only when everything
/// holds with the protection and something does not without it.
/// </summary>
internal static class SceneCommand
{
    /// <summary>What every scene runs.</summary>
    public static IReadOnlyList<Requirement> Needs { get; } =
        [new("nft", "nftables"), Recording.Recorder.Needs, new("freeradius", "freeradius"), new("/usr/lib/freeradius/rlm_rest.so", "freeradius-rest"), new("radclient", "freeradius-utils")];

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        LabOptions options = new();
        Argument<string?> name = new("NAME") { Description = "A scene's name; 'lab scene --list' lists them", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> list = new("--list") { Description = "List the scenes" };
        Option<bool> without = new("--without-protection") { Description = "Only the counter-run, with the protection off: exit code 1 when something does not hold, as it must not" };
        Option<bool> once = new("--no-counter-run") { Description = "Only the run with the protection" };
        Option<int> devices = new("--devices") { Description = "Number of devices, for scenes of many", HelpName = "N" };
        Option<int> vlan = new("--vlan") { Description = "VLAN of the admitted and of the server", HelpName = "N", DefaultValueFactory = _ => 20 };
        Option<int> quarantine = new("--quarantine-vlan") { Description = "VLAN of the quarantined", HelpName = "N", DefaultValueFactory = _ => 99 };
        Option<int> onboarding = new("--onboarding-vlan") { Description = "VLAN in which a device can only make itself known", HelpName = "N", DefaultValueFactory = _ => 30 };
        Option<string?> mac = new("--mac") { Description = "MAC address of the device in question; without it, one of the seed's", HelpName = "MAC" };
        Option<int> within = new("--within") { Description = "Seconds within which it must be done", HelpName = "SECONDS", DefaultValueFactory = _ => 60 };
        Option<double> pause = new("--pause") { Description = "Longest time, in seconds, that a rightful device may be unheard at the server", HelpName = "SECONDS", DefaultValueFactory = _ => 2 };
        Option<int> session = new("--session") { Description = "Minutes after which everybody must ask again", HelpName = "MINUTES", DefaultValueFactory = _ => 60 };
        Option<string?> program = new("--program") { Description = "The Wardkeeper that protects; without it, the one this lab belongs to", HelpName = "FILE" };
        options.Name.DefaultValueFactory = _ => "ws";
        Command command = new("scene", "Plays a scene of admission and trust, judged by what arrives at the server: exit code 0 only when it holds, and does not without the protection.")
        {
            name, list, without, once, options.Seed, devices, vlan, quarantine, onboarding, mac, within, pause, session, program, options.Name, options.Language,
        };
        command.SetAction((parsed, _) => LabCommand.GuardAsync(cancel =>
        {
            bool chinese = options.IsChinese(parsed);
            if (parsed.GetValue(list)) return Task.FromResult(List(chinese));
            WardSettings settings = new()
            {
                Seed = parsed.GetValue(options.Seed),
                Name = options.NameOf(parsed),
                Devices = Range("--devices", parsed.GetValue(devices), 0, 20_000),
                Vlans = VlansOf(parsed.GetValue(vlan), parsed.GetValue(quarantine), parsed.GetValue(onboarding)),
                Mac = MacOf(parsed.GetValue(mac)),
                Within = TimeSpan.FromSeconds(Range("--within", parsed.GetValue(within), 5, 3_600)),
                Pause = TimeSpan.FromSeconds(Math.Clamp(parsed.GetValue(pause), 0.2, 600)),
                SessionMinutes = Range("--session", parsed.GetValue(session), 1, 10_080),
                Program = parsed.GetValue(program) ?? LiveSensor.Launcher ?? throw new LabException("no Wardkeeper is known that could protect; start the lab with './wardkeeper lab scene …', or name the program with --program FILE"),
                IsChinese = chinese,
            };
            string wanted = parsed.GetValue(name) ?? throw new LabException("name a scene; 'wardkeeper lab scene --list' lists them");
            IWardScene scene = WardSceneRegistry.Find(wanted) ?? throw new LabException($"{wanted} is no scene; 'wardkeeper lab scene --list' lists them");
            return PlayAsync(scene, settings, parsed.GetValue(without), parsed.GetValue(once), cancel);
        }));
        return command;
    }

    private static async Task<int> PlayAsync(IWardScene scene, WardSettings settings, bool onlyWithout, bool onlyWith, CancellationToken cancel)
    {
        Doctor.Require(Needs.Concat(scene.Needs));
        await LiveSensor.PrepareAsync(settings.Program, cancel);
        Console.Out.WriteLine($"{scene.Name}: {(settings.IsChinese ? scene.Chinese : scene.English)}");
        bool? holds = onlyWithout ? null : await WardSceneRun.PlayAsync(scene, settings, isProtected: true, Console.Out, cancel);
        bool? without = onlyWith ? null : await WardSceneRun.PlayAsync(scene, settings, isProtected: false, Console.Out, cancel);
        if (holds is { } one) Console.Out.WriteLine(Texts.Get(one ? "scene-holds" : "scene-fails", settings.IsChinese));
        if (without is { } other) Console.Out.WriteLine(Texts.Get(other ? "scene-counter-holds" : "scene-counter-fails", settings.IsChinese));
        return onlyWithout ? (without == true ? 0 : 1) : holds == true && without != true ? 0 : 1;
    }

    private static int List(bool chinese)
    {
        foreach (IWardScene scene in WardSceneRegistry.All) Console.Out.WriteLine($"{scene.Name,-16} {(chinese ? scene.Chinese : scene.English)}");
        return 0;
    }

    private static WardVlans VlansOf(int medical, int quarantine, int onboarding)
    {
        foreach ((string option, int vlan) in (ReadOnlySpan<(string, int)>)[("--vlan", medical), ("--quarantine-vlan", quarantine), ("--onboarding-vlan", onboarding)]) Range(option, vlan, 1, 254);
        return new[] { medical, quarantine, onboarding }.Distinct().Count() == 3 ? new WardVlans(medical, quarantine, onboarding) : throw new LabException("--vlan, --quarantine-vlan and --onboarding-vlan must be three different numbers");
    }

    private static string? MacOf(string? text) => text is null ? null
        : MacText.Of(text) is { } mac && (Convert.FromHexString(mac[..2])[0] & 1) == 0 ? mac : throw new LabException($"--mac {text} is no address of a card; write it as 00:09:FB:12:34:56");

    private static int Range(string option, int value, int least, int most) =>
        value >= least && value <= most ? value : throw new LabException(string.Create(CultureInfo.InvariantCulture, $"{option} must be between {least} and {most}"));
}
