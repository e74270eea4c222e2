using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Slices;

/// <summary>
/// Cuts slices: of each conversation that a request points at, the frames within <see cref="Around"/> of what it points at. Frames are read
/// twice, first for the conversations that the evidence's packets belong to, then for what belongs to these; so nothing is kept of the rest.
/// </summary>
internal static class SliceCutter
{
    /// <summary>Frames so far from the evidence, in time, belong to it.</summary>
    public static readonly TimeSpan Around = TimeSpan.FromSeconds(60);

    /// <summary>Most frames of a slice; what is beyond is left out, and said.</summary>
    public const int MostPackets = 2000;

    /// <summary>Cuts.</summary>
    /// <param name="requests">What is to be cut.</param>
    /// <param name="open">Opens the frames, each time from the beginning, with the same numbers.</param>
    /// <param name="make">Makes the file of a request that has a frame; called at most once for each.</param>
    /// <returns>What was cut, by the request's name; requests of which no frame was there are left out.</returns>
    public static IReadOnlyDictionary<long, SliceCut> Cut(IReadOnlyList<SliceRequest> requests, Func<ICaptureSource> open, Func<SliceRequest, Stream> make)
    {
        Dictionary<Conversation, List<Wanted>> wanted = Find(requests, open);
        Dictionary<long, Slice> slices = [];
        if (wanted.Count > 0)
        {
            EachPacket(open, (in RawPacket raw, PacketBatch batch) =>
            {
                for (int i = 0; i < batch.Count; i++)
                {
                    if (!wanted.TryGetValue(Conversation.Of(in batch.At(i)), out List<Wanted>? asked)) continue;
                    foreach (Wanted one in asked) Take(one, in raw, slices, make);
                }
            });
        }
        foreach (Slice slice in slices.Values) slice.Into.Dispose();
        return slices.ToDictionary(pair => pair.Key, pair => new SliceCut(pair.Value.Writer.Packets, pair.Value.Bytes, pair.Value.LeftOut));
    }

    private static void Take(Wanted one, in RawPacket raw, Dictionary<long, Slice> slices, Func<SliceRequest, Stream> make)
    {
        if (Distance(raw.At, one.At) > Around && Distance(raw.At, one.PacketAt) > Around) return;
        if (!slices.TryGetValue(one.Request.Number, out Slice? slice))
        {
            Stream into = make(one.Request);
            slices[one.Request.Number] = slice = new Slice(into, new PcapngWriter(into, one.Request.Comment));
        }
        // A frame that several pieces of evidence point at, or that holds several packets, is there once.
        if (slice.LastNumber >= raw.Number) return;
        slice.LastNumber = raw.Number;
        if (slice.Writer.Packets >= MostPackets)
        {
            slice.LeftOut++;
            return;
        }
        slice.Writer.Write(in raw, one.Request.Points.Any(point => point.Packet == slice.LastNumber) ? "evidence of " + one.Request.Comment : null);
        slice.Bytes += raw.CapturedLength;
    }

    private static TimeSpan Distance(CaptureTime one, CaptureTime other) => one > other ? one.Since(other) : other.Since(one);

    /// <summary>The conversations of the evidence's packets.</summary>
    private static Dictionary<Conversation, List<Wanted>> Find(IReadOnlyList<SliceRequest> requests, Func<ICaptureSource> open)
    {
        ILookup<long, (SliceRequest Request, SlicePoint Point)> byPacket = requests.SelectMany(request => request.Points.Where(point => point.Packet > 0).Select(point => (request, point))).ToLookup(pair => pair.point.Packet);
        Dictionary<Conversation, List<Wanted>> wanted = [];
        if (byPacket.Count == 0) return wanted;
        EachPacket(open, (in RawPacket raw, PacketBatch batch) =>
        {
            if (!byPacket.Contains(raw.Number)) return;
            for (int i = 0; i < batch.Count; i++)
            {
                Conversation conversation = Conversation.Of(in batch.At(i));
                foreach ((SliceRequest request, SlicePoint point) in byPacket[raw.Number])
                {
                    foreach (Conversation way in (Conversation[])[conversation, conversation.Back])
                    {
                        if (!wanted.TryGetValue(way, out List<Wanted>? all)) wanted[way] = all = [];
                        all.Add(new Wanted(request, point.At, raw.At));
                    }
                }
            }
        });
        return wanted;
    }

    private delegate void Look(in RawPacket raw, PacketBatch batch);

    private static void EachPacket(Func<ICaptureSource> open, Look look)
    {
        using ICaptureSource source = open();
        Decoder decoder = new(new SensorCounters());
        PacketBatch batch = new();
        while (source.TryRead(out RawPacket raw))
        {
            decoder.Decode(in raw, batch);
            look(in raw, batch);
            batch.Clear();
        }
    }

    private sealed record Wanted(SliceRequest Request, CaptureTime At, CaptureTime PacketAt);

    private sealed class Slice(Stream into, PcapngWriter writer)
    {
        public Stream Into => into;

        public PcapngWriter Writer => writer;

        public long LastNumber { get; set; }

        public long Bytes { get; set; }

        public int LeftOut { get; set; }
    }

    /// <summary>One way of a conversation; frames without IP are those that one hardware address sends or gets.</summary>
    private readonly record struct Conversation(PacketKind Kind, Address Source, ushort SourcePort, Address Destination, ushort DestinationPort, ulong Mac, ushort EtherType)
    {
        public Conversation Back => this with { Source = Destination, SourcePort = DestinationPort, Destination = Source, DestinationPort = SourcePort };

        public static Conversation Of(in Packet packet)
        {
            bool hasPorts = packet.Kind is PacketKind.Tcp or PacketKind.Udp;
            return packet.Kind == PacketKind.Link
                ? new(packet.Kind, default, 0, default, 0, packet.SourceMac.Value, packet.EtherType)
                : new(packet.Kind, packet.Source, hasPorts ? packet.SourcePort : (ushort)0, packet.Destination, hasPorts ? packet.DestinationPort : (ushort)0, 0, 0);
        }
    }
}

/// <summary>What is to be cut.</summary>
/// <param name="Number">Number of what asks, for example a finding.</param>
/// <param name="Comment">Comment of the file.</param>
/// <param name="Points">What it points at.</param>
internal sealed record SliceRequest(long Number, string Comment, IReadOnlyList<SlicePoint> Points);

/// <summary>One thing that a request points at.</summary>
/// <param name="At">Capture time.</param>
/// <param name="Packet">Number of a packet of the conversation; 0 when not known, then nothing can be cut.</param>
internal readonly record struct SlicePoint(CaptureTime At, long Packet);

/// <summary>What was cut.</summary>
/// <param name="Packets">Frames.</param>
/// <param name="Bytes">Their captured bytes.</param>
/// <param name="LeftOut">Frames that belonged to it beyond the bound.</param>
internal readonly record struct SliceCut(int Packets, long Bytes, int LeftOut);
