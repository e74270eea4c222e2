using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Decode;

/// <summary>
/// What is known about a frame on the way through its layers: where its bytes lie and what the layers passed so far said. Lives
/// on the stack; an inner packet of a tunnel goes on with a changed copy.
/// </summary>
internal ref struct Envelope
{
    /// <summary>Where packets go.</summary>
    public PacketBatch Batch;

    /// <summary>What the offsets refer to, and its bytes.</summary>
    public Chunk Chunk;
    public byte[] Data;

    public long Number;
    public CaptureTime At;

    /// <summary>Where the frame begins; for what came out of a tunnel or of fragments, where that begins.</summary>
    public int FrameOffset;

    /// <summary>First offset beyond the captured bytes.</summary>
    public int End;

    /// <summary>First offset beyond the frame on the wire; may lie beyond the chunk.</summary>
    public int WireEnd;

    /// <summary>Bytes on the wire, of the whole frame or of all fragments.</summary>
    public int WireLength;

    public MacAddress SourceMac, DestinationMac;
    public ushort Vlan, InnerVlan;

    /// <summary>VLAN and similar tags passed.</summary>
    public byte Tags;

    /// <summary>Tunnels passed.</summary>
    public byte Depth;

    /// <summary>How often it was put together from fragments: fragments may carry a tunnel whose packets are fragments.</summary>
    public byte Reassemblies;

    public PacketNotes Notes;

    /// <summary>What was wrong with headers so far.</summary>
    public DecoderEvents Events;

    /// <summary>Whether a fragment header was passed in this IPv6 packet.</summary>
    public bool HasFragmentHeader;

    /// <summary>The tunnel passed last, 0 for none.</summary>
    public int Tunnel;

    /// <summary>The IP header: where it begins, what it spans, what it says.</summary>
    public int NetworkOffset, NetworkEnd, IpLength;
    public Address Source, Destination;
    public ushort IpId;
    public byte IpProtocol, Ttl;
    public bool DontFragment;

    /// <summary>Whether the sender left transport checksums to its network card.</summary>
    public bool ChecksumsUnset;

    /// <summary>Whether the capture holds the whole of the frame.</summary>
    public readonly bool IsWhole => End >= WireEnd;

    /// <summary>First offset beyond the captured bytes of the IP packet.</summary>
    public readonly int CapturedNetworkEnd => Math.Min(NetworkEnd, End);

    /// <summary>Captured bytes from an offset on.</summary>
    public readonly int Available(int at) => End - at;
}
