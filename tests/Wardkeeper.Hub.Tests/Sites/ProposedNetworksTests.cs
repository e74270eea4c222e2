using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Sites;

namespace Wardkeeper.Hub.Tests.Sites;

public class ProposedNetworksTests
{
    [Fact]
    public void Private_ranges_are_proposed_as_far_as_they_are_used_and_nothing_else_is()
    {
        IReadOnlyList<ProposedNetwork> proposed = ProposedNetworks.Of(
        [
            new("10.77.10.0/24", 40), new("10.77.28.0/24", 60), new("192.168.8.0/24", 7), new("172.31.255.0/24", 1), new("172.32.0.0/24", 50), new("203.0.113.0/24", 9),
            new("100.64.3.0/24", 9), new("169.254.0.0/24", 9), new("fd00:1:2:3::/64", 5), new("fd00:1:2:4::/64", 6), new("fe80::/64", 100), new("2001:db8::/64", 3), new(null, 12), new("nothing", 1),
        ]);
        Assert.Equal([new("10.77.0.0/16", 100), new("fd00:1:2::/48", 11), new("192.168.8.0/24", 7), new("172.31.255.0/24", 1)], proposed);
    }

    [Fact]
    public void As_many_are_proposed_as_a_person_reads()
    {
        IReadOnlyList<ProposedNetwork> proposed = ProposedNetworks.Of(Enumerable.Range(0, 256).Select(i => new ValueCount($"10.{i}.0.0/24", i + 1)));
        Assert.Equal((ProposedNetworks.Most, "10.255.0.0/24"), (proposed.Count, proposed[0].Network));
    }
}
