using System.Globalization;

namespace Wardkeeper.Sensor.Protocols.Opcua;

/// <summary>Reads OPC UA's binary encoding without ever running beyond it. OPC 10000-6, 5.2.</summary>
internal ref struct UaReader(ReadOnlySpan<byte> bytes)
{
    private const int LongestText = 256, MostElements = 1024, DeepestDiagnostics = 8;
    private SpanReader reader = new(bytes);

    /// <summary>Whether more was asked for than there is.</summary>
    public readonly bool Failed => reader.Failed;

    /// <summary>What is left.</summary>
    public readonly ReadOnlySpan<byte> Rest => reader.Rest;

    public byte U8() => reader.U8();

    public uint U32() => reader.U32Little();

    public void Skip(int count) => reader.Skip(count);

    /// <summary>A byte string; empty for none.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        int length = (int)reader.U32Little();
        return length <= 0 ? default : reader.Take(length);
    }

    /// <summary>A text; null for none.</summary>
    public string? Text() => ShortText.Of(Bytes(), LongestText);

    /// <summary>How many elements an array has, at most what is worth reading; the caller stops at <see cref="Failed"/>.</summary>
    public int Count()
    {
        int count = (int)reader.U32Little();
        return Math.Clamp(count, 0, MostElements);
    }

    /// <summary>Passes an array of texts by.</summary>
    public void SkipTexts()
    {
        int count = Count();
        for (int i = 0; i < count && !Failed; i++) Bytes();
    }

    /// <summary>A node's identifier: its namespace and number, or its text. 5.2.2.9.</summary>
    public UaNode Node()
    {
        byte encoding = reader.U8();
        UaNode node = (encoding & 0x3F) switch
        {
            0 => new UaNode(0, reader.U8(), null),
            1 => new UaNode(reader.U8(), reader.U16Little(), null),
            2 => new UaNode(reader.U16Little(), reader.U32Little(), null),
            3 => new UaNode(reader.U16Little(), 0, Text() ?? ""),
            4 => Opaque(16),
            5 => Opaque(-1),
            _ => Fail(),
        };
        // An expanded identifier may add a namespace's URI and a server's index.
        if ((encoding & 0x80) != 0) Bytes();
        if ((encoding & 0x40) != 0) reader.Skip(4);
        return node;
    }

    /// <summary>A localized text without its locale. 5.2.2.14.</summary>
    public string? Localized()
    {
        byte mask = reader.U8();
        if ((mask & 1) != 0) Bytes();
        return (mask & 2) != 0 ? Text() : null;
    }

    /// <summary>An extension object: its type and its body, empty where there is none. 5.2.2.15.</summary>
    public UaNode Extension(out ReadOnlySpan<byte> body)
    {
        UaNode type = Node();
        body = reader.U8() is 1 or 2 ? Bytes() : default;
        return type;
    }

    /// <summary>Passes diagnostics by, which may nest. 5.2.2.12.</summary>
    public void SkipDiagnostics()
    {
        for (int depth = 0; depth < DeepestDiagnostics; depth++)
        {
            byte mask = reader.U8();
            int numbers = (mask & 1) + ((mask >> 1) & 1) + ((mask >> 2) & 1) + ((mask >> 3) & 1);
            reader.Skip(numbers * 4);
            if ((mask & 0x10) != 0) Bytes();
            if ((mask & 0x20) != 0) reader.Skip(4);
            if ((mask & 0x40) == 0) return;
        }
        Fail();
    }

    /// <summary>A scalar value as text where it is one, or an extension object's body; passes the value by. 5.2.2.16.</summary>
    public string? Variant(out UaNode type, out ReadOnlySpan<byte> body)
    {
        type = default;
        body = default;
        byte encoding = reader.U8();
        int kind = encoding & 0x3F;
        bool isArray = (encoding & 0x80) != 0;
        int count = isArray ? Count() : 1;
        string? text = null;
        for (int i = 0; i < count && !Failed; i++)
        {
            switch (kind)
            {
                case 0: break;
                case 1 or 2 or 3: reader.Skip(1); break;
                case 4 or 5: reader.Skip(2); break;
                case 6 or 7 or 10 or 19: reader.Skip(4); break;
                case 8 or 9 or 11 or 13: reader.Skip(8); break;
                case 12: text = Text(); break;
                case 14: reader.Skip(16); break;
                case 15 or 16: Bytes(); break;
                case 17 or 18: Node(); break;
                case 20: reader.Skip(2); Bytes(); break;
                case 21: text = Localized(); break;
                case 22: type = Extension(out body); break;
                default: Fail(); break;
            }
        }
        if ((encoding & 0x40) != 0) reader.Skip(Count() * 4);
        return isArray ? null : text;
    }

    private UaNode Opaque(int length)
    {
        ushort space = reader.U16Little();
        if (length > 0) reader.Skip(length);
        else Bytes();
        return new UaNode(space, 0, "opaque");
    }

    private UaNode Fail()
    {
        reader.Skip(int.MaxValue);
        return default;
    }
}

/// <summary>A node's identifier.</summary>
/// <param name="Space">Index of the namespace.</param>
/// <param name="Number">Its number, if it has no text.</param>
/// <param name="Name">Its text.</param>
internal readonly record struct UaNode(int Space, uint Number, string? Name)
{
    /// <summary>As engineers write it: <c>ns=2;s=Pump.Speed</c>.</summary>
    public override string ToString()
    {
        string id = Name is null ? string.Create(CultureInfo.InvariantCulture, $"i={Number}") : "s=" + Name;
        return Space == 0 ? id : string.Create(CultureInfo.InvariantCulture, $"ns={Space};{id}");
    }
}
