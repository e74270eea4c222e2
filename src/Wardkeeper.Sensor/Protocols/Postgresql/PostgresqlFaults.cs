namespace Wardkeeper.Sensor.Protocols.Postgresql;

/// <summary>Every way to be wrong.</summary>
internal static class PostgresqlFaults
{
    /// <summary>A message's length is shorter than itself or longer than any server takes.</summary>
    public static readonly Fault ImpossibleLength = new("postgresql.impossible-length", "PostgreSQL 17 documentation 53.7") { Event = "pgsql.malformed_request" };

    /// <summary>No message begins with this byte.</summary>
    public static readonly Fault UnknownMessage = new("postgresql.unknown-message", "PostgreSQL 17 documentation 53.7") { Event = "pgsql.malformed_request" };
}
