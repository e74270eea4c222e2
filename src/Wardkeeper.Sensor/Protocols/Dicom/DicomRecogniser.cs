using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.Dicom;

/// <summary>
/// Decides whether a flow's first bytes are DICOM's upper layer, and where in a stream a P-DATA-TF begins. At the start of a flow
/// only an A-ASSOCIATE-RQ (or, with one direction captured, its answer) will do; in mid-stream a P-DATA-TF whose two lengths,
/// context, control and command group agree. Pure functions.
/// </summary>
internal static class DicomRecogniser
{
    /// <summary>Bytes of a P-DATA-TF with which <see cref="IsDataPdu"/> can decide: both headers and the command group length.</summary>
    public const int DataPduSize = PduHeader.Size + PdvHeader.Size + 12;

    /// <summary>Longest A-ASSOCIATE PDU that is read, its header included.</summary>
    public const int MaxAssociate = 1024 * 1024;

    private const int MaxDataPdu = 256 * 1024 * 1024;

    /// <summary>Bytes of an A-ASSOCIATE PDU before its first item.</summary>
    private const int ItemsAt = PduHeader.Size + AssociatePdu.FixedPart;

    private enum Kind
    {
        No,
        NeedMore,
        Request,
        Answer,
        Data,
        CommandRequest,
        CommandResponse,
    }

    /// <summary>The ports registered for DICOM and the two that products use most; only a hint for who called whom in mid-stream.</summary>
    public static IReadOnlyList<ushort> Ports { get; } = [104, 11112, 2761, 2762, 4242];

    /// <summary>Whether a flow is DICOM, and whether its client is the opening's server side.</summary>
    public static Match Recognise(in Opening opening)
    {
        if (opening.Carrier != Observations.Carrier.Tcp) return Match.No;
        Kind client = Classify(opening.Client), server = Classify(opening.Server);
        if (opening.FromStart)
        {
            if (!opening.Client.IsEmpty) return client switch { Kind.Request => Match.Yes, Kind.NeedMore => Match.NeedMore, _ => Match.No };
            return server switch { Kind.Answer => Match.Yes, Kind.NeedMore => Match.NeedMore, _ => Match.No };
        }
        if (client == Kind.Request || server == Kind.Answer) return Match.Yes;
        if (server == Kind.Request || client == Kind.Answer) return Match.YesReversed;
        if (client >= Kind.Data) return Directed(in opening, client is Kind.CommandResponse);
        if (server >= Kind.Data) return Directed(in opening, server is not Kind.CommandResponse);
        return client == Kind.NeedMore || server == Kind.NeedMore ? Match.NeedMore : Match.No;
    }

