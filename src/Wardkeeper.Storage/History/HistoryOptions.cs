namespace Wardkeeper.Storage.History;

/// <summary>How history is kept.</summary>
internal sealed record HistoryOptions
{
    /// <summary>Days that history is kept; the law asks for six months.</summary>
    public int KeepDays { get; init; } = 190;

    /// <summary>Most bytes of history; null leaves it to the disk.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>Bytes of the disk that history leaves free for everything else.</summary>
    public long LeaveFreeBytes { get; init; } = 2L << 30;

    /// <summary>Memory that writing and all queries may take together.</summary>
    public int MemoryMegabytes { get; init; } = 256;

    /// <summary>Queries that run at the same time; the others wait.</summary>
    public int Readers { get; init; } = 2;

    /// <summary>Longest that a query may take.</summary>
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
