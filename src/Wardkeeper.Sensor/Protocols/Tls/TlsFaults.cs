namespace Wardkeeper.Sensor.Protocols.Tls;

/// <summary>Every way to be wrong.</summary>
internal static class TlsFaults
{
    /// <summary>What stands where a record must begin is none.</summary>
    public static readonly Fault NotARecord = new("ssl.not-a-record", "RFC 8446 5.1");

    /// <summary>The first message of the client is no hello.</summary>
    public static readonly Fault MalformedClientHello = new("ssl.malformed-client-hello", "RFC 8446 4.1.2");

    /// <summary>The lengths of the client's extensions do not add up.</summary>
    public static readonly Fault MalformedExtensions = new("ssl.malformed-extensions", "RFC 8446 4.2");

    /// <summary>The server's hello is malformed.</summary>
    public static readonly Fault MalformedServerHello = new("ssl.malformed-server-hello", "RFC 8446 4.1.3");

    /// <summary>A chain of certificates is malformed.</summary>
    public static readonly Fault MalformedChain = new("ssl.malformed-certificate-list", "RFC 5246 7.4.2");

    /// <summary>A certificate is malformed.</summary>
    public static readonly Fault MalformedCertificate = new("ssl.malformed-certificate", "RFC 5280 4.1");

    /// <summary>More certificates in one chain than are read.</summary>
    public static readonly Fault TooManyCertificates = new("ssl.too-many-certificates", "RFC 5246 7.4.2");

    /// <summary>A handshake message is longer than is put together.</summary>
    public static readonly Fault MessageTooLong = new("ssl.handshake-message-too-long", "RFC 8446 4");

    /// <summary>A plain alert record does not hold alerts.</summary>
    public static readonly Fault MalformedAlert = new("ssl.malformed-alert", "RFC 8446 6");
}
