namespace Wardkeeper.Hub.Admission;

/// <summary>What came to the admission's front since the start of the hub, and what was refused there.</summary>
/// <param name="ByMac">Decisions by MAC address.</param>
/// <param name="AfterEap">Decisions after EAP.</param>
/// <param name="Accounted">Accounting messages that were committed.</param>
/// <param name="Forged">Calls without the right secret.</param>
/// <param name="Busy">Calls for which there was no room.</param>
/// <param name="Malformed">Malformed calls by reason.</param>
/// <param name="Strangers">By address that shows a good RADIUS secret and is no switch, how often.</param>
public sealed record FrontFigures(long ByMac, long AfterEap, long Accounted, long Forged, long Busy, IReadOnlyDictionary<string, long> Malformed, IReadOnlyDictionary<string, long> Strangers);

/// <summary>Counts at the admission's front.</summary>
public interface IFrontFigures
{
    /// <summary>The counts now.</summary>
    FrontFigures Now { get; }
}
