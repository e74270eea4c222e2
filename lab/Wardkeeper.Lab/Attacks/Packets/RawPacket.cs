using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Wardkeeper.Lab.Attacks.Packets;

/// <summary>IPv4 packets and TCP segments made by hand, for raw sockets: the kernel fills in the header's length and checksum.</summary>
internal static class RawPacket
{
    /// <summary>More fragments follow (RFC 791, section 3.1).</summary>
    public const int MoreFragments = 0x2000;

    /// <summary>Length of an IPv4 header without options.</summary>
    public const int HeaderLength = 20;

    /// <summary>How far packets go when nothing else is said.</summary>
    public const byte TimeToLive = 64;

    private const int TcpHeaderLength = 20;

    /// <summary>A packet.</summary>
    /// <param name="from">Sender.</param>
    /// <param name="to">Receiver.</param>
    /// <param name="protocol">Protocol of the payload.</param>
    /// <param name="number">Identification.</param>
    /// <param name="flagsAndOffset">Flags and offset as they stand in the header.</param>
    /// <param name="payload">Payload.</param>
    /// <param name="timeToLive">How many hops it lives.</param>
    public static byte[] Ip(IPAddress from, IPAddress to, ProtocolType protocol, ushort number, int flagsAndOffset, ReadOnlySpan<byte> payload, byte timeToLive = TimeToLive)
    {
        byte[] packet = new byte[HeaderLength + payload.Length];
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), number);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(6), (ushort)flagsAndOffset);
        (packet[8], packet[9]) = (timeToLive, (byte)protocol);
        from.GetAddressBytes().CopyTo(packet, 12);
        to.GetAddressBytes().CopyTo(packet, 16);
        payload.CopyTo(packet.AsSpan(HeaderLength));
        return packet;
    }

    /// <summary>A TCP segment (RFC 9293, section 3.1), checksum and all.</summary>
    /// <param name="from">Sender.</param>
    /// <param name="to">Receiver.</param>
    /// <param name="ports">Ports of both.</param>
    /// <param name="sequence">Number of its first byte.</param>
    /// <param name="acknowledged">Number of the byte that is expected next.</param>
    /// <param name="flags">Flags.</param>
    /// <param name="options">Options, a multiple of four bytes.</param>
    /// <param name="data">Data.</param>
    public static byte[] Tcp(IPAddress from, IPAddress to, (int From, int To) ports, uint sequence, uint acknowledged, byte flags, ReadOnlySpan<byte> options, ReadOnlySpan<byte> data)
    {
        byte[] segment = new byte[TcpHeaderLength + options.Length + data.Length];
        BinaryPrimitives.WriteUInt16BigEndian(segment, (ushort)ports.From);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), (ushort)ports.To);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(4), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(8), acknowledged);
        (segment[12], segment[13], segment[14]) = ((byte)((TcpHeaderLength + options.Length) << 2), flags, 0x40);
        options.CopyTo(segment.AsSpan(TcpHeaderLength));
        data.CopyTo(segment.AsSpan(TcpHeaderLength + options.Length));
        byte[] pseudo = [.. from.GetAddressBytes(), .. to.GetAddressBytes(), 0, (byte)ProtocolType.Tcp, (byte)(segment.Length >> 8), (byte)segment.Length, .. segment];
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(16), Sum(pseudo));
        return segment;
    }

    /// <summary>The internet checksum (RFC 1071).</summary>
    public static ushort Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i += 2) sum += (uint)((bytes[i] << 8) | (i + 1 < bytes.Length ? bytes[i + 1] : 0));
        while (sum > ushort.MaxValue) sum = (sum & ushort.MaxValue) + (sum >> 16);
        return (ushort)~sum;
    }
}
