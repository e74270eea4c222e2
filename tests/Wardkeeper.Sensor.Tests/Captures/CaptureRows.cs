using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Tests.Captures;

/// <summary>The transactions of one kind in a capture, through the whole sensor.</summary>
internal sealed class CaptureRows<T> : ISensorOutput
    where T : Transaction
{
    private readonly List<T> rows = [];

    private CaptureRows()
    {
    }

    /// <summary>Reads a capture of the shared collection, or skips the test.</summary>
    public static IReadOnlyList<T> Of(string capture, SensorOptions? options = null)
    {
        CaptureRows<T> collected = new();
        using ICaptureSource source = CaptureFiles.Open([SharedFiles.Path(capture)]);
        new SensorPipeline(options ?? new SensorOptions(), source, collected).Run();
        return collected.rows;
    }

    public void Take(Transaction transaction)
    {
        if (transaction is T row) rows.Add(row);
    }

    public void Take(FlowRecord flow)
    {
    }

    public void Take(Observation observation)
    {
    }

    public void Advance(CaptureTime now)
    {
    }
}
