using System.Buffers;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Flows;

/// <summary>What a flow has said while it is not known which protocol it speaks: its first bytes, piece by piece, bounded by the recognisers' look-ahead.</summary>
internal sealed class Undecided
{
    private readonly List<Piece> pieces = [];
    private Buffered originator, responder;

    /// <summary>Protocols that have not said No, by registry index.</summary>
    public ProtocolSet Candidates { get; set; }

    /// <summary>First bytes of the originator.</summary>
    public ReadOnlySpan<byte> Originator => originator.Bytes;

    /// <summary>First bytes of the responder.</summary>
    public ReadOnlySpan<byte> Responder => responder.Bytes;

    /// <summary>The pieces in the order they came.</summary>
    public IReadOnlyList<Piece> Pieces => pieces;

    public void Add(bool fromOriginator, ReadOnlySpan<byte> bytes, CaptureTime at, long offset, long packet)
    {
        ref Buffered buffered = ref fromOriginator ? ref originator : ref responder;
        pieces.Add(new Piece(fromOriginator, buffered.Count, bytes.Length, at, offset, packet));
        buffered.Add(bytes);
    }

    /// <summary>The bytes of a piece.</summary>
    public ReadOnlySpan<byte> BytesOf(Piece piece) => (piece.FromOriginator ? originator : responder).Bytes.Slice(piece.Start, piece.Length);

    public void Clear()
    {
        pieces.Clear();
        originator.Drop();
        responder.Drop();
        Candidates = default;
    }

    public readonly record struct Piece(bool FromOriginator, int Start, int Length, CaptureTime At, long Offset, long Packet);

    private struct Buffered
    {
        private byte[]? buffer;

        public int Count { get; private set; }

        public readonly ReadOnlySpan<byte> Bytes => buffer is null ? default : buffer.AsSpan(0, Count);

        public void Add(ReadOnlySpan<byte> bytes)
        {
            if (buffer is null || buffer.Length - Count < bytes.Length)
            {
                byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(512, Count + bytes.Length));
                Bytes.CopyTo(larger);
                if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
            bytes.CopyTo(buffer.AsSpan(Count));
            Count += bytes.Length;
        }

        public void Drop()
        {
            if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
            buffer = null;
            Count = 0;
        }
    }
}
