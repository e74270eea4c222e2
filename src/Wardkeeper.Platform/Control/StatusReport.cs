using System.Text.Json;
using Wardkeeper.Hub.Health;
using Wardkeeper.Platform.Configuration;
using Wardkeeper.Platform.Up;

namespace Wardkeeper.Platform.Control;

/// <summary>What the running platform does, for <c>wardkeeper status</c>.</summary>
internal sealed class StatusReport(PlatformOptions options, Readiness readiness) : IControlCommand
{
    /// <inheritdoc/>
    public string Name => "status";

    /// <inheritdoc/>
    public Task<ControlAnswer> RunAsync(ControlRequest request, Action<string> progress, CancellationToken cancel) =>
        Task.FromResult(Of(readiness.WaitingFor is { } what ? "waiting for " + what : "ready", options.Settings.Current.Web, options.Folder.Path, options.IsDemo));

    /// <summary>The answer, also when nothing runs.</summary>
    public static ControlAnswer Of(string state, WebSettings web, string folder, bool isDemo)
    {
        Dictionary<string, object?> status = new()
        {
            ["state"] = state,
            ["process"] = Environment.ProcessId,
            ["address"] = Greeting.Address(web),
            ["data"] = folder,
            ["demo"] = isDemo,
        };
        return new ControlAnswer { Lines = [.. status.Select(pair => $"{pair.Key}: {pair.Value}")], Facts = JsonSerializer.SerializeToElement(status) };
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
