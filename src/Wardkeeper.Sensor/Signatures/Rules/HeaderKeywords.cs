using System.Buffers.Binary;
using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Signatures.Matching;

namespace Wardkeeper.Sensor.Signatures.Rules;

/// <summary>Reads the keywords about a packet's own headers.</summary>
internal static class HeaderKeywords
{
    private const string FlagLetters = "FSRPAUEC";

    private delegate long Field(in PacketView view);

    /// <summary>Numbers in headers; a negative one is not there.</summary>
    private static readonly (string Word, Field Read)[] Fields =
    [
        ("ttl", static (in PacketView view) => view.Packet.Kind == PacketKind.Link ? -1 : view.Packet.Ttl),
        ("id", static (in PacketView view) => view.Packet.IpId),
        ("dsize", static (in PacketView view) => view.Packet.Kind == PacketKind.OtherIp && view.Packet.IpProtocol == 2 ? 0 : view.Packet.PayloadLength),
        ("seq", static (in PacketView view) => view.Packet.Kind == PacketKind.Tcp ? view.Packet.Seq : -1),
        ("tcp.seq", static (in PacketView view) => view.Packet.Kind == PacketKind.Tcp ? view.Packet.Seq : -1),
        ("ack", static (in PacketView view) => view.Packet.Kind == PacketKind.Tcp ? view.Packet.Ack : -1),
        ("tcp.ack", static (in PacketView view) => view.Packet.Kind == PacketKind.Tcp ? view.Packet.Ack : -1),
        ("window", static (in PacketView view) => view.Packet.Kind == PacketKind.Tcp ? view.Packet.TcpWindow : -1),
        ("tcp.window", static (in PacketView view) => view.Packet.Kind == PacketKind.Tcp ? view.Packet.TcpWindow : -1),
        ("itype", static (in PacketView view) => IsIcmp(in view) ? view.Packet.SourcePort : -1),
        ("icode", static (in PacketView view) => IsIcmp(in view) ? view.Packet.DestinationPort : -1),
        ("icmp_id", static (in PacketView view) => IsIcmp(in view) ? Two(view.TransportHeader, 4) : -1),
        ("icmp_seq", static (in PacketView view) => IsIcmp(in view) ? Two(view.TransportHeader, 6) : -1),
        ("icmpv6.mtu", static (in PacketView view) => view.Packet.IpProtocol == 58 && view.TransportHeader.Length >= 8 && view.TransportHeader[0] == 2 ? BinaryPrimitives.ReadUInt32BigEndian(view.TransportHeader[4..]) : -1),
        ("igmp.type", static (in PacketView view) => view.Packet.IpProtocol == 2 && view.TransportHeader.Length > 0 ? view.TransportHeader[0] : -1),
        ("tcp.mss", static (in PacketView view) => TcpOption(in view, 2, 2)),
        ("tcp.wscale", static (in PacketView view) => TcpOption(in view, 3, 1)),
        ("sctp.vtag", static (in PacketView view) => view.Packet.IpProtocol == 132 ? SctpChunks.Tag(view.TransportHeader) : -1),
        ("sctp.chunk_cnt", static (in PacketView view) => view.Packet.IpProtocol == 132 ? SctpChunks.Count(view.TransportHeader) : -1),
        ("tos", static (in PacketView view) => view.IpHeader.Length >= 20 && view.IpHeader[0] >> 4 == 4 ? view.IpHeader[1] : -1),
        ("vlan.layers", static (in PacketView view) => (view.Packet.Vlan > 0 ? 1 : 0) + (view.Packet.InnerVlan > 0 ? 1 : 0)),
    ];

    /// <summary>All of them as keywords.</summary>
    public static IEnumerable<Keyword> All()
    {
        foreach ((string word, Field read) in Fields) yield return new Keyword(word, (rule, value) => Number(rule, value, read));
        yield return new Keyword("flags", Flags);
        yield return new Keyword("tcp.flags", Flags);
        yield return new Keyword("ip_proto", Protocol);
        yield return new Keyword("sameip", static (rule, _) => Add(rule, static (in PacketView view) => view.Packet.Source == view.Packet.Destination));
        yield return new Keyword("fragbits", FragBits);
        yield return new Keyword("fragoffset", FragOffset);
        yield return new Keyword("ipopts", IpOptions);
        yield return new Keyword("stream_size", StreamSize);
        yield return new Keyword("vlan.id", VlanId);
        yield return new Keyword("igmp-csum", IgmpChecksum);
        yield return new Keyword("sctp.chunk_type", SctpChunkType);
    }

