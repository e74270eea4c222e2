namespace Wardkeeper.Sensor.Protocols.Dns;

/// <summary>The records of a dynamic update as text (RFC 2136, sections 2.4 and 2.5), in Zeek's words.</summary>
internal static class DnsUpdateText
{
    public static string Prerequisite(in DnsRecord record)
    {
        string owner = record.Owner(lower: true), type = DnsCodes.TypeName(record.Type);
        return (record.Class, record.Type) switch
        {
            (DnsCodes.None, DnsCodes.Any) => $"pre: NameNotInUse {owner}",
            (DnsCodes.AnyClass, DnsCodes.Any) => $"pre: NameInUse {owner}",
            (DnsCodes.None, _) => $"pre: NoRRSet {type} {owner}",
            _ => $"pre: RRSetExists {type} {owner}",
        };
    }

    /// <summary>The text, or null when the record's data is malformed.</summary>
    public static string? Update(in DnsRecord record)
    {
        string owner = record.Owner(lower: true), type = DnsCodes.TypeName(record.Type);
        if (record.Class == DnsCodes.AnyClass) return record.Type == DnsCodes.Any ? $"del: RRSet * {owner}" : $"del: RRSet {type}";
        if (record.Class == DnsCodes.None) return $"del: RR {type} {owner}";
        if (DnsAnswerText.Of(record, netBios: false) is not { } text) return null;
        return record.Type is DnsCodes.A or DnsCodes.Aaaa or DnsCodes.A6 ? $"add: {type} {owner} {text}" : $"add: {text}";
    }
}
