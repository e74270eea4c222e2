using System.Text.Json;
using Wardkeeper.Hub.Health;
using Wardkeeper.Platform.Up;

namespace Wardkeeper.Platform.Control;

/// <summary>What the running platform does, for <c>wardkeeper status</c>.</summary>
internal sealed class StatusReport(PlatformOptions options, Readiness readiness) : IControlCommand
{
    /// <inheritdoc/>
    public string Name => "status";

    /// <inheritdoc/>
    public Task<ControlAnswer> RunAsync(ControlRequest request, Action<string> progress, CancellationToken cancel)
    {
        Dictionary<string, object?> status = new()
        {
            ["state"] = !options.IsRunning ? "not running" : readiness.WaitingFor is { } what ? "waiting for " + what : "ready",
            ["process"] = Environment.ProcessId,
            ["address"] = Greeting.Address(options.Settings.Current.Web),
            ["data"] = options.Folder.Path,
            ["demo"] = options.IsDemo,
        };
        return Task.FromResult(new ControlAnswer { Lines = [.. status.Select(pair => $"{pair.Key}: {pair.Value}")], Facts = JsonSerializer.SerializeToElement(status) });
    }
}

/// <summary>What is the matter with the running platform, for <c>wardkeeper doctor</c>.</summary>
internal sealed class ProblemsReport(IHealth health) : IControlCommand
{
    /// <summary>Name of the command.</summary>
    public const string Command = "problems";

    /// <inheritdoc/>
    public string Name => Command;

    /// <inheritdoc/>
    public Task<ControlAnswer> RunAsync(ControlRequest request, Action<string> progress, CancellationToken cancel) =>
        Task.FromResult(new ControlAnswer { Facts = JsonSerializer.SerializeToElement(health.Look().Problems) });
}
