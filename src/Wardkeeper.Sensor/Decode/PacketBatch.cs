using System.Runtime.CompilerServices;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Decode;

/// <summary>
/// A run of consecutive packets, decoded and dealt to shards. Where a batch ends depends on the packets alone, never on timing,
/// because shards exchange what they learned between batches.
/// </summary>
internal sealed class PacketBatch
{
    /// <summary>Shards that packets are dealt to, whatever the number of workers.</summary>
    public const int Shards = 64;

    private readonly List<Chunk> held = [];
    private readonly int[] first = new int[Shards];
    private readonly int[] last = new int[Shards];
    private Packet[] packets = new Packet[64];
    private int[] next = new int[64];
    private Chunk? lastHeld;

    public PacketBatch() => Array.Fill(first, -1);

    /// <summary>Packets in the batch.</summary>
    public int Count { get; private set; }

    /// <summary>Time and number of the last frame, which idle shards take as their clock.</summary>
    public CaptureTime End { get; set; }

    /// <summary>Whether every flow ends with this batch, because what follows has nothing to do with it.</summary>
    public bool EndsFlows { get; set; }

    /// <summary>Number of the last frame read into this batch.</summary>
    public long LastNumber { get; set; }

    /// <summary>
    /// Room for one more packet; fill it in and call <see cref="Deal"/>. It starts as default. The batch holds
    /// <paramref name="chunk"/> until it is cleared.
    /// </summary>
    public ref Packet Append(Chunk chunk)
    {
        if (Count == packets.Length)
        {
            Array.Resize(ref packets, Count * 2);
            Array.Resize(ref next, Count * 2);
        }
        if (!ReferenceEquals(chunk, lastHeld)) Hold(chunk);
        ref Packet packet = ref packets[Count++];
        packet = default;
        packet.Chunk = chunk;
        return ref packet;
    }

    /// <summary>Deals the packet that was appended last to the shard of its <see cref="Packet.Hash"/>.</summary>
    public void Deal()
    {
        int index = Count - 1;
        ref Packet packet = ref packets[index];
        packet.Digest = PacketDigest.Of(in packet);
        int shard = (int)(packet.Hash & (Shards - 1));
        next[index] = -1;
        if (first[shard] < 0) first[shard] = index;
        else next[last[shard]] = index;
        last[shard] = index;
    }

    /// <summary>Takes back the packet that was appended last and not dealt.</summary>
    public void Discard() => Count--;

    /// <summary>The first packet of a shard, or -1; go on with <see cref="Next"/>.</summary>
    public int First(int shard) => first[shard];

    /// <summary>The shard's packet after this one, or -1.</summary>
    public int Next(int index) => next[index];

    /// <summary>A packet by its index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref Packet At(int index) => ref packets[index];

    /// <summary>Lets all memory go.</summary>
    public void Clear()
    {
        foreach (Chunk chunk in held) chunk.Release();
        held.Clear();
        lastHeld = null;
        Array.Fill(first, -1);
        Count = 0;
    }

    private void Hold(Chunk chunk)
    {
        chunk.AddReference();
        held.Add(chunk);
        lastHeld = chunk;
    }
}
