namespace Wardkeeper.Sensor.Protocols.Mysql;

/// <summary>The commands. Client/Server Protocol, Command Phase.</summary>
internal static class MysqlCommands
{
    /// <summary>Number of a query.</summary>
    public const byte Query = 3;

    private static readonly string?[] Names =
    [
        "sleep", "quit", "init_db", "query", "field_list", "create_db", "drop_db", "refresh", "shutdown", "statistics", "process_info", "connect", "process_kill", "debug", "ping", "time",
        "delayed_insert", "change_user", "binlog_dump", "table_dump", "connect_out", "register_slave", "prepare", "execute", "send_long_data", "close", "reset", "set_option", "fetch", "daemon", "binlog_dump_gtid", "reset_connection",
    ];

    /// <summary>A command's name; null when there is none of that number.</summary>
    public static string? Name(byte number) => number < Names.Length ? Names[number] : null;

    /// <summary>Whether a statement follows.</summary>
    public static bool HasStatement(byte number) => number is Query or 22;

    /// <summary>Whether a database's or table's name follows.</summary>
    public static bool HasName(byte number) => number is 2 or 5 or 6;

    /// <summary>Whether the server says nothing to it.</summary>
    public static bool IsUnanswered(byte number) => number is 1 or 24 or 25;

    /// <summary>Whether rows may come back.</summary>
    public static bool ReturnsRows(string command) => command is "query" or "execute" or "fetch" or "process_info";
}
