using Wardkeeper.Hub.Response;

namespace Wardkeeper.Platform.Tests.Response;

/// <summary>The board of what may be done: what it does not know, or knew too long ago, is the worst case.</summary>
public sealed class CareBoardTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Before_it_was_read_and_when_it_is_stale_and_of_an_unknown_device_the_worst_is_answered()
    {
        await using ResponseHub hub = await ResponseHub.StartAsync();
        CareSituation worst = DeviceCare.Unknown(1).Situation;
        Assert.Equal((FailureConsequence.DeathOrSeriousInjury, true, false, false, true), (worst.Consequence, worst.IsInUse, worst.HasStandby, worst.ComesBackAtOnce, worst.CarriesAlarms));
        Assert.Null(hub.Board.Age);
        Assert.Equal(worst, hub.Board.Of(Ward.Kiosk).Situation);
        await hub.Board.ReadAsync(Cancel);
        Assert.Equal(LadderStep.IsolatePort, hub.Board.Of(Ward.Kiosk).Rule.Alone);
        Assert.Equal(LadderStep.BlockNewFlow, hub.Board.Of(Ward.Ct).Rule.Alone);
        Assert.Equal([Ward.Standby], hub.Board.Of(Ward.Ct).Standby);
        Assert.Equal(worst, hub.Board.Of(99).Situation);
        hub.Clock.Advance(CareBoard.Stale);
        Assert.Equal(CareBoard.Stale, hub.Board.Age);
        Assert.Equal(worst, hub.Board.Of(Ward.Kiosk).Situation);
    }

    [Fact]
    public async Task What_the_ledger_says_anew_counts_at_once_as_the_worst_and_as_it_is_when_it_was_read()
    {
        await using ResponseHub hub = await ResponseHub.StartAsync();
        await hub.Board.ReadAsync(Cancel);
        CareFacts known = new("registration-kiosk", "kiosk", "Outpatients", "in-use", null), changed = known with { Consequence = "inappropriate-therapy" };
        Assert.False(hub.Board.Changed(Ward.Kiosk, known));
        Assert.Equal(FailureConsequence.None, hub.Board.Of(Ward.Kiosk).Situation.Consequence);
        Assert.True(hub.Board.Changed(Ward.Kiosk, changed));
        Assert.Equal(DeviceCare.Unknown(Ward.Kiosk).Situation, hub.Board.Of(Ward.Kiosk).Situation);
        Assert.False(hub.Board.Changed(Ward.Kiosk, changed));
        hub.Ward.Consequence = "inappropriate-therapy";
        await hub.Board.ReadAsync(Cancel);
        Assert.Equal(FailureConsequence.InappropriateTherapy, hub.Board.Of(Ward.Kiosk).Situation.Consequence);
        Assert.False(hub.Board.Changed(Ward.Kiosk, changed));
        // One that was never read is to be read.
        Assert.True(hub.Board.Changed(77, known));
    }

    [Fact]
    public async Task It_follows_what_devices_do_and_what_is_silent_is_not_idle()
    {
        await using ResponseHub hub = await ResponseHub.StartAsync();
        await hub.Board.ReadAsync(Cancel);
        Assert.False(hub.Board.Of(Ward.Ct).Situation.IsInUse);
        hub.Ward.Idle = 0.5;
        hub.Clock.Advance(TimeSpan.FromMinutes(1));
        await hub.Board.ReadAsync(Cancel);
        Assert.True(hub.Board.Of(Ward.Ct).Situation.IsInUse);
        hub.Ward.Idle = 4;
        hub.Ward.Silent = TimeSpan.FromHours(2);
        hub.Clock.Advance(TimeSpan.FromHours(7));
        await hub.Board.ReadAsync(Cancel);
        Assert.Equal((true, true), (hub.Board.Of(Ward.Ct).Situation.IsInUse, hub.Board.Of(Ward.Ct).Situation.Assumed.Contains(Assumption.UseUnknown)));
        // Nothing new for a quarter of an hour: nobody knows what is in use now.
        hub.Ward.Silent = TimeSpan.Zero;
        hub.Ward.Late = TimeSpan.FromMinutes(16);
        await hub.Board.ReadAsync(Cancel);
        Assert.True(hub.Board.Of(Ward.Ct).Situation.IsInUse);
        Assert.Null(hub.Board.Of(Ward.Ct).Standby);
    }
}
