using System.Runtime.InteropServices;
using Wardkeeper.Hub.Identification;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger;

/// <summary>
/// Decides a device's values over the claims about it: its identity by all evidence (<see cref="Identifier"/>), its names by trust in
/// the source; among equals the more frequent value wins, then the later one.
/// </summary>
internal static class DeviceDecision
{
    /// <summary>Makes the device of one owner's facts.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="macs">Its hardware addresses, in order. The facts may carry others: a router's, which passed its packets on.</param>
    /// <param name="group">Everything observed of it.</param>
    /// <param name="bound">Addresses that a protocol said are its own.</param>
    /// <param name="isRouter">Whether it passes on other machines' packets.</param>
    /// <param name="knowledge">What is known of devices; null for what is in force.</param>
    /// <param name="alike">What persons said of others with a fingerprint; null when nobody did.</param>
    /// <param name="before">What its identity was before, or null; it saves work and changes nothing.</param>
    public static Device Of(long number, MacAddress[] macs, List<Facts> group, IEnumerable<Address> bound, bool isRouter, KnowledgeBase? knowledge = null, Func<string, IEnumerable<AlikeValue>>? alike = null, Identity? before = null)
    {
        List<ClaimTally> claims = Collect(group);
        // Who takes in objects may hand on what others made.
        if (claims.Exists(static claim => claim is { Kind: ClaimKind.Role, Value: "dicom-storage-scp" })) claims.RemoveAll(static claim => Claim.IsOfSentObject(claim.Origin));
        foreach (MacAddress mac in macs) AddHolder(claims, mac, mac.ToString());
        foreach (Facts facts in group)
        {
            if (facts.Ip.IsRadio) AddHolder(claims, facts.Ip.RadioCard, facts.Ip.ToString());
        }
        ServiceTally[] offers = Services(group, static facts => facts.Offered), uses = Services(group, static facts => facts.Used);
        Identity identity = Identifier.Of(claims, offers, uses, isRouter, knowledge ?? KnowledgeBase.InForce, alike, before);
        return new Device
        {
            Id = $"D-{number}",
            Macs = macs,
            Ips = Addresses(group, bound),
            Vlans = Vlans(macs, group),
            Vendor = identity.Of(IdentityField.Vendor)?.Value,
            Model = identity.Of(IdentityField.Model)?.Value,
            Type = identity.Of(IdentityField.Type)?.Value,
            Category = identity.Category,
            Name = NameOf(claims),
            OperatingSystem = identity.Of(IdentityField.OperatingSystem)?.Value,
            Identity = identity,
            HostNames = Values(claims, ClaimKind.HostName),
            AeTitles = Values(claims, ClaimKind.AeTitle, ClaimKind.CalledAeTitle),
            Implementations = Values(claims, ClaimKind.ImplementationUid, ClaimKind.ImplementationVersion),
            HlApplications = Values(claims, ClaimKind.HlApplication, ClaimKind.HlFacility),
            Roles = Values(claims, ClaimKind.Role),
            Notes = Notes(macs, isRouter, group.Exists(facts => !facts.Mac.IsNone), group[0].Ip),
            Offers = offers,
            Uses = uses,
            FirstSeen = group.Min(facts => facts.First),
            LastSeen = group.Max(facts => facts.Last),
            BytesSent = group.Sum(facts => facts.Bytes),
            Claims = claims,
        };
    }

    /// <summary>States who holds the prefix of a card, which the first eight characters of the text show.</summary>
    private static void AddHolder(List<ClaimTally> claims, MacAddress card, string text)
    {
        if (MacPrefixes.VendorOf(card) is { } vendor) claims.Add(new ClaimTally { Kind = ClaimKind.Vendor, Value = vendor, Source = "mac-prefix", Origin = text[..8], Count = 1 });
    }

    private static Address[] Addresses(List<Facts> group, IEnumerable<Address> bound)
    {
        HashSet<Address> addresses = [.. bound];
        foreach (Facts facts in group)
        {
            if (facts.HoldsAddress) addresses.Add(facts.Ip);
        }
        Address[] sorted = [.. addresses];
        Array.Sort(sorted, static (left, right) => left.IsV4 == right.IsV4 ? left.CompareTo(right) : left.IsV4 ? -1 : 1);
        return sorted;
    }

    /// <summary>The VLANs of its own frames. What came through a router bears the tag of the router's side.</summary>
    private static long[] Vlans(MacAddress[] macs, List<Facts> group)
    {
        SortedSet<long>? vlans = null;
        foreach (Facts facts in group)
        {
            if (facts.Vlan != 0 && (facts.Mac.IsNone ? macs.Length == 0 : macs.Contains(facts.Mac))) (vlans ??= []).Add(facts.Vlan);
        }
        return vlans is null ? [] : [.. vlans];
    }

    /// <summary>Every claim once, by kind and first packet. Most devices have one pair of addresses and nothing to join.</summary>
    private static List<ClaimTally> Collect(List<Facts> group)
    {
        List<ClaimTally> claims = group.Count == 1 ? [.. group[0].Claims] : Joined(group);
        claims.Sort(static (left, right) =>
        {
            // As numbers: comparing members of an enumeration makes an object of each.
            int order = ((int)left.Kind).CompareTo((int)right.Kind);
            if (order == 0) order = left.Packet.CompareTo(right.Packet);
            if (order == 0) order = string.CompareOrdinal(left.Value, right.Value);
            if (order == 0) order = string.CompareOrdinal(left.Origin, right.Origin);
            return order != 0 ? order : string.CompareOrdinal(left.Source, right.Source);
        });
        return claims;
    }

