using Wardkeeper.Sensor.Decode;

namespace Wardkeeper.Sensor.Flows;

/// <summary>
/// Follows a TCP connection's two ends through the states that Zeek's conn log speaks of, and writes its history letters. The
/// meaning is Zeek's, so that people's queries keep their answers.
/// </summary>
internal static class TcpStates
{
    public const byte Fin = 1, Syn = 2, Rst = 4, Psh = 8, AckFlag = 16;

    /// <summary>Moves the sender's (and perhaps the peer's) state by one packet.</summary>
    public static void Move(ref Flow flow, bool fromOriginator, in Packet packet)
    {
        ref FlowSide self = ref fromOriginator ? ref flow.Orig : ref flow.Resp;
        ref FlowSide peer = ref fromOriginator ? ref flow.Resp : ref flow.Orig;
        byte flags = packet.TcpFlags;
        Letters(ref flow, ref self, fromOriginator, in packet);
        switch (self.State)
        {
            case EndState.Inactive:
                FromInactive(ref self, ref peer, fromOriginator, flags);
                break;
            case EndState.SynSent or EndState.SynAckSent:
                if ((flags & Rst) != 0) self.State = EndState.Reset;
                else if ((flags & Fin) != 0) self.State = EndState.Closed;
                else if ((flags & Syn) == 0 && (flags & AckFlag) != 0 && peer.State is EndState.SynSent or EndState.SynAckSent or EndState.Established)
                {
                    self.State = EndState.Established;
                    if (peer.State is EndState.SynAckSent) peer.State = EndState.Established;
                }
                break;
            case EndState.Established or EndState.Partial:
                if ((flags & Rst) != 0) self.State = EndState.Reset;
                else if ((flags & Fin) != 0)
                {
                    self.State = EndState.Closed;

                    // The peer closed, and reset only what came after: the connection was finished.
                    if (peer.State == EndState.Reset && (peer.Notes & SideNotes.Fin) != 0) peer.State = EndState.Closed;
                }
                break;
            case EndState.Closed:
                if ((flags & Rst) != 0 && peer.State != EndState.Closed) self.State = EndState.Reset;
                break;
            default:
                break;
        }
    }

    /// <summary>The connection's state in Zeek's words.</summary>
    public static string Word(in Flow flow)
    {
        if (flow.Kind == PacketKind.Udp)
            return flow.Orig.Packets > 0 ? (flow.Resp.Packets > 0 ? "SF" : "S0") : flow.Resp.Packets > 0 ? "SHR" : "OTH";
        if (flow.Kind != PacketKind.Tcp) return "OTH";
        EndState o = flow.Orig.State, r = flow.Resp.State;
        bool oInactive = o is EndState.Inactive or EndState.Partial, rInactive = r is EndState.Inactive or EndState.Partial;
        if (r == EndState.Reset)
        {
            if (o is EndState.SynSent or EndState.SynAckSent || (o == EndState.Reset && flow.Orig.StreamLength == 0 && flow.Resp.StreamLength == 0)) return "REJ";
            return oInactive ? "RSTRH" : "RSTR";
        }
        if (o == EndState.Reset) return rInactive ? "RSTOS0" : "RSTO";
        if (o == EndState.Closed && r == EndState.Closed) return "SF";
        if (o == EndState.Closed) return rInactive ? "SH" : "S2";
        if (r == EndState.Closed) return oInactive ? "SHR" : "S3";
        if (o == EndState.SynSent && r == EndState.Inactive) return "S0";
        return o == EndState.Established && r == EndState.Established ? "S1" : "OTH";
    }

    /// <summary>The time-out class that fits the connection's state.</summary>
    public static TimeoutClass Timeout(in Flow flow)
    {
        EndState o = flow.Orig.State, r = flow.Resp.State;
        if (o == EndState.Closed && r == EndState.Closed) return TimeoutClass.Closed;
        if (o == EndState.Reset || r == EndState.Reset) return TimeoutClass.Reset;
        if ((o == EndState.Closed && r is EndState.Inactive) || (r == EndState.Closed && o is EndState.Inactive)) return TimeoutClass.Closed;
        return r == EndState.Inactive && o == EndState.SynSent ? TimeoutClass.Attempt : TimeoutClass.Open;
    }

    private static void FromInactive(ref FlowSide self, ref FlowSide peer, bool fromOriginator, byte flags)
    {
        if ((flags & Syn) != 0 && (flags & Rst) == 0)
        {
            if ((flags & AckFlag) == 0) self.State = EndState.SynSent;
            else if (!fromOriginator && peer.State is EndState.SynSent or EndState.Established)
            {
                self.State = EndState.Established;
                peer.State = EndState.Established;
            }
            else self.State = EndState.SynAckSent;
            if ((flags & Fin) != 0) self.State = EndState.Closed;
        }
        else if ((flags & Rst) != 0) self.State = EndState.Reset;
        else if ((flags & Fin) != 0) self.State = EndState.Closed;
        else self.State = EndState.Partial;
    }

    private static void Letters(ref Flow flow, ref FlowSide self, bool fromOriginator, in Packet packet)
    {
        byte flags = packet.TcpFlags;
        if ((packet.Notes & PacketNotes.BadTransportChecksum) != 0) Repeat(ref flow, ref self.BadChecksums, 'c', fromOriginator);
        if ((flags & (Syn | Rst)) == (Syn | Rst) || (flags & (Syn | Fin)) == (Syn | Fin)) Once(ref flow, ref self, SideNotes.MultiFlag, 'q', fromOriginator);
        if ((flags & Syn) != 0)
        {
            if ((flags & AckFlag) == 0) Once(ref flow, ref self, SideNotes.Syn, 's', fromOriginator);
            else Once(ref flow, ref self, SideNotes.SynAck, 'h', fromOriginator);
        }
        if (packet.PayloadLength > 0) Once(ref flow, ref self, SideNotes.Data, 'd', fromOriginator);
        if ((flags & Fin) != 0) Once(ref flow, ref self, SideNotes.Fin, 'f', fromOriginator);
        if ((flags & Rst) != 0) Once(ref flow, ref self, SideNotes.Rst, 'r', fromOriginator);
        if ((flags & (Syn | Fin | Rst | AckFlag)) == AckFlag && packet.PayloadLength == 0) Once(ref flow, ref self, SideNotes.Ack, 'a', fromOriginator);
        if (packet.TcpWindow == 0 && (flags & (Rst | Syn)) == 0) Repeat(ref flow, ref self.ZeroWindows, 'w', fromOriginator);
    }

    private static void Once(ref Flow flow, ref FlowSide side, SideNotes note, char letter, bool fromOriginator)
    {
        if ((side.Notes & note) != 0) return;
        side.Notes |= note;
        flow.Note(letter, fromOriginator);
    }

    /// <summary>Writes the letter at the 1st, 10th, 100th … time.</summary>
    public static void Repeat(ref Flow flow, ref uint count, char letter, bool fromOriginator)
    {
        count++;
        uint power = 1;
        while (power < count && power < 1_000_000_000) power *= 10;
        if (power == count) flow.Note(letter, fromOriginator);
    }
}
