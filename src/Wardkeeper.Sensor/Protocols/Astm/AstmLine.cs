namespace Wardkeeper.Sensor.Protocols.Astm;

/// <summary>The characters of the low-level protocol and its checksum. LIS01-A2 (E1381), 6.2 to 6.4.</summary>
internal static class AstmLine
{
    /// <summary>Start of a frame.</summary>
    public const byte Stx = 0x02;

    /// <summary>End of the frame that ends a record or message.</summary>
    public const byte Etx = 0x03;

    /// <summary>End of a transfer; from the receiver a request to let it speak.</summary>
    public const byte Eot = 0x04;

    /// <summary>Asks to begin a transfer.</summary>
    public const byte Enq = 0x05;

    /// <summary>Accepted.</summary>
    public const byte Ack = 0x06;

    /// <summary>Not accepted.</summary>
    public const byte Nak = 0x15;

    /// <summary>End of a frame whose record goes on in the next one.</summary>
    public const byte Etb = 0x17;

    /// <summary>Sum modulo 256 of the bytes after STX up to and with ETB or ETX.</summary>
    public static byte Sum(ReadOnlySpan<byte> covered)
    {
        byte sum = 0;
        foreach (byte value in covered) sum += value;
        return sum;
    }

    /// <summary>Value of a hexadecimal digit.</summary>
    public static bool TryHex(byte digit, out int value)
    {
        value = digit switch
        {
            >= (byte)'0' and <= (byte)'9' => digit - '0',
            >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
            >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
            _ => -1,
        };
        return value >= 0;
    }
}
