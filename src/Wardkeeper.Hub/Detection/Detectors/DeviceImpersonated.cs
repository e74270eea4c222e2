using System.Collections.Frozen;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Another machine behind a known hardware address. What a card's machine shows is learnt for an hour of capture or more: time to live, TCP options and window, order, layout and
/// class of DHCP, names, TLS and SSH clients, user agents, name server questions, time servers, peers, services, and protocols by which it speaks to everybody. What
/// a machine cannot change by an update (time to live, TCP options, order, layout or class of DHCP, its name, being in two places at once) must differ, and three
/// traits in all within ten minutes, one of them in behaviour or two of different protocols that it cannot change; five with three in behaviour do as well. Silent on reconnects, reboots, address changes and updates, on what changes
/// when a card moved to another switch port, on guests that share the card of a computer and have addresses of their own while it goes on at its own (a medical device or a kiosk houses none), on a machine that boots from the network, on routers and others whose frames are not their own (many addresses while the card is learnt, or conversations both ways in several networks; addresses that are only taken later exempt nobody), and on cards that many machines use in turns (docking
/// stations) once they have been seen.
/// </summary>
internal sealed class DeviceImpersonated : IDetector, IDetector<Observation>, IDetector<TransactionRow>, IDetector<FlowRecord>, IDetector<LedgerReview>, ICardTraits
{
    private const int Kept = 8192, Needed = 3, NeededSoft = 5, SoftBehaviour = 3;
    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(10), Settled = TimeSpan.FromHours(1), Patience = TimeSpan.FromMinutes(5), Day = TimeSpan.FromDays(1);
    private static readonly FindingType Type = new("device-impersonated", Severity.Low, Duty.InformationDepartment, "T1200");

