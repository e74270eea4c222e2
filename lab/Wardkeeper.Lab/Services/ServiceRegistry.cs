using Wardkeeper.Lab.Emitters.Astm;
using Wardkeeper.Lab.Emitters.DataExport;
using Wardkeeper.Lab.Emitters.Dimse;
using Wardkeeper.Lab.Emitters.Mllp;
using Wardkeeper.Lab.Emitters.Poct;

namespace Wardkeeper.Lab.Services;

/// <summary>Everything that a device may offer, by its word: one line each.</summary>
internal static class ServiceRegistry
{
    /// <summary>All services.</summary>
    public static IReadOnlyList<IService> All { get; } =
    [
        new EmitterService("mllp", (host, _, log) => MllpServer.Start(host, log)),
        new EmitterService("astm", (host, _, log) => AstmServer.Start(host, log)),
        new EmitterService("poct1a", (host, _, log) => PoctServer.Start(host, log)),
        new EmitterService("mpps", (host, _, log) => ProcedureStepServer.Start(host, log)),
        new EmitterService("data-export", (host, site, log) => MonitorServer.Start(host, site.Date, log)),
    ];

    /// <summary>The service of a word.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public static IService Of(string word) => All.FirstOrDefault(service => service.Word == word) ?? throw new LabException($"no service is called {word}");
}
