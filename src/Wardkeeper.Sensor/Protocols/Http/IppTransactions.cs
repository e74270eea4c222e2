using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>One request to a printer with its answer (IPP, RFC 8010 and 8011). The row of the same exchange in <c>http</c> has the rest; documents are not kept.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the head of the HTTP request lies.</param>
public sealed record IppExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    private const int LongestName = 200;

    /// <inheritdoc/>
    public override string Log => "ipp";

    /// <summary>Version of IPP that the request speaks, else the answer.</summary>
    public string? Version { get; init; }

    /// <summary>What is asked for, as <c>Print-Job</c>, <c>Get-Printer-Attributes</c>; the number of what has no name here. RFC 8011, section 5.4.15.</summary>
    public string? Operation { get; init; }

    /// <summary>How it was answered, as <c>successful-ok</c>, <c>client-error-not-found</c>. RFC 8011, appendix B.</summary>
    public string? Status { get; init; }

    /// <summary>Status code of HTTP.</summary>
    public long? StatusCode { get; init; }

    /// <summary>Printer that is asked, with what names a patient masked.</summary>
    public MaskedText? PrinterUri { get; init; }

    /// <summary>User who asks, masked.</summary>
    public MaskedText? User { get; init; }

    /// <summary>Number of the job.</summary>
    public string? JobId { get; init; }

    /// <summary>Name of the job, masked: it mostly is the document's.</summary>
    public MaskedText? JobName { get; init; }

    /// <summary>State of the job: <c>pending</c>, <c>held</c>, <c>processing</c>, <c>stopped</c>, <c>canceled</c>, <c>aborted</c>, <c>completed</c>. RFC 8011, section 5.3.7.</summary>
    public string? JobState { get; init; }

    /// <summary>Media type of the document as stated.</summary>
    public string? DocumentFormat { get; init; }

    /// <summary>Media type of the document by content.</summary>
    public string? DocumentType { get; init; }

    /// <summary>Name of the printer on its server. printer-name.</summary>
    public string? PrinterName { get; init; }

    /// <summary>Maker and model in one text. printer-make-and-model.</summary>
    public string? MakeAndModel { get; init; }

    /// <summary>Maker, as the printer tells it by IEEE 1284. printer-device-id.</summary>
    public string? Manufacturer { get; init; }

    /// <summary>Model, as the printer tells it by IEEE 1284. printer-device-id.</summary>
    public string? Model { get; init; }

    /// <summary>Serial number. printer-device-id, printer-serial-number.</summary>
    public string? SerialNumber { get; init; }

    /// <summary>Version of the firmware. printer-firmware-string-version, PWG 5100.13.</summary>
    public string? Firmware { get; init; }

    /// <summary>What people call it. printer-info.</summary>
    public string? PrinterInfo { get; init; }

    /// <summary>Where it stands. printer-location.</summary>
    public string? Location { get; init; }

    /// <summary>Identifier that the printer made for itself. printer-uuid.</summary>
    public string? PrinterUuid { get; init; }

    /// <summary>State of the printer: <c>idle</c>, <c>processing</c>, <c>stopped</c>. RFC 8011, section 5.4.11.</summary>
    public string? PrinterState { get; init; }

    /// <summary>Why, at most 16: <c>media-jam-error</c>, <c>toner-low-report</c> …</summary>
    public IReadOnlyList<string>? StateReasons { get; init; }

    /// <summary>Ways of logging in that the printer takes, the first of them: <c>none</c>, <c>requesting-user-name</c>, <c>basic</c>, <c>digest</c>, <c>certificate</c>.</summary>
    public string? Authentication { get; init; }

    /// <inheritdoc/>
    internal override string? Protocol => "ipp";

    /// <summary>The row of an exchange; null when it has nothing to do with printers.</summary>
    internal static IppExchange? Of(Exchange exchange, HttpExchange row, PatientMasker masker)
    {
        IppContent? asked = exchange.RequestBody.Find<IppContent>()?.Content, answered = exchange.ResponseBody.Find<IppContent>()?.Content;
        if (asked is null && answered is null) return null;
        string? Answer(string name) => answered?[name];
        string? Either(string name) => answered?[name] ?? asked?[name];
        DeviceId identity = DeviceId.Of(Answer("printer-device-id"));
        IppExchange printing = new(row.At, row.Bytes)
        {
            Began = row.Began,
            Version = (asked ?? answered)!.Version,
            Operation = asked is null ? null : IppNames.Operation(asked.Code),
            Status = answered is null ? null : IppNames.Status(answered.Code),
            StatusCode = row.StatusCode,
            PrinterUri = Either("printer-uri") is { } uri ? FreeText.Of(uri, masker, LongestName) : null,
            User = asked?["requesting-user-name"] is { } user ? masker.Identifier(user) : null,
            JobId = Either("job-id"),
            JobName = Either("job-name") is { } job ? masker.Identifier(job) : null,
            JobState = IppNames.JobState(Answer("job-state")),
            DocumentFormat = asked?["document-format"],
            DocumentType = asked?.Document,
            PrinterName = Answer("printer-name"),
            MakeAndModel = Answer("printer-make-and-model"),
            Manufacturer = identity.Maker,
            Model = identity.Model,
            SerialNumber = Answer("printer-serial-number") ?? identity.Serial,
            Firmware = Answer("printer-firmware-string-version"),
            PrinterInfo = Answer("printer-info"),
            Location = Answer("printer-location"),
            PrinterUuid = Answer("printer-uuid"),
            PrinterState = IppNames.PrinterState(Answer("printer-state")),
            StateReasons = answered is { Reasons.Count: > 0 } ? answered.Reasons : null,
            Authentication = Answer("uri-authentication-supported"),
            Places = exchange.ResponseBody.Places,
        };
        return printing;
    }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("version"u8, Version);
        row.Text("operation"u8, Operation);
        row.Text("status"u8, Status);
        row.Number("status_code"u8, StatusCode);
        row.Text("printer_uri"u8, PrinterUri);
        row.Text("user"u8, User);
        row.Text("job_id"u8, JobId);
        row.Text("job_name"u8, JobName);
        row.Text("job_state"u8, JobState);
        row.Text("document_format"u8, DocumentFormat);
        row.Text("document_type"u8, DocumentType);
        row.Text("printer_name"u8, PrinterName);
        row.Text("make_and_model"u8, MakeAndModel);
        row.Text("manufacturer"u8, Manufacturer);
        row.Text("model"u8, Model);
        row.Text("serial_number"u8, SerialNumber);
        row.Text("firmware"u8, Firmware);
        row.Text("printer_info"u8, PrinterInfo);
        row.Text("location"u8, Location);
        row.Text("printer_uuid"u8, PrinterUuid);
        row.Text("printer_state"u8, PrinterState);
        row.Texts("state_reasons"u8, StateReasons);
        row.Text("authentication"u8, Authentication);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Status is null) return;
        into.Service();
        into.Claim(flow.Server, ClaimKind.Role, "print-server", "IPP");
        into.Claim(flow.Server, ClaimKind.Vendor, Manufacturer, "printer-device-id");
        into.Claim(flow.Server, ClaimKind.Model, Model ?? MakeAndModel, Model is null ? "printer-make-and-model" : "printer-device-id");
        into.Claim(flow.Server, ClaimKind.SerialNumber, SerialNumber, "printer-device-id");
        into.Claim(flow.Server, ClaimKind.Firmware, Firmware, "printer-firmware-string-version");
        into.Claim(flow.Server, ClaimKind.FriendlyName, PrinterInfo, "printer-info");
        into.Claim(flow.Server, ClaimKind.Location, Location, "printer-location");
    }

    /// <summary>What a printer says by IEEE 1284: keys and values, <c>MFG:HP;MDL:LaserJet;SN:X1;</c>.</summary>
    private readonly record struct DeviceId(string? Maker, string? Model, string? Serial)
    {
        public static DeviceId Of(string? text)
        {
            DeviceId found = default;
            foreach (string pair in text?.Split(';') ?? [])
            {
                int colon = pair.IndexOf(':', StringComparison.Ordinal);
                if (colon <= 0 || pair[(colon + 1)..].Trim() is not { Length: > 0 } value) continue;
                switch (pair[..colon].Trim().ToUpperInvariant())
                {
                    case "MFG" or "MANUFACTURER": found = found with { Maker = value }; break;
                    case "MDL" or "MODEL": found = found with { Model = value }; break;
                    case "SN" or "SERN" or "SERIALNUMBER": found = found with { Serial = value }; break;
                    default: break;
                }
            }
            return found;
        }
    }
}

