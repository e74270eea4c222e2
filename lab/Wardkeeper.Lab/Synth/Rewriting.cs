using System.Buffers.Binary;

namespace Wardkeeper.Lab.Synth;

/// <summary>Gives a recorded frame other machines: hardware addresses, IP addresses and the client's port, with checksums that stay right (RFC 1624).</summary>
internal static class Rewriting
{
    private const int Tag = 4;

    /// <summary>Copies a frame into a buffer with its virtual LAN's tag and rewrites it. Returns its length.</summary>
    public static int Rewrite(RecordedFlow flow, in Recording.Frame frame, SynthDevice client, SynthDevice server, int clientPort, byte[] into)
    {
        ReadOnlySpan<byte> from = frame.Bytes.Span;
        from[..12].CopyTo(into);
        BinaryPrimitives.WriteUInt16BigEndian(into.AsSpan(12), 0x8100);
        BinaryPrimitives.WriteUInt16BigEndian(into.AsSpan(14), (ushort)frame.Vlan);
        from[12..].CopyTo(into.AsSpan(16));
        Hardware(flow, client, server, into.AsSpan(0, 6));
        Hardware(flow, client, server, into.AsSpan(6, 6));

        Span<byte> ip = into.AsSpan(14 + Tag, from.Length - 14);
        int header = 4 * (ip[0] & 15), checksum = flow.Protocol == 6 ? header + 16 : header + 6;
        bool hasPorts = (BinaryPrimitives.ReadUInt16BigEndian(ip[6..]) & 0x1fff) == 0 && ip.Length >= header + 8, hasChecksum = hasPorts && ip.Length >= checksum + 2;
        for (int at = 12; at <= 16; at += 4)
        {
            uint was = BinaryPrimitives.ReadUInt32BigEndian(ip[at..]), now = was == flow.ClientIp ? client.Ip : was == flow.ServerIp ? server.Ip : was;
            BinaryPrimitives.WriteUInt32BigEndian(ip[at..], now);
            Adjust(ip, 10, was, now);
            if (hasChecksum) Adjust(ip, checksum, was, now);
        }
        if (!hasPorts) return from.Length + Tag;
        int port = BinaryPrimitives.ReadUInt32BigEndian(ip[12..]) == client.Ip && BinaryPrimitives.ReadUInt16BigEndian(ip[header..]) == flow.ClientPort ? header : header + 2;
        ushort before = BinaryPrimitives.ReadUInt16BigEndian(ip[port..]);
        BinaryPrimitives.WriteUInt16BigEndian(ip[port..], (ushort)clientPort);
        if (hasChecksum) Adjust(ip, checksum, before, (uint)clientPort);
        return from.Length + Tag;
    }

    private static void Hardware(RecordedFlow flow, SynthDevice client, SynthDevice server, Span<byte> address)
    {
        ulong was = ((ulong)BinaryPrimitives.ReadUInt16BigEndian(address) << 32) | BinaryPrimitives.ReadUInt32BigEndian(address[2..]);
        ulong now = was == flow.ClientMac ? client.Mac : was == flow.ServerMac ? server.Mac : was;
        BinaryPrimitives.WriteUInt16BigEndian(address, (ushort)(now >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(address[2..], (uint)now);
    }

    private static void Adjust(Span<byte> ip, int at, uint was, uint now)
    {
        ushort checksum = BinaryPrimitives.ReadUInt16BigEndian(ip[at..]);
        // A UDP checksum of 0 says that there is none (RFC 768).
        if (checksum == 0 && at != 10) return;
        uint sum = (uint)(ushort)~checksum + (ushort)~(was >> 16) + (ushort)~was + (now >> 16) + (ushort)now;
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(ip[at..], (ushort)~sum);
    }
}
