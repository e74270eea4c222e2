using System.Runtime.CompilerServices;
using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Flows;

/// <summary>
/// The flows of one shard in flat arrays: an index with open addressing over slots that never move, and one list per time-out
/// class in order of time, so that expiry looks only at what is due. Time is capture time.
/// </summary>
internal sealed class FlowTable
{
    private const int SlotBits = 6, SlotsPerPage = 1 << SlotBits, Classes = 6;
    private readonly SensorLimits limits;
    private readonly long[] timeouts = new long[Classes];
    private readonly int[] oldest = new int[Classes], newest = new int[Classes];
    private readonly List<int> free = [];
    private Flow[][] pages = [];
    private int[] index = new int[64];
    private uint[] hashes = new uint[64];
    private int slots;
    private long nextDue = long.MaxValue;

    public FlowTable(SensorLimits limits)
    {
        this.limits = limits;
        for (int i = 0; i < Classes; i++) timeouts[i] = limits.Nanoseconds((TimeoutClass)i);
        Array.Fill(oldest, -1);
        Array.Fill(newest, -1);
    }

    /// <summary>Flows that are alive.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of the arrays, for measuring.</summary>
    public long ArrayBytes => (long)pages.Length * SlotsPerPage * Unsafe.SizeOf<Flow>() + (index.Length * 8L);

    /// <summary>A flow by its slot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref Flow At(int slot) => ref pages[slot >> SlotBits][slot & (SlotsPerPage - 1)];

    /// <summary>The slot of the packet's flow, or -1; says whether the packet goes from originator to responder.</summary>
    public int Find(in Packet packet, PacketKind kind, out bool fromOriginator)
    {
        int mask = index.Length - 1;
        for (int at = (int)(packet.Hash >> SlotBits) & mask; index[at] != 0; at = (at + 1) & mask)
        {
            if (hashes[at] != packet.Hash) continue;
            int slot = index[at] - 1;
            ref Flow flow = ref At(slot);
            if (flow.Kind != kind) continue;
            if (kind == PacketKind.Link)
            {
                if (flow.EtherType != packet.EtherType) continue;
                // Of radios six of eight bytes are in the hardware address; their addresses have all.
                fromOriginator = flow.OriginatorMac == packet.SourceMac && flow.Originator == packet.Source;
                if (fromOriginator ? flow.ResponderMac == packet.DestinationMac && flow.Responder == packet.Destination
                    : flow.OriginatorMac == packet.DestinationMac && flow.ResponderMac == packet.SourceMac && flow.Originator == packet.Destination && flow.Responder == packet.Source) return slot;
                continue;
            }
            if (flow.IpProtocol != packet.IpProtocol) continue;
            if (SameTuple(in flow, in packet, kind, out fromOriginator)) return slot;
        }
        fromOriginator = true;
        return -1;
    }

    /// <summary>Makes room for a flow; the caller fills it in. The caller has made sure that <see cref="IsFull"/> is false.</summary>
    public int Add(uint hash)
    {
        if ((Count + 1) * 2 > index.Length) Grow();
        int slot;
        if (free.Count > 0)
        {
            slot = free[^1];
            free.RemoveAt(free.Count - 1);
        }
        else
        {
            slot = slots++;
            if (slot >> SlotBits >= pages.Length)
            {
                Array.Resize(ref pages, pages.Length + 1);
                pages[^1] = new Flow[SlotsPerPage];
            }
        }
        Insert(hash, slot);
        Count++;
        ref Flow flow = ref At(slot);
        flow = default;
        flow.Hash = hash;
        return slot;
    }

    /// <summary>Whether one has to go before another can come.</summary>
    public bool IsFull => Count >= limits.FlowsPerShard;

    /// <summary>The flow that has been silent the longest of all; -1 if there is none.</summary>
    public int LongestSilent()
    {
        int found = -1;
        for (int i = 0; i < Classes; i++)
        {
            if (oldest[i] >= 0 && (found < 0 || At(oldest[i]).LastAt < At(found).LastAt)) found = oldest[i];
        }
        return found;
    }

    /// <summary>Takes a flow out.</summary>
    public void Remove(int slot)
    {
        ref Flow flow = ref At(slot);
        Unlist(slot, ref flow);
        int mask = index.Length - 1, at = (int)(flow.Hash >> SlotBits) & mask;
        while (index[at] != slot + 1) at = (at + 1) & mask;
        CloseHole(at, mask);
        flow = default;
        free.Add(slot);
        Count--;
    }

