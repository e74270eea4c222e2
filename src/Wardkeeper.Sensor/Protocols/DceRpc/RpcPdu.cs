using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.DceRpc;

/// <summary>One protocol data unit of connection-oriented DCE/RPC (C706, section 12.6), as far as its bytes are there.</summary>
internal readonly ref struct RpcPdu
{
    public const int Header = 16;

    public const byte Request = 0, Response = 2, Fault = 3, Bind = 11, BindAck = 12, BindNak = 13, AlterContext = 14, AlterContextResponse = 15, Auth3 = 16, Last = 19;

    public const byte FirstFragment = 1, LastFragment = 2, HasObject = 0x80;

    private const int Trailer = 8, Identifier = 16;

    /// <summary>Kind of unit.</summary>
    public byte Kind { get; private init; }

    /// <summary>Flags: first and last fragment, object present.</summary>
    public byte Flags { get; private init; }

    /// <summary>Whether numbers have their low byte first.</summary>
    public bool IsLittle { get; private init; }

    /// <summary>Number that pairs an answer with its call.</summary>
    public uint CallId { get; private init; }

    /// <summary>What lies between header and trailer.</summary>
    public ReadOnlySpan<byte> Body { get; private init; }

    /// <summary>Kind of authentication; 0 for none. MS-RPCE, section 2.2.1.1.7.</summary>
    public byte AuthType { get; private init; }

    /// <summary>What is protected. MS-RPCE, section 2.2.1.1.8.</summary>
    public byte AuthLevel { get; private init; }

    /// <summary>Token of the authentication.</summary>
    public ReadOnlySpan<byte> Token { get; private init; }

    /// <summary>Whether a header of version 5 can begin so; at least one byte.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] != 5 || (bytes.Length > 1 && bytes[1] > 1)) return false;
        if (bytes.Length > 2 && bytes[2] is not (Request or Response or Fault or (>= Bind and <= Last))) return false;
        // The format of numbers: integers' order and characters in one byte, floating point in the next, two zeros.
        if (bytes.Length > 4 && bytes[4] is not (0x10 or 0)) return false;
        if ((bytes.Length > 5 && bytes[5] > 3) || (bytes.Length > 6 && bytes[6] != 0) || (bytes.Length > 7 && bytes[7] != 0)) return false;
        if (bytes.Length < Header) return true;
        int length = LengthOf(bytes), auth = U16(bytes[10..], bytes[4] == 0x10);
        return length >= Header && (auth == 0 || auth + Trailer + Header <= length);
    }

    /// <summary>Length of the unit whose header is there.</summary>
    public static int LengthOf(ReadOnlySpan<byte> header) => U16(header[8..], header[4] == 0x10);

    /// <summary>Takes a whole unit apart.</summary>
    public static RpcPdu Of(ReadOnlySpan<byte> unit)
    {
        bool isLittle = unit[4] == 0x10;
        int auth = U16(unit[10..], isLittle), end = auth == 0 ? unit.Length : unit.Length - auth - Trailer;
        ReadOnlySpan<byte> trailer = auth == 0 ? default : unit.Slice(end, Trailer);
        int padding = trailer.IsEmpty ? 0 : Math.Min((int)trailer[2], end - Header);
        return new RpcPdu
        {
            Kind = unit[2],
            Flags = unit[3],
            IsLittle = isLittle,
            CallId = isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(unit[12..]) : BinaryPrimitives.ReadUInt32BigEndian(unit[12..]),
            Body = unit[Header..(end - padding)],
            AuthType = trailer.IsEmpty ? (byte)0 : trailer[0],
            AuthLevel = trailer.IsEmpty ? (byte)0 : trailer[1],
            Token = trailer.IsEmpty ? default : unit[^auth..],
        };
    }

    /// <summary>A number of two bytes in the body; 0 beyond its end.</summary>
    public int U16At(int at) => at + 2 <= Body.Length ? U16(Body[at..], IsLittle) : 0;

    /// <summary>A number of four bytes in the body; 0 beyond its end.</summary>
    public uint U32At(int at) => at + 4 > Body.Length ? 0 : IsLittle ? BinaryPrimitives.ReadUInt32LittleEndian(Body[at..]) : BinaryPrimitives.ReadUInt32BigEndian(Body[at..]);

    /// <summary>An identifier in the body; empty beyond its end.</summary>
    public Guid IdAt(int at) => at + Identifier <= Body.Length ? new Guid(Body.Slice(at, Identifier), bigEndian: !IsLittle) : Guid.Empty;

    /// <summary>Arguments or results, behind the fixed part.</summary>
    public ReadOnlySpan<byte> Stub
    {
        get
        {
            int at = Kind == Request && (Flags & HasObject) != 0 ? 8 + Identifier : 8;
            return at < Body.Length ? Body[at..] : default;
        }
    }

    private static int U16(ReadOnlySpan<byte> bytes, bool isLittle) => isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
