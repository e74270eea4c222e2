using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// A device's certificate or key that is in two hands: used from two addresses in turn within ten minutes, one key under the certificates of
/// two devices, or a certificate used from the address of another device of the ledger. Silent when both addresses belong to one device of
/// the ledger, when a device got another address and stays there, and when a device renews its certificate with the key it has.
/// </summary>
internal sealed class IdentityCopied : IDetector, IDetector<TrustEvent>
{
    private const int Remembered = 8192;
    private static readonly TimeSpan InTurn = TimeSpan.FromMinutes(10);
    /// <summary>One identity is used at two places at a time; admission raises it too.</summary>
    internal static readonly FindingType Places = new("identity-at-two-places", Severity.High, Duty.InformationDepartment, "T1649");
    private static readonly FindingType Key = new("key-of-two-devices", Severity.High, Duty.InformationDepartment, "T1649");
    private static readonly FindingType Other = new("certificate-at-other-device", Severity.High, Duty.InformationDepartment, "T1649");
    private readonly RecentState<string, Seen> places = new(Remembered);
    private readonly RecentState<string, Owner> keys = new(Remembered);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("identity-copied", Places, Key, Other);

    /// <inheritdoc/>
    public void Inspect(TrustEvent seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Kind != TrustEventKind.Presented) return;
        InspectPlace(seen, known, findings);
        InspectKey(seen, known, findings);
        InspectDevice(seen, known, findings);
    }

    /// <summary>A device that moves leaves its old address; only when that one is used again meanwhile are there two.</summary>
    private void InspectPlace(TrustEvent seen, in Knowledge known, IFindingSink findings)
    {
        Seen place = places.Of(seen.Identity.ToString());
        string address = seen.Address.ToString();
        if (place.Address == address)
        {
            place.At = seen.At;
            return;
        }
        (string before, CaptureTime beforeAt, string earlier) = (place.Address, place.At, place.Earlier);
        (CaptureTime earlierAt, place.EarlierAt) = (place.EarlierAt, place.At);
        (place.Address, place.At, place.Earlier) = (address, seen.At, before);
        if (earlier != address || seen.At.Since(earlierAt) > InTurn || !Address.TryParse(before, out Address between)) return;
        Party one = known.Party(Subject.Of(default, seen.Address)), two = known.Party(Subject.Of(default, between));
        if (one.Device is { } device && device.Id == two.Device?.Id) return;
        // Which of the two is the rightful one nobody can tell here: the lower address leads, so that both orders are one finding.
        (Party first, Party second) = seen.Address < between ? (one, two) : (two, one);
        Raise(Places, seen, first, second, [seen.Identity.Serial, first.Address, second.Address], [new Fact("other-address", before), new Fact("seconds-between", FlowFacts.Number((long)seen.At.Since(beforeAt).TotalSeconds))], findings);
    }

    private void InspectKey(TrustEvent seen, in Knowledge known, IFindingSink findings)
    {
        Owner owner = keys.Of(seen.KeyHash);
        if (owner.Certificate.Length == 0) (owner.Certificate, owner.Device) = (seen.Identity.ToString(), seen.Device);
        if (owner.Certificate == seen.Identity.ToString() || (owner.Device == seen.Device && seen.Device != 0)) return;
        Raise(Key, seen, known.Party(Subject.Of(default, seen.Address)), null, [seen.Identity.Serial, owner.Certificate], [new Fact("other-certificate", owner.Certificate), new Fact("key-hash", seen.KeyHash)], findings);
    }

    private static void InspectDevice(TrustEvent seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Device == 0 || known.Devices.Of(Subject.Of(default, seen.Address)) is not { } there || there.Id == seen.Device) return;
        string own = Ledger.Live.LiveDevice.NameOf(seen.Device);
        Raise(Other, seen, known.Party(Subject.Of(default, seen.Address)), null, [seen.Identity.Serial, own, there.Shown], [new Fact("device-of-certificate", own), new Fact("device-at-address", there.Shown)], findings);
    }

    private static void Raise(FindingType type, TrustEvent seen, Party subject, Party? peer, string[] arguments, Fact[] facts, IFindingSink findings) => findings.Raise(new Sighting
    {
        Type = type,
        Subject = subject,
        Peer = peer,
        Discriminator = seen.Identity.ToString(),
        Confidence = 0.9,
        Arguments = arguments,
        Facts = [new Fact("certificate", seen.Identity.ToString()), .. facts],
        Evidence = new Evidence(seen.At, Log: "trust"),
    });

    /// <summary>Where an identity was used, and where before.</summary>
    internal sealed class Seen
    {
        /// <summary>Latest address; empty before the first.</summary>
        public string Address { get; set; } = "";

        /// <summary>When it was used there last.</summary>
        public CaptureTime At { get; set; }

        /// <summary>The address before; empty when there was none.</summary>
        public string Earlier { get; set; } = "";

        /// <summary>When it was used there last.</summary>
        public CaptureTime EarlierAt { get; set; }
    }

    /// <summary>Whose a key is.</summary>
    internal sealed class Owner
    {
        /// <summary>The certificate that showed it first; empty before.</summary>
        public string Certificate { get; set; } = "";

        /// <summary>Its device; 0 when none of the ledger.</summary>
        public long Device { get; set; }
    }
}
