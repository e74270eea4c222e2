using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Flows;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures;
using Wardkeeper.Sensor.Signatures.Rules;

namespace Wardkeeper.Sensor.Tests.Signatures;

/// <summary>Rules over a capture, through the whole sensor.</summary>
internal sealed class SignatureRun : ISensorOutput
{
    private readonly List<SignatureAlert> alerts = [];

    private SignatureRun()
    {
    }

    /// <summary>The alerts of these rules in a capture.</summary>
    public static IReadOnlyList<SignatureAlert> Of(string capture, params string[] rules) => Of(capture, Rules(rules), looksAtOnce: false);

    /// <summary>The alerts of a set of rules in a capture; no packet counts as a copy.</summary>
    public static IReadOnlyList<SignatureAlert> Of(string capture, RuleSet rules, bool looksAtOnce, int workers = 1)
    {
        SignatureRun run = new();
        using ICaptureSource source = CaptureFiles.Open([capture]);
        new SensorPipeline(new SensorOptions { Rules = rules, LooksAtOnce = looksAtOnce, Workers = workers, Limits = new SensorLimits { RecogniseCopies = false } }, source, run).Run();
        return run.alerts;
    }

    /// <summary>A set of rules, numbered from 1 where they have no number.</summary>
    public static RuleSet Rules(params string[] rules)
    {
        RuleReader reader = new(new RuleVariables());
        for (int i = 0; i < rules.Length; i++)
            reader.ReadText(rules[i].Contains("sid:", StringComparison.Ordinal) ? rules[i] : FormattableString.Invariant($"{rules[i].TrimEnd(')')} sid:{i + 1};)"), "test.rules");
        return reader.Finish();
    }

    public void Take(Transaction transaction)
    {
        if (transaction is SignatureAlert alert) alerts.Add(alert);
    }

    public void Take(FlowRecord flow)
    {
    }

    public void Take(Observation observation)
    {
    }

    public void Advance(CaptureTime now)
    {
    }
}
