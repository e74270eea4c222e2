using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Wardkeeper.Sensor.Observations;

/// <summary>
/// Short texts met lately. A network says the same names, header values and histories over and over; each is made into a string once
/// and then found again. One per thread, at most 1,024 texts of 64 characters; which of two texts stays is no secret and changes nothing
/// but speed.
/// </summary>
internal sealed class RecentTexts
{
    private const int Places = 1024;
    private const int Longest = 64;

    [ThreadStatic]
    private static RecentTexts? ofThread;

    private readonly string?[] places = new string?[Places];

    /// <summary>The string of ASCII bytes.</summary>
    public static string OfAscii(ReadOnlySpan<byte> ascii) =>
        ascii.Length is 0 or > Longest ? Encoding.ASCII.GetString(ascii) : (ofThread ??= new RecentTexts()).Find(ascii);

    private string Find(ReadOnlySpan<byte> ascii)
    {
        ref string? place = ref places[Hash(ascii) % Places];
        if (place is not null && Ascii.Equals(ascii, place)) return place;
        return place = Encoding.ASCII.GetString(ascii);
    }

    /// <summary>Beginning, middle and end: enough to keep common texts apart.</summary>
    private static uint Hash(ReadOnlySpan<byte> text)
    {
        ref byte first = ref MemoryMarshal.GetReference(text);
        int length = text.Length;
        ulong hash = (ulong)length;
        if (length >= 8)
        {
            hash ^= Unsafe.ReadUnaligned<ulong>(ref first) * 0x9E3779B97F4A7C15;
            hash ^= BitOperations.RotateLeft(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, (length - 8) / 2)) * 0xC2B2AE3D27D4EB4F, 21);
            hash ^= BitOperations.RotateLeft(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, length - 8)) * 0x165667B19E3779F9, 42);
        }
        else
        {
            for (int i = 0; i < length; i++) hash = (hash ^ Unsafe.Add(ref first, i)) * 0x9E3779B97F4A7C15;
        }
        hash *= 0x9E3779B97F4A7C15;
        return (uint)(hash >> 40);
    }
}
