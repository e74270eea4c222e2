using System.Buffers;

namespace Wardkeeper.Sensor.Content;

/// <summary>Decodes one part's lines into a body. RFC 2045, 6.7 and 6.8.</summary>
internal sealed class TransferDecoder
{
    private TransferCoding coding;
    private uint bits;
    private int count;
    private bool owesLine;

    /// <summary>Begins a part.</summary>
    public void Begin(TransferCoding packedAs)
    {
        Reset();
        coding = packedAs;
    }

    /// <summary>A line or a piece of one.</summary>
    public void Push(ReadOnlySpan<byte> line, bool isEnd, Body into)
    {
        switch (coding)
        {
            case TransferCoding.Base64:
                Base64(line, into);
                break;
            case TransferCoding.QuotedPrintable:
                if (owesLine) into.Push("\r\n"u8);
                owesLine = false;
                QuotedPrintable(line, isEnd, into);
                break;
            default:
                into.Push(line);
                break;
        }
    }

    /// <summary>The part ended.</summary>
    public void Finish(Body into)
    {
        // Two digits left are one byte, three are two.
        if (coding == TransferCoding.Base64 && count >= 2)
        {
            Span<byte> last = [(byte)(bits >> ((6 * count) - 8)), count == 3 ? (byte)(bits >> 2) : (byte)0];
            into.Push(last[..(count - 1)]);
        }
        Reset();
    }

    /// <summary>Forgets what was begun.</summary>
    public void Reset()
    {
        bits = 0;
        count = 0;
        owesLine = false;
        coding = TransferCoding.Identity;
    }

    private void Base64(ReadOnlySpan<byte> line, Body into)
    {
        byte[] decoded = ArrayPool<byte>.Shared.Rent(line.Length + 3);
        int length = 0;
        foreach (byte b in line)
        {
            int digit = b switch
            {
                >= (byte)'A' and <= (byte)'Z' => b - 'A',
                >= (byte)'a' and <= (byte)'z' => b - 'a' + 26,
                >= (byte)'0' and <= (byte)'9' => b - '0' + 52,
                (byte)'+' or (byte)'-' => 62,
                (byte)'/' or (byte)'_' => 63,
                _ => -1,
            };
            if (digit < 0) continue;
            bits = (bits << 6) | (uint)digit;
            if (++count < 4) continue;
            decoded[length++] = (byte)(bits >> 16);
            decoded[length++] = (byte)(bits >> 8);
            decoded[length++] = (byte)bits;
            (bits, count) = (0, 0);
        }
        into.Push(decoded.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(decoded);
    }

    private void QuotedPrintable(ReadOnlySpan<byte> line, bool isEnd, Body into)
    {
        if (isEnd) line = line.TrimEnd(" \t"u8);
        while (!line.IsEmpty)
        {
            int equals = line.IndexOf((byte)'=');
            if (equals < 0)
            {
                into.Push(line);
                break;
            }
            into.Push(line[..equals]);
            line = line[(equals + 1)..];
            if (line.IsEmpty) return;
            if (line.Length < 2 || !char.IsAsciiHexDigit((char)line[0]) || !char.IsAsciiHexDigit((char)line[1])) continue;
            into.Push([(byte)((Convert.FromHexString([(char)line[0], (char)line[1]]))[0])]);
            line = line[2..];
        }
        owesLine = isEnd;
    }
}
