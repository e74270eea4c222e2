namespace Wardkeeper.Sensor.Protocols.Socks;

/// <summary>Every way to be wrong.</summary>
internal static class SocksFaults
{
    /// <summary>A message that is none of those that may come now.</summary>
    public static readonly Fault Unexpected = new("socks.unexpected", "RFC 1928 3, 4 and 6; RFC 1929 2; SOCKS 4");
}
