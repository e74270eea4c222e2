using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dicom;

/// <summary>
/// What an A-ASSOCIATE-RQ or -AC says (PS3.8, sections 9.3.2 and 9.3.3; user information PS3.7, annex D.3). Read from one whole
/// PDU body; everything in it is bounded. Of a user identity only its type and whether it is there are kept, never its fields.
/// </summary>
internal sealed class AssociatePdu
{
    /// <summary>Bytes of the fixed part that precedes the items.</summary>
    public const int FixedPart = 68;

    /// <summary>Most presentation contexts: identifiers are the odd bytes.</summary>
    public const int MaxContexts = 128;

    /// <summary>Most transfer syntaxes kept of one context, and most SOP classes with an extended negotiation.</summary>
    public const int MaxSubItems = 64;

    /// <summary>Most role selections kept: as many as there can be contexts.</summary>
    public const int MaxRoles = MaxContexts;

    private readonly List<ContextItem> contexts = [];
    private readonly List<RoleItem> roles = [];
    private readonly List<string> extended = [];
    private Fault? fault;

    /// <summary>Called application entity title; in an accept only an echo.</summary>
    public string? CalledAe { get; private set; }

    /// <summary>Calling application entity title; in an accept only an echo.</summary>
    public string? CallingAe { get; private set; }

    /// <summary>Protocol version bits.</summary>
    public ushort Version { get; private set; }

    /// <summary>Application context name.</summary>
    public string? ApplicationContext { get; private set; }

    /// <summary>Presentation contexts in the order of the PDU.</summary>
    public IReadOnlyList<ContextItem> Contexts => contexts;

    /// <summary>Role selections.</summary>
    public IReadOnlyList<RoleItem> Roles => roles;

    /// <summary>SOP classes with an extended negotiation.</summary>
    public IReadOnlyList<string> Extended => extended;

    /// <summary>Largest PDU the sender will accept, in bytes; 0 means no limit.</summary>
    public uint? MaxPdu { get; private set; }

    /// <summary>Implementation Class UID.</summary>
    public string? ImplementationUid { get; private set; }

    /// <summary>Implementation Version Name.</summary>
    public string? ImplementationVersion { get; private set; }

    /// <summary>Where the Implementation Version Name stands; null when there is none.</summary>
    public ByteRange? VersionAt { get; private set; }

    /// <summary>Operations the sender may have outstanding as invoker; 0 means no limit.</summary>
    public ushort? AsyncInvoked { get; private set; }

    /// <summary>Operations the sender may have outstanding as performer; 0 means no limit.</summary>
    public ushort? AsyncPerformed { get; private set; }

    /// <summary>Type of the user identity.</summary>
    public byte? UserIdentityType { get; private set; }

    /// <summary>Whether the identity's primary field holds anything.</summary>
    public bool HasUserIdentity { get; private set; }

    /// <summary>Whether an accept answers a user identity.</summary>
    public bool AnswersUserIdentity { get; private set; }

    /// <summary>Reads a PDU body.</summary>
    /// <param name="body">What follows the six bytes of the header; at least <see cref="FixedPart"/> bytes.</param>
    /// <param name="isAccept">Whether it is an accept.</param>
    /// <param name="at">Where the body lies in the stream.</param>
    /// <param name="fault">What was wrong, first of all; what could be read is in the result.</param>
    public static AssociatePdu Read(ReadOnlySpan<byte> body, bool isAccept, ByteRange at, out Fault? fault)
    {
        AssociatePdu pdu = new()
        {
            Version = BinaryPrimitives.ReadUInt16BigEndian(body),
            CalledAe = DicomText.Title(body.Slice(4, 16)),
            CallingAe = DicomText.Title(body.Slice(20, 16)),
        };
        ItemReader items = new(body[FixedPart..]);
        while (items.Next())
        {
            switch (items.Type)
            {
                case 0x10:
                    pdu.ApplicationContext = pdu.Uid(items.Value);
                    break;
                case 0x20 when !isAccept:
                case 0x21 when isAccept:
                    pdu.ReadContext(items.Value);
                    break;
                case 0x50:
                    pdu.ReadUserInformation(items.Value, at.Of(body, items.Value));
                    break;
            }
        }
        if (items.IsOverrun) pdu.fault ??= DicomFaults.ItemOverrun;
        fault = pdu.fault;
        return pdu;
    }

    /// <summary>The context with this identifier, or null.</summary>
    public ContextItem? Context(byte id)
    {
        foreach (ContextItem context in contexts)
        {
            if (context.Id == id) return context;
        }
        return null;
    }

