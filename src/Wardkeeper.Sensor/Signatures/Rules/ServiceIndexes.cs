using System.Collections.Frozen;
using Wardkeeper.Sensor.Protocols;

namespace Wardkeeper.Sensor.Signatures.Rules;

/// <summary>Indexes of services in <see cref="ProtocolRegistry.All"/>, by their names.</summary>
internal static class ServiceIndexes
{
    private static readonly FrozenDictionary<string, int> ByName = ProtocolRegistry.All.Select(static (protocol, index) => (protocol.Info.Name, index)).ToFrozenDictionary(static one => one.Name, static one => one.index, StringComparer.Ordinal);

    /// <summary>The index of a service, or -1.</summary>
    public static int Of(string name) => ByName.GetValueOrDefault(name, -1);
}
