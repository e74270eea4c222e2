using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>
/// One transaction of a DICOMweb service (PS3.18: STOW-RS, QIDO-RS, WADO-RS, WADO-URI), or an HTTP exchange of any kind that carried
/// DICOM files, or a DICOM file in a share, a file transfer or a mail. The row of the same exchange in <c>http</c> or <c>files</c> has the rest.
/// </summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the request's head lies.</param>
public sealed record DicomWebExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    private const int MostPatients = 16;

    /// <inheritdoc/>
    public override string Log => "dicom";

    /// <summary><c>web</c>, or how a file came otherwise: <c>share</c> (SMB), <c>transfer</c> (FTP, TFTP), <c>mail</c>; it tells this row from the others in the same log.</summary>
    public string Kind { get; init; } = "web";

    /// <summary><c>store</c>, <c>search</c>, <c>retrieve</c>, <c>retrieve-uri</c>; <c>file</c> for DICOM files outside of DICOMweb.</summary>
    public required string Operation { get; init; }

    /// <summary>What was asked for: <c>studies</c>, <c>series</c>, <c>instances</c>, <c>metadata</c>, <c>rendered</c>, <c>thumbnail</c>, <c>bulkdata</c> or <c>frames</c>.</summary>
    public string? Resource { get; init; }

    /// <summary>Study Instance UID in the request, else that of the first file.</summary>
    public string? StudyUid { get; init; }

    /// <summary>Series Instance UID in the request.</summary>
    public string? SeriesUid { get; init; }

    /// <summary>SOP Instance UID in the request.</summary>
    public string? SopInstance { get; init; }

    /// <summary>Names of the keys by which a search is restricted, at most 16; an empty list asks for everything there is.</summary>
    public IReadOnlyList<string>? QueryKeys { get; init; }

    /// <summary>HTTP status code of the answer.</summary>
    public long? StatusCode { get; init; }

    /// <summary>DICOM files that were sent, in either direction.</summary>
    public int? Instances { get; init; }

    /// <summary>Matches that a search found, when the answer is JSON.</summary>
    public int? Matches { get; init; }

    /// <summary>SOP classes of the files, at most 16.</summary>
    public IReadOnlyList<string>? SopClasses { get; init; }

    /// <summary>Different patients of the files or matches, masked, the first 16.</summary>
    public IReadOnlyList<MaskedText>? Patients { get; init; }

    /// <summary>Number of different patients, at most 256 counted.</summary>
    public int? PatientCount { get; init; }

    /// <summary>Maker of the device that made the files, when it is one. (0008,0070).</summary>
    public string? Manufacturer { get; init; }

    /// <summary>Its model. (0008,1090).</summary>
    public string? Model { get; init; }

    /// <summary>Its serial number. (0018,1000).</summary>
    public string? SerialNumber { get; init; }

    /// <summary>Its software. (0018,1020).</summary>
    public string? SoftwareVersions { get; init; }

    /// <summary>Its station name. (0008,1010).</summary>
    public string? Station { get; init; }

    /// <summary>Modality of the files, when it is one. (0008,0060).</summary>
    public string? Modality { get; init; }

    /// <summary>What else a file is by its preamble, so that it can be run or opened as something else: <c>windows-program</c>, <c>linux-program</c>, <c>mac-program</c>, <c>script</c>, <c>pdf</c>, <c>zip</c> or <c>markup</c>. PS3.10, section 7.1.</summary>
    public string? TwoFacedFile { get; init; }

    /// <summary>Whether the client sent the files; absent when there are none.</summary>
    public bool? IsSent { get; init; }

    /// <summary>Whether it is worth stating who serves and who asks.</summary>
    internal bool IsNews { get; init; }

    /// <summary>The row of an exchange; null when it has nothing to do with DICOM.</summary>
    internal static DicomWebExchange? Of(Exchange exchange, HttpExchange row, bool isNews, PatientMasker masker)
    {
        DicomContent? sent = exchange.RequestBody.Dicom, received = exchange.ResponseBody.Dicom, files = sent ?? received;
        if (exchange.Web is null && files is null) return null;
        JsonMatches? matches = exchange.Web?.Operation == "search" && exchange.ResponseBody.Type == ContentType.Json ? exchange.ResponseBody.Matches : null;
        IReadOnlyCollection<string>? patients = files?.Patients ?? matches?.Patients;
        return new DicomWebExchange(row.At, row.Bytes)
        {
            Began = row.Began,
            Operation = exchange.Web?.Operation ?? "file",
            Resource = exchange.Web?.Resource,
            StudyUid = exchange.Web?.StudyUid ?? files?.StudyUid,
            SeriesUid = exchange.Web?.SeriesUid,
            SopInstance = exchange.Web?.SopInstance,
            QueryKeys = exchange.Web?.Keys,
            StatusCode = row.StatusCode,
            Instances = files?.Instances,
            Matches = matches?.Count ?? (exchange.Web?.Operation == "search" && row.StatusCode == 204 ? 0 : null),
            SopClasses = files?.SopClasses,
            Patients = patients is { Count: > 0 } ? [.. patients.Take(MostPatients).Select(patient => masker.Identifier(patient))] : null,
            PatientCount = patients is { Count: > 0 } ? patients.Count : null,
            Manufacturer = files?.Device?.Manufacturer,
            Model = files?.Device?.Model,
            SerialNumber = files?.Device?.SerialNumber,
            SoftwareVersions = files?.Device?.SoftwareVersions,
            Station = files?.Device?.Station,
            Modality = files?.Device?.Modality,
            TwoFacedFile = sent?.OtherFace ?? received?.OtherFace,
            IsSent = files is null ? null : sent is not null,
            IsNews = isNews && exchange.Web is not null && !exchange.IsForwarded,
        };
    }

    /// <summary>The row of a file with DICOM in it that another protocol brought.</summary>
    internal static DicomWebExchange OfFile(DicomContent file, in Brought how, PatientMasker masker) => new(how.At, how.Bytes)
    {
        Kind = how.Kind ?? "file",
        Operation = "file",
        StudyUid = file.StudyUid,
        Instances = file.Instances,
        SopClasses = file.SopClasses,
        Patients = file.Patients.Count > 0 ? [.. file.Patients.Take(MostPatients).Select(patient => masker.Identifier(patient))] : null,
        PatientCount = file.Patients.Count > 0 ? file.Patients.Count : null,
        Manufacturer = file.Device?.Manufacturer,
        Model = file.Device?.Model,
        SerialNumber = file.Device?.SerialNumber,
        SoftwareVersions = file.Device?.SoftwareVersions,
        Station = file.Device?.Station,
        Modality = file.Device?.Modality,
        TwoFacedFile = file.OtherFace,
        IsSent = how.Sender == Side.Client,
    };

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("kind"u8, Kind);
        row.Text("operation"u8, Operation);
        row.Text("resource"u8, Resource);
        row.Text("study_uid"u8, StudyUid);
        row.Text("series_uid"u8, SeriesUid);
        row.Text("sop_instance"u8, SopInstance);
        row.Texts("query_keys"u8, QueryKeys);
        row.Number("status_code"u8, StatusCode);
        row.Number("instances"u8, Instances);
        row.Number("matches"u8, Matches);
        row.Texts("sop_classes"u8, SopClasses);
        row.Texts("patients"u8, Patients);
        row.Number("patient_count"u8, PatientCount);
        row.Text("manufacturer"u8, Manufacturer);
        row.Text("model"u8, Model);
        row.Text("serial_number"u8, SerialNumber);
        row.Text("software_versions"u8, SoftwareVersions);
        row.Text("station"u8, Station);
        row.Text("modality"u8, Modality);
        row.Text("two_faced_file"u8, TwoFacedFile);
        row.Flag("is_sent"u8, IsSent);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (TwoFacedFile is not null) into.Claim(flow.At(IsSent == true ? Side.Client : Side.Server), ClaimKind.Anomaly, "two-faced DICOM file: " + TwoFacedFile, "DICOM preamble");
        if (!IsNews || StatusCode is null or < 200 or >= 300) return;
        into.Claim(flow.Client, ClaimKind.Role, "dicomweb-client", Operation);
        into.Claim(flow.Server, ClaimKind.Role, "dicomweb-server", Operation);
    }
}
