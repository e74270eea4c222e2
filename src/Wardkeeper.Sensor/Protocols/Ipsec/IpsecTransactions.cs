using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Ipsec;

/// <summary>One negotiation of keys between two ends of IPsec: who they are, what was offered and chosen, as far as it is said in the clear.</summary>
/// <param name="At">Time of the packet that completed it: the first encrypted message from the second side, else the last one.</param>
/// <param name="Bytes">Where its first message lies.</param>
public sealed record IkeNegotiation(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "ipsec";

    /// <summary>Number that the initiator chose for the association. RFC 7296, 3.1.</summary>
    public ulong InitiatorSpi { get; init; }

    /// <summary>Number that the responder chose; absent without an answer.</summary>
    public ulong? ResponderSpi { get; init; }

    /// <summary>Version of IKE, 1 or 2. Version 1 is deprecated (RFC 9395).</summary>
    public int MajVer { get; init; }

    /// <summary>Minor version.</summary>
    public int MinVer { get; init; }

    /// <summary>Number of the first exchange.</summary>
    public int ExchangeType { get; init; }

    /// <summary>Its name, for example <c>main</c>, <c>aggressive</c>, <c>IKE_SA_INIT</c>.</summary>
    public required string Exchange { get; init; }

    /// <summary>Suites the initiator offers, at most 16: cipher with its key's bits, hash or functions, group, and in version 1 how the ends prove who they are.</summary>
    public required IReadOnlyList<string> Proposals { get; init; }

    /// <summary>Suite the responder chose.</summary>
    public string? Chosen { get; init; }

    /// <summary>Parts of the chosen suite that should not be used any longer (RFC 8247, RFC 9395, NIST SP 800-131A); <c>aggressive-psk</c> when the shared key can be guessed from what was seen.</summary>
    public required IReadOnlyList<string> Weak { get; init; }

    /// <summary>Diffie-Hellman group of the initiator's key in IKEv2.</summary>
    public string? KeGroup { get; init; }

    /// <summary>What the initiator's vendor ids tell, in their order, at most 16.</summary>
    public required IReadOnlyList<string> VendorIds { get; init; }

    /// <summary>What the responder's vendor ids tell.</summary>
    public required IReadOnlyList<string> ResponderVendorIds { get; init; }

    /// <summary>Notifications of both, in their order, at most 16.</summary>
    public required IReadOnlyList<string> NotifyMessages { get; init; }

    /// <summary>Name that the initiator gives of itself in aggressive mode: an address, a host, a user at a host, a group.</summary>
    public string? Identity { get; init; }

    /// <summary>Whether both sides sent encrypted messages in this flow, so that keys were agreed on. Behind address translation they go on in another flow, to port 4500.</summary>
    public bool Established { get; init; }

    /// <summary>Whether the flow's server is the initiator.</summary>
    public bool IsReversed { get; init; }

    /// <summary>Products and systems that the initiator's ids tell.</summary>
    public required IReadOnlyList<IkeVendor> InitiatorProducts { get; init; }

    /// <summary>Products and systems that the responder's ids tell.</summary>
    public required IReadOnlyList<IkeVendor> ResponderProducts { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("initiator_spi"u8, InitiatorSpi.ToString("x16", CultureInfo.InvariantCulture));
        row.Text("responder_spi"u8, ResponderSpi?.ToString("x16", CultureInfo.InvariantCulture));
        row.Number("maj_ver"u8, MajVer);
        row.Number("min_ver"u8, MinVer);
        row.Number("exchange_type"u8, ExchangeType);
        row.Text("exchange"u8, Exchange);
        row.Texts("proposals"u8, Proposals);
        row.Text("chosen"u8, Chosen);
        row.Texts("weak"u8, Weak);
        row.Text("ke_group"u8, KeGroup);
        row.Texts("vendor_ids"u8, VendorIds);
        row.Texts("responder_vendor_ids"u8, ResponderVendorIds);
        row.Texts("notify_messages"u8, NotifyMessages);
        row.Text("identity"u8, Identity);
        row.Flag("established"u8, Established);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        Subject initiator = IsReversed ? flow.Server : flow.Client, responder = IsReversed ? flow.Client : flow.Server;
        Claim(initiator, InitiatorProducts, into);
        Claim(responder, ResponderProducts, into);
        if (ResponderSpi is not null && !IsReversed) into.Service(ResponderProducts.Count > 0 ? ResponderProducts[0].Name : null);
    }

    private static void Claim(Subject subject, IReadOnlyList<IkeVendor> products, ObservationBatch into)
    {
        foreach (IkeVendor product in products) into.Claim(subject, product.Tells == "os" ? ClaimKind.OperatingSystem : ClaimKind.Software, product.Name, "vendor id");
    }
}
