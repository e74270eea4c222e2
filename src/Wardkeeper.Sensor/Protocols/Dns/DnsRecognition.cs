using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dns;

/// <summary>
/// Tells DNS from everything else by structure: flags that a message of its direction can have, plausible counts, well-formed
/// names, known types and classes, and for datagrams that the records fill the datagram exactly. On a usual port names and types
/// may be any, bytes may follow, and flags may be odd when all else is right; there, even a query whose name is malformed counts:
/// somebody attacks a name server.
/// </summary>
internal static class DnsRecognition
{
    private const int MaxQuestions = 64;

    public static Match Of(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        bool usual = opening.HasPort(53) || opening.HasPort(5353) || opening.HasPort(5355) || opening.HasPort(137);
        DnsKind kind = DnsAnalyser.KindOf(opening.ClientPort, opening.ServerPort);
        if (opening.Carrier == Carrier.Tcp)
        {
            Match frame = Frame(bytes, opening.HasPort(53));
            if (frame != Match.Yes) return frame;
            bytes = bytes[2..];
        }
        else if (!IsMessage(bytes, usual, kind, opening.Truncated))
        {
            return Match.No;
        }
        bool isReply = (bytes[2] & 0x80) != 0, fromClient = !opening.Client.IsEmpty;

        // Both ends of multicast DNS are clients and servers, and a reply to the group makes nobody a client.
        if (kind == DnsKind.Multicast && opening.ServerPort == 5353) return Match.Yes;
        return isReply == fromClient ? Match.YesReversed : Match.Yes;
    }

    /// <summary>Whether the bytes begin with a whole and strictly well-formed message of a stream.</summary>
    public static bool IsWholeFrame(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2 + DnsHeader.Length) return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        return length >= DnsHeader.Length && bytes.Length >= 2 + length && IsMessage(bytes.Slice(2, length), false, DnsKind.Unicast, false);
    }

    /// <summary>The first message of a stream: its header and first question decide, for the rest may be long.</summary>
    private static Match Frame(ReadOnlySpan<byte> bytes, bool usual)
    {
        if (bytes.Length < 2) return Match.NeedMore;
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        if (length < DnsHeader.Length + 5) return Match.No;
        if (bytes.Length >= 6 && !HasPlausibleFlags(BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]), DnsKind.Unicast)) return Match.No;
        if (bytes.Length < 2 + DnsHeader.Length) return bytes.Length >= 8 && BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) != 1 ? Match.No : Match.NeedMore;
        ReadOnlySpan<byte> message = bytes[2..];
        if (message.Length > length) message = message[..length];
        if (!DnsHeader.TryRead(message, out DnsHeader header) || header.Questions != 1 || !HasPlausibleCounts(header, message.Length, length)) return Match.No;
        DnsReader reader = new(message);
        if (reader.TryQuestion(out DnsQuestion question)) return IsPlausible(message, question, usual, DnsKind.Unicast) ? Match.Yes : Match.No;
        bool short_ = reader.Fault == DnsFaults.NameTruncated || reader.Fault == DnsFaults.QuestionTruncated;
        return short_ && message.Length < length ? Match.NeedMore : Match.No;
    }

    private static bool IsMessage(ReadOnlySpan<byte> message, bool usual, DnsKind kind, bool truncated)
    {
        if (!DnsHeader.TryRead(message, out DnsHeader header)) return false;
        bool plain = HasPlausibleFlags(header.Flags, kind);
        if (!(plain || usual) || !HasPlausibleCounts(header, message.Length, truncated ? 65_535 : message.Length)) return usual && plain && IsLoneQuestion(header);
        usual &= plain;
        DnsReader reader = new(message);
        for (int i = 0; i < header.Questions; i++)
        {
            if (!reader.TryQuestion(out DnsQuestion question)) return usual && ((truncated && i > 0) || IsLoneQuestion(header));
            if (!IsPlausible(message, question, usual, kind)) return false;
        }
        int records = header.Answers + header.Authorities + header.Additionals;
        if (records == 0 && header.Questions == 0) return usual && header.IsReply && header.ResponseCode != 0 && message.Length == DnsHeader.Length;
        for (int i = 0; i < records; i++)
        {
            if (!reader.TryRecord(out DnsRecord record)) return usual && (truncated || header.Questions > 0 || i > 0);
            if (!usual && !DnsCodes.IsKnownType(record.Type)) return false;
        }
        return usual || reader.Position == message.Length;
    }

    /// <summary>A query's header of which no byte is left to chance but the id.</summary>
    private static bool IsLoneQuestion(in DnsHeader header) =>
        (header.Flags & ~0x0130) == 0 && header.Questions == 1 && header.Answers == 0 && header.Authorities == 0 && header.Additionals <= 1;

    private static bool HasPlausibleFlags(ushort flags, DnsKind kind)
    {
        bool isReply = (flags & 0x8000) != 0;
        int opcode = (flags >> 11) & 15, code = flags & 15;
        if (kind == DnsKind.NetBios) return opcode is 0 or (>= 5 and <= 9) or 15 && (isReply || code == 0);
        bool known = opcode is DnsHeader.OpcodeQuery or DnsHeader.OpcodeInverseQuery or DnsHeader.OpcodeStatus or DnsHeader.OpcodeNotify or DnsHeader.OpcodeUpdate or DnsHeader.OpcodeStateful;
        return known && (isReply || (code == 0 && (flags & 0x0080) == 0)) && (flags & 0x0040) == 0 && code <= 11;
    }

    /// <summary>Counts that the message's length can hold: a question takes five bytes at least, a record eleven.</summary>
    private static bool HasPlausibleCounts(in DnsHeader header, int present, int length)
    {
        if (header.Questions > MaxQuestions || present < DnsHeader.Length) return false;
        if (!header.IsReply && header.Questions == 0 && header.Answers == 0) return false;
        long least = DnsHeader.Length + (5L * header.Questions) + (11L * (header.Answers + header.Authorities + header.Additionals));
        return least <= length;
    }

    private static bool IsPlausible(ReadOnlySpan<byte> message, in DnsQuestion question, bool usual, DnsKind kind)
    {
        ushort plain = DnsMessage.PlainClass(question.Class, kind);
        if (!DnsCodes.IsKnownClass(plain)) return false;
        if (usual) return true;
        return DnsCodes.IsKnownType(question.Type) && HasHostLetters(message, question.NameAt);
    }

    private static bool HasHostLetters(ReadOnlySpan<byte> message, int position)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        if (!DnsName.TryRead(message, ref position, name, out int length, out _, out _)) return false;
        foreach (byte b in name[..length])
        {
            if (b is <= 0x20 or >= 0x7F) return false;
        }
        return true;
    }
}
