using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Wardkeeper.Sensor.Observations;

/// <summary>
/// The ones' complement sum of the Internet checksum (RFC 1071). It is taken in the machine's byte order, which the sum allows:
/// only a sum that is compared with all ones is ever used, and that value reads the same both ways.
/// </summary>
internal static class Checksums
{
    /// <summary>The sum, not yet folded to 16 bits.</summary>
    public static ulong Sum(ReadOnlySpan<byte> bytes)
    {
        ref byte start = ref MemoryMarshal.GetReference(bytes);
        nint length = bytes.Length, at = 0;
        ulong sum = 0;
        if (Vector256.IsHardwareAccelerated && length >= 64) sum = SumVectors(ref start, length, out at);
        for (; at + 4 <= length; at += 4) sum += Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref start, at));
        if (at + 2 <= length)
        {
            sum += Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref start, at));
            at += 2;
        }
        // An odd last byte counts as if a zero followed it.
        if (at < length) sum += BitConverter.IsLittleEndian ? Unsafe.Add(ref start, at) : (ulong)Unsafe.Add(ref start, at) << 8;
        return sum;
    }

    /// <summary>The sum of a pseudo header (RFC 9293, section 3.1; RFC 8200, section 8.1). IPv4 in its mapped form adds 0xFFFF, which is zero here.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong PseudoHeader(Address source, Address destination, byte protocol, int length)
    {
        ulong sum = Halves(source.High) + Halves(source.Low) + Halves(destination.High) + Halves(destination.Low);
        sum += (uint)length + (ulong)protocol;
        // These numbers are in host order; the data are summed as they lie in memory.
        ushort folded = Fold(sum);
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(folded) : folded;
    }

    /// <summary>Folds a sum to 16 bits; a right checksum makes it 0xFFFF.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Fold(ulong sum)
    {
        sum = (sum & 0xFFFF_FFFF) + (sum >> 32);
        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)((sum & 0xFFFF) + (sum >> 16));
    }

    /// <summary>Whether a header that holds its own checksum sums up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsRight(ReadOnlySpan<byte> header) => Fold(Sum(header)) == 0xFFFF;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Halves(ulong value) => (value & 0xFFFF_FFFF) + (value >> 32);

    private static ulong SumVectors(ref byte start, nint length, out nint at)
    {
        // 32-bit words are added into 64-bit lanes, so nothing can overflow in a packet.
        Vector256<ulong> low = Vector256<ulong>.Zero, high = low, low2 = low, high2 = low, mask = Vector256.Create(0xFFFF_FFFFUL);
        for (at = 0; at + 64 <= length; at += 64)
        {
            Vector256<ulong> a = Vector256.LoadUnsafe(ref Unsafe.Add(ref start, at)).AsUInt64();
            Vector256<ulong> b = Vector256.LoadUnsafe(ref Unsafe.Add(ref start, at + 32)).AsUInt64();
            low += a & mask;
            high += a >>> 32;
            low2 += b & mask;
            high2 += b >>> 32;
        }
        return Vector256.Sum(low + low2 + high + high2);
    }
}
