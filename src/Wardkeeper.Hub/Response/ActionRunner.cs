using System.Collections.Concurrent;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Queries;

namespace Wardkeeper.Hub.Response;

/// <summary>
/// Carries actions from state to state: applies what was cleared, looks whether it is as ordered, takes it back when its time is over, when it is not as ordered, and when the
/// table no longer allows it. Everything it knows is stored, so it goes on where it was when the hub was killed.
/// </summary>
/// <param name="store">Stores actions.</param>
/// <param name="queries">Reads them.</param>
/// <param name="previews">Computes what is to be seen now.</param>
/// <param name="board">What may be done to devices, from memory.</param>
/// <param name="points">Where actions are carried out.</param>
/// <param name="clock">Wall clock.</param>
public sealed class ActionRunner(IActionStore store, IActionQueries queries, PreviewReader previews, ICareBoard board, EnforcementRegistry points, TimeProvider clock)
{
    /// <summary>How often everything open is looked after.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>After so many looks that could not tell, an action counts as not as ordered.</summary>
    public const int MostLooks = 12;

    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1), PointTakes = TimeSpan.FromSeconds(20);
    private static readonly ActionState[] Open = [ActionState.Proposed, ActionState.Ordered, ActionState.InForce, ActionState.Undoing];
    private readonly ConcurrentDictionary<long, SemaphoreSlim> turns = [];
    private readonly ConcurrentDictionary<long, long> looked = [];

    /// <summary>Who acts when nobody does in person.</summary>
    public static Actor Itself { get; } = new("wardkeeper", new HashSet<Role>());

    /// <summary>Looks after everything that is open, once.</summary>
    /// <exception cref="AggregateException">Something broke at some of it; everything else was looked after.</exception>
    public async Task RoundAsync(CancellationToken cancel)
    {
        List<long> open = [];
        await foreach (ResponseAction action in EveryPage.OfAsync(page => queries.FindAsync(new ActionFilter { States = Open }, new SortOrder("number"), page, cancel))) open.Add(action.Number);
        // One switch that does not answer, or a point that breaks, must not keep another's action from being taken back.
        ConcurrentQueue<Exception> broken = [];
        await Parallel.ForEachAsync(open, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancel }, async (number, stop) =>
        {
            try
            {
                await AdvanceAsync(number, stop);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                broken.Enqueue(e);
            }
        });
        if (!broken.IsEmpty) throw new AggregateException(broken);
    }

    /// <summary>Brings one action as far as it goes now. One at a time for each.</summary>
    public async Task AdvanceAsync(long number, CancellationToken cancel)
    {
        SemaphoreSlim turn = turns.GetOrAdd(number, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancel);
        try
        {
            // From ordered over in force and undoing to ended are three steps; one more sees that nothing is left.
            for (int steps = 0; steps < 4 && await queries.GetAsync(number, null, cancel) is { } action; steps++)
            {
                if (await StepAsync(action, cancel) is not { } after || after.State == action.State) break;
            }
        }
        finally
        {
            turn.Release();
        }
    }

    private Task<ResponseAction?> StepAsync(ResponseAction action, CancellationToken cancel) => action.State switch
    {
        ActionState.Proposed => WaitAsync(action, cancel),
        ActionState.Ordered => ApplyAsync(action, cancel),
        ActionState.InForce => WatchAsync(action, cancel),
        ActionState.Undoing => TakeBackAsync(action, cancel),
        _ => Task.FromResult<ResponseAction?>(null),
    };

    /// <summary>A request lapses; while it waits, people's agreement holds for what they saw alone.</summary>
    private async Task<ResponseAction?> WaitAsync(ResponseAction action, CancellationToken cancel)
    {
        if (clock.Now() >= action.Lapses) return await HappenedAsync(action, ActionEvent.Lapsed, null, cancel);
        if (action.Approvals.Count == 0 || (looked.TryGetValue(action.Number, out long at) && clock.GetElapsedTime(at) < CareBoard.Every)) return null;
        looked[action.Number] = clock.GetTimestamp();
        SafetyPreview now = (await previews.OfAsync(action.ForCheck, action.Draft.Point, cancel)).Safety;
        return now.Digest == action.Digest ? null : await store.ChangeAsync(Itself, action.Number, fresh => fresh.After(ActionEvent.Changed, clock.Now()) is { } after ? after with { Digest = now.Digest, Situations = now.Situations } : null, cancel);
    }

    private async Task<ResponseAction?> ApplyAsync(ResponseAction action, CancellationToken cancel)
    {
        if (clock.Now() >= action.Until) return await HappenedAsync(action, ActionEvent.Expired, null, cancel);
        ResponsePreview preview = await previews.OfAsync(action.ForCheck, action.Draft.Point, cancel);
        if (SafetyCheck.Clear(preview.Safety, action.Approvals, action.Ordered!.Value) is not { } cleared) return await HappenedAsync(action, ActionEvent.NoLongerAllowed, preview.Verdict.Rule?.English, cancel);
        HeldReceipt[] receipts = [.. action.Receipts];
        string? failure = null;
        for (int i = 0; i < receipts.Length && failure is null; i++)
        {
            Receipt ordered = receipts[i].Receipt;
            failure = await TryAsync(ordered.Point, async (point, stop) => receipts[i] = receipts[i] with { Receipt = await point.ApplyAsync(cleared, ordered.Device, stop) }, cancel);
        }
        // Somebody may have undone it meanwhile; what was applied is kept all the same, to be taken back.
        return await store.ChangeAsync(Itself, action.Number, fresh => (fresh.After(failure is null ? ActionEvent.Applied : ActionEvent.ApplyFailed, clock.Now(), null, failure) ?? fresh with { Revision = fresh.Revision + 1 }) with { Receipts = receipts }, CancellationToken.None);
    }

    private async Task<ResponseAction?> WatchAsync(ResponseAction action, CancellationToken cancel)
    {
        if (clock.Now() >= action.Until) return await HappenedAsync(action, ActionEvent.Expired, null, cancel);
        CareSituation[] now = [.. action.Draft.Devices.Select(device => board.Of(device).Situation)];
        if (!action.IsStillAllowed(now)) return await HappenedAsync(action, ActionEvent.NoLongerAllowed, SafetyTable.Of(now[0]).English, cancel);
        if (action.Verified is not null && looked.TryGetValue(action.Number, out long at) && clock.GetElapsedTime(at) < LookAgain) return null;
        looked[action.Number] = clock.GetTimestamp();
        HeldReceipt[] receipts = [.. action.Receipts];
        Verification worst = Verification.AsOrdered;
        for (int i = 0; i < receipts.Length; i++)
        {
            VerificationResult result = new(Verification.NotYet, "");
            string? failure = await TryAsync(receipts[i].Receipt.Point, async (point, stop) => result = await point.VerifyAsync(receipts[i].Receipt, stop), cancel);
            if (result.State > worst) worst = result.State;
            receipts[i] = receipts[i] with { Seen = failure ?? result.Basis };
        }
        // As ordered is told once; after that only what is not.
        if (worst == Verification.AsOrdered && action.Verified is not null) return null;
        ActionEvent seen = worst switch { Verification.AsOrdered => ActionEvent.AsOrdered, Verification.NotYet when action.Looks + 1 < MostLooks => ActionEvent.NotYet, _ => ActionEvent.NotAsOrdered };
        return await store.ChangeAsync(Itself, action.Number, fresh => fresh.After(seen, clock.Now(), null, string.Join("; ", receipts.Select(one => one.Seen).Distinct())) is { } after ? after with { Receipts = receipts } : null, CancellationToken.None);
    }

    private async Task<ResponseAction?> TakeBackAsync(ResponseAction action, CancellationToken cancel)
    {
        HeldReceipt[] receipts = [.. action.Receipts];
        List<string> failures = [];
        for (int i = 0; i < receipts.Length; i++)
        {
            if (receipts[i].IsUndone) continue;
            string? failure = await TryAsync(receipts[i].Receipt.Point, async (point, stop) =>
            {
                await point.UndoAsync(receipts[i].Receipt, stop);
                receipts[i] = receipts[i] with { IsUndone = true };
            }, cancel);
            if (failure is not null) failures.Add(failure);
        }
        if (failures.Count == 0) looked.TryRemove(action.Number, out _);
        string? told = failures.Count == 0 ? null : string.Join("; ", failures);
        // The same trouble every five seconds is told once.
        if (told is not null && action.Notes[^1].Text == told && receipts.SequenceEqual(action.Receipts)) return null;
        return await store.ChangeAsync(Itself, action.Number, fresh => fresh.After(told is null ? ActionEvent.TakenBack : ActionEvent.TakeBackFailed, clock.Now(), null, told) is { } after ? after with { Receipts = receipts } : null, CancellationToken.None);
    }

    private Task<ResponseAction?> HappenedAsync(ResponseAction action, ActionEvent happened, string? text, CancellationToken cancel) =>
        store.ChangeAsync(Itself, action.Number, fresh => fresh.After(happened, clock.Now(), null, text), cancel);

    /// <summary>Does something at a point within bounds of time; what went wrong, in a sentence, else null.</summary>
    private async Task<string?> TryAsync(string name, Func<IEnforcementPoint, CancellationToken, Task> work, CancellationToken cancel)
    {
        if (points.Find(name) is not { } point) return $"{name}: this enforcement point is not set up (any more).";
        using CancellationTokenSource bound = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        bound.CancelAfter(PointTakes);
        try
        {
            await work(point, bound.Token);
            return null;
        }
        catch (EnforcementException e)
        {
            return $"{name}: {e.Message}";
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return $"{name}: no answer within {PointTakes.TotalSeconds:0} s.";
        }
    }
}
