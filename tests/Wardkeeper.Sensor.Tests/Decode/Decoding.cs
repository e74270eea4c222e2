using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Tests.Decode;

/// <summary>A decoder with its counters, and the packets of the frame it was shown last.</summary>
internal sealed class Decoding
{
    private readonly PacketBatch batch = new();

    public Decoding(DecoderLimits? limits = null) => Decoder = new Decoder(Counters, limits ?? new DecoderLimits());

    public SensorCounters Counters { get; } = new();

    public Decoder Decoder { get; }

    public long Number { get; private set; }

    /// <summary>Packets of the last frame.</summary>
    public List<Packet> Packets { get; } = [];

    /// <summary>Decodes one frame, which lies at the very end of its memory so that nothing beyond it can be read unnoticed.</summary>
    public List<Packet> Show(byte[] frame, int link = (int)LinkType.Ethernet, int? wire = null, double seconds = 0)
    {
        // The old packets' memory goes back only now, so that tests may look at it.
        batch.Clear();
        Packets.Clear();
        Chunk chunk = Chunk.Rent(frame.Length);
        int offset = chunk.Data.Length - frame.Length;
        frame.CopyTo(chunk.Data, offset);
        RawPacket raw = new()
        {
            Number = ++Number,
            At = new CaptureTime((long)(seconds * CaptureTime.PerSecond)),
            Chunk = chunk,
            Offset = offset,
            CapturedLength = frame.Length,
            WireLength = wire ?? frame.Length,
            Link = link,
        };
        Decoder.Decode(in raw, batch);
        for (int i = 0; i < batch.Count; i++) Packets.Add(batch.At(i));
        chunk.Release();
        return Packets;
    }

    /// <summary>The only packet of a frame.</summary>
    public Packet One(byte[] frame, int link = (int)LinkType.Ethernet, int? wire = null, double seconds = 0) => Assert.Single(Show(frame, link, wire, seconds));

    public static Packet Of(byte[] frame, LinkType link = LinkType.Ethernet, int? wire = null) => new Decoding().One(frame, (int)link, wire);

    /// <summary>Counters as "name=count", in order.</summary>
    public string Counted => string.Join(' ', Counters.All.Select(counter => $"{counter.Name}={counter.Count}"));
}
