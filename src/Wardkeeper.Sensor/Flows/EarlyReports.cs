using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Flows;

/// <summary>
/// Which living flows report before their time, so that a flood or a tunnel is told while it runs and not when it ends. A flow is looked at every ten seconds of
/// capture time, by a packet of its own: what is unusually busy reports, at most twice for each time that it becomes so.
/// </summary>
internal static class EarlyReports
{
    /// <summary>How often a flow is looked at.</summary>
    public const long Every = 10 * CaptureTime.PerSecond;

    /// <summary>Packets between two looks that are unusual for datagrams, and pings of one conversation that are many. A voice call has more, and reports.</summary>
    private const int Busy = 400, ManyPings = 40;

    /// <summary>Two reports: from one to the other the rate of what became busy late can be told.</summary>
    private const int Most = 2;

    /// <summary>A connection on which only one side has said anything for so long.</summary>
    private const long Held = 20 * CaptureTime.PerSecond;

    /// <summary>Looks at a flow, and says whether it reports now.</summary>
    public static bool IsDue(ref Flow flow, CaptureTime now)
    {
        uint packets = unchecked((uint)(flow.Orig.Packets + flow.Resp.Packets)), since = unchecked(packets - flow.LookedPackets);
        bool isBusy = flow.Kind switch
        {
            PacketKind.Udp => since >= Busy,
            PacketKind.Icmp or PacketKind.Icmp6 => since >= Busy || (packets >= ManyPings && flow.LookedPackets < ManyPings),
            PacketKind.Tcp => flow.Resp.StreamLength == 0 && flow.Orig.StreamLength > 0 && now.Nanoseconds - flow.FirstAt.Nanoseconds >= Held,
            _ => false,
        };
        flow.LookedPackets = packets;
        if (!isBusy) flow.EarlyReports = 0;
        else if (flow.EarlyReports <= Most) flow.EarlyReports++;
        return isBusy && flow.EarlyReports <= Most;
    }
}
