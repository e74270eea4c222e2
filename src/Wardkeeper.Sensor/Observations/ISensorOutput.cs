namespace Wardkeeper.Sensor.Observations;

/// <summary>
/// Receives everything the sensor finds, one call at a time, in an order that depends on the packets alone. Calls may come from
/// different threads, never from two at once.
/// </summary>
public interface ISensorOutput
{
    /// <summary>Something was said.</summary>
    void Take(Transaction transaction);

    /// <summary>A flow ended, or a long one reports (<see cref="FlowRecord.IsInterim"/>).</summary>
    void Take(FlowRecord flow);

    /// <summary>Something was observed about a subject.</summary>
    void Take(Observation observation);

    /// <summary>Everything up to this time has been handed out.</summary>
    void Advance(CaptureTime now);
}
