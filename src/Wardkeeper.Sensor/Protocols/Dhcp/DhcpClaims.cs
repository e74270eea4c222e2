using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Dhcp;

/// <summary>What a DHCP message says of its client, keyed by the hardware address it states, and of its server.</summary>
internal static class DhcpClaims
{
    public static void OfClient(DhcpMessage message, FlowView flow, ObservationBatch into)
    {
        Relay(message, flow, into);
        if (message.Chaddr.IsNone) return;
        Subject client = Subject.Of(message.Chaddr, message.ClientAddr, ClientVlan(message, flow, message.Sender));
        into.Claim(client, ClaimKind.HostName, message.HostName, "option 12");
        if (message.ClientFqdn is { } name) into.Claim(client, name.Contains('.', StringComparison.Ordinal) ? ClaimKind.DomainName : ClaimKind.HostName, name, "option 81");
        into.Claim(client, ClaimKind.DhcpParameterList, message.ParameterList, "option 55");
        into.Claim(client, ClaimKind.DhcpVendorClass, message.VendorClass, "option 60");
        if (!message.IdentifierMac.IsNone && message.IdentifierMac != message.Chaddr) into.Claim(client, ClaimKind.OtherMac, message.IdentifierMac.ToString(), "option 61");
    }

    public static void OfServer(DhcpMessage message, FlowView flow, ObservationBatch into)
    {
        Subject sender = flow.At(message.Sender);
        bool relayed = !message.Giaddr.IsNone && message.Giaddr == sender.Ip;
        if (!relayed)
        {
            if (message.Sender == Side.Server) into.Service();
            into.Claim(sender, ClaimKind.Role, "dhcp-server", "reply");
        }
        else
        {
            into.Claim(sender, ClaimKind.Role, "dhcp-relay", "giaddr");
        }
        if (!message.ServerId.IsNone && message.ServerId != sender.Ip) into.Claim(Subject.Of(default, message.ServerId), ClaimKind.Role, "dhcp-server", "option 54");
        if (message.MsgTypes[0] is "OFFER" or "ACK" && message.Routers is { } routers)
        {
            foreach (string router in routers)
            {
                if (Address.TryParse(router, out Address address)) into.Claim(Subject.Of(default, address), ClaimKind.Role, "router", "option 3");
            }
        }
        if (message.MsgTypes[0] != "ACK" || message.AssignedAddr.IsNone || message.Chaddr.IsNone) return;
        Side client = message.Sender == Side.Server ? Side.Client : Side.Server;
        into.Claim(Subject.Of(message.Chaddr, message.AssignedAddr, ClientVlan(message, flow, client)), ClaimKind.AddressBinding, message.AssignedAddr.ToString(), "yiaddr");
    }

    /// <summary>A renewal goes to the server through routers, and a relay speaks in the server's VLAN: only a frame of the client's own shows its VLAN.</summary>
    private static ushort ClientVlan(DhcpMessage message, FlowView flow, Side client)
    {
        Subject carried = flow.At(client);
        return carried.Mac == message.Chaddr || carried.Mac.IsNone || carried.Mac.IsGroup ? carried.Vlan : (ushort)0;
    }

    private static void Relay(DhcpMessage message, FlowView flow, ObservationBatch into)
    {
        Subject sender = flow.At(message.Sender);
        if (!message.Giaddr.IsNone && message.Giaddr == sender.Ip) into.Claim(sender, ClaimKind.Role, "dhcp-relay", "giaddr");
    }
}
