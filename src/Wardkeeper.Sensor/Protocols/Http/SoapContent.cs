using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>
/// What one SOAP envelope of a device says: medical devices of IEEE 11073 SDC, devices of DPWS such as printers, cameras of ONVIF.
/// Envelopes of other services are not read. Of measured values stands a digest that tells equal ones; patients are kept for masking alone.
/// IEEE 11073-10207 (participant and message model), 11073-20702, DPWS 1.1, WS-Eventing, ONVIF Core Specification.
/// </summary>
internal sealed class SoapContent : IBodyContent
{
    private const int MostMetrics = 128, MostAlarms = 64, MostPatients = 16, MostFilters = 32;

    private readonly string[] path = new string[XmlPull.MaxDepth + 2];
    private readonly Dictionary<string, int> byHandle = new(StringComparer.Ordinal);
    private string? lastHandle, stateType, specification;

    /// <summary><c>sdc</c>, <c>onvif</c> or <c>dpws</c>.</summary>
    public required string Profile { get; init; }

    /// <summary>Last part of the action, or the name of what the body holds where there is none.</summary>
    public string? Action { get; private set; }

    /// <summary>Code of a fault, its subcode if it has one.</summary>
    public string? Fault { get; private set; }

    public SoapDevice Device { get; } = new();

    /// <inheritdoc/>
    public IEnumerable<string?> Stated => [Device.Vendor, Device.Model, Device.Firmware, Device.Software, Device.Hardware];

    /// <summary>What a camera says besides.</summary>
    public OnvifFacts Camera { get; } = new();

    /// <summary>Medical device systems described.</summary>
    public int Systems { get; private set; }

    public string? SequenceId { get; private set; }

    public long? MdibVersion { get; private set; }

    public List<SdcMetric> Metrics { get; } = [];

    public List<SdcAlarm> Alarms { get; } = [];

    /// <summary>Alarm signals that are switched off or paused.</summary>
    public int SignalsOff { get; private set; }

    /// <summary>Alarms that are asked to be off or paused.</summary>
    public int AlarmsSilenced { get; private set; }

    /// <summary>SHA-256 over handles and values of metrics, in their order.</summary>
    public byte[] Values { get; } = new byte[32];

    /// <summary>Values of metrics.</summary>
    public int ValueCount { get; private set; }

    /// <summary>Handle of the operation that is invoked.</summary>
    public string? Operation { get; private set; }

    /// <summary>Number that is to be set.</summary>
    public double? Requested { get; private set; }

    public string? InvocationState { get; private set; }

    public string? InvocationError { get; private set; }

    /// <summary>Last parts of the actions that are subscribed to.</summary>
    public List<string> Filters { get; } = [];

    public string? NotifyTo { get; private set; }

    public string? Expires { get; private set; }

    public List<string> Patients { get; } = [];

    /// <summary>Whether lists were cut.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Whether a device speaks of itself in it.</summary>
    public bool IsOfDevice => Device.IsKnown || Camera.IsOfDevice || Systems > 0 || Metrics.Count > 0 || Alarms.Count > 0 || MdibVersion is not null || InvocationState is not null;

    /// <summary>Reads a body; null when it is no envelope of a device.</summary>
    public static SoapContent? Of(in Beginning body)
    {
        if (!body.Root.SequenceEqual("Envelope"u8)) return null;
        ReadOnlySpan<byte> xml = body.Text;
        string? profile = xml.IndexOf("/11073/11073-"u8) >= 0 ? "sdc" : xml.IndexOf("www.onvif.org/ver"u8) >= 0 ? "onvif"
            : xml.IndexOf("/devprof"u8) >= 0 || xml.IndexOf("/ns/dpws/"u8) >= 0 || IsOfDevices(xml) ? "dpws" : null;
        if (profile is null) return null;
        SoapContent content = new() { Profile = profile };
        XmlPull pull = new(xml);
        if (pull.Read() != XmlNode.Open || !pull.LocalName.SequenceEqual("Envelope"u8)) return null;
        content.path[1] = "Envelope";
        while (pull.Read() is not XmlNode.End and XmlNode node)
        {
            if (node == XmlNode.Open)
            {
                content.path[pull.Depth] = pull.LocalName.Length > 64 ? "" : RecentTexts.OfAscii(pull.LocalName);
                content.Open(in pull, content.path.AsSpan(2, pull.Depth - 1));
            }
            else if (node == XmlNode.Text && pull.Depth > 1)
            {
                content.TakeText(content.path.AsSpan(2, pull.Depth - 1), pull.Text);
            }
        }
        return content;
    }

    /// <summary>Transfers and subscriptions, which the management of Windows uses too.</summary>
    private static bool IsOfDevices(ReadOnlySpan<byte> xml) => (xml.IndexOf("/ws/2004/09/transfer"u8) >= 0 || xml.IndexOf("/ws/2004/08/eventing"u8) >= 0) && xml.IndexOf("/wsman/"u8) < 0;

