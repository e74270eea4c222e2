using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Attacks on the radio network. An evil twin: a cell that bears the name of one of the site's networks (site file, else the name of an access point that people keep in
/// the ledger or the site declares) with weaker security than that network has, or a known cell whose security falls and rises again as if two sent in
/// its name. And a flood of farewells: thirty deauthentications or disassociations of one cell within a minute, or ten to everybody at once, which throws the devices of a
/// ward off the network. Silent on a network in transition that offers several ways in, on a cell whose settings were changed once, on single farewells, and on
/// networks that are not the site's, however their neighbours call them.
/// </summary>
internal sealed class RadioAttack : IDetector, IDetector<TransactionRow>
{
    private const int Kept = 4096, Farewells = 30, ToEverybody = 10, ChangesNeeded = 2;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1), Hour = TimeSpan.FromHours(1);
    private static readonly FindingType Twin = new("evil-twin", Severity.High, Duty.InformationDepartment, "T1557.004");
    private static readonly FindingType Flood = new("deauthentication-flood", Severity.High, Duty.InformationDepartment, "T1498") { SubjectIs = PartyRole.Target };
    private readonly RecentState<MacAddress, Cell> cells = new(Kept);
    private readonly RecentState<string, Network> networks = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("radio-attack", Twin, Flood) { Logs = ["wlan"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Text("bssid"u8) is not { } text || !Register.RegisterValues.TryMac(text, out MacAddress bssid)) return;
        switch (seen.Text("kind"u8))
        {
            case "beacon" or "probe-response":
                Beacons(seen, bssid, known, findings);
                break;
            case "deauthentication" or "disassociation":
                Farewell(seen, bssid, known, findings);
                break;
        }
    }

    private void Beacons(TransactionRow seen, MacAddress bssid, in Knowledge known, IFindingSink findings)
    {
        if (seen.Text("ssid"u8) is not { Length: > 0 } name || Security(seen) is not { } security) return;
        Cell cell = cells.Of(bssid);
        DeviceFacts? device = known.Devices.Of(Subject.Of(bssid));
        bool isOwn = known.Site.AccessPoints.Contains(bssid) || device is { TypeIsFromPeople: true, Type: "access-point" };
        int strength = Strength(security);
        if (isOwn)
        {
            Network network = networks.Of(name);
            if (strength > network.Strength) (network.Strength, network.Security, network.Cell) = (strength, security, bssid);
        }
        if (cell.Security.Length > 0 && cell.Name == name && Strength(cell.Security) != strength)
        {
            if (seen.At.Since(cell.ChangedAt).Duration() > Hour) cell.Changes = 0;
            (cell.Changes, cell.ChangedAt) = (cell.Changes + 1, seen.At);
            if (isOwn && cell.Changes >= ChangesNeeded) RaiseTwin(seen, bssid, name, Math.Min(strength, Strength(cell.Security)) == strength ? security : cell.Security, networks.Of(name), "two send in the name of one cell", 0.85, known, findings);
        }
        (cell.Security, cell.Name) = (security, name);
        if (isOwn || networks.Find(name) is not { } own || own.Strength <= strength) return;
        RaiseTwin(seen, bssid, name, security, own, "weaker than the site's own cell", 0.9, known, findings);
    }

    private static void RaiseTwin(TransactionRow seen, MacAddress bssid, string name, string security, Network own, string way, double confidence, in Knowledge known, IFindingSink findings) => findings.Raise(new Sighting
    {
        Type = Twin,
        Subject = new Party(Subject.Of(bssid), 0, known.Devices.Of(Subject.Of(bssid))),
        Discriminator = name,
        Confidence = confidence,
        Arguments = [name, bssid.ToString(), security],
        Facts = [new Fact("radio-name", name), new Fact("radio-cell", bssid.ToString(), own.Cell.ToString()), new Fact("radio-security", security, own.Security), new Fact("way", way), new Fact("source-proof", "single packets")],
        Evidence = seen.Evidence(),
    });

    private void Farewell(TransactionRow seen, MacAddress bssid, in Knowledge known, IFindingSink findings)
    {
        Cell cell = cells.Of(bssid);
        if (seen.At.Since(cell.FarewellsBegan).Duration() > Minute) (cell.FarewellsBegan, cell.Farewells, cell.ToEverybody) = (seen.At, 0, 0);
        // Those that were not shown came since the last that was, which is up to a minute back.
        long number = 1 + (seen.Number("unshown"u8) ?? 0);
        bool isToAll = seen.Text("receiver"u8) == "ff:ff:ff:ff:ff:ff";
        cell.Farewells += number;
        if (isToAll) cell.ToEverybody += number;
        if (cell.Farewells < Farewells && cell.ToEverybody < ToEverybody) return;
        string protection = seen.Flag("is_protected"u8) == true ? "yes" : "no";
        findings.Raise(new Sighting
        {
            Type = Flood,
            Subject = new Party(Subject.Of(bssid), 0, known.Devices.Of(Subject.Of(bssid))),
            Severity = known.Site.AccessPoints.Count == 0 || known.Site.AccessPoints.Contains(bssid) ? null : Severity.Low,
            Confidence = isToAll ? 0.9 : 0.8,
            Arguments = [bssid.ToString(), FlowFacts.Number(cell.Farewells), cell.Name.Length == 0 ? "-" : cell.Name],
            Facts =
            [
                new Fact("radio-cell", bssid.ToString()),
                new Fact("farewells", FlowFacts.Number(cell.Farewells), "a few in a minute"),
                new Fact("to-everybody", FlowFacts.Number(cell.ToEverybody)),
                new Fact("reason", seen.Text("reason"u8) ?? "-"),
                new Fact("frame-protected", protection, "yes"),
                new Fact("source-proof", "single packets"),
            ],
            Evidence = seen.Evidence(),
        });
    }

    /// <summary>How one gets in; all ways of a network in transition.</summary>
    private static string? Security(TransactionRow row) => row.Texts("security"u8) is { Count: > 0 } ways ? string.Join(", ", ways) : null;

    private static int Strength(string security) => security.Split(", ").Max(way => way switch
    {
        "open" => 0,
        "owe" or "wep" => 1,
        _ when way.StartsWith("wpa-", StringComparison.Ordinal) => 2,
        _ when way.StartsWith("wpa2", StringComparison.Ordinal) => way.Contains("enterprise", StringComparison.Ordinal) ? 4 : 3,
        _ when way.StartsWith("wpa3", StringComparison.Ordinal) => way.Contains("enterprise", StringComparison.Ordinal) ? 5 : 4,
        _ => 2,
    });

    private sealed class Cell
    {
        public string Name { get; set; } = "";

        public string Security { get; set; } = "";

        public int Changes { get; set; }

        public CaptureTime ChangedAt { get; set; }

        public CaptureTime FarewellsBegan { get; set; }

        public long Farewells { get; set; }

        public long ToEverybody { get; set; }
    }

    private sealed class Network
    {
        public int Strength { get; set; } = -1;

        public string Security { get; set; } = "";

        public MacAddress Cell { get; set; }
    }
}