    /// <summary>Traits that an update does not change, with the protocol family that shows them.</summary>
    private static readonly FrozenDictionary<string, string> Hard = new Dictionary<string, string>
    {
        ["tcp-ttl"] = "tcp",
        ["tcp-options"] = "tcp",
        ["dhcp-order"] = "dhcp",
        ["dhcp-class"] = "dhcp",
        ["host-name"] = "name",
        ["two-places"] = "place",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Traits of behaviour that many machines never show: where there was none, that is how it was.</summary>
    private static readonly FrozenSet<string> Absent = FrozenSet.ToFrozenSet(["refused-connections", "group-protocols", "service-closed"], StringComparer.Ordinal);

    /// <summary>Traits of behaviour of which many values are usual: so many new ones at once are a difference.</summary>
    private static readonly FrozenDictionary<string, int> Behaviour = new Dictionary<string, int>
    {
        ["local-peers"] = 3,
        ["refused-connections"] = 3,
        ["asked-domains"] = 3,
        ["group-protocols"] = 1,
        ["service-closed"] = 1,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Weighty = FrozenSet.ToFrozenSet(["clinical", "imaging", "laboratory", "infusion", "monitoring", "dialysis", "surgery", "kiosk", "building"], StringComparer.Ordinal);

    /// <summary>Traits that are kept for others to compare (see <see cref="ICardTraits"/>) and that this detector does not judge by.</summary>
    private static readonly FrozenSet<string> Untold = FrozenSet.ToFrozenSet(["vlan", "switch-port", "offers", "tls-client-ja3", "dicom-implementation", "dicom-title", "hl7-sender"], StringComparer.Ordinal);

    // Admission asks for what cards showed while the detector learns more of it: whoever touches a card's habits holds this.
    private readonly RecentState<MacAddress, CardHabits> machines = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("device-impersonated", Type) { Logs = ["dhcp", "ssh"] };

    /// <inheritdoc/>
    public void Inspect(Observation seen, in Knowledge known, IFindingSink findings)
    {
        if (seen is not Claim claim || claim.Subject.Mac.IsNone || claim.Subject.Mac.IsGroup) return;
        if (!claim.Subject.Ip.IsNone && !known.Local.Contains(claim.Subject.Ip) && !claim.Subject.Ip.IsLinkLocal) return;
        lock (machines) Learn(claim, known, findings);
    }

    /// <inheritdoc/>
    public CardTraits? Of(MacAddress mac)
    {
        lock (machines)
        {
            return machines.Find(mac) is not { First: { } first } habits ? null
                : new CardTraits(first, habits.IsRouter, [.. habits.Traits.SelectMany(trait => trait.Value.Select(value => new ShownTrait(trait.Key, value.Key, value.Value.First, value.Value.Last)))]);
        }
    }

    private void Learn(Claim claim, in Knowledge known, IFindingSink findings)
    {
        CardHabits habits = machines.Of(claim.Subject.Mac);
        habits.Uses(claim.Subject.Ip, claim.At, Lately, Settled);
        CaptureTime? guest = habits.GuestSince(claim.Subject.Ip, claim.At, Settled);
        bool isNew = claim.Kind switch
        {
            ClaimKind.TcpStack => Stack(habits, claim, guest),
            ClaimKind.Ja4 => habits.Shows("tls-client", claim.Value, claim.At, guestSince: guest),
            ClaimKind.Ja3 => habits.Shows("tls-client-ja3", claim.Value, claim.At) && false,
            ClaimKind.ImplementationUid when !Claim.IsOfSentObject(claim.Origin) => habits.Shows("dicom-implementation/ImplementationUid", claim.Value, claim.At) && false,
            ClaimKind.ImplementationVersion when !Claim.IsOfSentObject(claim.Origin) => habits.Shows("dicom-implementation/ImplementationVersion", claim.Value, claim.At) && false,
            ClaimKind.AeTitle when !Claim.IsOfSentObject(claim.Origin) => habits.Shows("dicom-title", claim.Value, claim.At) && false,
            ClaimKind.HlApplication when claim.Origin.StartsWith("MSH-3", StringComparison.Ordinal) => habits.Shows("hl7-sender", claim.Value, claim.At) && false,
            ClaimKind.UserAgent => habits.Shows("user-agent/" + claim.Protocol, claim.Value, claim.At, guestSince: guest),
            ClaimKind.HostName when claim.Protocol is "smb" or "ntlm" or "rdp" => habits.Shows("host-name/" + claim.Protocol, claim.Value.ToLowerInvariant(), claim.At, guestSince: guest),
            ClaimKind.AskedName => habits.Shows("asked-domains", Domain(claim.Value), claim.At, isSet: true, guestSince: guest),
            ClaimKind.GroupProtocol => habits.Shows("group-protocols", claim.Value, claim.At, isSet: true, guestSince: guest),
            ClaimKind.SwitchPort => habits.Shows("switch-port", claim.Value, claim.At),
            _ => false,
        };
        if (isNew || claim.At >= habits.JudgeAt) Judge(habits, claim.Subject, new Evidence(claim.At, claim.Uid, claim.Packet, claim.Protocol), known, findings);
    }

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        lock (machines) Learn(seen, known, findings);
    }

    private void Learn(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Log == "ssh")
        {
            if (seen.Flow is not { } flow || seen.Text("hassh"u8) is not { } hassh || flow.Client.Mac.IsNone || !known.Local.Contains(flow.Client.Ip)) return;
            CardHabits client = machines.Of(flow.Client.Mac);
            if (client.Shows("ssh-client", hassh, seen.At, guestSince: client.GuestSince(flow.Client.Ip, seen.At, Settled))) Judge(client, flow.Client, seen.Evidence(), known, findings);
            return;
        }
        if (seen.Text("mac"u8) is not { } text || !Register.RegisterValues.TryMac(text, out MacAddress mac) || seen.Texts("msg_types"u8) is not [{ } kind] || kind is not ("DISCOVER" or "REQUEST" or "INFORM")) return;
        string vendor = seen.Text("vendor_class"u8) ?? "";
        // What boots from the network is its card's firmware, not yet the machine.
        if (seen.Number("arch"u8) is not null || vendor.StartsWith("PXEClient", StringComparison.Ordinal) || vendor.StartsWith("HTTPClient", StringComparison.Ordinal)) return;
        CardHabits habits = machines.Of(mac);
        bool isNew = seen.Text("parameter_list"u8) is { } order && habits.Shows(kind == "INFORM" ? "dhcp-order/inform" : "dhcp-order", order, seen.At);
        isNew |= habits.Shows("dhcp-class", vendor.Length == 0 ? "none" : vendor, seen.At);
        isNew |= seen.Text("option_order"u8) is { } layout && habits.Shows("dhcp-layout/" + kind, Layout(layout), seen.At);
        // Some leave their name out while they only look for a server.
        isNew |= (seen.Text("host_name"u8) ?? (kind == "REQUEST" ? "none" : null)) is { } name && habits.Shows("host-name/dhcp", name.ToLowerInvariant(), seen.At);
        if (isNew) Judge(habits, Subject.Of(mac, default, seen.Flow?.Vlan ?? 0), seen.Evidence(), known, findings);
    }

    /// <inheritdoc/>
    public void Inspect(FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        lock (machines) Learn(seen, known, findings);
    }

