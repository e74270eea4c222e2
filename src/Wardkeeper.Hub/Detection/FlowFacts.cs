using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection;

/// <summary>What several detectors read from a flow.</summary>
internal static class FlowFacts
{
    /// <summary>Whether the responder took the connection: its SYN-ACK was seen after the originator's SYN.</summary>
    public static bool IsAnswered(this FlowRecord flow) =>
        flow.View.Carrier == Carrier.Tcp && flow.History.StartsWith('S') && flow.History.Contains('h', StringComparison.Ordinal) && flow.ConnState is not "S0" and not "REJ";

    /// <summary>Whether a protocol was parsed in it.</summary>
    public static bool Speaks(this FlowRecord flow, string protocol)
    {
        if (flow.Service is not { } service) return false;
        foreach (Range part in service.AsSpan().Split(','))
        {
            if (service.AsSpan()[part].SequenceEqual(protocol)) return true;
        }
        return false;
    }

    /// <summary>Time of the last packet.</summary>
    public static CaptureTime End(this FlowRecord flow) => flow.Duration is { } duration ? new CaptureTime(flow.View.Began.Nanoseconds + (duration.Ticks * 100)) : flow.View.Began;

    /// <summary>The flow as evidence.</summary>
    public static Evidence Evidence(this FlowRecord flow) => new(flow.End(), flow.View.Uid, flow.View.FirstPacket, "flows");

    /// <summary>A port as people write it.</summary>
    public static string Port(Carrier carrier, int port) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{(carrier == Carrier.Udp ? "udp" : "tcp")}/{port}");

    /// <summary>A moment as facts hold it, to the second; a hyphen when there is none.</summary>
    public static string Time(CaptureTime? at) =>
        at is { } moment ? DateTimeOffset.FromUnixTimeMilliseconds(moment.Nanoseconds / 1_000_000).ToString("yyyy-MM-dd HH:mm:ss 'UTC'", System.Globalization.CultureInfo.InvariantCulture) : "-";

    /// <summary>A number as facts hold it.</summary>
    public static string Number(long value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
