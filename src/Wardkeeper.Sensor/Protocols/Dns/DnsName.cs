using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dns;

/// <summary>Domain names on the wire: labels and compression pointers (RFC 1035, sections 3.1 and 4.1.4). Pure functions.</summary>
internal static class DnsName
{
    /// <summary>Most bytes a name can have as text: 255 on the wire less the root's, each label's length byte becoming a dot.</summary>
    public const int MaxLength = 254;

    /// <summary>Pointers followed in one name. Real servers chain a handful; without a limit a name costs as much as the message is long.</summary>
    private const int MaxJumps = 32;

    /// <summary>
    /// Reads the name at <paramref name="position"/>, moves behind it, and writes its labels joined by dots. A pointer must go before
    /// the labels it was met in, so every chain ends.
    /// </summary>
    /// <param name="into">At least <see cref="MaxLength"/> bytes.</param>
    /// <param name="length">Bytes written; 0 for the root.</param>
    /// <param name="firstLabel">Bytes of the first label.</param>
    /// <param name="fault">What was wrong, or null.</param>
    public static bool TryRead(ReadOnlySpan<byte> message, ref int position, Span<byte> into, out int length, out int firstLabel, out Fault? fault)
    {
        length = 0;
        firstLabel = 0;
        fault = null;
        int at = position, segmentStart = position, jumps = 0, end = -1;
        while (true)
        {
            if ((uint)at >= (uint)message.Length) return Wrong(DnsFaults.NameTruncated, out fault);
            int label = message[at];
            if (label == 0)
            {
                position = end < 0 ? at + 1 : end;
                return true;
            }
            if (label >= 0xC0)
            {
                if (at + 1 >= message.Length) return Wrong(DnsFaults.NameTruncated, out fault);
                int target = ((label & 0x3F) << 8) | message[at + 1];
                if (end < 0) end = at + 2;
                if (target >= segmentStart) return Wrong(DnsFaults.PointerNotBackward, out fault);
                if (++jumps > MaxJumps) return Wrong(DnsFaults.PointerChainTooLong, out fault);
                at = segmentStart = target;
                continue;
            }
            if (label > 63) return Wrong(DnsFaults.LabelReserved, out fault);
            if (label >= message.Length - at) return Wrong(DnsFaults.NameTruncated, out fault);
            int dot = length > 0 ? 1 : 0;
            if (length + dot + label > MaxLength - 1) return Wrong(DnsFaults.NameTooLong, out fault);
            if (dot == 1) into[length++] = (byte)'.';
            else firstLabel = label;
            message.Slice(at + 1, label).CopyTo(into[length..]);
            length += label;
            at += 1 + label;
        }
    }

    /// <summary>The name at this position as text, or null if it is malformed.</summary>
    public static string? Text(ReadOnlySpan<byte> message, int position, bool lower)
    {
        Span<byte> name = stackalloc byte[MaxLength];
        return TryRead(message, ref position, name, out int length, out _, out _) ? Printable(name[..length], lower) : null;
    }

    /// <summary>
    /// Bytes as text: valid UTF-8 stays, control characters and invalid bytes become <c>\xNN</c> and a backslash is doubled, as in
    /// Zeek's logs. Dots inside labels are not told from those between them.
    /// </summary>
    public static string Printable(ReadOnlySpan<byte> bytes, bool lower)
    {
        bool plain = bytes.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E) < 0 && !bytes.Contains((byte)'\\');
        if (plain)
        {
            if (!lower || bytes.IndexOfAnyInRange((byte)'A', (byte)'Z') < 0) return RecentTexts.OfAscii(bytes);
            return RecentTexts.OfAscii(Lower(bytes, bytes.Length <= 512 ? stackalloc byte[bytes.Length] : new byte[bytes.Length]));
        }
        StringBuilder text = new(bytes.Length + 16);
        while (!bytes.IsEmpty)
        {
            byte b = bytes[0];
            bool isRune = Rune.DecodeFromUtf8(bytes, out Rune rune, out int taken) == System.Buffers.OperationStatus.Done;
            if (b == '\\') text.Append("\\\\");
            else if (!isRune || Rune.IsControl(rune)) Escape(text, bytes[..taken]);
            else text.Append(lower && rune.IsAscii ? Rune.ToLowerInvariant(rune).ToString() : rune.ToString());
            bytes = bytes[taken..];
        }
        return text.ToString();
    }

    private static void Escape(StringBuilder text, ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes) text.Append("\\x").Append("0123456789abcdef"[b >> 4]).Append("0123456789abcdef"[b & 15]);
    }

    private static ReadOnlySpan<byte> Lower(ReadOnlySpan<byte> bytes, Span<byte> into)
    {
        for (int i = 0; i < bytes.Length; i++) into[i] = bytes[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(bytes[i] | 0x20) : bytes[i];
        return into[..bytes.Length];
    }

    private static bool Wrong(Fault what, out Fault? fault)
    {
        fault = what;
        return false;
    }
}
