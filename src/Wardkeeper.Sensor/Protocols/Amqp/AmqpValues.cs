using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.Amqp;

/// <summary>What one end says of itself in its properties.</summary>
internal sealed class AmqpProperties
{
    private const int Longest = 128;

    /// <summary>Product with its version.</summary>
    public string? Product => product is null ? null : version is null ? product : $"{product} {version}";

    /// <summary>What it runs on.</summary>
    public string? Platform { get; private set; }

    /// <summary>Name of the cluster or of the connection.</summary>
    public string? Name { get; private set; }

    private string? product, version;

    /// <summary>Takes one property.</summary>
    public void Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.SequenceEqual("product"u8)) product = ShortText.Of(value, Longest);
        else if (name.SequenceEqual("version"u8)) version = ShortText.Of(value, Longest);
        else if (name.SequenceEqual("platform"u8)) Platform = ShortText.Of(value, Longest);
        else if (name.SequenceEqual("cluster_name"u8) || name.SequenceEqual("connection_name"u8)) Name = ShortText.Of(value, Longest);
    }
}

/// <summary>Field tables of 0-9-1 (section 4.2.5) and the typed values of 1.0 (section 1.6).</summary>
internal static class AmqpValues
{
    /// <summary>Reads a table of properties; nested tables are passed by.</summary>
    public static AmqpProperties Table(ref SpanReader reader)
    {
        AmqpProperties properties = new();
        uint length = reader.U32();
        SpanReader table = new(reader.Take((int)Math.Min(length, int.MaxValue)));
        while (table.Remaining > 0 && !table.Failed)
        {
            ReadOnlySpan<byte> name = table.Take(table.U8());
            byte kind = table.U8();
            int size = (char)kind switch
            {
                't' or 'b' or 'B' => 1,
                'U' or 'u' or 's' => 2,
                'I' or 'i' or 'f' => 4,
                'L' or 'l' or 'd' or 'T' => 8,
                'D' => 5,
                'V' => 0,
                'S' or 'x' or 'A' or 'F' => (int)Math.Min(table.U32(), int.MaxValue),
                _ => -1,
            };
            ReadOnlySpan<byte> value = table.Take(size);
            if (kind == 'S') properties.Take(name, value);
        }
        return properties;
    }

    /// <summary>Reads a map of properties of 1.0.</summary>
    public static AmqpProperties Map(ReadOnlySpan<byte> map)
    {
        AmqpProperties properties = new();
        SpanReader reader = new(map);
        while (reader.Remaining > 0 && !reader.Failed)
        {
            ReadOnlySpan<byte> name = Value(ref reader, out _), value = Value(ref reader, out byte kind);
            if (kind is 0xA1 or 0xB1 or 0xA3 or 0xB3) properties.Take(name, value);
        }
        return properties;
    }

    /// <summary>Next value of 1.0: of a text or number its bytes, of a list or map its elements, of a described one the value behind the descriptor.</summary>
    public static ReadOnlySpan<byte> Value(scoped ref SpanReader reader, out byte kind)
    {
        kind = reader.U8();
        if (kind == 0)
        {
            // A descriptor is plain, and so is what it describes.
            if (reader.Rest is [not 0, ..]) Value(ref reader, out _);
            else reader.Skip(int.MaxValue);
            kind = reader.U8();
        }
        switch (kind >> 4)
        {
            case 4:
                return default;
            case >= 5 and <= 9:
                return reader.Take(1 << ((kind >> 4) - 5));
            case 0xA:
                return reader.Take(reader.U8());
            case 0xB:
                return reader.Take((int)Math.Min(reader.U32(), int.MaxValue));
            case 0xC or 0xE:
                return Elements(reader.Take(reader.U8()), 1);
            case 0xD or 0xF:
                return Elements(reader.Take((int)Math.Min(reader.U32(), int.MaxValue)), 4);
            default:
                reader.Skip(int.MaxValue);
                return default;
        }
    }

    /// <summary>Code of a performative, and the elements of its list. False when it is none.</summary>
    public static bool TryPerformative(ReadOnlySpan<byte> body, out int code, out ReadOnlySpan<byte> elements)
    {
        code = 0;
        elements = default;
        if (body.Length < 3 || body[0] != 0) return false;
        int at;
        if (body[1] == 0x53) (code, at) = (body[2], 3);
        else if (body[1] == 0x80 && body.Length > 10) (code, at) = ((int)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(body[2..]), int.MaxValue), 10);
        else return false;
        SpanReader reader = new(body[at..]);
        if (reader.Rest is [0x45, ..]) return true;
        elements = Value(ref reader, out byte kind);
        return kind is 0xC0 or 0xD0 && !reader.Failed;
    }

    private static ReadOnlySpan<byte> Elements(ReadOnlySpan<byte> compound, int countSize) => compound.Length < countSize ? default : compound[countSize..];
}
