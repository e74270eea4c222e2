using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Decode;
using static Wardkeeper.Sensor.Tests.Decode.Frames;

namespace Wardkeeper.Sensor.Tests.Decode;

public sealed class AllocationTests
{
    public static TheoryData<string, byte[]> Cases => new()
    {
        { "TCP over IPv4", Ethernet(Ipv4(6, Tcp(Bytes(500)))) },
        { "UDP over IPv6 on a VLAN", Ethernet(Vlan(3, 0x86DD, Ipv6(17, Udp(Bytes(500), source: A6, destination: B6))), 0x8100) },
        { "ARP", Ethernet(Bytes(28), 0x0806) },
        { "an ICMP error", Ethernet(Ipv4(1, Icmp(3, 3, Join(new byte[4], Ipv4(6, Tcp([])))))) },
        { "VXLAN", Ethernet(Ipv4(17, Udp(Join([8, 0, 0, 0, 0, 0, 1, 0], Ethernet(Ipv4(6, Tcp([])))), 5, 4789))) },
        { "a wrong checksum", Ethernet(Ipv4(6, Join(Tcp(Bytes(500))[..^1], [77]))) },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Packets_are_decoded_without_allocation(string what, byte[] frame)
    {
        Decoder decoder = new(new SensorCounters());
        PacketBatch batch = new();
        Chunk chunk = Chunk.Rent(frame.Length);
        frame.CopyTo(chunk.Data, 0);
        RawPacket raw = new() { Number = 1, Chunk = chunk, CapturedLength = frame.Length, WireLength = frame.Length, Link = (int)LinkType.Ethernet };
        Round(decoder, batch, raw);
        long allocated = Allocations.Of(() => Round(decoder, batch, raw));
        Assert.Equal((what, 0L), (what, allocated));
        Assert.InRange(batch.Count, 500, 1000);
        chunk.Release();
    }

    private static void Round(Decoder decoder, PacketBatch batch, RawPacket raw)
    {
        batch.Clear();
        for (int i = 0; i < 500; i++) decoder.Decode(in raw, batch);
    }
}
