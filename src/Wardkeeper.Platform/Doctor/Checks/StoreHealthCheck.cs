using System.Runtime.CompilerServices;
using Wardkeeper.Storage;
using Wardkeeper.Storage.Backups;

namespace Wardkeeper.Platform.Doctor.Checks;

/// <summary>Whether the database is whole, when nobody has it open.</summary>
internal sealed class StoreHealthCheck : IDoctorCheck
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public async IAsyncEnumerable<Diagnosis> LookAsync(DoctorContext context, [EnumeratorCancellation] CancellationToken cancel)
    {
        string path = Path.Combine(context.Settings.Data, Backup.Database);
        if (context.IsRunning || context.Settings.Database.Postgres is not null || !File.Exists(path)) yield break;
        yield return await StoreCheck.FindDamageAsync(path, Longest) is { } damage ? new("database", Condition.Problem, "doctor-database-damaged", damage) : new("database", Condition.Well, "doctor-database", path);
    }
}
