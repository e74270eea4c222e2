using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Flows;

/// <summary>
/// Puts the TCP segments of both directions in order. Segments in order go straight on without a copy; early ones wait, within
/// limits; a hole becomes a gap when the receiver has acknowledged beyond it, when too much waits behind it, or at the end.
/// </summary>
internal sealed class TcpReassembly(SensorLimits limits, ContentPath content, SensorCounters counters)
{
    private readonly Stack<PendingSegment> pool = new();
    private readonly RecentSegments recent = new();
    private int pendingBytes;

    /// <summary>Takes one packet's sequence numbers and payload.</summary>
    public void Take(ref Flow flow, bool fromOriginator, in Packet packet)
    {
        ref FlowSide self = ref fromOriginator ? ref flow.Orig : ref flow.Resp;
        ref FlowSide peer = ref fromOriginator ? ref flow.Resp : ref flow.Orig;
        byte flags = packet.TcpFlags;
        uint seq = (flags & TcpStates.Syn) != 0 ? packet.Seq + 1 : packet.Seq;
        if ((self.Notes & SideNotes.HasSeq) == 0 && (flags & TcpStates.Rst) == 0)
        {
            self.FirstSeq = self.NextSeq = self.LastSeq = BeginsWithProbe(in self, in packet) ? seq + 1 : seq;
            self.Notes |= SideNotes.HasSeq;
            if ((flags & TcpStates.Syn) != 0) flow.FromStart = true;
        }

        // A SYN-ACK whose SYN was missed still tells where the other stream begins.
        if ((flags & (TcpStates.Syn | TcpStates.AckFlag)) == (TcpStates.Syn | TcpStates.AckFlag) && (peer.Notes & SideNotes.HasSeq) == 0)
        {
            peer.FirstSeq = peer.NextSeq = peer.LastSeq = packet.Ack;
            peer.Notes |= SideNotes.HasSeq;
        }
        if ((flags & TcpStates.AckFlag) != 0 && (flags & TcpStates.Rst) == 0) Acknowledge(ref flow, ref peer, !fromOriginator, packet.Ack);
        if ((self.Notes & SideNotes.HasSeq) == 0) return;
        SpeaksAfterReset(ref self, in packet, seq);

        int length = packet.PayloadLength;
        uint end = seq + (uint)length;

        // A FIN takes a sequence number of its own: what its sender acknowledges with afterwards lies one beyond the content.
        bool afterFin = length == 0 && (flags & TcpStates.Fin) == 0 && (self.Notes & SideNotes.Fin) != 0;
        if ((flags & TcpStates.Rst) == 0 && !afterFin && (int)(end - self.LastSeq) > 0) self.LastSeq = end;
        else if (length > 0 && !IsKeepAlive(in self, length, seq)) TcpStates.Repeat(ref flow, ref self.Retransmissions, 't', fromOriginator);
        if (length > 0 && (flags & TcpStates.Rst) == 0) Content(ref flow, ref self, fromOriginator, in packet, seq);
    }

    /// <summary>
    /// Who resets a connection has no more to say in it (RFC 9293, 3.5.3). New content in the name of an end that had reset it, from where the reset stood on,
    /// shows that somebody else sent the reset. A segment that the mirror shows late lies before the reset.
    /// </summary>
    private static void SpeaksAfterReset(ref FlowSide self, in Packet packet, uint seq)
    {
        if ((self.Notes & SideNotes.Rst) == 0) return;
        bool isReset = (packet.TcpFlags & TcpStates.Rst) != 0;
        if (isReset && (self.Notes & SideNotes.HasReset) == 0) (self.ResetSeq, self.Notes) = (packet.Seq, self.Notes | SideNotes.HasReset);
        else if (!isReset && (packet.TcpFlags & TcpStates.Syn) == 0 && packet.PayloadLength > 1 && (int)(seq - self.ResetSeq) >= 0 && (int)(seq + (uint)packet.PayloadLength - self.LastSeq) > 0) self.Notes |= SideNotes.SentAfterReset;
    }

    /// <summary>The flow ends: what waits is handed on with its gaps, and what was sent but never seen is counted as missed.</summary>
    public void Finish(ref Flow flow)
    {
        if (flow.Kind != PacketKind.Tcp) return;
        FinishSide(ref flow, ref flow.Orig, true);
        FinishSide(ref flow, ref flow.Resp, false);
    }

