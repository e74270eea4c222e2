using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.Tls;

/// <summary>What a record carries. RFC 8446, 5.1.</summary>
internal enum ContentType : byte
{
    ChangeCipherSpec = 20,
    Alert = 21,
    Handshake = 22,
    ApplicationData = 23,
    Heartbeat = 24,
}

/// <summary>The five bytes before each record. RFC 8446, 5.1.</summary>
/// <param name="Type">What it carries.</param>
/// <param name="Version">Version of the record layer, 0x0300 to 0x0304.</param>
/// <param name="Length">Bytes that follow.</param>
internal readonly record struct TlsRecord(ContentType Type, ushort Version, int Length)
{
    /// <summary>Bytes of the header.</summary>
    public const int HeaderLength = 5;

    /// <summary>Most bytes that follow a header: 2^14 and, in TLS 1.2, 2048 for encryption. RFC 5246, 6.2.3.</summary>
    public const int LongestBody = 16384 + 2048;

    /// <summary>Header and body.</summary>
    public int Whole => HeaderLength + Length;

    /// <summary>Reads a header of five bytes; false when nothing but another protocol would send it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out TlsRecord record)
    {
        record = default;
        if (bytes.Length < HeaderLength || !CanBegin(bytes)) return false;
        record = new TlsRecord((ContentType)bytes[0], BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]), BinaryPrimitives.ReadUInt16BigEndian(bytes[3..]));
        return record.IsPlausible;
    }

    /// <summary>Whether these first bytes, at most five, can begin a header.</summary>
    public static bool CanBegin(ReadOnlySpan<byte> bytes) =>
        (bytes.Length < 1 || bytes[0] is >= 20 and <= 24) && (bytes.Length < 2 || bytes[1] == 3) && (bytes.Length < 3 || bytes[2] <= 4);

    private bool IsPlausible => Type switch
    {
        ContentType.ApplicationData => Length <= LongestBody,
        ContentType.ChangeCipherSpec => Length is >= 1 and <= 512,
        ContentType.Alert => Length is >= 2 and <= 512,
        _ => Length is > 0 and <= LongestBody,
    };
}
