using Wardkeeper.Lab.Emitters.Astm;
using Wardkeeper.Lab.Emitters.Dimse;
using Wardkeeper.Lab.Emitters.Mllp;
using Wardkeeper.Lab.Emitters.Poct;
using Wardkeeper.Lab.Services.Cameras;
using Wardkeeper.Lab.Services.Databases;
using Wardkeeper.Lab.Services.Dicom;
using Wardkeeper.Lab.Services.Discovery;
using Wardkeeper.Lab.Services.Files;
using Wardkeeper.Lab.Services.Mqtt;
using Wardkeeper.Lab.Services.Printers;
using Wardkeeper.Lab.Services.Screens;
using Wardkeeper.Lab.Services.Serial;
using Wardkeeper.Lab.Services.Shells;

namespace Wardkeeper.Lab.Services;

/// <summary>Everything that a device may offer, by its word: one line each.</summary>
internal static class ServiceRegistry
{
    /// <summary>All services.</summary>
    public static IReadOnlyList<IService> All { get; } =
    [
        new DicomService(),
        new DicomTlsService(),
        new EmitterService("astm", AstmServer.Start),
        new EmitterService("mllp", MllpServer.Start),
        new EmitterService("mpps", ProcedureStepServer.Start),
        new EmitterService("poct1a", PoctServer.Start),
        new FtpService(),
        new JetdirectService(),
        new MdnsService(),
        new MqttService(),
        new MysqlService(),
        new PostgresqlService(),
        new RedisService(),
        new RtspService(),
        new SerialServerService(),
        new SmbService(),
        new SshService(),
        new TelnetService(),
        new VncService(),
        new UpnpService(),
        new WorklistService(),
    ];

    /// <summary>The service of a word.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public static IService Of(string word) => All.FirstOrDefault(service => service.Word == word) ?? throw new LabException($"no service is called {word}");
}
