using Wardkeeper.Lab.Emitters.Astm;
using Wardkeeper.Lab.Emitters.DataExport;
using Wardkeeper.Lab.Emitters.Dimse;
using Wardkeeper.Lab.Emitters.Llrp;
using Wardkeeper.Lab.Emitters.Mllp;
using Wardkeeper.Lab.Emitters.Poct;
using Wardkeeper.Lab.Services.Cameras;
using Wardkeeper.Lab.Services.Databases;
using Wardkeeper.Lab.Services.Dicom;
using Wardkeeper.Lab.Services.Discovery;
using Wardkeeper.Lab.Services.Files;
using Wardkeeper.Lab.Services.Mqtt;
using Wardkeeper.Lab.Services.Network;
using Wardkeeper.Lab.Services.Printers;
using Wardkeeper.Lab.Services.Screens;
using Wardkeeper.Lab.Services.Shells;
using Wardkeeper.Lab.Services.Web;

namespace Wardkeeper.Lab.Services;

/// <summary>Everything that a device may offer, by its word: one line each.</summary>
internal static class ServiceRegistry
{
    /// <summary>All services.</summary>
    public static IReadOnlyList<IService> All { get; } =
    [
        new DhcpService(),
        new DicomService(),
        new DicomTlsService(),
        new DnsService(),
        new EmitterService("astm", (host, _, log) => AstmServer.Start(host, log)),
        new EmitterService("data-export", (host, site, log) => MonitorServer.Start(host, site.Date, log)),
        new EmitterService("llrp", (host, _, log) => LlrpReader.Start(host, log)),
        new EmitterService("mllp", (host, _, log) => MllpServer.Start(host, log)),
        new EmitterService("mpps", (host, _, log) => ProcedureStepServer.Start(host, log)),
        new EmitterService("poct1a", (host, _, log) => PoctServer.Start(host, log)),
        new FtpService(),
        new HttpService(),
        new HttpsService(),
        new JetdirectService(),
        new MdnsService(),
        new MqttService(),
        new MysqlService(),
        new NtpService(),
        new OpenvpnService(),
        new PostgresqlService(),
        new RedisService(),
        new RtspService(),
        new SmbService(),
        new SnmpService(),
        new SshService(),
        new TelnetService(),
        new UpnpService(),
        new VncService(),
        new WorklistService(),
    ];

    /// <summary>The service of a word.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public static IService Of(string word) => All.FirstOrDefault(service => service.Word == word) ?? throw new LabException($"no service is called {word}");
}
