using System.Collections.Frozen;
using System.Globalization;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// A database that takes connections from the network. It is known by its protocol where that is parsed, else by its port when a
/// connection to it was taken; a port that another protocol was recognised on, or that was opened for a transfer, does not count.
/// Silent on servers that the site declares as databases, unless they are reached from outside, and on connections of declared scanners.
/// </summary>
internal sealed class DatabaseOffered : IDetector, IDetector<FlowRecord>
{
    private static readonly FindingType Type = new("database-offered", Severity.Medium, Duty.InformationDepartment, "T1210", IsExposure: true);

    private static readonly FrozenDictionary<ushort, (string Product, string[] Protocols)> Ports = HubTable.Rows("database-ports.tsv")
        .ToFrozenDictionary(cells => ushort.Parse(cells[0], CultureInfo.InvariantCulture), cells => (cells[1], cells[2].Split(',')));

    private static readonly FrozenDictionary<string, string> Protocols = Ports.Values.SelectMany(port => port.Protocols.Select(protocol => (protocol, port.Product)))
        .Where(pair => pair.protocol is not "-" and not "http").DistinctBy(pair => pair.protocol).ToFrozenDictionary(pair => pair.protocol, pair => pair.Product, StringComparer.Ordinal);

    /// <summary>The product that usually listens on a port; null when that is no database's.</summary>
    public static string? ProductOf(ushort port) => Ports.TryGetValue(port, out (string Product, string[] Protocols) known) ? known.Product : null;

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("database-offered", Type);

    /// <inheritdoc/>
    public void Inspect(FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        FlowView view = seen.View;
        if (view.Carrier != Carrier.Tcp || seen.Parents is not null || !known.Local.Contains(view.ResponderAddress)) return;
        string? spoken = seen.Service is null ? null : Spoken(seen);
        bool isKnownPort = Ports.TryGetValue(view.ResponderPort, out (string Product, string[] Protocols) port);
        if (spoken is null && (!isKnownPort || !seen.IsAnswered() || (seen.Service is { } other && !port.Protocols.Contains(other)))) return;
        if (known.Site.IsScanner(view.OriginatorAddress)) return;
        bool fromOutside = !known.Local.Contains(view.OriginatorAddress);
        if (!fromOutside && known.Site.IsServer(view.ResponderAddress, "database")) return;
        string product = spoken is null ? port.Product : Protocols[spoken], at = FlowFacts.Port(Carrier.Tcp, view.ResponderPort), from = known.NetworkOf(view.OriginatorAddress);
        findings.Raise(new Sighting
        {
            Type = Type,
            Subject = known.Party(view.Responder, view.ResponderPort),
            Discriminator = at,
            Severity = fromOutside ? Severity.High : null,
            Confidence = spoken is not null ? 0.98 : seen.ResponderBytes > 0 ? 0.9 : 0.75,
            Arguments = [product, at, from],
            Facts =
            [
                new Fact("port", at, "not reachable from other networks"),
                new Fact("product", product),
                new Fact("known-by", spoken is null ? "port" : "protocol " + spoken),
                new Fact("latest-client", view.OriginatorAddress.ToString()),
            ],
            ReachedFrom = from,
            Evidence = seen.Evidence(),
        });
    }

    private static string? Spoken(FlowRecord flow)
    {
        foreach (string protocol in Protocols.Keys)
        {
            if (flow.Speaks(protocol)) return protocol;
        }
        return null;
    }
}
