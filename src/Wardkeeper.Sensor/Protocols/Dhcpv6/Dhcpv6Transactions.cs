using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dhcpv6;

/// <summary>
/// One DHCPv6 message; of a relayed one the innermost, with what the relay next to the client added. Equal <c>trans_id</c> and
/// <c>client_duid</c> join the messages of one exchange, which travel in several flows. Zeek has no such log.
/// </summary>
public sealed record Dhcpv6Message(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "dhcpv6";

    /// <summary>The message's type, for example <c>SOLICIT</c>. RFC 8415, section 7.3.</summary>
    public required string MsgType { get; init; }

    /// <summary>Transaction identifier, 24 bits.</summary>
    public int? TransId { get; init; }

    /// <summary>The client's DUID in hexadecimal pairs. Option 1; RFC 8415, section 11.</summary>
    public string? ClientDuid { get; init; }

    /// <summary>Hardware address of the client: as its relay saw it (option 79), else from its DUID.</summary>
    public MacAddress ClientMac { get; init; }

    /// <summary>The server's DUID in hexadecimal pairs. Option 2.</summary>
    public string? ServerDuid { get; init; }

    /// <summary>Addresses asked for or assigned, at most 32. Options 3, 4 and 5.</summary>
    public IReadOnlyList<string>? Addresses { get; init; }

    /// <summary>Prefixes asked for or delegated, at most 32. Options 25 and 26.</summary>
    public IReadOnlyList<string>? Prefixes { get; init; }

    /// <summary>Longest valid lifetime of the addresses and prefixes.</summary>
    public TimeSpan? LeaseTime { get; init; }

    /// <summary>Name the client wants, or the server gave it. Option 39, RFC 4704.</summary>
    public string? ClientFqdn { get; init; }

    /// <summary>Options the client asks for, in its order, comma separated. Option 6.</summary>
    public string? ParameterList { get; init; }

    /// <summary>Codes of all options in their order, comma separated.</summary>
    public string? OptionOrder { get; init; }

    /// <summary>Vendor class, as enterprise number, colon, value. Option 16.</summary>
    public string? VendorClass { get; init; }

    /// <summary>User class. Option 15.</summary>
    public string? UserClass { get; init; }

    /// <summary>Where the device's maker describes what it needs of the network. Option 112, RFC 8520.</summary>
    public string? MudUrl { get; init; }

    /// <summary>Architecture of a client that boots from the network. Option 61, RFC 5970.</summary>
    public int? Arch { get; init; }

    /// <summary>Status the server states (0 success, 2 no addresses, 6 no prefixes); the worst, if there are several. Option 13.</summary>
    public int? Status { get; init; }

    /// <summary>What the server says to its status.</summary>
    public string? StatusMessage { get; init; }

    /// <summary>Whether two messages are to do for four. Option 14.</summary>
    public bool? RapidCommit { get; init; }

    /// <summary>The server's preference, 0 to 255. Option 7.</summary>
    public int? Preference { get; init; }

    /// <summary>Name servers, at most 32. Option 23.</summary>
    public IReadOnlyList<string>? DnsServers { get; init; }

    /// <summary>Domains to search, at most 32. Option 24.</summary>
    public IReadOnlyList<string>? DomainSearch { get; init; }

    /// <summary>What to boot. Option 59, RFC 5970.</summary>
    public string? BootFile { get; init; }

    /// <summary>Where a captive portal describes itself. Option 103, RFC 8910.</summary>
    public string? CaptivePortal { get; init; }

    /// <summary>Relays passed, 1 to 8; absent when the message was not relayed.</summary>
    public int? Relays { get; init; }

    /// <summary>Address by which the relay next to the client names the client's link.</summary>
    public Address LinkAddr { get; init; }

    /// <summary>Address of the client as the relay next to it saw it.</summary>
    public Address PeerAddr { get; init; }

    /// <summary>The relay's port towards the client. Option 18.</summary>
    public string? InterfaceId { get; init; }

    /// <summary>The relay's name for the client's line. Option 37, RFC 4649.</summary>
    public string? RemoteId { get; init; }

    /// <summary>Whether the message came from a server.</summary>
    internal bool IsReply { get; init; }

    /// <summary>Side that sent it.</summary>
    internal Side Sender { get; init; }

    /// <summary>Hardware address in the client's DUID.</summary>
    internal MacAddress DuidMac { get; init; }

    /// <summary>Addresses with a lifetime, for bindings.</summary>
    internal IReadOnlyList<Address> Bound { get; init; } = [];

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("msg_type"u8, MsgType);
        row.Number("trans_id"u8, TransId);
        row.Text("client_duid"u8, ClientDuid);
        row.Mac("client_mac"u8, ClientMac);
        row.Text("server_duid"u8, ServerDuid);
        row.Texts("addresses"u8, Addresses);
        row.Texts("prefixes"u8, Prefixes);
        row.Span("lease_time"u8, LeaseTime);
        row.Text("client_fqdn"u8, ClientFqdn);
        row.Text("parameter_list"u8, ParameterList);
        row.Text("option_order"u8, OptionOrder);
        row.Text("vendor_class"u8, VendorClass);
        row.Text("user_class"u8, UserClass);
        row.Text("mud_url"u8, MudUrl);
        row.Number("arch"u8, Arch);
        row.Number("status"u8, Status);
        row.Text("status_message"u8, StatusMessage);
        row.Flag("rapid_commit"u8, RapidCommit);
        row.Number("preference"u8, Preference);
        row.Texts("dns_servers"u8, DnsServers);
        row.Texts("domain_search"u8, DomainSearch);
        row.Text("boot_file"u8, BootFile);
        row.Text("captive_portal"u8, CaptivePortal);
        row.Number("relays"u8, Relays);
        row.Address("link_addr"u8, LinkAddr);
        row.Address("peer_addr"u8, PeerAddr);
        row.Text("interface_id"u8, InterfaceId);
        row.Text("remote_id"u8, RemoteId);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        Subject sender = flow.At(Sender);
        if (Relays is not null && !IsReply) into.Claim(sender, ClaimKind.Role, "dhcp-relay", "relay-forward");
        if (IsReply)
        {
            if (Sender == Side.Server) into.Service();
            into.Claim(sender, ClaimKind.Role, "dhcp-server", "reply");
            OfReply(flow, into);
            return;
        }
        Subject client = Relays is null ? sender : Subject.Of(ClientMac, PeerAddr, flow.Vlan);
        if (ClientFqdn is { } name) into.Claim(client, name.Contains('.', StringComparison.Ordinal) ? ClaimKind.DomainName : ClaimKind.HostName, name, "option 39");
        into.Claim(client, ClaimKind.DhcpVendorClass, VendorClass?[(VendorClass.IndexOf(':', StringComparison.Ordinal) + 1)..], "DHCPv6 option 16");
        if (!DuidMac.IsNone && DuidMac != client.Mac) into.Claim(client, ClaimKind.OtherMac, DuidMac.ToString(), "DUID");
    }

    /// <summary>A lease binds its address to whom the reply goes to.</summary>
    private void OfReply(FlowView flow, ObservationBatch into)
    {
        if (MsgType != "REPLY") return;
        Subject client = Relays is null ? flow.At(Sender == Side.Client ? Side.Server : Side.Client) : Subject.Of(ClientMac, PeerAddr, flow.Vlan);
        foreach (Address address in Bound) into.Claim(client, ClaimKind.AddressBinding, address.ToString(), "IA address");
    }
}
