using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// AE titles that are guessed: many different pairs of calling and called title refused (or let in silence) by DICOM servers, from one machine within
/// ten minutes, or slowly within a day; and many refused by one server, whoever asks. Says whether one was let in afterwards. Silent on a mistyped title, on a server that lost its list and refuses everybody, on a device that
/// repeats one wrong title for ever, on transient refusals (a full server), and on declared scanners.
/// </summary>
internal sealed class DicomTitleGuessing : IDetector, IDetector<TransactionRow>
{
    private const int Kept = 8192, PairsKept = 512;

    /// <summary>Pairs refused within <see cref="Fast"/>: an engineer who sets up a device tries three or four.</summary>
    private const int FastPairs = 8;

    /// <summary>Pairs refused within <see cref="Slow"/>.</summary>
    private const int SlowPairs = 16;

    /// <summary>Pairs refused at one server by several machines within <see cref="Fast"/>.</summary>
    private const int ServerPairs = 24;

    /// <summary>Pairs for each of those machines: when a server lost its list, everybody is refused with one.</summary>
    private const int PairsEach = 3;
    private static readonly TimeSpan Fast = TimeSpan.FromMinutes(10), Slow = TimeSpan.FromDays(1);
    private static readonly FindingType Type = new("dicom-title-guessing", Severity.Medium, Duty.InformationDepartment, "T1110.001");
    private readonly RecentState<Address, Guesses> sources = new(Kept), servers = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("dicom-title-guessing", Type) { Logs = [DicomRows.Log] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Flow is not { } flow || !seen.Is("association") || known.Site.IsScanner(flow.Client.Ip)) return;
        if (!known.Local.Contains(flow.Client.Ip) && !known.Local.Contains(flow.Server.Ip)) return;
        string pair = $"{seen.Text("calling_ae"u8)} → {seen.Text("called_ae"u8)}";
        if (seen.Text("result"u8) == "accepted")
        {
            if (sources.Find(flow.Client.Ip) is not { IsTold: true } guesser || seen.Began.Since(guesser.Last) > Slow || guesser.Found is not null) return;
            guesser.Found = pair;
            Raise(seen, flow, guesser, isServer: false, known, findings);
            return;
        }
        if (!IsRefused(seen)) return;
        Guesses source = sources.Of(flow.Client.Ip), server = servers.Of(flow.Server.Ip);
        source.Add(pair, flow.Server.Ip, seen.Began, Slow, PairsKept);
        server.Add(pair, flow.Client.Ip, seen.Began, Slow, PairsKept);
        if (source.Within(Fast, seen.Began) >= FastPairs || source.Pairs.Count >= SlowPairs)
        {
            source.IsTold = true;
            Raise(seen, flow, source, isServer: false, known, findings);
        }
        else if (server.Peers.Count > 2 && server.Pairs.Count >= PairsEach * server.Peers.Count && server.Within(Fast, seen.Began) >= ServerPairs) Raise(seen, flow, server, isServer: true, known, findings);
    }

    private static bool IsRefused(TransactionRow seen) => seen.Text("result"u8) switch
    {
        "rejected" => seen.Text("reject_result"u8) == "permanent",
        "aborted-before-answer" or "no-answer" => true,
        _ => false,
    };

    private static void Raise(TransactionRow seen, FlowView flow, Guesses guesses, bool isServer, in Knowledge known, IFindingSink findings)
    {
        string[] pairs = [.. guesses.Pairs.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(6).Select(pair => pair.Key)];
        findings.Raise(new Sighting
        {
            Type = Type,
            Subject = isServer ? known.Party(flow.Server, flow.ServerPort) : known.Party(flow.Client),
            Discriminator = isServer ? "server" : "",
            Severity = guesses.Found is null ? null : Severity.High,
            Confidence = guesses.Pairs.Count >= SlowPairs ? 0.95 : 0.85,
            Arguments = [FlowFacts.Number(guesses.Pairs.Count), string.Join(", ", guesses.Peers.Order().Take(4)) + (guesses.Peers.Count > 4 ? ", …" : "")],
            Facts =
            [
                new Fact("refused-titles", FlowFacts.Number(guesses.Pairs.Count), "a few at most"),
                new Fact("latest-titles", string.Join(", ", pairs)),
                new Fact(isServer ? "latest-client" : "latest-peer", isServer ? flow.Client.Ip.ToString() : flow.Server.Ip.ToString()),
                new Fact("title-let-in", guesses.Found ?? "none seen"),
                new Fact("source-proof", "handshake"),
            ],
            Evidence = seen.Evidence(),
        });
    }

    /// <summary>Pairs of titles that were refused within a day.</summary>
    internal sealed class Guesses
    {
        /// <summary>Each pair with the time it was refused last.</summary>
        public Dictionary<string, CaptureTime> Pairs { get; set; } = [];

        /// <summary>Who was asked, or who asked.</summary>
        public HashSet<Address> Peers { get; set; } = [];

        /// <summary>Refused last.</summary>
        public CaptureTime Last { get; set; }

        /// <summary>Whether it was told.</summary>
        public bool IsTold { get; set; }

        /// <summary>The first pair that was let in afterwards.</summary>
        public string? Found { get; set; }

        /// <summary>Counts a refusal; forgets what is older than a day.</summary>
        public void Add(string pair, Address peer, CaptureTime at, TimeSpan slow, int most)
        {
            if (at.Since(Last) > slow)
            {
                Pairs.Clear();
                Peers.Clear();
                (IsTold, Found) = (false, null);
            }
            foreach (string old in Pairs.Where(one => at.Since(one.Value) > slow).Select(one => one.Key).ToList()) Pairs.Remove(old);
            if (Pairs.Count < most) Pairs[pair] = at;
            if (Peers.Count < most) Peers.Add(peer);
            if (at > Last) Last = at;
        }

        /// <summary>Pairs refused within a span that ends now.</summary>
        public int Within(TimeSpan span, CaptureTime now) => Pairs.Values.Count(at => now.Since(at) <= span);
    }
}
