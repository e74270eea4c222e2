using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger.Live;

/// <content>Putting back what was stored. In this order: devices, interfaces, address book, facts with their claims, times.</content>
internal sealed partial class LiveLedger
{
    public void Restore(LiveDevice device)
    {
        devices[device.Number] = device;
        Await(device);
        Prints.Set(device, device.Fingerprint);
    }

    public void Restore(LiveInterface one)
    {
        interfaces[(one.Mac, one.Ip)] = one;
        if (one.Device is { } device)
        {
            device.Interfaces.Add(one);
            return;
        }
        Candidates++;
        candidates.Enqueue(one);
    }

    /// <summary>Puts back facts with everything they hold.</summary>
    public void Restore(Facts facts, LiveInterface? of)
    {
        if (facts.Operation != 0)
        {
            if (of is not null) Hold(facts, of, []);
            return;
        }
        store.Restore(facts);
        foreach (ClaimTally claim in facts.Claims.OrderBy(claim => claim.Number)) evidence.Add(facts, claim);
        if (of is null) return;
        placed[facts] = of;
        of.Facts.Add(facts);
    }

    public void Restore(AddressTime time, bool isPast)
    {
        if (!isPast) times[time.Facts] = time;
        else if (pastTimes.TryGetValue(time.Facts, out List<AddressTime>? past)) past.Add(time);
        else pastTimes[time.Facts] = [time];
    }

    /// <summary>Puts back an address that had gone to another and not settled.</summary>
    public void Restore(AddressMove move) => watch.Restore(move);

    /// <summary>Puts back a proposal that was made, so that it is not made again.</summary>
    public void RestoreProposal(long into, long from) => proposed.Add((into, from));

    /// <summary>Ends putting back: what follows from the rest is computed.</summary>
    public void Restored(CaptureTime now, long nextFacts, long refused)
    {
        Now = now;
        (store.Next, store.Refused) = (nextFacts, refused);
        foreach (MacAddress mac in book.Entries.Keys)
        {
            if (book.IsRouter(mac)) routers.Add(mac);
        }
        (relearned, bindingProtocol) = (null, null);
        doubted.Clear();
        unsettled.Clear();
        Changes.Clear();
    }

    /// <summary>Whether a time is not the facts' latest.</summary>
    public bool IsPast(AddressTime time) => times.GetValueOrDefault(time.Facts) != time;

    /// <summary>Number of the next facts.</summary>
    public long NextFacts => store.Next;
}
