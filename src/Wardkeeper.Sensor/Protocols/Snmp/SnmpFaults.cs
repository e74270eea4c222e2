namespace Wardkeeper.Sensor.Protocols.Snmp;

/// <summary>Every way an SNMP message can be wrong.</summary>
internal static class SnmpFaults
{
    /// <summary>The outer sequence is not there, or its length is not that of the datagram.</summary>
    public static readonly Fault NoMessage = new("snmp.no-message", "RFC 1157 4, X.690 8.1");

    /// <summary>A version other than 0, 1 and 3.</summary>
    public static readonly Fault Version = new("snmp.version", "RFC 3412 6.1");

    /// <summary>The header of a version 3 message or its security parameters do not have their fields.</summary>
    public static readonly Fault Header = new("snmp.v3-header", "RFC 3412 6, RFC 3414 2.4");

    /// <summary>No known operation follows, or its own fields are missing.</summary>
    public static readonly Fault Pdu = new("snmp.pdu", "RFC 3416 3");

    /// <summary>A variable is not a pair of name and value.</summary>
    public static readonly Fault Binding = new("snmp.binding", "RFC 3416 3");

    /// <summary>More variables than fit one datagram.</summary>
    public static readonly Fault TooManyBindings = new("snmp.too-many-bindings", "RFC 3416 3");
}
