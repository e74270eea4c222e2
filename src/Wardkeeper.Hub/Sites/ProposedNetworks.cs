using System.Globalization;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Sites;

/// <summary>A network that is probably the site's own.</summary>
/// <param name="Network">In CIDR notation.</param>
/// <param name="Hosts">Devices seen with an address in it.</param>
public sealed record ProposedNetwork(string Network, long Hosts);

/// <summary>
/// Which networks are probably the site's own, by the devices seen: private IPv4 ranges (RFC 1918) and unique local IPv6 ones
/// (RFC 4193). A range of which one part is used is proposed as that part (/24, /64), else whole (/16, /48).
/// </summary>
public static class ProposedNetworks
{
    /// <summary>Most that are proposed.</summary>
    public const int Most = 30;

    private static readonly LocalNetworks Private = LocalNetworks.Of(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"]);

    /// <summary>Proposes them, those with most hosts first.</summary>
    /// <param name="used">Devices by the /24 or /64 of their address.</param>
    public static IReadOnlyList<ProposedNetwork> Of(IEnumerable<ValueCount> used)
    {
        ArgumentNullException.ThrowIfNull(used);
        var parts = used.Select(one => (one.Value, one.Count, Address: Base(one.Value))).Where(one => !one.Address.IsNone && Private.Contains(one.Address));
        return [.. parts.GroupBy(one => Around(one.Address))
            .Select(same => new ProposedNetwork(same.Count() == 1 ? same.First().Value! : same.Key, same.Sum(one => one.Count)))
            .OrderByDescending(one => one.Hosts).ThenBy(one => one.Network, StringComparer.Ordinal).Take(Most)];
    }

    private static Address Base(string? network) => network is not null && Address.TryParse(network[..(network.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? slash : network.Length)], out Address address) ? address : default;

    private static string Around(Address address) => address.IsV4
        ? string.Create(CultureInfo.InvariantCulture, $"{Address.FromV4(address.V4 & 0xFFFF_0000)}/16")
        : string.Create(CultureInfo.InvariantCulture, $"{new Address(address.High & 0xFFFF_FFFF_FFFF_0000, 0)}/48");
}
