using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Labels;

/// <summary>Reads nothing: a label only names the flow's service, and from then on the flow costs nothing. Keeps no state.</summary>
internal sealed class LabelAnalyser : IAnalyser
{
    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into) => Progress.Done(segment.Bytes.Length);

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void Reset()
    {
    }
}
