namespace Wardkeeper.Sensor.Protocols.Ldap;

/// <summary>Every way to be wrong.</summary>
internal static class LdapFaults
{
    /// <summary>No message begins so.</summary>
    public static readonly Fault MalformedMessage = new("ldap.malformed-message", "RFC 4511 4.1.1");

    /// <summary>The fields of an operation are not where they must be.</summary>
    public static readonly Fault MalformedOperation = new("ldap.malformed-operation", "RFC 4511 4.2");
}
