using Wardkeeper.Hub.Identification;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger;

/// <summary>
/// From when a device has been of the type that the evidence says. It follows from when each thing was first said of it, so that it is the same after a restart:
/// the device is identified again by what had been said until then, with today's knowledge.
/// </summary>
/// <param name="Since">From when; null when the type rests on what has no time, such as what a service calls itself.</param>
/// <param name="Before">What it was until then by the evidence of that time; null when that was not known.</param>
internal readonly record struct TypeStanding(CaptureTime? Since, string? Before)
{
    /// <summary>Tells from when a device has been of its type.</summary>
    /// <param name="device">The device.</param>
    /// <param name="routesSince">From when it was seen to pass on other machines' packets; null when it was not.</param>
    /// <param name="alike">What persons said of others with a fingerprint; null when nobody did.</param>
    public static TypeStanding Of(Device device, CaptureTime? routesSince, Func<string, IEnumerable<AlikeValue>>? alike = null)
    {
        if (device.Type is not { } type) return default;
        CaptureTime[] times = Times(device, routesSince);
        // A banner is a word that has no time. Services are conversations: they count from the beginning.
        ServiceTally[] offers = [.. device.Offers.Select(static one => one.Banner is null ? one : new ServiceTally { Carrier = one.Carrier, Port = one.Port, Protocol = one.Protocol })];
        string? before = null;
        int not = -1, was = times.Length - 1;
        if (was < 0 || At(times[was]) != type) return default;
        while (was - not > 1)
        {
            int middle = (was + not) / 2;
            string? then = At(times[middle]);
            if (then == type) was = middle;
            else (not, before) = (middle, then);
        }
        return new TypeStanding(times[was], before);

        string? At(CaptureTime time) => Identifier.Of([.. device.Claims.Where(claim => claim.First <= time)], offers, device.Uses, routesSince <= time, KnowledgeBase.InForce, alike).Of(IdentityField.Type)?.Value;
    }

    /// <summary>When anything new was said or seen of it, in order.</summary>
    private static CaptureTime[] Times(Device device, CaptureTime? routesSince)
    {
        SortedSet<CaptureTime> times = [device.FirstSeen];
        foreach (ClaimTally claim in device.Claims)
        {
            if (claim.First > device.FirstSeen && TraitReader.TraitOf(claim) is not null) times.Add(claim.First);
        }
        if (routesSince is { } since) times.Add(since);
        return [.. times];
    }
}
