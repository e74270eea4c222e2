using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.Dicom;

/// <summary>Types of protocol data units. PS3.8, section 9.3.1.</summary>
internal enum PduType : byte
{
    /// <summary>A-ASSOCIATE-RQ.</summary>
    AssociateRequest = 1,

    /// <summary>A-ASSOCIATE-AC.</summary>
    AssociateAccept = 2,

    /// <summary>A-ASSOCIATE-RJ.</summary>
    AssociateReject = 3,

    /// <summary>P-DATA-TF.</summary>
    Data = 4,

    /// <summary>A-RELEASE-RQ.</summary>
    ReleaseRequest = 5,

    /// <summary>A-RELEASE-RP.</summary>
    ReleaseReply = 6,

    /// <summary>A-ABORT.</summary>
    Abort = 7,
}

/// <summary>The six bytes before every protocol data unit. PS3.8, section 9.3.1.</summary>
/// <param name="Type">Its type; may be none of the named ones.</param>
/// <param name="Reserved">Must be sent as zero and must not be tested, so it counts only where a PDU is searched for.</param>
/// <param name="Length">Bytes that follow the header, as the sender claims.</param>
internal readonly record struct PduHeader(PduType Type, byte Reserved, uint Length)
{
    /// <summary>Bytes of a header.</summary>
    public const int Size = 6;

    /// <summary>Bytes that follow the header of A-ASSOCIATE-RJ, A-RELEASE-RQ, A-RELEASE-RP and A-ABORT.</summary>
    public const int FixedLength = 4;

    /// <summary>Whether the type exists.</summary>
    public bool IsKnown => Type is >= PduType.AssociateRequest and <= PduType.Abort;

    /// <summary>Whether it is an A-ASSOCIATE-RQ or -AC.</summary>
    public bool IsAssociate => Type is PduType.AssociateRequest or PduType.AssociateAccept;

    /// <summary>Reads a header from at least six bytes.</summary>
    public static PduHeader Read(ReadOnlySpan<byte> bytes) => new((PduType)bytes[0], bytes[1], BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]));
}

/// <summary>The six bytes before every presentation data value. PS3.8, section 9.3.5.1 and annex E.2.</summary>
/// <param name="Length">Bytes that follow the length field: context, control and payload.</param>
/// <param name="Context">Presentation context identifier, odd.</param>
/// <param name="Control">Message control header; bit 0 command, bit 1 last fragment.</param>
internal readonly record struct PdvHeader(uint Length, byte Context, byte Control)
{
    /// <summary>Bytes of a header.</summary>
    public const int Size = 6;

    /// <summary>Whether the fragment belongs to a command set, else to a data set.</summary>
    public bool IsCommand => (Control & 1) != 0;

    /// <summary>Whether it is the last fragment of its command set or data set.</summary>
    public bool IsLast => (Control & 2) != 0;

    /// <summary>Bytes of the fragment; meaningful when <see cref="FitsIn"/>.</summary>
    public uint Payload => Length - 2;

    /// <summary>Whether it is long enough for its own header and no longer than what is left of its PDU.</summary>
    public bool FitsIn(uint pduLeft) => Length >= 2 && pduLeft >= 4 && Length <= pduLeft - 4;

    /// <summary>Reads a header from at least six bytes.</summary>
    public static PdvHeader Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes[4], bytes[5]);
}

/// <summary>Reads variable items: type, a reserved byte, a two-byte length and that many bytes. PS3.8, section 9.3.2.1.</summary>
internal ref struct ItemReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>Whether an item claimed more bytes than there are.</summary>
    public bool IsOverrun { get; private set; }

    /// <summary>Type of the item.</summary>
    public byte Type { get; private set; }

    /// <summary>Its bytes.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Moves to the next item; false at the end or at an overrun.</summary>
    public bool Next()
    {
        if (rest.IsEmpty || IsOverrun) return false;
        if (rest.Length < 4 || BinaryPrimitives.ReadUInt16BigEndian(rest[2..]) > rest.Length - 4)
        {
            IsOverrun = true;
            return false;
        }
        Type = rest[0];
        Value = rest.Slice(4, BinaryPrimitives.ReadUInt16BigEndian(rest[2..]));
        rest = rest[(4 + Value.Length)..];
        return true;
    }
}

/// <summary>The words of PS3.8, sections 9.3.4 and 9.3.8, for why an association was refused or aborted. Numbers without a meaning stay numbers.</summary>
internal static class PduWords
{
    /// <summary>Result of an A-ASSOCIATE-RJ.</summary>
    public static string RejectResult(byte result) => result switch { 1 => "permanent", 2 => "transient", _ => Number(result) };

    /// <summary>Source of an A-ASSOCIATE-RJ.</summary>
    public static string RejectSource(byte source) => source switch
    {
        1 => "service-user",
        2 => "service-provider-acse",
        3 => "service-provider-presentation",
        _ => Number(source),
    };

    /// <summary>Reason of an A-ASSOCIATE-RJ, which means something else for each source.</summary>
    public static string RejectReason(byte source, byte reason) => (source, reason) switch
    {
        (1 or 2, 1) => "no-reason-given",
        (1, 2) => "application-context-name-not-supported",
        (1, 3) => "calling-ae-title-not-recognized",
        (1, 7) => "called-ae-title-not-recognized",
        (2, 2) => "protocol-version-not-supported",
        (3, 1) => "temporary-congestion",
        (3, 2) => "local-limit-exceeded",
        _ => Number(reason),
    };

    /// <summary>Source of an A-ABORT.</summary>
    public static string AbortSource(byte source) => source switch { 0 => "service-user", 2 => "service-provider", _ => Number(source) };

    /// <summary>Reason of an A-ABORT; only the service provider gives one.</summary>
    public static string? AbortReason(byte source, byte reason) => (source, reason) switch
    {
        (2, 0) => "reason-not-specified",
        (2, 1) => "unrecognized-pdu",
        (2, 2) => "unexpected-pdu",
        (2, 4) => "unrecognized-pdu-parameter",
        (2, 5) => "unexpected-pdu-parameter",
        (2, 6) => "invalid-pdu-parameter-value",
        (2, _) => Number(reason),
        _ => null,
    };

    /// <summary>Result of a presentation context in an A-ASSOCIATE-AC. PS3.8, section 9.3.3.2.</summary>
    public static string ContextResult(byte result) => result switch
    {
        0 => "accepted",
        1 => "user-rejection",
        2 => "no-reason",
        3 => "abstract-syntax-not-supported",
        4 => "transfer-syntaxes-not-supported",
        _ => Number(result),
    };

    /// <summary>Type of a user identity. PS3.7, annex D.3.3.7.</summary>
    public static string UserIdentity(byte type) => type switch
    {
        1 => "username",
        2 => "username-and-passcode",
        3 => "kerberos",
        4 => "saml",
        5 => "jwt",
        _ => Number(type),
    };

    private static string Number(byte value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
