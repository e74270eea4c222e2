using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Dns;
using Wardkeeper.Sensor.Protocols.NeighbourDiscovery;
using Wardkeeper.Sensor.Protocols.Rpc;

namespace Wardkeeper.Sensor.Flows;

/// <summary>Faults of form that are known to crash whoever reads them: told as an anomaly of who sent them, not only counted.</summary>
internal static class CrashingFaults
{
    private static readonly Dictionary<Fault, Crashing> All = new(ReferenceEqualityComparer.Instance)
    {
        [DnsFaults.PointerNotBackward] = new("dns", "name that points at itself or ahead", "dns name"),
        [DnsFaults.PointerChainTooLong] = new("dns", "name that points at itself or ahead", "dns name"),
        [NeighbourFaults.DnsServersLength] = new("nd", "router advertisement whose DNS option has a wrong length (CVE-2020-16898)", "nd option"),
        [RpcFaults.AddressTooLong] = new("rpc", "answer of a port mapper with an address that is none (CVE-2022-26937)", "rpc address"),
    };

    /// <summary>What is told of a fault; null when it crashes nobody that is known.</summary>
    public static Crashing? Of(Fault fault) => All.GetValueOrDefault(fault);

    /// <summary>What is told.</summary>
    /// <param name="Protocol">Protocol of the claim.</param>
    /// <param name="Value">What it is.</param>
    /// <param name="Origin">Where in the message.</param>
    internal sealed record Crashing(string Protocol, string Value, string Origin);
}
