using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dns;

/// <summary>A record's data as one text, in the forms of Zeek's dns.log where it has one.</summary>
internal static class DnsAnswerText
{
    /// <summary>Whether Zeek's <c>answers</c> shows records of this type; the others go into <c>other_answers</c>.</summary>
    public static bool IsInAnswers(ushort type, bool netBios) => !(type is DnsCodes.HInfo or DnsCodes.Caa or DnsCodes.Svcb or DnsCodes.Https or DnsCodes.TKey or DnsCodes.TSig
        or DnsCodes.Opt or DnsCodes.NetBios || (netBios && type == DnsCodes.Srv));

    /// <summary>The text; empty where there is nothing to say, null when the data is malformed.</summary>
    public static string? Of(in DnsRecord record, bool netBios)
    {
        int at = 0;
        ReadOnlySpan<byte> data = record.Data;
        if (netBios && record.Type is DnsCodes.NetBios or DnsCodes.Srv) return NetBios(data, record.Type);
        switch (record.Type)
        {
            case DnsCodes.A: return data.Length == 4 ? Address.Read(data).ToString() : null;
            case DnsCodes.Aaaa: return data.Length == 16 ? Address.Read(data).ToString() : null;
            case DnsCodes.Ns or DnsCodes.Cname or DnsCodes.Ptr or DnsCodes.Soa: return record.NameInData(ref at, lower: true);
            case DnsCodes.Mx:
                at = 2;
                return record.NameInData(ref at, lower: true);
            case DnsCodes.Srv:
                at = 6;
                return record.NameInData(ref at, lower: true);
            case DnsCodes.Txt: return Strings(data, "TXT");
            case DnsCodes.Spf: return Strings(data, "SPF");
            case DnsCodes.HInfo: return Strings(data, "HINFO");
            case DnsCodes.Wks or DnsCodes.Opt or DnsCodes.TSig: return "";
            case DnsCodes.TKey: return record.NameInData(ref at, lower: true) is { } algorithm ? $"TKEY {algorithm}" : null;
            case DnsCodes.Naptr: return Naptr(record);
            case DnsCodes.Svcb or DnsCodes.Https: return Service(record);
            case DnsCodes.Caa: return data.Length < 2 || data.Length < 2 + data[1] ? null : $"CAA {Decimal(data[0])} {DnsName.Printable(data.Slice(2, data[1]), false)} {DnsName.Printable(data[(2 + data[1])..], false)}";
            default: return Security(record);
        }
    }

    /// <summary>The character strings of a TXT record.</summary>
    public static bool TryNextString(ref ReadOnlySpan<byte> data, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (data.IsEmpty || data[0] >= data.Length) return false;
        text = data.Slice(1, data[0]);
        data = data[(1 + text.Length)..];
        return true;
    }

    /// <summary>The records of DNSSEC and its relatives, and everything without a form of its own.</summary>
    private static string? Security(in DnsRecord record)
    {
        int at = 0;
        ReadOnlySpan<byte> data = record.Data;
        switch (record.Type)
        {
            case DnsCodes.RrSig:
                at = 18;
                if (record.NameInData(ref at, lower: true) is not { } signer) return null;
                return $"RRSIG {Decimal(BinaryPrimitives.ReadUInt16BigEndian(data))} {(signer.Length == 0 ? "<Root>" : signer)}";
            case DnsCodes.DnsKey: return data.Length < 4 ? null : $"DNSKEY {Decimal(data[3])}";
            case DnsCodes.Ds: return data.Length < 4 ? null : $"DS {Decimal(data[2])} {Decimal(data[3])}";
            case DnsCodes.NSec: return record.NameInData(ref at, lower: true) is { } next ? $"NSEC {record.Owner(lower: true)} {next}" : null;
            case DnsCodes.NSec3: return "NSEC3";
            case DnsCodes.NSec3Param: return "NSEC3PARAM";
            case DnsCodes.BindSigning: return "BIND9 signing signal";
            case DnsCodes.SshFp: return data.Length < 2 ? null : $"SSHFP: {Convert.ToHexStringLower(data.Slice(2, Math.Min(data.Length - 2, 64)))}";
            case DnsCodes.Loc: return data.Length < 4 ? null : $"LOC:  {Decimal(data[1])} {Decimal(data[2])} {Decimal(data[3])}";
            default: return $"<unknown type={Decimal(record.Type)}>";
        }
    }

