using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Analyze;

/// <summary>The command line of <c>wardkeeper analyze</c>.</summary>
internal static class AnalyzeCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        Argument<string[]> files = new("FILE") { Description = "Captures (pcap, pcapng, each also .gz), folders of captures, or - for standard input", Arity = ArgumentArity.OneOrMore };
        Option<string?> output = new("--out") { Description = "Write summary.json, devices.ndjson, findings.ndjson, incidents.ndjson, flows.ndjson and one .ndjson per protocol into this folder", HelpName = "DIR" };
        Option<string?> slices = new("--slices") { Description = "Write the packets around each finding into this folder, as F-1.pcapng, F-2.pcapng …; they hold what was on the wire, patients too", HelpName = "DIR" };
        Option<bool> json = new("--json") { Description = "Print the summary as JSON instead of text" };
        Option<int> workers = new("--workers") { Description = "Threads that work; the output does not depend on it", HelpName = "N", DefaultValueFactory = _ => Math.Clamp(Environment.ProcessorCount, 1, 8) };
        Option<string[]> local = new("--local-net") { Description = "A network of the site (repeatable); default: the site file's, else private, unique-local and link-local ranges", HelpName = "CIDR" };
        Option<string?> site = new("--site") { Description = "What the site knows of itself (YAML): its networks, declared scanners, servers, maintenance windows", HelpName = "FILE" };
        Option<string[]> knowledge = new("--knowledge") { Description = "Knowledge of devices beside what is shipped (repeatable): a file of entries, or a signed bundle", HelpName = "FILE" };
        Option<string[]> signers = new("--knowledge-signer") { Description = "Public key (base64) whose bundles are taken (repeatable)", HelpName = "KEY" };
        Option<string[]> rules = new("--rules") { Description = "Rules in Suricata's syntax (repeatable): a file, a folder, or an archive; matches go to alerts.ndjson", HelpName = "FILE" };
        Option<string[]> intelligence = new("--intel") { Description = "Indicators that are looked for (repeatable): a STIX 2.1 bundle, events of MISP, lines of values (CSV), or a dataset of Suricata (.lst)", HelpName = "FILE" };
        Option<string?> key = new("--key") { Description = "File with the site's secret: patients appear as keyed hashes instead of numbers", HelpName = "FILE" };
        Option<string?> language = new("--lang") { Description = "Language of the text: zh or en", HelpName = "zh|en" };
        Command command = new("analyze", "Reads captures and says which devices are there, what they are and what they do.") { files, output, slices, json, workers, local, site, knowledge, signers, intelligence, rules, key, language };
        command.Validators.Add(result =>
        {
            if (result.GetValue(slices) is not null && result.GetValue(files)?.Contains("-") == true) result.AddError("--slices reads the captures a second time, which standard input cannot give; name files.");
        });
        command.Validators.Add(result => Validate(result, workers, local, language));
        command.SetAction(parsed => AnalyzeRun.Run(new AnalyzeOptions
        {
            Files = parsed.GetValue(files)!,
            OutputFolder = parsed.GetValue(output),
            SliceFolder = parsed.GetValue(slices),
            Json = parsed.GetValue(json),
            Workers = parsed.GetValue(workers),
            Local = parsed.GetValue(local) is { Length: > 0 } networks ? LocalNetworks.Of(networks) : null,
            SiteFile = parsed.GetValue(site),
            KnowledgeFiles = parsed.GetValue(knowledge) ?? [],
            KnowledgeSigners = parsed.GetValue(signers) ?? [],
            RuleFiles = parsed.GetValue(rules) ?? [],
            IntelligenceFiles = parsed.GetValue(intelligence) ?? [],
            KeyFile = parsed.GetValue(key),
            Chinese = IsChinese(parsed.GetValue(language)),
        }, Console.Out, Console.Error));
        return command;
    }

    private static void Validate(CommandResult result, Option<int> workers, Option<string[]> local, Option<string?> language)
    {
        if (result.GetResult(workers) is { Errors: var errors } && !errors.Any() && result.GetValue(workers) is < 1 or > 64) result.AddError("--workers must be between 1 and 64.");
        foreach (string network in result.GetValue(local) ?? [])
        {
            if (!LocalNetworks.IsNetwork(network)) result.AddError($"--local-net {network} is not a network; write it as 10.3.0.0/16 or 2001:db8::/32.");
        }
        if (result.GetValue(language) is { } lang && lang is not ("zh" or "en" or "zh-CN")) result.AddError($"--lang {lang} is not known; use zh or en.");
    }

    private static bool IsChinese(string? language) => language is null
        ? CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh"
        : language.StartsWith("zh", StringComparison.Ordinal);
}
