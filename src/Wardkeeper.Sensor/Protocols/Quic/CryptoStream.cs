namespace Wardkeeper.Sensor.Protocols.Quic;

/// <summary>
/// Puts one side's CRYPTO frames together (RFC 9000, 19.6). Clients cut their hello into many pieces and send them in any order, so
/// that middle boxes do not come to rely on it. At most 16 KiB and 128 pieces; the buffer is kept for the next flow.
/// </summary>
internal sealed class CryptoStream
{
    private const int Longest = 16 * 1024, MostPieces = 128;

    private readonly (int Start, int End)[] pieces = new (int, int)[MostPieces];
    private byte[] bytes = [];
    private int count;

    /// <summary>What is there from the beginning without a hole.</summary>
    public ReadOnlySpan<byte> Beginning => count > 0 && pieces[0].Start == 0 ? bytes.AsSpan(0, pieces[0].End) : default;

    /// <summary>Adds a piece; false if it lies beyond the limits.</summary>
    public bool Add(ulong offset, ReadOnlySpan<byte> piece)
    {
        if (piece.IsEmpty) return true;
        if (offset > Longest || (int)offset + piece.Length > Longest) return false;
        int start = (int)offset, end = start + piece.Length, first = 0;
        while (first < count && pieces[first].End < start) first++;
        int last = first;
        while (last < count && pieces[last].Start <= end) last++;
        if (first == last)
        {
            if (count == MostPieces) return false;
            Array.Copy(pieces, first, pieces, first + 1, count++ - first);
        }
        else
        {
            (start, end) = (Math.Min(start, pieces[first].Start), Math.Max(end, pieces[last - 1].End));
            Array.Copy(pieces, last, pieces, first + 1, count - last);
            count -= last - first - 1;
        }
        pieces[first] = (start, end);
        if (bytes.Length < end) Array.Resize(ref bytes, Math.Max(2048, end));
        piece.CopyTo(bytes.AsSpan((int)offset));
        return true;
    }

    /// <summary>Forgets all pieces.</summary>
    public void Clear() => count = 0;
}
