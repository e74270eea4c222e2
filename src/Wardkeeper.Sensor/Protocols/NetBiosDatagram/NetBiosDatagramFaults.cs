namespace Wardkeeper.Sensor.Protocols.NetBiosDatagram;

/// <summary>Every way to be wrong.</summary>
internal static class NetBiosDatagramFaults
{
    /// <summary>The header or the names do not fit.</summary>
    public static readonly Fault MalformedDatagram = new("nbdgm.malformed-datagram", "RFC 1002 4.4");
}
