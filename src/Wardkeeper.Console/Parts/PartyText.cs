using Wardkeeper.Hub.Findings.Queries;

namespace Wardkeeper.Console.Parts;

/// <summary>Writes one end of a finding.</summary>
internal static class PartyText
{
    /// <summary>IP address where there is one, else hardware address; empty for the site as a whole.</summary>
    public static string Address(PartyLine party) => !party.Ip.IsNone ? party.Ip.ToString() : !party.Mac.IsNone ? party.Mac.ToString() : "";
}
