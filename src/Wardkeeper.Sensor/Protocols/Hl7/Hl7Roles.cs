using System.Collections.Immutable;

namespace Wardkeeper.Sensor.Protocols.Hl7;

/// <summary>What a message says of the parts its two ends play, read once from <c>hl7-roles.tsv</c>.</summary>
internal static class Hl7Roles
{
    private static readonly ImmutableArray<(string Message, string? Sender, string? Receiver)> Table =
        [.. Rows("hl7-roles.tsv").Select(static cells => (cells[0], cells[1] == "-" ? null : cells[1], cells[2] == "-" ? null : cells[2]))];

    /// <summary>Roles of sender and receiver of a message type, for example <c>ORM^O01</c>; null where it says nothing.</summary>
    public static (string? Sender, string? Receiver) Of(string? messageType)
    {
        if (messageType is null) return default;
        foreach ((string message, string? sender, string? receiver) in Table)
        {
            if (messageType.StartsWith(message, StringComparison.Ordinal) && (messageType.Length == message.Length || messageType[message.Length] == '^')) return (sender, receiver);
        }
        return default;
    }

    /// <summary>Rows of a table beside this file.</summary>
    internal static IEnumerable<string[]> Rows(string table)
    {
        using Stream stream = typeof(Hl7Roles).Assembly.GetManifestResourceStream(table) ?? throw new InvalidOperationException($"The table {table} is not embedded.");
        using StreamReader reader = new(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#') yield return line.Split('\t');
        }
    }
}
