using System.Globalization;
using System.Text;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Signatures;

/// <summary>Writes <c>docs/signatures.md</c>: what of suricata-verify is exact, what is not and why, and the refused rules by keyword.</summary>
internal static class SignaturesPage
{
    public static void Write(IReadOnlyList<SignatureVerifyTests.Outcome> outcomes)
    {
        StringBuilder page = new();
        page.Append("""
            # Signatures

            Rules in Suricata's syntax are run by `wardkeeper analyze --rules FILE…` (a file, a folder, or an archive); each match is a row in `alerts.ndjson`.
            What is not supported is refused when rules are loaded, with file, line, keyword and reason; the other rules run.

            This page is made by a test (`./test --accept`): it runs every case of suricata-verify that has rules, a capture and alert counts, but for inline and firewall
            cases and those that need a script or a list that the collection does not have, and compares the counts. Fields that an alert row does not have (a verdict, a payload, what was logged beside it) are passed by, so that more alerts
            may fit a check than should.
            The packet number of an alert is compared where a packet's headers, a datagram, or the payload in a case that has each packet looked into at once matched; in other streams the other engine names the packet after which it looked.
            Rules that ask for a version are taken to mean version 9.


            """.ReplaceLineEndings("\n"));
        page.Append("| cases | all | exact | wrong | with refused rules | not comparable | exact of comparable |\n|---|---:|---:|---:|---:|---:|---:|\n");
        Line(page, "http-evader", [.. outcomes.Where(outcome => outcome.Case.IsEvader)]);
        Line(page, "all others", [.. outcomes.Where(outcome => !outcome.Case.IsEvader)]);
        page.Append("\n## Refused rules by keyword\n\n| keyword | rules | cases |\n|---|---:|---:|\n");
        foreach (var group in outcomes.SelectMany(outcome => outcome.Refusals.Select(refusal => (refusal.Keyword, outcome.Case.Name))).GroupBy(one => one.Keyword).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal))
            page.Append(CultureInfo.InvariantCulture, $"| {group.Key} | {group.Count()} | {group.Select(one => one.Name).Distinct().Count()} |\n");
        page.Append("\n## Cases that are not exact\n\n| case | why |\n|---|---|\n");
        foreach (SignatureVerifyTests.Outcome outcome in outcomes.Where(outcome => outcome.Kind != "exact"))
            page.Append(CultureInfo.InvariantCulture, $"| {outcome.Case.Name} | {outcome.Kind}: {outcome.Reason.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        File.WriteAllText(Path.Combine(SharedFiles.Project, "docs/signatures.md"), page.ToString());
    }

    private static void Line(StringBuilder page, string name, IReadOnlyList<SignatureVerifyTests.Outcome> of)
    {
        int Count(string kind) => of.Count(outcome => outcome.Kind == kind);
        int comparable = of.Count - Count("not comparable");
        page.Append(CultureInfo.InvariantCulture, $"| {name} | {of.Count} | {Count("exact")} | {Count("wrong")} | {Count("refused")} | {Count("not comparable")} | {100.0 * Count("exact") / Math.Max(1, comparable):F1} % |\n");
    }
}
