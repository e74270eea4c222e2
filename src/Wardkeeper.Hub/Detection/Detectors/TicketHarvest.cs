using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Tickets that are gathered to guess passwords from at home. Kerberoasting: one machine asks within ten minutes for tickets of many services
/// whose keys are RC4, or offers nothing but encryption that can be guessed. AS-REP roasting: log-ins without proof of a password are answered for several
/// users. Silent on the ticket-granting service itself, on machines' own accounts as services (their passwords are not people's), on a client that gets
/// what it asks for with AES, and on single tickets with RC4, which old systems need.
/// </summary>
internal sealed class TicketHarvest : IDetector, IDetector<TransactionRow>
{
    private const int Kept = 8192, NamesKept = 256;
    // An old machine needs tickets of a handful of services in a day, one that harvests takes all at once.
    private const int FewestServices = 10, FewestWeakOnly = 3, FewestUsers = 3;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);
    private static readonly FindingType Services = new("service-tickets-harvested", Severity.High, Duty.InformationDepartment, "T1558.003");
    private static readonly FindingType Users = new("log-in-without-proof", Severity.Medium, Duty.InformationDepartment, "T1558.004");
    private readonly RecentState<Address, Asked> asked = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("ticket-harvest", Services, Users) { Logs = ["kerberos"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Flow is not { } flow || seen.Flag("success"u8) != true || known.Site.IsScanner(flow.Client.Ip)) return;
        string cipher = seen.Text("cipher"u8) ?? "";
        bool isWeak = cipher.StartsWith("rc4", StringComparison.Ordinal) || cipher.StartsWith("des-cbc", StringComparison.Ordinal), offersWeak = seen.Flag("weak_only"u8) == true;
        Asked all = asked.Of(flow.Client.Ip);
        if (seen.At.Since(all.Began) > Window) (all.Began, all.Services, all.WeakOnly, all.Users) = (seen.At, [], [], []);
        string service = seen.Text("service"u8) ?? "";
        if (seen.Text("request_type"u8) == "TGS" && isWeak && IsOfPeople(service))
        {
            if (all.Services.Count < NamesKept) all.Services.Add(service);
            if (offersWeak && all.WeakOnly.Count < NamesKept) all.WeakOnly.Add(service);
            if (all.Services.Count >= FewestServices || all.WeakOnly.Count >= FewestWeakOnly) Report(Services, all.Services, cipher, offersWeak, seen, flow, known, findings);
        }
        else if (seen.Text("request_type"u8) == "AS" && seen.Flag("preauthenticated"u8) == false && seen.Text("client"u8) is { } client && !client.Split('/')[0].EndsWith('$'))
        {
            if (all.Users.Count < NamesKept) all.Users.Add(client);
            if (all.Users.Count >= FewestUsers) Report(Users, all.Users, cipher, offersWeak, seen, flow, known, findings);
        }
    }

    private static void Report(FindingType type, HashSet<string> names, string cipher, bool offersWeak, TransactionRow seen, FlowView flow, in Knowledge known, IFindingSink findings) => findings.Raise(new Sighting
    {
        Type = type,
        Subject = known.Party(flow.Client),
        Confidence = offersWeak ? 0.9 : 0.75,
        Arguments = [flow.Client.Ip.ToString(), FlowFacts.Number(names.Count), flow.Server.Ip.ToString()],
        Facts =
        [
            new Fact("names", string.Join(", ", names.Order(StringComparer.Ordinal).Take(8))),
            new Fact("how-many", FlowFacts.Number(names.Count)),
            new Fact("ticket-cipher", cipher, "aes256-cts-hmac-sha1-96"),
            new Fact("offers-weak-only", offersWeak ? "yes" : "no", "no"),
        ],
        Evidence = new Evidence(seen.At, flow.Uid, 0, "kerberos"),
    });

    /// <summary>Whether the service may run by a person's account: not the domain's own, not a machine's.</summary>
    private static bool IsOfPeople(string service) => service.Length > 0 && !service.EndsWith('$') && service.Split('/')[0].ToUpperInvariant() is not ("KRBTGT" or "KADMIN" or "HOST" or "CIFS" or "LDAP" or "DNS" or "GC" or "RPCSS" or "TERMSRV");

    internal sealed class Asked
    {
        public CaptureTime Began { get; set; }

        public HashSet<string> Services { get; set; } = [];

        public HashSet<string> WeakOnly { get; set; } = [];

        public HashSet<string> Users { get; set; } = [];
    }
}
