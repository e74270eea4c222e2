using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Wardkeeper.Sensor.Decode;

/// <summary>Tells packets apart by what no switch or router changes in them. Made where the packet is decoded, while its bytes are at hand.</summary>
internal static class PacketDigest
{
    /// <summary>A digest of tuple, identification, sequence numbers, lengths, checksum and a sample of the content.</summary>
    public static ulong Of(in Packet packet)
    {
        ulong digest = packet.Hash | ((ulong)packet.IpId << 32) | ((ulong)packet.TransportChecksum << 48);
        digest = Mix(digest, packet.Seq | ((ulong)packet.Ack << 32));
        digest = Mix(digest, packet.SourcePort | ((ulong)(uint)packet.IpLength << 16) | ((ulong)packet.TcpFlags << 48) | ((ulong)packet.Kind << 56));
        digest = Mix(digest, packet.Source.Low);
        ReadOnlySpan<byte> payload = packet.Payload;
        if (payload.Length >= 8)
        {
            digest = Mix(digest, Unsafe.ReadUnaligned<ulong>(ref MemoryMarshal.GetReference(payload)));
            digest = Mix(digest, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref MemoryMarshal.GetReference(payload), payload.Length - 8)));
            if (payload.Length >= 32) digest = Mix(digest, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref MemoryMarshal.GetReference(payload), payload.Length / 2)));
        }
        return digest;
    }

    /// <summary>Mixes a value into a digest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mix(ulong digest, ulong value)
    {
        ulong high = Math.BigMul(digest ^ 0x9E3779B97F4A7C15, value ^ 0xD6E8FEB86659FD93, out ulong low);
        return high ^ low ^ (value << 1);
    }
}