    /// <summary>Puts a new flow into a time-out list, counted from <paramref name="now"/>.</summary>
    public void List(int slot, TimeoutClass timeout, CaptureTime now)
    {
        ref Flow flow = ref At(slot);
        flow.Timeout = timeout;
        flow.ListedAt = now;
        int c = (int)timeout, last = newest[c];
        flow.Older = last;
        flow.Newer = -1;
        if (last >= 0) At(last).Newer = slot;
        else oldest[c] = slot;
        newest[c] = slot;
        nextDue = Math.Min(nextDue, now.Nanoseconds + timeouts[c]);
    }

    /// <summary>Counts the time-out anew, in the same or another class.</summary>
    public void Touch(int slot, TimeoutClass timeout, CaptureTime now)
    {
        ref Flow flow = ref At(slot);
        if (flow.Timeout == timeout && newest[(int)timeout] == slot)
        {
            flow.ListedAt = now;
            return;
        }
        Unlist(slot, ref flow);
        List(slot, timeout, now);
    }

    /// <summary>The next flow whose time-out has passed at <paramref name="now"/>, or -1. The caller removes it before asking again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int NextDue(CaptureTime now) => now.Nanoseconds <= nextDue ? -1 : FindDue(now);

    /// <summary>Any flow, in the order of the lists; -1 when there is none. For the end of the capture.</summary>
    public int Any()
    {
        int found = -1;
        for (int i = 0; i < Classes; i++)
        {
            if (oldest[i] >= 0 && (found < 0 || At(oldest[i]).FirstPacket < At(found).FirstPacket)) found = oldest[i];
        }
        return found;
    }

    private int FindDue(CaptureTime now)
    {
        nextDue = long.MaxValue;
        for (int i = 0; i < Classes; i++)
        {
            if (oldest[i] < 0) continue;
            long due = At(oldest[i]).ListedAt.Nanoseconds + timeouts[i];
            if (due < now.Nanoseconds)
            {
                nextDue = 0;
                return oldest[i];
            }
            nextDue = Math.Min(nextDue, due);
        }
        return -1;
    }

    private static bool SameTuple(in Flow flow, in Packet packet, PacketKind kind, out bool fromOriginator)
    {
        bool ports = kind is PacketKind.Tcp or PacketKind.Udp or PacketKind.OtherIp;
        if (flow.Originator == packet.Source && flow.Responder == packet.Destination
            && (!ports || (flow.OriginatorPort == packet.SourcePort && flow.ResponderPort == packet.DestinationPort)))
        {
            fromOriginator = true;
            // Hosts that have no address yet speak from the same one: their MACs tell them apart.
            if (flow.Originator.IsUnspecified && flow.OriginatorMac != packet.SourceMac) return false;
            return kind is not (PacketKind.Icmp or PacketKind.Icmp6) || IcmpPairs.Same(in flow, in packet, true);
        }
        fromOriginator = false;
        return flow.Originator == packet.Destination && flow.Responder == packet.Source
            && (!ports || (flow.OriginatorPort == packet.DestinationPort && flow.ResponderPort == packet.SourcePort))
            && (kind is not (PacketKind.Icmp or PacketKind.Icmp6) || IcmpPairs.Same(in flow, in packet, false));
    }

    private void Unlist(int slot, ref Flow flow)
    {
        int c = (int)flow.Timeout;
        if (flow.Older >= 0) At(flow.Older).Newer = flow.Newer;
        else oldest[c] = flow.Newer;
        if (flow.Newer >= 0) At(flow.Newer).Older = flow.Older;
        else newest[c] = flow.Older;
    }

    private void Insert(uint hash, int slot)
    {
        int mask = index.Length - 1, at = (int)(hash >> SlotBits) & mask;
        while (index[at] != 0) at = (at + 1) & mask;
        index[at] = slot + 1;
        hashes[at] = hash;
    }

    private void CloseHole(int hole, int mask)
    {
        for (int at = (hole + 1) & mask; index[at] != 0; at = (at + 1) & mask)
        {
            int home = (int)(hashes[at] >> SlotBits) & mask;
            if (((at - home) & mask) < ((at - hole) & mask)) continue;
            index[hole] = index[at];
            hashes[hole] = hashes[at];
            hole = at;
        }
        index[hole] = 0;
    }

    private void Grow()
    {
        int[] oldIndex = index;
        uint[] oldHashes = hashes;
        index = new int[oldIndex.Length * 2];
        hashes = new uint[oldIndex.Length * 2];
        for (int i = 0; i < oldIndex.Length; i++)
        {
            if (oldIndex[i] != 0) Insert(oldHashes[i], oldIndex[i] - 1);
        }
    }
}