    private void Open(in XmlPull pull, ReadOnlySpan<string> path)
    {
        if (Profile == "onvif") Camera.Open(in pull, path);
        switch (path)
        {
            case ["Body", string name]:
                Action ??= name;
                Versions(in pull);
                break;
            case ["Body", _, "Mdib"]: Versions(in pull); break;
            case [.., "Mds"]: Systems++; break;
            case [.., "Mds", "Type"]: Device.Code ??= Attribute(in pull, "Code"u8); break;
            case [.., "SpecType"]: specification = Attribute(in pull, "Code"u8); break;
            case [.., "Metric"]: lastHandle = Attribute(in pull, "Handle"u8); Metric(lastHandle, static (metric, _) => metric, null); break;
            case [.., "Metric", "Type"]: Metric(lastHandle, static (metric, name) => metric with { Code = name }, CodeOf(in pull)); break;
            case [.., "Metric", "Unit"]: Metric(lastHandle, static (metric, name) => metric with { Unit = name }, CodeOf(in pull)); break;
            case [.., "AlertCondition"]:
                lastHandle = Attribute(in pull, "Handle"u8);
                Alarm(lastHandle, static (alarm, kind) => alarm with { Kind = kind }, Attribute(in pull, "Kind"u8));
                Alarm(lastHandle, static (alarm, priority) => alarm with { Priority = priority }, Attribute(in pull, "Priority"u8));
                break;
            case [.., "AlertCondition", "Type"]: Alarm(lastHandle, static (alarm, name) => alarm with { Code = name }, CodeOf(in pull)); break;
            case [.., "State" or "MetricState" or "AlertState" or "ComponentState" or "ContextState" or "OperationState" or "ProposedContextState" or "ProposedAlertState" or "ProposedMetricState"]: State(in pull, isAsked: path[^1] == "ProposedAlertState"); break;
            case [.., "MetricValue"] when Attribute(in pull, "Value"u8) is { } measured:
                KeyedDigest.Add(Values, Encoding.UTF8.GetBytes($"{lastHandle}={measured}"));
                ValueCount++;
                break;
            case [.., "MetricValue", "MetricQuality"]: Metric(lastHandle, static (metric, word) => metric with { Validity = word }, Attribute(in pull, "Validity"u8)); break;
            case [.., "Identification"] when stateType is "PatientContextState" && Attribute(in pull, "Extension"u8) is { } id: Patient(id); break;
            case [.., "LocationDetail"] when stateType is "LocationContextState": Device.Place = Place(in pull); break;
            case [.., "OperationInvokedReport", "ReportPart"]: Operation ??= Attribute(in pull, "OperationHandleRef"u8); break;
            default: break;
        }
    }

    private void State(in XmlPull pull, bool isAsked)
    {
        string? type = Attribute(in pull, "type"u8);
        stateType = type is null ? null : type[(type.IndexOf(':', StringComparison.Ordinal) + 1)..];
        lastHandle = Attribute(in pull, "DescriptorHandle"u8);
        string? activation = Attribute(in pull, "ActivationState"u8);
        if (isAsked && activation is ("Off" or "Psd")) AlarmsSilenced++;
        if (stateType is null || stateType.EndsWith("MetricState", StringComparison.Ordinal))
        {
            Metric(lastHandle, static (metric, word) => metric with { Activation = word }, activation);
        }
        else if (stateType.EndsWith("AlertConditionState", StringComparison.Ordinal))
        {
            Alarm(lastHandle, static (alarm, word) => alarm with { IsPresent = word == "true" }, Attribute(in pull, "Presence"u8) ?? "false");
            if (Attribute(in pull, "ActualPriority"u8) is { } priority) Alarm(lastHandle, static (alarm, word) => alarm with { Priority = word }, priority);
            Alarm(lastHandle, static (alarm, word) => alarm with { Activation = word }, activation);
        }
        else if (stateType == "AlertSignalState" && activation is "Off" or "Psd")
        {
            SignalsOff++;
        }
        else if (stateType == "MdsState")
        {
            Device.Activation ??= activation ?? "On";
            Device.Mode ??= Attribute(in pull, "OperatingMode"u8);
        }
    }

    private void TakeText(ReadOnlySpan<string> path, ReadOnlySpan<byte> raw)
    {
        if (Profile == "onvif" && Text(raw) is { } said) Camera.TakeText(path, said);
        switch (path)
        {
            case ["Header", "Action"]: Action = LastPart(Text(raw)); break;
            case [.., "Manufacturer"]: Device.Vendor ??= Text(raw); break;
            case [.., "ModelName"] or [.., "GetDeviceInformationResponse", "Model"]: Device.Model ??= Text(raw); break;
            case [.., "ModelNumber"]: Device.ModelNumber ??= Text(raw); break;
            case [.., "ThisDevice", "FriendlyName"]: Device.FriendlyName ??= Text(raw); break;
            case [.., "SerialNumber"]: Device.Serial ??= Text(raw); break;
            case [.., "FirmwareVersion"]: Device.Firmware ??= Text(raw); break;
            case [.., "HardwareId"]: Device.Hardware ??= Text(raw); break;
            case [.., "Udi", "DeviceIdentifier"]: Device.Udi ??= Text(raw); break;
            case [.., "Mds", "ProductionSpecification", "ProductionSpec"]: Device.Specify(specification, Text(raw)); break;
            case [.., "OperationHandleRef"]: Operation ??= Text(raw); break;
            case [.., "RequestedNumericValue"]: Requested ??= Utf8Parser.TryParse(raw.Trim(" \t\r\n"u8), out double value, out _) && double.IsFinite(value) ? value : null; break;
            case [.., "InvocationInfo", "InvocationState"]: InvocationState ??= Text(raw); break;
            case [.., "InvocationInfo", "InvocationError"]: InvocationError ??= Text(raw); break;
            case [.., "Subscribe", "Filter"]: Subscribed(raw); break;
            case [.., "NotifyTo", "Address"]: NotifyTo ??= Text(raw); break;
            case [.., "Subscribe" or "SubscribeResponse" or "Renew" or "RenewResponse", "Expires"]: Expires ??= Text(raw); break;
            case ["Body", "Fault", "Code", .., "Value"] or ["Body", "Fault", "faultcode"]: Fault = LastPart(Text(raw)); break;
            default: break;
        }
    }

