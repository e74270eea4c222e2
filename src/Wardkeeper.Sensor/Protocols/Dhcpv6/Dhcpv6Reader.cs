using System.Buffers.Binary;
using System.Globalization;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Dhcp;

namespace Wardkeeper.Sensor.Protocols.Dhcpv6;

/// <summary>Reads one message, through its relays' envelopes, into a row.</summary>
internal sealed class Dhcpv6Reader
{
    /// <summary>HOP_COUNT_LIMIT (RFC 8415, section 7.6).</summary>
    public const int MaxRelays = 8;

    public const int RelayHeader = 34;
    public const byte RelayForward = 12, RelayReply = 13;

    private const int MaxDuid = 130;

    /// <summary>Options read of one message; a datagram full of empty ones must not cost a row each.</summary>
    private const int MaxOptions = 128;

    private static readonly string[] Types =
    [
        "", "SOLICIT", "ADVERTISE", "REQUEST", "CONFIRM", "RENEW", "REBIND", "REPLY", "RELEASE", "DECLINE", "RECONFIGURE", "INFORMATION-REQUEST", "RELAY-FORW", "RELAY-REPL",
        "LEASEQUERY", "LEASEQUERY-REPLY", "LEASEQUERY-DONE", "LEASEQUERY-DATA", "RECONFIGURE-REQUEST", "RECONFIGURE-REPLY", "DHCPV4-QUERY", "DHCPV4-RESPONSE",
    ];

    private readonly List<ushort> order = [];
    private readonly List<string> addresses = [];
    private readonly List<string> prefixes = [];
    private readonly List<Address> bound = [];
    private uint lifetime;
    private int? status;
    private string? statusMessage;
    private Fault? fault;

    /// <summary>What was wrong; what was read before it is in the row.</summary>
    public Fault? Fault => fault;

    /// <summary>Number of known message types and one.</summary>
    public static int KnownTypes => Types.Length;

