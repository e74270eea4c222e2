using System.Buffers;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Data that leaves in names of DNS: a machine asks within ten minutes for many different names below one registered domain, and the names or their answers carry a
/// payload. Types that nothing else asks for (NULL, KEY, private ones) count at once; TXT, CNAME and MX when names and answers are long; addresses only when
/// hundreds of long names use more letters than hexadecimal digits. One name is enough when a label is the beginning of a packed file or a program in base 64 or hexadecimal digits. Names without any domain,
/// which go to a named server straight, count as below one. Silent on names with a hash in them, as caches and content networks use them; on virus
/// scanners that ask their makers by DNS; on reversed addresses, mDNS and the site's own resolvers, which ask for others.
/// </summary>
internal sealed class DnsTunnel : IDetector, IDetector<TransactionRow>
{
    private const int Kept = 8192, NamesKept = 1024, NamesWeighed = 64;
    private const int FewestRare = 8, FewestTexts = 20, FewestAddresses = 300, FewestBytes = 500, LongName = 60, LongMiddle = 40;
    private const string NoDomain = "-";
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);
    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdefABCDEF.-");
    private static readonly FindingType Type = new("dns-tunnel", Severity.High, Duty.InformationDepartment, "T1071.004");
    private static readonly HashSet<string> Rare = new(StringComparer.Ordinal) { "NULL", "KEY", "PRIVATE", "WKS", "MD", "MF", "X25", "ISDN", "EID", "NIMLOC" }, Texts = new(StringComparer.Ordinal) { "TXT", "CNAME", "MX", "SRV" };
    // Their makers are asked for the standing of a file or an address in the name itself.
    private static readonly HashSet<string> Scanners = new(StringComparer.Ordinal) { "sophosxl.net", "mcafee.com", "avast.com", "trendmicro.com", "e5.sk", "spamhaus.org", "barracudacentral.org", "sorbs.net", "cymru.com", "surbl.org", "uribl.com", "mailshell.net", "webcfs00.com" };
    private readonly RecentState<Asking, Asked> asked = new(Kept);
    private readonly RecentState<Address, Resolver> resolvers = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("dns-tunnel", Type) { Logs = ["dns"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Flow is not { } flow || flow.ServerPort is 5353 or 5355 or 137 || seen.Text("query"u8) is not { } query) return;
        resolvers.Of(flow.Server.Ip).IsOne = true;
        if (!known.Local.Contains(flow.Client.Ip) || resolvers.Find(flow.Client.Ip) is { IsOne: true } || known.Site.IsServer(flow.Client.Ip, "dns")) return;
        string? zone = DomainNames.HasDomain(query) ? DomainNames.ZoneOf(query) : NoDomain;
        if (zone is null || query.Length <= zone.Length || Scanners.Contains(zone.ToLowerInvariant())) return;
        Asked all = asked.Of(new Asking(flow.Client.Ip, zone.ToLowerInvariant()));
        if (seen.At.Since(all.Began) > Window)
        {
            (all.Began, all.Names, all.Queries, all.Rare, all.Texts) = (seen.At, [], 0, 0, 0);
            (all.Sent, all.Answered, all.Longest, all.Wide, all.Entropy) = (0, 0, 0, 0, 0);
        }
        string type = seen.Text("qtype_name"u8) ?? "", below = zone == NoDomain ? query : query[..^(zone.Length + 1)];
        all.Queries++;
        if (Rare.Contains(type)) all.Rare++;
        else if (Texts.Contains(type)) all.Texts++;
        if (all.Names.Count < NamesKept && all.Names.Add(below))
        {
            all.Sent += below.Length;
            all.Longest = Math.Max(all.Longest, below.Length);
            if (below.AsSpan().ContainsAnyExcept(Hexadecimal)) all.Wide++;
            if (all.Names.Count <= NamesWeighed) all.Entropy += DomainNames.Entropy(below);
        }
        foreach (string answer in seen.Texts("answers"u8)) all.Answered += answer.Length;
        // A name that holds the beginning of a file needs no others beside it.
        if ((EncodedFile.Of(seen.Text("original_query"u8) ?? query) is { } file ? $"file ({file})" : Carries(all)) is { } way) Report(all, way, zone, type, seen, flow, known, findings);
    }

    /// <summary>By what the names are known to carry data; null when they are not.</summary>
    private static string? Carries(Asked all)
    {
        int names = all.Names.Count;
        if (names >= FewestRare && all.Rare * 2 >= all.Queries) return "rare-type";
        if (names >= FewestTexts && all.Texts * 2 >= all.Queries && all.Sent >= FewestBytes && all.Answered >= FewestBytes && all.Longest >= LongName) return "texts";
        return names >= FewestAddresses && all.Sent / names >= LongMiddle && all.Wide * 2 >= names ? "long-names" : null;
    }

    private static void Report(Asked all, string way, string zone, string type, TransactionRow seen, FlowView flow, in Knowledge known, IFindingSink findings)
    {
        double entropy = all.Entropy / Math.Min(all.Names.Count, NamesWeighed);
        findings.Raise(new Sighting
        {
            Type = Type,
            Subject = known.Party(flow.Client),
            Severity = way is "rare-type" or "texts" ? null : Severity.Medium,
            Confidence = way switch { "rare-type" => 0.95, "texts" => 0.85, "long-names" => 0.6, _ => 0.8 },
            Arguments = [flow.Client.Ip.ToString(), zone, FlowFacts.Number(all.Names.Count)],
            Facts =
            [
                new Fact("domain", zone),
                new Fact("way", way),
                new Fact("different-names", FlowFacts.Number(all.Names.Count)),
                new Fact("record-type", type, "A, AAAA"),
                new Fact("bytes-in-names", FlowFacts.Number(all.Sent)),
                new Fact("bytes-in-answers", FlowFacts.Number(all.Answered)),
                new Fact("longest-name", FlowFacts.Number(all.Longest)),
                new Fact("bits-a-letter", entropy.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture)),
                new Fact("source-proof", flow.Carrier == Carrier.Tcp ? "handshake" : "single packets"),
            ],
            Evidence = new Evidence(seen.At, flow.Uid, 0, "dns"),
        });
    }

    /// <summary>Who asks below which domain.</summary>
    internal readonly record struct Asking(Address Client, string Zone);

    internal sealed class Asked
    {
        public CaptureTime Began { get; set; }

        public HashSet<string> Names { get; set; } = [];

        public long Queries { get; set; }

        public long Rare { get; set; }

        public long Texts { get; set; }

        public long Sent { get; set; }

        public long Answered { get; set; }

        public int Longest { get; set; }

        public int Wide { get; set; }

        /// <summary>Bits a letter of the first names, added up.</summary>
        public double Entropy { get; set; }
    }

    internal sealed class Resolver
    {
        public bool IsOne { get; set; }
    }
}
