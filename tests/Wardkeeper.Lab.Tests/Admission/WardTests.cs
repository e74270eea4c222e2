using Wardkeeper.Lab.Admission.Life;
using Wardkeeper.Lab.Admission.Switch;
using Wardkeeper.Lab.Admission.Wires;
using Wardkeeper.Lab.Site;
using Wardkeeper.Lab.Tests.Running;
using Wardkeeper.Lab.Tests.Site;
using Frame = Wardkeeper.Lab.Recording.Frame;
using HospitalTime = Wardkeeper.Lab.Hospital.HospitalTime;

namespace Wardkeeper.Lab.Tests.Admission;

/// <summary>The wires that scenes are judged by: only who is in the medical VLAN is heard at the server, and the mirror port hears everybody.</summary>
public sealed class WardTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [LabFact("nft tcpdump ethtool")]
    public async Task Only_who_is_in_the_servers_vlan_is_heard_there()
    {
        string folder = Directory.CreateTempSubdirectory("lab-test-").FullName;
        const string Mac = "02-00-00-00-00-21";
        WardMachine machine = WardMachine.Of("one", "p1", "server", new([2, 0, 0, 0, 0, 0x21]), 20, 21, "one"), other = WardMachine.Of("two", null, "server", new([2, 0, 0, 0, 0, 0x21]), 20, 22, "two");
        string prefix = TestHospital.NextPrefix();
        await using (Ward ward = await Ward.BuildAsync(prefix, folder, new WardVlans(), ["p1"], [machine, other], Cancel))
        {
            BridgeWires wires = new(ward, new Dictionary<string, string>());
            await using ServerCapture capture = await ServerCapture.StartAsync(ward, "server", Cancel);
            await ward.SwitchOnAsync("one", Cancel);
            DateTimeOffset[] moments = new DateTimeOffset[5], ends = new DateTimeOffset[5];
            await using (Beat beat = new(ward["one"], ward.Server.Device.Ip))
            {
                foreach ((string? vlan, int step) in ((string?, int)[])[(null, 0), ("20", 1), ("99", 2), ("20", 3)])
                {
                    await wires.ConnectAsync("p1", Mac, vlan, null, Cancel);
                    moments[step] = DateTimeOffset.UtcNow;
                    await Task.Delay(2_000, Cancel);
                    ends[step] = DateTimeOffset.UtcNow;
                }
                moments[4] = DateTimeOffset.UtcNow;
            }
            await Assert.ThrowsAsync<LabException>(() => wires.ConnectAsync("p1", Mac, "21", null, Cancel));
            // The cable goes into another machine: it is the port that is connected, not the machine.
            await wires.ConnectAsync("p1", Mac, "20", null, Cancel);
            await ward.SwitchOffAsync("one", Cancel);
            await ward.PlugAsync("p1", "two", Cancel);
            await ward.SwitchOnAsync("two", Cancel);
            DateTimeOffset plugged = DateTimeOffset.UtcNow;
            await using (Beat beat = new(ward["two"], ward.Server.Device.Ip)) await Task.Delay(2_000, Cancel);
            ServerFrames frames = await capture.StopAsync();
            TimeSpan settled = TimeSpan.FromMilliseconds(500);
            int[] heard = [.. Enumerable.Range(0, 4).Select(step => frames.From(Mac, moments[step] + settled).Count(frame => ServerFrames.Time(frame.At) < ends[step]))];
            Assert.True(heard is [0, > 3, 0, > 3], string.Join(' ', heard));
            Assert.NotEmpty(frames.From(Mac, plugged));
            Assert.InRange(frames.LongestPause(Mac, moments[1], moments[4]).Longest.TotalSeconds, 1.5, 4);
        }
        Assert.Empty(HospitalNetwork.Existing(prefix));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_pause_counts_both_ends()
    {
        DateTimeOffset from = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
        Frame At(double seconds) => new(HospitalTime.Microseconds(from.AddSeconds(seconds)), 0, new byte[] { 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0x21, 8, 0 });
        ServerFrames frames = new([At(1), At(2), At(7)]);
        Assert.Equal((TimeSpan.FromSeconds(5), from.AddSeconds(2)), frames.LongestPause("02-00-00-00-00-21", from, from.AddSeconds(8)));
        Assert.Equal(TimeSpan.FromSeconds(13), frames.LongestPause("02-00-00-00-00-21", from, from.AddSeconds(20)).Longest);
        Assert.Equal(TimeSpan.FromSeconds(20), frames.LongestPause("02-00-00-00-00-22", from, from.AddSeconds(20)).Longest);
        Assert.Single(frames.FirstSince(from.AddSeconds(1.5)));
    }

    [Theory]
    [InlineData("02:00:00:00:00:AB", "02-00-00-00-00-AB")]
    [InlineData("0200.0000.00ab", "02-00-00-00-00-AB")]
    [InlineData("0200000000ab", "02-00-00-00-00-AB")]
    [InlineData("02-00-00-00-00", null)]
    [InlineData("02-00-00-00-00-GG", null)]
    [InlineData("x02000000 00ab", null)]
    public void An_address_is_read_in_any_spelling(string text, string? mac) => Assert.Equal(mac, MacText.Of(text));
}
