using System.Data.Common;

namespace Wardkeeper.Storage.Register;

/// <summary>Tables that were read and not applied: a bounded number is kept, and a new one takes the place of the oldest.</summary>
internal static class Previews
{
    /// <summary>Longest name of a file or a service, in characters.</summary>
    public const int LongestName = 200;

    private const int Most = 20;

    /// <summary>Makes room for one more.</summary>
    /// <param name="transaction">In which it is written.</param>
    /// <param name="tables">Where the tables stand.</param>
    /// <param name="rows">Where their rows stand.</param>
    /// <param name="key">The rows' column that names their table.</param>
    /// <param name="cancel">Stops.</param>
    public static async Task MakeRoomAsync(DbTransaction transaction, string tables, string rows, string key, CancellationToken cancel)
    {
        List<long> previews = await transaction.AskAsync($"SELECT number FROM {tables} WHERE state = 'preview' ORDER BY number DESC", row => row.GetInt64(0), cancel);
        foreach (long old in previews.Skip(Most - 1))
        {
            await transaction.RunAsync($"DELETE FROM {rows} WHERE {key} = @p0", cancel, old);
            await transaction.RunAsync($"DELETE FROM {tables} WHERE number = @p0", cancel, old);
        }
    }

    /// <summary>A name within its bound.</summary>
    public static string Cut(string name) => name.Length <= LongestName ? name : name[..LongestName];
}
