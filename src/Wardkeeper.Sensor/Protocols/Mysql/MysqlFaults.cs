namespace Wardkeeper.Sensor.Protocols.Mysql;

/// <summary>Every way to be wrong.</summary>
internal static class MysqlFaults
{
    /// <summary>The server's first packet is neither a handshake nor a refusal.</summary>
    public static readonly Fault NoHandshake = new("mysql.no-handshake", "Client/Server Protocol, Protocol::Handshake");

    /// <summary>The client's answer to the handshake ends before its user name does.</summary>
    public static readonly Fault MalformedLogin = new("mysql.malformed-login", "Client/Server Protocol, Protocol::HandshakeResponse41");
}
