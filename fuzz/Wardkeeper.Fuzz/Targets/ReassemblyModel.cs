using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Flows;

namespace Wardkeeper.Fuzz.Targets;

/// <summary>
/// The slow second opinion on TCP reassembly: it keeps every segment that came and looks each delivered byte up. It leaves open
/// which of two overlapping segments wins, but not that a byte was sent, that none that is there is passed by, and that a hole is
/// given up only when the peer acknowledged beyond it or a limit was met.
/// </summary>
internal sealed class ReassemblyModel(SensorLimits limits)
{
    private readonly Stream originator = new(), responder = new();
    private bool isLimited, isEnding;

    /// <summary>A segment is about to be taken.</summary>
    public void Arrives(in Flow flow, bool fromOriginator, in Packet packet)
    {
        ref readonly FlowSide self = ref fromOriginator ? ref flow.Orig : ref flow.Resp;
        ref readonly FlowSide peer = ref fromOriginator ? ref flow.Resp : ref flow.Orig;
        bool isReset = (packet.TcpFlags & TcpStates.Rst) != 0;
        uint seq = (packet.TcpFlags & TcpStates.Syn) != 0 ? packet.Seq + 1 : packet.Seq;
        bool hasSeq = (self.Notes & SideNotes.HasSeq) != 0;
        if ((packet.TcpFlags & TcpStates.AckFlag) != 0 && !isReset && (peer.Notes & SideNotes.HasSeq) != 0)
        {
            Stream acknowledged = fromOriginator ? responder : originator;
            acknowledged.Acknowledged = Math.Max(acknowledged.Acknowledged, peer.StreamOffset + (int)(packet.Ack - peer.NextSeq));
        }
        else if ((packet.TcpFlags & TcpStates.AckFlag) != 0 && !isReset)
        {
            // What was acknowledged before the first segment was seen counts too, wherever that will lie.
            (fromOriginator ? responder : originator).Acknowledged = long.MaxValue;
        }
        // Numbers half a circle apart have no order: limits are then the only promise.
        if (hasSeq && Math.Abs((long)(int)(seq - self.NextSeq)) > 1 << 29) isLimited = true;
        if (isReset || packet.PayloadLength == 0) return;
        // A stream met at a probe begins behind it: one byte that was acknowledged already, or that is not pushed as content is.
        bool isProbe = !hasSeq && packet.PayloadLength == 1 && (packet.TcpFlags & (TcpStates.Syn | TcpStates.Fin)) == 0
            && ((self.Notes & SideNotes.HasPeerAck) != 0 ? self.PeerAck == seq + 1 : (packet.TcpFlags & TcpStates.Psh) == 0);
        long start = hasSeq ? self.StreamOffset + (int)(seq - self.NextSeq) : isProbe ? -1 : 0;
        (fromOriginator ? originator : responder).Segments.Add((start, packet.PayloadLength, packet.Payload.ToArray()));
        if (self.PendingBytes + packet.PayloadCaptured + 64 > limits.PendingPerSide || self.PendingBytes + peer.PendingBytes + packet.PayloadCaptured + 64 > limits.PendingPerShard) isLimited = true;
    }

    /// <summary>Everything that waits is about to be handed on.</summary>
    public void Ends() => isEnding = true;

    /// <summary>Bytes were shown to the analyser.</summary>
    public void Delivered(bool fromOriginator, long offset, ReadOnlySpan<byte> bytes)
    {
        Stream stream = fromOriginator ? originator : responder;
        // What was missed before the content was recognised is not told.
        if (!stream.IsShown && offset > 0) stream.Passed = offset;
        stream.IsShown = true;
        BrokenPromiseException.Unless(offset == stream.Passed, "delivered-out-of-order", $"{offset} after {stream.Passed}");
        for (int i = 0; i < bytes.Length; i++)
        {
            bool isSent = false;
            foreach ((long start, int length, byte[] captured) in stream.Segments)
            {
                long at = offset + i - start;
                isSent |= at >= 0 && at < captured.Length && captured[at] == bytes[i];
            }
            BrokenPromiseException.Unless(isSent, "delivered-what-was-not-sent", $"{bytes[i]:X2} at {offset + i}");
        }
        stream.Passed += bytes.Length;
    }

