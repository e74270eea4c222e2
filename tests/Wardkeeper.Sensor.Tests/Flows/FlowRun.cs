using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Tests.Captures;
using Wardkeeper.Sensor.Tests.Decode;

namespace Wardkeeper.Sensor.Tests.Flows;

/// <summary>Builds a capture packet by packet, runs the whole sensor on it and keeps the flows it reports.</summary>
internal sealed class FlowRun : ISensorOutput
{
    public const byte Fin = 1, Syn = 2, Rst = 4, Psh = 8, Ack = 16;
    private const uint ClientStart = 1000, ServerStart = 5000;
    private readonly PcapWriter capture = new(magic: 0xA1B23C4D);
    private readonly List<FlowRecord> flows = [];
    private CaptureTime now = new(1_700_000_000L * CaptureTime.PerSecond);
    private int id = 1;

    /// <summary>Time between packets from here on, in microseconds.</summary>
    public int Step { get; set; } = 1000;

    /// <summary>What was claimed in the run.</summary>
    public List<Claim> Claims { get; } = [];

    /// <summary>What was counted in the run.</summary>
    public IReadOnlyList<(string Name, long Count, long FirstPacket)> Counters { get; private set; } = [];

    /// <summary>A segment of the client; sequence and acknowledgement count from the SYNs, which are 0.</summary>
    public FlowRun Client(byte flags, uint seq, uint ack, int length = 0) => Tcp(true, flags, seq + ClientStart, ack + ServerStart, length);

    /// <summary>A segment of the server.</summary>
    public FlowRun Server(byte flags, uint seq, uint ack, int length = 0) => Tcp(false, flags, seq + ServerStart, ack + ClientStart, length);

    /// <summary>The three packets that open a connection.</summary>
    public FlowRun Open() => Client(Syn, 0, 0).Server(Syn | Ack, 0, 1).Client(Ack, 1, 1);

    public FlowRun Udp(byte[] payload, int sourcePort, int destinationPort, byte[]? destination = null, int identification = -1, byte[]? mac = null) => Frame(Frames.Ethernet(
        Frames.Ipv4(17, Frames.Udp(payload, sourcePort, destinationPort, destination: destination), destination: destination, id: identification < 0 ? id++ : identification), source: mac));

    /// <summary>A ping, or its answer.</summary>
    public FlowRun Ping(bool isAnswer, ushort sequence, int length) => Frame(Frames.Ethernet(Frames.Ipv4(
        1, Frames.Join([isAnswer ? (byte)0 : (byte)8, 0, 0, 0], Frames.Be16(77), Frames.Be16(sequence), Frames.Bytes(length)), isAnswer ? Frames.B4 : Frames.A4, isAnswer ? Frames.A4 : Frames.B4, id++)));

    public FlowRun Frame(byte[] frame)
    {
        capture.Frame(now, frame);
        now = new CaptureTime(now.Nanoseconds + (Step * 1000L));
        return this;
    }

    /// <summary>When the next packet comes.</summary>
    public CaptureTime Now => now;

    /// <summary>The capture as it is by now.</summary>
    public byte[] Capture() => capture.ToArray();

    /// <summary>Runs the sensor; the flows in the order they were reported.</summary>
    public IReadOnlyList<FlowRecord> Flows(int workers = 2)
    {
        flows.Clear();
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, capture.ToArray());
            using ICaptureSource source = CaptureFiles.Open([path]);
            SensorPipeline pipeline = new(new SensorOptions { Workers = workers }, source, this);
            pipeline.Run();
            Counters = [.. pipeline.Counters().All];
        }
        finally
        {
            File.Delete(path);
        }
        return flows;
    }

    /// <summary>The only flow: state, history, bytes of both sides, missed bytes.</summary>
    public string Only()
    {
        FlowRecord flow = Assert.Single(Flows());
        return $"{flow.ConnState} {flow.History} {flow.OriginatorBytes} {flow.ResponderBytes} {flow.MissedBytes}";
    }

    public void Take(Transaction transaction)
    {
    }

    public void Take(FlowRecord flow) => flows.Add(flow);

    public void Take(Observation observation)
    {
        if (observation is Claim claim) Claims.Add(claim);
    }

    public void Advance(CaptureTime now)
    {
    }

    private FlowRun Tcp(bool fromClient, byte flags, uint seq, uint ack, int length)
    {
        (byte[] source, byte[] destination) = fromClient ? (Frames.A4, Frames.B4) : (Frames.B4, Frames.A4);
        byte[] segment = Frames.Join(
            Frames.Be16(fromClient ? 40000 : 9999), Frames.Be16(fromClient ? 9999 : 40000), Frames.Be32(seq), Frames.Be32((flags & Ack) != 0 ? ack : 0),
            [0x50, flags], Frames.Be16(4096), [0, 0, 0, 0], Frames.Bytes(length, (int)(seq & 0xFF)));
        return Frame(Frames.Ethernet(Frames.Ipv4(6, Frames.Seal(segment, 16, 6, source, destination), source, destination, id++)));
    }
}
