using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>One interaction of FHIR's RESTful API: what was asked of which resources, and what the bodies of both sides hold. Its HTTP row stands in <c>http</c>. HL7 FHIR R4, 3.1.0.</summary>
/// <param name="At">Time of the packet that completed the last body that was read.</param>
/// <param name="Bytes">Where that body begins, and as much of it as was read.</param>
public sealed record FhirExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "fhir";

    /// <summary>HTTP method.</summary>
    public string? Method { get; init; }

    /// <summary>Request target, patients masked.</summary>
    public MaskedText? Uri { get; init; }

    /// <summary>Interaction: <c>read</c>, <c>vread</c>, <c>search</c>, <c>history</c>, <c>create</c>, <c>update</c>, <c>patch</c>, <c>delete</c>, <c>transaction</c>, <c>batch</c>, <c>capabilities</c>, or <c>operation $NAME</c>.</summary>
    public string? Operation { get; init; }

    /// <summary>Type of the resource the request is about: in its path, else the first in the bodies.</summary>
    public string? ResourceType { get; init; }

    /// <summary>Status code of the response.</summary>
    public long? StatusCode { get; init; }

    /// <summary>Format of the bodies: <c>json</c> or <c>xml</c>.</summary>
    public string? Format { get; init; }

    /// <summary>Types of the resources that were sent, at most 32.</summary>
    public IReadOnlyList<string>? RequestResources { get; init; }

    /// <summary>How often each of <see cref="RequestResources"/> occurs.</summary>
    public IReadOnlyList<long>? RequestCounts { get; init; }

    /// <summary>Types of the resources that came back, at most 32.</summary>
    public IReadOnlyList<string>? ResponseResources { get; init; }

    /// <summary>How often each of <see cref="ResponseResources"/> occurs.</summary>
    public IReadOnlyList<long>? ResponseCounts { get; init; }

    /// <summary>Kind of the bundle: <c>searchset</c>, <c>transaction</c>, <c>batch</c>, <c>message</c>, <c>document</c> …; of the response if both sent one. Bundle.type.</summary>
    public string? BundleType { get; init; }

    /// <summary>Matches that the server knows of, more than it sends at once. Bundle.total.</summary>
    public long? Total { get; init; }

    /// <summary>Code of the first issue that the server raised. OperationOutcome.issue.code.</summary>
    public string? Issue { get; init; }

    /// <summary>Version of FHIR that the server speaks. CapabilityStatement.fhirVersion.</summary>
    public string? FhirVersion { get; init; }

    /// <summary>Software of the server with its version. CapabilityStatement.software.</summary>
    public string? Software { get; init; }

    /// <summary>Devices that Device and DeviceMetric resources name, at most 16 of each body.</summary>
    public IReadOnlyList<FhirDevice>? Devices { get; init; }

    /// <summary>Patients, masked, at most 32: Patient.identifier and references to patients.</summary>
    public IReadOnlyList<MaskedText>? Patients { get; init; }

    /// <summary>Whether a body was longer than what is read, so that all counts are too small.</summary>
    public bool Truncated { get; init; }

    /// <summary>The only device that the client sent, which it therefore speaks for.</summary>
    internal FhirDevice? SentDevice { get; init; }

    /// <inheritdoc/>
    internal override string? Protocol => "fhir";

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("method"u8, Method);
        row.Text("uri"u8, Uri);
        row.Text("operation"u8, Operation);
        row.Text("resource_type"u8, ResourceType);
        row.Number("status_code"u8, StatusCode);
        row.Text("format"u8, Format);
        row.Texts("request_resources"u8, RequestResources);
        row.Numbers("request_counts"u8, RequestCounts);
        row.Texts("response_resources"u8, ResponseResources);
        row.Numbers("response_counts"u8, ResponseCounts);
        row.Text("bundle_type"u8, BundleType);
        row.Number("total"u8, Total);
        row.Text("issue"u8, Issue);
        row.Text("fhir_version"u8, FhirVersion);
        row.Text("software"u8, Software);
        row.Objects("devices"u8, Devices, static (to, device) => device.Write(to));
        row.Texts("patients"u8, Patients);
        row.Flag("truncated"u8, Truncated ? true : null);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        into.Claim(flow.Client, ClaimKind.Role, "fhir-client", "request");
        if (SentDevice is { } device)
        {
            into.Claim(flow.Client, ClaimKind.Vendor, device.Vendor, "Device.manufacturer");
            into.Claim(flow.Client, ClaimKind.Model, device.Model, "Device.modelNumber");
            into.Claim(flow.Client, ClaimKind.SerialNumber, device.Serial, "Device.serialNumber");
            into.Claim(flow.Client, ClaimKind.Software, device.Software, "Device.version");
        }
        if (ResponseResources is null) return;
        into.Claim(flow.Server, ClaimKind.Role, "fhir-server", "response");
        into.Claim(flow.Server, ClaimKind.Software, Software, "CapabilityStatement.software");
        into.Service(Software);
    }
}

/// <summary>One CDA document that was sent or fetched over HTTP, by its header. HL7 Clinical Document Architecture, Release 2, 4.2.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where it begins, and as much of it as was read.</param>
public sealed record CdaDocument(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "cda";

    /// <summary>HTTP method.</summary>
    public string? Method { get; init; }

    /// <summary>Request target, patients masked.</summary>
    public MaskedText? Uri { get; init; }

    /// <summary>Status code of the response.</summary>
    public long? StatusCode { get; init; }

    /// <summary>Kind of the document, mostly a LOINC code. ClinicalDocument.code.</summary>
    public string? Code { get; init; }

    /// <summary>Templates the document conforms to, at most 16. ClinicalDocument.templateId.</summary>
    public IReadOnlyList<string>? Templates { get; init; }

    /// <summary>The patient's identifiers, masked, at most 16. patientRole.id.</summary>
    public IReadOnlyList<MaskedText>? Patients { get; init; }

    /// <summary>Model of the device that wrote it. assignedAuthoringDevice.manufacturerModelName.</summary>
    public MaskedText? AuthorModel { get; init; }

    /// <summary>Software that wrote it. assignedAuthoringDevice.softwareName.</summary>
    public MaskedText? AuthorSoftware { get; init; }

    /// <summary>Organisation that keeps it. custodian.representedCustodianOrganization.name.</summary>
    public MaskedText? Custodian { get; init; }

    /// <summary>Whether the client sent it, else it fetched it.</summary>
    public bool IsSent => Bytes.Side == Side.Client;

    /// <inheritdoc/>
    internal override string? Protocol => "cda";

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Flag("is_sent"u8, IsSent);
        row.Text("method"u8, Method);
        row.Text("uri"u8, Uri);
        row.Number("status_code"u8, StatusCode);
        row.Text("code"u8, Code);
        row.Texts("templates"u8, Templates);
        row.Texts("patients"u8, Patients);
        row.Text("author_model"u8, AuthorModel);
        row.Text("author_software"u8, AuthorSoftware);
        row.Text("custodian"u8, Custodian);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        into.Claim(IsSent ? flow.Client : flow.Server, ClaimKind.Role, "document-source", "ClinicalDocument");
        // A server may refuse what it is sent.
        if (!IsSent || StatusCode is >= 200 and < 300) into.Claim(IsSent ? flow.Server : flow.Client, ClaimKind.Role, "document-recipient", "ClinicalDocument");
    }
}
