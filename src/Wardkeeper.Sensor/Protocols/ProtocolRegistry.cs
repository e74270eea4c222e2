using System.Collections.Immutable;
using Wardkeeper.Sensor.Protocols.Hl7;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>Every protocol that is understood, one line each. Two of them must never say Yes to the same flow; a test holds that.</summary>
internal static class ProtocolRegistry
{
    public static readonly ImmutableArray<Protocol> All =
    [
        Protocol.Of<Dicom.DicomAnalyser>(),
        Protocol.Of<Hl7Analyser>(),
    ];
}
