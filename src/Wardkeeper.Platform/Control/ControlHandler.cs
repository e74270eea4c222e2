using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Changes;
using Wardkeeper.Platform.Running;
using Wardkeeper.Platform.Up;

namespace Wardkeeper.Platform.Control;

/// <summary>A command that is one function. Before the first one in a process without a running platform, the stores are opened.</summary>
/// <param name="name">Its name in a request.</param>
/// <param name="options">Where it runs.</param>
/// <param name="services">What it uses.</param>
/// <param name="run">What it does.</param>
internal sealed class ControlHandler(string name, PlatformOptions options, IServiceProvider services, Func<IServiceProvider, Actor, ControlRequest, CancellationToken, Task<ControlAnswer>> run) : IControlCommand
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public async Task<ControlAnswer> RunAsync(ControlRequest request, Action<string> progress, CancellationToken cancel)
    {
        if (!options.IsRunning) await services.GetRequiredService<HubRuntime>().OpenAsync(services.GetRequiredService<Readiness>(), cancel);
        try
        {
            // Whoever may open the files on this machine may do everything; the audit log says who it was.
            return await run(services, new Actor("local:" + request.Person, new HashSet<Role> { Role.Administrator }), request, cancel);
        }
        catch (RefusedException refused)
        {
            throw new UserError([.. refused.Mistakes.Select(mistake => mistake.Message)]);
        }
    }
}
