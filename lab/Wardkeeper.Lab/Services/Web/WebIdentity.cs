using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Services.Web;

/// <summary>How a device names itself on its page. Names of embedded servers are those that such devices are known to show.</summary>
/// <param name="Server">The <c>Server</c> header; null leaves nginx's own.</param>
/// <param name="Title">The page's title.</param>
/// <param name="Realm">Realm of its login.</param>
internal sealed record WebIdentity(string? Server, string Title, string Realm)
{
    /// <summary>The page of a device.</summary>
    public static WebIdentity Of(HospitalDevice device)
    {
        string name = $"{device.Vendor} {device.Model}";
        return device switch
        {
            { Type: "printer", Vendor: "HP" } => new($"HP HTTP Server; HP {device.Model}; Serial Number: {device.Serial}", $"HP {device.Model}\u00A0\u00A0\u00A0{device.Ip}", name),
            { Type: "printer", Vendor: "Brother" } => new("debut/1.20", $"Brother {device.Model} series", name),
            { Type: "printer", Vendor: "Ricoh" } => new("Web-Server/3.0", "Web Image Monitor", name),
            { Type: "camera", Vendor: "Hikvision" } => new("Hikvision-Webs", name, "hikvision"),
            { Type: "camera", Vendor: "Axis" } => new("Apache", "AXIS", "AXIS_" + device.Serial),
            { Vendor: "APC" } => new("Allegro-Software-RomPager/4.30b3", "APC | Log On", "APC Management Card"),
            { Vendor: "Yealink" } => new("yealink embed httpd", $"Yealink {device.Model}", name),
            { Vendor: "Moxa" } => new("MoxaHttp/2.2", device.Model, name),
            { Type: "infusion-pump" or "syringe-pump" } => new("GoAhead-Webs", name, name),
            _ when WebServer.IsServer(device) => new(null, device.HlApplication ?? device.HostName, name),
            _ => new("lighttpd/1.4.45", name, name),
        };
    }
}
