namespace Wardkeeper.Sensor.Protocols;

/// <summary>
/// Where one side of a stream is among messages whose ends are known. After lost bytes it goes on when they lay before the end that
/// is known; otherwise the side falls silent, since nothing tells where the next message begins.
/// </summary>
internal struct StreamPlace
{
    private bool isLosing;

    /// <summary>Offset in the stream up to which bytes are passed by.</summary>
    public long End { get; set; }

    /// <summary>Whether the side is not followed any longer.</summary>
    public bool IsSilent { get; private set; }

    /// <summary>Bytes of the segment that are passed by: the rest of a message, or everything once the side is silent.</summary>
    public int Pass(in Segment segment)
    {
        if (isLosing)
        {
            isLosing = false;
            IsSilent |= segment.Offset > End;
        }
        return IsSilent ? segment.Bytes.Length : (int)Math.Clamp(End - segment.Offset, 0, segment.Bytes.Length);
    }

    /// <summary>Bytes were lost.</summary>
    public void Lose() => isLosing = true;

    /// <summary>It is not followed any longer.</summary>
    public void FallSilent() => IsSilent = true;
}