    /// <summary>
    /// Whether a P-DATA-TF begins here, judged by everything its first <see cref="DataPduSize"/> bytes allow: its length is that of
    /// its single fragment, the context is odd, no reserved bit is set, and a first command fragment holds its group length.
    /// </summary>
    public static bool IsDataPdu(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < DataPduSize) return false;
        PduHeader pdu = PduHeader.Read(bytes);
        PdvHeader pdv = PdvHeader.Read(bytes[PduHeader.Size..]);
        if (pdu.Type != PduType.Data || pdu.Reserved != 0 || pdu.Length is < 6 or > MaxDataPdu) return false;
        if (!pdv.FitsIn(pdu.Length) || (pdv.Context & 1) == 0 || pdv.Control > 3) return false;
        if (!pdv.IsCommand) return pdv.Length == pdu.Length - 4 && pdv.Payload > 0;
        return IsCommandStart(bytes[(PduHeader.Size + PdvHeader.Size)..], in pdv);
    }

    /// <summary>Whether a unit that begins at an unproven place is one, as far as its header (and, for P-DATA-TF, the next six bytes) tells.</summary>
    public static bool IsPlausible(in PduHeader pdu, ReadOnlySpan<byte> bytes)
    {
        if (pdu.Reserved != 0) return false;
        switch (pdu.Type)
        {
            case PduType.AssociateRequest or PduType.AssociateAccept:
                return pdu.Length is >= AssociatePdu.FixedPart and <= MaxAssociate - PduHeader.Size;
            case PduType.Data:
                PdvHeader pdv = PdvHeader.Read(bytes[PduHeader.Size..]);
                return pdu.Length <= MaxDataPdu && pdv.FitsIn(pdu.Length) && (pdv.Context & 1) == 1 && pdv.Control <= 3;
            default:
                return pdu.IsKnown && pdu.Length == PduHeader.FixedLength;
        }
    }

    private static bool IsCommandStart(ReadOnlySpan<byte> fragment, in PdvHeader pdv)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(fragment) != 0 || BinaryPrimitives.ReadUInt32LittleEndian(fragment[4..]) != 4) return false;
        uint group = BinaryPrimitives.ReadUInt32LittleEndian(fragment[8..]);
        return group <= MessageStream.MaxCommand && (!pdv.IsLast || group + 12 == pdv.Payload);
    }

    private static Kind Classify(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return Kind.No;
        if (bytes.Length >= 2 && bytes[1] != 0) return Kind.No;
        switch ((PduType)bytes[0])
        {
            case PduType.AssociateRequest:
                return Associate(bytes, Kind.Request);
            case PduType.AssociateAccept:
                return Associate(bytes, Kind.Answer);
            case PduType.AssociateReject:
                ReadOnlySpan<byte> start = [3, 0, 0, 0, 0, 4, 0];
                if (!start.StartsWith(bytes[..Math.Min(bytes.Length, start.Length)])) return Kind.No;
                if (bytes.Length < 10) return Kind.NeedMore;
                return bytes.Length == 10 && bytes[7] is 1 or 2 && bytes[8] is >= 1 and <= 3 && bytes[9] is >= 1 and <= 10 ? Kind.Answer : Kind.No;
            case PduType.Data:
                if (bytes.Length < DataPduSize) return Kind.NeedMore;
                if (!IsDataPdu(bytes)) return Kind.No;
                return PdvHeader.Read(bytes[PduHeader.Size..]).IsCommand ? Command(bytes[(PduHeader.Size + PdvHeader.Size)..]) : Kind.Data;
            default:
                return Kind.No;
        }
    }

    private static Kind Associate(ReadOnlySpan<byte> bytes, Kind kind)
    {
        if (bytes.Length >= PduHeader.Size && PduHeader.Read(bytes).Length is < AssociatePdu.FixedPart or > MaxAssociate - PduHeader.Size) return Kind.No;
        if (bytes.Length >= PduHeader.Size + 2 && (bytes[PduHeader.Size + 1] & 1) == 0) return Kind.No;
        if (bytes.Length < ItemsAt + 4) return Kind.NeedMore;
        int item = BinaryPrimitives.ReadUInt16BigEndian(bytes[(ItemsAt + 2)..]);
        if (item > PduHeader.Read(bytes).Length - AssociatePdu.FixedPart - 4) return Kind.No;
        ReadOnlySpan<byte> dicom = "1.2.840.10008."u8;
        ReadOnlySpan<byte> name = bytes[(ItemsAt + 4)..];
        if (bytes[ItemsAt] == 0x10 && item >= dicom.Length && dicom.StartsWith(name[..Math.Min(name.Length, dicom.Length)]))
            return name.Length < dicom.Length ? Kind.NeedMore : kind;
        bool titles = IsTitle(bytes.Slice(10, 16)) && IsTitle(bytes.Slice(26, 16));
        return titles && bytes[ItemsAt] is 0x10 or 0x20 or 0x21 or 0x50 ? kind : Kind.No;
    }

    private static bool IsTitle(ReadOnlySpan<byte> title)
    {
        title = title.TrimEnd((byte)0);
        return !title.IsEmpty && !title.ContainsAnyExceptInRange((byte)' ', (byte)'~') && title.ContainsAnyExcept((byte)' ');
    }

    /// <summary>Finds the command field among the first elements.</summary>
    private static Kind Command(ReadOnlySpan<byte> fragment)
    {
        ReadOnlySpan<byte> field = [0, 0, 0, 1, 2, 0, 0, 0];
        int at = fragment.IndexOf(field);
        if (at < 0 || at + field.Length + 2 > fragment.Length) return fragment.Length < 128 ? Kind.NeedMore : Kind.Data;
        ushort command = BinaryPrimitives.ReadUInt16LittleEndian(fragment[(at + field.Length)..]);
        if (Dimse.Name(command) is not { } name) return Kind.No;
        // Event reports go the other way round: the SCP asks and the SCU, which opened the association, answers.
        return (command & CommandSet.ResponseBit) != 0 ^ name == Dimse.EventReport ? Kind.CommandResponse : Kind.CommandRequest;
    }

    private static Match Directed(in Opening opening, bool reversed)
    {
        bool client = Contains(opening.ClientPort), server = Contains(opening.ServerPort);
        return (client == server ? reversed : client) ? Match.YesReversed : Match.Yes;
    }

    private static bool Contains(ushort port)
    {
        foreach (ushort known in Ports)
        {
            if (known == port) return true;
        }
        return false;
    }
}
