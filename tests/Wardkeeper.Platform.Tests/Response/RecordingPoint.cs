using System.Collections.Concurrent;
using Wardkeeper.Hub.Response;

namespace Wardkeeper.Platform.Tests.Response;

/// <summary>A site's own enforcement point: it keeps what is in force, and fails as it is told to. It outlives the hub, as a switch does.</summary>
internal sealed class RecordingPoint : IEnforcementPoint
{
    /// <summary>What is in force, by action and device.</summary>
    public ConcurrentDictionary<(long Action, long Device), LadderStep> InForce { get; } = [];

    public Verification Shows { get; set; } = Verification.AsOrdered;

    /// <summary>Whether the hub dies right after something was applied.</summary>
    public bool Kills { get; set; }

    public string? ApplyFails { get; set; }

    public string? UndoFails { get; set; }

    public string? Obstacle { get; set; }

    public string Name => "recording";

    public ValueTask<string?> ObstacleAsync(LadderStep step, long device, CancellationToken cancel) => ValueTask.FromResult(Obstacle);

    public ValueTask<Receipt> ApplyAsync(ClearedAction action, long device, CancellationToken cancel)
    {
        if (ApplyFails is { } why) throw new EnforcementException(why);
        InForce[(action.Action.Number, device)] = action.Action.Step;
        if (Kills) throw new InvalidOperationException("killed");
        return ValueTask.FromResult(new Receipt(action.Action.Number, Name, device, "{}", action.From));
    }

    public ValueTask<VerificationResult> VerifyAsync(Receipt receipt, CancellationToken cancel) =>
        ValueTask.FromResult(new VerificationResult(InForce.ContainsKey((receipt.Action, receipt.Device)) ? Shows : Verification.NotAsOrdered, $"port of D-{receipt.Device}"));

    public ValueTask UndoAsync(Receipt receipt, CancellationToken cancel)
    {
        if (UndoFails is { } why) throw new EnforcementException(why);
        InForce.TryRemove((receipt.Action, receipt.Device), out _);
        return ValueTask.CompletedTask;
    }
}
