using System.Net;
using Wardkeeper.Platform.Trust;

namespace Wardkeeper.Platform.Tests.Trust;

/// <summary>How often an address may ask, and err.</summary>
public sealed class EstLimitsTests
{
    [Fact]
    public void An_address_that_asks_or_errs_too_often_waits_until_the_next_minute_and_others_do_not()
    {
        Clock clock = new();
        EstLimits limits = new(() => 5, clock);
        IPAddress one = IPAddress.Parse("10.0.0.1"), other = IPAddress.Parse("10.0.0.2");
        Assert.Equal([true, true, true, true, true, false], Enumerable.Range(0, 6).Select(_ => limits.MayAsk(one)));
        Assert.True(limits.MayAsk(other));
        for (int i = 0; i < 30; i++)
        {
            Assert.True(limits.MayFail(one));
            limits.Failed(one);
        }
        Assert.False(limits.MayFail(one));
        Assert.True(limits.MayFail(other));
        clock.Now += TimeSpan.FromMinutes(1);
        Assert.True(limits.MayAsk(one));
        Assert.True(limits.MayFail(one));
    }

    [Fact]
    public void Connections_that_end_write_a_few_lines_for_each_address_and_a_scan_does_not_fill_the_log()
    {
        Clock clock = new();
        EstLimits limits = new(() => 5, clock);
        IPAddress one = IPAddress.Parse("10.0.0.1");
        Assert.Equal(3, Enumerable.Range(0, 1000).Count(_ => limits.MayTell(one)));
        Assert.Equal(57, Enumerable.Range(0, 1000).Count(number => limits.MayTell(new IPAddress([10, 1, (byte)(number >> 8), (byte)number]))));
        clock.Now += TimeSpan.FromMinutes(1);
        Assert.True(limits.MayTell(one));
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
