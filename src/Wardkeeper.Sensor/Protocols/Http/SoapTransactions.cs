using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Hl7;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>One SOAP exchange with a device over HTTP, or one report that a device sends. IEEE 11073-10207, DPWS 1.1, ONVIF Core Specification.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where the body that says most begins, and as much of it as was read.</param>
public sealed record DeviceExchange(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "dpws";

    /// <summary><c>sdc</c> for medical devices of IEEE 11073, <c>onvif</c> for cameras, <c>dpws</c> for others such as printers.</summary>
    public required string Profile { get; init; }

    /// <summary>What is asked or reported, for example <c>GetMdib</c>, <c>SetValue</c>, <c>Subscribe</c>, <c>EpisodicAlertReport</c>: the last part of the action.</summary>
    public string? Action { get; init; }

    /// <summary>Status code of the response.</summary>
    public long? StatusCode { get; init; }

    /// <summary>Code of the fault that was answered, its subcode if it has one. SOAP 1.2, 5.4.</summary>
    public string? Fault { get; init; }

    /// <summary>Maker. ThisModel, MetaData.</summary>
    public string? Manufacturer { get; init; }

    /// <summary>Model.</summary>
    public string? Model { get; init; }

    /// <summary>Model number.</summary>
    public string? ModelNumber { get; init; }

    /// <summary>Name meant for people. ThisDevice.</summary>
    public string? FriendlyName { get; init; }

    /// <summary>Serial number.</summary>
    public string? SerialNumber { get; init; }

    /// <summary>Version of its firmware.</summary>
    public string? Firmware { get; init; }

    /// <summary>Version of its software. ProductionSpecification.</summary>
    public string? Software { get; init; }

    /// <summary>Version of its hardware.</summary>
    public string? Hardware { get; init; }

    /// <summary>Device identifier of its unique device identification. MetaData.Udi.</summary>
    public string? Udi { get; init; }

    /// <summary>Code of its type in IEEE 11073-10101, for example 69965.</summary>
    public string? TypeCode { get; init; }

    /// <summary>Facility, building, floor, point of care, room and bed, joined by slashes. LocationContextState.</summary>
    public string? Location { get; init; }

    /// <summary>Whether it works: <c>On</c>, <c>NotRdy</c>, <c>StndBy</c>, <c>Off</c>, <c>Shtdn</c>, <c>Fail</c>. MdsState.</summary>
    public string? Activation { get; init; }

    /// <summary><c>Nml</c> normal, <c>Dmo</c> demonstration, <c>Srv</c> service, <c>Mtn</c> maintenance. MdsState.</summary>
    public string? OperatingMode { get; init; }

    /// <summary>Which run of the device's data base this is.</summary>
    public string? SequenceId { get; init; }

    /// <summary>Version of the device's data base.</summary>
    public long? MdibVersion { get; init; }

    /// <summary>Metrics that are described or have changed, at most 128; never their values.</summary>
    public IReadOnlyList<SdcMetric>? Metrics { get; init; }

    /// <summary>Alarm conditions that are described or have changed, at most 64.</summary>
    public IReadOnlyList<SdcAlarm>? Alarms { get; init; }

    /// <summary>Alarm conditions among them that are present.</summary>
    public long? AlarmsPresent => Alarms?.Count(static alarm => alarm.IsPresent == true);

    /// <summary>Alarm signals that are switched off or paused.</summary>
    public long? SignalsOff { get; init; }

    /// <summary>Alarms that are asked to be switched off or paused. SetAlertState, SetAlertStates.</summary>
    public long? AlarmsSilenced { get; init; }

    /// <summary>Sixteen hexadecimal digits, equal where the values of all metrics in it are equal (SHA-256, keyed).</summary>
    public string? Values { get; init; }

    /// <summary>Values of metrics in it.</summary>
    public long? ValueCount { get; init; }

    /// <summary>Handle of the operation that is invoked on the device.</summary>
    public string? Operation { get; init; }

    /// <summary>Number that is to be set. SetValue.</summary>
    public double? Requested { get; init; }

    /// <summary>What became of the operation: <c>Wait</c>, <c>Start</c>, <c>Cnclld</c>, <c>CnclldMan</c>, <c>Fin</c>, <c>FinMod</c>, <c>Fail</c>.</summary>
    public string? InvocationState { get; init; }

    /// <summary>Why it failed: <c>Unspec</c>, <c>Unkn</c>, <c>Inv</c>, <c>Oth</c>.</summary>
    public string? InvocationError { get; init; }

    /// <summary>Reports that are subscribed to, at most 32. WS-Eventing.</summary>
    public IReadOnlyList<string>? Filter { get; init; }

    /// <summary>Where reports are to be sent.</summary>
    public string? NotifyTo { get; init; }

    /// <summary>How long the subscription holds, as granted if it was answered: a duration or a time. XML Schema, 3.2.6 and 3.2.7.</summary>
    public string? Expires { get; init; }

    /// <summary>User who asks. WS-Security, UsernameToken.</summary>
    public string? User { get; init; }

    /// <summary>How the user proves it: <c>digest</c>, or <c>text</c>, which shows the password to everybody on the way. The password itself is not kept.</summary>
    public string? Password { get; init; }

    /// <summary>Services of a camera and where they are reached, at most 16. GetCapabilities, GetServices.</summary>
    public IReadOnlyList<string>? Services { get; init; }

    /// <summary>Media profiles of a camera, at most 16. GetProfiles.</summary>
    public IReadOnlyList<string>? MediaProfiles { get; init; }

    /// <summary>Where a camera's streams and pictures are fetched, without names and passwords, at most 16. GetStreamUri, GetSnapshotUri.</summary>
    public IReadOnlyList<string>? Streams { get; init; }

    /// <summary>Scopes of a camera, patients masked, at most 16. GetScopes.</summary>
    public IReadOnlyList<MaskedText>? Scopes { get; init; }

    /// <summary>Host name that a camera has. GetHostname.</summary>
    public string? HostName { get; init; }

    /// <summary>Hardware addresses of a camera, at most 16. GetNetworkInterfaces.</summary>
    public IReadOnlyList<string>? Macs { get; init; }

    /// <summary>Patients, masked, at most 16. PatientContextState.Identification.</summary>
    public IReadOnlyList<MaskedText>? Patients { get; init; }

    /// <summary>Whether a body was longer, or a list held more, than what is read.</summary>
    public bool Truncated { get; init; }

    /// <summary>Whose words the facts are: a device answers, or reports of itself.</summary>
    internal Side DeviceSide { get; init; }

    /// <summary>What a camera says besides.</summary>
    internal OnvifFacts? Camera { get; init; }

    /// <summary>Whether a device spoke at all.</summary>
    internal bool IsOfDevice { get; init; }

    /// <inheritdoc/>
    internal override string? Protocol => Profile;

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Text("profile"u8, Profile);
        row.Text("action"u8, Action);
        row.Number("status_code"u8, StatusCode);
        row.Text("fault"u8, Fault);
        row.Text("manufacturer"u8, Manufacturer);
        row.Text("model"u8, Model);
        row.Text("model_number"u8, ModelNumber);
        row.Text("friendly_name"u8, FriendlyName);
        row.Text("serial_number"u8, SerialNumber);
        row.Text("firmware"u8, Firmware);
        row.Text("software"u8, Software);
        row.Text("hardware"u8, Hardware);
        row.Text("udi"u8, Udi);
        row.Text("type_code"u8, TypeCode);
        row.Text("location"u8, Location);
        row.Text("activation"u8, Activation);
        row.Text("operating_mode"u8, OperatingMode);
        row.Text("sequence_id"u8, SequenceId);
        row.Number("mdib_version"u8, MdibVersion);
        row.Objects("metrics"u8, Metrics, static (to, metric) => metric.Write(to));
        row.Objects("alarms"u8, Alarms, static (to, alarm) => alarm.Write(to));
        row.Number("alarms_present"u8, AlarmsPresent);
        row.Number("signals_off"u8, SignalsOff);
        row.Number("alarms_silenced"u8, AlarmsSilenced);
        row.Text("values"u8, Values);
        row.Number("value_count"u8, ValueCount);
        row.Text("operation"u8, Operation);
        row.Real("requested"u8, Requested);
        row.Text("invocation_state"u8, InvocationState);
        row.Text("invocation_error"u8, InvocationError);
        row.Texts("filter"u8, Filter);
        row.Text("notify_to"u8, NotifyTo);
        row.Text("expires"u8, Expires);
        row.Text("user"u8, User);
        row.Text("password"u8, Password);
        row.Texts("services"u8, Services);
        row.Texts("media_profiles"u8, MediaProfiles);
        row.Texts("streams"u8, Streams);
        row.Texts("scopes"u8, Scopes);
        row.Text("host_name"u8, HostName);
        row.Texts("macs"u8, Macs);
        row.Texts("patients"u8, Patients);
        row.Flag("truncated"u8, Truncated ? true : null);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (!IsOfDevice) return;
        Subject device = flow.At(DeviceSide);
        if (DeviceSide == Side.Server) into.Service(Model);
        if (Profile == "sdc")
        {
            into.Claim(device, ClaimKind.Role, "sdc-provider", Action ?? "body");
            into.Claim(flow.At(DeviceSide == Side.Server ? Side.Client : Side.Server), ClaimKind.Role, "sdc-consumer", Action ?? "body");
        }
        if (TypeCode is not null && Hl7Mdc.OfCode(TypeCode) is (MdcPart.Device, { Length: > 0 } type)) into.Claim(device, ClaimKind.Type, type, "Mds.Type");
        into.Claim(device, ClaimKind.Vendor, Manufacturer, "Manufacturer");
        into.Claim(device, ClaimKind.Model, Model, "ModelName");
        into.Claim(device, ClaimKind.SerialNumber, SerialNumber, "SerialNumber");
        into.Claim(device, ClaimKind.FriendlyName, FriendlyName, "FriendlyName");
        into.Claim(device, ClaimKind.Firmware, Firmware, "FirmwareVersion");
        into.Claim(device, ClaimKind.Software, Software, "ProductionSpecification");
        into.Claim(device, ClaimKind.HardwareVersion, Hardware, "HardwareId");
        into.Claim(device, ClaimKind.Location, Location, "LocationContextState");
        if (Profile == "onvif") Camera?.Observe(device, into);
        if (Activation == "StndBy") into.Claim(device, ClaimKind.InUse, "standby", "MdsState");
        else if (Activation == "On" && Patients is not null) into.Claim(device, ClaimKind.InUse, "monitoring", "MdsState, PatientContextState");
    }
}