    private void Learn(FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        FlowView view = seen.View;
        if (seen.OriginatorPackets > 0 && !view.OriginatorMac.IsNone && known.Local.Contains(view.OriginatorAddress)) Opens(seen, known, findings);
        if (seen.ResponderPackets == 0 || view.ResponderMac.IsNone || view.ResponderMac.IsGroup || view.Carrier != Carrier.Tcp || !known.Local.Contains(view.ResponderAddress)) return;
        CardHabits server = machines.Of(view.ResponderMac);
        server.Uses(view.ResponderAddress, seen.End(), Lately, Settled, seen.IsAnswered() ? known.NetworkOf(view.ResponderAddress) : null);
        string port = FlowFacts.Port(Carrier.Tcp, view.ResponderPort);
        if (seen.IsAnswered()) server.Shows("offers", port, view.Began, isSet: true);
        else if (seen.ConnState == "REJ" && server.Traits.TryGetValue("offers", out Dictionary<string, Spell>? offers) && offers.TryGetValue(port, out Spell? spell) && view.Began.Since(spell.First) >= Settled)
        {
            if (server.Shows("service-closed", port, view.Began, isSet: true)) Judge(server, view.Responder, seen.Evidence(), known, findings);
        }
    }

    /// <inheritdoc/>
    public void Inspect(LedgerReview seen, in Knowledge known, IFindingSink findings)
    {
        foreach (DeviceFacts device in known.Devices.All())
        {
            // What the ledger makes of it while another machine speaks in its name is not what it was.
            if (device.Subject.Mac.IsNone) continue;
            lock (machines)
            {
                if (machines.Find(device.Subject.Mac) is { } habits && IsOver(habits, seen.At)) habits.Category = device.Category;
            }
        }
    }

    private void Opens(FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        FlowView view = seen.View;
        CardHabits habits = machines.Of(view.OriginatorMac);
        habits.Uses(view.OriginatorAddress, seen.End(), Lately, Settled, view.Carrier == Carrier.Tcp && seen.IsAnswered() ? known.NetworkOf(view.OriginatorAddress) : null);
        CaptureTime? guest = habits.GuestSince(view.OriginatorAddress, seen.End(), Settled);
        bool isNew = false;
        if (view.Carrier == Carrier.Udp && view.ResponderPort == 123 && seen.ResponderPackets > 0) isNew = habits.Shows("time-server", view.ResponderAddress.ToString(), view.Began, guestSince: guest);
        else if (view.Carrier == Carrier.Tcp && known.Local.Contains(view.ResponderAddress))
        {
            isNew = habits.Shows("local-peers", view.ResponderAddress.ToString(), view.Began, isSet: true, guest);
            if (ScanOutcome.Of(seen) == TryOutcome.Failed) isNew |= habits.Shows("refused-connections", $"{view.ResponderAddress}:{view.ResponderPort}", view.Began, isSet: true, guest);
        }
        if (view.Vlan != 0) isNew |= habits.Shows("vlan", FlowFacts.Number(view.Vlan), seen.End());
        if (isNew || seen.End() >= habits.JudgeAt) Judge(habits, view.Originator, seen.Evidence(), known, findings);
    }

    /// <summary>The order of a message's options without those that depend on how far the lease is: address, server and time asked for.</summary>
    private static string Layout(string order) => string.Join(',', order.Split(',').Where(code => code is not ("50" or "51" or "54")));

    private static bool IsOver(CardHabits habits, CaptureTime now) => habits.ToldAt is not { } told || now.Since(told) > Day;

    private static bool Stack(CardHabits habits, Claim claim, CaptureTime? guest)
    {
        Span<Range> parts = stackalloc Range[6];
        ReadOnlySpan<char> value = claim.Value;
        if (value.Split(parts, ';') != 5) return false;
        bool isNew = habits.Shows("tcp-ttl/" + claim.Origin, Behind(value[parts[0]]), claim.At, guestSince: guest);
        isNew |= habits.Shows("tcp-window/" + claim.Origin, $"{value[parts[1]]};{value[parts[3]]}", claim.At, guestSince: guest);
        // An answer takes up the options that were offered: it is the peer's as much as the machine's.
        if (claim.Origin != "SYN") return false;
        isNew |= habits.Shows("tcp-options/SYN", Behind(value[parts[4]]), claim.At, guestSince: guest);
        if (!isNew && guest is null && habits.Places.TryGetValue(claim.Subject.Ip, out Spell? place) && claim.At.Since(place.First) >= Settled) habits.GoesOn = claim.At;
        return isNew;

        static string Behind(ReadOnlySpan<char> part) => part[(part.IndexOf('=') + 1)..].ToString();
    }

