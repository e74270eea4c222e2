using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Hl7;
using Wardkeeper.Sensor.Protocols.WsDiscovery;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>Makes the rows of what an exchange's bodies said in languages of clinical systems; they follow the exchange's own row.</summary>
internal static class ClinicalRows
{
    /// <summary>Hands them out.</summary>
    public static void Emit(Exchange exchange, ITransactionSink into)
    {
        BodyFacts request = exchange.RequestBody, response = exchange.ResponseBody;
        if (request.Content is null && response.Content is null) return;
        Found<FhirContent>? asked = request.Find<FhirContent>(), answered = response.Find<FhirContent>();
        if ((asked ?? answered) is not null) into.Emit(Fhir(exchange, asked, answered, into.Masker));
        if (request.Find<CdaContent>() is { } sent) into.Emit(Cda(exchange, sent, into.Masker));
        if (response.Find<CdaContent>() is { } received) into.Emit(Cda(exchange, received, into.Masker));
        Found<SoapContent>? told = request.Find<SoapContent>(), replied = response.Find<SoapContent>();
        if ((told ?? replied) is not null) into.Emit(Device(exchange, told, replied, into.Masker));
        Messages(request.Find<Hl7Content>()?.Content.Messages, response.Find<Hl7Content>()?.Content.Messages, into);
    }

    /// <summary>Hands out what a file says that another protocol brought.</summary>
    public static void EmitFile(in BodyFacts facts, in Brought how, ITransactionSink into)
    {
        if (facts.Content is CdaContent document) into.Emit(Cda(null, new Found<CdaContent>(document, how.At, how.Bytes, facts.IsCut), into.Masker));
        if (facts.Content is Hl7Content batch) Messages(batch.Messages, null, into);
    }

    /// <summary>Messages of the request with the acknowledgements that the response holds; what the response says beside them leaves too.</summary>
    private static void Messages(IReadOnlyList<MessageSeen>? sent, IReadOnlyList<MessageSeen>? received, ITransactionSink into)
    {
        if (sent is null && received is null) return;
        AwaitedMessages waiting = new();
        foreach (MessageSeen message in sent ?? []) waiting.Add(message, into);
        foreach (MessageSeen message in received ?? [])
        {
            bool matched = message.Acknowledges is { } acknowledges && waiting.TryAcknowledge(acknowledges, into);
            if (!message.IsPureAcknowledgement) into.Emit(message.Exchange);
            else if (!matched) into.Emit(message.Exchange with { IsAck = true, Ack = message.Acknowledges?.Code });
        }
        waiting.EmitAll(into);
    }

    /// <summary>A device answers, or reports of itself; what is asked of it stands in the request.</summary>
    private static DeviceExchange Device(Exchange exchange, Found<SoapContent>? request, Found<SoapContent>? response, PatientMasker masker)
    {
        SoapContent? asked = request?.Content, answered = response?.Content;
        bool isAnswer = answered is not null && (answered.IsOfDevice || asked is not { IsOfDevice: true });
        SoapContent said = isAnswer ? answered! : asked!;
        Found<SoapContent> body = isAnswer ? response! : request!;
        SoapDevice device = said.Device;
        return new DeviceExchange(body.At, body.Range)
        {
            Profile = asked?.Profile == "sdc" ? "sdc" : said.Profile,
            Action = asked?.Action ?? said.Action,
            StatusCode = exchange.HasResponse ? exchange.Status : null,
            Fault = answered?.Fault,
            Manufacturer = device.Vendor,
            Model = device.Model,
            ModelNumber = device.ModelNumber,
            FriendlyName = device.FriendlyName,
            SerialNumber = device.Serial,
            Firmware = device.Firmware,
            Software = device.Software,
            Hardware = device.Hardware,
            Udi = device.Udi,
            TypeCode = device.Code,
            Location = device.Place,
            Activation = device.Activation,
            OperatingMode = device.Mode,
            SequenceId = said.SequenceId,
            MdibVersion = said.MdibVersion,
            Metrics = said.Metrics.Count == 0 ? null : said.Metrics,
            Alarms = said.Alarms.Count == 0 ? null : said.Alarms,
            SignalsOff = said.SignalsOff == 0 ? null : said.SignalsOff,
            AlarmsSilenced = asked is { AlarmsSilenced: > 0 } ? asked.AlarmsSilenced : null,
            Values = said.ValueCount == 0 ? null : KeyedDigest.Close(said.Values, masker),
            ValueCount = said.ValueCount == 0 ? null : said.ValueCount,
            Operation = asked?.Operation ?? said.Operation,
            Requested = asked?.Requested,
            InvocationState = said.InvocationState,
            InvocationError = said.InvocationError,
            Filter = asked is { Filters.Count: > 0 } ? asked.Filters : null,
            NotifyTo = asked?.NotifyTo,
            Expires = answered?.Expires ?? asked?.Expires,
            Patients = Masked((asked?.Patients ?? []).Concat(answered?.Patients ?? []), masker),
            Truncated = body.IsCut || said.IsCut,
            DeviceSide = isAnswer ? Side.Server : Side.Client,
            IsOfDevice = said.IsOfDevice,
            User = asked?.Camera.User,
            Password = asked?.Camera.Password,
            Services = OrNull(said.Camera.Services),
            MediaProfiles = OrNull(said.Camera.Profiles),
            Streams = OrNull(said.Camera.Streams),
            Scopes = said.Camera.Scopes.Count == 0 ? null : [.. said.Camera.Scopes.Select(scope => WsDiscoveryNames.Scope(scope, masker))],
            HostName = said.Camera.HostName,
            Macs = said.Camera.Macs.Count == 0 ? null : [.. said.Camera.Macs.Select(mac => mac.ToString())],
            Camera = said.Camera,
            Places = body.Places,
        };
    }

