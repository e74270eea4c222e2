namespace Wardkeeper.Sensor.Protocols.Coap;

/// <summary>Header and options of a message (RFC 7252, section 3).</summary>
internal ref struct CoapMessage
{
    /// <summary>0 confirmable, 1 not, 2 acknowledgement, 3 reset.</summary>
    public int Kind { get; private set; }

    /// <summary>Class in the upper three bits, detail in the lower five.</summary>
    public byte Code { get; private set; }

    /// <summary>Number of the message.</summary>
    public int Id { get; private set; }

    /// <summary>What pairs answers with requests, with its length in the upper byte if that leaves room.</summary>
    public UInt128 Token { get; private set; }

    /// <summary>Host that is asked.</summary>
    public ReadOnlySpan<byte> Host { get; private set; }

    /// <summary>Whether a path is there.</summary>
    public bool HasPath { get; private set; }

    /// <summary>Whether changes are asked for or told of.</summary>
    public bool IsObserving { get; private set; }

    /// <summary>Number of the content's format, or null.</summary>
    public uint? Format { get; private set; }

    /// <summary>Bytes of the content.</summary>
    public int PayloadLength { get; private set; }

    /// <summary>Reads a message. False when it is none. The path and query are written to <paramref name="uri"/>, if there is room.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, scoped Span<byte> uri, out int uriLength, out CoapMessage message)
    {
        message = default;
        uriLength = 0;
        if (bytes.Length < 4 || bytes[0] >> 6 != 1) return false;
        int tokenLength = bytes[0] & 15;
        if (tokenLength > 8 || bytes.Length < 4 + tokenLength) return false;
        message.Kind = (bytes[0] >> 4) & 3;
        message.Code = bytes[1];
        message.Id = (bytes[2] << 8) | bytes[3];
        UInt128 token = (UInt128)tokenLength << 64;
        ulong value = 0;
        foreach (byte b in bytes.Slice(4, tokenLength)) value = (value << 8) | b;
        message.Token = token | value;
        // An empty message has nothing behind its number, others a code that is known.
        if (message.Code == 0) return bytes.Length == 4 && message.Kind != 1;
        if (CoapNames.Method(message.Code) is null && CoapNames.Answer(message.Code) is null) return false;
        SpanReader reader = new(bytes[(4 + tokenLength)..]);
        uint number = 0;
        while (reader.Remaining > 0)
        {
            byte head = reader.U8();
            if (head == 0xFF)
            {
                message.PayloadLength = reader.Remaining;
                return message.PayloadLength > 0;
            }
            if (!TryExtend(ref reader, head >> 4, out uint delta) || !TryExtend(ref reader, head & 15, out uint length)) return false;
            number += delta;
            ReadOnlySpan<byte> content = reader.Take((int)length);
            if (reader.Failed) return false;
            message.Take(number, content, uri, ref uriLength);
        }
        return !reader.Failed;
    }

    private void Take(uint option, ReadOnlySpan<byte> content, scoped Span<byte> uri, ref int uriLength)
    {
        switch (option)
        {
            case 3:
                Host = content;
                break;
            case 6:
                IsObserving = true;
                break;
            case 11 or 15:
                HasPath |= option == 11;
                bool isFirstQuery = option == 15 && uri[..uriLength].IndexOf((byte)'?') < 0;
                if (uriLength + content.Length + 1 > uri.Length) break;
                uri[uriLength++] = option == 11 ? (byte)'/' : isFirstQuery ? (byte)'?' : (byte)'&';
                content.CopyTo(uri[uriLength..]);
                uriLength += content.Length;
                break;
            case 12 when content.Length <= 2:
                uint format = 0;
                foreach (byte b in content) format = (format << 8) | b;
                Format = format;
                break;
        }
    }

    private static bool TryExtend(ref SpanReader reader, int nibble, out uint value)
    {
        value = nibble switch { 13 => reader.U8() + 13u, 14 => reader.U16() + 269u, _ => (uint)nibble };
        return nibble != 15 && !reader.Failed;
    }
}
