namespace Wardkeeper.Sensor.Protocols.Cql;

/// <summary>Every way to be wrong.</summary>
internal static class CqlFaults
{
    /// <summary>A frame of another version or operation than there are, or too long.</summary>
    public static readonly Fault MalformedFrame = new("cql.malformed-frame", "CQL binary protocol v4 2");

    /// <summary>A message whose parts do not fit into it.</summary>
    public static readonly Fault MalformedBody = new("cql.malformed-body", "CQL binary protocol v4 4");
}