/// <summary>Names of IPP's numbers. RFC 8011, sections 5.3.7, 5.4.11, 5.4.15 and appendix B; IANA's registry of IPP.</summary>
internal static class IppNames
{
    /// <summary>An operation.</summary>
    public static string Operation(int code) => code switch
    {
        0x02 => "Print-Job",
        0x03 => "Print-URI",
        0x04 => "Validate-Job",
        0x05 => "Create-Job",
        0x06 => "Send-Document",
        0x07 => "Send-URI",
        0x08 => "Cancel-Job",
        0x09 => "Get-Job-Attributes",
        0x0A => "Get-Jobs",
        0x0B => "Get-Printer-Attributes",
        0x0C => "Hold-Job",
        0x0D => "Release-Job",
        0x0E => "Restart-Job",
        0x10 => "Pause-Printer",
        0x11 => "Resume-Printer",
        0x12 => "Purge-Jobs",
        0x13 => "Set-Printer-Attributes",
        0x14 => "Set-Job-Attributes",
        0x15 => "Get-Printer-Supported-Values",
        0x16 => "Create-Printer-Subscriptions",
        0x17 => "Create-Job-Subscriptions",
        0x18 => "Get-Subscription-Attributes",
        0x19 => "Get-Subscriptions",
        0x1A => "Renew-Subscription",
        0x1B => "Cancel-Subscription",
        0x1C => "Get-Notifications",
        0x22 => "Enable-Printer",
        0x23 => "Disable-Printer",
        0x3B => "Close-Job",
        0x3C => "Identify-Printer",
        0x3D => "Validate-Document",
        0x4001 => "CUPS-Get-Default",
        0x4002 => "CUPS-Get-Printers",
        0x4003 => "CUPS-Add-Modify-Printer",
        0x4004 => "CUPS-Delete-Printer",
        0x4005 => "CUPS-Get-Classes",
        0x400B => "CUPS-Get-Devices",
        0x400C => "CUPS-Get-PPDs",
        0x4027 => "CUPS-Get-Document",
        _ => code.ToString("x4", CultureInfo.InvariantCulture),
    };

