using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Incidents;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Analyze;

/// <summary>Writes incidents, a line of JSON each, in the order in which they came to be; those that were merged into others are left out.</summary>
internal static class IncidentRows
{
    /// <summary>All incidents of a book, each with the findings by their numbers.</summary>
    public static IEnumerable<(Incident Incident, Dictionary<long, Finding> Findings)> Of(FindingBook book)
    {
        Dictionary<long, Finding> findings = book.Findings.ToDictionary(finding => finding.Number);
        return book.Incidents.All.Where(one => one.MergedInto is null).Select(incident => (incident, findings));
    }

    /// <summary>Writes one.</summary>
    public static void Write(RowWriter row, (Incident Incident, Dictionary<long, Finding> Findings) one)
    {
        (Incident incident, Dictionary<long, Finding> findings) = one;
        row.Time("ts"u8, incident.First);
        row.Text("id"u8, incident.Id);
        row.Text("severity"u8, incident.Severity.Word());
        row.Time("last"u8, incident.Last);
        row.Texts("actors"u8, Sorted(incident.Actors));
        row.Texts("targets"u8, Sorted(incident.Targets));
        row.Text("title"u8, findings[incident.Lead].Title.In(chinese: false));
        row.Text("title_zh"u8, findings[incident.Lead].Title.In(chinese: true));
        row.Texts("techniques"u8, [.. incident.Members.Select(member => findings[member.Finding].Technique).OfType<string>().Distinct().Order(StringComparer.Ordinal)]);
        row.Objects("findings"u8, [.. incident.Members.OrderBy(member => findings[member.Finding].First.Nanoseconds).ThenBy(member => member.Finding)], static (row, member) =>
        {
            row.Text("id"u8, Finding.IdOf(member.Finding));
            row.Text("why"u8, member.Why.Word());
            row.Text("through"u8, member.Through.Length == 0 ? null : member.Through);
        });
        row.Number("more"u8, incident.More == 0 ? null : incident.More);
    }

    private static List<string> Sorted(IEnumerable<string> keys) => [.. keys.Order(StringComparer.Ordinal)];
}
