using System.Text;
using Wardkeeper.Hub.History;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.Tests;

/// <summary>Batches whose every number follows from their sequence, so that what must be in the stores can be computed.</summary>
internal static class SampleBatches
{
    public const int ObservationsEach = 20, FlowsEach = 5, TransactionsEach = 3;

    /// <summary>2026-11-20T00:00:00Z.</summary>
    public static readonly CaptureTime Start = CaptureTime.FromSeconds(1_795_132_800);

    public static SensorBatch Of(long sequence, string sensor = "north", CaptureTime? at = null)
    {
        CaptureTime time = at ?? new CaptureTime(Start.Nanoseconds + (sequence * 10 * CaptureTime.PerSecond));
        List<Observation> observations = [];
        for (int i = 0; i < ObservationsEach; i++)
            observations.Add(new Claim(Subject(i % 4), ClaimKind.HostName, $"pump-{i % 4}", "dhcp", time, $"C{sequence}", (sequence * 100) + i, "option 12"));
        List<FlowRecord> flows = [];
        for (int i = 0; i < FlowsEach; i++) flows.Add(Flow(sequence, i, time));
        List<TransactionRow> transactions = [];
        for (int i = 0; i < TransactionsEach; i++) transactions.Add(Transaction(flows[i].View, $$"""{"ts":1.0,"query":"host-{{i}}.ward.example","qtype_name":"A","rcode_name":"NOERROR"}"""));
        return new SensorBatch { Sensor = sensor, Sequence = sequence, End = time, Observations = observations, Flows = flows, Transactions = transactions, Counters = new Dictionary<string, long> { ["packets"] = 100 } };
    }

    public static Subject Subject(int device) => new(new MacAddress(0x001122334400UL + (ulong)device), Ip(device));

    public static Address Ip(int device) => Address.FromV4(0x0A000000u + (uint)device);

    public static FlowRecord Flow(long sequence, int i, CaptureTime at, string? service = "dns") => new()
    {
        View = new FlowView
        {
            Uid = $"C{sequence}x{i}",
            Carrier = Carrier.Udp,
            IpProtocol = 17,
            Began = at,
            FirstPacket = (sequence * 100) + i,
            OriginatorAddress = Ip(i % 4),
            ResponderAddress = Ip(9),
            OriginatorPort = (ushort)(40000 + i),
            ResponderPort = 53,
            OriginatorMac = Subject(i % 4).Mac,
            ResponderMac = Subject(9).Mac,
        },
        Service = service,
        Duration = TimeSpan.FromMilliseconds(12),
        OriginatorBytes = 40,
        ResponderBytes = 100 + i,
        ConnState = "SF",
        History = "Dd",
        OriginatorPackets = 1,
        ResponderPackets = 1,
        OriginatorIpBytes = 68,
        ResponderIpBytes = 128 + i,
        CommunityId = $"1:{sequence}x{i}",
    };

    public static TransactionRow Transaction(FlowView flow, string json, string log = "dns") => new(log, flow.Began, flow.Began, flow, Encoding.UTF8.GetBytes(json));
}

/// <summary>Devices by the last byte of their address, up to 200; nobody knows the others.</summary>
internal sealed class ByLastByte : IDeviceResolver
{
    public long? DeviceOf(MacAddress mac, Address ip) => ip.IsV4 && (ip.V4 >> 24) == 10 && (ip.V4 & 0xFF) < 200 ? ip.V4 & 0xFF : null;
}
