using CsCheck;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Decode;
using static Wardkeeper.Sensor.Tests.Decode.Frames;

namespace Wardkeeper.Sensor.Tests.Decode;

public sealed class HostileInputTests
{
    private static readonly byte[] Inner4 = Ipv4(6, Tcp([7, 8, 9], 1111, 104, source: C4, destination: D4), C4, D4);
    private static readonly byte[] Inner6 = Ipv6(0, Join([43, 0, 1, 4, 0, 0, 0, 0], [60, 2, 4, 1, 0, 0, 0, 0], A6, [6, 0, 1, 4, 0, 0, 0, 0], Tcp([1, 2], source: A6, destination: B6)));
    private static readonly byte[] InnerFrame = Ethernet(Vlan(9, 0x86DD, Inner6), 0x8100);

    /// <summary>One frame for every path through the decoder.</summary>
    private static readonly byte[][] Seeds =
    [
        Ethernet(Inner4),
        Ethernet(Inner6, 0x86DD),
        Ethernet(Bytes(28), 0x0806),
        Ethernet(Vlan(1, 0x8100, Vlan(2, 0x0800, Ipv4(17, Udp(Bytes(40)), options: [1, 1, 1, 0])))),
        Ethernet(Join([0xAA, 0xAA, 3, 0, 0, 0, 0x81, 0], Vlan(2, 0x0800, Inner4)), 60),
        Ethernet(Join([0x42, 0x42, 3], Bytes(35)), 38),
        Ethernet(Join([0x11, 0, 0, 1], Be16(Inner4.Length + 2), [0, 0x21], Inner4), 0x8864),
        Ethernet(Join(Be32(0x00010140), new byte[4], InnerFrame), 0x8847),
        Ethernet(Join(new byte[4], InnerFrame), 0x88E7),
        Ethernet(Ipv4(47, Join([0, 0, 0x88, 0x3E], new byte[4], Inner4))),
        Ethernet(Ipv6(60, Join([17, 2, 1, 2, 0, 0, 0xC9, 16], A6, Udp([1]))), 0x86DD),
        Ethernet(Ipv4(1, Icmp(3, 1, Join(new byte[4], Inner4)))),
        Ethernet(Ipv6(58, Icmp6(3, 0, Join(new byte[4], Inner6))), 0x86DD),
        Ethernet(Ipv4(51, Join([60, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2], [17, 0, 1, 4, 0, 0, 0, 0], Udp([1])))),
        Ethernet(Ipv4(47, Join([0xB0, 0, 0x65, 0x58], new byte[12], InnerFrame))),
        Ethernet(Ipv4(47, Join([0x10, 0, 0x88, 0xBE], new byte[4], [0x10, 0x64, 0, 5, 0, 0, 0, 0], InnerFrame))),
        Ethernet(Ipv4(47, Join([0x10, 0, 0x22, 0xEB], new byte[4], [0x20, 0x65, 0, 5, 0, 0, 0, 0, 0, 0, 0, 1], new byte[8], InnerFrame))),
        Ethernet(Ipv4(47, Join([0x30, 0x81, 0x88, 0x0B], new byte[12], [0xFF, 3, 0, 0x21], Inner4))),
        Ethernet(Ipv4(17, Udp(Join([8, 0, 0, 0, 0, 0, 1, 0], InnerFrame), 50000, 4789))),
        Ethernet(Ipv4(17, Udp(Join([2, 0, 0x65, 0x58, 0, 0, 1, 0], new byte[8], InnerFrame), 50000, 6081))),
        Ethernet(Ipv4(17, Udp(Join([0x34, 255], Be16(Inner4.Length + 8), [0, 0, 0, 1, 0, 0, 0, 0x85, 1, 0, 0, 0], Inner4), 2152, 2152))),
        Ethernet(Ipv4(17, Udp(Join([0, 1, 0, 0], new byte[9], new byte[8], Inner6), 50000, 3544))),
        Ethernet(Ipv4(4, Ipv4(41, Inner6))),
        Ethernet(Ipv4(97, Join([0x30, 0], InnerFrame))),
        Ethernet(Ipv4(17, Udp(Bytes(100))[..64], fragment: 0x2000)),
        Ethernet(Ipv4(17, Udp(Bytes(100))[64..], fragment: 8)),
        Fragment6(Udp(Bytes(100), source: A6, destination: B6)[..64], 0, true),
        Fragment6(Udp(Bytes(100), source: A6, destination: B6)[64..], 64, false),
        Join([0, 0, 18, 0, 3, 0, 0, 0], new byte[8], [0x10, 0, 0x88, 1, 0, 0], new byte[20], [0x80, 0], new byte[12], Be16(8 + Inner4.Length), [0xAA, 0xAA, 3, 0, 0, 0, 8, 0], Inner4, new byte[6]),
        Join([0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0], Inner4),
        Join([2, 0, 0, 0, 8, 0, 10, 0, 0, 0, 0, 0, 4, 0, 9, 0], Inner4),
        Join([0, 0, 8, 0, 105, 0, 0, 0, 0x08, 1, 0, 0], new byte[20], [0xAA, 0xAA, 3, 0, 0, 0, 8, 0], Inner4),
    ];