    private void FinishSide(ref Flow flow, ref FlowSide side, bool fromOriginator)
    {
        while (side.Pending is not null) SkipTo(ref flow, ref side, fromOriginator, side.Pending.Seq);
        if ((side.Notes & SideNotes.HasSeq) == 0) return;
        int unseen = (int)(side.LastSeq - side.NextSeq);
        if (unseen > 0) Miss(ref flow, ref side, fromOriginator, unseen);
    }

    private void Content(ref Flow flow, ref FlowSide self, bool fromOriginator, in Packet packet, uint seq)
    {
        int early = (int)(seq - self.NextSeq), length = packet.PayloadLength;
        if (early == 0)
        {
            if (flow.Stage != RecognitionStage.Settled || content.Signatures is not null) recent.Remember(in flow, fromOriginator, seq, length, in packet);
            Deliver(ref flow, ref self, fromOriginator, packet.Payload, length, length - packet.PayloadCaptured, packet.At);
            if (self.Pending is not null) Drain(ref flow, ref self, fromOriginator);
        }
        else if (early < 0)
        {
            Old(ref flow, ref self, fromOriginator, in packet, seq, -early);
        }
        else
        {
            // Beyond the hole and not only, by numbers half a circle apart, behind the segment.
            bool acknowledged = (self.Notes & SideNotes.HasPeerAck) != 0 && (int)(self.PeerAck - seq) >= 0 && (int)(self.PeerAck - self.NextSeq) > 0;
            Wait(ref flow, ref self, fromOriginator, in packet, seq);
            if (acknowledged) SkipTo(ref flow, ref self, fromOriginator, self.Pending!.Seq);
            // Until it is enough: one hole may have only a small segment behind it, and the next segment be large.
            while (self.Pending is { } first && (self.PendingBytes > limits.PendingPerSide || self.PendingCount > limits.SegmentsPerSide || pendingBytes > limits.PendingPerShard))
                SkipTo(ref flow, ref self, fromOriginator, first.Seq);
        }
    }

    /// <summary>A segment that begins before what was already handed on: a retransmission, a keep-alive probe, or an evasion.</summary>
    private void Old(ref Flow flow, ref FlowSide self, bool fromOriginator, in Packet packet, uint seq, int before)
    {
        if (!IsKeepAlive(in self, packet.PayloadLength, seq) && recent.Differs(in flow, fromOriginator, seq, in packet)) Inconsistent(ref flow, ref self, fromOriginator, packet.Number);
        int fresh = packet.PayloadLength - before;
        if (fresh <= 0) return;
        ReadOnlySpan<byte> payload = packet.Payload;
        Deliver(ref flow, ref self, fromOriginator, before < payload.Length ? payload[before..] : default, fresh, Math.Min(fresh, packet.PayloadLength - payload.Length), packet.At);
        if (self.Pending is not null) Drain(ref flow, ref self, fromOriginator);
    }

    /// <summary>A probe repeats one byte that was acknowledged long ago (RFC 9293, 3.8.4).</summary>
    private static bool IsKeepAlive(in FlowSide self, int length, uint seq) => length == 1 && seq + 1 == self.NextSeq;

    /// <summary>
    /// Whether a stream that is met in its middle is met at a probe, so that what is sent next begins one byte later: one byte that the
    /// peer had acknowledged, or that is not pushed as a last byte of content is.
    /// </summary>
    private static bool BeginsWithProbe(in FlowSide self, in Packet packet) =>
        packet.PayloadLength <= 1 && (packet.TcpFlags & (TcpStates.Syn | TcpStates.Fin)) == 0
        && ((self.Notes & SideNotes.HasPeerAck) != 0 ? self.PeerAck == packet.Seq + 1 : packet.PayloadLength == 1 && (packet.TcpFlags & TcpStates.Psh) == 0);

    /// <summary>An empty probe shows itself only by its answer: a byte is acknowledged that was not sent since the stream was met.</summary>
    private static bool BeganWithEmptyProbe(in Flow flow, in FlowSide side, uint ack) =>
        !flow.FromStart && side.StreamOffset == 0 && side.Pending is null && side.LastSeq == side.NextSeq && ack == side.NextSeq + 1
        && (side.Notes & (SideNotes.HasSeq | SideNotes.HasPeerAck | SideNotes.Fin)) == SideNotes.HasSeq;

    private void Inconsistent(ref Flow flow, ref FlowSide self, bool fromOriginator, long packet)
    {
        counters.Count("tcp-overlap-differs", packet);
        content.Evasion(ref flow, fromOriginator);
        self.Notes |= SideNotes.Inconsistent;
    }

