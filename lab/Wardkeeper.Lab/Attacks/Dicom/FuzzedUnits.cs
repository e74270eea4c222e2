using System.Buffers.Binary;
using System.Text;
using Wardkeeper.Lab.Emitters.Dimse;

namespace Wardkeeper.Lab.Attacks.Dicom;

/// <summary>Protocol data units of DICOM's upper layer that break its rules, as fuzzing tools make them: out of a whole one by spoiling a part. PS3.8, 9.3; PS3.7, 6.3.</summary>
internal static class FuzzedUnits
{
    /// <summary>Where the abstract syntax of the first presentation context begins in a request: after the header, the fixed part, the application context and the context's own header.</summary>
    private const int SyntaxAt = 6 + 68 + 25 + 8;

    private const string ImplicitLittleEndian = "1.2.840.10008.1.2", Implementation = "1.2.826.0.1.3680043.9.3811.0.9.0";

    /// <summary>Requests that are spoilt themselves, by what is wrong with them.</summary>
    public static IReadOnlyList<string> Requests { get; } = ["item-overrun", "too-many-syntaxes"];

    /// <summary>What follows a whole request that was accepted, by what is wrong with it.</summary>
    public static IReadOnlyList<string> Followers { get; } = ["release-length", "unknown-unit", "endless-request", "fragment-length", "command-element", "unknown-command", "command-incomplete"];

    /// <summary>A whole request for an association: verification in one context.</summary>
    public static byte[] Request(string called, string calling, int syntaxes = 1) => new AssociatePdu
    {
        Called = called,
        Calling = calling,
        Contexts = [new PresentationContext(1, SopClasses.Verification, [.. Enumerable.Repeat(ImplicitLittleEndian, syntaxes)])],
        ImplementationUid = Implementation,
        ImplementationVersion = "",
    }.ToPdu(isRequest: true).ToBytes();

    /// <summary>A spoilt request.</summary>
    public static byte[] SpoiltRequest(Dice dice, string shape, string called, string calling)
    {
        if (shape == "too-many-syntaxes") return Request(called, calling, dice.Between(80, 400));
        byte[] request = Request(called, calling);
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(SyntaxAt + 2), (ushort)dice.Between(0x1000, 0xFFFF));
        return request;
    }

    /// <summary>A spoilt unit that follows an accepted request.</summary>
    public static byte[] Follower(Dice dice, string shape) => shape switch
    {
        "release-length" => Unit(PduKind.ReleaseRequest, dice.Bytes(dice.Between(5, 60))),
        "unknown-unit" => Unit((PduKind)dice.Between(8, 255), dice.Bytes(dice.Between(4, 60))),
        "endless-request" => [(byte)PduKind.AssociateRequest, 0, 0x7F, .. dice.Bytes(3), .. dice.Bytes(dice.Between(20, 200))],
        "fragment-length" => Unit(PduKind.Data, [0, 0, 0xFF, 0xFF, 1, 3, .. dice.Bytes(dice.Between(4, 60))]),
        "command-element" => Command(Element(0x0000, [0xFF, 0xFF, 0, 0]), Element(0x0100, [0x30, 0], length: (uint)dice.Between(100, 100_000))),
        "unknown-command" => Command(Element(0x0002, Encoding.ASCII.GetBytes(SopClasses.Verification + "\0")), Element(0x0100, [(byte)dice.Between(1, 15), 0x0B]), Element(0x0110, [1, 0]), Element(0x0800, [1, 1])),
        "command-incomplete" => Command(Element(0x0110, [1, 0]), Element(0x0800, [1, 1])),
        _ => throw new LabException($"no unit is called {shape}"),
    };

    private static byte[] Unit(PduKind kind, byte[] body) => new Pdu(kind, body).ToBytes();

    /// <summary>A command set in one last fragment of context 1.</summary>
    private static byte[] Command(params byte[][] elements)
    {
        byte[] set = [.. elements.SelectMany(element => element)];
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, set.Length + 2);
        return Unit(PduKind.Data, [.. length, 1, 3, .. set]);
    }

    private static byte[] Element(ushort number, byte[] value, uint? length = null)
    {
        byte[] header = new byte[8];
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(2), number);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), length ?? (uint)value.Length);
        return [.. header, .. value];
    }
}
