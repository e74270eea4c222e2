using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dns;

/// <summary>
/// What the sender of a message states of itself. Only that: an answer of a name server is about third parties, and a multicast
/// message whose addresses are all foreign was repeated by a reflector.
/// </summary>
internal static class DnsStatements
{
    /// <summary>Statements taken from one message.</summary>
    private const int MaxStatements = 48;

    public static IReadOnlyList<DnsStatement> Of(ReadOnlySpan<byte> message, in DnsHeader header, DnsKind kind, Address sender) => kind switch
    {
        DnsKind.Multicast => MdnsStatements.Of(message, header, sender),
        DnsKind.LinkLocal when header.IsReply && header.Opcode == DnsHeader.OpcodeQuery => LinkLocal(message, header, sender),
        DnsKind.NetBios => NetBios(message, header, sender),
        DnsKind.Unicast when !header.IsReply && header.Opcode == DnsHeader.OpcodeUpdate => Update(message, header, sender),
        _ => [],
    };

    /// <summary>Adds a statement once, within the limit.</summary>
    public static void Add(List<DnsStatement> to, ClaimKind kind, string? value, string origin)
    {
        if (string.IsNullOrWhiteSpace(value) || to.Count >= MaxStatements) return;
        foreach (DnsStatement known in to)
        {
            if (known.Kind == kind && known.Value == value) return;
        }
        to.Add(new DnsStatement(kind, value, origin));
    }

    /// <summary>The address in an A or AAAA record; none if it is neither.</summary>
    public static Address AddressIn(in DnsRecord record) => record.Type switch
    {
        DnsCodes.A when record.DataLength == 4 => Address.Read(record.Data),
        DnsCodes.Aaaa when record.DataLength == 16 => Address.Read(record.Data),
        _ => default,
    };

    /// <summary>Skips the questions; false if one is malformed.</summary>
    public static bool SkipQuestions(ref DnsReader reader, in DnsHeader header)
    {
        for (int i = 0; i < header.Questions; i++)
        {
            if (!reader.TryQuestion(out _)) return false;
        }
        return true;
    }

    private static List<DnsStatement> LinkLocal(ReadOnlySpan<byte> message, in DnsHeader header, Address sender)
    {
        List<DnsStatement> stated = [];
        DnsReader reader = new(message);
        if (!SkipQuestions(ref reader, header)) return stated;
        for (int i = 0; i < header.Answers && reader.TryRecord(out DnsRecord record); i++)
        {
            if (!sender.IsNone && AddressIn(record) == sender) Add(stated, ClaimKind.HostName, record.Owner(lower: false), "LLMNR answer");
        }
        return stated;
    }

    private static List<DnsStatement> Update(ReadOnlySpan<byte> message, in DnsHeader header, Address sender)
    {
        List<DnsStatement> stated = [];
        DnsReader reader = new(message);
        if (!SkipQuestions(ref reader, header)) return stated;
        for (int i = 0; i < header.Answers; i++)
        {
            if (!reader.TryRecord(out _)) return stated;
        }
        for (int i = 0; i < header.Authorities && reader.TryRecord(out DnsRecord record); i++)
        {
            if (record.Class != DnsCodes.Internet || sender.IsNone || AddressIn(record) != sender) continue;
            Add(stated, ClaimKind.HostName, record.Owner(lower: false), "dynamic update");
        }
        return stated;
    }

    private static List<DnsStatement> NetBios(ReadOnlySpan<byte> message, in DnsHeader header, Address sender)
    {
        List<DnsStatement> stated = [];
        bool registers = !header.IsReply && header.Opcode is 5 or 8 or 9 or 15;
        if (!registers && !(header.IsReply && header.Opcode == DnsHeader.OpcodeQuery && header.ResponseCode == 0)) return stated;
        DnsReader reader = new(message);
        if (!SkipQuestions(ref reader, header)) return stated;
        int records = header.Answers + header.Authorities + header.Additionals;
        for (int i = 0; i < records && reader.TryRecord(out DnsRecord record); i++)
        {
            if (record.Type == DnsCodes.NetBios) Name(stated, record, sender, registers ? "NetBIOS registration" : "NetBIOS answer");
            else if (record.Type == DnsCodes.Srv && header.IsReply) NodeStatus(stated, record.Data);
        }
        return stated;
    }

    private static void Name(List<DnsStatement> stated, in DnsRecord record, Address sender, string origin)
    {
        ReadOnlySpan<byte> data = record.Data;
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        int position = record.NameAt;
        if (data.Length < 6 || !DnsName.TryRead(record.Message, ref position, name, out int length, out _, out _)) return;
        if (!NetBiosName.TryDecode(name[..length], out string text, out byte suffix)) return;
        bool own = false;
        for (int entries = 0; data.Length >= 6 && entries < 25; entries++, data = data[6..]) own |= Address.FromV4(BinaryPrimitives.ReadUInt32BigEndian(data[2..])) == sender;
        if (own) Name(stated, text, suffix, (record.Data[0] & 0x80) != 0, origin);
    }

    private static void Name(List<DnsStatement> stated, string name, byte suffix, bool isGroup, string origin)
    {
        if (suffix is NetBiosName.Workstation or NetBiosName.FileServer) Add(stated, isGroup ? ClaimKind.DomainName : ClaimKind.HostName, name, origin);
        else if (NetBiosName.IsDomain(suffix)) Add(stated, ClaimKind.DomainName, name, origin);
        if (suffix == NetBiosName.DomainControllers && isGroup) Add(stated, ClaimKind.Role, "domain-controller", origin);
    }

    /// <summary>A node status answer: all names of the node, then its hardware address (RFC 1002, section 4.2.18).</summary>
    private static void NodeStatus(List<DnsStatement> stated, ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty || data.Length < 1 + (18 * data[0])) return;
        int names = data[0];
        for (int i = 0; i < names; i++)
        {
            ReadOnlySpan<byte> entry = data.Slice(1 + (18 * i), 18);
            Name(stated, NetBiosName.Text(entry[..15]), entry[15], (entry[16] & 0x80) != 0, "NetBIOS node status");
        }
        ReadOnlySpan<byte> rest = data[(1 + (18 * names))..];
        if (rest.Length < 6) return;
        MacAddress mac = MacAddress.Read(rest);
        if (!mac.IsNone && !mac.IsGroup) Add(stated, ClaimKind.OtherMac, mac.ToString(), "NetBIOS node status");
    }
}
