using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Arp;

/// <summary>One ARP request or reply. An identical one in the same conversation is shown again only after ten minutes.</summary>
public sealed record ArpStatement(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <summary><c>request</c>, <c>reply</c>, <c>gratuitous</c> (the sender announces its own address, RFC 5227 section 3) or <c>probe</c> (it asks whether the address is free: the sender's is 0.0.0.0, RFC 5227 section 2.1).</summary>
    public required string Operation { get; init; }

    /// <summary>Sender's hardware address (ar$sha, RFC 826).</summary>
    public required MacAddress SenderMac { get; init; }

    /// <summary>Sender's IPv4 address (ar$spa); 0.0.0.0 in a probe.</summary>
    public required Address SenderIp { get; init; }

    /// <summary>Target's hardware address (ar$tha); none in a request, which asks for it.</summary>
    public required MacAddress TargetMac { get; init; }

    /// <summary>Target's IPv4 address (ar$tpa).</summary>
    public required Address TargetIp { get; init; }

    /// <summary>Whether the frame came from another hardware address than the sender's: a bridge that translates, a proxy, or somebody who lies.</summary>
    public required bool SourceMismatch { get; init; }

    /// <inheritdoc/>
    public override string Log => "arp";

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("op"u8, Operation);
        row.Mac("sender_mac"u8, SenderMac);
        row.Address("sender_ip"u8, SenderIp);
        row.Mac("target_mac"u8, TargetMac);
        row.Address("target_ip"u8, TargetIp);
        row.Flag("source_mismatch"u8, SourceMismatch ? true : null);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (!SenderIp.IsUnspecified && !SenderIp.IsMulticastOrBroadcast && !SenderMac.IsNone && !SenderMac.IsGroup)
            into.Claim(Subject.Of(SenderMac, SenderIp, flow.Vlan), ClaimKind.AddressBinding, SenderIp.ToString(), Operation);
        if (SourceMismatch)
            into.Claim(flow.At(Bytes.Side), ClaimKind.Anomaly, $"arp {Operation} for {SenderIp} names {SenderMac} as its sender", "sender address against frame source");
    }
}
