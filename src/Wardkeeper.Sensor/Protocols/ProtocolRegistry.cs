using System.Collections.Immutable;
using Wardkeeper.Sensor.Protocols.Arp;
using Wardkeeper.Sensor.Protocols.Cdp;
using Wardkeeper.Sensor.Protocols.Hl7;
using Wardkeeper.Sensor.Protocols.Lldp;
using Wardkeeper.Sensor.Protocols.NeighbourDiscovery;
using Wardkeeper.Sensor.Protocols.Ntp;
using Wardkeeper.Sensor.Protocols.Snmp;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>Every protocol that is understood, one line each. Two of them must never say Yes to the same flow; a test holds that.</summary>
internal static class ProtocolRegistry
{
    public static readonly ImmutableArray<Protocol> All =
    [
        Protocol.Of<ArpAnalyser>(),
        Protocol.Of<CdpAnalyser>(),
        Protocol.Of<LldpAnalyser>(),
        Protocol.Of<NeighbourAnalyser>(),
        Protocol.Of<NtpAnalyser>(),
        Protocol.Of<SnmpAnalyser>(),
        Protocol.Of<Hl7Analyser>(),
    ];
}