    private void ReadContext(ReadOnlySpan<byte> value)
    {
        if (value.Length < 4)
        {
            fault ??= DicomFaults.ItemOverrun;
            return;
        }
        if ((value[0] & 1) == 0 || Context(value[0]) is not null) fault ??= DicomFaults.ContextId;
        if (contexts.Count >= MaxContexts)
        {
            fault ??= DicomFaults.TooManyItems;
            return;
        }
        string? abstractSyntax = null;
        List<string> transferSyntaxes = [];
        ItemReader items = new(value[4..]);
        while (items.Next())
        {
            if (items.Type == 0x30) abstractSyntax = Uid(items.Value);
            else if (items.Type == 0x40 && Uid(items.Value) is { } syntax) Keep(transferSyntaxes, syntax);
        }
        if (items.IsOverrun) fault ??= DicomFaults.ItemOverrun;
        contexts.Add(new ContextItem(value[0], value[2], abstractSyntax, transferSyntaxes));
    }

    private void ReadUserInformation(ReadOnlySpan<byte> value, ByteRange at)
    {
        ItemReader items = new(value);
        while (items.Next())
        {
            ReadOnlySpan<byte> item = items.Value;
            switch (items.Type)
            {
                case 0x51 when item.Length == 4:
                    MaxPdu = BinaryPrimitives.ReadUInt32BigEndian(item);
                    break;
                case 0x52:
                    ImplementationUid = Uid(item);
                    break;
                case 0x53 when item.Length == 4:
                    AsyncInvoked = BinaryPrimitives.ReadUInt16BigEndian(item);
                    AsyncPerformed = BinaryPrimitives.ReadUInt16BigEndian(item[2..]);
                    break;
                case 0x54:
                    ReadRole(item);
                    break;
                case 0x55:
                    ImplementationVersion = DicomText.Title(item, 64);
                    VersionAt = at.Of(value, item);
                    break;
                case 0x56 or 0x57:
                    ReadExtended(item);
                    break;
                case 0x58 when item.Length >= 4:
                    UserIdentityType = item[0];
                    HasUserIdentity = BinaryPrimitives.ReadUInt16BigEndian(item[2..]) > 0;
                    break;
                case 0x59:
                    AnswersUserIdentity = true;
                    break;
                case 0x51 or 0x53 or 0x58:
                    fault ??= DicomFaults.ItemOverrun;
                    break;
            }
        }
        if (items.IsOverrun) fault ??= DicomFaults.ItemOverrun;
    }

    private void ReadRole(ReadOnlySpan<byte> item)
    {
        int length = item.Length < 4 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(item);
        if (length == 0 || length > item.Length - 4)
        {
            fault ??= DicomFaults.ItemOverrun;
            return;
        }
        if (Uid(item.Slice(2, length)) is not { } sopClass) return;
        if (roles.Count >= MaxRoles) fault ??= DicomFaults.TooManyItems;
        else roles.Add(new RoleItem(sopClass, item[2 + length] == 1, item[3 + length] == 1));
    }

    private void ReadExtended(ReadOnlySpan<byte> item)
    {
        int length = item.Length < 2 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(item);
        if (length == 0 || length > item.Length - 2) fault ??= DicomFaults.ItemOverrun;
        else if (Uid(item.Slice(2, length)) is { } sopClass && !extended.Contains(sopClass)) Keep(extended, sopClass);
    }

    private void Keep(List<string> list, string value)
    {
        if (list.Count < MaxSubItems) list.Add(value);
        else fault ??= DicomFaults.TooManyItems;
    }

    private string? Uid(ReadOnlySpan<byte> bytes)
    {
        if (!DicomText.TryUid(bytes, out string? uid)) fault ??= DicomFaults.MalformedUid;
        return uid;
    }
}

/// <summary>One presentation context item.</summary>
/// <param name="Id">Identifier, odd.</param>
/// <param name="Answer">In an accept: 0 accepted, else why not.</param>
/// <param name="AbstractSyntax">SOP class; null in an accept.</param>
/// <param name="TransferSyntaxes">Proposed, in order; in an accept the one that was chosen.</param>
internal sealed record ContextItem(byte Id, byte Answer, string? AbstractSyntax, IReadOnlyList<string> TransferSyntaxes);

/// <summary>One SCP/SCU role selection. PS3.7, annex D.3.3.4.</summary>
/// <param name="SopClass">SOP class.</param>
/// <param name="Scu">Whether the requestor may be SCU.</param>
/// <param name="Scp">Whether the requestor may be SCP.</param>
internal sealed record RoleItem(string SopClass, bool Scu, bool Scp);
