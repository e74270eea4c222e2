using Wardkeeper.Hub.Identification;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Identification;

public sealed class TaxonomyTests
{
    [Fact]
    public void A_type_has_a_category_and_a_name_in_both_languages()
    {
        Assert.Equal(("infusion", "输液泵", "infusion pump"), (Taxonomy.CategoryOf("infusion-pump"), Taxonomy.NameOf("infusion-pump", chinese: true), Taxonomy.NameOf("infusion-pump", chinese: false)));
    }

    [Fact]
    public void A_category_is_no_type_and_has_a_name()
    {
        Assert.Null(Taxonomy.CategoryOf("infusion"));
        Assert.DoesNotContain("infusion", Taxonomy.AllTypes);
        Assert.Equal("输注", Taxonomy.NameOf("infusion", chinese: true));
    }

    [Fact]
    public void A_value_that_is_not_in_the_taxonomy_is_its_own_name()
    {
        Assert.Null(Taxonomy.CategoryOf("teapot"));
        Assert.Equal("teapot", Taxonomy.NameOf("teapot", chinese: true));
    }

    /// <summary>Tables of the sensor state types as claims; a word the taxonomy does not know would be no type.</summary>
    [Theory]
    [InlineData("analysers.tsv", 3)]
    [InlineData("mdc.tsv", 3)]
    public void Types_that_a_sensor_states_are_in_the_taxonomy(string table, int column)
    {
        using StreamReader reader = new(typeof(Claim).Assembly.GetManifestResourceStream(table)!);
        string[] types = [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#').Select(line => line.Split('\t')).Where(cells => cells[0] == "model" || cells[2] == "device").Select(cells => cells[column]).Where(type => type.Length > 0).Distinct()];
        Assert.NotEmpty(types);
        Assert.All(types, type => Assert.NotNull(Taxonomy.CategoryOf(type)));
    }

    [Fact]
    public void Every_type_belongs_to_a_category_with_names()
    {
        Assert.All(Taxonomy.AllTypes, type =>
        {
            string category = Taxonomy.CategoryOf(type)!;
            Assert.NotEqual(category, Taxonomy.NameOf(category, chinese: true));
            Assert.NotEmpty(Taxonomy.NameOf(type, chinese: false));
            Assert.NotEmpty(Taxonomy.NameOf(type, chinese: true));
        });
    }
}