    private static string? Strings(ReadOnlySpan<byte> data, string name)
    {
        DefaultInterpolatedStringHandler text = new(2 * data.Length, 0, CultureInfo.InvariantCulture, stackalloc char[1024]);
        bool lengths = name != "HINFO";
        for (int count = 0; TryNextString(ref data, out ReadOnlySpan<byte> one); count++)
        {
            if (count > 0) text.AppendLiteral(" ");
            if (lengths || count == 0) text.AppendLiteral(name);
            if (lengths)
            {
                text.AppendLiteral(" ");
                text.AppendFormatted(one.Length);
            }
            if (lengths || count == 0) text.AppendLiteral(" ");
            text.AppendFormatted(DnsName.Printable(one, false));
        }
        string whole = text.ToStringAndClear();
        return data.IsEmpty ? whole : null;
    }

    private static string? Naptr(in DnsRecord record)
    {
        ReadOnlySpan<byte> data = record.Data;
        if (data.Length < 4) return null;
        ReadOnlySpan<byte> rest = data[4..];
        if (!TryNextString(ref rest, out ReadOnlySpan<byte> flags) || !TryNextString(ref rest, out ReadOnlySpan<byte> service) || !TryNextString(ref rest, out ReadOnlySpan<byte> expression)) return null;
        int at = data.Length - rest.Length;
        if (record.NameInData(ref at, lower: true) is not { } replacement) return null;
        string middle = expression.Length > 0 && replacement.Length > 0 ? " " : "";
        return string.Create(CultureInfo.InvariantCulture, $"NAPTR {BinaryPrimitives.ReadUInt16BigEndian(data)} {BinaryPrimitives.ReadUInt16BigEndian(data[2..])} ") +
            $"{DnsName.Printable(flags, false)} {DnsName.Printable(service, false)} {DnsName.Printable(expression, false)}{middle}{replacement}";
    }

    /// <summary>SVCB and HTTPS (RFC 9460): priority, target and the parameters that say something of the server.</summary>
    private static string? Service(in DnsRecord record)
    {
        int at = 2;
        if (record.DataLength < 3 || record.NameInData(ref at, lower: true) is not { } target) return null;
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{DnsCodes.TypeName(record.Type)} {BinaryPrimitives.ReadUInt16BigEndian(record.Data)} {(target.Length == 0 ? "." : target)}");
        SpanReader reader = new(record.Data[at..]);
        for (int parameters = 0; reader.Remaining > 0 && parameters < 16; parameters++)
        {
            ushort key = reader.U16();
            ReadOnlySpan<byte> value = reader.Take(reader.U16());
            if (reader.Failed) return null;
            if (key == 1) Protocols(text, value);
            else if (key == 3 && value.Length == 2) text.Append(CultureInfo.InvariantCulture, $" port={BinaryPrimitives.ReadUInt16BigEndian(value)}");
            else if (key is 4 or 6) Hints(text, key, value);
            else if (key == 5) text.Append(" ech");
        }
        return text.ToString();
    }

    private static void Protocols(StringBuilder text, ReadOnlySpan<byte> value)
    {
        for (string before = " alpn="; TryNextString(ref value, out ReadOnlySpan<byte> one); before = ",") text.Append(before).Append(DnsName.Printable(one, false));
    }

    private static void Hints(StringBuilder text, int key, ReadOnlySpan<byte> value)
    {
        int size = key == 4 ? 4 : 16;
        for (string before = key == 4 ? " ipv4hint=" : " ipv6hint="; value.Length >= size && text.Length < 512; before = ",", value = value[size..])
            text.Append(before).Append(Address.Read(value[..size]).ToString());
    }

    /// <summary>NB and NBSTAT (RFC 1002, sections 4.2.13 and 4.2.18).</summary>
    private static string? NetBios(ReadOnlySpan<byte> data, ushort type)
    {
        StringBuilder text = new(type == DnsCodes.NetBios ? "NB" : "NBSTAT");
        if (type == DnsCodes.NetBios)
        {
            for (int entries = 0; data.Length >= 6 && entries < 25; entries++, data = data[6..])
                text.Append(' ').Append(Address.FromV4(BinaryPrimitives.ReadUInt32BigEndian(data[2..])).ToString()).Append((data[0] & 0x80) != 0 ? " group" : "");
            return text.ToString();
        }
        if (data.IsEmpty || data.Length < 1 + (18 * data[0])) return null;
        for (int i = 0, names = Math.Min((int)data[0], 25); i < names; i++)
        {
            ReadOnlySpan<byte> entry = data.Slice(1 + (18 * i), 18);
            text.Append(CultureInfo.InvariantCulture, $" {NetBiosName.Text(entry[..15])}<{entry[15]:x2}>{((entry[16] & 0x80) != 0 ? " group" : "")}");
        }
        return text.ToString();
    }

    private static string Decimal(int number) => number.ToString(CultureInfo.InvariantCulture);
}