    private static readonly int[] Links = [.. Enum.GetValues<LinkType>().Select(link => (int)link), 147];
    private static readonly ushort[] Types = [0x0800, 0x86DD, 0x8100, 0x8847, 0x8864, 30];

    [Theory]
    [InlineData("0100000000000000000000000A000407")]
    [InlineData("01000000000000010012004B00010203")]
    public void No_packet_takes_the_place_of_a_machine_without_an_address(string address)
    {
        byte[] placeholder = Convert.FromHexString(address);
        foreach (byte[] frame in (byte[][])[
            Ethernet(Ipv6(17, Udp([1], source: placeholder, destination: B6), source: placeholder), 0x86DD),
            Ethernet(Ipv6(17, Udp([1], source: A6, destination: placeholder), destination: placeholder), 0x86DD)])
        {
            Decoding decoding = new();
            Packet packet = decoding.One(frame);
            Assert.Equal(PacketKind.Malformed, packet.Kind);
            Assert.True(packet.Source.IsNone && packet.Destination.IsNone);
            Assert.Equal("ipv6-discard-address=1", decoding.Counted);
        }
        Packet routed = Decoding.Of(Ethernet(Ipv6(43, Join([17, 2, 0, 1, 0, 0, 0, 0], placeholder, Udp([1]))), 0x86DD));
        Packet moved = Decoding.Of(Ethernet(Ipv6(60, Join([17, 2, 1, 2, 0, 0, 0xC9, 16], placeholder, Udp([1]))), 0x86DD));
        Assert.False(routed.Destination.IsPlaceholder || moved.Source.IsPlaceholder);
    }

    [Fact]
    public void Every_truncation_of_every_frame_stays_in_bounds()
    {
        foreach (byte[] frame in Seeds)
        {
            foreach (int link in Links)
            {
                Decoding decoding = new();
                for (int length = 0; length <= frame.Length; length++)
                {
                    Check(decoding.Show(frame[..length], link));
                    Check(decoding.Show(frame[..length], link, frame.Length));
                }
            }
        }
    }

    [Fact]
    public void Changed_frames_never_throw_and_stay_in_bounds() =>
        Gen.Select(Gen.Int[0, Seeds.Length - 1], Gen.Int[0, Links.Length - 1].Select(index => Links[index]), Gen.Select(Gen.Int[0, 160], Gen.Byte).Array[1, 6], Gen.Int[0, 200], Gen.Int[0, 100_000])
            .Holds((seed, link, changes, cut, wire) =>
            {
                byte[] frame = [.. Seeds[seed]];
                foreach ((int at, byte value) in changes) frame[at % frame.Length] = value;
                Decoding decoding = new();
                Check(decoding.Show(frame, (int)LinkType.Ethernet));
                Check(decoding.Show(frame[..Math.Min(cut, frame.Length)], link, wire));
                foreach (byte[] other in Seeds) Check(decoding.Show(other, link));
                decoding.Decoder.Finish();
            }, iter: 20_000);

