using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Day;

/// <summary>An HL7 v2 message is sent over MLLP and acknowledged.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Sender.</param>
/// <param name="Receiver">Receiver.</param>
/// <param name="Port">Its TCP port.</param>
/// <param name="Type">MSH-9, for example <c>ORU^R01</c>.</param>
/// <param name="Text">The whole message, segments ended by a carriage return.</param>
/// <param name="Charset">How it is written: <c>ascii</c>, <c>gb18030</c> or <c>utf-8</c>.</param>
/// <param name="Patient">Id of the patient it concerns, or null.</param>
public sealed record MessageSent(TimeSpan At, string Actor, string Receiver, int Port, string Type, string Text, string Charset, string? Patient) : LabEvent(At, Actor)
{
    /// <inheritdoc/>
    public override IEnumerable<WireFact> Facts => [new("hl7", Type, Actor, Receiver, 1, Patient), new("hl7", "ACK", Receiver, Actor)];
}

/// <summary>One measured value.</summary>
/// <param name="Code">Test code of the analyser, or LOINC code.</param>
/// <param name="Name">Its name.</param>
/// <param name="Value">Value as text.</param>
/// <param name="Unit">Unit.</param>
/// <param name="Flag">N, L, H, LL, HH or empty.</param>
public sealed record Measured(string Code, string Name, string Value, string Unit, string Flag = "N");

/// <summary>One sample with its results.</summary>
/// <param name="Sample">Sample number.</param>
/// <param name="Patient">Whose it is; null for quality control.</param>
/// <param name="Results">What was measured.</param>
/// <param name="IsCorrection">Whether an earlier result is corrected.</param>
public sealed record SampleResult(string Sample, HospitalPatient? Patient, IReadOnlyList<Measured> Results, bool IsCorrection = false);

/// <summary>An analyser uploads results over ASTM E1381/E1394 (CLSI LIS01, LIS02), one session.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Analyser.</param>
/// <param name="Receiver">Laboratory system.</param>
/// <param name="Samples">What it uploads.</param>
public sealed record AnalyserUploaded(TimeSpan At, string Actor, string Receiver, IReadOnlyList<SampleResult> Samples) : LabEvent(At, Actor)
{
    /// <summary>The laboratory system's port.</summary>
    public const int Port = 15200;

    /// <inheritdoc/>
    public override IEnumerable<WireFact> Facts => [new("astm", "session", Actor, Receiver), .. Samples.Select(sample => new WireFact("astm", "patient", Actor, Receiver, 1, sample.Patient?.Id))];
}

/// <summary>A point-of-care analyser uploads observations over POCT1-A (CLSI POCT01), one conversation.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Analyser.</param>
/// <param name="Receiver">Data manager.</param>
/// <param name="Samples">What it uploads.</param>
public sealed record PointOfCareUploaded(TimeSpan At, string Actor, string Receiver, IReadOnlyList<SampleResult> Samples) : LabEvent(At, Actor)
{
    /// <summary>The data manager's port.</summary>
    public const int Port = 3001;

    /// <inheritdoc/>
    public override IEnumerable<WireFact> Facts =>
    [
        new("poct1a", "conversation", Actor, Receiver),
        .. Samples.GroupBy(sample => sample.Patient is null ? "OBS.R02" : "OBS.R01").Select(kind => new WireFact("poct1a", kind.Key, Actor, Receiver, kind.Count())),
    ];
}
