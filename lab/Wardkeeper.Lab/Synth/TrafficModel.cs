using System.Buffers.Binary;
using System.Net;
using System.Text.Json;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Recording;

namespace Wardkeeper.Lab.Synth;

/// <summary>
/// What a recorded day shows of each type of device: which conversations it begins, with which types, at which hours. Learned from
/// a capture and the truth beside it; nothing is invented.
/// </summary>
internal sealed class TrafficModel
{
    /// <summary>A silence after which the same ports are another conversation, microseconds.</summary>
    private const long Silence = 60_000_000;

    private TrafficModel(IReadOnlyList<KnownDevice> devices, IReadOnlyList<RecordedFlow> flows)
    {
        Devices = devices;
        Flows = flows;
        ByClient = flows.ToLookup(flow => flow.Client, StringComparer.Ordinal);
    }

    /// <summary>Devices of the recorded hospital.</summary>
    public IReadOnlyList<KnownDevice> Devices { get; }

    /// <summary>Every conversation of the day.</summary>
    public IReadOnlyList<RecordedFlow> Flows { get; }

    /// <summary>The same by the type that begins them.</summary>
    public ILookup<string, RecordedFlow> ByClient { get; }

    /// <summary>Learns from a capture that the lab recorded and the folder of its truth.</summary>
    /// <exception cref="LabException">They do not belong together, or hold no conversation.</exception>
    public static TrafficModel Learn(string capture, string truth)
    {
        List<KnownDevice> devices = [.. File.ReadLines(Path.Combine(truth, "devices.ndjson")).Select(KnownDevice.Parse)];
        Dictionary<uint, KnownDevice> byIp = devices.DistinctBy(device => device.Ip).ToDictionary(device => device.Ip);
        Dictionary<FlowKey, Open> open = [];
        List<RecordedFlow> flows = [];
        foreach (Frame tagged in TaggedCapture.Read(capture))
        {
            if (tagged.Addresses is not { } ips || tagged.Ports is not { } ports) continue;
            if (!byIp.TryGetValue(ips.From, out KnownDevice? from) || !byIp.TryGetValue(ips.To, out KnownDevice? to)) continue;
            FlowKey key = FlowKey.Of(ips, ports, tagged.Bytes.Span[23]);
            if (open.TryGetValue(key, out Open? known) && tagged.At - known.Last > Silence)
            {
                flows.Add(known.Close());
                open.Remove(key);
                known = null;
            }
            if (known is null) open[key] = known = new Open(from, to, ports, tagged.Bytes.Span[23], tagged.At);
            known.Add(tagged);
        }
        flows.AddRange(open.Values.Select(one => one.Close()));
        if (flows.Count == 0) throw new LabException($"{capture} holds no conversation between devices of {truth}; give the capture and the truth of one recording");
        return new TrafficModel(devices, [.. flows.OrderBy(flow => flow.Hour).ThenBy(flow => flow.ClientIp).ThenBy(flow => flow.ClientPort).ThenBy(flow => flow.ServerPort)]);
    }

    private readonly record struct FlowKey(uint LowIp, uint HighIp, int LowPort, int HighPort, byte Protocol)
    {
        public static FlowKey Of((uint From, uint To) ips, (int From, int To) ports, byte protocol) =>
            (ips.From, ports.From).CompareTo((ips.To, ports.To)) < 0 ? new(ips.From, ips.To, ports.From, ports.To, protocol) : new(ips.To, ips.From, ports.To, ports.From, protocol);
    }

    private sealed class Open(KnownDevice client, KnownDevice server, (int Client, int Server) ports, byte protocol, long began)
    {
        private readonly List<Frame> frames = [];

        public long Last { get; private set; }

        public void Add(in Frame frame)
        {
            Last = frame.At;
            frames.Add(frame with { At = frame.At - began });
        }

        public RecordedFlow Close() => new(client.Type, server.Type, protocol, ports.Client, ports.Server, client.Ip, server.Ip, client.Mac, server.Mac,
            (int)((began / 3_600_000_000L + HospitalTime.HoursEastOfGreenwich) % 24), frames);
    }
}

/// <summary>A device as the truth of a recording names it.</summary>
/// <param name="Type">Type.</param>
/// <param name="Ip">Address.</param>
/// <param name="Mac">Hardware address.</param>
internal sealed record KnownDevice(string Type, uint Ip, ulong Mac)
{
    /// <summary>Reads a line of <c>truth/devices.ndjson</c>.</summary>
    public static KnownDevice Parse(string line)
    {
        using JsonDocument row = JsonDocument.Parse(line);
        string mac = row.RootElement.GetProperty("mac").GetString()!.Replace(":", "", StringComparison.Ordinal);
        return new KnownDevice(row.RootElement.GetProperty("type").GetString()!,
            BinaryPrimitives.ReadUInt32BigEndian(IPAddress.Parse(row.RootElement.GetProperty("ip").GetString()!).GetAddressBytes()), Convert.ToUInt64(mac, 16));
    }
}