    private static void Add(RuleBuilder rule, PacketTest test)
    {
        rule.Rule.Tests.Add(test);
        rule.Rule.NeedsPacket = true;
    }

    private static void Number(RuleBuilder rule, string? value, Field read)
    {
        NumberTest test = NumberTest.Parse(rule.Keyword, value);
        Add(rule, (in PacketView view) => read(in view) is >= 0 and long number && test.Holds(number));
    }

    private static void SctpChunkType(RuleBuilder rule, string? value)
    {
        NumberTest test = NumberTest.Parse(rule.Keyword, value, NumberWords.Of(rule.Keyword));
        Add(rule, (in PacketView view) => view.Packet.IpProtocol == 132 && SctpChunks.Any(view.TransportHeader, test));
    }

    private static bool IsIcmp(in PacketView view) => view.Packet.Kind is PacketKind.Icmp or PacketKind.Icmp6 || (view.Packet.Kind == PacketKind.IcmpError && view.Packet.IpProtocol is 1 or 58);

    private static long Two(ReadOnlySpan<byte> bytes, int at) => bytes.Length >= at + 2 ? BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]) : -1;

    private static long TcpOption(in PacketView view, byte kind, int size)
    {
        ReadOnlySpan<byte> header = view.Packet.Kind == PacketKind.Tcp ? view.TransportHeader : default;
        for (int at = 20; at < header.Length && header[at] != 0;)
        {
            if (header[at] == 1)
            {
                at++;
                continue;
            }
            if (at + 1 >= header.Length || header[at + 1] < 2 || at + header[at + 1] > header.Length) return -1;
            if (header[at] == kind && header[at + 1] == size + 2) return size == 1 ? header[at + 2] : Two(header, at + 2);
            at += header[at + 1];
        }
        return -1;
    }

    /// <summary><c>flags:SA,CE</c>, <c>flags:+S</c>, <c>flags:*SF</c>, <c>flags:!A</c></summary>
    private static void Flags(RuleBuilder rule, string? value)
    {
        string[] words = ContentKeywords.Words(value);
        string text = words[0];
        char how = '=';
        if (text.Length > 0 && text[0] is '+' or '*' or '!' or '-') (how, text) = (text[0], text[1..]);
        else if (text.Length > 0 && text[^1] is '+' or '*' or '!') (how, text) = (text[^1], text[..^1]);
        byte wanted = Letters(rule, text), ignored = words.Length > 1 ? Letters(rule, words[1]) : (byte)0;
        Add(rule, (in PacketView view) =>
        {
            if (view.Packet.Kind != PacketKind.Tcp) return false;
            int flags = view.Packet.TcpFlags & ~ignored;
            return how switch
            {
                '+' => (flags & wanted) == wanted,
                '*' => (flags & wanted) != 0,
                '!' => wanted == 0 ? flags != 0 : (flags & wanted) != wanted,
                '-' => (flags & wanted) == 0,
                _ => flags == wanted,
            };
        });
    }

    private static byte Letters(RuleBuilder rule, string text)
    {
        int flags = 0;
        foreach (char letter in text.ToUpperInvariant())
        {
            int bit = letter switch { '0' => -2, '1' => 7, '2' => 6, _ => FlagLetters.IndexOf(letter, StringComparison.Ordinal) };
            if (bit == -1) throw new RefusedException(rule.Keyword, $"{letter} is no flag");
            if (bit >= 0) flags |= 1 << bit;
        }
        return (byte)flags;
    }

    private static void Protocol(RuleBuilder rule, string? value)
    {
        NumberTest test = NumberTest.Parse(rule.Keyword, value, Protocols);
        rule.Rule.Tests.Add((in PacketView view) => view.Packet.Kind != PacketKind.Link && test.Holds(view.Packet.IpProtocol));
    }

    private static Dictionary<string, long> Protocols { get; } = new(StringComparer.Ordinal)
    {
        ["icmp"] = 1,
        ["igmp"] = 2,
        ["ipip"] = 4,
        ["tcp"] = 6,
        ["udp"] = 17,
        ["ipv6"] = 41,
        ["gre"] = 47,
        ["esp"] = 50,
        ["ah"] = 51,
        ["icmp6"] = 58,
        ["ipv6-icmp"] = 58,
        ["pim"] = 103,
        ["sctp"] = 132,
    };

    private static void FragBits(RuleBuilder rule, string? value)
    {
        string text = value ?? "";
        char how = text.Length > 0 && text[0] is '+' or '*' or '!' ? text[0] : '=';
        if (how != '=') text = text[1..];
        int wanted = (text.Contains('M', StringComparison.Ordinal) ? 0x2000 : 0) | (text.Contains('D', StringComparison.Ordinal) ? 0x4000 : 0) | (text.Contains('R', StringComparison.Ordinal) ? 0x8000 : 0);
        Add(rule, (in PacketView view) =>
        {
            if (Two(view.IpHeader, 6) is not (>= 0 and long field) || view.IpHeader[0] >> 4 != 4) return false;
            long bits = field & 0xE000;
            return how switch { '+' => (bits & wanted) == wanted, '*' => (bits & wanted) != 0, '!' => (bits & wanted) == 0, _ => bits == wanted };
        });
    }

    private static void FragOffset(RuleBuilder rule, string? value)
    {
        NumberTest test = NumberTest.Parse(rule.Keyword, value);
        Add(rule, (in PacketView view) => Two(view.IpHeader, 6) is >= 0 and long field && view.IpHeader[0] >> 4 == 4 && test.Holds(field & 0x1FFF));
    }

    private static void IpOptions(RuleBuilder rule, string? value)
    {
        int kind = value switch { "rr" => 7, "lsrr" => 131, "eol" => 0, "nop" => 1, "ts" => 68, "sec" => 130, "esec" => 133, "ssrr" => 137, "satid" => 136, "rtralt" => 148, "any" => -1, _ => throw new RefusedException(rule.Keyword, $"{value} is not known") };
        Add(rule, (in PacketView view) =>
        {
            ReadOnlySpan<byte> header = view.IpHeader;
            if (header.Length <= 20 || header[0] >> 4 != 4) return false;
            for (int at = 20; at < header.Length;)
            {
                if (kind < 0 || header[at] == kind) return true;
                if (header[at] == 0) return false;
                at += header[at] == 1 ? 1 : at + 1 < header.Length ? Math.Max(2, (int)header[at + 1]) : 1;
            }
            return false;
        });
    }

    /// <summary><c>stream_size:client,&gt;,100</c></summary>
    private static void StreamSize(RuleBuilder rule, string? value)
    {
        string[] words = ContentKeywords.Words(value);
        if (words.Length != 3 || words[0] is not ("client" or "server" or "both" or "either")) throw new RefusedException(rule.Keyword, "it is written side,comparison,bytes");
        NumberTest test = NumberTest.Parse(rule.Keyword, words[1] + words[2]);
        string side = words[0];
        Add(rule, (in PacketView view) =>
        {
            if (view.Packet.Kind != PacketKind.Tcp) return false;
            bool client = test.Holds(view.Flow.StreamToServer), server = test.Holds(view.Flow.StreamToClient);
            return side switch { "client" => client, "server" => server, "both" => client && server, _ => client || server };
        });
    }

    /// <summary><c>igmp-csum:valid</c></summary>
    private static void IgmpChecksum(RuleBuilder rule, string? value)
    {
        bool wanted = value?.Trim() switch { "valid" => true, "invalid" => false, _ => throw new RefusedException(rule.Keyword, $"{value} is not known") };
        Add(rule, (in PacketView view) =>
        {
            if (view.Packet.IpProtocol != 2 || view.Packet.Payload.Length < 8) return false;
            uint sum = 0;
            ReadOnlySpan<byte> bytes = view.Packet.Payload;
            for (int i = 0; i < bytes.Length; i++) sum += (uint)bytes[i] << ((i & 1) == 0 ? 8 : 0);
            while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
            return (sum == 0xFFFF) == wanted;
        });
    }

    private static void VlanId(RuleBuilder rule, string? value)
    {
        string[] words = ContentKeywords.Words(value);
        NumberTest test = NumberTest.Parse(rule.Keyword, words[0]);
        int layer = words.Length < 2 ? -1 : words[1] switch { "0" => 0, "1" => 1, "-1" => 9, "any" => -1, _ => throw new RefusedException(rule.Keyword, $"layer {words[1]} is not kept") };
        Add(rule, (in PacketView view) =>
        {
            (ushort outer, ushort inner) = (view.Packet.Vlan, view.Packet.InnerVlan);
            if (outer == 0) return false;
            return layer switch { 0 => test.Holds(outer), 1 => inner > 0 && test.Holds(inner), 9 => test.Holds(inner > 0 ? inner : outer), _ => test.Holds(outer) || (inner > 0 && test.Holds(inner)) };
        });
    }
}
