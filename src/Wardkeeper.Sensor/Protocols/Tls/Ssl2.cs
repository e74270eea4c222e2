using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.Tls;

/// <summary>The little of SSL 2.0 that still occurs: the hello in its form, and its server's answer. RFC 5246, E.2; RFC 6176.</summary>
internal static class Ssl2
{
    private const byte ClientHelloMessage = 1;
    private const byte ClientMasterKey = 2;
    private const byte ServerHelloMessage = 4;

    /// <summary>Bytes of a record's header without padding.</summary>
    public const int HeaderLength = 2;

    /// <summary>Bytes that <see cref="IsClientHello"/> needs.</summary>
    public const int ClientHelloFields = 11;

    /// <summary>Bytes of the whole record, header included, or 0 when the bytes do not begin with a header without padding.</summary>
    public static int Whole(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= HeaderLength && (bytes[0] & 0x80) != 0 ? HeaderLength + (BinaryPrimitives.ReadUInt16BigEndian(bytes) & 0x7FFF) : 0;

    /// <summary>Whether these first bytes can begin a client's hello.</summary>
    public static bool CanBeginClientHello(ReadOnlySpan<byte> bytes) =>
        (bytes.Length < 1 || bytes[0] is 0x80 or 0x81)
        && (bytes.Length < 3 || bytes[2] == ClientHelloMessage)
        && (bytes.Length < 5 || BinaryPrimitives.ReadUInt16BigEndian(bytes[3..]) is 0x0002 or (>= 0x0300 and <= 0x0304));

    /// <summary>Whether the bytes begin with a client's hello whose lengths add up. Needs <see cref="ClientHelloFields"/> bytes.</summary>
    public static bool IsClientHello(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < ClientHelloFields || !CanBeginClientHello(bytes)) return false;
        int suites = BinaryPrimitives.ReadUInt16BigEndian(bytes[5..]);
        int session = BinaryPrimitives.ReadUInt16BigEndian(bytes[7..]);
        int challenge = BinaryPrimitives.ReadUInt16BigEndian(bytes[9..]);
        return suites > 0 && suites % 3 == 0 && session is 0 or 16 or 32 && challenge is >= 16 and <= 32
            && ClientHelloFields + suites + session + challenge == Whole(bytes);
    }

    /// <summary>Reads the certificate (X.509) of a server's hello; false when the record is something else.</summary>
    public static bool TryReadServerHello(ReadOnlySpan<byte> record, out ReadOnlySpan<byte> certificate)
    {
        SpanReader reader = new(record);
        reader.Skip(HeaderLength);
        byte message = reader.U8();
        reader.Skip(2);
        ushort version = reader.U16();
        int length = reader.U16();
        reader.Skip(4);
        certificate = reader.Take(length);
        return !reader.Failed && message == ServerHelloMessage && version == 0x0002;
    }

    /// <summary>Reads the cipher of a client's master key; false when the record is something else.</summary>
    public static bool TryReadMasterKey(ReadOnlySpan<byte> record, out int cipher)
    {
        SpanReader reader = new(record);
        reader.Skip(HeaderLength);
        byte message = reader.U8();
        cipher = reader.U24();
        return !reader.Failed && message == ClientMasterKey;
    }
}
