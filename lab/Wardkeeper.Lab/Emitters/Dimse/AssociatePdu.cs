using System.Buffers.Binary;
using System.Text;

namespace Wardkeeper.Lab.Emitters.Dimse;

/// <summary>A presentation context. PS3.8, 9.3.2.2 and 9.3.3.2.</summary>
/// <param name="Id">Odd number.</param>
/// <param name="AbstractSyntax">SOP class; empty in an A-ASSOCIATE-AC.</param>
/// <param name="TransferSyntaxes">Proposed ones; in an A-ASSOCIATE-AC the chosen one.</param>
/// <param name="Result">In an A-ASSOCIATE-AC: 0 accepted, 3 abstract syntax not supported, 4 transfer syntaxes not supported.</param>
internal sealed record PresentationContext(byte Id, string AbstractSyntax, IReadOnlyList<string> TransferSyntaxes, byte Result = 0);

/// <summary>Content of an A-ASSOCIATE-RQ or A-ASSOCIATE-AC. PS3.8, 9.3.2 and 9.3.3; PS3.7, Annex D.3.3.</summary>
internal sealed record AssociatePdu
{
    /// <summary>Most bytes of P-DATA that the lab takes in one PDU.</summary>
    public const uint MostData = 16384;

    private const string ApplicationContext = "1.2.840.10008.3.1.1.1";

    /// <summary>AE title of the one who is called.</summary>
    public required string Called { get; init; }

    /// <summary>AE title of the one who calls.</summary>
    public required string Calling { get; init; }

    /// <summary>Presentation contexts.</summary>
    public required IReadOnlyList<PresentationContext> Contexts { get; init; }

    /// <summary>Implementation Class UID of the one who sends this.</summary>
    public required string ImplementationUid { get; init; }

    /// <summary>Implementation Version Name of the one who sends this; empty for none.</summary>
    public required string ImplementationVersion { get; init; }

    /// <summary>Most bytes of P-DATA that the sender of this takes in one PDU; 0 means any.</summary>
    public uint MostDataTaken { get; init; } = MostData;

    /// <summary>SCP/SCU role selections as they are on the wire, answered as they came. PS3.7, D.3.3.4.</summary>
    public IReadOnlyList<byte[]> Roles { get; init; } = [];

    /// <summary>Writes it.</summary>
    public Pdu ToPdu(bool isRequest)
    {
        IEnumerable<byte> user = [
            .. Pdu.Item(0x51, (byte)(MostDataTaken >> 24), (byte)(MostDataTaken >> 16), (byte)(MostDataTaken >> 8), (byte)MostDataTaken),
            .. Pdu.Item(0x52, ImplementationUid),
            .. Roles.SelectMany(role => Pdu.Item(0x54, role)),
            .. ImplementationVersion.Length > 0 ? Pdu.Item(0x55, ImplementationVersion) : []];
        return new(isRequest ? PduKind.AssociateRequest : PduKind.AssociateAccept, [
            0, 1, 0, 0, .. Title(Called), .. Title(Calling), .. new byte[32],
            .. Pdu.Item(0x10, ApplicationContext),
            .. Contexts.SelectMany(context => ContextItem(context, isRequest)),
            .. Pdu.Item(0x50, [.. user])]);
    }

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidDataException">It is malformed.</exception>
    public static AssociatePdu Read(Pdu pdu)
    {
        if (pdu.Body.Length < 68) throw new InvalidDataException("an A-ASSOCIATE PDU is too short");
        IReadOnlyList<(byte Type, byte[] Content)> items = Pdu.Items(pdu.Body[68..]);
        IReadOnlyList<(byte Type, byte[] Content)> user = Pdu.Items(items.FirstOrDefault(item => item.Type == 0x50).Content ?? []);
        return new()
        {
            Called = Encoding.ASCII.GetString(pdu.Body, 4, 16).Trim(),
            Calling = Encoding.ASCII.GetString(pdu.Body, 20, 16).Trim(),
            Contexts = [.. items.Where(item => item.Type is 0x20 or 0x21).Select(item => ReadContext(item.Content))],
            ImplementationUid = Text(user, 0x52),
            ImplementationVersion = Text(user, 0x55),
            MostDataTaken = user.FirstOrDefault(item => item.Type == 0x51).Content is { Length: 4 } most ? BinaryPrimitives.ReadUInt32BigEndian(most) : 0,
            Roles = [.. user.Where(item => item.Type == 0x54).Select(item => item.Content)],
        };
    }

    private static byte[] ContextItem(PresentationContext context, bool isRequest)
    {
        IEnumerable<byte> syntaxes = context.TransferSyntaxes.SelectMany(syntax => Pdu.Item(0x40, syntax));
        return isRequest
            ? Pdu.Item(0x20, [context.Id, 0, 0, 0, .. Pdu.Item(0x30, context.AbstractSyntax), .. syntaxes])
            : Pdu.Item(0x21, [context.Id, 0, context.Result, 0, .. syntaxes]);
    }

    private static PresentationContext ReadContext(byte[] content)
    {
        if (content.Length < 4) throw new InvalidDataException("a presentation context is too short");
        IReadOnlyList<(byte Type, byte[] Content)> items = Pdu.Items(content[4..]);
        return new(content[0], Text(items, 0x30), [.. items.Where(item => item.Type == 0x40).Select(item => Encoding.ASCII.GetString(item.Content))], content[2]);
    }

    private static string Text(IReadOnlyList<(byte Type, byte[] Content)> items, byte type) => Encoding.ASCII.GetString(items.FirstOrDefault(item => item.Type == type).Content ?? []);

    private static byte[] Title(string title) => Encoding.ASCII.GetBytes(title.PadRight(16));
}
