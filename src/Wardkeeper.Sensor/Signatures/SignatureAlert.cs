using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures.Rules;

namespace Wardkeeper.Sensor.Signatures;

/// <summary>
/// A rule matched: one row for each time, before anything is made of many alike. Who sent it is part of it and is not asked of the flow when the row is
/// written: by then a protocol may have been recognised whose client is the other side.
/// </summary>
internal sealed record SignatureAlert(CaptureTime At, ByteRange Bytes, Rule Rule, bool ToServer, bool FromOriginator, long Packet) : Transaction(At, Bytes)
{
    /// <summary>What was looked up in, or put into, sets of values that rules change.</summary>
    public IReadOnlyList<(Matching.DatasetCheck Check, string Value)> Values { get; init; } = [];

    /// <inheritdoc/>
    public override string Log => "alerts";

    /// <summary>Who sent what matched.</summary>
    public Address Source => FromOriginator ? Flow!.OriginatorAddress : Flow!.ResponderAddress;

    /// <summary>To whom.</summary>
    public Address Destination => FromOriginator ? Flow!.ResponderAddress : Flow!.OriginatorAddress;

    /// <summary>Port it was sent from.</summary>
    public ushort SourcePort => FromOriginator ? Flow!.OriginatorPort : Flow!.ResponderPort;

    /// <summary>Port it was sent to.</summary>
    public ushort DestinationPort => FromOriginator ? Flow!.ResponderPort : Flow!.OriginatorPort;

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        row.Number("signature_id"u8, Rule.Sid);
        row.Number("gid"u8, Rule.Gid);
        row.Number("rev"u8, Rule.Revision);
        row.Text("msg"u8, Rule.Message);
        row.Text("classtype"u8, Rule.Classtype);
        row.Text("category"u8, Classifications.NameOf(Rule.Classtype));
        row.Number("priority"u8, Rule.Priority);
        row.Text("action"u8, Rule.Action);
        row.Text("direction"u8, ToServer ? "to_server" : "to_client");
        row.Address("src"u8, Source);
        row.Number("src_port"u8, SourcePort);
        row.Address("dst"u8, Destination);
        row.Number("dst_port"u8, DestinationPort);
        row.Number("packet"u8, Packet);
        if (Rule.References.Count > 0) row.Texts("references"u8, Rule.References);
    }
}
