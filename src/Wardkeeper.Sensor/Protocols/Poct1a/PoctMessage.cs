using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Hl7;

namespace Wardkeeper.Sensor.Protocols.Poct1a;

/// <summary>
/// Reads one message. Its values are attributes <c>V</c> of elements whose names say where they belong (<c>DEV.serial_id</c>), so that
/// no path needs to be remembered. Every list is bounded. POCT01-A2, Device Messaging Layer.
/// </summary>
internal sealed class PoctMessage
{
    private const int MostListed = 32, MostIdentifiers = 64, LongestName = 40;

    /// <summary>Shortest name that is masked inside other text: a one-letter name would be found everywhere.</summary>
    private const int ShortestName = 4;

    private static readonly SearchValues<char> OfMoments = SearchValues.Create("0123456789-:T.+Z");

    private readonly List<(string Code, string Value)> results = [];
    private string? bytesDigest, observed, observedAt;
    private readonly List<string> topics = [], directives = [], commands = [], tests = [], patients = [], identifiers = [], roles = [], reasons = [];
    private string? acknowledges, time, version;
    private long observations, people, operators, events;

    private PoctMessage(string type) => Type = type;

    /// <summary>Name of the root element, for example <c>OBS.R01</c>.</summary>
    public string Type { get; }

    /// <summary>HDR.control_id, for matching only.</summary>
    public string ControlId { get; private set; } = "";

    /// <summary>ACK.ack_control_id: what it acknowledges.</summary>
    public string? Acknowledges => acknowledges;

    /// <summary>ACK.type_cd.</summary>
    public string? AckCode { get; private set; }

    /// <summary>ACK.error_detail_cd, a number.</summary>
    public string? AckError { get; private set; }

    /// <summary>What the device says of itself.</summary>
    public PoctDevice Device { get; private set; } = PoctDevice.Unknown;

    /// <summary>Which end sends messages of this type: true for the device, false for the manager, null for either.</summary>
    public bool? IsOfDevice => Type[..3] switch
    {
        "HEL" or "DST" or "OBS" or "EVS" or "EOT" => true,
        "REQ" or "DTV" or "OPL" or "PTL" => false,
        _ => null,
    };

    /// <summary>Whether nobody acknowledges it: the answer to a request is what it asked for.</summary>
    public bool IsNeverAcknowledged => Type[..3] is "REQ" or "EOT";

    private string? ProfileCode { get; set; }

    private string? Condition { get; set; }

    private long? NewObservations { get; set; }

    private long? NewEvents { get; set; }

    /// <summary>Reads the bytes of a message whose root element is named as given.</summary>
    public static PoctMessage Read(ReadOnlySpan<byte> bytes, string type, ITransactionSink into, out string decodedAs)
    {
        Encoding encoding = Charset(bytes, into, out decodedAs);
        PoctMessage message = new(type) { bytesDigest = KeyedDigest.Of(bytes, into.Masker) };
        XmlPull xml = new(bytes);
        int depth = 0;
        while (xml.Read() is not XmlNode.End and var node)
        {
            depth = xml.Depth;
            if (node == XmlNode.Open) message.Take(in xml, encoding);
        }
        if (depth != 0) into.Report(PoctFaults.Malformed);
        return message;
    }

    /// <summary>The row of the message, without an acknowledgement.</summary>
    public PoctExchange Row(CaptureTime at, ByteRange bytes, CaptureTime began, string decodedAs, PoctDevice known, PatientMasker masker) => new(at, bytes)
    {
        Began = began,
        MessageType = Type,
        ControlId = ControlId.Length == 0 ? null : masker.Within(ControlId, identifiers),
        Version = version,
        MessageTime = time,
        DecodedAs = decodedAs,
        Device = known,
        Profile = ProfileCode,
        Topics = Listed(topics),
        Directives = Listed(directives),
        Condition = Condition,
        NewObservations = NewObservations,
        NewEvents = NewEvents,
        Commands = Listed(commands),
        ServiceRoles = Listed(roles),
        ObservationReasons = Listed(reasons),
        Observations = observations,
        Tests = tests.Count == 0 ? null : [.. tests.Select(test => masker.Within(test, identifiers))],
        Patients = patients.Count == 0 ? null : [.. patients.Select(patient => masker.Identifier(patient))],
        Digest = bytesDigest,
        Results = results.Count == 0 ? null : [.. results.Select(result => masker.Within($"{result.Code}^^{(reasons.Count == 0 ? "" : reasons[0])}^{KeyedDigest.OfText(result.Value, masker)}", identifiers))],
        ObservedAt = observedAt,
        PatientCount = people,
        OperatorCount = operators,
        EventCount = events,
    };

