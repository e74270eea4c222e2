using System.CommandLine;
using System.Text.Json;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Control;
using Wardkeeper.Platform.Data;

namespace Wardkeeper.Platform.Doctor;

/// <summary>The command line of <c>wardkeeper doctor</c>: exit code 0 when nothing is a problem, 1 when something is.</summary>
internal static class DoctorCommand
{
    /// <summary>The checks, in the order of the report.</summary>
    public static IReadOnlyList<IDoctorCheck> Checks { get; } =
    [
        new Checks.ConfigurationCheck(), new Checks.DataFolderCheck(), new Checks.DiskCheck(), new Checks.PortCheck(),
        new Checks.CertificateCheck(), new Checks.ClockCheck(), new Checks.PrivilegeCheck(), new Checks.InterfaceCheck(), new Checks.RunningCheck(), new Checks.StoreHealthCheck(),
    ];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        Command command = new("doctor", PlatformCommands.Describe("doctor"));
        ConfigurationFlags flags = ConfigurationFlags.AddAll(command);
        Option<bool> json = new("--json") { Description = "Print JSON instead of text" };
        Option<string?> language = new("--lang") { Description = "Language of the report: zh or en", HelpName = "zh|en" };
        language.AcceptOnlyFromAmong("zh", "en");
        command.Add(json);
        command.Add(language);
        command.Add(Detectors());
        command.SetAction((parsed, cancel) => RunAsync(flags.Loader(parsed), parsed.GetValue(json), parsed.GetValue(language) is { } chosen ? chosen == "zh" : Texts.IsChinese, System.Console.Out, TimeProvider.System, cancel));
        return command;
    }

    /// <summary>Makes <c>doctor detectors</c>: why a detector cannot fire now. Exit code 1 when one cannot.</summary>
    private static Command Detectors()
    {
        Command command = new("detectors", "Says of each detector why it cannot fire now.");
        ConfigurationFlags flags = ConfigurationFlags.AddFolder(command);
        Option<bool> json = new("--json") { Description = "Print JSON instead of text" };
        Option<string?> language = new("--lang") { Description = "Language of the report: zh or en", HelpName = "zh|en" };
        language.AcceptOnlyFromAmong("zh", "en");
        command.Add(json);
        command.Add(language);
        command.SetAction((parsed, cancel) => ControlCall.RunAsync(
            flags.Loader(parsed),
            new ControlRequest { Command = DetectorsReport.Command, Arguments = new Dictionary<string, string> { ["lang"] = parsed.GetValue(language) ?? (Texts.IsChinese ? "zh" : "en") } },
            parsed.GetValue(json), cancel));
        return command;
    }

    /// <summary>Looks at everything and writes the report; returns the exit code.</summary>
    public static async Task<int> RunAsync(ConfigurationLoader loader, bool json, bool chinese, TextWriter text, TimeProvider clock, CancellationToken cancel)
    {
        PlatformSettings settings = loader.Load(out IReadOnlyList<string> mistakes);
        DoctorContext context = new(settings, mistakes, loader.File, DataFolder.IsTaken(settings.Data), clock);
        List<Diagnosis> found = [];
        foreach (IDoctorCheck check in Checks)
        {
            await foreach (Diagnosis diagnosis in check.LookAsync(context, cancel)) found.Add(diagnosis);
        }
        if (json) WriteJson(text, found, chinese);
        else WriteText(text, found, chinese);
        return found.Any(diagnosis => diagnosis.Condition == Condition.Problem) ? 1 : 0;
    }

    private static void WriteText(TextWriter text, List<Diagnosis> found, bool chinese)
    {
        foreach (Diagnosis diagnosis in found)
        {
            // A mark and a word: meaning does not hang on colour.
            text.WriteLine($"{(diagnosis.Condition switch { Condition.Well => "✓", Condition.Notice => "△", _ => "✗" })} {diagnosis.What(chinese)}");
            if (diagnosis.Cure(chinese) is { } cure) text.WriteLine($"    → {cure}");
        }
        int problems = found.Count(diagnosis => diagnosis.Condition == Condition.Problem);
        text.WriteLine(problems == 0 ? Texts.Get("doctor-well", chinese) : Texts.Format("doctor-problems", chinese, problems));
    }

    private static void WriteJson(TextWriter text, List<Diagnosis> found, bool chinese) =>
        text.WriteLine(JsonSerializer.Serialize(
            found.Select(diagnosis => new Dictionary<string, object?>
            {
                ["check"] = diagnosis.Check,
                ["condition"] = diagnosis.Condition switch { Condition.Well => "well", Condition.Notice => "notice", _ => "problem" },
                ["id"] = diagnosis.Key,
                ["what"] = diagnosis.What(chinese),
                ["cure"] = diagnosis.Cure(chinese),
            }),
            Indented));
}