    private static List<string>? OrNull(List<string> list) => list.Count == 0 ? null : list;

    private static MaskedText[]? Masked(IEnumerable<string> patients, PatientMasker masker)
    {
        MaskedText[] masked = [.. patients.Distinct(StringComparer.Ordinal).Take(32).Select(patient => masker.Identifier(patient))];
        return masked.Length == 0 ? null : masked;
    }

    private static CdaDocument Cda(Exchange? exchange, Found<CdaContent> body, PatientMasker masker)
    {
        CdaContent content = body.Content;
        return new CdaDocument(body.At, body.Range)
        {
            Method = exchange?.Method,
            Uri = exchange?.Uri,
            StatusCode = exchange is { HasResponse: true } ? exchange.Status : null,
            Code = content.Code,
            Templates = content.Templates.Count == 0 ? null : content.Templates,
            Patients = content.Patients.Count == 0 ? null : [.. content.Patients.Select(patient => masker.Identifier(patient))],
            AuthorModel = content.Model is { } model ? masker.Within(model, content.Identifiers) : null,
            AuthorSoftware = content.Software is { } software ? masker.Within(software, content.Identifiers) : null,
            Custodian = content.Custodian is { } custodian ? masker.Within(custodian, content.Identifiers) : null,
        };
    }

    private static FhirExchange Fhir(Exchange exchange, Found<FhirContent>? request, Found<FhirContent>? response, PatientMasker masker)
    {
        FhirContent? asked = request?.Content, answered = response?.Content;
        Found<FhirContent> last = response ?? request!;
        (string? operation, string? resource) = FhirOperation.Of(exchange.Method, exchange.Uri?.Value, asked?.BundleType);
        string[] patients = [.. (asked?.Patients ?? []).Concat(answered?.Patients ?? []).Distinct(StringComparer.Ordinal).Take(32)];
        FhirDevice[] devices = [.. (asked?.Devices ?? []).Concat(answered?.Devices ?? []).Distinct()], sent = [.. (asked?.Devices ?? []).Where(device => device.Resource == "Device")];
        return new FhirExchange(last.At, last.Range)
        {
            Method = exchange.Method,
            Uri = exchange.Uri,
            Operation = operation,
            ResourceType = resource ?? (asked ?? answered)!.Types.FirstOrDefault(type => type != "Bundle"),
            StatusCode = exchange.HasResponse ? exchange.Status : null,
            Format = (answered ?? asked)!.IsXml ? "xml" : "json",
            RequestResources = asked?.Types,
            RequestCounts = asked?.Counts,
            ResponseResources = answered?.Types,
            ResponseCounts = answered?.Counts,
            BundleType = answered?.BundleType ?? asked?.BundleType,
            Total = answered?.Total,
            Issue = answered?.Issue,
            FhirVersion = answered?.FhirVersion,
            Software = answered?.Software,
            Devices = devices.Length == 0 ? null : devices,
            Patients = patients.Length == 0 ? null : [.. patients.Select(patient => masker.Identifier(patient))],
            Truncated = request?.IsCut == true || response?.IsCut == true,
            SentDevice = sent is [FhirDevice own] ? own : null,
            Places = sent.Length > 0 ? request!.Places : response?.Places,
        };
    }
}