    private void Subscribed(ReadOnlySpan<byte> raw)
    {
        foreach (Range word in raw.SplitAny(" \t\r\n"u8))
        {
            if (LastPart(Text(raw[word])) is not { } action) continue;
            if (Filters.Count == MostFilters) IsCut = true;
            else Filters.Add(action);
        }
    }

    private void Versions(in XmlPull pull)
    {
        SequenceId ??= Attribute(in pull, "SequenceId"u8);
        if (Attribute(in pull, "MdibVersion"u8) is { } version && long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out long number)) MdibVersion ??= number;
    }

    private void Metric(string? handle, Func<SdcMetric, string?, SdcMetric> change, string? value) => Change(Metrics, MostMetrics, 'm', handle, static one => new SdcMetric(one), change, value);

    private void Alarm(string? handle, Func<SdcAlarm, string?, SdcAlarm> change, string? value) => Change(Alarms, MostAlarms, 'a', handle, static one => new SdcAlarm(one), change, value);

    /// <summary>Changes what is known under a handle: its descriptor and its state come apart.</summary>
    private void Change<T>(List<T> list, int most, char kind, string? handle, Func<string, T> create, Func<T, string?, T> change, string? value)
    {
        if (handle is null) return;
        if (!byHandle.TryGetValue(kind + handle, out int place))
        {
            if (list.Count == most)
            {
                IsCut = true;
                return;
            }
            byHandle[kind + handle] = place = list.Count;
            list.Add(create(handle));
        }
        list[place] = change(list[place], value);
    }

    private void Patient(string id)
    {
        if (Patients.Count < MostPatients && !Patients.Contains(id)) Patients.Add(id);
    }

    private static string? Place(in XmlPull pull)
    {
        List<string> parts = [];
        foreach (string name in (string[])["Facility", "Building", "Floor", "PoC", "Room", "Bed"])
        {
            if (Attribute(in pull, Encoding.ASCII.GetBytes(name)) is { } part) parts.Add(part);
        }
        return parts.Count == 0 ? null : string.Join('/', parts);
    }

    /// <summary>Name of a code where it has one, else the code.</summary>
    private static string? CodeOf(in XmlPull pull) => Attribute(in pull, "SymbolicCodeName"u8) ?? Attribute(in pull, "Code"u8);

    private static string? Attribute(in XmlPull pull, ReadOnlySpan<byte> name) => pull.TryAttribute(name, out ReadOnlySpan<byte> raw) ? XmlPull.Decode(raw, Encoding.UTF8, 128) : null;

    private static string? Text(ReadOnlySpan<byte> raw) => XmlPull.Decode(raw, Encoding.UTF8);

    private static string? LastPart(string? name) => name?[(name.LastIndexOfAny(['/', ':']) + 1)..];
}

/// <summary>What a device says of itself.</summary>
internal sealed class SoapDevice
{
    public string? Vendor { get; set; }

    public string? Model { get; set; }

    public string? ModelNumber { get; set; }

    public string? FriendlyName { get; set; }

    public string? Serial { get; set; }

    public string? Firmware { get; set; }

    public string? Software { get; set; }

    public string? Hardware { get; set; }

    public string? Udi { get; set; }

    /// <summary>Code of its type in IEEE 11073-10101.</summary>
    public string? Code { get; set; }

    /// <summary>Facility, building, floor, point of care, room and bed, joined by slashes.</summary>
    public string? Place { get; set; }

    public string? Activation { get; set; }

    public string? Mode { get; set; }

    /// <summary>Whether anything is known that stays the same.</summary>
    public bool IsKnown => (Vendor ?? Model ?? Serial ?? Firmware ?? Code) is not null;

    /// <summary>Takes a part of the production specification, by its code in IEEE 11073-10101: MDC_ID_PROD_SPEC_SERIAL, _HW, _SW and _FW.</summary>
    public void Specify(string? code, string? text)
    {
        switch (code)
        {
            case "531972": Serial ??= text; break;
            case "531974": Hardware ??= text; break;
            case "531975": Software ??= text; break;
            case "531976": Firmware ??= text; break;
            default: break;
        }
    }
}
