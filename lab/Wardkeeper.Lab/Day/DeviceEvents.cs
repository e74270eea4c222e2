using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Day;

/// <summary>A central station polls a monitor over Philips Data Export (UDP 24105), one association.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Central station.</param>
/// <param name="Monitor">Monitor.</param>
/// <param name="Patient">Who lies there.</param>
/// <param name="Polls">Number of polls.</param>
public sealed record MonitorPolled(TimeSpan At, string Actor, string Monitor, HospitalPatient Patient, int Polls) : LabEvent(At, Actor)
{
    /// <inheritdoc/>
    public override IEnumerable<WireFact> Facts => [new("data-export", "association", Actor, Monitor), new("data-export", "poll", Actor, Monitor, Polls, Patient.Id)];
}

/// <summary>A consumer looks for an IEEE 11073 SDC provider (WS-Discovery) and reads its description and state (SOAP).</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Consumer.</param>
/// <param name="Provider">Provider.</param>
/// <param name="Patient">Who lies there.</param>
public sealed record ProviderRead(TimeSpan At, string Actor, string Provider, HospitalPatient Patient) : LabEvent(At, Actor)
{
    /// <inheritdoc/>
    public override IEnumerable<WireFact> Facts => [new("sdc", "Probe", Actor, "multicast"), new("http", "POST", Actor, Provider, 2)];
}

/// <summary>An RFID reader reports tags to its client over LLRP (TCP 5084).</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Client, which connects.</param>
/// <param name="Reader">Reader.</param>
/// <param name="Tags">EPC-96 of the tags, hexadecimal.</param>
public sealed record TagsReported(TimeSpan At, string Actor, string Reader, IReadOnlyList<string> Tags) : LabEvent(At, Actor)
{
    /// <inheritdoc/>
    public override IEnumerable<WireFact> Facts => [new("llrp", "RO_ACCESS_REPORT", Reader, Actor, Tags.Count)];
}

/// <summary>A system reads a serial device behind a serial device server (RFC 2217).</summary>
/// <param name="At">When.</param>
/// <param name="Actor">System.</param>
/// <param name="SerialServer">Serial device server.</param>
/// <param name="Lines">What the serial device says.</param>
public sealed record SerialRead(TimeSpan At, string Actor, string SerialServer, IReadOnlyList<string> Lines) : LabEvent(At, Actor)
{
    /// <inheritdoc/>
    public override IEnumerable<WireFact> Facts => [new("telnet", "connection", Actor, SerialServer)];
}

/// <summary>Something is published to an MQTT broker.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Publisher.</param>
/// <param name="Broker">Broker.</param>
/// <param name="Topic">Topic.</param>
/// <param name="Payload">Payload, text.</param>
public sealed record TopicPublished(TimeSpan At, string Actor, string Broker, string Topic, string Payload) : LabEvent(At, Actor)
{
    /// <inheritdoc/>
    public override IEnumerable<WireFact> Facts => [new("mqtt", "PUBLISH", Actor, Broker)];
}