/// <summary>A metric of a medical device. IEEE 11073-10207, participant model: AbstractMetricDescriptor and its state.</summary>
/// <param name="Handle">Name within the device.</param>
public sealed record SdcMetric(string Handle)
{
    /// <summary>What it measures, in IEEE 11073-10101.</summary>
    public string? Code { get; init; }

    /// <summary>Its unit.</summary>
    public string? Unit { get; init; }

    /// <summary>Whether it measures: <c>On</c>, <c>NotRdy</c>, <c>StndBy</c>, <c>Off</c>, <c>Shtdn</c>, <c>Fail</c>.</summary>
    public string? Activation { get; init; }

    /// <summary>How good its value is, if it has one: <c>Vld</c>, <c>Vldated</c>, <c>Ong</c>, <c>Qst</c>, <c>Calib</c>, <c>Inv</c>, <c>Oflw</c>, <c>Uflw</c>, <c>NA</c>.</summary>
    public string? Validity { get; init; }

    /// <summary>Writes it as one object of a row.</summary>
    internal void Write(RowWriter row)
    {
        row.Text("handle"u8, Handle);
        row.Text("code"u8, Code);
        row.Text("unit"u8, Unit);
        row.Text("activation"u8, Activation);
        row.Text("validity"u8, Validity);
    }
}

