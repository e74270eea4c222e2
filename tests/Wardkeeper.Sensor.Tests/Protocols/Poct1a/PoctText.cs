using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Poct1a;

namespace Wardkeeper.Sensor.Tests.Protocols.Poct1a;

/// <summary>Writes messages as a device and its manager would.</summary>
internal static class PoctText
{
    public const string Hello = "<DEV><DEV.device_id V=\"00-26-93-40-00-52\"/><DEV.vendor_id V=\"ABBOTT\"/><DEV.model_id V=\"i-STAT 1\"/><DEV.serial_id V=\"SN40052\"/><DEV.manufacturer_name V=\"Abbott Point of Care\"/>"
        + "<DEV.hw_version V=\"2.0\"/><DEV.sw_version V=\"JAMS145B\"/><DEV.device_name V=\"ED-1\"/><DEV.location V=\"Emergency\"/><DSC><DSC.connection_profile_cd V=\"SA\"/><DSC.topics_supported_cd V=\"D_EV\"/>"
        + "<DSC.topics_supported_cd V=\"OP_LST\"/><DSC.directives_supported_cd V=\"START_CONTINUOUS\"/><DSC.max_message_sz V=\"16000\"/></DSC></DEV>";

    public const string Observed = "<SVC><SVC.role_cd V=\"OBS\"/><SVC.reason_cd V=\"NEW\"/><PT><PT.patient_id V=\"HL00018\"/><PT.name V=\"王小东\"/>"
        + "<OBS><OBS.observation_id V=\"2345-7\"/><OBS.value V=\"8.1\"/></OBS><OBS><OBS.observation_id V=\"2823-3\"/></OBS></PT><OPR><OPR.operator_id V=\"NURSE7\"/></OPR></SVC>";

    public static string Message(string type, string control, string body, string declaration = "<?xml version=\"1.0\" encoding=\"utf-8\"?>") =>
        $"{declaration}\r\n<{type}><HDR><HDR.control_id V=\"{control}\"/><HDR.version_id V=\"POCT1\"/><HDR.creation_dttm V=\"2026-11-23T09:15:00+08:00\"/></HDR>{body}</{type}>";

    public static Said Device(string type, string control, string body, Encoding? encoding = null) => new(Side.Client, (encoding ?? Encoding.UTF8).GetBytes(Message(type, control, body)));

    public static Said Manager(string type, string control, string body) => new(Side.Server, Encoding.UTF8.GetBytes(Message(type, control, body)));

    public static Said Ack(string acknowledges, string code = "AA", Side by = Side.Server, string more = "") =>
        new(by, Encoding.UTF8.GetBytes(Message("ACK.R01", "9" + acknowledges, $"<ACK><ACK.type_cd V=\"{code}\"/><ACK.ack_control_id V=\"{acknowledges}\"/>{more}</ACK>")));

    public static Conversation Play(params IEnumerable<Said> said) => Conversation.Of<PoctAnalyser>(said);

    public static PoctExchange Single(params IEnumerable<Said> said) => Assert.IsType<PoctExchange>(Assert.Single(Play(said).Transactions));
}
