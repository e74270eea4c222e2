using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Tests.Ledger;

namespace Wardkeeper.Hub.Tests.Identification;

public sealed class MacPrefixesTests
{
    [Theory]
    [InlineData("00:12:21:30:00:41", "B.Braun Melsungen AG")]
    [InlineData("20:e7:91:10:00:21", "Siemens Healthcare Diagnostics, Inc")]
    [InlineData("70:b3:d5:4c:c1:23", "FRESENIUS MEDICAL CARE")]
    [InlineData("dc:36:43:41:23:45", "Fresenius Medical Care R&D (Shanghai) Co.,Ltd.")]
    public void The_longest_registered_prefix_names_the_holder(string mac, string holder) => Assert.Equal(holder, MacPrefixes.VendorOf(Site.Mac(mac)));

    [Theory]
    [InlineData("00:00:00:00:00:00")]
    [InlineData("02:12:21:30:00:41")]
    [InlineData("01:12:21:30:00:41")]
    [InlineData("fc:ff:ff:00:00:01")]
    public void None_local_group_and_unregistered_addresses_have_no_holder(string mac) => Assert.Null(MacPrefixes.VendorOf(Site.Mac(mac)));

    [Fact]
    public void Every_entry_of_the_table_is_found_again()
    {
        using StreamReader reader = new(typeof(MacPrefixes).Assembly.GetManifestResourceStream("mac-prefixes.tsv")!);
        reader.ReadLine();
        string[] lines = [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        foreach (string line in lines.Where((_, place) => place % 97 == 0).Append(lines[0]).Append(lines[^1]))
        {
            string[] cells = line.Split('\t');
            string? found = MacPrefixes.VendorOf(Site.Mac(cells[0].PadRight(12, 'F')));
            if (cells[0][1] is '0' or '4' or '8' or 'C') Assert.True(found == cells[1] || lines.Any(longer => longer.Length > cells[0].Length && longer.StartsWith(cells[0], StringComparison.Ordinal) && longer != line), $"{line}: {found}");
        }
    }

    [Theory]
    [InlineData("00:00:5e:00:01:07", true)]
    [InlineData("00:00:5e:00:02:07", true)]
    [InlineData("00:00:0c:07:ac:07", true)]
    [InlineData("00:00:0c:9f:f1:23", true)]
    [InlineData("00:00:0c:07:ad:07", false)]
    public void Redundancy_protocols_addresses_are_virtual(string mac, bool isVirtual) => Assert.Equal(isVirtual, MacPrefixes.IsVirtual(Site.Mac(mac)));
}
