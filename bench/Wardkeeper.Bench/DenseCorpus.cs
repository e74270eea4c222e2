using System.Buffers.Binary;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Bench;

/// <summary>
/// Corpus (a): every Ethernet capture of a collection one after the other, repeated with other addresses until there are two
/// million packets; gaps are kept up to one second, so that flows expire. The densest and most varied traffic there is to be had:
/// hardly a flow is long.
/// </summary>
internal static class DenseCorpus
{
    public static void Make(string collection, string path, long packets)
    {
        string[] captures = [.. Directory.EnumerateFiles(collection, "*.*cap*", SearchOption.AllDirectories)
            .Where(file => file.EndsWith(".pcap", StringComparison.Ordinal) || file.EndsWith(".pcapng", StringComparison.Ordinal) || file.EndsWith(".cap", StringComparison.Ordinal) || file.EndsWith(".pcap.gz", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
        using PcapWriter writer = new(path);
        long now = 1_700_000_000L * CaptureTime.PerSecond;
        for (int round = 0; writer.Packets < packets; round++)
        {
            long before = writer.Packets;
            foreach (string capture in captures)
            {
                if (writer.Packets >= packets) break;
                now = Append(capture, round, writer, now, packets) + 10_000_000;
            }
            if (writer.Packets == before) throw new InvalidOperationException($"{collection} holds no Ethernet capture");
        }
    }

    private static long Append(string capture, int round, PcapWriter writer, long now, long packets)
    {
        using ICaptureSource source = CaptureFiles.Open([capture]);
        byte[] frame = new byte[1 << 18];
        long last = long.MinValue;
        while (writer.Packets < packets && source.TryRead(out RawPacket packet))
        {
            if (packet.Link != (int)LinkType.Ethernet || packet.CapturedLength > frame.Length || packet.CapturedLength < 14) continue;
            long gap = last == long.MinValue ? 0 : Math.Clamp(packet.At.Nanoseconds - last, 0, CaptureTime.PerSecond);
            last = packet.At.Nanoseconds;
            now += gap;
            packet.Bytes.CopyTo(frame);
            Readdress(frame.AsSpan(0, packet.CapturedLength), (byte)round);
            writer.Write(now, frame.AsSpan(0, packet.CapturedLength), packet.WireLength);
        }
        return now;
    }

    /// <summary>Moves both IP addresses to another network by changing one byte of each, and mends the checksums (RFC 1624).</summary>
    private static void Readdress(Span<byte> frame, byte round)
    {
        if (round == 0) return;
        int at = 12;
        while (at + 4 < frame.Length && BinaryPrimitives.ReadUInt16BigEndian(frame[at..]) is 0x8100 or 0x88A8) at += 4;
        ushort type = BinaryPrimitives.ReadUInt16BigEndian(frame[at..]);
        Span<byte> ip = frame[(at + 2)..];
        if (type == 0x0800 && ip.Length >= 20)
        {
            int transport = (ip[0] & 15) * 4;
            bool first = (BinaryPrimitives.ReadUInt16BigEndian(ip[6..]) & 0x1FFF) == 0;
            Change(ip, 12, round, 10, first ? Checksum(ip[9], transport) : -1);
            Change(ip, 16, round, 10, first ? Checksum(ip[9], transport) : -1);
        }
        else if (type == 0x86DD && ip.Length >= 40)
        {
            Change(ip, 14, round, -1, Checksum(ip[6], 40));
            Change(ip, 30, round, -1, Checksum(ip[6], 40));
        }
    }

    private static int Checksum(byte protocol, int transport) => protocol switch { 6 => transport + 16, 17 => transport + 6, 58 => transport + 2, _ => -1 };

    private static void Change(Span<byte> ip, int word, byte round, int ipChecksum, int transportChecksum)
    {
        ushort before = BinaryPrimitives.ReadUInt16BigEndian(ip[word..]);
        if (before >> 12 == 0xE || before == 0xFFFF || before == 0) return;
        ushort after = (ushort)(before ^ round);
        BinaryPrimitives.WriteUInt16BigEndian(ip[word..], after);
        Mend(ip, ipChecksum, before, after);
        Mend(ip, transportChecksum, before, after);
    }

    private static void Mend(Span<byte> ip, int at, ushort before, ushort after)
    {
        if (at < 0 || at + 2 > ip.Length) return;
        uint sum = (ushort)~BinaryPrimitives.ReadUInt16BigEndian(ip[at..]);
        sum += (ushort)~before;
        sum += after;
        while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(ip[at..], (ushort)~sum);
    }
}
