using System.Buffers.Binary;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Decode;

/// <summary>
/// Reassembly of IP fragments (RFC 791, RFC 8200, section 4.5). A datagram becomes one packet when its last missing fragment
/// arrives: its length is that of the unfragmented packet, its time and number are those of that fragment.
/// </summary>
internal sealed partial class Decoder
{
    private const int MostReassemblies = 4, LargestPacket = 65_535, ProtocolOffset = 9;
    private readonly FragmentTable fragments = new(counters, limits);

    /// <summary>Counts the datagrams that never became complete. Call at the end of the capture.</summary>
    public void Finish() => fragments.End();

    private void Fragment(ref Envelope envelope, in FragmentPart part)
    {
        counters.Count("ip-fragments", envelope.Number);
        int length = envelope.NetworkEnd - part.ContentAt, end = part.Offset + length;
        bool isMisaligned = part.More && (length & 7) != 0;
        if (length <= 0 || isMisaligned || part.HeaderEnd - envelope.NetworkOffset + end > LargestPacket || envelope.Reassemblies == MostReassemblies)
        {
            counters.Count("ip-fragments-malformed", envelope.Number);
            if (isMisaligned && part.IsV6) envelope.Events |= DecoderEvents.Ipv6FragmentLength;
            if (length > 0 && end > LargestPacket) BeyondPacket(ref envelope, in part, length);
            else if (envelope.Events != DecoderEvents.None) Unreadable(ref envelope, DecoderEvents.None);
            return;
        }
        if (envelope.Available(part.ContentAt) < length)
        {
            CutFragment(ref envelope, in part);
            return;
        }
        DatagramKey key = new(envelope.Source, envelope.Destination, part.Id, part.IsV6 ? (ushort)0x100 : part.Protocol,
            ((uint)envelope.Vlan << 16) | envelope.InnerVlan, envelope.Tunnel);
        Datagram? datagram = fragments.Find(in key, envelope.At, envelope.Number);
        if (datagram is null) return;
        if (part.Offset == 0)
        {
            ReadOnlySpan<byte> headers = envelope.Data.AsSpan(envelope.NetworkOffset, part.HeaderEnd - envelope.NetworkOffset);
            datagram.TakeHeader(headers, part.IsV6 ? part.NextAt - envelope.NetworkOffset : ProtocolOffset, part.Protocol);
        }
        bool overlapped = datagram.Overlapped || datagram.Shared;
        bool isComplete = fragments.Take(datagram, envelope.Data.AsSpan(part.ContentAt, length), part.Offset, part.More, envelope.WireLength, envelope.Number);
        if ((datagram.Overlapped || datagram.Shared) && !overlapped) envelope.Events |= part.IsV6 ? DecoderEvents.Ipv6FragmentOverlap : DecoderEvents.Ipv4FragmentOverlap;
        if (!isComplete)
        {
            if (envelope.Events != DecoderEvents.None) Unreadable(ref envelope, DecoderEvents.None);
            return;
        }
        Reassembled(ref envelope, in part, datagram);
    }

    /// <summary>A fragment that no packet can hold, as the ping of death has one.</summary>
    private static void BeyondPacket(ref Envelope envelope, in FragmentPart part, int length)
    {
        int at = part.ContentAt;
        envelope.IpProtocol = part.Protocol;
        envelope.Events |= part.IsV6 ? DecoderEvents.Ipv6FragmentTooLarge : DecoderEvents.Ipv4FragmentTooLarge;
        ref Packet packet = ref Append(ref envelope, PacketKind.Malformed);
        packet.TransportOffset = Math.Min(at, envelope.CapturedNetworkEnd);
        SetPayload(ref packet, at, length, envelope.CapturedNetworkEnd);
        packet.Hash = TupleHash.Of(packet.Source, 0, packet.Destination, 0, packet.IpProtocol);
        envelope.Batch.Deal();
    }

    /// <summary>A fragment that the snap length cut cannot be put together with others, but the first one still shows the tuple.</summary>
    private void CutFragment(ref Envelope envelope, in FragmentPart part)
    {
        counters.Count("ip-fragments-cut", envelope.Number);
        if (part.Offset == 0 && part.Protocol is TcpProtocol or UdpProtocol) Transport(ref envelope, part.Protocol, part.ContentAt);
    }

    private void Reassembled(ref Envelope envelope, in FragmentPart part, Datagram datagram)
    {
        int length = datagram.Length;
        if (length > LargestPacket + (part.IsV6 ? Ipv6Header : 0))
        {
            counters.Count("ip-fragments-malformed", envelope.Number);
            fragments.Finish(datagram, envelope.At);
            return;
        }
        Chunk chunk = Chunk.Rent(length);
        Span<byte> packet = chunk.Data.AsSpan(0, length);
        datagram.WriteTo(packet);
        Envelope whole = envelope;
        whole.Chunk = chunk;
        whole.Data = chunk.Data;
        whole.FrameOffset = 0;
        whole.End = whole.WireEnd = length;
        whole.WireLength = datagram.WireLength;
        whole.Reassemblies++;
        whole.Notes |= PacketNotes.Reassembled | (datagram.Overlapped ? PacketNotes.FragmentOverlap : 0);
        fragments.Finish(datagram, envelope.At);
        if (part.IsV6)
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)(length - Ipv6Header));
            Ipv6(ref whole, 0);
        }
        else
        {
            SealIpv4(packet, length);
            Ipv4(ref whole, 0);
        }
        chunk.Release();
    }

    /// <summary>Makes the header that of an unfragmented packet.</summary>
    private static void SealIpv4(Span<byte> packet, int length)
    {
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)length);
        packet[6] &= 0x40;
        packet[7] = packet[10] = packet[11] = 0;
        ushort sum = (ushort)~Checksums.Fold(Checksums.Sum(packet[..((packet[0] & 15) * 4)]));
        packet[10] = (byte)sum;
        packet[11] = (byte)(sum >> 8);
    }
}
