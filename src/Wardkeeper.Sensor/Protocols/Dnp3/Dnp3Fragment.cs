using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dnp3;

/// <summary>Puts the segments of one side's application fragment together, up to a limit beyond which the rest is passed by. IEEE 1815, clause 8.2.</summary>
internal sealed class Dnp3Fragment
{
    private const int Most = 4096, Sequences = 64;
    private byte[] held = [];
    private int length, next;

    /// <summary>Whether more of a fragment is to come.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Link address of its sender.</summary>
    public int From { get; private set; }

    /// <summary>Link address that it is for.</summary>
    public int To { get; private set; }

    /// <summary>Where its first segment lies.</summary>
    public ByteRange Where { get; private set; }

    /// <summary>Time of its last segment.</summary>
    public CaptureTime At { get; private set; }

    /// <summary>What was put together so far.</summary>
    public ReadOnlySpan<byte> Said => held.AsSpan(0, length);

    /// <summary>The first segment.</summary>
    public void Begin(int from, int to, ByteRange where) => (From, To, Where, IsOpen, length) = (from, to, where, true, 0);

    /// <summary>Whether a segment of this number between these two goes on with it.</summary>
    public bool GoesOn(int from, int to, int sequence) => IsOpen && From == from && To == to && sequence == next;

    /// <summary>Adds a segment of this number.</summary>
    public void Add(ReadOnlySpan<byte> segment, int sequence, CaptureTime at)
    {
        next = (sequence + 1) % Sequences;
        At = at;
        ReadOnlySpan<byte> taken = segment[..Math.Min(segment.Length, Most - length)];
        if (held.Length < length + taken.Length) Array.Resize(ref held, Math.Min(Most, Math.Max(2 * held.Length, length + taken.Length)));
        taken.CopyTo(held.AsSpan(length));
        length += taken.Length;
    }

    /// <summary>The fragment is over.</summary>
    public void Close() => (IsOpen, length) = (false, 0);
}
