using Wardkeeper.Sensor.Protocols.Snmp;

namespace Wardkeeper.Sensor.Protocols.Ldap;

/// <summary>The frame of one message (RFC 4511, section 4.1.1): its number and its operation.</summary>
internal readonly ref struct LdapMessage
{
    public const byte BindRequest = 0x60, BindResponse = 0x61, Unbind = 0x42, SearchRequest = 0x63, SearchEntry = 0x64, SearchDone = 0x65, ModifyRequest = 0x66, ModifyResponse = 0x67, AddRequest = 0x68, AddResponse = 0x69;

    public const byte DeleteRequest = 0x4A, DeleteResponse = 0x6B, ModifyNameRequest = 0x6C, ModifyNameResponse = 0x6D, CompareRequest = 0x6E, CompareResponse = 0x6F, Abandon = 0x50, SearchReference = 0x73;

    public const byte ExtendedRequest = 0x77, ExtendedResponse = 0x78, Intermediate = 0x79;

    /// <summary>Number that an answer repeats.</summary>
    public long Id { get; private init; }

    /// <summary>Tag of the operation.</summary>
    public byte Operation { get; private init; }

    /// <summary>The operation's fields, as far as they are there.</summary>
    public ReadOnlySpan<byte> Content { get; private init; }

    /// <summary>Whether a client sends this operation.</summary>
    public static bool IsRequest(byte operation) =>
        operation is BindRequest or Unbind or SearchRequest or ModifyRequest or AddRequest or DeleteRequest or ModifyNameRequest or CompareRequest or Abandon or ExtendedRequest;

    /// <summary>Takes a message apart.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out LdapMessage message)
    {
        message = default;
        BerReader outer = new(bytes);
        if (bytes.IsEmpty || bytes[0] != BerReader.Sequence || !outer.TryHeaderAndPart(out _, out ReadOnlySpan<byte> content)) return false;
        BerReader reader = new(content);
        if (!reader.TryTakeInteger(out long id) || !reader.TryHeaderAndPart(out byte operation, out ReadOnlySpan<byte> fields)) return false;
        message = new LdapMessage { Id = id, Operation = operation, Content = fields };
        return IsRequest(operation) || operation is BindResponse or SearchEntry or SearchDone or ModifyResponse or AddResponse or DeleteResponse or ModifyNameResponse or CompareResponse or SearchReference or ExtendedResponse or Intermediate;
    }

    /// <summary>Whether a message begins so, by its frame, its operation and that operation's first field.</summary>
    public static Match Begins(ReadOnlySpan<byte> bytes, out bool isRequest)
    {
        isRequest = false;
        if (bytes.IsEmpty) return Match.NeedMore;
        if (bytes[0] != BerReader.Sequence) return Match.No;
        if (!BerReader.TryHeader(bytes, out _, out int header, out long length)) return bytes.Length < 6 && (bytes.Length < 2 || bytes[1] is >= 0x81 and <= 0x84) ? Match.NeedMore : Match.No;
        ReadOnlySpan<byte> rest = bytes[header..];
        if (rest.Length < 2) return rest.IsEmpty || rest[0] == BerReader.Integer ? Match.NeedMore : Match.No;
        if (rest[0] != BerReader.Integer || rest[1] is 0 or > 5 || length < rest[1] + 4) return Match.No;
        int at = 2 + rest[1];
        if (rest.Length <= at) return Match.NeedMore;
        if ((rest[2] & 0x80) != 0) return Match.No;
        byte operation = rest[at];
        isRequest = IsRequest(operation);
        if (!BerReader.TryHeader(rest[at..], out _, out int inner, out long fields)) return rest.Length - at < 6 ? Match.NeedMore : Match.No;
        if (operation == Unbind) return fields == 0 ? Match.Yes : Match.No;
        if (fields + inner + at > length) return Match.No;
        ReadOnlySpan<byte> first = rest[(at + inner)..];
        if (operation is DeleteRequest or Abandon) return fields is > 0 and < 512 && fields + inner + at == length ? Match.Yes : Match.No;
        if (first.Length < 3) return Match.NeedMore;
        return operation switch
        {
            BindRequest => first[0] == BerReader.Integer && first[1] == 1 && first[2] is 2 or 3 ? Match.Yes : Match.No,
            SearchRequest or SearchEntry or ModifyRequest or AddRequest or ModifyNameRequest or CompareRequest or SearchReference => first[0] == BerReader.OctetString ? Match.Yes : Match.No,
            BindResponse or SearchDone or ModifyResponse or AddResponse or DeleteResponse or ModifyNameResponse or CompareResponse or ExtendedResponse => first[0] == 0x0A && first[1] == 1 && first[2] < 128 ? Match.Yes : Match.No,
            ExtendedRequest => first[0] == 0x80 && first[1] < 64 && first[2] is >= (byte)'0' and <= (byte)'2' ? Match.Yes : Match.No,
            _ => Match.No,
        };
    }
}
