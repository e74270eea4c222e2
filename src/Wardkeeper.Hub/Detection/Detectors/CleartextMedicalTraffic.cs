using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// DICOM, HL7 or messages of laboratory and point-of-care devices (ASTM, POCT1-A) that anybody on the way can read: one finding for each pair of machines and protocol. It weighs more when one end lies
/// outside. Silent on what is encrypted, and on declared scanners.
/// </summary>
internal sealed class CleartextMedicalTraffic : IDetector, IDetector<FlowRecord>
{
    private static readonly (string Service, string Name)[] Protocols = [("dicom", "DICOM"), ("hl7", "HL7"), ("astm", "ASTM"), ("poct1a", "POCT1-A")];

    private static readonly FindingType Type = new("cleartext-medical-traffic", Severity.Low, Duty.ClinicalEngineering, "T1040", IsExposure: true);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("cleartext-medical-traffic", Type);

    /// <inheritdoc/>
    public void Inspect(FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Service is null || seen.Speaks("ssl")) return;
        string? protocol = null;
        foreach ((string service, string name) in Protocols) protocol ??= seen.Speaks(service) ? name : null;
        FlowView view = seen.View;
        Subject client = view.Client, server = view.Server;
        bool inside = known.Local.Contains(client.Ip), serverInside = known.Local.Contains(server.Ip);
        // An end that never sent anything is an address, not a machine.
        if (protocol is null || (!inside && !serverInside) || seen.OriginatorBytes + seen.ResponderBytes == 0) return;
        if (known.Site.IsScanner(client.Ip)) return;
        bool leaves = !inside || !serverInside;
        findings.Raise(new Sighting
        {
            Type = Type,
            Subject = known.Party(client),
            Peer = known.Party(server, view.ServerPort),
            Discriminator = protocol,
            Severity = leaves ? Severity.High : null,
            Confidence = 0.98,
            Arguments = [protocol, server.Ip.ToString(), FlowFacts.Port(view.Carrier, view.ServerPort)],
            Facts =
            [
                new Fact("protocol", protocol, protocol + " over TLS"),
                new Fact("port", FlowFacts.Port(view.Carrier, view.ServerPort)),
                new Fact("way", leaves ? "leaves the site" : "inside the site", "inside the site"),
            ],
            ReachedFrom = known.NetworkOf(client.Ip),
            Evidence = seen.Evidence(),
        });
    }
}
