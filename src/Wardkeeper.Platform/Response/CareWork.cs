using Wardkeeper.Hub.Ledger.Live;
using Wardkeeper.Hub.Response;
using Wardkeeper.Platform.Running;
using Wardkeeper.Storage.Ledger;

namespace Wardkeeper.Platform.Response;

/// <summary>Keeps the board of what may be done to each device up to date: every half minute, and as soon as the ledger says something else of a device that its situation follows from.</summary>
internal sealed partial class CareWork : PeriodicWork
{
    private const int Rest = 9;
    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(200);
    private readonly IServiceProvider services;
    private readonly LedgerPart ledger;
    private readonly ILogger<CareWork> log;

    public CareWork(IServiceProvider services, LedgerPart ledger, Up.Readiness readiness, TimeProvider clock, ILogger<CareWork> log)
        : base(readiness, CareBoard.Every, clock)
    {
        (this.services, this.ledger, this.log) = (services, ledger, log);
        ledger.Decided += Changed;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        ledger.Decided -= Changed;
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task LookAsync(CancellationToken cancel)
    {
        long began = Clock.GetTimestamp();
        try
        {
            await services.GetRequiredService<CareBoard>().ReadAsync(cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(log, e.Message);
        }
        // While the ledger changes all the time, a tenth of the time is spent on reading.
        TimeSpan rest = Clock.GetElapsedTime(began) * Rest;
        await Task.Delay(rest < ShortestRest ? ShortestRest : rest > CareBoard.Every ? CareBoard.Every : rest, Clock, cancel);
    }

    private void Changed(IReadOnlyList<DeviceState> decided)
    {
        CareBoard board = services.GetRequiredService<CareBoard>();
        bool isToBeRead = false;
        foreach (DeviceState state in decided.Where(state => state.Device.MergedInto == 0))
            isToBeRead |= board.Changed(state.Device.Number, new CareFacts(state.Of("type"), state.Category, state.Of("department"), state.Device.LifeCycle, state.Of("consequence")));
        if (isToBeRead) Wake();
    }

    [LoggerMessage(EventId = 230, Level = LogLevel.Warning, Message = "What may be done to devices could not be read; after three minutes every device counts as the worst case: {What}")]
    private static partial void LogFailed(ILogger log, string what);
}
