using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;

namespace Wardkeeper.Fuzz.Targets;

/// <summary>The decoder with small limits. Records are frames; control bytes: link type by its place in the list, bytes cut off by the snap length, half seconds since the frame before.</summary>
internal sealed class DecodeTarget : IFuzzTarget
{
    private static readonly int[] Links = [.. Enum.GetValues<LinkType>().Select(static link => (int)link), 147];
    private static readonly DecoderLimits Limits = new() { Datagrams = 4, FragmentBytes = 4096, PiecesPerDatagram = 8, Tunnels = 8 };

    public string Name => "decode";

    public int Control => 3;

    public IEnumerable<byte[][]> Seeds()
    {
        (int Link, byte[] Frame)[] frames = [.. FrameSeeds.EveryLayer()];
        foreach ((int link, byte[] frame) in frames) yield return [Record(link, frame)];
        yield return [.. frames.Select(one => Record(one.Link, one.Frame))];
        foreach (Protocol protocol in ProtocolRegistry.All)
        {
            foreach (byte[][] conversation in FrameSeeds.Conversations(protocol)) yield return [.. conversation.Select(static frame => Record(1, frame))];
        }
    }

    public void Run(byte[][] records, bool isThorough)
    {
        Decoder decoder = new(new SensorCounters(), Limits);
        PacketBatch batch = new();
        long now = CaptureTime.FromSeconds(1_700_000_000).Nanoseconds, number = 0;
        foreach (byte[] record in records)
        {
            if (record.Length < 3) continue;
            now += record[2] * (CaptureTime.PerSecond / 2);
            ReadOnlySpan<byte> frame = record.AsSpan(3);
            Chunk chunk = Chunk.Rent(frame.Length);
            // At the very end of its memory, so that nothing beyond it can be read unnoticed.
            int offset = chunk.Data.Length - frame.Length;
            frame.CopyTo(chunk.Data.AsSpan(offset));
            RawPacket raw = new()
            {
                Number = ++number,
                At = new CaptureTime(now),
                Chunk = chunk,
                Offset = offset,
                CapturedLength = frame.Length,
                WireLength = frame.Length + (record[1] < 128 ? record[1] : record[1] * 257),
                Link = Links[record[0] % Links.Length],
            };
            decoder.Decode(in raw, batch);
            BrokenPromiseException.Unless(batch.Count <= 64, "one-frame-gives-many-packets", $"{batch.Count}");
            for (int i = 0; i < batch.Count; i++) Check(in batch.At(i));
            batch.Clear();
            chunk.Release();
        }
        decoder.Finish();
    }

    private static byte[] Record(int link, byte[] frame) => [(byte)Array.IndexOf(Links, link), 0, 0, .. frame];

    private static void Check(in Packet packet)
    {
        int size = packet.Chunk.Data.Length;
        bool isInside = packet.FrameOffset >= 0 && packet.FrameOffset <= packet.CapturedEnd && packet.CapturedEnd <= size
            && packet.NetworkOffset >= 0 && packet.NetworkOffset <= packet.TransportOffset && packet.TransportOffset <= packet.PayloadOffset
            && packet.PayloadCaptured >= 0 && packet.PayloadOffset + packet.PayloadCaptured <= packet.CapturedEnd;
        BrokenPromiseException.Unless(isInside, "offsets-outside-the-frame", $"frame {packet.FrameOffset} network {packet.NetworkOffset} transport {packet.TransportOffset} payload {packet.PayloadOffset}+{packet.PayloadCaptured} end {packet.CapturedEnd} of {size}");
        BrokenPromiseException.Unless(packet.PayloadCaptured <= packet.PayloadLength, "captured-beyond-length", $"{packet.PayloadCaptured} of {packet.PayloadLength}");
        BrokenPromiseException.Unless(packet.PayloadCaptured < packet.PayloadLength == ((packet.Notes & PacketNotes.Truncated) != 0), "truncation-not-noted");
        bool hasPorts = packet.IpProtocol is 6 or 17 or 132 && packet.Kind != PacketKind.Link;
        uint reverse = packet.Kind == PacketKind.Link ? TupleHash.Of(packet.DestinationMac, packet.SourceMac, packet.EtherType)
            : TupleHash.Of(packet.Destination, hasPorts ? packet.DestinationPort : (ushort)0, packet.Source, hasPorts ? packet.SourcePort : (ushort)0, packet.IpProtocol);
        BrokenPromiseException.Unless(reverse == packet.Hash, "hash-differs-by-direction");
    }
}
