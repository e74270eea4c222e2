using System.Buffers;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Flows;

/// <summary>A TCP segment that came before its turn. Its bytes are kept only when somebody will read them.</summary>
internal sealed class PendingSegment
{
    private byte[]? bytes;

    public PendingSegment? Next { get; set; }

    public uint Seq { get; private set; }

    public int Length { get; private set; }

    public CaptureTime At { get; private set; }

    /// <summary>Bytes of this segment that the capture does not hold, at its end.</summary>
    public int Missing { get; private set; }

    public ReadOnlySpan<byte> Bytes => bytes is null ? default : bytes.AsSpan(0, Length - Missing);

    /// <summary>Whether the bytes were kept.</summary>
    public bool HasBytes => bytes is not null;

    public void Fill(uint seq, int length, ReadOnlySpan<byte> captured, bool keep, CaptureTime at)
    {
        (Seq, Length, At, Missing, Next) = (seq, length, at, length - captured.Length, null);
        if (!keep) return;
        bytes = ArrayPool<byte>.Shared.Rent(Math.Max(1, captured.Length));
        captured.CopyTo(bytes);
    }

    public void Drop()
    {
        if (bytes is not null) ArrayPool<byte>.Shared.Return(bytes);
        bytes = null;
        Next = null;
    }
}
