using Wardkeeper.Lab.Recording;

namespace Wardkeeper.Lab.Tests.Recording;

public class TimeWarpTests
{
    private const uint A = 0x0a4d1e15, B = 0x0a4d0a0a, C = 0x0a4d0a0b;

    [Fact]
    public void A_conversation_keeps_its_own_timing_and_its_begin_is_stretched()
    {
        TimeWarp warp = new(1_000_000, 0, 100);
        Assert.Equal(100_000_000, warp.Of(HandMade.Udp(2_000_000, A, B, 1, 2)));
        Assert.Equal(100_000_500, warp.Of(HandMade.Udp(2_000_500, B, A, 2, 1)));
        Assert.Equal(100_050_000, warp.Of(HandMade.Udp(2_050_000, A, B, 1, 2)));
    }

    [Fact]
    public void What_a_host_starts_back_stays_with_its_cause()
    {
        TimeWarp warp = new(0, 0, 100);
        long move = warp.Of(HandMade.Udp(1_000_000, A, B, 1, 104)), store = warp.Of(HandMade.Udp(1_010_000, B, A, 40000, 11112)), end = warp.Of(HandMade.Udp(1_020_000, B, A, 104, 1));
        Assert.True(move < store && store < end && end - move == 20_000);
    }

    [Fact]
    public void Quiet_between_conversations_grows()
    {
        TimeWarp warp = new(0, 0, 100);
        long first = warp.Of(HandMade.Udp(1_000_000, A, B, 1, 2)), second = warp.Of(HandMade.Udp(4_000_000, A, B, 1, 2));
        Assert.Equal(300_000_000, second - first);
    }

    [Fact]
    public void An_answer_stays_with_its_request_and_the_next_request_does_not()
    {
        TimeWarp warp = new(0, 0, 100);
        long request = warp.Of(HandMade.Tcp(1_000_000, A, B, 40000, 104, 100));
        warp.Of(HandMade.Tcp(1_000_100, B, A, 104, 40000, 0));
        long answer = warp.Of(HandMade.Tcp(2_500_000, B, A, 104, 40000, 80)), next = warp.Of(HandMade.Tcp(4_000_000, A, B, 40000, 104, 100));
        Assert.Equal(1_500_000, answer - request);
        Assert.Equal(400_000_000, next);
    }

    [Fact]
    public void Time_never_runs_back_between_two_hosts()
    {
        TimeWarp warp = new(0, 0, 7);
        long at = 0, before = long.MinValue;
        for (int i = 0; i < 2000; i++)
        {
            at += i * 37 % 400_000;
            long shown = warp.Of(HandMade.Udp(at, i % 2 == 0 ? A : C, B, 1, 2));
            if (i % 2 != 0) continue;
            Assert.True(shown >= before);
            before = shown;
        }
    }
}
