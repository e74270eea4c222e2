using System.Globalization;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Detection;

/// <summary>Things that clinical systems and devices say in scenes: a few fields each, the rest as usual.</summary>
internal static class MedicalScenes
{
    public const string Lis = "10.0.1.5", His = "10.0.1.9", Rogue = "10.0.9.66", Bedside = "10.0.2.7";

    /// <summary>An HL7 message that was accepted.</summary>
    public static Scene Hl7(this Scene scene, string from, string to, string id, string type = "ORU^R01", string name = "LIS", string digest = "d1", string more = "", string ack = "AA", string time = "20261123091000") =>
        scene.Says("hl7", from, to, 2575, $$"""{"is_orig":true,"message_type":"{{type}}","msh_3":"{{name}}","msh_4":"LAB","control_id":"{{id}}","message_time":"{{time}}","processing_id":"P","patient":"p1","digest":"{{digest}}"{{more}},"ack":"{{ack}}"}""");

    /// <summary>The same many times, each with an id and a content of its own.</summary>
    public static Scene Hl7Many(this Scene scene, int count, TimeSpan apart, string from, string to, string type = "ORU^R01", string name = "LIS", string more = "")
    {
        for (int i = 0; i < count; i++) scene.Hl7(from, to, $"{from}{type}{i}", type, name, $"{name}{i}", more).Later(apart);
        return scene;
    }

    /// <summary>Fields of one result.</summary>
    public static string Result(string value, string status = "F", string at = "20261123085500", string order = "o1") => $$""","results":["2823-3^^{{status}}^{{value}}"],"observed_at":"{{at}}","orders":["{{order}}"]""";

    /// <summary>Fields of a pharmacy order.</summary>
    public static string Gives(double amount, string order = "rx1", string control = "NW") => string.Create(CultureInfo.InvariantCulture, $$""","orders":["{{order}}"],"order_control":"{{control}}","give_code":"2345","give_amount":{{amount}},"give_units":"ml/h" """);

    /// <summary>A poll of a monitor's values.</summary>
    public static Scene Polls(this Scene scene, string values, string from = His) =>
        scene.Says("data_export", from, Bedside, 24105, $$"""{"kind":"poll","status":"ok","group":"all","values":"{{values}}","value_count":6}""");

    /// <summary>An SDC exchange.</summary>
    public static Scene Sdc(this Scene scene, string from, string action, string more = "") => scene.Says("dpws", from, Bedside, 6464, $$"""{"profile":"sdc","action":"{{action}}","status_code":200{{more}}}""");

    /// <summary>A time server answers: when the client said it asked, when the server says it received, against the scene's time.</summary>
    public static Scene Time(this Scene scene, string client, string server, double ofServer = 0, double ofClient = 0)
    {
        double now = scene.Now.Seconds + 1;
        return scene.Says("ntp", client, server, 123, string.Create(CultureInfo.InvariantCulture, $$"""{"mode":4,"stratum":2,"org_time":{{now + ofClient:F3}},"rec_time":{{now + ofServer:F3}}}"""));
    }

    public static DeviceFacts Device(long id, string ip, string type, string category = "monitoring") =>
        new() { Id = id, Type = type, Category = category, Subject = Subject.Of(default, Scene.Ip(ip)), Ips = [Scene.Ip(ip)] };
}
