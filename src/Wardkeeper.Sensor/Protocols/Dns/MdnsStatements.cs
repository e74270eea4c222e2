using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dns;

/// <summary>What a multicast DNS announcement, or the records a probe proposes, say of the sender (RFC 6762 and 6763).</summary>
internal static class MdnsStatements
{
    private const string Local = ".local";

    public static IReadOnlyList<DnsStatement> Of(ReadOnlySpan<byte> message, in DnsHeader header, Address sender)
    {
        if (header.Opcode != DnsHeader.OpcodeQuery || header.ResponseCode != 0) return [];
        if (!header.IsReply && header.Authorities == 0) return [];
        List<DnsStatement> stated = [];
        if (!IsOwn(message, header, sender, stated)) return [];
        DnsReader reader = new(message);
        if (!DnsStatements.SkipQuestions(ref reader, header)) return stated;
        int records = RecordsOf(header);
        for (int i = 0; i < records && reader.TryRecord(out DnsRecord record); i++)
        {
            // A query's answers are what it knows of others already; a time to live of zero takes a record back.
            if ((!header.IsReply && i < header.Answers) || record.Ttl == 0) continue;
            Read(stated, record);
        }
        return stated;
    }

    private static int RecordsOf(in DnsHeader header) => header.Answers + header.Authorities + header.Additionals;

    /// <summary>Finds the sender's own host name and addresses. False when the message holds addresses and none is the sender's.</summary>
    private static bool IsOwn(ReadOnlySpan<byte> message, in DnsHeader header, Address sender, List<DnsStatement> stated)
    {
        string? own = null;
        bool hasAddresses = false;
        for (int pass = 0; pass < 2; pass++)
        {
            DnsReader reader = new(message);
            if (!DnsStatements.SkipQuestions(ref reader, header)) return false;
            int records = RecordsOf(header);
            for (int i = 0; i < records && reader.TryRecord(out DnsRecord record); i++)
            {
                Address address = DnsStatements.AddressIn(record);
                if (address.IsNone || record.Ttl == 0 || (!header.IsReply && i < header.Answers)) continue;
                hasAddresses = true;
                if (pass == 0 && address == sender) own ??= record.Owner(lower: true);
                if (pass == 0 || own is null || record.Owner(lower: true) != own) continue;
                DnsStatements.Add(stated, ClaimKind.HostName, WithoutLocal(record.Owner(lower: false)), "mDNS address record");
                if (address != sender) DnsStatements.Add(stated, ClaimKind.AddressBinding, address.ToString(), "mDNS address record");
            }
            if (own is null) return !hasAddresses;
        }
        return true;
    }

    private static void Read(List<DnsStatement> stated, in DnsRecord record)
    {
        switch (record.Type)
        {
            case DnsCodes.Ptr:
                string owner = record.Owner(lower: true);
                if (IsServiceType(owner)) DnsStatements.Add(stated, ClaimKind.AnnouncedService, owner, "mDNS PTR");
                break;
            case DnsCodes.Srv:
                ReadInstance(stated, record);
                break;
            case DnsCodes.Txt:
                ReadText(stated, record);
                break;
            case DnsCodes.HInfo:
                ReadOnlySpan<byte> data = record.Data;
                if (!DnsAnswerText.TryNextString(ref data, out ReadOnlySpan<byte> cpu) || !DnsAnswerText.TryNextString(ref data, out ReadOnlySpan<byte> system)) break;
                DnsStatements.Add(stated, ClaimKind.Description, Text(cpu), "mDNS HINFO CPU");
                DnsStatements.Add(stated, ClaimKind.OperatingSystem, Text(system), "mDNS HINFO OS");
                break;
        }
    }

