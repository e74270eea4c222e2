using Wardkeeper.Hub.Identification;
using Wardkeeper.Hub.Ledger.Live;

namespace Wardkeeper.Storage.Ledger;

/// <summary>Decides and stores every device anew, a thousand at a time: batches of sensors pass the gate in between.</summary>
internal sealed class Reidentification(HubGate gate, LedgerPart part) : IReidentification
{
    private const int AtOnce = 1_000;

    /// <inheritdoc/>
    public async Task<int> RunAsync(CancellationToken cancel = default)
    {
        long[] numbers = await gate.RunAsync((_, _) => Task.FromResult<long[]>([.. part.Ledger.Devices.Keys.Order()]), cancel: cancel);
        int count = 0;
        foreach (long[] some in numbers.Chunk(AtOnce)) count += await SomeAsync(some, cancel);
        return count;
    }

    private Task<int> SomeAsync(long[] numbers, CancellationToken cancel) => gate.RunAsync(
        (connection, transaction) =>
        {
            LiveLedger ledger = part.Ledger;
            IReadOnlyList<DeviceState> decided = [];
            Action takeBack = () => { };
            try
            {
                takeBack = ledger.Try(() => decided = ledger.DecideByNewKnowledge(Of(numbers)));
                new LedgerWriter(connection, transaction).Write(ledger, decided);
            }
            finally
            {
                // Memory follows when the commit held.
                takeBack();
            }
            return Task.FromResult(decided.Count);
        },
        _ =>
        {
            IReadOnlyList<DeviceState> decided = part.Ledger.DecideByNewKnowledge(Of(numbers));
            part.Rewritten(part.Ledger.Changes.Devices);
            part.Ledger.Changes.Clear();
            part.Tell(decided);
        },
        cancel);

    private IEnumerable<LiveDevice> Of(long[] numbers) => numbers.Select(number => part.Ledger.Devices.GetValueOrDefault(number)).OfType<LiveDevice>();
}
