using System.Globalization;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger.Live;

/// <content>Which facts belong to which interface, and when an interface is believed to be a device.</content>
internal sealed partial class LiveLedger
{
    /// <summary>Earlier times of one pair that are remembered.</summary>
    private const int PastKept = 64;

    private readonly Dictionary<Facts, List<AddressTime>> pastTimes = [];

    void IMoveWatcher.Moved(Address ip, AddressOwner before, AddressOwner after)
    {
        CaptureTime last = before.At;
        bool wasLeased = false;
        foreach (Facts facts in store.Of(before.Mac))
        {
            if (facts.Ip == ip && times.TryGetValue(facts, out AddressTime? time) && !time.IsOver)
            {
                if (time.Last > last) last = time.Last;
                wasLeased |= time.Assignment == "dhcp";
                time.IsOver = true;
                Changes.Times.Add(time);
            }
        }
        if (watch.Notice(ip, before, after, bindingProtocol, last, wasLeased) is not { } move) return;
        LiveDevice? old = CardOf(before.Mac)?.Device, other = CardOf(after.Mac)?.Device;
        if ((old ?? other) is not { } device || old == other) return;
        string action = move.IsBack ? LedgerActions.AddressConflict : move.IsLeased ? LedgerActions.AddressMoved : LedgerActions.AddressReused;
        string who = other is null ? after.Mac.ToString() : $"{other} ({after.Mac})";
        string reason = action switch
        {
            LedgerActions.AddressConflict => string.Create(CultureInfo.InvariantCulture, $"{before.Mac} and {after.Mac} both say by {bindingProtocol} that they have {ip}, within {AddressMoveWatch.Alternating.TotalSeconds} s"),
            LedgerActions.AddressMoved => $"{bindingProtocol} gave {ip}, which {before.Mac} had, to {after.Mac}",
            _ => $"{bindingProtocol} says that {after.Mac} has {ip}, which {before.Mac} had, and no lease gave it",
        };
        move = move with { Number = Numbers.NextEvent };
        Tell(device, after.At, action, "ip", $"{ip} {before.Mac}", who, reason);
        foreach (AddressMove over in watch.Hold(move)) Settled(over);
        if (watch.Waiting.Contains(move)) Changes.Moves.Add(move);
    }

    /// <summary>Addresses that went to others and have stayed there for a while, each once.</summary>
    public IReadOnlyList<AddressMove> TakeMoves(CaptureTime now)
    {
        IReadOnlyList<AddressMove> settled = watch.Take(now);
        foreach (AddressMove move in settled) Settled(move);
        return settled;
    }

    private void Settled(AddressMove move)
    {
        Changes.Moves.Remove(move);
        Changes.MovesGone.Add(move.Number);
    }

    private LiveInterface? CardOf(MacAddress mac) => interfaces.GetValueOrDefault((mac, default));

    /// <summary>Puts facts to the interface that the address book says they belong to now.</summary>
    private LiveInterface? Place(Facts facts)
    {
        if (!store.Holds(facts)) return null;
        MacAddress owner = facts.Through.IsNone ? book.Owners.GetValueOrDefault(facts.Ip).Mac : facts.Through;
        LiveInterface? before = placed.GetValueOrDefault(facts), now = book.Owner(facts.Mac, facts.Ip, owner) is { } key ? InterfaceOf(key) : null;
        if (before == now) return now;
        // Making room for the interface may have cost the candidate that the facts were of.
        if (!store.Holds(facts)) return null;
        if (before is not null)
        {
            before.Facts.Remove(facts);
            Touch(before);
        }
        if (now is null)
        {
            placed.Remove(facts);
            if (times.Remove(facts, out AddressTime? gone)) Forget(gone);
        }
        else
        {
            placed[facts] = now;
            now.Facts.Add(facts);
            Touch(now);
        }
        Changes.Facts.Add(facts);
        if (times.TryGetValue(facts, out AddressTime? time)) Changes.Times.Add(time);
        if (before?.Facts.TrueForAll(one => one.Operation != 0) == true) Empty(before, now, facts);
        if (now is { Device: null } && now.IsCorroborated) Promote(now);
        else if (now?.Device is not null && before is not null) Weigh(facts);
        return now;
    }

    private LiveInterface InterfaceOf((MacAddress Mac, Address Ip) key)
    {
        if (interfaces.TryGetValue(key, out LiveInterface? found)) return found;
        found = new LiveInterface(Numbers.NextInterface++, key.Mac, key.Ip);
        interfaces[key] = found;
        Changes.Interfaces.Add(found);
        candidates.Enqueue(found);
        Candidates++;
        while (candidates.TryPeek(out LiveInterface? oldest) && (Candidates > limits.Candidates || oldest.Device is not null || !IsKept(oldest)))
        {
            candidates.Dequeue();
            if (oldest.Device is null && IsKept(oldest)) Drop(oldest);
        }
        return found;
    }

    private bool IsKept(LiveInterface one) => interfaces.TryGetValue((one.Mac, one.Ip), out LiveInterface? kept) && kept == one;

