using System.Net;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Response;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Admission;

/// <summary>Facts of a pump that belongs where it is, to be changed by each test.</summary>
internal static class Asking
{
    public const string Mac = "00:1b:21:00:00:0a";

    public static readonly CaptureTime Now = CaptureTime.FromDate(new DateTimeOffset(2026, 11, 30, 10, 0, 0, TimeSpan.Zero));

    public static readonly AdmissionRequest Request = new(Now, AdmissionMethod.MacAuthentication, Mac, Mac, null, IPAddress.Parse("10.9.0.1"), "sw1", "Gi1/0/7", null, null);

    public static readonly AdmissionSegment Ward = new("ward", SegmentMode.Enforce, FailSafe.KnownStay, ["10.9.0.0/16"], [], [], "20", "666", "30", null, TimeSpan.FromHours(1));

    public static readonly KnownDevice Pump = new(7, "Pump 7", "infusion-pump", "infusion", "ICU", "deployed", null, null, [Card(Mac)], true, Ago(60 * 24 * 30));

    public static readonly KnownDevice Kiosk = Pump with { Name = "Kiosk 3", Type = "registration-kiosk", Category = "kiosk", Department = "Lobby" };

    public static readonly KnownDevice Scanner = Pump with { Name = "CT 1", Type = "ct-scanner", Category = "imaging", Department = "Radiology" };

    public static readonly TrustedIdentity Chip = new(1, 7, IdentityGrade.ChipCertificate, "aa", "01", "CN=pump-7", "SN-7", "ff", Ago(60 * 24), new CaptureTime(Now.Nanoseconds + (86_400 * CaptureTime.PerSecond)));

    public static readonly PresentedCertificate Shown = new("01", "/CN=ca", "/CN=pump-7", "aa");

    /// <summary>Nothing hangs on it.</summary>
    public static readonly CareSituation NoConsequence = CareSituation.Of(FailureConsequence.None, false, false, null, true, false);

    /// <summary>A patient hangs on it.</summary>
    public static readonly CareSituation LifeSupport = CareSituation.Of(FailureConsequence.DeathOrSeriousInjury, true, true, 0, true, true);

    public static readonly FingerprintMatch Good = new(95, [new TraitMatch("tcp-ttl", "64", "64", 20, true), new TraitMatch("tcp-options", "2,4", "2,4", 20, true)]);

    public static readonly FingerprintMatch Broken = new(10, [new TraitMatch("tcp-ttl", "64", "128", 30, false), new TraitMatch("dhcp-class", "x", "x", 4, true)]);

    /// <summary>A pump of the ledger that is where it always was, by its address alone, and behaves like itself; nothing hangs on it.</summary>
    public static AdmissionFacts Facts() => new(Request, Ward, Settled(), Pump, null, null, false, Good, [], NoConsequence, null, false, new AdmissionPolicy([Ward], [], [], TimeZoneInfo.Utc));

    public static Plug Settled(string? usual = null)
    {
        string place = PlugBook.PlaceOf(Request);
        PlugPlace[] places = usual is null ? [new PlugPlace(place, Ago(60 * 24 * 20), Now)] : [new PlugPlace(place, Now, Now), new PlugPlace(usual, Ago(60 * 24 * 20), Ago(5))];
        return new Plug(Mac, place, Ago(30), Ago(60 * 24 * 20), Now, places, true);
    }

    public static CaptureTime Ago(int minutes) => new(Now.Nanoseconds - (minutes * 60L * CaptureTime.PerSecond));

    public static MacAddress Card(string mac) => new(Convert.ToUInt64(mac.Replace(":", "", StringComparison.Ordinal), 16));

    public static AdmissionFacts With(this AdmissionFacts facts, params AdmissionRule[] rules) => facts with { Policy = new AdmissionPolicy(facts.Policy.Segments, rules, [], TimeZoneInfo.Utc) };

    public static AdmissionRule Rule(params string[] types) => new(1, types, [], [], [], [], null, null, null, null, null, "");
}
