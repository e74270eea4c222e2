using Wardkeeper.Hub.Admission;
using Wardkeeper.Sensor.Observations;
using static Wardkeeper.Hub.Tests.Admission.Asking;

namespace Wardkeeper.Hub.Tests.Admission;

public class PlugBookTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public void A_card_is_plugged_in_anew_when_it_moves_leaves_or_asks_long_before_its_time()
    {
        PlugBook book = new();
        Assert.Equal(Now, book.Asked(Request, Hour).Since);
        // A switch that asks again within seconds, and one that asks when the time is over, mean the same plug.
        Assert.Equal(Now, book.Asked(At(3), Hour).Since);
        Assert.Equal(Now, book.Asked(At(3_600), Hour).Since);
        // The link was down: what stands behind it may be another.
        Assert.Equal(At(3_900).At, book.Asked(At(3_900), Hour).Since);
        book.Left(Mac, "sw1", "Gi1/0/7", At(7_400).At);
        Assert.Empty(book.PluggedIn);
        Assert.Equal(At(7_500).At, book.Asked(At(7_500), Hour).Since);
        Assert.Single(book.PluggedIn);
        Assert.Equal("sw2 Gi1/0/1", book.Asked(At(11_100) with { NasIdentifier = "sw2", Port = "Gi1/0/1" }, Hour).Place);
        // A stop that comes late from the earlier place does not unplug it here.
        book.Left(Mac, "sw1", "Gi1/0/7", At(11_101).At);
        Assert.Single(book.PluggedIn);
    }

    [Fact]
    public void Who_is_cut_off_asks_again_as_the_same_and_a_link_that_was_down_is_noted_also_when_the_switch_says_so_late()
    {
        PlugBook book = new();
        book.Asked(Request, Hour);
        book.Left(Mac, "sw1", "Gi1/0/7", At(60).At, PlugEnd.CutOff);
        Plug same = book.Asked(At(62), Hour);
        Assert.Equal((Now, false), (same.Since, same.IsReplugged));
        // A minute after it was cut off anything may stand there.
        book.Left(Mac, "sw1", "Gi1/0/7", At(100).At, PlugEnd.CutOff);
        Assert.Equal((At(160).At, false), (book.Asked(At(160), Hour).Since, book.Find(Mac)!.IsReplugged));
        book.Left(Mac, "sw1", "Gi1/0/7", At(200).At, PlugEnd.LinkDown);
        Assert.True(book.Asked(At(210), Hour).IsReplugged);
        // Asked before the switch's word of the link came.
        Assert.False(book.Asked(At(300), Hour).IsReplugged);
        book.Left(Mac, "sw1", "Gi1/0/7", At(298).At, PlugEnd.LinkDown);
        Assert.True(book.Find(Mac)!.IsReplugged);
        Assert.Single(book.PluggedIn);
        // Not more than some times in the hour, and anew once it behaved like itself.
        for (int i = 0; i < Plug.MostReplugs; i++)
        {
            book.Left(Mac, "sw1", "Gi1/0/7", At(400 + (i * 20)).At, PlugEnd.LinkDown);
            book.Asked(At(410 + (i * 20)), Hour);
        }
        Assert.False(book.Find(Mac)!.IsReplugged);
        book.Trust(Mac, At(600).At);
        book.Left(Mac, "sw1", "Gi1/0/7", At(620).At, PlugEnd.LinkDown);
        Assert.True(book.Asked(At(630), Hour).IsReplugged);
    }

    [Fact]
    public void After_a_restart_who_was_held_back_last_stays_in_doubt_and_who_was_let_in_last_is_not_held_by_what_was_found_before()
    {
        PlugBook book = new();
        book.Restore(Settled().As(free: Ago(60), held: Ago(50)));
        Plug held = book.Asked(Request, Hour);
        Assert.Equal((true, Ago(60)), (held.IsInDoubt, held.Known));
        Plug free = Settled().As(free: Ago(40), held: Ago(50));
        Assert.Equal((false, Ago(40)), (free.IsInDoubt, free.TrustedAt!.Value));
        Assert.Equal(Settled().Doubts, Settled().As(default, Ago(50)).Doubts);
    }

    [Fact]
    public void What_is_not_proven_does_not_become_known_by_asking_again()
    {
        PlugBook book = new();
        book.Asked(Request, Hour);
        for (int i = 1; i < 20; i++)
        {
            Plug plug = book.Asked(At(i * 10), Hour, isUnproven: true);
            Assert.Equal((At(i * 10).At, Now), (plug.Since, plug.Known));
        }
        Assert.Equal(At(900).At, book.Asked(At(900), Hour).Known);
        book.Asked(At(1_000), Hour, isUnproven: true);
        book.Forgive(Mac, At(1_100).At);
        Assert.Equal(At(1_100).At, book.Find(Mac)!.Known);
    }

    [Fact]
    public void A_card_that_comes_back_at_once_without_having_left_is_at_two_places()
    {
        PlugBook book = new();
        AdmissionRequest elsewhere = Request with { Port = "Gi1/0/8" };
        book.Asked(Request, Hour);
        Assert.Null(book.Asked(elsewhere with { At = At(60).At }, Hour).TwoPlaces);
        Assert.Equal(At(90).At, book.Asked(At(90), Hour).TwoPlaces);
        Assert.Null(book.Asked(At(3_600), Hour).TwoPlaces);
        // Carried there and back, with the switch saying so, it is at one.
        book.Left(Mac, "sw1", "Gi1/0/7", At(4_000).At);
        book.Asked(elsewhere with { At = At(4_060).At }, Hour);
        book.Left(Mac, "sw1", "Gi1/0/8", At(4_100).At);
        Assert.Null(book.Asked(At(4_130), Hour).TwoPlaces);
    }

    [Fact]
    public void A_flood_of_cards_stays_within_its_bound_and_does_not_push_out_who_was_admitted()
    {
        PlugBook book = new(bound: 256);
        book.Restore(Settled());
        for (int i = 0; i < 5_000; i++) book.Asked(At(i) with { Mac = $"02:00:00:00:{i >> 8:x2}:{i & 255:x2}" }, Hour);
        Assert.InRange(book.Count, 200, 256);
        Assert.Equal(5_001 - book.Count, book.Forgotten);
        Assert.NotNull(book.Find(Mac));
    }

    [Fact]
    public void The_usual_place_is_where_it_was_longest_over_a_day_at_least()
    {
        Assert.Equal(PlugBook.PlaceOf(Request), PlugBook.UsualPlace(Settled()));
        Assert.Equal("sw2 Gi1/0/1", PlugBook.UsualPlace(Settled("sw2 Gi1/0/1")));
        Assert.Null(PlugBook.UsualPlace(new PlugBook().Asked(Request, Hour)));
    }

    private static AdmissionRequest At(long seconds) => Request with { At = new CaptureTime(Now.Nanoseconds + (seconds * CaptureTime.PerSecond)) };
}
