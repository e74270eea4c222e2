namespace Wardkeeper.Sensor.Protocols.Kerberos;

/// <summary>Every way to be wrong.</summary>
internal static class KerberosFaults
{
    /// <summary>The fields of a message are not where they must be.</summary>
    public static readonly Fault MalformedMessage = new("krb.malformed-message", "RFC 4120 5");

    /// <summary>The length before a message and the message's own differ.</summary>
    public static readonly Fault WrongLength = new("krb.wrong-length", "RFC 4120 7.2.2");

    /// <summary>A message of NTLM that is cut or of no known kind.</summary>
    public static readonly Fault MalformedNtlm = new("ntlm.malformed-message", "MS-NLMP 2.2.1");
}
