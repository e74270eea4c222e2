using System.Globalization;
using System.Text;
using System.Text.Json;
using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>
/// What a body of FHIR resources holds: their types, a bundle's kind and size, whom it speaks of and which devices it names. Both
/// formats are walked without building a tree: a resource, its elements one level below, and what stands in those. Every list is
/// bounded. HL7 FHIR R4, 2.6 (formats), 8.12 Device, 11.2 DeviceMetric.
/// </summary>
internal sealed class FhirContent : IBodyContent
{
    private const int MostTypes = 32, MostDevices = 16, MostPatients = 32, MostIdentifiers = 128, MaxDepth = 64, LongestName = 64;

    /// <summary>Bytes within which JSON shows that it is a resource.</summary>
    private const int Decisive = 4 * 1024;

    private readonly List<(string Type, int Depth)> open = [];
    private readonly List<string> types = [], patients = [], identifiers = [];
    private readonly List<long> counts = [];
    private readonly List<FhirDevice> devices = [];
    private readonly string[] path = new string[MaxDepth + 2];

    /// <summary>Types of the resources in order of first appearance, at most 32.</summary>
    public IReadOnlyList<string> Types => types;

    /// <summary>How often each of <see cref="Types"/> occurs.</summary>
    public IReadOnlyList<long> Counts => counts;

    /// <summary>Identifiers of patients, at most 32.</summary>
    public IReadOnlyList<string> Patients => patients;

    /// <summary>Identifiers and names of patients, for masking.</summary>
    public IReadOnlyList<string> Identifiers => identifiers;

    /// <summary>Devices that Device and DeviceMetric resources name, at most 16.</summary>
    public IReadOnlyList<FhirDevice> Devices => devices;

    /// <summary>Bundle.type.</summary>
    public string? BundleType { get; private set; }

    /// <summary>Bundle.total.</summary>
    public long? Total { get; private set; }

    /// <summary>CapabilityStatement.software: name and version.</summary>
    public string? Software { get; private set; }

    /// <inheritdoc/>
    public IEnumerable<string?> Stated => devices.SelectMany(static device => new[] { device.Vendor, device.Model, device.Software }).Append(Software);

    /// <summary>CapabilityStatement.fhirVersion.</summary>
    public string? FhirVersion { get; private set; }

    /// <summary>Code of the first issue of an OperationOutcome.</summary>
    public string? Issue { get; private set; }

    /// <summary>Whether it is written in XML, else in JSON.</summary>
    public bool IsXml { get; private set; }

    /// <summary>Reads a body; null when it is no resource.</summary>
    public static FhirContent? Of(in Beginning body)
    {
        ReadOnlySpan<byte> text = body.Text;
        if (text is [(byte)'{', ..]) return body.Into is { } into && text[..Math.Min(text.Length, Decisive)].IndexOf("\"resourceType\""u8) > 0 ? OfJson(text, into) : null;
        return body.RootAttributes.IndexOf("http://hl7.org/fhir"u8) >= 0 ? OfXml(text) : null;
    }