    /// <summary>The analyser was told of a gap.</summary>
    public void Missed(bool fromOriginator, long missing)
    {
        Stream stream = fromOriginator ? originator : responder;
        BrokenPromiseException.Unless(missing > 0, "empty-gap", $"{missing}");
        long end = stream.Passed + missing;
        bool mayGiveUp = isLimited || isEnding || stream.Acknowledged >= end;
        foreach (long at in stream.Edges(stream.Passed, end))
        {
            (bool isCovered, bool isCut) = stream.At(at);
            BrokenPromiseException.Unless(isCovered || mayGiveUp, "gave-up-too-early", $"{at}, acknowledged {stream.Acknowledged}");
            BrokenPromiseException.Unless(!isCovered || isCut, "missed-what-was-there", $"{at}");
        }
        stream.Passed = end;
        stream.IsShown = true;
    }

    /// <summary>Compares the flow after a segment.</summary>
    public void Compare(in Flow flow)
    {
        Compare(in flow.Orig, originator);
        Compare(in flow.Resp, responder);
        BrokenPromiseException.Unless(flow.Orig.PendingBytes <= limits.PendingPerSide && flow.Resp.PendingBytes <= limits.PendingPerSide && flow.Orig.PendingBytes + flow.Resp.PendingBytes <= limits.PendingPerShard, "holds-too-much", $"{flow.Orig.PendingBytes} and {flow.Resp.PendingBytes}");
    }

    /// <summary>Compares the flow after its end.</summary>
    public void CompareEnd(in Flow flow)
    {
        Compare(in flow);
        CompareEnd(in flow.Orig);
        CompareEnd(in flow.Resp);
    }

    private static void Compare(in FlowSide side, Stream stream)
    {
        BrokenPromiseException.Unless(side.PendingBytes >= 0 && (side.PendingBytes == 0) == (side.Pending is null), "pending-miscounted", $"{side.PendingBytes}");
        BrokenPromiseException.Unless(side.Missed >= 0 && side.Missed <= side.StreamOffset && side.StreamOffset <= side.StreamLength, "bytes-miscounted", $"{side.Missed} of {side.StreamOffset} of {side.StreamLength}");
        // Before an analyser is there, nobody is told of gaps.
        if (!stream.IsShown) stream.Passed = side.StreamOffset;
        BrokenPromiseException.Unless(stream.Passed == side.StreamOffset, "offset-differs", $"{stream.Passed} and {side.StreamOffset}");
        if ((side.Notes & SideNotes.HasSeq) != 0) BrokenPromiseException.Unless(!stream.At(side.StreamOffset).IsCovered, "keeps-back-what-is-next", $"{side.StreamOffset}");
    }

    private static void CompareEnd(in FlowSide side)
    {
        BrokenPromiseException.Unless(side.Pending is null, "pending-at-the-end");
        BrokenPromiseException.Unless(side.StreamOffset == side.StreamLength, "length-differs-at-the-end", $"{side.StreamOffset} and {side.StreamLength}");
    }

    private sealed class Stream
    {
        public List<(long Start, int Length, byte[] Captured)> Segments { get; } = [];

        /// <summary>Offset of what comes next.</summary>
        public long Passed { get; set; }

        /// <summary>Furthest offset that the peer acknowledged.</summary>
        public long Acknowledged { get; set; }

        /// <summary>Whether the analyser has been told anything of this side.</summary>
        public bool IsShown { get; set; }

        /// <summary>The first place of a range, and every place in it where segments begin or end: between them nothing changes.</summary>
        public IEnumerable<long> Edges(long from, long to)
        {
            yield return from;
            foreach ((long start, int length, byte[] captured) in Segments)
            {
                if (start > from && start < to) yield return start;
                if (start + captured.Length > from && start + captured.Length < to) yield return start + captured.Length;
                if (start + length > from && start + length < to) yield return start + length;
            }
        }

        /// <summary>Whether any segment covers a place, and whether any does without its bytes having been captured.</summary>
        public (bool IsCovered, bool IsCut) At(long offset)
        {
            bool isCovered = false, isCut = false;
            foreach ((long start, int length, byte[] captured) in Segments)
            {
                long at = offset - start;
                if (at < 0 || at >= length) continue;
                isCovered = true;
                isCut |= at >= captured.Length;
            }
            return (isCovered, isCut);
        }
    }
}
