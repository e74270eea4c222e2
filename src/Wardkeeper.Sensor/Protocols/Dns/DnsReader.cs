using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.Dns;

/// <summary>One question of a message.</summary>
internal readonly ref struct DnsQuestion
{
    public int NameAt { get; init; }

    public ushort Type { get; init; }

    public ushort Class { get; init; }
}

/// <summary>One resource record of a message.</summary>
internal readonly ref struct DnsRecord
{
    /// <summary>The whole message, for compression pointers.</summary>
    public ReadOnlySpan<byte> Message { get; init; }

    public int NameAt { get; init; }

    public ushort Type { get; init; }

    public ushort Class { get; init; }

    /// <summary>Time to live, in seconds.</summary>
    public uint Ttl { get; init; }

    public int DataAt { get; init; }

    public int DataLength { get; init; }

    public ReadOnlySpan<byte> Data => Message.Slice(DataAt, DataLength);

    /// <summary>The owner's name as text.</summary>
    public string Owner(bool lower) => DnsName.Text(Message, NameAt, lower) ?? "";

    /// <summary>A name inside the data that must end within it, or null if it is malformed.</summary>
    /// <param name="offset">Where in the data; moved behind the name.</param>
    public string? NameInData(ref int offset, bool lower)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        int position = DataAt + offset;
        if (!DnsName.TryRead(Message, ref position, name, out int length, out _, out _) || position > DataAt + DataLength) return null;
        offset = position - DataAt;
        return DnsName.Printable(name[..length], lower);
    }
}

/// <summary>Walks over a message's questions and records; stops at the first that is malformed.</summary>
internal ref struct DnsReader(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> message = message;

    /// <summary>All bytes of the message.</summary>
    public readonly ReadOnlySpan<byte> Whole => message;

    /// <summary>Offset of what comes next.</summary>
    public int Position { get; private set; } = DnsHeader.Length;

    /// <summary>What was wrong where the walk stopped.</summary>
    public Fault? Fault { get; private set; }

    public bool TryQuestion(out DnsQuestion question)
    {
        question = default;
        int nameAt = Position;
        if (!TryName()) return false;
        if (message.Length - Position < 4) return Stop(DnsFaults.QuestionTruncated);
        question = new DnsQuestion
        {
            NameAt = nameAt,
            Type = BinaryPrimitives.ReadUInt16BigEndian(message[Position..]),
            Class = BinaryPrimitives.ReadUInt16BigEndian(message[(Position + 2)..]),
        };
        Position += 4;
        return true;
    }

    public bool TryRecord(out DnsRecord record)
    {
        record = default;
        int nameAt = Position;
        if (!TryName()) return false;
        if (message.Length - Position < 10) return Stop(DnsFaults.RecordTruncated);
        ReadOnlySpan<byte> fixedPart = message.Slice(Position, 10);
        int length = BinaryPrimitives.ReadUInt16BigEndian(fixedPart[8..]);
        if (message.Length - Position - 10 < length) return Stop(DnsFaults.RecordTruncated);
        record = new DnsRecord
        {
            Message = message,
            NameAt = nameAt,
            Type = BinaryPrimitives.ReadUInt16BigEndian(fixedPart),
            Class = BinaryPrimitives.ReadUInt16BigEndian(fixedPart[2..]),
            Ttl = BinaryPrimitives.ReadUInt32BigEndian(fixedPart[4..]),
            DataAt = Position + 10,
            DataLength = length,
        };
        Position += 10 + length;
        return true;
    }

    private bool TryName()
    {
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        int position = Position;
        bool read = DnsName.TryRead(message, ref position, name, out _, out _, out Fault? fault);
        if (!read) return Stop(fault!);
        Position = position;
        return true;
    }

    private bool Stop(Fault fault)
    {
        Fault = fault;
        return false;
    }
}
