using System.Buffers.Binary;
using Wardkeeper.Lab.Recording;

namespace Wardkeeper.Lab.Tests.Recording;

/// <summary>Frames made by hand, checksums right.</summary>
internal static class HandMade
{
    /// <summary>A UDP packet.</summary>
    public static Frame Udp(long at, uint from, uint to, int fromPort, int toPort, int length = 10, int vlan = 30, ulong source = 0x000f14000001, ulong target = 0x000e2f000002)
    {
        byte[] bytes = new byte[14 + 20 + 8 + length];
        Mac(bytes, target);
        Mac(bytes.AsSpan(6), source);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(12), 0x0800);
        Span<byte> ip = bytes.AsSpan(14);
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)ip.Length);
        (ip[8], ip[9]) = (64, 17);
        BinaryPrimitives.WriteUInt32BigEndian(ip[12..], from);
        BinaryPrimitives.WriteUInt32BigEndian(ip[16..], to);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], Sum(ip[..20], 0));
        Span<byte> udp = ip[20..];
        BinaryPrimitives.WriteUInt16BigEndian(udp, (ushort)fromPort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], (ushort)toPort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)udp.Length);
        for (int i = 8; i < udp.Length; i++) udp[i] = (byte)i;
        BinaryPrimitives.WriteUInt16BigEndian(udp[6..], Sum(udp, (from >> 16) + (ushort)from + (to >> 16) + (ushort)to + 17 + (uint)udp.Length));
        return new Frame(at, vlan, bytes);
    }

    /// <summary>A TCP segment, checksums left out.</summary>
    public static Frame Tcp(long at, uint from, uint to, int fromPort, int toPort, int length, int vlan = 30)
    {
        byte[] bytes = new byte[14 + 20 + 20 + length];
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(12), 0x0800);
        Span<byte> ip = bytes.AsSpan(14);
        (ip[0], ip[8], ip[9], ip[32]) = (0x45, 64, 6, 0x50);
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)ip.Length);
        BinaryPrimitives.WriteUInt32BigEndian(ip[12..], from);
        BinaryPrimitives.WriteUInt32BigEndian(ip[16..], to);
        BinaryPrimitives.WriteUInt16BigEndian(ip[20..], (ushort)fromPort);
        BinaryPrimitives.WriteUInt16BigEndian(ip[22..], (ushort)toPort);
        return new Frame(at, vlan, bytes);
    }

    private static void Mac(Span<byte> into, ulong address)
    {
        BinaryPrimitives.WriteUInt16BigEndian(into, (ushort)(address >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(into[2..], (uint)address);
    }

    private static ushort Sum(ReadOnlySpan<byte> bytes, uint sum)
    {
        for (int i = 0; i < bytes.Length; i += 2) sum += (uint)((bytes[i] << 8) | (i + 1 < bytes.Length ? bytes[i + 1] : 0));
        while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }
}