    private static void Judge(CardHabits habits, Subject subject, Evidence evidence, in Knowledge known, IFindingSink findings)
    {
        CaptureTime now = evidence.At;
        if (habits.IsRouter || habits.First is not { } first || now.Since(first) < Settled) return;
        if (IsOver(habits, now)) habits.Told = 0;
        if (now >= habits.JudgeAt) habits.JudgeAt = null;
        // With being in two places, so many traits must have a new value at least.
        if (HabitsNow.Fresh(habits, now, Lately) < Needed - 1) return;
        bool isInTwo = HabitsNow.IsInTwo(habits, "switch-port", now, Lately, Settled) || HabitsNow.IsInTwo(habits, "vlan", now, Lately, Settled);
        bool mayHouse = !isInTwo && !(habits.Category is { } category && Weighty.Contains(category));
        List<Comparison> traits = HabitsNow.Compare(habits, now, Lately, Settled, Behaviour, Absent, one => !mayHouse || !IsGuests(habits, one, now));
        // Whatever changes together with the switch port is a device that was moved, or another one.
        if (!isInTwo && traits.Exists(trait => trait is { Name: "switch-port", IsDifferent: true })) return;
        if (isInTwo) traits.Add(new Comparison("two-places", "one", "both", true));
        string[] different = [.. traits.Where(trait => trait.IsDifferent && !Untold.Contains(trait.Name)).Select(trait => trait.Name)];
        string[] families = [.. different.Where(Hard.ContainsKey).Select(name => Hard[name]).Distinct()];
        int behaviour = different.Count(Behaviour.ContainsKey);
        bool isAnother = (different.Length >= Needed && families.Length > 0 && (behaviour > 0 || families.Length > 1)) || (different.Length >= NeededSoft && behaviour >= SoftBehaviour);
        if (!isAnother || different.Length <= habits.Told) return;
        (habits.Told, habits.ToldAt) = (different.Length, now);
        Raise(habits, subject, traits, different.Length, families.Length, evidence, known, findings);
    }

    /// <summary>Whether what was seen is a guest's: the host has gone on since the guest came, or has still time to.</summary>
    private static bool IsGuests(CardHabits habits, Spell shown, CaptureTime now)
    {
        if (shown.GuestSince is not { } since) return false;
        if (habits.GoesOn > since) return true;
        if (now.Since(since) >= Patience) return false;
        habits.JudgeAt ??= since.Plus(Patience);
        return true;
    }

    private static void Raise(CardHabits habits, Subject subject, List<Comparison> traits, int different, int families, Evidence evidence, in Knowledge known, IFindingSink findings)
    {
        Subject who = subject.Ip.IsNone && habits.Addresses.Count > 0 ? subject with { Ip = habits.Addresses.MaxBy(one => one.Value.Nanoseconds).Key } : subject;
        DeviceFacts? device = known.Devices.Of(who);
        int compared = traits.Count(trait => !Untold.Contains(trait.Name));
        string category = habits.Category ?? device?.Category ?? "";
        findings.Raise(new Sighting
        {
            Type = Type,
            // The hardware address is what is claimed; the address may change with it.
            Subject = new Party(Subject.Of(subject.Mac, default, subject.Vlan), 0, device),
            Severity = Weighty.Contains(category) || device is { IsKnownToPeople: true } ? Severity.High : null,
            Confidence = Math.Min(0.97, 0.5 + (0.1 * families) + (0.06 * different)),
            Arguments = [device?.Shown ?? subject.Mac.ToString(), subject.Mac.ToString(), FlowFacts.Number(different), FlowFacts.Number(compared)],
            Facts =
            [
                new Fact("traits-different", $"{different} of {compared}", $"fewer than {Needed}"),
                .. traits.Where(trait => trait.IsDifferent || !Untold.Contains(trait.Name) || trait.Name is "vlan" or "switch-port").Select(trait => new Fact(trait.Name, trait.Seen, trait.Expected)),
                new Fact("known-since", Moment(habits.First!.Value)),
                .. who.Ip.IsNone ? (IEnumerable<Fact>)[] : [new Fact("address", who.Ip.ToString())],
            ],
            Evidence = evidence,
        });
    }

    private static string Moment(CaptureTime at) => DateTimeOffset.UnixEpoch.AddTicks(at.Nanoseconds / 100).ToString("yyyy-MM-dd HH:mm:ss 'UTC'", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The last two labels of a name: whose it is.</summary>
    private static string Domain(string name)
    {
        int last = name.LastIndexOf('.');
        int before = last > 0 ? name.LastIndexOf('.', last - 1) : -1;
        return before < 0 ? name : name[(before + 1)..];
    }
}