    /// <summary>A status.</summary>
    public static string Status(int code) => code switch
    {
        0x0000 => "successful-ok",
        0x0001 => "successful-ok-ignored-or-substituted-attributes",
        0x0002 => "successful-ok-conflicting-attributes",
        0x0400 => "client-error-bad-request",
        0x0401 => "client-error-forbidden",
        0x0402 => "client-error-not-authenticated",
        0x0403 => "client-error-not-authorized",
        0x0404 => "client-error-not-possible",
        0x0405 => "client-error-timeout",
        0x0406 => "client-error-not-found",
        0x0407 => "client-error-gone",
        0x0408 => "client-error-request-entity-too-large",
        0x040A => "client-error-document-format-not-supported",
        0x040B => "client-error-attributes-or-values-not-supported",
        0x0500 => "server-error-internal-error",
        0x0501 => "server-error-operation-not-supported",
        0x0502 => "server-error-service-unavailable",
        0x0503 => "server-error-version-not-supported",
        0x0504 => "server-error-device-error",
        0x0505 => "server-error-temporary-error",
        0x0506 => "server-error-not-accepting-jobs",
        0x0507 => "server-error-busy",
        0x0508 => "server-error-job-canceled",
        _ => code.ToString("x4", CultureInfo.InvariantCulture),
    };

    /// <summary>State of a job.</summary>
    public static string? JobState(string? code) => code switch
    {
        "3" => "pending",
        "4" => "held",
        "5" => "processing",
        "6" => "stopped",
        "7" => "canceled",
        "8" => "aborted",
        "9" => "completed",
        _ => code,
    };

    /// <summary>State of a printer.</summary>
    public static string? PrinterState(string? code) => code switch { "3" => "idle", "4" => "processing", "5" => "stopped", _ => code };
}
