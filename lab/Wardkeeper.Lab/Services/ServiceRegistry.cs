using Wardkeeper.Lab.Emitters.Astm;
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
        new EmitterService("mllp", MllpServer.Start),
        new EmitterService("astm", AstmServer.Start),
        new EmitterService("poct1a", PoctServer.Start),
        new EmitterService("mpps", ProcedureStepServer.Start),
    ];

    /// <summary>The service of a word.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public static IService Of(string word) => All.FirstOrDefault(service => service.Word == word) ?? throw new LabException($"no service is called {word}");
}
