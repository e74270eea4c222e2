using System.Collections.Concurrent;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Admission;

/// <summary>A place where a card asked to be let in.</summary>
/// <param name="Place">Switch and port, or switch and wireless network.</param>
/// <param name="First">When it first asked there.</param>
/// <param name="Last">When it last asked there.</param>
public readonly record struct PlugPlace(string Place, CaptureTime First, CaptureTime Last);

/// <summary>A time in which what a card showed was another machine's.</summary>
/// <param name="From">Since when.</param>
/// <param name="Until">Until before this; null while it goes on.</param>
public readonly record struct Doubt(CaptureTime From, CaptureTime? Until)
{
    /// <summary>Whether a moment lies in it.</summary>
    public bool Covers(CaptureTime at) => From <= at && (Until is not { } until || at < until);
}

/// <summary>How a card left its place.</summary>
public enum PlugEnd
{
    /// <summary>The switch does not say.</summary>
    Unknown,

    /// <summary>The link went down: what is plugged in next may be another machine.</summary>
    LinkDown,

    /// <summary>Its session was ended while the link stayed up: the same machine asks again.</summary>
    CutOff,
}

/// <summary>A card where it is plugged in, and where it was before.</summary>
/// <param name="Mac">The card, as requests write it.</param>
/// <param name="Place">Where it asked last.</param>
/// <param name="Since">Since when it is plugged in there.</param>
/// <param name="FirstAsked">When it asked for the first time.</param>
/// <param name="LastAsked">When it asked last.</param>
/// <param name="Places">Where it asked, the latest first.</param>
/// <param name="WasAdmitted">Whether it was ever let into its own network.</param>
/// <param name="TwoPlaces">Since when it asked at two places in turns; null when it did not lately.</param>
/// <param name="Doubts">Times in which what it showed was another's, the latest last: that never becomes what is known of it.</param>
/// <param name="TrustedAt">When its machine was last seen to behave like itself; null when never.</param>
/// <param name="Left">When the switch said that it was unplugged; null while it is plugged in.</param>
/// <param name="Decision">What was decided last; null before.</param>
/// <param name="Unproven">Since when what it shows is not known of it yet, where that is longer than it is plugged in; null where it is not.</param>
/// <param name="End">How it left; counts while <paramref name="Left"/> does.</param>
/// <param name="Replugs">When it was plugged in after its link had been down, as the switch said, since it last behaved like itself; the latest last. Null for never.</param>
public sealed record Plug(
    string Mac,
    string Place,
    CaptureTime Since,
    CaptureTime FirstAsked,
    CaptureTime LastAsked,
    IReadOnlyList<PlugPlace> Places,
    bool WasAdmitted,
    CaptureTime? TwoPlaces = null,
    IReadOnlyList<Doubt>? Doubts = null,
    CaptureTime? TrustedAt = null,
    CaptureTime? Left = null,
    AdmissionDecision? Decision = null,
    CaptureTime? Unproven = null,
    PlugEnd End = PlugEnd.Unknown,
    IReadOnlyList<CaptureTime>? Replugs = null)
{
    /// <summary>So often within the hour what was plugged in after the link had been down may show anew who it is.</summary>
    public const int MostReplugs = 4;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>What it showed first before this is known of it; what it shows since is compared with that.</summary>
    public CaptureTime Known => Unproven ?? Since;

    /// <summary>As it is taken up again after a restart: who was to be held back last is in doubt since it was let in before that; whoever was let in last was not held by what had been found by then.</summary>
    /// <param name="free">When it was last decided to let it in; 0 for never.</param>
    /// <param name="held">When it was last wanted to be held back; 0 for never.</param>
    public Plug As(CaptureTime free, CaptureTime held) => free == default ? this
        : held > free ? this with { Doubts = [new Doubt(free, null)], Unproven = free }
        : this with { TrustedAt = free };

    /// <summary>Whether what it shows is another's, as far as is known.</summary>
    public bool IsInDoubt => Doubts is [.., { Until: null }];

    /// <summary>Whether its link was down before it was plugged in, and not too often lately: what was found of the machine before says nothing of this one yet.</summary>
    public bool IsReplugged => Replugs is [.., var last] && last == Since && Replugs.Count(one => Since.Since(one) < Hour) <= MostReplugs;
}

