using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.Dns;

/// <summary>The twelve bytes every DNS message begins with (RFC 1035, section 4.1.1).</summary>
internal readonly struct DnsHeader
{
    public const int Length = 12;

    public const int OpcodeQuery = 0;
    public const int OpcodeInverseQuery = 1;
    public const int OpcodeStatus = 2;
    public const int OpcodeNotify = 4;
    public const int OpcodeUpdate = 5;
    public const int OpcodeStateful = 6;

    public ushort Id { get; private init; }

    public ushort Flags { get; private init; }

    /// <summary>Questions; zones in an update.</summary>
    public ushort Questions { get; private init; }

    /// <summary>Answer records; prerequisites in an update.</summary>
    public ushort Answers { get; private init; }

    /// <summary>Authority records; updates in an update.</summary>
    public ushort Authorities { get; private init; }

    public ushort Additionals { get; private init; }

    public bool IsReply => (Flags & 0x8000) != 0;

    public int Opcode => (Flags >> 11) & 15;

    public bool Authoritative => (Flags & 0x0400) != 0;

    public bool Truncated => (Flags & 0x0200) != 0;

    public bool RecursionDesired => (Flags & 0x0100) != 0;

    public bool RecursionAvailable => (Flags & 0x0080) != 0;

    /// <summary>Three bits: reserved (4), authentic data (2), checking disabled (1); what Zeek calls Z.</summary>
    public int Reserved => (Flags >> 4) & 7;

    public int ResponseCode => Flags & 15;

    public static bool TryRead(ReadOnlySpan<byte> message, out DnsHeader header)
    {
        header = default;
        if (message.Length < Length) return false;
        header = new DnsHeader
        {
            Id = BinaryPrimitives.ReadUInt16BigEndian(message),
            Flags = BinaryPrimitives.ReadUInt16BigEndian(message[2..]),
            Questions = BinaryPrimitives.ReadUInt16BigEndian(message[4..]),
            Answers = BinaryPrimitives.ReadUInt16BigEndian(message[6..]),
            Authorities = BinaryPrimitives.ReadUInt16BigEndian(message[8..]),
            Additionals = BinaryPrimitives.ReadUInt16BigEndian(message[10..]),
        };
        return true;
    }
}
