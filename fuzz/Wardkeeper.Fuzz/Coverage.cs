using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SharpFuzz.Common;

namespace Wardkeeper.Fuzz;

/// <summary>
/// Which edges of the instrumented sensor a run took, and how often, in AFL's buckets. When the sensor is not instrumented,
/// everything stays 0 and no input is ever new.
/// </summary>
internal static unsafe class Coverage
{
    private const int Size = 1 << 16;
    private static readonly byte* Map = (byte*)NativeMemory.AllocZeroed(Size);
    private static readonly byte* Elsewhere = (byte*)NativeMemory.AllocZeroed(Size);
    private static readonly byte[] Buckets = [.. Enumerable.Range(0, 256).Select(static count => (byte)(count switch { <= 2 => count, 3 => 4, < 8 => 8, < 16 => 16, < 32 => 32, < 128 => 64, _ => 128 }))];

    /// <summary>Must be called before any code of the sensor runs.</summary>
    public static void Begin() => Trace.SharedMem = Map;

    /// <summary>Forgets the last run.</summary>
    public static void Clear()
    {
        NativeMemory.Clear(Map, Size);
        Trace.PrevLocation = 0;
    }

    /// <summary>Runs something whose path depends on more than the input (threads) without looking.</summary>
    public static void Ignore(Action run)
    {
        byte* was = Trace.SharedMem;
        Trace.SharedMem = Elsewhere;
        try
        {
            run();
        }
        finally
        {
            Trace.SharedMem = was;
        }
    }

    /// <summary>Adds what the last run did to what is known, and forgets it; true if any of it is new.</summary>
    public static bool Learn(byte[] known)
    {
        bool isNew = false;
        for (int block = 0; block < Size; block += Vector256<byte>.Count)
        {
            if (Vector256.Load(Map + block) == Vector256<byte>.Zero) continue;
            for (int at = block; at < block + Vector256<byte>.Count; at++)
            {
                byte bucket = Buckets[Map[at]];
                if ((bucket & ~known[at]) == 0) continue;
                known[at] |= bucket;
                isNew = true;
            }
            Vector256.Store(Vector256<byte>.Zero, Map + block);
        }
        Trace.PrevLocation = 0;
        return isNew;
    }

    /// <summary>A set that knows nothing.</summary>
    public static byte[] Nothing() => new byte[Size];

    /// <summary>Edges in a set.</summary>
    public static int Edges(byte[] known) => known.Count(static counts => BitOperations.PopCount(counts) > 0);
}