    /// <summary>Reads a datagram; null when there is no message in it.</summary>
    public Dhcpv6Message? Read(in Segment segment)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        Dhcpv6Message row = new(segment.At, segment.Range(0, bytes.Length)) { MsgType = "", Sender = segment.Side };
        int relays = 0;
        bool isReply = !bytes.IsEmpty && bytes[0] == RelayReply;
        while (!bytes.IsEmpty && bytes[0] is RelayForward or RelayReply)
        {
            if (bytes.Length < RelayHeader) return Wrong(Dhcpv6Faults.MessageTooShort);
            if (++relays > MaxRelays) return Wrong(Dhcpv6Faults.RelayedTooOften);
            row = row with { LinkAddr = Address.Read(bytes.Slice(2, 16)), PeerAddr = Address.Read(bytes.Slice(18, 16)), InterfaceId = null, RemoteId = null, ClientMac = default };
            row = Envelope(row, bytes[RelayHeader..], out ReadOnlySpan<byte> inner);
            if (inner.IsEmpty) return Wrong(fault ?? Dhcpv6Faults.RelayedMessageMissing);
            bytes = inner;
        }
        if (bytes.Length < 4) return Wrong(Dhcpv6Faults.MessageTooShort);
        row = Message(row, bytes[4..]);
        isReply |= bytes[0] is 2 or 7 or 10;
        return row with
        {
            MsgType = bytes[0] > 0 && bytes[0] < Types.Length ? Types[bytes[0]] : string.Create(CultureInfo.InvariantCulture, $"type-{bytes[0]}"),
            TransId = (bytes[1] << 16) | (bytes[2] << 8) | bytes[3],
            OptionOrder = order.Count == 0 ? null : string.Join(',', order),
            Addresses = addresses.Count == 0 ? null : addresses,
            Prefixes = prefixes.Count == 0 ? null : prefixes,
            LeaseTime = addresses.Count + prefixes.Count > 0 && lifetime > 0 ? TimeSpan.FromSeconds(lifetime) : null,
            Status = status,
            StatusMessage = statusMessage,
            Relays = relays == 0 ? null : relays,
            IsReply = isReply,
            Bound = bound,
            ClientMac = row.ClientMac.IsNone ? row.DuidMac : row.ClientMac,
        };
    }

    private Dhcpv6Message Envelope(Dhcpv6Message row, ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> inner)
    {
        inner = default;
        Dhcpv6Options options = new(bytes);
        for (int i = 0; i < MaxOptions && options.TryNext(out ushort code, out ReadOnlySpan<byte> value); i++)
        {
            if (code == Dhcpv6Options.RelayMessage) inner = value;
            else if (code == Dhcpv6Options.InterfaceId) row = row with { InterfaceId = DhcpText.TextOrHex(value) };
            else if (code == Dhcpv6Options.RemoteId && value.Length > 4) row = row with { RemoteId = Enterprise(value, DhcpText.TextOrHex(value[4..])) };
            else if (code == Dhcpv6Options.ClientLinkLayer && value.Length == 8) row = row with { ClientMac = MacAddress.Read(value[2..]) };
        }
        if (options.Truncated) fault ??= Dhcpv6Faults.OptionTruncated;
        return row;
    }

    private Dhcpv6Message Message(Dhcpv6Message row, ReadOnlySpan<byte> bytes)
    {
        Dhcpv6Options options = new(bytes);
        while (order.Count < MaxOptions && options.TryNext(out ushort code, out ReadOnlySpan<byte> value))
        {
            order.Add(code);
            row = Option(row, code, value);
        }
        if (options.Truncated) fault ??= Dhcpv6Faults.OptionTruncated;
        return row;
    }

    private Dhcpv6Message Option(Dhcpv6Message row, ushort code, ReadOnlySpan<byte> value)
    {
        switch (code)
        {
            case Dhcpv6Options.ClientId: return row with { ClientDuid = DuidText(value), DuidMac = Duid.MacOf(value) };
            case Dhcpv6Options.ServerId: return row with { ServerDuid = DuidText(value) };
            case Dhcpv6Options.NonTemporary or Dhcpv6Options.Delegation when value.Length >= 12:
                Association(value[12..]);
                return row;
            case Dhcpv6Options.Temporary when value.Length >= 4:
                Association(value[4..]);
                return row;
            case Dhcpv6Options.OptionRequest: return row with { ParameterList = Codes(value) };
            case Dhcpv6Options.Preference when value.Length == 1: return row with { Preference = value[0] };
            case Dhcpv6Options.Status:
                SetStatus(value);
                return row;
            case Dhcpv6Options.RapidCommit: return row with { RapidCommit = true };
            case Dhcpv6Options.UserClass: return row with { UserClass = Classes(value) };
            case Dhcpv6Options.VendorClass when value.Length >= 4: return row with { VendorClass = Enterprise(value, Classes(value[4..])) };
            case Dhcpv6Options.NameServers: return row with { DnsServers = AddressList(value) };
            case Dhcpv6Options.DomainSearch: return row with { DomainSearch = DhcpText.Names(value) };
            case Dhcpv6Options.Fqdn when value.Length > 1: return row with { ClientFqdn = DhcpText.Labels(value[1..]) };
            case Dhcpv6Options.BootFileUrl: return row with { BootFile = DhcpText.Text(value) };
            case Dhcpv6Options.Architecture: return row with { Arch = DhcpText.U16(value) };
            case Dhcpv6Options.CaptivePortal: return row with { CaptivePortal = DhcpText.Text(value) };
            case Dhcpv6Options.MudUrl: return row with { MudUrl = DhcpText.Text(value) };
            default: return row;
        }
    }

    /// <summary>Addresses, prefixes and status inside an identity association.</summary>
    private void Association(ReadOnlySpan<byte> bytes)
    {
        Dhcpv6Options options = new(bytes);
        while (options.TryNext(out ushort code, out ReadOnlySpan<byte> value))
        {
            if (code == Dhcpv6Options.Status) SetStatus(value);
            if (addresses.Count + prefixes.Count >= DhcpText.MaxListed) continue;
            if (code == Dhcpv6Options.AddressOption && value.Length >= 24)
            {
                Address address = Address.Read(value[..16]);
                uint valid = BinaryPrimitives.ReadUInt32BigEndian(value[20..]);
                addresses.Add(address.ToString());
                if (valid > 0) bound.Add(address);
                lifetime = Math.Max(lifetime, valid);
            }
            else if (code == Dhcpv6Options.Prefix && value.Length >= 25)
            {
                prefixes.Add(string.Create(CultureInfo.InvariantCulture, $"{Address.Read(value.Slice(9, 16))}/{value[8]}"));
                lifetime = Math.Max(lifetime, BinaryPrimitives.ReadUInt32BigEndian(value[4..]));
            }
        }
        if (options.Truncated) fault ??= Dhcpv6Faults.OptionTruncated;
    }

    private void SetStatus(ReadOnlySpan<byte> value)
    {
        if (value.Length < 2) return;
        int stated = BinaryPrimitives.ReadUInt16BigEndian(value);
        if (status >= stated) return;
        status = stated;
        statusMessage = DhcpText.Text(value[2..]);
    }

    private string? DuidText(ReadOnlySpan<byte> duid)
    {
        if (duid.Length <= MaxDuid) return DhcpText.Hex(duid);
        fault ??= Dhcpv6Faults.DuidTooLong;
        return null;
    }

    private static string? Codes(ReadOnlySpan<byte> value)
    {
        List<ushort> codes = [];
        for (; value.Length >= 2 && codes.Count < 128; value = value[2..]) codes.Add(BinaryPrimitives.ReadUInt16BigEndian(value));
        return codes.Count == 0 ? null : string.Join(',', codes);
    }

    private static string? Classes(ReadOnlySpan<byte> value)
    {
        List<string> classes = [];
        SpanReader reader = new(value);
        while (reader.Remaining >= 2 && classes.Count < DhcpText.MaxListed)
        {
            ReadOnlySpan<byte> one = reader.Take(reader.U16());
            if (DhcpText.TextOrHex(one) is { } text) classes.Add(text);
        }
        return classes.Count == 0 ? null : string.Join(',', classes);
    }

    private static List<string>? AddressList(ReadOnlySpan<byte> value)
    {
        List<string> list = [];
        for (; value.Length >= 16 && list.Count < DhcpText.MaxListed; value = value[16..]) list.Add(Address.Read(value[..16]).ToString());
        return list.Count == 0 ? null : list;
    }

    private static string Enterprise(ReadOnlySpan<byte> value, string? text) =>
        string.Create(CultureInfo.InvariantCulture, $"{BinaryPrimitives.ReadUInt32BigEndian(value)}:{text}");

    private Dhcpv6Message? Wrong(Fault what)
    {
        fault = what;
        return null;
    }
}
