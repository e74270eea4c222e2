using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dhcp;

/// <summary>
/// One DHCP message. Zeek's dhcp.log joins the messages of one lease; here each is a row, because they travel in several flows
/// (from 0.0.0.0 to the broadcast address, from the server, through relays) and none of them must wait for the others; equal
/// <c>xid</c> and <c>mac</c> join them. The first fields carry Zeek's names and meaning, those from <c>xid</c> on are our own.
/// </summary>
public sealed record DhcpMessage(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "dhcp";

    /// <summary>The flow it was said in; Zeek lists all flows of a lease.</summary>
    public IReadOnlyList<string>? Uids => Flow is null ? null : [Flow.Uid];

    /// <summary>The client's address: where its message came from or what it gives as its own; in a reply the one it is given.</summary>
    public Address ClientAddr { get; init; }

    /// <summary>Address that a reply which hands out an address came from.</summary>
    public Address ServerAddr { get; init; }

    /// <summary>The client's hardware address: from its client identifier, else <c>chaddr</c>. RFC 2131, section 2.</summary>
    public MacAddress Mac { get; init; }

    /// <summary>Name the client gives itself. Option 12.</summary>
    public string? HostName { get; init; }

    /// <summary>Fully qualified name the client wants. Option 81, RFC 4702.</summary>
    public string? ClientFqdn { get; init; }

    /// <summary>Domain the server hands out. Option 15.</summary>
    public string? Domain { get; init; }

    /// <summary>Address the client asks for. Option 50.</summary>
    public Address RequestedAddr { get; init; }

    /// <summary>Address the server assigns (<c>yiaddr</c>).</summary>
    public Address AssignedAddr { get; init; }

    /// <summary>How long the address may be used. Option 51, whole seconds.</summary>
    public TimeSpan? LeaseTime { get; init; }

    /// <summary>Why the client declined. Option 56.</summary>
    public string? ClientMessage { get; init; }

    /// <summary>Why the server refused. Option 56.</summary>
    public string? ServerMessage { get; init; }

    /// <summary>The message's type, for example <c>DISCOVER</c>; <c>BOOTP</c> without option 53. Always one.</summary>
    public required IReadOnlyList<string> MsgTypes { get; init; }

    /// <summary>Transaction identifier, 32 bits, that joins the messages of one lease.</summary>
    public required uint Xid { get; init; }

    /// <summary>Options the client asks for, in its order, comma separated. Option 55.</summary>
    public string? ParameterList { get; init; }

    /// <summary>Codes of all options in their order, comma separated.</summary>
    public string? OptionOrder { get; init; }

    /// <summary>Vendor class. Option 60.</summary>
    public string? VendorClass { get; init; }

    /// <summary>Client identifier: a hardware address, text, or hexadecimal pairs. Option 61.</summary>
    public string? ClientId { get; init; }

    /// <summary>Longest message the client takes, in bytes. Option 57.</summary>
    public int? MaxMessageSize { get; init; }

    /// <summary>User class. Option 77, RFC 3004.</summary>
    public string? UserClass { get; init; }

    /// <summary>Architecture of a client that boots from the network (0 x86 BIOS, 7 x64 UEFI). Option 93, RFC 4578.</summary>
    public int? Arch { get; init; }

    /// <summary>UUID of the client's machine. Option 97, RFC 4578.</summary>
    public string? Uuid { get; init; }

    /// <summary>Server's own identifier. Option 54.</summary>
    public Address ServerId { get; init; }

    /// <summary>Relay agent that the message came or goes through (<c>giaddr</c>).</summary>
    public Address Giaddr { get; init; }

    /// <summary>Relays passed, 0 to 16.</summary>
    public int? Hops { get; init; }

    /// <summary>The relay's port towards the client. Option 82 sub-option 1, RFC 3046.</summary>
    public string? CircuitId { get; init; }

    /// <summary>The relay's name for the client's line. Option 82 sub-option 2, RFC 3046.</summary>
    public string? RemoteId { get; init; }

    /// <summary>Where the device's maker describes what it needs of the network. Option 161, RFC 8520.</summary>
    public string? MudUrl { get; init; }

    /// <summary>Vendor-identifying classes and options, each as enterprise number, colon, value; at most 32. Options 124 and 125, RFC 3925.</summary>
    public IReadOnlyList<string>? VendorIdentifying { get; init; }

    /// <summary>Vendor-specific information, as text or hexadecimal pairs; at most 128 bytes. Option 43.</summary>
    public string? VendorSpecific { get; init; }

    /// <summary>Subnet mask. Option 1.</summary>
    public Address SubnetMask { get; init; }

    /// <summary>Routers, best first; at most 32. Option 3.</summary>
    public IReadOnlyList<string>? Routers { get; init; }

    /// <summary>Name servers, best first; at most 32. Option 6.</summary>
    public IReadOnlyList<string>? DnsServers { get; init; }

    /// <summary>Domains to search; at most 32. Option 119, RFC 3397.</summary>
    public IReadOnlyList<string>? DomainSearch { get; init; }

    /// <summary>Server to boot from. Option 66, else the field <c>sname</c>, else <c>siaddr</c>.</summary>
    public string? BootServer { get; init; }

    /// <summary>File to boot. Option 67, else the field <c>file</c>.</summary>
    public string? BootFile { get; init; }

    /// <summary>Where a captive portal describes itself. Option 114, RFC 8910.</summary>
    public string? CaptivePortal { get; init; }

    /// <summary>Hardware address in <c>chaddr</c>, whom claims are about.</summary>
    internal MacAddress Chaddr { get; init; }

    /// <summary>Hardware address in the client identifier.</summary>
    internal MacAddress IdentifierMac { get; init; }

    /// <summary>Side that sent the message.</summary>
    internal Side Sender { get; init; }

    /// <summary>Whether it came from a server.</summary>
    internal bool IsReply { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Texts("uids"u8, Uids);
        row.Address("client_addr"u8, ClientAddr);
        row.Address("server_addr"u8, ServerAddr);
        row.Mac("mac"u8, Mac);
        row.Text("host_name"u8, HostName);
        row.Text("client_fqdn"u8, ClientFqdn);
        row.Text("domain"u8, Domain);
        row.Address("requested_addr"u8, RequestedAddr);
        row.Address("assigned_addr"u8, AssignedAddr);
        row.Span("lease_time"u8, LeaseTime);
        row.Text("client_message"u8, ClientMessage);
        row.Text("server_message"u8, ServerMessage);
        row.Texts("msg_types"u8, MsgTypes);
        row.Number("xid"u8, Xid);
        row.Text("parameter_list"u8, ParameterList);
        row.Text("option_order"u8, OptionOrder);
        row.Text("vendor_class"u8, VendorClass);
        row.Text("client_id"u8, ClientId);
        row.Number("max_message_size"u8, MaxMessageSize);
        row.Text("user_class"u8, UserClass);
        row.Number("arch"u8, Arch);
        row.Text("uuid"u8, Uuid);
        row.Address("server_id"u8, ServerId);
        row.Address("giaddr"u8, Giaddr);
        row.Number("hops"u8, Hops);
        row.Text("circuit_id"u8, CircuitId);
        row.Text("remote_id"u8, RemoteId);
        row.Text("mud_url"u8, MudUrl);
        row.Texts("vendor_identifying"u8, VendorIdentifying);
        row.Text("vendor_specific"u8, VendorSpecific);
        row.Address("subnet_mask"u8, SubnetMask);
        row.Texts("routers"u8, Routers);
        row.Texts("dns_servers"u8, DnsServers);
        row.Texts("domain_search"u8, DomainSearch);
        row.Text("boot_server"u8, BootServer);
        row.Text("boot_file"u8, BootFile);
        row.Text("captive_portal"u8, CaptivePortal);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (IsReply) DhcpClaims.OfServer(this, flow, into);
        else DhcpClaims.OfClient(this, flow, into);
    }
}
