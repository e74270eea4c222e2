using System.Globalization;
using Wardkeeper.Analyze;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Hub.Sites;
using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Tests.Analyze;

/// <summary>
/// The comparison of fingerprints over recorded machines: of each what one recording shows stands for what is known of its card, and another recording for what is seen since it was plugged in.
/// </summary>
public sealed class FingerprintCaptureTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public void Devices_that_were_set_up_again_are_themselves_and_another_kind_of_device_in_their_place_is_not()
    {
        Recorded[] all = [.. Recordings()];
        List<FingerprintMatch> own = [.. all.GroupBy(one => one.Label).SelectMany(device => device.Skip(1).Select(later => Compare(device.First(), later)))];
        Recorded[] first = [.. all.GroupBy(one => one.Label).Select(device => device.First())];
        List<FingerprintMatch> others = [.. first.SelectMany(known => first.Where(other => other.Label != known.Label && other.Vendor != known.Vendor).Select(other => Compare(known, other)))];
        int[] ownScores = [.. own.Select(match => match.Score).OfType<int>().Order()], otherScores = [.. others.Select(match => match.Score).OfType<int>().Order()];
        int broken = others.Count(FingerprintComparison.IsBroken);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"itself: {own.Count} pairs, {ownScores.Length} compared, lowest {ownScores[0]}, median {ownScores[ownScores.Length / 2]}, broken {own.Count(FingerprintComparison.IsBroken)}; another: {others.Count} pairs, {otherScores.Length} compared, median {otherScores[otherScores.Length / 2]}, highest {otherScores[^1]}, broken {broken}, good {others.Count(FingerprintComparison.IsGood)}"));
        Assert.True(ownScores.Length > 30 && otherScores.Length > 200, "too few recordings");
        Assert.DoesNotContain(own, FingerprintComparison.IsBroken);
        Assert.InRange(ownScores[ownScores.Length / 2], 90, 100);
        Assert.InRange(otherScores[otherScores.Length / 2], 0, 30);
        // Devices of different makers that share a system and show little else cannot be told apart.
        Assert.True(broken > otherScores.Length * 0.75, $"{broken} of {otherScores.Length}");
        Assert.True(others.Count(FingerprintComparison.IsGood) < otherScores.Length * 0.03);
    }

    [Fact]
    public void The_laptop_of_the_recorded_attack_in_a_kiosks_place_is_another_machine()
    {
        MacAddress kiosk = Mac("fc:aa:14:69:11:c2");
        CardTraits laptop = TraitsOf(kiosk, Path.Combine(SharedFiles.Project, "samples/attacks/hospital.pcap"))!;
        CardTraits another = TraitsOf(Mac(HospitalSample.Devices.Single(device => device.Ips.Contains("10.77.63.114")).Macs.Single()), HospitalSample.Capture)!;
        FingerprintMatch match = Compare(another, laptop);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"score {match.Score}: {string.Join("; ", match.Traits.Select(one => $"{one.Trait} {one.Agrees} {one.Expected} | {one.Seen}"))}"));
        Assert.True(FingerprintComparison.IsBroken(match));
        Assert.InRange(match.Score!.Value, 0, 40);
        FingerprintMatch itself = Compare(another, another);
        Assert.True(FingerprintComparison.IsGood(itself));
        Assert.Equal(100, itself.Score);
    }

    private static FingerprintMatch Compare(Recorded known, Recorded now) => Compare(known.Traits, now.Traits);

    /// <summary>What a card shows behind which first one machine stood and, from a day later on, another.</summary>
    private static FingerprintMatch Compare(CardTraits known, CardTraits now)
    {
        CaptureTime plugged = new(known.Shown.Max(one => one.Last).Nanoseconds + (Day.Ticks * 100));
        long shift = plugged.Nanoseconds - now.First.Nanoseconds;
        Dictionary<(string, string), ShownTrait> shown = known.Shown.ToDictionary(one => (one.Trait, one.Value));
        foreach (ShownTrait one in now.Shown)
        {
            ShownTrait later = one with { First = new CaptureTime(one.First.Nanoseconds + shift), Last = new CaptureTime(one.Last.Nanoseconds + shift) };
            shown[(one.Trait, one.Value)] = shown.TryGetValue((one.Trait, one.Value), out ShownTrait before) ? before with { Last = later.Last } : later;
        }
        return FingerprintComparison.Of(new CardTraits(known.First, false, [.. shown.Values]), plugged);
    }

    private static IEnumerable<Recorded> Recordings()
    {
        foreach (string line in File.ReadLines(SharedFiles.Path("captures/MANIFEST.tsv")))
        {
            string[] cells = line.Split('\t');
            if (cells.FirstOrDefault(cell => cell.StartsWith("device:", StringComparison.Ordinal)) is not { } truth) continue;
            string label = truth[7..].Split(';')[0];
            if (TraitsOf(Mac(truth[(truth.IndexOf("mac=", StringComparison.Ordinal) + 4)..][..17]), SharedFiles.Path("captures/" + cells[0])) is { Shown.Count: > 0 } traits) yield return new Recorded(label, Vendor(label), traits);
        }
    }

    /// <summary>Devices of one maker share their system.</summary>
    private static string Vendor(string label) => new[] { "D-Link", "Edimax", "Ednet", "TP-Link", "WeMo", "Hue", "Smarter", "iKettle" }.FirstOrDefault(maker => label.StartsWith(maker, StringComparison.Ordinal)) ?? label;

    private static CardTraits? TraitsOf(MacAddress mac, string capture)
    {
        DeviceLedger ledger = new(LocalNetworks.Default);
        DetectionPath detection = new(new Knowledge(Site.Unknown, LocalNetworks.Default, new CaptureDirectory(ledger)), new FindingBook(forgets: false));
        using ICaptureSource source = CaptureFiles.Open([capture]);
        new SensorPipeline(new SensorOptions { Workers = 1 }, source, new AnalysisOutput(ledger, detection, null, new PatientNames(showHashes: false))).Run();
        return detection.Traits.Of(mac);
    }

    private static MacAddress Mac(string text) => new(Convert.ToUInt64(text.Replace(":", "", StringComparison.Ordinal), 16));

    private sealed record Recorded(string Label, string Vendor, CardTraits Traits);
}
