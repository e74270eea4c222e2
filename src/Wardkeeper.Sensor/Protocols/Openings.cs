using System.Buffers.Binary;
using System.Text;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>What many recognisers ask of first bytes.</summary>
internal static class Openings
{
    /// <summary>Whether bytes begin with these; more are needed while they are the beginning of them.</summary>
    public static Match Begin(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> with) =>
        bytes.Length >= with.Length ? bytes.StartsWith(with) ? Match.Yes : Match.No : with.StartsWith(bytes) ? Match.NeedMore : Match.No;

    /// <summary>Whether bytes begin with one of these words; more are needed while they are the beginning of one.</summary>
    public static Match BeginOne(ReadOnlySpan<byte> bytes, ReadOnlySpan<string> words, bool inAnyCase = false)
    {
        bool mayBecome = false;
        foreach (string word in words)
        {
            int common = Math.Min(word.Length, bytes.Length);
            ReadOnlySpan<char> beginning = word.AsSpan(0, common);
            if (!(inAnyCase ? Ascii.EqualsIgnoreCase(bytes[..common], beginning) : Ascii.Equals(bytes[..common], beginning))) continue;
            if (common == word.Length) return Match.Yes;
            mayBecome = true;
        }
        return mayBecome ? Match.NeedMore : Match.No;
    }

    /// <summary>Yes or no.</summary>
    public static Match If(bool isSo) => isSo ? Match.Yes : Match.No;

    /// <summary>For datagrams no, for streams more: too little is there to tell.</summary>
    public static Match Short(in Opening opening) => opening.Carrier == Observations.Carrier.Tcp ? Match.NeedMore : Match.No;

    public static int U16(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16BigEndian(bytes);

    public static uint U32(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32BigEndian(bytes);

    public static int U16Little(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    public static uint U32Little(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    public static bool IsZero(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyExcept((byte)0) < 0;

    /// <summary>Whether there is something and all of it is printable ASCII.</summary>
    public static bool IsPrintable(ReadOnlySpan<byte> bytes) => !bytes.IsEmpty && !bytes.ContainsAnyExceptInRange((byte)0x20, (byte)0x7E);

    public static bool IsDigits(ReadOnlySpan<byte> bytes) => !bytes.IsEmpty && !bytes.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    /// <summary>Seconds since 1970 between 2001 and 2038.</summary>
    public static bool IsTime(uint seconds) => seconds is >= 0x3A4F_C880 and < 0x7FFF_FFFF;
}
