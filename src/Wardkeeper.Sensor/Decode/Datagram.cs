using System.Buffers;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Decode;

/// <summary>Which datagram a fragment belongs to (RFC 791, RFC 8200), kept apart by VLAN and tunnel because copies of a mirror differ in those.</summary>
/// <param name="Source">Who sent it.</param>
/// <param name="Destination">Whom it is for.</param>
/// <param name="Id">The identification of both headers.</param>
/// <param name="Protocol">For IPv4 the protocol, for IPv6 0x100.</param>
/// <param name="Vlans">Outer VLAN times 65,536 plus the inner one.</param>
/// <param name="Tunnel">The tunnel it came out of.</param>
internal readonly record struct DatagramKey(Address Source, Address Destination, uint Id, ushort Protocol, uint Vlans, int Tunnel)
{
    // Seeded per process, so that nobody can prepare collisions; nothing depends on its order.
    public override int GetHashCode() => HashCode.Combine(Source.High, Source.Low, Destination.High, Destination.Low, Id, Protocol, Vlans, Tunnel);
}

/// <summary>
/// One datagram on the way to being complete. Memory follows what has arrived, not what offsets promise. Whatever arrived first
/// stays, as a host that never looks back would have it; a later fragment only fills holes.
/// </summary>
internal sealed class Datagram
{
    private const int SmallestBuffer = 2048;
    private readonly List<Piece> pieces = [];
    private byte[] header = [];
    private byte[] bytes = [];
    private int headerLength, used, last, total;

    public DatagramKey Key { get; set; }

    /// <summary>When the first fragment came; once complete, when that was.</summary>
    public CaptureTime Since { get; set; }

    /// <summary>Number of the frame that brought the first fragment.</summary>
    public long FirstPacket { get; set; }

    /// <summary>Neighbours in the list of waiting or of complete datagrams.</summary>
    public Datagram? Older { get; set; }

    public Datagram? Newer { get; set; }

    /// <summary>Whether it was given out and only stays to recognise late copies.</summary>
    public bool IsDone { get; set; }

    /// <summary>Whether fragments contradicted each other.</summary>
    public bool Overlapped { get; private set; }

    /// <summary>Whether fragments covered the same bytes, alike or not.</summary>
    public bool Shared { get; private set; }

    /// <summary>Bytes of all its fragments on the wire.</summary>
    public int WireLength { get; private set; }

    /// <summary>Memory held.</summary>
    public int Held => bytes.Length;

    /// <summary>Bytes of the unfragmented header and all content.</summary>
    public int Length => headerLength + total;

    /// <summary>Pieces that do not touch.</summary>
    public int Pieces => pieces.Count;

    /// <summary>Whether nothing is missing.</summary>
    public bool IsComplete => total > 0 && headerLength > 0 && used == total;

    /// <summary>Makes it as new.</summary>
    public void Clear()
    {
        Release();
        headerLength = last = total = WireLength = 0;
        Overlapped = Shared = IsDone = false;
    }

    /// <summary>Lets its memory go.</summary>
    public void Release()
    {
        if (bytes.Length > 0) ArrayPool<byte>.Shared.Return(bytes);
        bytes = [];
        pieces.Clear();
        used = 0;
    }

    /// <summary>Keeps the headers of the fragment that begins the datagram, if it is the first that does; sets the protocol in them.</summary>
    public void TakeHeader(ReadOnlySpan<byte> headers, int protocolAt, byte protocol)
    {
        if (headerLength > 0) return;
        if (header.Length < headers.Length) header = new byte[Math.Max(64, headers.Length)];
        headers.CopyTo(header);
        headerLength = headers.Length;
        header[protocolAt] = protocol;
    }

    /// <summary>Takes a fragment's content.</summary>
    public void Take(ReadOnlySpan<byte> content, int offset, bool more, int wireLength)
    {
        int end = offset + content.Length;
        WireLength = (int)Math.Min((long)WireLength + wireLength, int.MaxValue);
        // An end that moves, or content beyond the end, is a contradiction; the first word counts.
        if (total > 0 ? end > total || (!more && end != total) : !more && end < last)
        {
            Overlapped = true;
            return;
        }
        if (!more) total = end;
        last = Math.Max(last, end);
        Insert(content, offset);
    }

    /// <summary>Writes headers and content in order.</summary>
    public void WriteTo(Span<byte> destination)
    {
        header.AsSpan(0, headerLength).CopyTo(destination);
        foreach (Piece piece in pieces) bytes.AsSpan(piece.Position, piece.End - piece.Start).CopyTo(destination[(headerLength + piece.Start)..]);
    }

    private void Insert(ReadOnlySpan<byte> content, int offset)
    {
        int end = offset + content.Length, index = pieces.Count;
        while (index > 0 && pieces[index - 1].End > offset) index--;
        for (int at = offset; at < end;)
        {
            if (index < pieces.Count && pieces[index].Start <= at)
            {
                Piece there = pieces[index++];
                int shared = Math.Min(end, there.End) - at;
                Shared = true;
                if (!content.Slice(at - offset, shared).SequenceEqual(bytes.AsSpan(there.Position + at - there.Start, shared))) Overlapped = true;
                at += shared;
                continue;
            }
            int until = index < pieces.Count ? Math.Min(end, pieces[index].Start) : end;
            Fill(ref index, at, until, content[(at - offset)..(until - offset)]);
            at = until;
        }
    }

    private void Fill(ref int index, int start, int end, ReadOnlySpan<byte> content)
    {
        Reserve(content.Length);
        content.CopyTo(bytes.AsSpan(used));
        if (index > 0 && pieces[index - 1] is { } before && before.End == start && before.Position + before.End - before.Start == used)
            pieces[index - 1] = before with { End = end };
        else
            pieces.Insert(index++, new Piece(start, end, used));
        used += content.Length;
    }

    private void Reserve(int more)
    {
        if (used + more <= bytes.Length) return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(SmallestBuffer, Math.Max(used + more, bytes.Length * 2)));
        bytes.AsSpan(0, used).CopyTo(larger);
        if (bytes.Length > 0) ArrayPool<byte>.Shared.Return(bytes);
        bytes = larger;
    }

    /// <summary>Content from <see cref="Start"/> to <see cref="End"/>, which lies at <see cref="Position"/> of the memory.</summary>
    private readonly record struct Piece(int Start, int End, int Position);
}
