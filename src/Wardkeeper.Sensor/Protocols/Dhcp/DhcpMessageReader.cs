using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dhcp;

/// <summary>Makes a row from a message's fixed part and its options.</summary>
internal static class DhcpMessageReader
{
    public static DhcpMessage Read(in BootpHeader header, DhcpOptions options, in Segment segment)
    {
        bool isReply = header.IsReply;
        Address source = segment.Flow.At(segment.Side).Ip;
        Address relay = OrNone(header.RelayAddress), own = OrNone(header.ClientAddress), assigned = isReply ? OrNone(header.YourAddress) : default;
        Address from = !isReply && relay.IsNone && source.IsV4 && source.V4 is not (0 or uint.MaxValue) ? source : default;
        MacAddress identifier = DhcpText.MacOf(options[61]);
        string? message = DhcpText.Text(options[56]);
        return new DhcpMessage(segment.At, segment.Range(0, segment.Bytes.Length))
        {
            ClientAddr = isReply ? (assigned.IsNone ? own : assigned) : (from.IsNone ? own : from),
            ServerAddr = assigned.IsNone ? default : source,
            Mac = !isReply && options[61].Length == 7 && !identifier.IsNone ? identifier : header.Hardware,
            HostName = isReply ? null : DhcpText.Text(options[12]),
            ClientFqdn = isReply ? null : DhcpText.Fqdn(options[81]),
            Domain = isReply ? DhcpText.Text(options[15]) : null,
            RequestedAddr = isReply ? default : DhcpText.AddressOf(options[50]),
            AssignedAddr = assigned,
            LeaseTime = isReply && DhcpText.U32(options[51]) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            ClientMessage = isReply ? null : message,
            ServerMessage = isReply ? message : null,
            MsgTypes = [DhcpText.TypeName(options[53].Length == 1 ? options[53][0] : 0)],
            Xid = header.TransactionId,
            ParameterList = DhcpText.Codes(options[55]),
            OptionOrder = options.Order is { Count: > 0 } order ? string.Join(',', order) : null,
            VendorClass = DhcpText.TextOrHex(options[60]),
            ClientId = DhcpText.ClientId(options[61]),
            MaxMessageSize = DhcpText.U16(options[57]),
            UserClass = DhcpText.UserClass(options[77]),
            Arch = DhcpText.U16(options[93]),
            Uuid = DhcpText.MachineId(options[97]),
            ServerId = OrNone(DhcpText.AddressOf(options[54])),
            Giaddr = relay,
            Hops = relay.IsNone ? null : header.Hops,
            CircuitId = DhcpText.TextOrHex(DhcpText.SubOption(options[82], 1)),
            RemoteId = DhcpText.TextOrHex(DhcpText.SubOption(options[82], 2)),
            MudUrl = DhcpText.Text(options[161]),
            VendorIdentifying = VendorIdentifying(options),
            VendorSpecific = DhcpText.TextOrHex(options[43]),
            SubnetMask = DhcpText.AddressOf(options[1]),
            Routers = DhcpText.Addresses(options[3]),
            DnsServers = DhcpText.Addresses(options[6]),
            DomainSearch = DhcpText.Names(options[119]),
            BootServer = BootServer(header, options),
            BootFile = DhcpText.Text(options[67]) ?? (options.FileHoldsOptions ? null : DhcpText.Text(UntilZero(header.File))),
            CaptivePortal = DhcpText.Text(options[114]),
            Chaddr = header.Hardware,
            IdentifierMac = identifier,
            Sender = segment.Side,
            IsReply = isReply,
        };
    }

    private static string? BootServer(in BootpHeader header, DhcpOptions options)
    {
        string? name = DhcpText.Text(options[66]) ?? (options.NameHoldsOptions ? null : DhcpText.Text(UntilZero(header.ServerName)));
        return name ?? (header.NextServer.IsUnspecified ? null : header.NextServer.ToString());
    }

    private static List<string>? VendorIdentifying(DhcpOptions options)
    {
        if (!options.Has(124) && !options.Has(125)) return null;
        List<string> found = [];
        DhcpText.VendorIdentifying(options[124], areClasses: true, found);
        DhcpText.VendorIdentifying(options[125], areClasses: false, found);
        return found;
    }

    private static ReadOnlySpan<byte> UntilZero(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return end < 0 ? field : field[..end];
    }

    /// <summary>In BOOTP's fields 0.0.0.0 means "none".</summary>
    private static Address OrNone(Address address) => address.IsUnspecified ? default : address;
}