/// <summary>
/// Which card is plugged in where, since when. A card is plugged in anew when it asks at another place, after it left, or when it asks long before its session is over or long after: then the
/// link was down in between, and what stands behind it may be another machine. Bounded; of those beyond, what was never admitted and asked longest ago is forgotten first.
/// </summary>
/// <param name="bound">Most cards.</param>
public sealed class PlugBook(int bound = PlugBook.MostCards)
{
    /// <summary>Most cards that are remembered.</summary>
    public const int MostCards = 100_000;

    private const int PlacesKept = 8, DoubtsKept = 4;
    private static readonly TimeSpan Turns = TimeSpan.FromMinutes(10), Usual = TimeSpan.FromDays(1), Retry = TimeSpan.FromSeconds(5), BackFromCut = TimeSpan.FromSeconds(10), LateWord = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, Plug> plugs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, string> cards = new();
    private readonly Lock making = new();
    private int count;

    /// <summary>Cards that were forgotten for want of room.</summary>
    public long Forgotten { get; private set; }

    /// <summary>How many are remembered.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>Cards that are plugged in.</summary>
    public IEnumerable<Plug> PluggedIn => plugs.Values.Where(plug => plug.Left is null);

    /// <summary>Where a card is; null when it never asked.</summary>
    public Plug? Find(string mac) => plugs.GetValueOrDefault(mac);

    /// <summary>Where a request comes from, as places are told apart.</summary>
    public static string PlaceOf(AdmissionRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return $"{request.NasIdentifier ?? request.NasAddress.ToString()} {request.Ssid ?? request.Port ?? "?"}";
    }

    /// <summary>A card that never asked before, as it stands with its first request. Notes nothing.</summary>
    public static Plug First(AdmissionRequest request)
    {
        string place = PlaceOf(request);
        return new Plug(request.Mac, place, request.At, request.At, request.At, [new PlugPlace(place, request.At, request.At)], false);
    }

    /// <summary>A card asks.</summary>
    /// <param name="request">What it asks.</param>
    /// <param name="lasts">After which time it was told to ask again.</param>
    /// <param name="isUnproven">Whether what it showed since it was plugged in last could be compared and did not prove to be its own: then it does not become what is known of it, however often it asks.</param>
    /// <returns>How it stands with this request.</returns>
    public Plug Asked(AdmissionRequest request, TimeSpan lasts, bool isUnproven = false)
    {
        ArgumentNullException.ThrowIfNull(request);
        lock (making)
        {
            bool isNew = !plugs.TryGetValue(request.Mac, out Plug? before);
            if (isNew && count >= bound) Forget();
            if (isNew) count++;
            return plugs[request.Mac] = Next(before, request, lasts, isUnproven);
        }
    }

    /// <summary>Something was decided about a card.</summary>
    public void Decided(AdmissionDecision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        Change(decision.Request.Mac, plug => plug with { Decision = decision, WasAdmitted = plug.WasAdmitted || decision.Outcome == AdmissionOutcome.Admit });
    }

    /// <summary>A switch says that a card was unplugged (accounting stop). A stop of an earlier place changes nothing.</summary>
    /// <param name="mac">The card.</param>
    /// <param name="nas">The switch: its name, or its address where it has none.</param>
    /// <param name="port">The port; null where the switch does not tell it.</param>
    /// <param name="at">When.</param>
    /// <param name="end">How.</param>
    public void Left(string mac, string nas, string? port, CaptureTime at, PlugEnd end = PlugEnd.Unknown) => Change(mac, plug =>
    {
        if (plug.Place != $"{nas} {port}" && (port is not null || !plug.Place.StartsWith(nas + " ", StringComparison.Ordinal))) return plug;
        if (at >= plug.LastAsked) return plug with { Left = at, End = end };
        // The switch's word of the link came after the question of what was plugged in then.
        bool isLate = end == PlugEnd.LinkDown && at <= plug.Since && plug.Since.Since(at) < LateWord && plug.Replugs?.Contains(plug.Since) != true;
        return isLate ? plug with { Replugs = Replugged(plug, plug.Since) } : plug;
    });

    /// <summary>What a card shows since a moment is another's. While it is in doubt already nothing changes.</summary>
    public void Doubt(string mac, CaptureTime since) => Change(mac, plug => plug.IsInDoubt ? plug : plug with { Doubts = [.. (plug.Doubts ?? []).TakeLast(DoubtsKept - 1), new Doubt(since, null)] });

    /// <summary>A card shows its own, since it was plugged in last: what was in doubt before is over.</summary>
    public void Trust(string mac, CaptureTime at) => Change(mac, plug => !plug.IsInDoubt ? plug with { TrustedAt = at, Replugs = null }
        : plug.Doubts![^1].From < plug.Since ? plug with { TrustedAt = at, Replugs = null, Unproven = null, Doubts = [.. plug.Doubts.SkipLast(1), plug.Doubts[^1] with { Until = plug.Since }] } : plug);

