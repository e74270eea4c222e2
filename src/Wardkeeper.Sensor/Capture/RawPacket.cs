using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Capture;

/// <summary>One frame as its source gave it. The bytes lie in <see cref="Chunk"/>, which the source keeps alive until the next read.</summary>
internal struct RawPacket
{
    /// <summary>1-based position in the order of analysis, over all sources.</summary>
    public long Number;

    /// <summary>When it was captured.</summary>
    public CaptureTime At;

    /// <summary>The memory that the frame lies in. Whoever keeps the frame beyond the next read adds a reference.</summary>
    public Chunk Chunk;

    /// <summary>Where the frame begins in the chunk.</summary>
    public int Offset;

    /// <summary>Bytes that were captured.</summary>
    public int CapturedLength;

    /// <summary>Bytes that were on the wire; larger than <see cref="CapturedLength"/> when the capture was cut by a snap length.</summary>
    public int WireLength;

    /// <summary>Link type of the interface it came from, by number; see <see cref="LinkType"/> for those that are understood.</summary>
    public int Link;

    /// <summary>Index of the capture it came from, in the order of the command line.</summary>
    public int Source;

    /// <summary>1-based position within its own capture.</summary>
    public long NumberInSource;

    /// <summary>Whether its transport checksum was not filled in yet when it was captured, so that it says nothing: the sender left that to its network card.</summary>
    public bool ChecksumsUnset;

    /// <summary>The frame's bytes.</summary>
    public readonly ReadOnlySpan<byte> Bytes => Chunk.Data.AsSpan(Offset, CapturedLength);
}
