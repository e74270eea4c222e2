using System.Globalization;
using System.Text.Json;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Findings.Queries;
using Wardkeeper.Platform.Control;
using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures;

namespace Wardkeeper.Platform.Slices;

/// <summary>The command of <c>wardkeeper replay</c>; only the running program knows site and ledger.</summary>
internal sealed class ReplayReport(PlatformOptions options, Replay replay) : IControlCommand
{
    /// <summary>Name of the command.</summary>
    public const string Command = "replay";

    /// <inheritdoc/>
    public string Name => Command;

    /// <inheritdoc/>
    public Task<ControlAnswer> RunAsync(ControlRequest request, Action<string> progress, CancellationToken cancel)
    {
        bool chinese = request["lang"] == "zh";
        return options.IsRunning ? replay.AnswerAsync(request.Required("finding"), request.Person, chinese, cancel) : throw new UserError(Texts.Get("replay-off", chinese));
    }
}

/// <summary>
/// Runs the packets of a finding through sensor and detectors again, for <c>wardkeeper replay</c>: does the same finding come? Rule, indicator, networks and the
/// description of the site are those it was judged by, which are kept with its packets; the ledger tells what it knows now. Where the program or a detector's
/// parameters are others than then, or the packets are not all it rests on, that is said, not guessed.
/// </summary>
internal sealed class Replay(SliceStore slices, IFindingQueries findings, DetectionPath detection, IAuditLog audit)
{
    /// <summary>Runs a finding's packets again.</summary>
    /// <param name="text">The finding as a person names it.</param>
    /// <param name="person">Who asks, for the audit log.</param>
    /// <param name="chinese">Language of the answer.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="UserError">There is no such finding, or no packets of it.</exception>
    public async Task<ControlAnswer> AnswerAsync(string text, string person, bool chinese, CancellationToken cancel)
    {
        string digits = text.StartsWith("F-", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number) || await findings.GetAsync(number, null, cancel) is not { } finding) throw new UserError(Texts.Format("replay-unknown", chinese, text));
        if (slices.Look(number).Kind != Hub.Slices.SliceKind.There || slices.Peek(number) is not { } slice) throw new UserError(Texts.Format("replay-no-slice", chinese, Finding.IdOf(number)));
        await audit.AppendAsync(new Actor("local:" + person, new HashSet<Role> { Role.Analyst }), "slice-replayed", Finding.IdOf(number), cancel: cancel);
        JudgedBy? by = slices.JudgedBy(number);
        RuleSet? rules = by?.ReadRules();
        IReadOnlyList<Finding> again = await Task.Run(() => Again(slice, by is null ? detection.Known : by.Then(detection.Known), rules), cancel);
        string address = finding.Subject.Ip.IsNone ? finding.Subject.Mac.IsNone ? "" : finding.Subject.Mac.ToString() : finding.Subject.Ip.ToString();
        Finding? same = again.Where(one => one.Type == finding.Type && one.Subject.Address == address).MaxBy(one => one.Title.Arguments.SequenceEqual(finding.Title.Arguments));
        string? past = same is null ? Past(finding.Type, chinese) : null;
        string verdict = same is not null ? "same" : past is not null ? "needs-past" : "not-again";
        (string version, IReadOnlyList<string> versionLines) = Version(by, finding.Type, rules, chinese);
        return new ControlAnswer
        {
            Lines = [Texts.Format("replay-" + verdict, chinese, Finding.IdOf(number), finding.Title.In(chinese)), .. versionLines, .. past is null ? (string[])[] : [past], .. again.Where(one => one != same).Take(20).Select(one => Texts.Format("replay-also", chinese, one.Title.In(chinese)))],
            Facts = JsonSerializer.SerializeToElement(new Dictionary<string, object?> { ["finding"] = Finding.IdOf(number), ["result"] = verdict, ["reason"] = past, ["judged_by"] = version, ["severity"] = same?.Severity.Word(), ["confidence"] = same?.Confidence, ["others"] = again.Where(one => one != same).Select(one => one.Type).Distinct() }),
            ExitCode = same is null ? 1 : 0,
        };
    }

    /// <summary>What the packets show to detectors that have seen nothing else.</summary>
    internal static IReadOnlyList<Finding> Again(byte[] slice, Knowledge known, RuleSet? rules = null)
    {
        FindingBook book = new(forgets: false);
        Judged judged = new(new DetectionPath(known, book));
        SliceReading.Run(slice, judged, new SensorOptions { Local = known.Local, Rules = rules, Sums = known.Indicators.Sums });
        judged.End();
        return book.Findings;
    }

    /// <summary>Whether what it was judged by is there: <c>same</c>, <c>other-build</c> with the same parameters, <c>gone</c>, or <c>not-kept</c>; and that in words.</summary>
    private static (string Word, IReadOnlyList<string> Lines) Version(JudgedBy? by, string type, RuleSet? rules, bool chinese)
    {
        if (by is null) return ("not-kept", [Texts.Get("replay-by-not-kept", chinese)]);
        List<string> lines = [.. rules?.Refusals.Select(one => Texts.Format("replay-by-rule-refused", chinese, one.Sid, one.Reason)) ?? []];
        IReadOnlyList<string> differences = DetectorParameters.Differences(by.Parameters, DetectorParameters.Of(type));
        if (differences.Count > 0) lines.Add(Texts.Format("replay-by-parameters-gone", chinese, by.Build.Split(' ')[0], string.Join("; ", differences)));
        if (lines.Count > 0) return ("gone", lines);
        return by.Build == JudgedBy.ThisBuild ? ("same", [Texts.Get("replay-by-same", chinese)]) : ("other-build", [Texts.Format("replay-by-other-build", chinese, by.Build.Split(' ')[0])]);
    }

    /// <summary>Why a slice may not be enough for a type of finding; null when nothing speaks against it.</summary>
    private static string? Past(string type, bool chinese)
    {
        if (DetectorRegistry.All.FirstOrDefault(one => one.Info.Types.Any(kind => kind.Name == type)) is not { } detector) return Texts.Get("replay-past-gone", chinese);
        if (!detector.ReadsTraffic) return Texts.Get("replay-past-ledger", chinese);
        return detector.Info.Learns is { } learns ? Texts.Format("replay-past-learns", chinese, learns.TotalDays.ToString("0.#", CultureInfo.InvariantCulture)) : null;
    }

    private sealed class Judged(DetectionPath detection) : ISensorOutput
    {
        private readonly JsonRows rows = new(new PatientNames(showHashes: true));
        private CaptureTime last;

        public void Take(Transaction transaction)
        {
            if (!detection.Wants(transaction.Log)) return;
            rows.Line(transaction);
            detection.Take(new TransactionRow(transaction.Log, transaction.At, transaction.Began ?? transaction.At, transaction.Flow, rows.Written.TrimEnd((byte)'\n').ToArray()));
            rows.Clear();
        }

        public void Take(FlowRecord flow) => detection.Take(flow);

        public void Take(Observation observation) => detection.Take(observation);

        public void Advance(CaptureTime now)
        {
            last = now;
            detection.Advance(now);
        }

        public void End() => detection.Review(last);
    }
}
