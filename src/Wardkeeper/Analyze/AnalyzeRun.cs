using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Intelligence;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures;

namespace Wardkeeper.Analyze;

/// <summary>Runs <c>wardkeeper analyze</c>: captures through the sensor into one ledger and one output.</summary>
internal static class AnalyzeRun
{
    private const int RefusalsShown = 20;

    /// <summary>Runs it and returns the exit code: 0, or 2 when not one capture could be read.</summary>
    /// <exception cref="UserError">Something in the options cannot be followed.</exception>
    /// <param name="options">What to do.</param>
    /// <param name="text">Where the summary goes.</param>
    /// <param name="errors">Where warnings go when the summary is JSON.</param>
    public static int Run(AnalyzeOptions options, TextWriter text, TextWriter errors)
    {
        byte[]? key = options.KeyFile is null ? null : ReadKey(options.KeyFile);
        PatientNames patients = new(showHashes: key is not null);
        Site site = options.SiteFile is null ? Site.Unknown : ReadSite(options.SiteFile);
        LocalNetworks local = options.Local ?? site.Local ?? LocalNetworks.Default;
        IndicatorSet indicators = ReadIntelligence(options);
        RuleSet? rules = options.RuleFiles.Count > 0 ? ReadRules(options, errors) : null;
        SensorOptions sensor = new() { Workers = options.Workers, Local = local, Masker = new PatientMasker(key), Rules = rules, Sums = indicators.Sums };
        if (options.KnowledgeFiles.Count > 0) KnowledgeBase.InForce = ReadKnowledge(options);
        DeviceLedger ledger = new(local);
        CaptureDirectory directory = new(ledger);
        FindingBook book = new(forgets: false);
        DetectionPath detection = new(new Knowledge(site, local, directory) { Indicators = indicators }, book);
        using RowFiles? files = options.OutputFolder is null ? null : new RowFiles(options.OutputFolder, patients);
        using ICaptureSource source = CaptureFiles.Open(options.Files);
        AnalysisOutput output = new(ledger, detection, files, patients);
        SensorPipeline pipeline = new(sensor, source, output);
        using (ProgressLine progress = new(source, pipeline.Reader, options.Chinese))
        {
            pipeline.Run();
        }

        IReadOnlyList<Device> devices = ledger.Devices();
        directory.Fill(devices);
        Conclude(detection, pipeline, source);
        Summary summary = new(pipeline, source, output, devices, book.Findings, patients);
        if (files is not null) Write(files, summary, book, rules);
        if (options.SliceFolder is { } slices) FindingSlices.Write(slices, options.Files, book.Findings);
        if (options.Json) text.Write(SummaryJson.Text(summary));
        else SummaryText.Write(text, summary, options);
        bool nothingRead = summary.Packets == 0 && source.Problems.Any(problem => problem.Kind is CaptureProblemKind.NotACapture or CaptureProblemKind.Unreadable)
            && source.Captures.Count == 0;
        if (options.Json && source.Problems.Count > 0) SummaryText.WriteProblems(errors, source.Problems, options.Chinese);
        return nothingRead ? 2 : 0;
    }

    /// <summary>Writes what is only known at the end.</summary>
    private static void Write(RowFiles files, Summary summary, FindingBook book, RuleSet? rules)
    {
        files.Ensure("flows");
        if (rules is not null)
        {
            files.Ensure("alerts");
            files.WriteWhole("rules.ndjson", RuleRows.Lines(rules));
        }
        files.WriteAll("findings", summary.Findings, FindingRows.Write);
        files.WriteAll("incidents", IncidentRows.Of(book), IncidentRows.Write);
        using Stream devices = files.Open("devices.ndjson"), json = files.Open("summary.json");
        SummaryJson.Write(json, summary, devices);
    }

    /// <summary>The capture is over: what it says of the sensor itself, and a look through its devices.</summary>
    private static void Conclude(DetectionPath detection, SensorPipeline pipeline, ICaptureSource source)
    {
        CaptureTime end = pipeline.Reader.Span?.Last ?? default;
        long jumps = source.Problems.Count(problem => problem.Kind is CaptureProblemKind.TimeRunsBack or CaptureProblemKind.TimeImplausible);
        detection.Take(new SensorReport("capture", end, new Dictionary<string, long> { ["packets"] = pipeline.Reader.Packets, ["clock-jump"] = jumps }));
        detection.Review(end);
    }

    private static KnowledgeBase ReadKnowledge(AnalyzeOptions options)
    {
        KnowledgeBase knowledge = KnowledgeBase.Shipped;
        foreach (string path in options.KnowledgeFiles)
        {
            try
            {
                knowledge = knowledge.WithFile(path, options.KnowledgeSigners, out IReadOnlyList<string> mistakes);
                if (mistakes.Count > 0) throw new UserError(mistakes);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new UserError([$"--knowledge {path} cannot be read: {e.Message}"]);
            }
        }
        return knowledge;
    }

    /// <summary>Reads the rules; those that are refused are said, each with its place, and the others run.</summary>
    private static RuleSet ReadRules(AnalyzeOptions options, TextWriter errors)
    {
        foreach (string path in options.RuleFiles)
        {
            if (!File.Exists(path) && !Directory.Exists(path)) throw new UserError([$"--rules {path} is not there; name a file of rules, a folder or an archive."]);
        }
        try
        {
            RuleSet rules = RuleSet.Load(options.RuleFiles);
            foreach (Sensor.Signatures.Rules.RuleRefusal refusal in rules.Refusals.Take(RefusalsShown)) errors.WriteLine(refusal);
            if (rules.Refusals.Count > RefusalsShown) errors.WriteLine(FormattableString.Invariant($"… {rules.Refusals.Count - RefusalsShown} more; all stand in rules.ndjson with --out"));
            return rules;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new UserError([$"--rules cannot be read: {e.Message}"]);
        }
    }

    private static IndicatorSet ReadIntelligence(AnalyzeOptions options)
    {
        List<Indicator> all = [];
        List<string> wrong = [];
        foreach (string path in options.IntelligenceFiles)
        {
            try
            {
                all.AddRange(IndicatorFile.Read(path, out IReadOnlyList<string> mistakes, out _));
                wrong.AddRange(mistakes);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                wrong.Add($"--intel {path} cannot be read: {e.Message}");
            }
        }
        if (all.Count > IndicatorSet.MostIndicators) wrong.Add($"--intel: the files hold {all.Count} indicators; at most {IndicatorSet.MostIndicators} are taken");
        return wrong.Count == 0 ? IndicatorSet.Of(all) : throw new UserError(wrong);
    }

    private static Site ReadSite(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > SiteFile.MaxBytes }) throw new UserError([$"--site {path} is larger than {SiteFile.MaxBytes >> 20} MB; a site's description is a few pages."]);
            Site site = SiteFile.Read(File.ReadAllText(path), path, out IReadOnlyList<string> mistakes);
            return mistakes.Count == 0 ? site : throw new UserError(mistakes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError([$"--site {path} cannot be read: {e.Message}"]);
        }
    }

    private static byte[] ReadKey(string path)
    {
        try
        {
            byte[] key = File.ReadAllBytes(path).AsSpan().Trim("\r\n \t"u8).ToArray();
            return key.Length >= 16 ? key : throw new UserError([$"--key {path} holds {key.Length} bytes; a key needs at least 16, for example from: openssl rand -hex 32"]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError([$"--key {path} cannot be read: {e.Message}"]);
        }
    }
}