/// <summary>An alarm condition of a medical device. IEEE 11073-10207, participant model: AlertConditionDescriptor and its state.</summary>
/// <param name="Handle">Name within the device.</param>
public sealed record SdcAlarm(string Handle)
{
    /// <summary>What it is about, in IEEE 11073-10101.</summary>
    public string? Code { get; init; }

    /// <summary><c>Phy</c> physiological, <c>Tec</c> technical, <c>Oth</c> other.</summary>
    public string? Kind { get; init; }

    /// <summary><c>None</c>, <c>Lo</c>, <c>Me</c> or <c>Hi</c>; as it is now if that is stated.</summary>
    public string? Priority { get; init; }

    /// <summary>Whether it is present.</summary>
    public bool? IsPresent { get; init; }

    /// <summary>Whether it is watched for: <c>On</c>, <c>Off</c> or <c>Psd</c> (paused).</summary>
    public string? Activation { get; init; }

    /// <summary>Writes it as one object of a row.</summary>
    internal void Write(RowWriter row)
    {
        row.Text("handle"u8, Handle);
        row.Text("code"u8, Code);
        row.Text("kind"u8, Kind);
        row.Text("priority"u8, Priority);
        row.Flag("is_present"u8, IsPresent);
        row.Text("activation"u8, Activation);
    }
}
