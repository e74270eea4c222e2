using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dicom;

/// <summary>
/// DICOM's upper layer and message exchange over TCP. Both sides' PDUs pass through; association PDUs are read whole, command sets
/// are put together from their fragments. Kept per flow: the association's
/// negotiation, up to 64 operations under way, the command set being assembled on each side, and how much of the current PDU is
/// still to come, by which a loss inside image data is bridged exactly. Data sets are read as they come, in the transfer syntax of their
/// presentation context: what describes the device, the study, the step or the query is kept, patients masked; pixel data and all else
/// are passed over by their length. The client is the association's requestor. Deliberately not parsed: error comments, user
/// identities, private elements. The association to the destination of a C-MOVE is not announced, because the destination is an AE
/// title whose address only the SCP knows; its row names the move that caused it, as a commitment's result names its transaction.
/// </summary>
internal sealed class DicomAnalyser : IProtocol
{
    private readonly AssociationState state = new();

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "dicom",
        Title = "DICOM upper layer and DIMSE",
        Standard = "DICOM PS3.7, PS3.8",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of(1, 2, 3, 4),
        Ports = DicomRecogniser.Ports,
        LookAhead = 256,
        MaxHeld = DicomRecogniser.MaxAssociate,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening) => DicomRecogniser.Recognise(in opening);

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        MessageStream stream = state.Of(segment.Side);
        CaptureTime before = state.At;
        state.At = segment.At;
        if (stream.IsGapped) CloseGap(stream, segment.Side, segment.Offset, into);
        int at = 0, need = 0;
        while (at < segment.Bytes.Length && need == 0)
        {
            at += Step(stream, in segment, at, out need, into);
            // After each step: whether this side has said anything must not depend on how the segments were cut.
            stream.Next = segment.Offset + at;
        }
        if (at == 0) state.At = before;
        return new Progress(at, need);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
        // How much is missing shows only in the offset of what comes next: the feeder may have dropped bytes it held.
        MessageStream stream = state.Of(side);
        stream.IsGapped = stream.HasLoss = true;
        if (side == Side.Server && state.IsOpened && state.Accept is null) state.MayHaveAnswered = true;
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into) =>
        state.Finish(state.ReleaseRequested ? "release-requested" : how switch { FlowEnd.Closed => "closed", FlowEnd.Reset => "reset", _ => "open" }, into);

    /// <inheritdoc/>
    public void Reset() => state.Reset();

    /// <summary>Takes one part of the stream: a piece of a fragment, a header, a whole association PDU. Returns how many bytes.</summary>
    private int Step(MessageStream stream, in Segment segment, int at, out int need, ITransactionSink into)
    {
        need = 0;
        ReadOnlySpan<byte> rest = segment.Bytes[at..];
        if (stream.IsLost) return Search(stream, rest, out need);
        if (stream.Skip > 0)
        {
            int skipped = (int)Math.Min(stream.Skip, rest.Length);
            stream.Skip -= skipped;
            return skipped;
        }
        if (stream.InFragment)
        {
            int taken = (int)Math.Min(stream.FragmentLeft, (uint)rest.Length);
            TakePiece(stream, rest[..taken], taken, into);
            stream.FragmentLeft -= (uint)taken;
            if (stream.FragmentLeft == 0) EndFragment(stream, segment.Side, segment.Offset + at + taken, into);
            return taken;
        }
        return stream.PduLeft > 0 ? BeginFragment(stream, segment.Side, rest, segment.Offset + at, out need, into) : BeginPdu(stream, in segment, at, out need, into);
    }

    private int Search(MessageStream stream, ReadOnlySpan<byte> bytes, out int need)
    {
        need = 0;
        ReadOnlySpan<byte> start = [(byte)PduType.Data, 0];
        int from = 0;
        while (true)
        {
            int found = bytes[from..].IndexOf(start);
            if (found < 0) break;
            from += found;
            if (bytes.Length - from < DicomRecogniser.DataPduSize)
            {
                need = DicomRecogniser.DataPduSize;
                return from;
            }
            if (DicomRecogniser.IsDataPdu(bytes[from..]))
            {
                stream.IsLost = false;
                state.Operations.MarkPartial();
                return from;
            }
            from++;
        }
        if (bytes[^1] != (byte)PduType.Data) return bytes.Length;
        need = start.Length;
        return bytes.Length - 1;
    }

    private int BeginPdu(MessageStream stream, in Segment segment, int at, out int need, ITransactionSink into)
    {
        ReadOnlySpan<byte> rest = segment.Bytes[at..];
        need = PduHeader.Size;
        if (rest.Length < need) return 0;
        PduHeader pdu = PduHeader.Read(rest);
        if (!stream.IsProven)
        {
            need = pdu.Type == PduType.Data ? PduHeader.Size + PdvHeader.Size : PduHeader.Size;
            if (rest.Length < need) return 0;
            if (!DicomRecogniser.IsPlausible(in pdu, rest)) return Lose(stream, segment.Side, out need, into);
        }
        need = 0;
        if (!pdu.IsKnown)
        {
            stream.Wrong(DicomFaults.UnknownPdu, into);
            return Lose(stream, segment.Side, out need, into);
        }
        if (pdu.Type == PduType.Data)
        {
            BeginData(stream, segment.Side, in pdu, into);
            return PduHeader.Size;
        }
        if (pdu.IsAssociate ? pdu.Length is < AssociatePdu.FixedPart or > DicomRecogniser.MaxAssociate - PduHeader.Size : pdu.Length != PduHeader.FixedLength)
        {
            stream.Wrong(pdu.Length > DicomRecogniser.MaxAssociate - PduHeader.Size ? DicomFaults.PduTooLong : DicomFaults.PduLength, into);
            stream.Skip = pdu.Length;
            return PduHeader.Size;
        }
        int whole = PduHeader.Size + (int)pdu.Length;
        if (rest.Length < whole)
        {
            need = whole;
            return 0;
        }
        Control(stream, segment.Side, pdu.Type, rest[PduHeader.Size..whole], segment.Range(at, whole), into);
        return whole;
    }

    private void BeginData(MessageStream stream, Side side, in PduHeader pdu, ITransactionSink into)
    {
        uint? most = side == Side.Client ? state.Accept?.MaxPdu : state.Request?.MaxPdu;
        if (most > 0 && pdu.Length > most) stream.Wrong(DicomFaults.PduExceedsMaximum, into);
        if (pdu.Length == 0) stream.Wrong(DicomFaults.PduLength, into);
        if (state.IsOver)
        {
            stream.Wrong(DicomFaults.UnexpectedPdu, into);
            stream.Skip = pdu.Length;
            return;
        }
        stream.PduLeft = pdu.Length;
    }

    private int BeginFragment(MessageStream stream, Side side, ReadOnlySpan<byte> rest, long offset, out int need, ITransactionSink into)
    {
        need = 0;
        if (stream.PduLeft >= PdvHeader.Size && rest.Length < PdvHeader.Size)
        {
            need = PdvHeader.Size;
            return 0;
        }
        PdvHeader pdv = stream.PduLeft < PdvHeader.Size ? default : PdvHeader.Read(rest);
        if (!pdv.FitsIn(stream.PduLeft))
        {
            stream.Wrong(DicomFaults.PdvLength, into);
            stream.Skip = stream.PduLeft;
            stream.PduLeft = 0;
            Interrupt(stream, isLoss: false, into);
            return 0;
        }
        stream.Fragment = pdv;
        stream.InFragment = true;
        stream.FragmentLeft = pdv.Payload;
        stream.PduLeft -= PdvHeader.Size + pdv.Payload;
        if (pdv.IsCommand) BeginCommand(stream, offset, into);
        else BeginDataSet(stream, into);
        if (pdv.Payload == 0) EndFragment(stream, side, offset + PdvHeader.Size, into);
        return PdvHeader.Size;
    }

    private void BeginCommand(MessageStream stream, long offset, ITransactionSink into)
    {
        if (stream.Owner is not null)
        {
            stream.Wrong(DicomFaults.DataSetMissing, into);
            CloseDataSet(stream, isComplete: false, into);
        }
        if (!stream.InCommand) stream.BeginCommand(offset);
    }

    private static void BeginDataSet(MessageStream stream, ITransactionSink into)
    {
        if (stream.InCommand)
        {
            stream.Wrong(DicomFaults.CommandIncomplete, into);
            stream.EndCommand();
            stream.ToleratesData = true;
        }
        else if (stream.Owner is null && !stream.ToleratesData)
        {
            stream.Wrong(DicomFaults.DataSetUnannounced, into);
            stream.ToleratesData = true;
        }
    }

    /// <summary>A piece of a fragment; without bytes when it was lost.</summary>
    private static void TakePiece(MessageStream stream, ReadOnlySpan<byte> piece, long length, ITransactionSink into)
    {
        if (stream.Fragment.IsCommand)
        {
            if (!stream.Add(piece)) stream.Wrong(DicomFaults.CommandTooLong, into);
        }
        else if (stream.Owner is { } owner)
        {
            if (stream.OwnerIsRequest) owner.RequestBytes += length;
            else owner.ResponseBytes += length;
            stream.TakeDataSet(piece, length);
        }
    }

    private void EndFragment(MessageStream stream, Side side, long end, ITransactionSink into)
    {
        stream.InFragment = false;
        if (!stream.Fragment.IsCommand && stream.Owner is { } owner && owner.EvidenceSide == side) owner.End = end;
        if (!stream.Fragment.IsLast) return;
        if (stream.Fragment.IsCommand) TakeCommand(stream, side, end, into);
        else
        {
            CloseDataSet(stream, isComplete: true, into);
            stream.ToleratesData = false;
        }
    }

    private void TakeCommand(MessageStream stream, Side side, long end, ITransactionSink into)
    {
        stream.ToleratesData = true;
        if (!stream.IsSpoilt)
        {
            bool good = CommandSet.TryRead(stream.Command, out CommandSet command, out Fault? fault);
            if (fault is not null) stream.Wrong(fault, into);
            if (good)
            {
                stream.IsProven = true;
                stream.ToleratesData = false;
                state.HasData = true;
                if (into.Buffers is { } buffers) DicomBuffers.Command(in command, side, buffers);
                state.Take(in command, stream, side, end, into);
            }
        }
        stream.EndCommand();
    }

    /// <summary>The data set that was being sent is over, be it complete or not.</summary>
    private void CloseDataSet(MessageStream stream, bool isComplete, ITransactionSink into)
    {
        if (stream.Owner is not { } owner) return;
        if (DicomFaults.Of(stream.EndDataSet(isComplete, into.Masker)) is { } fault) stream.Wrong(fault, into);
        into.Buffers?.Complete(stream == state.Client ? Side.Client : Side.Server);
        stream.Owner = null;
        if (stream.OwnerIsRequest) owner.RequestOpen = false;
        else owner.ResponseOpen = false;
        if (owner.IsComplete) state.Emit(owner, into);
    }

    /// <summary>The message that was being sent cannot be followed to its end.</summary>
    private void Interrupt(MessageStream stream, bool isLoss, ITransactionSink into)
    {
        if (isLoss) state.Operations.MarkPartial();
        stream.EndCommand();
        stream.ToleratesData = true;
        CloseDataSet(stream, isComplete: false, into);
    }

    private int Lose(MessageStream stream, Side side, out int need, ITransactionSink into)
    {
        need = 0;
        if (side == Side.Server && state.IsOpened && state.Accept is null) state.MayHaveAnswered = true;
        stream.HasLoss = true;
        Interrupt(stream, isLoss: true, into);
        stream.Lose();
        return 0;
    }

    /// <summary>Bytes up to <paramref name="offset"/> were lost. Within a unit whose length is known the place is kept.</summary>
    private void CloseGap(MessageStream stream, Side side, long offset, ITransactionSink into)
    {
        long lost = offset - stream.Next;
        stream.IsGapped = false;
        if (stream.IsLost) return;
        long unit = (stream.InFragment ? stream.FragmentLeft : 0L) + stream.PduLeft;
        if (lost > 0 && stream.Skip >= lost)
        {
            stream.Skip -= lost;
        }
        else if (lost > 0 && stream.InFragment && lost <= stream.FragmentLeft)
        {
            if (stream.Fragment.IsCommand) stream.IsSpoilt = true;
            TakePiece(stream, default, lost, into);
            stream.FragmentLeft -= (uint)lost;
            if (stream.FragmentLeft == 0) EndFragment(stream, side, offset, into);
        }
        else if (lost > 0 && lost <= unit)
        {
            Interrupt(stream, isLoss: true, into);
            (stream.Skip, stream.PduLeft, stream.FragmentLeft, stream.InFragment) = (unit - lost, 0, 0, false);
        }
        else
        {
            Lose(stream, side, out _, into);
        }
    }

    private void Control(MessageStream stream, Side side, PduType type, ReadOnlySpan<byte> body, ByteRange evidence, ITransactionSink into)
    {
        switch (type)
        {
            case PduType.AssociateRequest when side == Side.Client && (!state.IsOpened || state.IsOver):
                AssociatePdu request = AssociatePdu.Read(body, isAccept: false, evidence with { Start = evidence.Start + PduHeader.Size, Length = body.Length }, out Fault? fault);
                if (fault is not null) stream.Wrong(fault, into);
                if (into.Buffers is { } asked) DicomBuffers.Associate(request, side, asked);
                state.Open(request, evidence);
                Prove(stream);
                break;
            case PduType.AssociateAccept when side == Side.Server && state.Accept is null && !state.IsOver:
                AssociatePdu accept = AssociatePdu.Read(body, isAccept: true, evidence with { Start = evidence.Start + PduHeader.Size, Length = body.Length }, out fault);
                if (fault is not null) stream.Wrong(fault, into);
                if (into.Buffers is { } answered) DicomBuffers.Associate(accept, side, answered);
                state.Answer(accept, evidence);
                Prove(stream);
                break;
            case PduType.AssociateReject when side == Side.Server && state.Accept is null && !state.IsOver && !state.HasData:
                state.Reject(body[1], body[2], body[3], evidence, into);
                break;
            case PduType.ReleaseRequest or PduType.ReleaseReply or PduType.Abort when !stream.IsProven && !state.IsOpened:
                break;
            case PduType.ReleaseRequest:
                state.ReleaseRequested = true;
                break;
            case PduType.ReleaseReply:
                state.Finish("released", into);
                break;
            case PduType.Abort:
                state.Abort(side, body[2], body[3], into);
                break;
            default:
                stream.Wrong(DicomFaults.UnexpectedPdu, into);
                break;
        }
    }

    /// <summary>An association PDU was read: PDUs begin where they are read, on the other side too unless it is known not to.</summary>
    private void Prove(MessageStream stream)
    {
        stream.IsProven = true;
        MessageStream other = stream == state.Client ? state.Server : state.Client;
        if (!other.HasLoss && other.Next == 0) other.IsProven = true;
    }
}