    private static List<string>? Listed(List<string> values) => values.Count == 0 ? null : values;

    private static Encoding Charset(ReadOnlySpan<byte> bytes, ITransactionSink into, out string name)
    {
        (Encoding encoding, name) = Hl7Charset.Undeclared(bytes);
        if (name == "ascii" || Declared(bytes) is not { } declared) return encoding;
        if (name == declared.Name) return encoding;
        bool isUtf8 = Utf8.IsValid(bytes);
        if (isUtf8 || declared.Name is "utf-8" or "ascii")
        {
            into.Report(PoctFaults.CharacterSet);
            return encoding;
        }
        name = declared.Name;
        return declared.Encoding;
    }

    private static (Encoding Encoding, string Name)? Declared(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf("?>"u8);
        int at = end < 0 ? -1 : bytes[..end].IndexOf("encoding="u8);
        if (at < 0 || end - at < 12) return null;
        ReadOnlySpan<byte> value = bytes[(at + 10)..end];
        int quote = value.IndexOf(bytes[at + 9]);
        return quote < 0 ? null : Hl7Charset.Known(value[..quote]);
    }

    private void Take(in XmlPull xml, Encoding encoding)
    {
        ReadOnlySpan<byte> name = xml.LocalName;
        switch (name)
        {
            case [(byte)'O', (byte)'B', (byte)'S'] when xml.Depth > 1: observations++; return;
            case [(byte)'P', (byte)'T']: people++; return;
            case [(byte)'O', (byte)'P', (byte)'R']: operators++; return;
            case [(byte)'E', (byte)'V', (byte)'T']: events++; return;
            default: break;
        }
        if (!xml.TryAttribute("V"u8, out ReadOnlySpan<byte> raw)) return;
        int dot = name.IndexOf((byte)'.');
        if (dot < 0)
        {
            // A name may come in parts: <PT.name><GIV V="…"/><FAM V="…"/></PT.name>.
            if (name.SequenceEqual("GIV"u8) || name.SequenceEqual("FAM"u8)) TakeName(XmlPull.Decode(raw, encoding));
            return;
        }
        string? value = XmlPull.Decode(raw, encoding);
        if (value is null || name.Length > LongestName) return;
        string field = Encoding.ASCII.GetString(name);
        switch (field[..dot])
        {
            case "HDR": TakeHeader(field, value); break;
            case "DEV": TakeDevice(field, value); break;
            case "DSC": TakeCapability(field, value); break;
            case "DST": TakeStatus(field, value); break;
            case "ACK": TakeAcknowledgement(field, value); break;
            case "PT": TakePatient(field, value); break;
            default: TakeRest(field, value); break;
        }
    }

    private void TakeHeader(string field, string value)
    {
        switch (field)
        {
            case "HDR.control_id": ControlId = value; break;
            case "HDR.version_id": version = value; break;
            case "HDR.creation_dttm": time = value.AsSpan().ContainsAnyExcept(OfMoments) ? null : value; break;
            default: break;
        }
    }

    private void TakeDevice(string field, string value)
    {
        Device = field switch
        {
            "DEV.device_id" => Device with { Id = value },
            "DEV.vendor_id" => Device with { Vendor = Device.Vendor ?? value },
            "DEV.manufacturer_name" => Device with { Vendor = value },
            "DEV.model_id" => Device with { Model = value },
            "DEV.serial_id" => Device with { Serial = value },
            "DEV.hw_version" => Device with { Hardware = value },
            "DEV.sw_version" => Device with { Software = value },
            "DEV.device_name" => Device with { Name = value },
            "DEV.location" or "DEV.device_location" => Device with { Location = value },
            _ => Device,
        };
    }

