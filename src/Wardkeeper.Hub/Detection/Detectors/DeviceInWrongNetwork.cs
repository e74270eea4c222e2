using System.Globalization;
using Wardkeeper.Hub.Findings;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// A device in a network that holds other devices: by the site's own word (<c>holds</c>), else by the great majority there; or one whose
/// frames bear another VLAN than those of its network. And a network in which medical devices and others live mixed, so that no border can be
/// drawn around either. Silent on devices of unknown type, on switches, routers, firewalls and access points that people name so, that have been so for an hour, or that were never anything else, on networks with fewer than eight
/// devices of known type, and on devices that have not been seen for a week.
/// </summary>
internal sealed class DeviceInWrongNetwork : IDetector, IDetector<LedgerReview>
{
    private const int FewestKnown = 8, FewestOfEach = 3;
    private const double Majority = 0.8;
    private static readonly TimeSpan Gone = TimeSpan.FromDays(7);
    private static readonly FindingType Wrong = new("device-in-wrong-network", Severity.Low, Duty.InformationDepartment, IsExposure: true);
    private static readonly FindingType Mixed = new("mixed-network", Severity.Low, Duty.InformationDepartment, IsExposure: true);
    private static readonly HashSet<string> Over = ["retired", "scrapped", "lost"];

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("device-in-wrong-network", Wrong, Mixed);

    /// <inheritdoc/>
    public void Inspect(LedgerReview seen, in Knowledge known, IFindingSink findings)
    {
        Dictionary<string, List<DeviceFacts>> networks = new(StringComparer.Ordinal);
        foreach (DeviceFacts device in known.Devices.All())
        {
            if (device is not { Type: not null, Category: not null } || (device.IsInfrastructure && device.IsTypeBelievedOrFirst(seen.At)) || (device.LifeCycle is { } state && Over.Contains(state))) continue;
            if (!known.Local.Contains(device.Subject.Ip) || seen.At.Since(device.LastSeen) > Gone) continue;
            string network = known.NetworkOf(device.Subject.Ip);
            if (!networks.TryGetValue(network, out List<DeviceFacts>? there)) networks[network] = there = [];
            there.Add(device);
        }
        HashSet<string> wrong = new(StringComparer.Ordinal), mixed = new(StringComparer.Ordinal);
        foreach ((string network, List<DeviceFacts> there) in networks.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            IReadOnlyList<string> holds = known.Site.Within(there[0].Subject.Ip)?.Holds ?? [];
            foreach (Sighting sighting in holds.Count > 0 ? ByTheSite(network, there, holds) : ByMajority(network, there)) Tell(sighting, wrong, findings);
            foreach (Sighting sighting in ByVlan(network, there)) Tell(sighting, wrong, findings);
            if (holds.Count == 0 && MixedNetwork(network, there) is { } both) Tell(both, mixed, findings);
        }
        findings.Only(Wrong, wrong, seen.At);
        findings.Only(Mixed, mixed, seen.At);
    }

    private static void Tell(Sighting sighting, HashSet<string> keys, IFindingSink findings)
    {
        if (keys.Add(sighting.Key)) findings.Raise(sighting);
    }

    private static IEnumerable<Sighting> ByTheSite(string network, List<DeviceFacts> there, IReadOnlyList<string> holds) =>
        there.Where(device => !holds.Contains(device.Type) && !holds.Contains(device.Category)).Select(device => Sighted(network, device, "site", string.Join(", ", holds), device.Type!, 0.9));

    private static IEnumerable<Sighting> ByMajority(string network, List<DeviceFacts> there)
    {
        if (there.Count < FewestKnown) return [];
        IGrouping<string, DeviceFacts> most = there.GroupBy(device => device.Category!, StringComparer.Ordinal).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).First();
        if (most.Count() < there.Count * Majority) return [];
        string share = string.Create(CultureInfo.InvariantCulture, $"{most.Key} ({most.Count()} of {there.Count} devices)");
        return there.Where(device => device.Category != most.Key).Select(device => Sighted(network, device, "majority", share, device.Type!, 0.7));
    }

    private static IEnumerable<Sighting> ByVlan(string network, List<DeviceFacts> there)
    {
        DeviceFacts[] tagged = [.. there.Where(device => device.Subject.Vlan != 0)];
        if (tagged.Length < FewestKnown) return [];
        IGrouping<ushort, DeviceFacts> most = tagged.GroupBy(device => device.Subject.Vlan).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).First();
        if (most.Count() < tagged.Length * Majority) return [];
        string share = string.Create(CultureInfo.InvariantCulture, $"VLAN {most.Key} ({most.Count()} of {tagged.Length} devices)");
        return tagged.Where(device => device.Subject.Vlan != most.Key).Select(device => Sighted(network, device, "vlan", share, "VLAN " + FlowFacts.Number(device.Subject.Vlan), 0.8));
    }

    private static Sighting Sighted(string network, DeviceFacts device, string basis, string expected, string observed, double confidence) => new()
    {
        Type = Wrong,
        Subject = new Party(device.Subject, 0, device),
        Discriminator = network + "/" + basis,
        Severity = device.IsMedical ? Severity.Medium : null,
        Confidence = confidence,
        Arguments = [device.Shown, network, observed, expected],
        Facts = [new Fact("network", network), new Fact("kind-of-device", observed, expected), new Fact("known-by", basis == "site" ? "site file" : "what else is there")],
        Evidence = new Evidence(device.LastSeen),
    };

    private static Sighting? MixedNetwork(string network, List<DeviceFacts> there)
    {
        DeviceFacts[] medical = [.. there.Where(device => device.IsMedical)], other = [.. there.Where(device => !device.IsMedical && device.Type is not ("server" or "clinical-workstation" or "printer"))];
        if (there.Count < FewestKnown || medical.Length < FewestOfEach || other.Length < FewestOfEach) return null;
        string kinds = string.Join(", ", other.GroupBy(device => device.Type!, StringComparer.Ordinal).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).Take(5)
            .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} {group.Key}")));
        return new Sighting
        {
            Type = Mixed,
            Subject = new Party(default),
            Discriminator = network,
            Severity = medical.Length >= other.Length ? Severity.Medium : null,
            Confidence = 0.8,
            Arguments = [network, FlowFacts.Number(medical.Length), FlowFacts.Number(other.Length), kinds],
            Facts = [new Fact("network", network, "medical devices alone"), new Fact("medical-devices", FlowFacts.Number(medical.Length)), new Fact("other-devices", kinds)],
            Evidence = new Evidence(there.Max(device => device.LastSeen)),
        };
    }
}
