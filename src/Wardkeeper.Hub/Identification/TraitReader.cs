using System.Globalization;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Identification;

/// <summary>One thing that a device shows.</summary>
/// <param name="Reading">What was seen, and what it means.</param>
/// <param name="Claim">The claim that says so, or null.</param>
internal readonly record struct ShownTrait(TraitReading Reading, ClaimTally? Claim)
{
    public Trait Trait => Reading.Trait;

    /// <summary>As it was seen.</summary>
    public string Value => Reading.Value;
}

/// <summary>Reads what a device shows out of claims, services and addresses; bounded, whatever it claims to be.</summary>
/// <param name="knowledge">What is known of values.</param>
/// <param name="before">What the device showed before, in the same order, as read with the same knowledge; what did not change is not read again.</param>
internal ref struct TraitReader(KnowledgeBase knowledge, ReadOnlySpan<ShownTrait> before)
{
    /// <summary>Values of one kind that are looked at: who shows more is nobody in particular.</summary>
    public const int MostOfKind = 48;

    private readonly ReadOnlySpan<ShownTrait> before = before;
    private int next;

    public List<ShownTrait> Read(IReadOnlyList<ClaimTally> claims, IReadOnlyList<ServiceTally> offers, IReadOnlyList<ServiceTally> uses, bool isRouter)
    {
        List<ShownTrait> shown = new(Math.Max(before.Length + 2, claims.Count + (3 * (offers.Count + uses.Count)) + 2));
        ClaimKind kind = default;
        string? last = null;
        int ofKind = 0;
        for (int i = 0; i < claims.Count; i++)
        {
            ClaimTally claim = claims[i];
            ofKind = i > 0 && claim.Kind == kind ? ofKind + 1 : 0;
            // The same value by another protocol shows nothing new here.
            bool isNew = ofKind == 0 || last != claim.Value;
            (kind, last) = (claim.Kind, claim.Value);
            if (isNew && ofKind < MostOfKind && TraitOf(claim) is { } trait) shown.Add(new ShownTrait(Take(trait, claim.Value), claim));
        }
        if (isRouter) shown.Add(new ShownTrait(Take(Trait.Role, "router"), null));
        Services(offers, Trait.Offers, shown);
        Services(uses, Trait.Uses, shown);
        return shown;
    }

    /// <summary>The next value: the one that stood here before, or what knowledge says of it.</summary>
    public TraitReading Take(Trait trait, string value) => Again(trait, value) ?? knowledge.Read(trait, value);

    private TraitReading? Again(Trait trait, ReadOnlySpan<char> value)
    {
        if (next >= before.Length || before[next].Trait != trait || !value.SequenceEqual(before[next].Value)) return null;
        return before[next++].Reading;
    }

    private void Services(IReadOnlyList<ServiceTally> services, Trait trait, List<ShownTrait> shown)
    {
        for (int i = 0; i < services.Count && i < MostOfKind; i++)
        {
            ServiceTally service = services[i];
            shown.Add(new ShownTrait(Take(trait, PortText.Of(service.Carrier, service.Port)), null));
            if (service.Protocol is { } names)
            {
                foreach (Range name in names.AsSpan().Split(','))
                {
                    ReadOnlySpan<char> one = names.AsSpan(name);
                    shown.Add(new ShownTrait(Again(trait, one) ?? knowledge.Read(trait, one), null));
                }
            }
            if (trait == Trait.Offers && service.Banner is { } banner) shown.Add(new ShownTrait(Take(Trait.Says, banner), null));
        }
    }

    public static Trait? TraitOf(ClaimTally claim) => claim.Kind switch
    {
        ClaimKind.HostName or ClaimKind.FriendlyName => Trait.Named,
        ClaimKind.AeTitle or ClaimKind.CalledAeTitle => Trait.AeTitle,
        ClaimKind.ImplementationUid => Trait.ImplementationUid,
        ClaimKind.ImplementationVersion => Trait.ImplementationVersion,
        ClaimKind.DicomProposal => Trait.Association,
        ClaimKind.SopClass => Trait.SopClass,
        ClaimKind.Modality => Trait.Modality,
        ClaimKind.HlApplication or ClaimKind.HlFacility => Trait.Application,
        ClaimKind.HlMessageType => Trait.Message,
        ClaimKind.DhcpParameterList => Trait.DhcpOrder,
        ClaimKind.DhcpVendorClass => Trait.DhcpClass,
        ClaimKind.Ja3 => Trait.Ja3,
        ClaimKind.Ja4 => Trait.Ja4,
        ClaimKind.TcpStack => Trait.Stack,
        ClaimKind.UserAgent => Trait.Agent,
        ClaimKind.Certificate => Trait.Certificate,
        ClaimKind.AnnouncedService => Trait.Announces,
        ClaimKind.SnmpObjectId => Trait.ObjectId,
        ClaimKind.Description or ClaimKind.Software or ClaimKind.Firmware => Trait.Says,
        ClaimKind.OperatingSystem => Trait.System,
        ClaimKind.Model => Trait.Model,
        ClaimKind.Role => Trait.Role,
        ClaimKind.AskedName => Trait.Asks,
        ClaimKind.Vendor => Trait.Maker,
        ClaimKind.Type => Trait.Type,
        _ => null,
    };
}

/// <summary>Ports as knowledge names them: <c>tcp/2081</c>. Those that are met often are made once.</summary>
internal static class PortText
{
    private static readonly string?[] Tcp = new string?[65_536], Udp = new string?[65_536];

    public static string Of(Carrier carrier, ushort port)
    {
        string?[] known = carrier == Carrier.Udp ? Udp : Tcp;
        return known[port] ??= string.Create(CultureInfo.InvariantCulture, $"{(carrier == Carrier.Udp ? "udp" : "tcp")}/{port}");
    }
}
