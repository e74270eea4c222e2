using System.CommandLine;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Control;

namespace Wardkeeper.Platform.Exchange;

/// <summary>The command lines of <c>wardkeeper import</c> and <c>export</c>. Files are read and written by the process that owns the data folder; it may stand elsewhere, so paths are sent whole.</summary>
internal static class ExchangeCommandLine
{
    /// <summary>Makes <c>import</c>.</summary>
    public static Command Import()
    {
        Command command = new("import", PlatformCommands.Describe("import"));
        ConfigurationFlags flags = ConfigurationFlags.AddFolder(command);
        Argument<string> file = new("FILE") { Description = "The table: CSV, XLSX or XLS" };
        Option<string> kind = new("--as") { Description = "What it is: register (the hospital's inventory) or publishing (the border's NAT table)", HelpName = "KIND", DefaultValueFactory = _ => "register" };
        kind.AcceptOnlyFromAmong("register", "publishing");
        Option<bool> preview = new("--preview") { Description = "Only read and match; the console shows the preview" };
        Option<bool> skip = new("--skip-mistakes") { Description = "Take the sound rows although others have mistakes" };
        Option<bool> json = new("--json") { Description = "Print JSON instead of text" };
        foreach (Symbol one in (Symbol[])[file, kind, preview, skip, json])
        {
            if (one is Argument argument) command.Add(argument);
            else command.Add((Option)one);
        }
        command.SetAction((parsed, cancel) =>
        {
            Dictionary<string, string> arguments = new(StringComparer.Ordinal) { ["file"] = Path.GetFullPath(parsed.GetValue(file)!), ["as"] = parsed.GetValue(kind)! };
            if (parsed.GetValue(preview)) arguments["preview"] = "yes";
            if (parsed.GetValue(skip)) arguments["skip"] = "yes";
            return ControlCall.RunAsync(flags.Loader(parsed), new ControlRequest { Command = "import", Arguments = arguments }, parsed.GetValue(json), cancel);
        });
        command.Add(Source("intelligence", "Takes a file of indicators as a source: STIX 2.1, MISP JSON, CSV or lines, a dataset of Suricata (.lst)."));
        command.Add(Source("rules", "Takes a file of rules in Suricata's syntax, or an archive of them (.zip, .tar, .tar.gz); the sensors run them at once."));
        return command;
    }

    private static Command Source(string name, string description)
    {
        Command command = new(name, description);
        ConfigurationFlags flags = ConfigurationFlags.AddFolder(command);
        Argument<string> file = new("FILE") { Description = "The file; one of the same name takes the place of the one before" };
        Option<bool> json = new("--json") { Description = "Print JSON instead of text" };
        command.Add(file);
        command.Add(json);
        command.SetAction((parsed, cancel) => ControlCall.RunAsync(
            flags.Loader(parsed),
            new ControlRequest { Command = "import", Arguments = new Dictionary<string, string>(StringComparer.Ordinal) { ["file"] = Path.GetFullPath(parsed.GetValue(file)!), ["as"] = name } },
            parsed.GetValue(json),
            cancel));
        return command;
    }

    /// <summary>Makes <c>export</c>.</summary>
    public static Command Export()
    {
        Command command = new("export", PlatformCommands.Describe("export"));
        command.Add(Export("devices", "Writes all devices into a file."));
        command.Add(Export("findings", "Writes all findings into a file, those that a suppression hides too."));
        return command;
    }

    private static Command Export(string what, string description)
    {
        Command command = new(what, description);
        ConfigurationFlags flags = ConfigurationFlags.AddFolder(command);
        Option<string> format = new("--format") { Description = "csv, xlsx or json", HelpName = "FORMAT", DefaultValueFactory = _ => "csv" };
        format.AcceptOnlyFromAmong("csv", "xlsx", "json");
        Option<string?> into = new("--out") { Description = $"The file; without it, {what}.FORMAT in this folder", HelpName = "FILE" };
        Option<string> language = new("--language") { Description = "Language of headings and words: en or zh-CN", HelpName = "LANGUAGE", DefaultValueFactory = _ => "en" };
        language.AcceptOnlyFromAmong("en", "zh-CN");
        Option<bool> force = new("--force") { Description = "Overwrite the file when it is there" };
        Option<bool> json = new("--json") { Description = "Print what was done as JSON instead of text" };
        foreach (Option one in (Option[])[format, into, language, force, json]) command.Add(one);
        command.SetAction((parsed, cancel) =>
        {
            Dictionary<string, string> arguments = new(StringComparer.Ordinal)
            {
                ["what"] = what,
                ["format"] = parsed.GetValue(format)!,
                ["language"] = parsed.GetValue(language)!,
                ["file"] = Path.GetFullPath(parsed.GetValue(into) ?? $"{what}.{parsed.GetValue(format)}"),
            };
            if (parsed.GetValue(force)) arguments["force"] = "yes";
            return ControlCall.RunAsync(flags.Loader(parsed), new ControlRequest { Command = "export", Arguments = arguments }, parsed.GetValue(json), cancel);
        });
        return command;
    }
}
