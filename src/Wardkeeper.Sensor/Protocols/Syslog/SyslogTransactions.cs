using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Syslog;

/// <summary>One message of a device's log. Its text is shortened; what names a patient or a secret in it is masked.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where it lies in the stream.</param>
public sealed record SyslogMessage(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "syslog";

    /// <summary>What carried it: <c>udp</c> or <c>tcp</c>.</summary>
    public required string Proto { get; init; }

    /// <summary>Where the sender sorts it, for example <c>AUTH</c>. RFC 5424, 6.2.1.</summary>
    public required string Facility { get; init; }

    /// <summary>How grave it is, <c>EMERG</c> to <c>DEBUG</c>. RFC 5424, 6.2.1.</summary>
    public required string Severity { get; init; }

    /// <summary>Host that the message names.</summary>
    public string? Host { get; init; }

    /// <summary>Program that the message names.</summary>
    public string? App { get; init; }

    /// <summary>Number of its process.</summary>
    public string? ProcessId { get; init; }

    /// <summary>Kind of the message. RFC 5424, 6.2.7.</summary>
    public string? MessageId { get; init; }

    /// <summary>The text, at most 256 characters.</summary>
    public MaskedText? Message { get; init; }

    /// <summary>Whether this is the first message of its flow that names this host.</summary>
    internal bool TellsHost { get; init; }

    /// <summary>Maker that the text's form shows.</summary>
    internal string? Vendor { get; init; }

    /// <summary>Serial number that the text states.</summary>
    internal string? Serial { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("proto"u8, Proto);
        row.Text("facility"u8, Facility);
        row.Text("severity"u8, Severity);
        row.Text("host"u8, Host);
        row.Text("app"u8, App);
        row.Text("process_id"u8, ProcessId);
        row.Text("message_id"u8, MessageId);
        row.Text("message"u8, Message);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (!TellsHost) return;
        into.Claim(flow.Client, ClaimKind.HostName, Host is null || char.IsAsciiDigit(Host[^1]) && Host.Count(static c => c == '.') == 3 ? null : Host, "HOSTNAME");
        into.Claim(flow.Client, ClaimKind.Vendor, Vendor, "form of the message");
        into.Claim(flow.Client, ClaimKind.SerialNumber, Serial, "devid");
        into.Claim(flow.Server, ClaimKind.Role, "syslog-server", "receiver");
    }
}