    /// <summary>Reads a body that begins as JSON with a resource; null when there is no resource in it.</summary>
    private static FhirContent? OfJson(ReadOnlySpan<byte> json, ITransactionSink into)
    {
        FhirContent content = new();
        Utf8JsonReader reader = new(json, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = MaxDepth }));
        try
        {
            while (reader.Read()) content.Take(ref reader);
        }
        // The reader of the base library knows no other way; a lone surrogate counts as an invalid operation.
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            into.Report(HttpFaults.FhirMalformed);
        }
        return content.types.Count == 0 ? null : content;
    }

    /// <summary>Reads a body that begins as XML with a resource.</summary>
    private static FhirContent? OfXml(ReadOnlySpan<byte> xml)
    {
        FhirContent content = new() { IsXml = true };
        XmlPull pull = new(xml);
        while (pull.Read() is not XmlNode.End and XmlNode node)
        {
            int depth = pull.Depth;
            if (node == XmlNode.Close) content.Leave(depth + 1);
            if (node != XmlNode.Open) continue;
            string name = Text(pull.LocalName);
            content.path[depth] = name;
            // Names of resources are written in upper case at the beginning, those of elements never are.
            if (name.Length > 0 && char.IsAsciiLetterUpper(name[0])) content.Enter(name, depth);
            if (pull.TryAttribute(ValueAttribute, out ReadOnlySpan<byte> raw) && XmlPull.Decode(raw, Encoding.UTF8) is { } value) content.Value(depth, value);
        }
        return content.types.Count == 0 ? null : content;
    }

    private static ReadOnlySpan<byte> ValueAttribute => "value"u8;

    private static string Text(ReadOnlySpan<byte> name) => name.Length > LongestName ? "" : Encoding.ASCII.GetString(name);

    private void Take(ref Utf8JsonReader reader)
    {
        // A value lies one level below the object that holds it, so that a resource's own elements are at its depth and one.
        int depth = reader.CurrentDepth;
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                path[depth] = Text(reader.ValueSpan);
                break;
            case JsonTokenType.StartArray:
                path[depth + 1] = path[depth];
                break;
            case JsonTokenType.EndObject:
                Leave(depth + 1);
                break;
            case JsonTokenType.String or JsonTokenType.Number when reader.ValueSpan.Length <= 1024:
                string value = reader.ValueIsEscaped ? reader.GetString()! : Encoding.UTF8.GetString(reader.ValueSpan);
                if (value.Length > 199) value = value[..199];
                if (path[depth] == "resourceType") Enter(value, depth);
                else Value(depth, value);
                break;
            default:
                break;
        }
    }

    private void Enter(string type, int depth)
    {
        if (type.Length is 0 or > LongestName || !type.All(char.IsAsciiLetter) || open.Count == MaxDepth) return;
        int known = types.IndexOf(type);
        if (known >= 0) counts[known]++;
        else if (types.Count < MostTypes)
        {
            types.Add(type);
            counts.Add(1);
        }
        open.Add((type, depth));
        if (type is "Device" or "DeviceMetric" && devices.Count < MostDevices) devices.Add(new FhirDevice { Resource = type });
    }

    private void Leave(int depth)
    {
        while (open.Count > 0 && open[^1].Depth >= depth) open.RemoveAt(open.Count - 1);
    }

    private void Value(int depth, string value)
    {
        string name = path[depth];
        string? parent = Parent(depth);
        if (name == "reference") TakeReference(value);
        if (name == "display" && parent is "subject" or "patient") TakeName(value);
        if (open.Count == 0) return;
        switch (open[^1].Type)
        {
            case "Patient" or "Person" or "RelatedPerson": TakePerson(name, parent, value); break;
            case "Device" or "DeviceMetric" when devices.Count > 0 && devices[^1].Resource == open[^1].Type: TakeDevice(name, parent, value); break;
            case "Bundle" when name == "type" && parent is null && Word(value): BundleType ??= value; break;
            case "Bundle" when name == "total" && parent is null: Total ??= long.TryParse(value, CultureInfo.InvariantCulture, out long total) ? total : null; break;
            case "CapabilityStatement" when parent == "software" && name is "name" or "version": Software = Software is null ? value : $"{Software} {value}"; break;
            case "CapabilityStatement" when parent is null && name == "fhirVersion": FhirVersion = value; break;
            case "OperationOutcome" when parent == "issue" && name == "code" && Word(value): Issue ??= value; break;
            default: break;
        }
    }

    /// <summary>Name of the element that a value stands in; null for a value of the resource itself.</summary>
    private string? Parent(int depth)
    {
        string name = path[depth];
        int least = open.Count == 0 ? 0 : open[^1].Depth + (IsXml ? 1 : 0);
        for (int at = depth - 1; at >= Math.Max(1, least); at--)
        {
            // A list lies one level between an element and what stands in it.
            if (path[at] != name && path[at] is { Length: > 0 } parent) return parent is "resource" or "entry" or "contained" ? null : parent;
        }
        return null;
    }

    private void TakeReference(string value)
    {
        int patient = value.LastIndexOf("Patient/", StringComparison.Ordinal);
        if (patient >= 0) AddPatient(value[(patient + 8)..].Split('/')[0]);
    }

    private void TakePerson(string name, string? parent, string value)
    {
        if (name == "id" && parent is null) Remember(value);
        else if (parent == "identifier" && name == "value") AddPatient(value);
        else if (parent == "name" && name is "family" or "given" or "text") TakeName(value);
    }

    private void TakeDevice(string name, string? parent, string value)
    {
        FhirDevice device = devices[^1];
        devices[^1] = (parent, name) switch
        {
            (null, "manufacturer") => device with { Vendor = value },
            (null, "modelNumber" or "model") => device with { Model = value },
            (null, "serialNumber") => device with { Serial = value },
            (null, "status" or "operationalStatus") when Word(value) => device with { Status = value },
            ("deviceName", "name") => device with { Name = device.Name ?? value },
            ("version", "value") or (null, "version") => device with { Software = device.Software ?? value },
            ("udiCarrier" or "udi", "deviceIdentifier") => device with { Udi = value },
            ("coding" or "type", "display") => device with { Type = device.Type ?? value },
            _ => device,
        };
    }

    private void AddPatient(string identifier)
    {
        if (!identifier.Any(char.IsLetterOrDigit)) return;
        Remember(identifier);
        if (patients.Count < MostPatients && !patients.Contains(identifier)) patients.Add(identifier);
    }

    private void TakeName(string name)
    {
        if (name.Length >= 4 || (name.Length >= 2 && !Ascii.IsValid(name))) Remember(name);
    }

    private void Remember(string identifier)
    {
        if (identifiers.Count < MostIdentifiers && !identifiers.Contains(identifier)) identifiers.Add(identifier);
    }

    private static bool Word(string value) => value.Length is > 0 and <= 32 && value.All(letter => char.IsAsciiLetter(letter) || letter == '-');
}

/// <summary>A device that a resource names.</summary>
public sealed record FhirDevice
{
    /// <summary>Type of the resource: <c>Device</c> or <c>DeviceMetric</c>.</summary>
    public required string Resource { get; init; }

    /// <summary>Kind of the device, as its first code is displayed. Device.type.</summary>
    public string? Type { get; init; }

    /// <summary>Name. Device.deviceName.name.</summary>
    public string? Name { get; init; }

    /// <summary>Maker. Device.manufacturer.</summary>
    public string? Vendor { get; init; }

    /// <summary>Model. Device.modelNumber.</summary>
    public string? Model { get; init; }

    /// <summary>Serial number. Device.serialNumber.</summary>
    public string? Serial { get; init; }

    /// <summary>Version of its software. Device.version.value.</summary>
    public string? Software { get; init; }

    /// <summary>Device identifier of its unique device identification. Device.udiCarrier.deviceIdentifier.</summary>
    public string? Udi { get; init; }

    /// <summary>State. Device.status, DeviceMetric.operationalStatus.</summary>
    public string? Status { get; init; }

    /// <summary>Writes it as one object of a row; a patient's device may be named after the patient.</summary>
    internal void Write(RowWriter row)
    {
        row.Text("resource"u8, Resource);
        row.Text("type"u8, Type);
        row.Text("vendor"u8, Vendor);
        row.Text("model"u8, Model);
        row.Text("serial"u8, Serial);
        row.Text("software"u8, Software);
        row.Text("udi"u8, Udi);
        row.Text("status"u8, Status);
    }
}
