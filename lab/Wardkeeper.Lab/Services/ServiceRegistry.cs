using Wardkeeper.Lab.Emitters.Astm;
using Wardkeeper.Lab.Emitters.Dimse;
using Wardkeeper.Lab.Emitters.Llrp;
using Wardkeeper.Lab.Emitters.Mllp;
using Wardkeeper.Lab.Emitters.Poct;
using Wardkeeper.Lab.Emitters.Sdc;
using Wardkeeper.Lab.Services.Databases;
using Wardkeeper.Lab.Services.Dicom;
using Wardkeeper.Lab.Services.Files;
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
        new EmitterService("astm", AstmServer.Start),
        new EmitterService("llrp", LlrpReader.Start),
        new EmitterService("mllp", MllpServer.Start),
        new EmitterService("mpps", ProcedureStepServer.Start),
        new EmitterService("poct1a", PoctServer.Start),
        new EmitterService("sdc", SdcProvider.Start),
        new FtpService(),
        new HttpService(),
        new HttpsService(),
        new JetdirectService(),
        new MysqlService(),
        new NtpService(),
        new OpenvpnService(),
        new PostgresqlService(),
        new RedisService(),
        new SmbService(),
        new SnmpService(),
        new SshService(),
        new TelnetService(),
        new VncService(),
        new WorklistService(),
    ];

    /// <summary>The service of a word.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public static IService Of(string word) => All.FirstOrDefault(service => service.Word == word) ?? throw new LabException($"no service is called {word}");
}
