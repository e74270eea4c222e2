namespace Wardkeeper.Sensor.Protocols.Dtls;

/// <summary>Every way to be wrong.</summary>
internal static class DtlsFaults
{
    /// <summary>Something stands where a record must begin.</summary>
    public static readonly Fault NotARecord = new("dtls.not-a-record", "RFC 6347 4.1");

    /// <summary>A fragment that does not fit into its message or record.</summary>
    public static readonly Fault Fragment = new("dtls.malformed-fragment", "RFC 6347 4.2.2");
}
