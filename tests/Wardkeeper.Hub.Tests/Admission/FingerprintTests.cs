using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Tests.Detection;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Admission;

/// <summary>The comparison of a machine with what is known of it, over what the detector of impostors remembers.</summary>
public class FingerprintTests
{
    private static readonly MacAddress Card = Scene.Mac("00:1b:21:00:00:0a");

    [Fact]
    public void An_impostor_scores_low_with_what_differs_and_the_rightful_machine_high()
    {
        Scene scene = ImpersonationTests.Kiosk();
        CaptureTime plugged = scene.Now;
        ImpersonationTests.Laptop(scene);
        FingerprintMatch impostor = FingerprintComparison.Of(scene.Traits.Of(Card), plugged);
        Assert.InRange(impostor.Score!.Value, 0, 25);
        Assert.True(FingerprintComparison.IsBroken(impostor));
        Assert.Equal(["tcp-ttl", "tcp-options"], impostor.Traits.Take(2).Select(one => one.Trait).OrderDescending());
        // What it copied is told as equal, and weighs little.
        Assert.All(impostor.Traits.Where(one => one.Trait is "dhcp-order" or "host-name" or "user-agent"), one => Assert.True(one.Agrees));

        Scene own = ImpersonationTests.Kiosk();
        CaptureTime again = own.Now;
        ImpersonationTests.Kiosk(own);
        FingerprintMatch rightful = FingerprintComparison.Of(own.Traits.Of(Card), again);
        Assert.Equal(100, rightful.Score);
        Assert.True(FingerprintComparison.IsGood(rightful));
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, false, false)]
    public void Who_copied_all_that_can_be_copied_is_betrayed_by_the_whole_of_its_TCP_stack(bool ttlDiffers, bool optionsDiffer, bool isBroken)
    {
        CaptureTime first = CaptureTime.FromSeconds(0), last = CaptureTime.FromSeconds(3_600), plugged = CaptureTime.FromSeconds(7_200), now = CaptureTime.FromSeconds(7_260);
        List<ShownTrait> shown = [.. FingerprintComparison.Weights.Values.Where(weight => weight.Agrees > 0 && !weight.Trait.StartsWith("tcp-", StringComparison.Ordinal)).Select(weight => new ShownTrait(weight.Trait, "same", first, now))];
        foreach ((string trait, bool differs) in ((string, bool)[])[("tcp-ttl", ttlDiffers), ("tcp-options", optionsDiffer)])
        {
            shown.Add(new ShownTrait(trait, "own", first, differs ? last : now));
            if (differs) shown.Add(new ShownTrait(trait, "another's", plugged, now));
        }
        FingerprintMatch match = FingerprintComparison.Of(new CardTraits(first, false, shown), plugged);
        Assert.True(match.Score >= FingerprintComparison.Bad, $"score {match.Score}: so much was copied that the score alone says nothing");
        Assert.Equal(isBroken, FingerprintComparison.IsBroken(match));
        if (isBroken) Assert.False(FingerprintComparison.IsGood(match));
    }

    [Fact]
    public void Updates_new_names_and_new_servers_do_not_break_it()
    {
        Scene scene = ImpersonationTests.Kiosk();
        CaptureTime plugged = scene.Now;
        ImpersonationTests.Kiosk(scene, agent: "Kiosk/2.0", tls: "t13d_next", name: "KIOSK-08");
        for (int i = 1; i <= 4; i++) scene.Flow("10.0.9.9", $"10.0.1.{20 + i}", 443, "ssl", fromMac: "00:1b:21:00:00:0a", vlan: 7);
        FingerprintMatch match = FingerprintComparison.Of(scene.Traits.Of(Card), plugged);
        Assert.False(FingerprintComparison.IsBroken(match));
        Assert.InRange(match.Score!.Value, 55, 90);
    }

    [Fact]
    public void Nothing_is_said_where_nothing_can_be_compared()
    {
        Scene scene = ImpersonationTests.Kiosk();
        Assert.Null(FingerprintComparison.Of(scene.Traits.Of(Card), scene.Now).Score);
        Assert.Null(FingerprintComparison.Of(scene.Traits.Of(Scene.Mac("00:1b:21:00:00:99")), scene.Now).Score);
        Scene fresh = new();
        CaptureTime plugged = fresh.Now;
        ImpersonationTests.Laptop(fresh);
        Assert.Null(FingerprintComparison.Of(fresh.Traits.Of(Card), plugged).Score);
        // What is easily copied says little when it agrees.
        CaptureTime copied = scene.Now;
        scene.Claims("10.0.9.9", ClaimKind.UserAgent, "Kiosk/1.0", "http", "User-Agent", "00:1b:21:00:00:0a", 7);
        FingerprintMatch match = FingerprintComparison.Of(scene.Traits.Of(Card), copied);
        Assert.Equal(100, match.Score);
        Assert.False(FingerprintComparison.IsGood(match));
    }

    [Fact]
    public void Every_weight_has_its_words_in_both_languages_and_each_hard_difference_outweighs_what_is_copied()
    {
        foreach ((string trait, FingerprintWeight weight) in FingerprintComparison.Weights)
        {
            foreach (bool chinese in (bool[])[false, true])
            {
                Assert.NotEqual(trait, FingerprintComparison.NameOf(trait, chinese));
                Assert.NotEmpty(FingerprintComparison.WhyOf(trait, chinese));
            }
            Assert.True(weight.Differs >= weight.Agrees && weight.Differs > 0, trait);
        }
        int copied = ((string[])["dhcp-order", "dhcp-class", "host-name", "user-agent", "dhcp-layout"]).Sum(trait => FingerprintComparison.Weights[trait].Agrees);
        Assert.True(copied < FingerprintComparison.Enough);
        Assert.True(FingerprintComparison.Weights["tcp-ttl"].Differs + FingerprintComparison.Weights["tcp-options"].Differs > copied * (100 - FingerprintComparison.Bad) / FingerprintComparison.Bad);
    }
}
