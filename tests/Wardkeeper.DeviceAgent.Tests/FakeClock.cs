namespace Wardkeeper.DeviceAgent.Tests;

/// <summary>A clock that a test moves; timers run by the real one.</summary>
internal sealed class FakeClock : TimeProvider
{
    public TimeSpan Shift { get; set; }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow + Shift;
}
