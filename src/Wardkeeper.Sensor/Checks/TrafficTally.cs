using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Ntp;

namespace Wardkeeper.Sensor.Checks;

/// <summary>
/// Counts in passing what tells whether the mirror shows both directions, and how the clock of the time servers in the traffic
/// compares. Feed it with what the sensor gives; it is cheap and bounded. One caller at a time feeds it, anyone may ask.
/// </summary>
internal sealed class TrafficTally
{
    private const int Kept = 64;
    private readonly Lock gate = new();
    private readonly Queue<long> ahead = new();
    private long tcpFlows, oneSided;

    /// <summary>Takes a flow. Reports of flows that are still alive say nothing yet.</summary>
    public void Take(FlowRecord flow)
    {
        if (flow.IsInterim || flow.View.Carrier != Carrier.Tcp || flow.OriginatorBytes + flow.ResponderBytes == 0) return;
        Interlocked.Increment(ref tcpFlows);
        // Whoever sends data has a connection, so the peer must have spoken.
        if (flow.OriginatorPackets == 0 || flow.ResponderPackets == 0) Interlocked.Increment(ref oneSided);
    }

    /// <summary>Takes a transaction; only a time server's answer says something.</summary>
    public void Take(Transaction transaction)
    {
        const int ServerMode = 4, MostStrata = 15;
        if (transaction is not NtpMessage { Mode: ServerMode, Stratum: > 0 and <= MostStrata, TransmitTime: { } server }) return;
        lock (gate)
        {
            ahead.Enqueue(server.Nanoseconds - transaction.At.Nanoseconds);
            if (ahead.Count > Kept) ahead.Dequeue();
        }
    }

    /// <summary>How far time servers are ahead of the packets' stamps, as the median of the last answers; null before there are three.</summary>
    public TimeSpan? TimeServersAhead
    {
        get
        {
            lock (gate) return ahead.Count < 3 ? null : new TimeSpan(ahead.Order().ElementAt(ahead.Count / 2) / 100);
        }
    }

    /// <summary>What came through so far.</summary>
    /// <param name="packets">Packets read, of <see cref="BatchReader.Packets"/>.</param>
    /// <param name="counters">What was counted, of <see cref="SensorPipeline.LiveCounters"/>.</param>
    public TrafficFacts Facts(long packets, SensorCounters counters)
    {
        long mirror = 0, routed = 0;
        foreach ((string name, long count, _) in counters.All)
        {
            if (name == "mirror-copy") mirror = count;
            if (name == "routed-copy") routed = count;
        }
        return new TrafficFacts(packets, mirror, routed, Interlocked.Read(ref tcpFlows), Interlocked.Read(ref oneSided));
    }
}