    /// <summary>A person said that what looked like another machine was the device itself: what it showed until now is known of it.</summary>
    public void Forgive(string mac, CaptureTime now) => Change(mac, plug => plug with { Doubts = null, Unproven = null, Since = now > plug.Since ? now : plug.Since });

    /// <summary>The card that a device's certificate last came with when nothing stood against it; null when it never did.</summary>
    /// <param name="device">The device that the certificate belongs to.</param>
    public string? BoundTo(long device) => cards.GetValueOrDefault(device);

    /// <summary>A device's certificate came with a card, and nothing stood against it: from now on it belongs to that card.</summary>
    /// <param name="device">The device that the certificate belongs to.</param>
    /// <param name="mac">The card, as requests write it.</param>
    public void Bind(long device, string mac) => cards[device] = mac;

    /// <summary>Puts back what was stored.</summary>
    public void Restore(Plug plug)
    {
        ArgumentNullException.ThrowIfNull(plug);
        lock (making)
        {
            if (count >= bound && !plugs.ContainsKey(plug.Mac)) return;
            if (!plugs.ContainsKey(plug.Mac)) count++;
            plugs[plug.Mac] = plug;
        }
    }

    /// <summary>The place where a card usually is: where it asked over a day at least, the longest; null when it has none.</summary>
    public static string? UsualPlace(Plug plug)
    {
        ArgumentNullException.ThrowIfNull(plug);
        PlugPlace longest = plug.Places.DefaultIfEmpty().MaxBy(place => place.Last.Since(place.First));
        return longest.Place is not null && longest.Last.Since(longest.First) >= Usual ? longest.Place : null;
    }

    private static Plug Next(Plug? before, AdmissionRequest request, TimeSpan lasts, bool isUnproven)
    {
        if (before is null) return First(request);
        string place = PlaceOf(request);
        bool moved = before.Place != place;
        TimeSpan passed = request.At.Since(before.LastAsked);
        // What was cut off asks again at once, and a switch that got no answer asks again within seconds: that is the same machine.
        bool isSame = before is { Left: { } left, End: PlugEnd.CutOff } && request.At.Since(left) < BackFromCut;
        bool isAnew = moved || (before.Left is not null && !isSame) || (!isSame && IsOutOfTime(passed, lasts));
        bool isReplugged = isAnew && before is { Left: not null, End: PlugEnd.LinkDown };
        PlugPlace here = before.Places.FirstOrDefault(one => one.Place == place);
        // A radio goes back and forth between access points as it likes.
        bool isBack = moved && request.Ssid is null && here.Place is not null && before.Left is null && request.At.Since(here.Last) < Turns;
        PlugPlace[] places = [new PlugPlace(place, here.Place is null ? request.At : here.First, request.At), .. before.Places.Where(one => one.Place != place).Take(PlacesKept - 1)];
        CaptureTime? two = isBack ? request.At : before.TwoPlaces is { } since && request.At.Since(since) < Turns ? since : null;
        return before with { Place = place, Since = isAnew ? request.At : before.Since, Unproven = isAnew ? isUnproven ? before.Known : null : before.Unproven, LastAsked = request.At, Places = places, TwoPlaces = two, Left = null, Replugs = isReplugged ? Replugged(before, request.At) : before.Replugs };
    }

    /// <summary>Whether a card asks long before its session is over or long after.</summary>
    private static bool IsOutOfTime(TimeSpan passed, TimeSpan lasts) => (passed > Retry && passed < lasts * 0.8) || passed > lasts * 1.5;

    private static CaptureTime[] Replugged(Plug plug, CaptureTime at) => [.. (plug.Replugs ?? []).TakeLast(Plug.MostReplugs), at];

    private void Change(string mac, Func<Plug, Plug> change)
    {
        lock (making)
        {
            if (plugs.TryGetValue(mac, out Plug? plug)) plugs[mac] = change(plug);
        }
    }

    private void Forget()
    {
        foreach (Plug plug in plugs.Values.OrderBy(plug => plug.WasAdmitted).ThenBy(plug => plug.LastAsked).Take(Math.Max(1, bound / 16)).ToArray())
        {
            if (plugs.TryRemove(plug.Mac, out _)) (count, Forgotten) = (count - 1, Forgotten + 1);
        }
    }
}
