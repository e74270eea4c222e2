using Wardkeeper.Hub.Detection;

namespace Wardkeeper.Hub.Tests.Detection;

/// <summary>What detectors remember, against a plain list in the order of use.</summary>
public class RecentStateTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void The_order_of_use_decides_who_is_forgotten(int bound)
    {
        RecentState<int, Box> state = new(bound);
        List<int> expected = [];
        int forgotten = 0;
        uint random = 7;
        for (int i = 0; i < 2000; i++)
        {
            random = (random * 1_664_525) + 1_013_904_223;
            int key = (int)(random >> 16) % 10;
            bool isKnown = expected.Remove(key);
            Assert.Equal(isKnown, state.Find(key) is not null);
            if (!isKnown && expected.Count == bound)
            {
                expected.RemoveAt(0);
                forgotten++;
            }
            expected.Add(key);
            Assert.Equal(isKnown ? key + 1 : 0, state.Of(key).Value);
            state.Of(key).Value = key + 1;
            Assert.Equal(expected, state.All.Select(entry => entry.Key));
        }
        Assert.Equal(forgotten, state.Forgotten);
    }

    [Fact]
    public void What_was_kept_over_a_restart_is_there_in_its_order()
    {
        RecentState<string, Box> state = new(3), other = new(2);
        foreach (string key in (string[])["a", "b", "c", "a"]) state.Of(key).Value = key[0];
        ((IRemembered)other).Restore(((IRemembered)state).Entries);
        Assert.Equal(["c 99", "a 97"], other.All.Select(entry => $"{entry.Key} {entry.Value.Value}"));
        other.Of("d");
        Assert.Equal(["a", "d"], other.All.Select(entry => entry.Key));
    }

    private sealed class Box
    {
        public int Value { get; set; }
    }
}
