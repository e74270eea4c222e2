using System.Buffers;

namespace Wardkeeper.Sensor.Capture;

/// <summary>
/// A pooled piece of memory that frames lie in. The reader fills it, batches of packets hold references to it, and it goes
/// back to the pool when the last one lets go; so a frame is never copied on its way to the analysers.
/// </summary>
internal sealed class Chunk
{
    private int references = 1;

    private Chunk(byte[] data) => Data = data;

    /// <summary>The bytes; may be longer than asked for.</summary>
    public byte[] Data { get; private set; }

    /// <summary>Rents a chunk of at least <paramref name="size"/> bytes with one reference.</summary>
    public static Chunk Rent(int size) => new(ArrayPool<byte>.Shared.Rent(size));

    /// <summary>One more holder.</summary>
    public void AddReference() => Interlocked.Increment(ref references);

    /// <summary>One holder less; the last one returns the memory.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref references) != 0) return;
        byte[] data = Data;
        Data = [];
        ArrayPool<byte>.Shared.Return(data);
    }
}
