using System.Buffers;
using System.Text;

namespace Wardkeeper.Sensor.Protocols.Dicom;

/// <summary>DICOM's texts from the wire: unique identifiers and application entity titles. Well-known identifiers come out as one shared string.</summary>
internal static class DicomText
{
    private const int MaxUid = 64;
    private static readonly SearchValues<byte> UidBytes = SearchValues.Create("0123456789."u8);

    /// <summary>
    /// Reads a unique identifier with its padding removed (PS3.5, section 9.1). False when it is none: then nothing of it is kept,
    /// because what stands there could be anything.
    /// </summary>
    public static bool TryUid(ReadOnlySpan<byte> bytes, out string? uid)
    {
        uid = null;
        bytes = bytes.TrimEnd("\0 "u8);
        if (bytes.IsEmpty) return true;
        if (bytes.Length > MaxUid || bytes.ContainsAnyExcept(UidBytes)) return false;
        Span<char> text = stackalloc char[bytes.Length];
        Encoding.ASCII.GetChars(bytes, text);
        uid = DicomTables.Known(text) ?? text.ToString();
        return true;
    }

    /// <summary>
    /// Reads an application entity title or version name: blanks and NULs around it are removed, bytes that are not printable
    /// ASCII are written as <c>\xNN</c>, so that nothing a peer sent disappears. Empty becomes null.
    /// </summary>
    /// <param name="bytes">The field.</param>
    /// <param name="most">Most bytes that are kept.</param>
    public static string? Title(ReadOnlySpan<byte> bytes, int most = 16)
    {
        bytes = bytes.Trim("\0 "u8);
        if (bytes.IsEmpty) return null;
        if (bytes.Length > most) bytes = bytes[..most];
        if (!bytes.ContainsAnyExceptInRange((byte)' ', (byte)'~')) return Encoding.ASCII.GetString(bytes);
        StringBuilder text = new(bytes.Length + 12);
        foreach (byte b in bytes)
        {
            if (b is >= (byte)' ' and <= (byte)'~') text.Append((char)b);
            else text.Append("\\x").Append(Convert.ToHexString([b]));
        }
        return text.ToString();
    }
}
