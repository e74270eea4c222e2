using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Wardkeeper.Console.Access;

/// <summary>Whether a circuit's browser is there. What only a browser can do waits for it: asked of one that is gone, it fails after a minute and ends the circuit with an error.</summary>
internal sealed class CircuitConnection : CircuitHandler
{
    private TaskCompletionSource there = Fresh();

    /// <summary>Ends when the browser is there; never, when it does not come back.</summary>
    public Task BrowserAsync() => there.Task;

    /// <inheritdoc/>
    public override Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        there.TrySetResult();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnConnectionDownAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        if (there.Task.IsCompleted) there = Fresh();
        return Task.CompletedTask;
    }

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