    /// <summary>A service instance: <c>LOGIQ E10._dicom._tcp.local</c>. Some put their hardware address into the name in brackets.</summary>
    private static void ReadInstance(List<DnsStatement> stated, in DnsRecord record)
    {
        string owner = record.Owner(lower: false);
        int type = owner.IndexOf("._", StringComparison.Ordinal);
        if (type <= 0 || !IsServiceType(owner[(type + 1)..])) return;
        DnsStatements.Add(stated, ClaimKind.AnnouncedService, owner[(type + 1)..].ToLowerInvariant(), "mDNS SRV");
        string instance = owner[..type];
        int open = instance.LastIndexOf('[');
        if (open < 0 || !instance.EndsWith(']'))
        {
            if (instance.Contains(' ', StringComparison.Ordinal)) DnsStatements.Add(stated, ClaimKind.FriendlyName, instance, "mDNS service instance");
            return;
        }
        if (TryMac(instance.AsSpan(open + 1, instance.Length - open - 2), out MacAddress mac)) DnsStatements.Add(stated, ClaimKind.OtherMac, mac.ToString(), "mDNS service instance");
    }

    private static void ReadText(List<DnsStatement> stated, in DnsRecord record)
    {
        ReadOnlySpan<byte> data = record.Data;
        for (int i = 0; i < 64 && DnsAnswerText.TryNextString(ref data, out ReadOnlySpan<byte> pair); i++)
        {
            int equals = pair.IndexOf((byte)'=');
            if (equals is < 1 or > 24 || equals == pair.Length - 1) continue;
            string key = Text(pair[..equals]);
            ReadOnlySpan<byte> value = pair[(equals + 1)..];
            ClaimKind? kind = key.ToLowerInvariant() switch
            {
                "model" or "md" or "ty" or "usb_mdl" or "am" or "mdl" or "modelname" => ClaimKind.Model,
                "usb_mfg" or "mfg" or "manufacturer" or "vendor" => ClaimKind.Vendor,
                "fn" => ClaimKind.FriendlyName,
                "note" => ClaimKind.Location,
                "osvers" or "os" => ClaimKind.OperatingSystem,
                "fv" or "fw" or "firmware" or "fwversion" => ClaimKind.Firmware,
                "serialnumber" or "sn" => ClaimKind.SerialNumber,
                "product" => ClaimKind.Model,
                "aet" or "aetitle" => ClaimKind.AeTitle,
                _ => null,
            };
            if (kind is { } claim) DnsStatements.Add(stated, claim, Value(claim, key, value), $"mDNS TXT {key}");
            else if (key is "deviceid" or "mac" && TryMac(Text(value), out MacAddress mac)) DnsStatements.Add(stated, ClaimKind.OtherMac, mac.ToString(), $"mDNS TXT {key}");
        }
    }

    /// <summary>Printers write their product in PostScript's brackets.</summary>
    private static string Value(ClaimKind kind, string key, ReadOnlySpan<byte> value)
    {
        string text = Text(value);
        return kind == ClaimKind.Model && key == "product" && text.StartsWith('(') && text.EndsWith(')') ? text[1..^1] : text;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    private static string WithoutLocal(string name) => name.EndsWith(Local, StringComparison.OrdinalIgnoreCase) ? name[..^Local.Length] : name;

    /// <summary>Whether the name is <c>_service._tcp.local</c> or <c>_service._udp.local</c>, and not a subtype or the list of types.</summary>
    private static bool IsServiceType(string name)
    {
        string[] labels = name.Split('.', 5);
        return labels.Length == 3 && labels[0].Length > 1 && labels[0][0] == '_' && labels[1].ToLowerInvariant() is "_tcp" or "_udp" && labels[2].Equals("local", StringComparison.OrdinalIgnoreCase)
            && labels[0] != "_services";
    }

    private static bool TryMac(ReadOnlySpan<char> text, out MacAddress mac)
    {
        mac = default;
        Span<byte> bytes = stackalloc byte[6];
        Span<char> digits = stackalloc char[12];
        int count = 0;
        foreach (char c in text)
        {
            if (c is ':' or '-') continue;
            if (!char.IsAsciiHexDigit(c) || count == 12) return false;
            digits[count++] = c;
        }
        if (count != 12 || Convert.FromHexString(digits, bytes, out _, out _) != System.Buffers.OperationStatus.Done) return false;
        mac = MacAddress.Read(bytes);
        return !mac.IsNone && !mac.IsGroup;
    }
}
