using System.Collections.Immutable;
using Wardkeeper.Sensor.Protocols.Dhcp;
using Wardkeeper.Sensor.Protocols.Dhcpv6;
using Wardkeeper.Sensor.Protocols.Dns;
using Wardkeeper.Sensor.Protocols.Hl7;
using Wardkeeper.Sensor.Protocols.Ssh;
using Wardkeeper.Sensor.Protocols.Tls;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>Every protocol that is understood, one line each. Two of them must never say Yes to the same flow; a test holds that.</summary>
internal static class ProtocolRegistry
{
    public static readonly ImmutableArray<Protocol> All =
    [
        Protocol.Of<Hl7Analyser>(),
        Protocol.Of<DnsAnalyser>(),
        Protocol.Of<DhcpAnalyser>(),
        Protocol.Of<Dhcpv6Analyser>(),
        Protocol.Of<TlsAnalyser>(),
        Protocol.Of<SshAnalyser>(),
        Protocol.Of<Snmp.SnmpAnalyser>(),
        Protocol.Of<Ntp.NtpAnalyser>(),
        Protocol.Of<Arp.ArpAnalyser>(),
        Protocol.Of<Lldp.LldpAnalyser>(),
        Protocol.Of<Cdp.CdpAnalyser>(),
        Protocol.Of<NeighbourDiscovery.NeighbourAnalyser>(),
    ];
}