    private void Acknowledge(ref Flow flow, ref FlowSide acknowledged, bool fromOriginator, uint ack)
    {
        if (BeganWithEmptyProbe(in flow, in acknowledged, ack)) acknowledged.FirstSeq = acknowledged.NextSeq = acknowledged.LastSeq = ack;
        if ((acknowledged.Notes & SideNotes.HasPeerAck) == 0 || (int)(ack - acknowledged.PeerAck) > 0)
        {
            acknowledged.PeerAck = ack;
            acknowledged.Notes |= SideNotes.HasPeerAck;
        }
        while (acknowledged.Pending is { } waiting && (int)(ack - waiting.Seq) > 0 && (int)(ack - acknowledged.NextSeq) > 0) SkipTo(ref flow, ref acknowledged, fromOriginator, waiting.Seq);
    }

    private void Wait(ref Flow flow, ref FlowSide self, bool fromOriginator, in Packet packet, uint seq)
    {
        PendingSegment? before = null, at = self.Pending;
        if (self.PendingLast is { } last && (int)(last.Seq - seq) < 0) (before, at) = (last, null);
        while (at is not null && (int)(at.Seq - seq) <= 0)
        {
            if (at.Seq == seq && at.Length >= packet.PayloadLength)
            {
                if (at.HasBytes && !at.Bytes.StartsWith(packet.Payload[..Math.Min(packet.PayloadCaptured, at.Bytes.Length)]))
                    Inconsistent(ref flow, ref self, fromOriginator, packet.Number);
                return;
            }
            before = at;
            at = at.Next;
        }
        PendingSegment segment = pool.Count > 0 ? pool.Pop() : new PendingSegment();
        segment.Fill(seq, packet.PayloadLength, packet.Payload, flow.Stage != RecognitionStage.Settled || content.Signatures is not null, packet.At);
        segment.Next = at;
        if (before is null) self.Pending = segment;
        else before.Next = segment;
        int cost = segment.HasBytes ? packet.PayloadCaptured + 64 : 64;
        if (at is null) self.PendingLast = segment;
        self.PendingCount++;
        self.PendingBytes += cost;
        pendingBytes += cost;
    }

    /// <summary>Hands on everything that waits and is now in order.</summary>
    private void Drain(ref Flow flow, ref FlowSide self, bool fromOriginator)
    {
        while (self.Pending is { } segment)
        {
            int behind = (int)(self.NextSeq - segment.Seq);
            if (behind < 0) return;
            self.Pending = segment.Next;
            if (self.Pending is null) self.PendingLast = null;
            self.PendingCount--;
            int cost = segment.HasBytes ? segment.Length - segment.Missing + 64 : 64;
            self.PendingBytes -= cost;
            pendingBytes -= cost;
            int fresh = segment.Length - behind;
            if (fresh > 0)
            {
                ReadOnlySpan<byte> bytes = segment.Bytes;
                Deliver(ref flow, ref self, fromOriginator, behind < bytes.Length ? bytes[behind..] : default, fresh, Math.Min(fresh, segment.Missing), segment.At);
            }
            segment.Drop();
            if (pool.Count < 256) pool.Push(segment);
        }
    }

    private void SkipTo(ref Flow flow, ref FlowSide self, bool fromOriginator, uint seq)
    {
        int missing = (int)(seq - self.NextSeq);
        if (missing > 0) Miss(ref flow, ref self, fromOriginator, missing);
        Drain(ref flow, ref self, fromOriginator);
    }

    private void Miss(ref Flow flow, ref FlowSide self, bool fromOriginator, int missing)
    {
        TcpStates.Repeat(ref flow, ref self.Gaps, 'g', fromOriginator);
        self.Missed += missing;
        long offset = self.StreamOffset;
        self.StreamOffset += missing;
        self.NextSeq += (uint)missing;
        content.Gap(ref flow, fromOriginator, missing, offset);
    }

    private void Deliver(ref Flow flow, ref FlowSide self, bool fromOriginator, ReadOnlySpan<byte> bytes, int length, int missing, CaptureTime at)
    {
        long offset = self.StreamOffset;
        self.StreamOffset += length;
        self.NextSeq += (uint)length;
        if (bytes.Length > 0)
        {
            content.Signatures?.Stream(fromOriginator, bytes, offset);
            if (flow.Stage != RecognitionStage.Settled) content.Bytes(ref flow, fromOriginator, bytes, at, offset);
        }
        if (missing <= 0) return;
        self.Missed += missing;
        content.Gap(ref flow, fromOriginator, missing, offset + length - missing);
    }
}
