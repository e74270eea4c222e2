using System.Globalization;
using System.Text;
using Wardkeeper.Sensor.Signatures;
using Wardkeeper.Sensor.Signatures.Rules;

namespace Wardkeeper.Sensor.Tests.Signatures;

/// <summary>
/// Alert counts against those that suricata-verify expects, case by case. With WARDKEEPER_ACCEPT=1 the table goes to <c>docs/signatures.md</c>.
/// </summary>
public class SignatureVerifyTests
{
    private const double LeastOfCases = 0.92, LeastOfEvader = 0.94;

    [Fact]
    public void Alerts_are_as_many_as_the_cases_expect()
    {
        List<Outcome> outcomes = [.. VerifyCase.All().Select(Run)];
        Assert.SkipWhen(outcomes.Count == 0, "no captures");
        if (Environment.GetEnvironmentVariable("WARDKEEPER_DIFFERENCES") is { Length: > 0 } file)
            File.WriteAllLines(file, outcomes.Select(outcome => $"{outcome.Kind}\t{outcome.Case.Name}\t{outcome.Reason}"));
        if (Environment.GetEnvironmentVariable("WARDKEEPER_ACCEPT") == "1") SignaturesPage.Write(outcomes);
        Outcome[] evader = [.. outcomes.Where(outcome => outcome.Case.IsEvader)], rest = [.. outcomes.Where(outcome => !outcome.Case.IsEvader)];
        Assert.True(Share(rest) >= LeastOfCases, string.Create(CultureInfo.InvariantCulture, $"{Share(rest):P1} of {rest.Length}"));
        Assert.True(Share(evader) >= LeastOfEvader, string.Create(CultureInfo.InvariantCulture, $"{Share(evader):P1} of {evader.Length}"));
    }

    private static double Share(Outcome[] of) => of.Length == 0 ? 1 : of.Count(outcome => outcome.Kind == "exact") / (double)of.Length;

    private static Outcome Run(VerifyCase one)
    {
        RuleReader reader = new(new RuleVariables());
        foreach (string file in one.Rules) reader.Read(file);
        RuleSet rules = reader.Finish();
        IReadOnlyList<SignatureAlert> alerts = SignatureRun.Of(one.Capture, rules, one.LooksAtOnce);
        StringBuilder reason = new();
        foreach (VerifyCase.Expected check in one.Checks)
        {
            int found = alerts.Count(alert => VerifyCase.Fits(check.Fields, alert, one.LooksAtOnce));
            if (found != check.Count) reason.Append(CultureInfo.InvariantCulture, $"{string.Join(',', check.Fields.Where(field => field.Key != "event_type").Select(field => $"{field.Key}={field.Value}"))}: {found} for {check.Count}; ");
        }
        string[] refused = [.. rules.Refusals.Select(refusal => $"{refusal.Keyword}: {refusal.Reason}").Distinct()];
        string kind = one.Checks.Count == 0 ? "not comparable" : reason.Length == 0 ? "exact" : refused.Length > 0 ? "refused" : "wrong";
        return new Outcome(one, kind, reason.ToString() + string.Join("; ", refused), rules.Refusals);
    }

    /// <summary>What became of a case.</summary>
    internal sealed record Outcome(VerifyCase Case, string Kind, string Reason, IReadOnlyList<RuleRefusal> Refusals);
}
