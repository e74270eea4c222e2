using System.Globalization;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Jobs;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Hub.Cases;

/// <summary>Uploaded captures that wait, are read or were read lately, as jobs. They are in the store, so a restart loses none.</summary>
public sealed class CaseJobs(ICases cases, TimeProvider clock) : IJobSource
{
    private const int MostShown = 10;
    private const string Prefix = "capture-";
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JobLine>> ForAsync(Actor who, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(who);
        CaseFilter hers = new() { By = who.Is(Role.Administrator) ? null : who.Name };
        PageRequest first = new(1, MostShown);
        Page<CaseLine> open = await cases.ListAsync(who, hers with { States = [CaseState.Queued, CaseState.Analysing] }, first, cancel);
        Page<CaseLine> ended = await cases.ListAsync(who, hers with { States = [CaseState.Done, CaseState.Failed, CaseState.Cancelled], Since = clock.Now().Plus(-Kept) }, first, cancel);
        return [.. open.Items.Concat(ended.Items).Select(LineOf)];
    }

    /// <inheritdoc/>
    public async Task<bool> StopAsync(Actor who, string id, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        return id.StartsWith(Prefix, StringComparison.Ordinal) && long.TryParse(id.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long number) && await cases.CancelAsync(who, number, cancel);
    }

    private static JobLine LineOf(CaseLine line)
    {
        JobState state = line.State switch { CaseState.Done => JobState.Done, CaseState.Failed => JobState.Failed, CaseState.Cancelled => JobState.Stopped, _ => JobState.Running };
        return new JobLine(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{line.Number}"), JobKind.Capture, line.Name, line.By, state)
        {
            Stage = line.State == CaseState.Queued ? JobStage.Waiting : JobStage.Reading,
            Done = (long)(line.Progress * line.Size),
            Total = line.State == CaseState.Queued ? null : line.Size,
            Unit = JobUnit.Bytes,
            Result = state == JobState.Running ? null : string.Create(CultureInfo.InvariantCulture, $"/captures?at={line.Number}"),
            CanStop = state == JobState.Running,
        };
    }
}
