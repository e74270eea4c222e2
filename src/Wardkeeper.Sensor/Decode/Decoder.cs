using System.Runtime.CompilerServices;
using Wardkeeper.Sensor.Capture;

namespace Wardkeeper.Sensor.Decode;

/// <summary>
/// Turns frames into packets. Every frame of the capture passes through, in order and on one thread, because fragments and tunnels
/// have to be resolved before packets can be dealt to shards. One frame gives no packet (a fragment, something without meaning
/// here), one, or several (what a UDP tunnel carries besides the tunnel's own datagram; the flow an ICMP error speaks of besides
/// the error itself). Kept are incomplete datagrams and the list of tunnels. Nothing is copied but fragments. Not decoded are
/// encrypted 802.11 frames, ESP, and anything above the transport header. Whatever is odd is counted with its packet's number
/// and noted in the packet; only what has no readable header is left out.
/// </summary>
internal sealed partial class Decoder(SensorCounters counters, DecoderLimits limits)
{
    /// <summary>Largest Ethernet frame without tags; whatever is larger was put together by a network card, or is a jumbo frame.</summary>
    private const int LargestPlainFrame = 1518;

    public Decoder(SensorCounters counters)
        : this(counters, new DecoderLimits())
    {
    }

    /// <summary>Decodes one frame into the packets it holds, and deals them.</summary>
    public void Decode(in RawPacket raw, PacketBatch batch)
    {
        Envelope envelope = default;
        envelope.Batch = batch;
        envelope.Chunk = raw.Chunk;
        envelope.Data = raw.Chunk.Data;
        envelope.Number = raw.Number;
        envelope.At = raw.At;
        envelope.FrameOffset = raw.Offset;
        envelope.End = raw.Offset + raw.CapturedLength;
        envelope.ChecksumsUnset = raw.ChecksumsUnset;
        envelope.WireLength = Math.Max(raw.WireLength, raw.CapturedLength);
        envelope.WireEnd = (int)Math.Min((long)raw.Offset + envelope.WireLength, int.MaxValue);
        if (raw.Link == (int)LinkType.Ethernet) Ethernet(ref envelope, raw.Offset);
        else OtherLink(ref envelope, raw.Link, raw.Offset);
    }

    /// <summary>A packet with everything that the layers up to IP know; the caller adds the transport and deals it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref Packet Append(ref Envelope envelope, PacketKind kind)
    {
        ref Packet packet = ref envelope.Batch.Append(envelope.Chunk);
        packet.Number = envelope.Number;
        packet.At = envelope.At;
        packet.FrameOffset = envelope.FrameOffset;
        packet.CapturedEnd = envelope.End;
        packet.WireLength = envelope.WireLength;
        packet.SourceMac = envelope.SourceMac;
        packet.DestinationMac = envelope.DestinationMac;
        packet.Vlan = envelope.Vlan;
        packet.InnerVlan = envelope.InnerVlan;
        packet.Kind = kind;
        packet.Notes = envelope.Notes;
        packet.Events = envelope.Events;
        if (envelope.WireLength > LargestPlainFrame + (4 * envelope.Tags) && (envelope.Notes & PacketNotes.Reassembled) == 0) packet.Notes |= PacketNotes.Oversized;
        packet.Tunnel = envelope.Tunnel;
        packet.NetworkOffset = envelope.NetworkOffset;
        packet.IpProtocol = envelope.IpProtocol;
        packet.Ttl = envelope.Ttl;
        packet.IpId = envelope.IpId;
        packet.DontFragment = envelope.DontFragment;
        packet.IpLength = envelope.IpLength;
        packet.Source = envelope.Source;
        packet.Destination = envelope.Destination;
        return ref packet;
    }

    /// <summary>Sets where the payload lies and what of it was captured.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SetPayload(ref Packet packet, int offset, int length, int capturedEnd)
    {
        int captured = Math.Min(capturedEnd - offset, length);
        if (captured < 0)
        {
            // The capture ends within the header's options.
            offset = capturedEnd;
            captured = 0;
        }
        packet.PayloadOffset = offset;
        packet.PayloadLength = length;
        packet.PayloadCaptured = captured;
        if (captured < length) packet.Notes |= PacketNotes.Truncated;
    }

    /// <summary>Counts a header that is not all there: cut by the snap length, or sent that way.</summary>
    private void CountShort(ref Envelope envelope, string name, DecoderEvents about = DecoderEvents.None)
    {
        counters.Count(envelope.IsWhole ? name : "header-cut-by-snap-length", envelope.Number);
        if (envelope.IsWhole && about != DecoderEvents.None) Unreadable(ref envelope, about);
    }

    /// <summary>A packet whose headers cannot be read belongs to no flow; rules may ask for it all the same.</summary>
    private static void Unreadable(ref Envelope envelope, DecoderEvents about)
    {
        envelope.Events |= about;
        ref Packet packet = ref Append(ref envelope, PacketKind.Malformed);
        packet.TransportOffset = packet.PayloadOffset = envelope.End;
        packet.Hash = TupleHash.Of(packet.Source, 0, packet.Destination, 0, packet.IpProtocol);
        envelope.Batch.Deal();
    }
}
