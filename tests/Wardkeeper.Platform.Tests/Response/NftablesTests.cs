using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Ledger.Queries;
using Wardkeeper.Hub.Response;
using Wardkeeper.Hub.Response.Points.Nftables;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Platform.Tests.Response;

/// <summary>The packet filter's point over real packets: a kiosk, a scanner and a central monitor around a router, each in a network namespace.</summary>
public sealed class NftablesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_isolated_device_reaches_nothing_while_others_go_on_and_one_person_undoes_it()
    {
        await using Routed net = await Routed.BuildAsync();
        await using ResponseHub hub = await StartAsync(net);
        Assert.True(await net.ReachesAsync("k") && await net.ReachesAsync("s"));
        long number = await hub.ProposeAsync(LadderStep.IsolatePort);
        Assert.True((await hub.AgreeAsync(number, "wang")).IsDone);
        ResponseAction action = await hub.GetAsync(number);
        Assert.NotNull(action.Verified);
        Assert.Contains("isolated4 10.81.1.2", action.Receipts[0].Seen, StringComparison.Ordinal);
        Assert.False(await net.ReachesAsync("k"));
        // The scanner's way to the central monitor, over which alarms would go, is the same router: it stays open.
        Assert.True(await net.ReachesAsync("s"));
        Assert.Contains("is held already by action 1", (await hub.Commands.PreviewAsync(ResponseHub.Person("li"), new ActionDraft(LadderStep.IsolatePort, [Ward.Kiosk], TimeSpan.FromMinutes(1), "again")))!.Obstacle, StringComparison.Ordinal);

        Assert.True((await hub.Commands.UndoAsync(ResponseHub.Person("li"), number, "false alarm")).IsDone);
        Assert.Equal(ActionState.Ended, (await hub.GetAsync(number)).State);
        Assert.True(await net.ReachesAsync("k"));
        // Taken back twice is taken back once, and the kernel's own rules were never touched.
        await Point(net, hub).UndoAsync(action.Receipts[0].Receipt, Cancel);
        Assert.Contains("table inet site", await net.RunAsync("r", "nft", "list", "tables"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_connections_are_blocked_and_those_that_exist_go_on()
    {
        await using Routed net = await Routed.BuildAsync();
        await using ResponseHub hub = await StartAsync(net);
        using Talk talk = net.Talk("k");
        Assert.True(await talk.EchoesAsync());
        long number = await hub.ProposeAsync(LadderStep.BlockNewFlow);
        Assert.True((await hub.AgreeAsync(number, "wang")).IsDone);
        Assert.False(await net.ReachesAsync("k"));
        Assert.True(await talk.EchoesAsync());
    }

    [Fact]
    public async Task The_kernel_ends_it_when_the_hub_is_dead()
    {
        await using Routed net = await Routed.BuildAsync();
        await using ResponseHub hub = await StartAsync(net);
        SafetyPreview preview = new(new ProposedAction(5, LadderStep.IsolatePort, [Ward.Kiosk], TimeSpan.FromSeconds(2), "it spreads", null), [CareSituation.Of(FailureConsequence.None, false, false, 0, true, false)], hub.Clock.Now());
        Receipt receipt = await Point(net, hub).ApplyAsync(SafetyCheck.Clear(preview, [], hub.Clock.Now())!, Ward.Kiosk, Cancel);
        Assert.Equal(Verification.AsOrdered, (await Point(net, hub).VerifyAsync(receipt, Cancel)).State);
        Assert.False(await net.ReachesAsync("k"));
        Stopwatchless wait = new(TimeSpan.FromSeconds(20));
        while (!await net.ReachesAsync("k")) wait.Once();
        Assert.Equal(Verification.NotAsOrdered, (await Point(net, hub).VerifyAsync(receipt, Cancel)).State);
        await Point(net, hub).UndoAsync(receipt, Cancel);
    }

    [Fact]
    public async Task What_was_applied_without_a_receipt_is_found_by_its_action_and_a_slowed_device_is_slow()
    {
        await using Routed net = await Routed.BuildAsync();
        await using ResponseHub hub = await StartAsync(net);
        SafetyPreview preview = new(new ProposedAction(6, LadderStep.RateLimit, [Ward.Kiosk], TimeSpan.FromMinutes(2), "it spreads", null), [CareSituation.Of(FailureConsequence.None, false, false, 0, true, false)], hub.Clock.Now());
        NftablesPoint point = Point(net, hub);
        Receipt receipt = await point.ApplyAsync(SafetyCheck.Clear(preview, [], hub.Clock.Now())!, Ward.Kiosk, Cancel);
        Assert.Equal(receipt.Applied, (await point.ApplyAsync(SafetyCheck.Clear(preview, [], hub.Clock.Now())!, Ward.Kiosk, Cancel)).Applied);
        Assert.Equal(Verification.AsOrdered, (await point.VerifyAsync(receipt, Cancel)).State);
        Assert.InRange(await net.FloodAsync("k"), 1, 60);
        await point.UndoAsync(receipt with { Applied = "" }, Cancel);
        Assert.Equal(Verification.NotAsOrdered, (await point.VerifyAsync(receipt, Cancel)).State);
        Assert.Equal(100, await net.FloodAsync("k"));
    }

    [Fact]
    public async Task A_filter_that_is_off_or_cannot_says_why()
    {
        await using ResponseHub hub = await ResponseHub.StartAsync(isRecording: false);
        NftablesPoint off = new(() => new NftablesOptions(), hub.Ward, hub.Clock), bridge = new(() => new NftablesOptions(NftablesHook.Bridge), hub.Ward, hub.Clock);
        Assert.Contains("not set up", await off.ObstacleAsync(LadderStep.IsolatePort, Ward.Kiosk, Cancel), StringComparison.Ordinal);
        Assert.Contains("knows no connections", await bridge.ObstacleAsync(LadderStep.BlockNewFlow, Ward.Kiosk, Cancel), StringComparison.Ordinal);
        Assert.Contains("refuse-message", await bridge.ObstacleAsync(LadderStep.RefuseMessage, Ward.Kiosk, Cancel), StringComparison.Ordinal);
        Assert.Contains("no MAC address", await bridge.ObstacleAsync(LadderStep.IsolatePort, Ward.Kiosk, Cancel), StringComparison.Ordinal);
    }

    private static Address At(string text) => Address.TryParse(text, out Address address) ? address : throw new FormatException(text);

    private static NftablesPoint Point(Routed net, ResponseHub hub) => new(() => new NftablesOptions(NftablesHook.Router, net.Router), hub.Ward, hub.Clock);

    private static async Task<ResponseHub> StartAsync(Routed net)
    {
        ResponseHub hub = await ResponseHub.StartAsync(isRecording: false);
        hub.Filter = new NftablesOptions(NftablesHook.Router, net.Router);
        CaptureTime now = hub.Clock.Now();
        hub.Ward.Interfaces[Ward.Kiosk] = [new InterfaceLine(1, default, [], [], [new AddressSpan(At("10.81.1.2"), now, now, null), new AddressSpan(At("10.81.2.2"), now.Plus(-TimeSpan.FromDays(9)), now.Plus(-TimeSpan.FromDays(8)), null)])];
        return hub;
    }

    /// <summary>Waits between looks, a bounded number of times.</summary>
    private sealed class Stopwatchless(TimeSpan most)
    {
        private readonly long start = TimeProvider.System.GetTimestamp();

        public void Once() => Assert.True(TimeProvider.System.GetElapsedTime(start) < most, "not within " + most);
    }
}
