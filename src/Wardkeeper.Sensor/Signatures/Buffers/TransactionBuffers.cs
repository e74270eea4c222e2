using System.Buffers;
using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Signatures.Buffers;

/// <summary>What one side's transaction has offered so far: copies in one block of memory, in order. Bounded in bytes and in number.</summary>
internal sealed class TransactionBuffers
{
    /// <summary>Bytes and parts of one transaction that are kept; what is beyond is not looked into.</summary>
    private const int MostBytes = 256 * 1024, MostParts = 2048;

    private readonly List<(BufferName Name, int Start, int Length)> parts = [];
    private readonly List<string> events = [];
    private byte[]? block;
    private int used;

    /// <summary>Whether nothing was offered.</summary>
    public bool IsEmpty => parts.Count == 0 && events.Count == 0;

    /// <summary>How many parts there are.</summary>
    public int Count => parts.Count;

    /// <summary>Names of events.</summary>
    public IReadOnlyList<string> Events => events;

    /// <summary>Name of a part.</summary>
    public BufferName NameOf(int part) => parts[part].Name;

    /// <summary>Bytes of a part.</summary>
    public ReadOnlySpan<byte> BytesOf(int part) => block.AsSpan(parts[part].Start, parts[part].Length);

    /// <summary>Adds a part.</summary>
    public void Add(BufferName name, ReadOnlySpan<byte> bytes)
    {
        if (parts.Count == MostParts) return;
        bytes = bytes[..Math.Min(bytes.Length, MostBytes - used)];
        Reserve(bytes.Length);
        bytes.CopyTo(block.AsSpan(used));
        parts.Add((name, used, bytes.Length));
        used += bytes.Length;
    }

    /// <summary>Adds a number.</summary>
    public void Add(BufferName name, long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        if (used + 8 <= MostBytes) Add(name, bytes);
    }

    /// <summary>Adds to the last part of that name, if nothing came after it, or begins one; if something did, the part moves to the end.</summary>
    public void Append(BufferName name, ReadOnlySpan<byte> bytes)
    {
        int last = parts.FindLastIndex(part => part.Name == name);
        if (last < 0)
        {
            Add(name, bytes);
            return;
        }
        (BufferName _, int start, int length) = parts[last];
        int more = Math.Min(bytes.Length, MostBytes - used - (start + length == used ? 0 : length));
        if (more <= 0) return;
        if (start + length != used)
        {
            Reserve(length + more);
            block.AsSpan(start, length).CopyTo(block.AsSpan(used));
            start = used;
            used += length;
        }
        else Reserve(more);
        bytes[..more].CopyTo(block.AsSpan(used));
        used += more;
        parts[last] = (name, start, length + more);
    }

    /// <summary>Adds an event.</summary>
    public void Event(string name)
    {
        if (events.Count < 64) events.Add(name);
    }

    /// <summary>Forgets everything and gives back its memory.</summary>
    public void Clear()
    {
        if (block is not null) ArrayPool<byte>.Shared.Return(block);
        block = null;
        used = 0;
        parts.Clear();
        events.Clear();
    }

    private void Reserve(int more)
    {
        if (block is not null && block.Length - used >= more) return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(512, Math.Max(used * 2, used + more)));
        block.AsSpan(0, used).CopyTo(larger);
        if (block is not null) ArrayPool<byte>.Shared.Return(block);
        block = larger;
    }
}
