using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Formats.Dicom;

/// <summary>How a data set is written. PS3.5, annex A.</summary>
/// <param name="IsExplicit">Whether elements state their value representation.</param>
/// <param name="IsBigEndian">Whether numbers begin with their highest byte.</param>
/// <param name="IsDeflated">Whether all of it is packed (RFC 1951).</param>
internal readonly record struct TransferSyntax(bool IsExplicit, bool IsBigEndian = false, bool IsDeflated = false)
{
    /// <summary>Implicit VR little endian, the default.</summary>
    public static readonly TransferSyntax Implicit = new(false);

    /// <summary>Explicit VR little endian; also that of every encapsulated syntax.</summary>
    public static readonly TransferSyntax Explicit = new(true);

    /// <summary>
    /// The encoding that a transfer syntax UID stands for; null when there is no UID or it is a private one, so that the bytes have
    /// to tell. Every syntax that DICOM ever registered beside the two old ones is explicit little endian.
    /// </summary>
    public static TransferSyntax? Of(string? uid) => uid switch
    {
        "1.2.840.10008.1.2" => Implicit,
        "1.2.840.10008.1.2.2" => new TransferSyntax(true, IsBigEndian: true),
        "1.2.840.10008.1.2.1.99" or "1.2.840.10008.1.2.4.95" or "1.2.840.10008.1.2.4.205" => new TransferSyntax(true, IsDeflated: true),
        not null when uid.StartsWith("1.2.840.10008.1.2.", StringComparison.Ordinal) => Explicit,
        _ => null,
    };

    /// <summary>What the first eight bytes of a data set look like.</summary>
    public static TransferSyntax Guess(ReadOnlySpan<byte> first)
    {
        bool isExplicit = ValueRepresentation.IsKnown(BinaryPrimitives.ReadUInt16BigEndian(first[4..]));
        // Groups begin low: 0002, 0008, 0010. The other way round they would be 0200, 0800, 1000.
        return new TransferSyntax(isExplicit, isExplicit && first[0] == 0 && first[1] != 0);
    }
}

/// <summary>Value representations as two letters, the first in the higher byte. PS3.5, section 6.2.</summary>
internal static class ValueRepresentation
{
    public const ushort Sequence = ('S' << 8) | 'Q', Unknown = ('U' << 8) | 'N', OtherByte = ('O' << 8) | 'B', OtherWord = ('O' << 8) | 'W';

    /// <summary>Whether the length of an explicit element stands in four bytes after two reserved ones. Letters that are no known representation count as one of the future, which all will do so.</summary>
    public static bool HasLongLength(ushort vr) => vr switch
    {
        OtherByte or OtherWord or Sequence or Unknown or ('O' << 8 | 'D') or ('O' << 8 | 'F') or ('O' << 8 | 'L') or ('O' << 8 | 'V') or ('S' << 8 | 'V')
            or ('U' << 8 | 'C') or ('U' << 8 | 'R') or ('U' << 8 | 'T') or ('U' << 8 | 'V') => true,
        _ => !IsShort(vr) && AreLetters(vr),
    };

    /// <summary>Whether it is one that the standard knows.</summary>
    public static bool IsKnown(ushort vr) => IsShort(vr) || (HasLongLength(vr) && (vr >> 8) is 'O' or 'S' or 'U' && (vr & 0xFF) is 'B' or 'W' or 'Q' or 'N' or 'D' or 'F' or 'L' or 'V' or 'C' or 'R' or 'T');

    /// <summary>Whether both are capital letters.</summary>
    public static bool AreLetters(ushort vr) => (vr >> 8) is >= 'A' and <= 'Z' && (vr & 0xFF) is >= 'A' and <= 'Z';

    private static bool IsShort(ushort vr) => vr is ('A' << 8 | 'E') or ('A' << 8 | 'S') or ('A' << 8 | 'T') or ('C' << 8 | 'S') or ('D' << 8 | 'A') or ('D' << 8 | 'S')
        or ('D' << 8 | 'T') or ('F' << 8 | 'L') or ('F' << 8 | 'D') or ('I' << 8 | 'S') or ('L' << 8 | 'O') or ('L' << 8 | 'T') or ('P' << 8 | 'N') or ('S' << 8 | 'H')
        or ('S' << 8 | 'L') or ('S' << 8 | 'S') or ('S' << 8 | 'T') or ('T' << 8 | 'M') or ('U' << 8 | 'I') or ('U' << 8 | 'L') or ('U' << 8 | 'S');
}