    private void TakeCapability(string field, string value)
    {
        switch (field)
        {
            case "DSC.connection_profile_cd": ProfileCode = value; break;
            case "DSC.topics_supported_cd": Add(topics, value); break;
            case "DSC.directives_supported_cd": Add(directives, value); break;
            default: break;
        }
    }

    private void TakeStatus(string field, string value)
    {
        switch (field)
        {
            case "DST.condition_cd": Condition = value; break;
            case "DST.new_observations_qty": NewObservations = Number(value); break;
            case "DST.new_events_qty": NewEvents = Number(value); break;
            default: break;
        }
    }

    private void TakeAcknowledgement(string field, string value)
    {
        switch (field)
        {
            case "ACK.type_cd": AckCode = value is "AA" or "AE" or "AR" ? value : null; break;
            case "ACK.ack_control_id": acknowledges = value; break;
            // Its notes quote patients; a number does not.
            case "ACK.error_detail_cd": AckError = Number(value) is null ? null : value; break;
            default: break;
        }
    }

    private void TakePatient(string field, string value)
    {
        switch (field)
        {
            case "PT.patient_id":
                if (!value.Any(char.IsLetterOrDigit)) break;
                Remember(value);
                Add(patients, value);
                break;
            case "PT.name" or "PT.mother_name":
                foreach (string part in value.Split(' ', '^', ',')) TakeName(part);
                TakeName(value);
                break;
            default: break;
        }
    }

    private void TakeRest(string field, string value)
    {
        switch (field)
        {
            case "SVC.role_cd": Add(roles, value); break;
            case "SVC.reason_cd": Add(reasons, value); break;
            case "OBS.observation_id":
                observed = value;
                Add(tests, value);
                break;
            case "OBS.value" or "OBS.qualitative_value":
                if (results.Count < MostListed && observed is not null) results.Add((observed, value));
                break;
            case "SVC.observation_dttm": observedAt ??= value.AsSpan().ContainsAnyExcept(OfMoments) ? null : value; break;
            case "REQ.request_cd" or "DTV.command_cd" or "EOT.topic_cd" or "TRM.reason_cd" or "END.reason_cd" or "ESC.detail_cd": Add(commands, value); break;
            default: break;
        }
    }

    private void TakeName(string? name)
    {
        if (name?.Trim() is { } text && (text.Length >= ShortestName || (text.Length >= 2 && !Ascii.IsValid(text)))) Remember(text);
    }

    private void Remember(string identifier)
    {
        if (identifiers.Count < MostIdentifiers && !identifiers.Contains(identifier)) identifiers.Add(identifier);
    }

    private static void Add(List<string> to, string value)
    {
        if (to.Count < MostListed && !to.Contains(value)) to.Add(value);
    }

    private static long? Number(string value) =>
        long.TryParse(value, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out long number) && value.Length <= 12 ? number : null;
}

/// <summary>What a device says of itself in its hello.</summary>
/// <param name="Id">DEV.device_id: an EUI-64 or what the maker uses in its place.</param>
/// <param name="Vendor">DEV.manufacturer_name, else DEV.vendor_id.</param>
/// <param name="Model">DEV.model_id.</param>
/// <param name="Serial">DEV.serial_id.</param>
/// <param name="Hardware">DEV.hw_version.</param>
/// <param name="Software">DEV.sw_version.</param>
/// <param name="Name">DEV.device_name.</param>
/// <param name="Location">Where it says that it stands.</param>
public sealed record PoctDevice(string? Id, string? Vendor, string? Model, string? Serial, string? Hardware, string? Software, string? Name, string? Location)
{
    /// <summary>One that has not said who it is.</summary>
    internal static readonly PoctDevice Unknown = new(null, null, null, null, null, null, null, null);
}
