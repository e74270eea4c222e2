namespace Wardkeeper.Sensor.Protocols.Tls;

/// <summary>Where one side is among its records, what it has shown, and how it finds back after a loss.</summary>
internal struct RecordSide
{
    /// <summary>Messages of the handshake. A field, for it is changed in place.</summary>
    public HandshakeBuffer Messages;

    private long skip;
    private long recordEnd;
    private bool isLosing;

    /// <summary>Offset in the stream of the first byte that was not consumed.</summary>
    public long Position { get; private set; }

    /// <summary>Whether a record was seen.</summary>
    public bool IsStarted { get; set; }

    /// <summary>Whether it said that it changes its cipher.</summary>
    public bool HasChangedCipher { get; set; }

    /// <summary>Whether it sent application data after the hellos; in TLS 1.3 the end of its handshake looks so.</summary>
    public bool HasSentData { get; set; }

    /// <summary>Whether it sent what looks like an encrypted alert in place of the end of its handshake.</summary>
    public bool HasRefused { get; set; }

    /// <summary>Whether bytes of it were lost.</summary>
    public bool HasLost { get; private set; }

    /// <summary>Whether it is not followed any longer.</summary>
    public bool IsSilent { get; private set; }

    /// <summary>
    /// Goes by what need not be looked at: the rest of an encrypted record, all of a side that is not followed. Returns how many of
    /// the segment's bytes that are.
    /// </summary>
    public int Pass(in Segment segment)
    {
        if (isLosing)
        {
            isLosing = false;
            // Where the lost bytes end within a record whose length is known, its end is known too; beyond it a header must show itself.
            HasLost |= segment.Offset > recordEnd;
            skip = Math.Max(0, recordEnd - segment.Offset);
        }
        int passed = IsSilent ? segment.Bytes.Length : (int)Math.Min(skip, segment.Bytes.Length);
        skip -= Math.Min(skip, passed);
        return passed;
    }

    /// <summary>Passes by a record of <paramref name="whole"/> bytes, of which so many are there. Returns how many are taken now.</summary>
    public int Skip(int whole, int there)
    {
        int taken = Math.Min(whole, there);
        skip = whole - taken;
        return taken;
    }

    /// <summary>Remembers where this side is and hands the progress on.</summary>
    public Progress Note(in Segment segment, Progress progress)
    {
        Position = segment.Offset + progress.Consumed;
        recordEnd = Position + Math.Max(skip, progress.Need > TlsRecord.HeaderLength ? progress.Need : 0);
        return progress;
    }

    /// <summary>Bytes were lost.</summary>
    public void Lose()
    {
        // A loss within an encrypted record loses no message.
        HasLost |= skip == 0;
        isLosing = true;
        Messages.Drop();
    }

    /// <summary>It is not followed any longer.</summary>
    public void FallSilent()
    {
        IsSilent = true;
        Messages.Drop();
    }

    /// <summary>As new.</summary>
    public void Reset()
    {
        Messages.Drop();
        this = default;
    }
}
