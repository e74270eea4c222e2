using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Ssh;

/// <summary>What one side has said of itself, and where it is among its packets.</summary>
internal struct SshSide
{
    private long skip;
    private long packetEnd;
    private bool isLosing, isSilent;

    /// <summary>Its identification; null until it came.</summary>
    public SshIdentification? Identification { get; set; }

    /// <summary>Where its identification stands, without the line's end.</summary>
    public ByteRange? IdentifiedAt { get; set; }

    /// <summary>What it offered in its first KEXINIT.</summary>
    public SshKexInit? Offered { get; set; }

    /// <summary>Lines before the identification.</summary>
    public int Lines { get; set; }

    /// <summary>Whether it uses its new keys: everything it sends from now on is encrypted.</summary>
    public bool IsEncrypted { get; set; }

    /// <summary>Offset of its first encrypted byte.</summary>
    public long EncryptedFrom { get; set; }

    /// <summary>Whether nothing more can be learned from it.</summary>
    public readonly bool IsOver => IsEncrypted || isSilent;

    /// <summary>Goes by the rest of a packet that is not read, or everything once it is over. Returns how many bytes that are.</summary>
    public int Pass(in Segment segment)
    {
        if (isLosing)
        {
            isLosing = false;
            // Within a packet whose length is known the next one is found again; beyond it nothing tells where one begins.
            skip = Math.Max(0, packetEnd - segment.Offset);
            isSilent |= segment.Offset > packetEnd;
        }
        if (IsOver) return segment.Bytes.Length;
        int passed = (int)Math.Min(skip, segment.Bytes.Length);
        skip -= passed;
        return passed;
    }

    /// <summary>Passes by a packet of <paramref name="whole"/> bytes, of which so many are there. Returns how many are taken now.</summary>
    public int Skip(int whole, int there)
    {
        int taken = Math.Min(whole, there);
        skip = whole - taken;
        return taken;
    }

    /// <summary>Remembers where this side is and hands the progress on.</summary>
    public Progress Note(in Segment segment, Progress progress)
    {
        packetEnd = segment.Offset + progress.Consumed + Math.Max(skip, Identification is not null && progress.Need > SshAnalyser.PacketHeader ? progress.Need : 0);
        return progress;
    }

    /// <summary>Bytes were lost.</summary>
    public void Lose() => isLosing = true;

    /// <summary>It is not followed any longer.</summary>
    public void FallSilent() => isSilent = true;
}
