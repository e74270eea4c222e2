using System.Globalization;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Identification;

/// <summary>One thing that a device shows.</summary>
/// <param name="Trait">What it is.</param>
/// <param name="Value">As it was seen.</param>
/// <param name="Claim">The claim that says so, or null.</param>
internal readonly record struct ShownTrait(Trait Trait, string Value, ClaimTally? Claim);

/// <summary>Reads what a device shows out of claims, services and addresses; bounded, whatever it claims to be.</summary>
internal static class TraitReader
{
    /// <summary>Values of one kind that are looked at: who shows more is nobody in particular.</summary>
    public const int MostOfKind = 48;

    public static List<ShownTrait> Read(IReadOnlyList<ClaimTally> claims, IReadOnlyList<ServiceTally> offers, IReadOnlyList<ServiceTally> uses, bool isRouter)
    {
        List<ShownTrait> shown = new(claims.Count + 16);
        ClaimKind kind = default;
        int ofKind = 0;
        for (int i = 0; i < claims.Count; i++)
        {
            ClaimTally claim = claims[i];
            ofKind = i > 0 && claim.Kind == kind ? ofKind + 1 : 0;
            kind = claim.Kind;
            // The same value by another protocol shows nothing new here.
            if (ofKind >= MostOfKind || TraitOf(claim) is not { } trait || (ofKind > 0 && claims[i - 1].Value == claim.Value)) continue;
            shown.Add(new ShownTrait(trait, claim.Value, claim));
        }
        if (isRouter) shown.Add(new ShownTrait(Trait.Role, "router", null));
        Services(offers, Trait.Offers, shown);
        Services(uses, Trait.Uses, shown);
        return shown;
    }

    private static void Services(IReadOnlyList<ServiceTally> services, Trait trait, List<ShownTrait> shown)
    {
        for (int i = 0; i < services.Count && i < MostOfKind; i++)
        {
            ServiceTally service = services[i];
            shown.Add(new ShownTrait(trait, PortText.Of(service.Carrier, service.Port), null));
            foreach (string name in service.Protocol?.Split(',') ?? []) shown.Add(new ShownTrait(trait, name, null));
            if (trait == Trait.Offers && service.Banner is { } banner) shown.Add(new ShownTrait(Trait.Says, banner, null));
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
