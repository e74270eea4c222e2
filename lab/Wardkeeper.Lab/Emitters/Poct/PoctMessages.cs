using System.Globalization;
using System.Xml.Linq;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Emitters.Poct;

/// <summary>
/// The messages of a basic-profile conversation, both ends. CLSI POCT01-A2, Device Messaging Layer; names and order of the parts
/// that a published session of a DCA Vantage has are as it has them.
/// </summary>
internal static class PoctMessages
{
    /// <summary>HEL.R01: who the device is and what it can do.</summary>
    public static XElement Hello(HospitalDevice device, int control, DateTime at) => Message("HEL.R01", control, at, new XElement("DEV",
        Value("DEV.device_id", $"{device.Vendor}^{device.Model}^{device.Serial}"),
        Value("DEV.vendor_id", device.Vendor),
        Value("DEV.model_id", device.Model),
        Value("DEV.serial_id", device.Serial),
        Value("DEV.manufacturer_name", device.Vendor),
        Value("DEV.hw_version", "1"),
        Value("DEV.sw_version", device.SoftwareVersion),
        new XElement("DCP", Value("DCP.application_timeout", "60")),
        new XElement("DSC", Value("DSC.connection_profile_cd", "SA"), Value("DSC.topics_supported_cd", "D_EV"), Value("DSC.max_message_sz", "16000"))));

    /// <summary>DST.R01: how many observations wait.</summary>
    public static XElement Status(int waiting, int control, DateTime at) => Message("DST.R01", control, at, new XElement("DST",
        Value("DST.status_dttm", Time(at)), Value("DST.new_observations_qty", $"{waiting}"), Value("DST.condition_cd", "R")));

    /// <summary>OBS.R01 for a patient's sample, OBS.R02 for quality control.</summary>
    public static XElement Observation(SampleResult sample, int control, DateTime at)
    {
        XElement[] results = [.. sample.Results.Select(Result)];
        XElement about = sample.Patient is { } patient
            ? new("PT", Value("PT.patient_id", patient.Id), Value("PT.name", $"{patient.Given} {patient.Family}"), Value("PT.birth_date", patient.Birth.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), Value("PT.gender_cd", patient.Sex), results)
            : new("CTC", Value("CTC.name", sample.Sample), Value("CTC.lot_number", sample.Sample), Value("CTC.level_cd", "1"), results);
        return Message(TypeOf(sample), control, at, new XElement("SVC",
            Value("SVC.role_cd", sample.Patient is null ? "LQC" : "OBS"),
            Value("SVC.observation_dttm", Time(at)),
            Value("SVC.reason_cd", sample.IsCorrection ? "EDT" : "NEW"),
            about,
            new XElement("ORD", Value("ORD.order_id", sample.Sample))));
    }

    /// <summary>Type of the message that carries a sample.</summary>
    public static string TypeOf(SampleResult sample) => sample.Patient is null ? "OBS.R02" : "OBS.R01";

    /// <summary>EOT.R01: everything that was asked for has been sent.</summary>
    public static XElement EndOfTopic(string asked, int control, DateTime at) => Message("EOT.R01", control, at, new XElement("EOT", Value("EOT.eot_control_id", asked), Value("EOT.topic_cd", "OBS")));

    /// <summary>ACK.R01: accepted.</summary>
    public static XElement Accepted(string acknowledged, int control, string at) => Message("ACK.R01", control, at, new XElement("ACK", Value("ACK.type_cd", "AA"), Value("ACK.ack_control_id", acknowledged)));

    /// <summary>REQ.R01: asks for the observations.</summary>
    public static XElement AskForObservations(int control, string at) => Message("REQ.R01", control, at, new XElement("REQ", Value("REQ.request_cd", "ROBS")));

    /// <summary>END.R01: ends the conversation, normally.</summary>
    public static XElement End(int control, string at) => Message("END.R01", control, at, new XElement("TRM", Value("TRM.reason_cd", "NRM")));

    /// <summary>A value anywhere in a message.</summary>
    /// <exception cref="InvalidDataException">It is missing.</exception>
    public static string Of(XElement message, string name) =>
        message.Descendants(name).FirstOrDefault()?.Attribute("V")?.Value ?? throw new InvalidDataException($"a {message.Name} has no {name}");

    /// <summary>A time as the messages write it: local time of China with its offset.</summary>
    public static string Time(DateTime at) => at.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture) + "+08:00";

    private static XElement Message(string type, int control, DateTime at, XElement body) => Message(type, control, Time(at), body);

    private static XElement Message(string type, int control, string at, XElement body) => new(type,
        new XElement("HDR", Value("HDR.message_type", type), Value("HDR.control_id", $"{control}"), Value("HDR.version_id", "POCT1"), Value("HDR.creation_dttm", at)), body);

    private static XElement Result(Measured measured) => new("OBS",
        new XElement("OBS.observation_id", new XAttribute("V", measured.Code), new XAttribute("SN", "LN"), new XAttribute("DN", measured.Name)),
        new XElement("OBS.value", new XAttribute("V", measured.Value), new XAttribute("U", measured.Unit)),
        Value("OBS.method_cd", "M"),
        measured.Flag.Length == 0 ? null : Value("OBS.interpretation_cd", measured.Flag));

    private static XElement Value(string name, string value) => new(name, new XAttribute("V", value));
}
