namespace Wardkeeper.Sensor.Protocols.Memcached;

/// <summary>Every way to be wrong.</summary>
internal static class MemcachedFaults
{
    /// <summary>A line longer than any command or answer.</summary>
    public static readonly Fault LineTooLong = new("memcached.line-too-long", "memcached, protocol.txt");

    /// <summary>A number of bytes that is none or beyond what a server takes.</summary>
    public static readonly Fault BadLength = new("memcached.bad-length", "memcached, protocol.txt");

    /// <summary>A binary message with another beginning or impossible lengths.</summary>
    public static readonly Fault MalformedHeader = new("memcached.malformed-header", "memcached binary protocol");
}
