using System.Buffers.Binary;
using System.Text;
using Wardkeeper.Sensor.Protocols.Dns;
using Wardkeeper.Sensor.Protocols.Snmp;

namespace Wardkeeper.Sensor.Protocols.Ldap;

/// <summary>What a directory server says of itself in its own entry, or in its answer to a client that looks for a domain.</summary>
internal sealed class LdapServer
{
    private const int LongestText = 256, MostAttributes = 64;

    private string? vendor;

    public string? Name { get; private set; }

    public string? NetBiosName { get; private set; }

    public string? Domain { get; private set; }

    public string? Forest { get; private set; }

    public string? Site { get; private set; }

    public string? Version { get; private set; }

    /// <summary>Reads the attributes of an entry: names, each with a set of values. RFC 4511, section 4.5.2.</summary>
    public void Read(ReadOnlySpan<byte> attributes)
    {
        BerReader reader = new(attributes);
        for (int i = 0; i < MostAttributes && reader.TryTake(BerReader.Sequence, out ReadOnlySpan<byte> attribute); i++)
        {
            BerReader fields = new(attribute);
            if (!fields.TryTake(BerReader.OctetString, out ReadOnlySpan<byte> name) || !fields.TryTake(0x31, out ReadOnlySpan<byte> values)) continue;
            BerReader each = new(values);
            if (each.TryTake(BerReader.OctetString, out ReadOnlySpan<byte> first)) Take(name, first);
        }
    }

    private void Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Is(name, "dnsHostName"u8)) Name = ShortText.Of(value, LongestText);
        else if (Is(name, "defaultNamingContext"u8)) Domain = OfParts(ShortText.Of(value, LongestText));
        else if (Is(name, "rootDomainNamingContext"u8)) Forest = OfParts(ShortText.Of(value, LongestText));
        else if (Is(name, "domainControllerFunctionality"u8)) Version ??= LdapNames.Server(ShortText.Of(value, 8) ?? "");
        else if (Is(name, "vendorName"u8)) vendor = ShortText.Of(value, LongestText);
        else if (Is(name, "vendorVersion"u8)) Version ??= vendor is null ? ShortText.Of(value, LongestText) : $"{vendor} {ShortText.Of(value, LongestText)}";
        else if (Is(name, "netlogon"u8)) Logon(value);
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> wanted) => Ascii.EqualsIgnoreCase(name, wanted);

    /// <summary><c>DC=clinic,DC=example</c> is <c>clinic.example</c>.</summary>
    private static string? OfParts(string? name)
    {
        string[] parts = name?.Split(',', StringSplitOptions.TrimEntries) ?? [];
        return parts.Length > 0 && parts.All(static part => part.StartsWith("DC=", StringComparison.OrdinalIgnoreCase)) ? string.Join('.', parts.Select(static part => part[3..])) : null;
    }

    /// <summary>The answer to a client that looks for a domain; its names are written as DNS does. MS-ADTS, section 6.3.1.9.</summary>
    private void Logon(ReadOnlySpan<byte> value)
    {
        if (value.Length < 26 || BinaryPrimitives.ReadUInt16LittleEndian(value) is not (23 or 25)) return;
        int at = 24;
        Forest = Text(value, ref at);
        Domain = Text(value, ref at);
        Name = Text(value, ref at);
        Text(value, ref at);
        NetBiosName = Text(value, ref at);
        Text(value, ref at);
        Site = Text(value, ref at);
    }

    private static string? Text(ReadOnlySpan<byte> value, ref int at)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        if (at >= value.Length || !DnsName.TryRead(value, ref at, name, out int length, out _, out _))
        {
            at = value.Length;
            return null;
        }
        return length == 0 ? null : DnsName.Printable(name[..length], lower: false);
    }
}