    [Fact]
    public void Random_bytes_never_throw_and_stay_in_bounds() =>
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Int[0, Links.Length - 1].Select(index => Links[index]), Gen.Int[0, 5].Select(index => (int)Types[index]))
            .Holds((bytes, link, type) =>
            {
                Decoding decoding = new();
                Check(decoding.Show(bytes, link));
                Check(decoding.Show(Ethernet(bytes, type)));
                Check(decoding.Show(Ethernet(Ipv4((byte)type, bytes))));
            }, iter: 20_000);

    [Fact]
    public void Random_fragments_give_what_arrived_first() =>
        Gen.Select(Gen.Int[0, 12], Gen.Int[1, 6], Gen.Bool, Gen.Byte).Array[1, 40].Holds(parts =>
        {
            // A slow model: one byte array, first write wins; the end is set by the first fragment that says so and can be believed.
            byte?[] model = new byte?[200];
            int end = -1, furthest = 0;
            Decoding decoding = new();
            foreach ((int start, int units, bool isLast, byte value) in parts)
            {
                int from = start * 8, to = from + (units * 8);
                byte[] content = [.. Enumerable.Repeat(value, units * 8)];
                List<Packet> packets = [.. decoding.Show(Ethernet(Ipv4(200, content, fragment: start | (isLast ? 0 : 0x2000)))).Where(packet => packet.Kind != PacketKind.Malformed)];
                if (start == 0 && isLast) return;
                bool isBelieved = end >= 0 ? to <= end && (!isLast || to == end) : !isLast || to >= furthest;
                if (isBelieved)
                {
                    if (isLast) end = to;
                    furthest = Math.Max(furthest, to);
                    for (int i = from; i < to; i++) model[i] ??= value;
                }
                bool isComplete = end > 0 && model[..end].All(one => one is not null);
                Assert.Equal(isComplete, packets.Count == 1);
                if (!isComplete) continue;
                Assert.Equal(model[..end].Select(one => one!.Value), packets[0].Payload.ToArray());
                return;
            }
        }, iter: 5_000);

    private static void Check(List<Packet> packets)
    {
        foreach (Packet packet in packets)
        {
            int size = packet.Chunk.Data.Length;
            Assert.InRange(packet.FrameOffset, 0, size);
            Assert.InRange(packet.CapturedEnd, packet.FrameOffset, size);
            Assert.InRange(packet.NetworkOffset, 0, packet.CapturedEnd);
            Assert.InRange(packet.TransportOffset, packet.NetworkOffset, packet.CapturedEnd);
            Assert.InRange(packet.PayloadOffset, packet.TransportOffset, packet.CapturedEnd);
            Assert.InRange(packet.PayloadCaptured, 0, packet.CapturedEnd - packet.PayloadOffset);
            Assert.InRange(packet.PayloadCaptured, 0, packet.PayloadLength);
            Assert.Equal(packet.PayloadCaptured < packet.PayloadLength, (packet.Notes & PacketNotes.Truncated) != 0);
            _ = packet.Payload.Length + packet.Frame.Length;
            bool hasPorts = packet.IpProtocol is 6 or 17 or 132 && packet.Kind != PacketKind.Link;
            uint reverse = packet.Kind == PacketKind.Link ? TupleHash.Of(packet.DestinationMac, packet.SourceMac, packet.EtherType)
                : TupleHash.Of(packet.Destination, hasPorts ? packet.DestinationPort : (ushort)0, packet.Source, hasPorts ? packet.SourcePort : (ushort)0, packet.IpProtocol);
            Assert.Equal(reverse, packet.Hash);
        }
    }
}