    private static List<ClaimTally> Joined(List<Facts> group)
    {
        Dictionary<ClaimTally, ClaimTally> joined = new(SameStatement.Instance);
        foreach (Facts facts in group)
        {
            foreach (ClaimTally claim in facts.Claims)
            {
                ref ClaimTally? known = ref CollectionsMarshal.GetValueRefOrAddDefault(joined, claim, out _);
                if (known is null)
                {
                    known = claim.Copy();
                    continue;
                }
                known.Count += claim.Count;
                if (claim.Last > known.Last) known.Last = claim.Last;
            }
        }
        return [.. joined.Values];
    }

    private static ClaimTally? Best(List<ClaimTally> claims, ClaimKind kind)
    {
        ClaimTally? best = null;
        foreach (ClaimTally claim in claims)
        {
            if (claim.Kind == kind && (best is null || Compare(claim, best) > 0)) best = claim;
        }
        return best;
    }

    /// <summary>Trust in the source, then how often it was said, then how lately.</summary>
    internal static int Compare(ClaimTally left, ClaimTally right)
    {
        int order = SourceTrust.In(left.Source).CompareTo(SourceTrust.In(right.Source));
        if (order == 0) order = left.Count.CompareTo(right.Count);
        if (order == 0) order = left.Last.CompareTo(right.Last);
        return order != 0 ? order : string.CompareOrdinal(right.Value, left.Value);
    }

    /// <summary>The name people know it by, else what it calls itself among computers, else what others call it; short enough to show, and without marks that turn the writing around it. The claims keep every character.</summary>
    private static string? NameOf(List<ClaimTally> claims)
    {
        foreach (ClaimKind kind in (ReadOnlySpan<ClaimKind>)[ClaimKind.FriendlyName, ClaimKind.HostName, ClaimKind.AeTitle, ClaimKind.CalledAeTitle])
        {
            if (Best(claims, kind) is { } name) return Likeness.Clean(name.Value);
        }
        // An HL7 application may carry the device's EUI-64 after its name.
        return Best(claims, ClaimKind.HlApplication)?.Value.Split('^')[0] is { Length: > 0 } application ? Likeness.Clean(application) : null;
    }

    private static string[] Values(List<ClaimTally> claims, ClaimKind kind, ClaimKind orKind = (ClaimKind)(-1))
    {
        SortedSet<string>? values = null;
        foreach (ClaimTally claim in claims)
        {
            if (claim.Kind == kind || claim.Kind == orKind) (values ??= new SortedSet<string>(StringComparer.Ordinal)).Add(claim.Value);
        }
        return values is null ? [] : [.. values];
    }

    private static ServiceTally[] Services(List<Facts> group, Func<Facts, IReadOnlyCollection<ServiceTally>> which)
    {
        ServiceTally[] services = group.Count == 1 ? [.. which(group[0])] : Merged(group, which);
        Array.Sort(services, static (left, right) => left.Port == right.Port ? ((int)left.Carrier).CompareTo((int)right.Carrier) : left.Port.CompareTo(right.Port));
        return services;
    }

    private static ServiceTally[] Merged(List<Facts> group, Func<Facts, IReadOnlyCollection<ServiceTally>> which)
    {
        Dictionary<(int Carrier, ushort Port), List<ServiceTally>> same = [];
        foreach (Facts facts in group)
        {
            foreach (ServiceTally tally in which(facts))
            {
                ref List<ServiceTally>? known = ref CollectionsMarshal.GetValueRefOrAddDefault(same, ((int)tally.Carrier, tally.Port), out _);
                (known ??= new List<ServiceTally>(1)).Add(tally);
            }
        }
        ServiceTally[] merged = new ServiceTally[same.Count];
        int at = 0;
        foreach (List<ServiceTally> all in same.Values) merged[at++] = Merged(all);
        return merged;
    }

    private static ServiceTally Merged(List<ServiceTally> all)
    {
        // What is seen here says all of a service; what a capture said of it counts as long as nothing is.
        if (all.Exists(static tally => tally.Source is null)) all.RemoveAll(static tally => tally.Source is not null);
        return new ServiceTally
        {
            Carrier = all[0].Carrier,
            Port = all[0].Port,
            Uid = all[0].Uid,
            Source = all[0].Source,
            Flows = all.Sum(static tally => tally.Flows),
            Banner = all.Find(static tally => tally.Banner is not null)?.Banner,
            Protocol = all is [{ Protocol: { } only }] && !only.Contains(',') ? only : Join(all.Select(static tally => tally.Protocol)),
        };
    }

    private static string? Join(IEnumerable<string?> protocols)
    {
        string[] names = [.. protocols.OfType<string>().SelectMany(names => names.Split(',')).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return names.Length == 0 ? null : string.Join(',', names);
    }

    private static List<string> Notes(MacAddress[] macs, bool isRouter, bool cameThroughCard, Address ip)
    {
        List<string> notes = [];
        if (isRouter) notes.Add("router");
        if (macs.Length == 0) notes.Add(Facts.NoteWithoutCard(ip, cameThroughCard));
        if (macs.Any(MacPrefixes.IsVirtual)) notes.Add("virtual-mac");
        if (macs.Any(mac => mac.IsLocal && !MacPrefixes.IsVirtual(mac))) notes.Add("randomised-mac");
        return notes;
    }

    /// <summary>Claims that state the same of an attribute, in the same place of the same protocol.</summary>
    private sealed class SameStatement : IEqualityComparer<ClaimTally>
    {
        public static SameStatement Instance { get; } = new();

        public bool Equals(ClaimTally? left, ClaimTally? right) =>
            left!.Kind == right!.Kind && left.Value == right.Value && left.Source == right.Source && left.Origin == right.Origin;

        // Hardly any value is stated of several attributes.
        public int GetHashCode(ClaimTally claim) => string.GetHashCode(claim.Value) ^ (int)claim.Kind;
    }
}
