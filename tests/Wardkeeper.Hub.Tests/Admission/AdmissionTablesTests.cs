using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Identification;

namespace Wardkeeper.Hub.Tests.Admission;

/// <summary>The tables of admission name what there is, and everything has its words.</summary>
public class AdmissionTablesTests
{
    [Fact]
    public void Every_condition_has_what_follows_and_its_words_and_no_row_is_left_over()
    {
        string[] rows = [.. HubTable.Rows("admission-rules.tsv").Select(cells => cells[0])];
        Assert.Equal(AdmissionConditions.Keys.Order(), rows.Order());
        Assert.Subset([.. AdmissionTexts.Keys], rows.ToHashSet());
        Assert.All(HubTable.Rows("admission-reasons.tsv"), cells => Assert.True(cells is [_, { Length: > 0 }, { Length: > 0 }] && cells[1].Contains("{0}", StringComparison.Ordinal) == cells[2].Contains("{0}", StringComparison.Ordinal), cells[0]));
    }

    [Fact]
    public void Large_equipment_and_findings_are_of_types_that_there_are()
    {
        Assert.All(AdmissionConditions.LargeEquipment, type => Assert.Contains(type, Taxonomy.AllTypes));
        Assert.All(AdmissionConditions.Types, type => Assert.True(DetectorRegistry.Types.ContainsKey(type), type));
        foreach (FindingType type in AdmissionFindings.All)
        {
            foreach (string part in (string[])["name", "title", "why", "next", "blind"]) Assert.True(FindingTexts.Has($"{type.Name}.{part}"), $"{type.Name}.{part}");
        }
        Assert.All(FingerprintComparison.Weights.Keys, trait => Assert.True(FindingTexts.Has("fact." + trait), trait));
    }
}
