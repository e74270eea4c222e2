using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Ieee11073;

/// <summary>One exchange between a personal health device (agent) and a manager. IEEE 11073-20601.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request lies in the stream, or the answer if only it was seen.</param>
public sealed record PhdExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "ieee11073";

    /// <summary><c>association</c>, <c>release</c>, <c>abort</c>, <c>event-report</c>, <c>get</c>, <c>set</c> or <c>action</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>Which event or action: <c>configuration</c>, <c>scan-report-fixed</c>, <c>scan-report-var</c>, <c>segment-data</c>, <c>set-time</c>, <c>data-request</c> …</summary>
    public string? Kind { get; init; }

    /// <summary>How it was answered: the association's or the configuration's result, <c>ok</c>, <c>error</c>, <c>rejected</c>, or the reason of a release or abort. Null without an answer.</summary>
    public string? Status { get; init; }

    /// <summary>System id of the agent, hexadecimal: an EUI-64.</summary>
    public string? SystemId { get; init; }

    /// <summary>System id of the manager, hexadecimal.</summary>
    public string? ManagerId { get; init; }

    /// <summary>Configuration of the agent: 1 to 16383 standard, 16384 to 32767 its own.</summary>
    public long? ConfigId { get; init; }

    /// <summary>What the agent is, by the profiles it names or by its standard configuration: <c>blood-pressure</c>, <c>pulse-oximeter</c>, <c>glucose</c>, <c>scale</c>, <c>thermometer</c> …</summary>
    public IReadOnlyList<string>? Profiles { get; init; }

    /// <summary>Objects that a configuration describes.</summary>
    public long? Objects { get; init; }

    /// <summary>Codes of what these objects measure, partition and code as one number, at most 32. IEEE 11073-10101.</summary>
    public IReadOnlyList<long>? Codes { get; init; }

    /// <summary>Observations that a report holds; never their values.</summary>
    public long? Observations { get; init; }

    /// <summary>Maker.</summary>
    public string? Vendor { get; init; }

    /// <summary>Model.</summary>
    public string? Model { get; init; }

    /// <summary>Serial number.</summary>
    public string? Serial { get; init; }

    /// <summary>Revision of the hardware.</summary>
    public string? Hardware { get; init; }

    /// <summary>Revision of the software.</summary>
    public string? Software { get; init; }

    /// <summary>Revision of the firmware.</summary>
    public string? Firmware { get; init; }

    /// <summary>What attributes said.</summary>
    internal SystemAttributes? System { get; init; }

    /// <summary>Device type in the words of the taxonomy.</summary>
    internal string? Type { get; init; }

    /// <summary>Side of the agent.</summary>
    internal Side Agent { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("operation"u8, Operation);
        row.Text("kind"u8, Kind);
        row.Text("status"u8, Status);
        row.Text("system_id"u8, SystemId);
        row.Text("manager_id"u8, ManagerId);
        row.Number("config_id"u8, ConfigId);
        row.Texts("profiles"u8, Profiles);
        row.Number("objects"u8, Objects);
        row.Numbers("codes"u8, Codes);
        row.Number("observations"u8, Observations);
        row.Text("vendor"u8, Vendor);
        row.Text("model"u8, Model);
        row.Text("serial"u8, Serial);
        row.Text("hardware"u8, Hardware);
        row.Text("software"u8, Software);
        row.Text("firmware"u8, Firmware);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        Subject agent = flow.At(Agent), manager = flow.At(Agent == Side.Client ? Side.Server : Side.Client);
        if (Operation == "association" && Status is not null)
        {
            into.Service();
            into.Claim(agent, ClaimKind.Role, "phd-agent", "association");
            into.Claim(manager, ClaimKind.Role, "phd-manager", "association");
        }
        into.Claim(agent, ClaimKind.Type, Type, ConfigId is { } id ? string.Create(CultureInfo.InvariantCulture, $"configuration {id}") : "system type");
        System?.Claim(agent, into);
    }
}
