using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Flows;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Tests.Flows;

/// <summary>Memory: nothing per packet of a settled flow, and little per flow.</summary>
public class AllocationTests
{
    [Fact]
    public void Packets_of_a_settled_flow_allocate_nothing()
    {
        SensorCounters counters = new();
        Decoder decoder = new(counters);
        SensorWorker[] shards = [.. Enumerable.Range(0, PacketBatch.Shards).Select(_ => new SensorWorker(new SensorOptions(), Recognition.OfAll, new AnnouncedFlows(), decoder.TunnelUid))];
        Chunk chunk = Chunk.Rent(4096);
        PacketBatch batch = new();
        long number = 0;
        uint seq = 1000;

        // Bytes that no protocol begins with.
        Run(1000);
        Assert.Equal(0, Allocations.Of(() => Run(100_000)));

        void Run(int packets)
        {
            for (int sent = 0; sent < packets; sent++)
            {
                batch.Clear();
                bool first = number == 0;
                int length = TcpFrame(chunk.Data, seq, first ? (byte)2 : (byte)24, first ? 0 : 1000);
                seq += first ? 1u : 1000u;
                RawPacket raw = new() { Number = ++number, At = new CaptureTime(number * 10_000), Chunk = chunk, CapturedLength = length, WireLength = length, Link = 1 };
                decoder.Decode(in raw, batch);
                batch.End = raw.At;
                batch.LastNumber = number;
                for (int shard = 0; shard < PacketBatch.Shards; shard++)
                {
                    if (batch.First(shard) >= 0) shards[shard].Run(batch, shard);
                }
            }
        }
    }

    [Fact]
    public void A_live_flow_takes_at_most_1200_bytes()
    {
        const int Flows = 100_000;
        SensorCounters counters = new();
        Decoder decoder = new(counters);
        Recognition recognition = Recognition.OfAll;
        AnnouncedFlows announced = new();
        SensorWorker[] shards = [.. Enumerable.Range(0, PacketBatch.Shards).Select(_ => new SensorWorker(new SensorOptions(), recognition, announced, decoder.TunnelUid))];
        PacketBatch batch = new();
        Chunk chunk = Chunk.Rent(4096);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int flow = 0; flow < Flows; flow++)
        {
            // A handshake's first two packets and one with data that nobody knows.
            Send(flow, 1000, 2, 0, true);
            Send(flow, 5000, 18, 0, false);
            Send(flow, 1001, 24, 100, true);
        }
        int live = shards.Sum(shard => shard.LiveFlows);
        Assert.Equal(Flows, live);
        double perFlow = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)live;
        Assert.InRange(perFlow, 100, 1200);
        GC.KeepAlive(shards);

        void Send(int flow, uint seq, byte flags, int payload, bool client)
        {
            int length = TcpFrame(chunk.Data, seq, flags, payload);
            Span<byte> ip = chunk.Data.AsSpan(14);
            (byte a, byte b) = ((byte)(flow >> 8), (byte)flow);
            (ip[client ? 14 : 18], ip[client ? 15 : 19]) = (a, b);
            (ip[client ? 18 : 14], ip[client ? 19 : 15]) = ((byte)(flow >> 16), 9);
            if (!client) (ip[20], ip[21], ip[22], ip[23]) = (0x9C, 0x41, 0x9C, 0x40);
            RawPacket raw = new() { Number = flow + 1, At = new CaptureTime(1_000_000), Chunk = chunk, CapturedLength = length, WireLength = length, Link = 1 };
            batch.Clear();
            decoder.Decode(in raw, batch);
            batch.End = raw.At;
            for (int shard = 0; shard < PacketBatch.Shards; shard++)
            {
                if (batch.First(shard) >= 0) shards[shard].Run(batch, shard);
            }
            batch.Clear();
        }
    }

    /// <summary>An Ethernet frame with IPv4 and TCP, checksums unset (offloaded); returns its length.</summary>
    private static int TcpFrame(byte[] into, uint seq, byte flags, int payload)
    {
        Array.Clear(into, 0, 54 + payload);
        ReadOnlySpan<byte> head = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, 0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 0x9C, 0x40, 0x9C, 0x41];
        head.CopyTo(into);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(into.AsSpan(16), (ushort)(40 + payload));
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(into.AsSpan(38), seq);
        (into[46], into[47], into[48]) = (0x50, flags, 0xFF);
        for (int i = 0; i < payload; i++) into[54 + i] = 0xF7;
        return 54 + payload;
    }
}