    /// <summary>A candidate without a second sign makes room: it and all that was kept of it is forgotten.</summary>
    private void Drop(LiveInterface candidate)
    {
        Numbers.CandidatesDropped++;
        foreach (Facts facts in candidate.Facts.ToArray())
        {
            placed.Remove(facts);
            if (times.Remove(facts, out AddressTime? time)) Forget(time);
            if (pastTimes.Remove(facts, out List<AddressTime>? past)) past.ForEach(Forget);
            foreach (ClaimTally claim in facts.Claims) evidence.Remove(facts, claim);
            store.Remove(facts);
            Changes.Facts.Remove(facts);
            Changes.FactsGone.Add(facts.Number);
        }
        candidate.Facts.Clear();
        Remove(candidate);
        if (store.Of(candidate.Mac).Count == 0) book.Forget(candidate.Mac);
    }

    private void Remove(LiveInterface one)
    {
        interfaces.Remove((one.Mac, one.Ip));
        if (one.Device is { } device) device.Interfaces.Remove(one);
        else Candidates--;
        Changes.Interfaces.Remove(one);
        Changes.InterfacesGone.Add(one.Number);
    }

    private void Forget(AddressTime time)
    {
        Changes.Times.Remove(time);
        Changes.TimesGone.Add(time.Number);
    }

    /// <summary>
    /// Nothing speaks for an interface any more. One known by its IP address only was the card that its facts went to: the device
    /// keeps its number. A card whose packets turned out to be others' stays as it is, without evidence.
    /// </summary>
    private void Empty(LiveInterface before, LiveInterface? now, Facts last)
    {
        if (before.Device is not { } device)
        {
            Remove(before);
            return;
        }
        if (now is null || !before.Mac.IsNone || now.Mac.IsNone) return;
        string reason = $"{now.Mac} has {before.Ip}, as {(bindingProtocol ?? "a frame")} says; until then only the address was visible";
        // The register may have the card as another device: that one is it, and takes what was known by address.
        if (now.Device is null && Awaiting(now.Mac) is { } awaiting && awaiting != device) Promote(now);
        if (now.Device is null)
        {
            Candidates--;
            Follow(before, now);
            now.Device = device;
            now.IsPinned = before.IsPinned;
            device.Interfaces.Add(now);
            Tell(device, last.Last, LedgerActions.MacLearned, "mac", before.Ip.ToString(), now.Mac.ToString(), reason);
            Remove(before);
            Touch(now);
            Weigh(now);
        }
        else if (now.Device != device && device.Interfaces.Count == 1 && !before.IsPinned)
        {
            LiveDevice into = now.Device;
            Follow(before, now);
            Remove(before);
            Merge(into, device, null, last.Last, LedgerActions.MacLearned, reason, Numbers.NextEvent);
        }
        else if (now.Device == device)
        {
            Follow(before, now);
            Remove(before);
        }
    }

    /// <summary>Makes a device of a candidate, or finds the one that the register has for it.</summary>
    private void Promote(LiveInterface one)
    {
        LiveDevice? awaiting = Awaiting(one.Mac);
        if (awaiting is null && devices.Count >= limits.Devices) return;
        LiveDevice device = awaiting ?? NewDevice();
        one.Device = device;
        device.Interfaces.Add(one);
        Candidates--;
        Touch(one);
        Tell(device, one.First, LedgerActions.Found, null, null, one.ToString(), awaiting is null ? null : $"the register names {one.Mac}");
        Weigh(one);
    }

    /// <summary>Notes that facts had their address now.</summary>
    private void Keep(Facts facts, CaptureTime at)
    {
        if (facts.Ip.IsNone || !placed.ContainsKey(facts)) return;
        if (times.TryGetValue(facts, out AddressTime? time))
        {
            if (!time.IsOver)
            {
                if (at > time.Last) time.Last = at;
                Changes.Times.Add(time);
                return;
            }
            // A report of what was said before the address moved on says nothing of the time since.
            if (at <= time.Last) return;
            Past(time);
        }
        time = new AddressTime { Number = Numbers.NextTime++, Facts = facts, First = at, Last = at };
        times[facts] = time;
        Changes.Times.Add(time);
    }

    private void Past(AddressTime time)
    {
        if (!pastTimes.TryGetValue(time.Facts, out List<AddressTime>? past)) pastTimes[time.Facts] = past = [];
        past.Add(time);
        Changes.Times.Add(time);
        if (past.Count <= PastKept) return;
        Forget(past[0]);
        past.RemoveAt(0);
    }

    private void Leased(Facts facts)
    {
        if (times.TryGetValue(facts, out AddressTime? time)) time.Assignment = "dhcp";
    }

    private void Tell(LiveDevice device, CaptureTime at, string action, string? field, string? before, string? after, string? reason) =>
        Tell(Numbers.NextEvent, device.Number, at, null, action, field, before, after, reason);

    private void Tell(long operation, long device, CaptureTime at, string? who, string action, string? field, string? before, string? after, string? reason)
    {
        Changes.Events.Add(new LedgerEvent(Numbers.NextEvent, operation, device, at, who, action, field, before, after, reason));
        Numbers.NextEvent++;
    }
}
