using Wardkeeper.Hub.History;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.History;

/// <summary>A batch with the devices that had its addresses at the time.</summary>
internal sealed class ResolvedBatch
{
    private const long PerDay = 86_400 * CaptureTime.PerSecond;

    // A packet with an absurd time stamp must not make a file of its own.
    private const long Stray = 40 * PerDay;

    private readonly (long? Originator, long? Responder)[] flows, transactions;

    public ResolvedBatch(SensorBatch batch, IDeviceResolver devices)
    {
        Batch = batch;
        flows = new (long?, long?)[batch.Flows.Count];
        transactions = new (long?, long?)[batch.Transactions.Count];
        for (int i = 0; i < flows.Length; i++) flows[i] = Resolve(batch.Flows[i].View, devices);
        for (int i = 0; i < transactions.Length; i++)
        {
            if (batch.Transactions[i].Flow is { } view) transactions[i] = Resolve(view, devices);
        }
        foreach (FlowRecord flow in batch.Flows) Days.Add(DayOf(At(flow)));
        foreach (TransactionRow row in batch.Transactions) Days.Add(DayOf(row.Began));
    }

    public SensorBatch Batch { get; }

    /// <summary>Days that get rows of it; depends on the batch alone, so that it is the same when it comes again.</summary>
    public SortedSet<int> Days { get; } = [];

    /// <summary>Begin of what a flow's row counts.</summary>
    public static CaptureTime At(FlowRecord flow) => flow.Earlier?.At ?? flow.View.Began;

    public (long? Originator, long? Responder) Flow(int index) => flows[index];

    public (long? Originator, long? Responder) Transaction(int index) => transactions[index];

    /// <summary>The day that a row goes to, counted from the epoch, in UTC.</summary>
    public int DayOf(CaptureTime at)
    {
        long end = Batch.End.Nanoseconds, difference = unchecked(at.Nanoseconds - end);
        long time = difference is > -Stray and < Stray ? at.Nanoseconds : end;
        (long day, long rest) = Math.DivRem(time, PerDay);
        return (int)(rest < 0 ? day - 1 : day);
    }

    private static (long?, long?) Resolve(FlowView view, IDeviceResolver devices) =>
        (devices.DeviceOf(view.OriginatorMac, view.OriginatorAddress), devices.DeviceOf(view.ResponderMac, view.ResponderAddress));
}
