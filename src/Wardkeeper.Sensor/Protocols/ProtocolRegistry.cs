using System.Collections.Immutable;
using Wardkeeper.Sensor.Protocols.Hl7;
using Wardkeeper.Sensor.Protocols.Http;
using Wardkeeper.Sensor.Protocols.Ssdp;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>Every protocol that is understood, one line each. Two of them must never say Yes to the same flow; a test holds that.</summary>
internal static class ProtocolRegistry
{
    public static readonly ImmutableArray<Protocol> All =
    [
        Protocol.Of<HttpAnalyser>(),
        Protocol.Of<SsdpAnalyser>(),
        Protocol.Of<Hl7Analyser>(),
    ];
}
