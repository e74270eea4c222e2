using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.NeighbourDiscovery;

/// <summary>One neighbour discovery message. An identical one in the same conversation is shown again only after ten minutes.</summary>
public sealed record NeighbourStatement(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <summary><c>router-solicitation</c>, <c>router-advertisement</c>, <c>neighbour-solicitation</c>, <c>probe</c> (a solicitation from "::": is the address free? RFC 4862 section 5.4), <c>neighbour-advertisement</c> or <c>redirect</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>Target address; none in a router's messages. RFC 4861 section 4.3.</summary>
    public Address Target { get; init; }

    /// <summary>The destination that is redirected to the target. RFC 4861 section 4.5.</summary>
    public Address Destination { get; init; }

    /// <summary>Source link-layer address (solicitations, router's messages) or target link-layer address (advertisement, redirect). RFC 4861 section 4.6.1.</summary>
    public MacAddress LinkAddress { get; init; }

    /// <summary>Whether the frame came from another hardware address than the message states: a proxy, or somebody who lies.</summary>
    public bool SourceMismatch { get; init; }

    /// <summary>R flag of a neighbour advertisement: the sender is a router.</summary>
    public bool? IsRouter { get; init; }

    /// <summary>S flag: the advertisement answers a solicitation.</summary>
    public bool? IsSolicited { get; init; }

    /// <summary>O flag: the advertisement replaces what is known.</summary>
    public bool? Overrides { get; init; }

    /// <summary>Hop limit that hosts shall use; 0 leaves it open. RFC 4861 section 4.2.</summary>
    public long? HopLimit { get; init; }

    /// <summary>M flag: addresses come from DHCPv6.</summary>
    public bool? IsManaged { get; init; }

    /// <summary>O flag: other configuration comes from DHCPv6.</summary>
    public bool? HasOtherConfiguration { get; init; }

    /// <summary>Seconds for which the sender serves as a default router, 0 to 65,535; 0 means that it does not.</summary>
    public long? RouterLifetime { get; init; }

    /// <summary>MTU of the link in bytes. RFC 4861 section 4.6.4.</summary>
    public long? Mtu { get; init; }

    /// <summary>Prefixes on the link, at most 32. RFC 4861 section 4.6.2.</summary>
    public IReadOnlyList<string>? Prefixes { get; init; }

    /// <summary>Recursive DNS servers, at most 32. RFC 8106 section 5.1.</summary>
    public IReadOnlyList<string>? DnsServers { get; init; }

    /// <summary>DNS search domains, at most 32. RFC 8106 section 5.2.</summary>
    public IReadOnlyList<string>? SearchDomains { get; init; }

    /// <inheritdoc/>
    public override string Log => "nd";

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("op"u8, Operation);
        row.Address("target"u8, Target);
        row.Address("destination"u8, Destination);
        row.Mac("link_address"u8, LinkAddress);
        row.Flag("source_mismatch"u8, SourceMismatch ? true : null);
        row.Flag("is_router"u8, IsRouter);
        row.Flag("is_solicited"u8, IsSolicited);
        row.Flag("overrides"u8, Overrides);
        row.Number("hop_limit"u8, HopLimit);
        row.Flag("is_managed"u8, IsManaged);
        row.Flag("has_other_configuration"u8, HasOtherConfiguration);
        row.Number("router_lifetime"u8, RouterLifetime);
        row.Number("mtu"u8, Mtu);
        row.Texts("prefixes"u8, Prefixes);
        row.Texts("dns_servers"u8, DnsServers);
        row.Texts("search_domains"u8, SearchDomains);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        Subject sender = flow.At(Bytes.Side);
        // A redirect states the address of somebody else; what it says of him is no evidence.
        if (Operation != "redirect") Bind(Operation == "neighbour-advertisement" ? Target : sender.Ip, flow.Vlan, into);
        if (RouterLifetime > 0) into.Claim(sender, ClaimKind.Role, "router", "router advertisement");
        if (IsRouter == true) into.Claim(sender, ClaimKind.Role, "router", "R flag");
        if (SourceMismatch) into.Claim(sender, ClaimKind.Anomaly, $"{Operation} names {LinkAddress} as its link-layer address", "link-layer address against frame source");
    }

    private void Bind(Address address, ushort vlan, ObservationBatch into)
    {
        if (LinkAddress.IsNone || LinkAddress.IsGroup || address.IsUnspecified || address.IsMulticastOrBroadcast) return;
        into.Claim(Subject.Of(LinkAddress, address, vlan), ClaimKind.AddressBinding, address.ToString(), Operation);
    }
}
