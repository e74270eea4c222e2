using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// A machine that reports to one host outside again and again: at least ten short connections to one port, whose intervals stay around their middle with up to
/// half of it as jitter, and whose answers are of nearly one size. Since much that is honest is as regular, it is told only when something more is odd: the
/// host is named by nothing that was asked of DNS or said in TLS or HTTP, what is spoken is no protocol that is known or stands on a foreign port, the
/// certificate is the host's own, or the program calls itself by a browser that has long been gone. Silent inside the site (polling, heartbeats, monitoring),
/// on time, names and address services (NTP, DNS, STUN, VPN), and on what does not go on for ten beats.
/// </summary>
internal sealed class Beacon : IDetector, IDetector<FlowRecord>, IDetector<TransactionRow>
{
    private const int Kept = 16_384, BeatsKept = 32, Fewest = 10, HostsKept = 32_768;
    private const double MostJitter = 0.5, MostSizeSpread = 0.15, ShortestPeriod = 0.4;
    // Slower ones would have to be remembered for weeks before ten beats are there.
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromHours(26);
    private static readonly FindingType Type = new("beacon", Severity.Medium, Duty.InformationDepartment, "T1071");
    private static readonly HashSet<string> Innocent = new(StringComparer.Ordinal) { "ntp", "dns", "stun", "snmp", "ike", "esp", "openvpn", "wireguard", "dhcp", "syslog" };
    private static readonly string[] OldAgents = ["MSIE 5", "MSIE 6", "MSIE 7", "MSIE 8", "Windows NT 5", "Trident/4", "Trident/5", "Trident/7"];
    private readonly RecentState<Way, Beats> ways = new(Kept);
    private readonly RecentState<Address, Host> hosts = new(HostsKept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("beacon", Type) { Logs = ["dns", "ssl", "http"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Log == "dns")
        {
            foreach (string answer in seen.Texts("answers"u8))
            {
                if (Address.TryParse(answer, out Address named)) hosts.Of(named).IsNamed = true;
            }
            return;
        }
        if (seen.Flow is not { } flow || known.Local.Contains(flow.Server.Ip)) return;
        Host host = hosts.Of(flow.Server.Ip);
        if (seen.Log == "ssl")
        {
            host.IsNamed |= seen.Text("server_name"u8) is not null;
            host.IsSelfSigned |= seen.Flag("self_signed"u8) == true;
            return;
        }
        host.IsNamed |= seen.Text("host"u8) is { } name && name.AsSpan().ContainsAnyExcept("0123456789.:[]".AsSpan());
        if (seen.Text("user_agent"u8) is { } agent && OldAgents.Any(old => agent.Contains(old, StringComparison.Ordinal))) host.OldAgent = agent;
    }

    /// <inheritdoc/>
    public void Inspect(FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        FlowView view = seen.View;
        if (seen.IsInterim || view.Carrier is not (Carrier.Tcp or Carrier.Udp) || !known.Local.Contains(view.OriginatorAddress) || known.Local.Contains(view.ResponderAddress)) return;
        if (view.ResponderAddress.IsMulticastOrBroadcast || view.ResponderAddress.IsUnspecified || seen.ResponderBytes == 0 || seen.OriginatorBytes == 0) return;
        if (view.ResponderPort is 53 or 123 or 3478 or 5353 or 1194 or 500 or 4500 or 51820 or 161 or 514 || Innocent.Any(seen.Speaks)) return;
        Beats beats = ways.Of(new Way(view.OriginatorAddress, view.ResponderAddress, view.ResponderPort, view.Carrier));
        beats.Count++;
        beats.Service ??= seen.Service;
        int at = beats.Last.Count;
        // Flows are told when they end, not as they began.
        while (at > 0 && beats.Last[at - 1].Began > view.Began) at--;
        beats.Last.Insert(at, new Beat { Began = view.Began, Sent = seen.OriginatorBytes, Answered = seen.ResponderBytes, Lasted = seen.Duration?.TotalSeconds ?? 0 });
        if (beats.Last.Count > BeatsKept) beats.Last.RemoveAt(0);
        if (beats.Last.Count >= Fewest && Rhythm.Of(beats.Last) is { } rhythm) Judge(beats, rhythm, seen, known, findings);
    }

    private void Judge(Beats beats, Rhythm rhythm, FlowRecord flow, in Knowledge known, IFindingSink findings)
    {
        FlowView view = flow.View;
        Host? host = hosts.Find(view.ResponderAddress);
        bool isWebPort = view.ResponderPort is 80 or 443 or 8080 or 8443;
        string[] odd =
        [
            .. (ReadOnlySpan<string>)(host is { IsNamed: true } ? [] : ["no name"]),
            .. (ReadOnlySpan<string>)(beats.Service is null ? ["unknown protocol"] : []),
            .. (ReadOnlySpan<string>)(isWebPort || beats.Service is not (null or "http" or "ssl") ? [] : ["unusual port"]),
            .. (ReadOnlySpan<string>)(host is { IsSelfSigned: true } ? ["self-signed certificate"] : []),
            .. (ReadOnlySpan<string>)(host?.OldAgent is not null ? ["outdated browser name"] : []),
        ];
        bool isLasting = rhythm.Period * beats.Count >= 3600;
        if (odd.Length < 1 || (odd.Length == 1 && !isLasting && beats.Service is not ("http" or "ssl"))) return;
        findings.Raise(new Sighting
        {
            Type = Type,
            Subject = known.Party(view.Originator),
            Peer = known.Party(view.Responder, view.ResponderPort),
            Discriminator = FlowFacts.Port(view.Carrier, view.ResponderPort),
            Severity = odd.Length >= 2 ? null : Severity.Low,
            Confidence = odd.Length >= 2 ? 0.8 : 0.55,
            Arguments = [view.OriginatorAddress.ToString(), view.ResponderAddress.ToString(), Seconds(rhythm.Period)],
            Facts =
            [
                new Fact("beats", FlowFacts.Number(beats.Count)),
                new Fact("period", Seconds(rhythm.Period) + " s"),
                new Fact("jitter", Percent(rhythm.Jitter)),
                new Fact("answer-bytes", FlowFacts.Number((long)rhythm.Answer)),
                new Fact("odd", string.Join(", ", odd), "nothing"),
                new Fact("protocol", beats.Service ?? "-"),
                new Fact("source-proof", view.Carrier == Carrier.Tcp ? "handshake" : "single packets"),
            ],
            Evidence = flow.Evidence(),
        });
    }

    private static string Seconds(double value) => value.ToString(value < 10 ? "0.0" : "0", System.Globalization.CultureInfo.InvariantCulture);

    private static string Percent(double share) => (share * 100).ToString("0", System.Globalization.CultureInfo.InvariantCulture) + " %";

    /// <summary>What the last beats have in common.</summary>
    private readonly record struct Rhythm(double Period, double Jitter, double Answer)
    {
        /// <summary>The rhythm of beats in their order; null when they have none.</summary>
        public static Rhythm? Of(List<Beat> beats)
        {
            double[] gaps = new double[beats.Count - 1];
            for (int i = 0; i < gaps.Length; i++) gaps[i] = beats[i + 1].Began.Since(beats[i].Began).TotalSeconds;
            double period = Middle(gaps);
            if (period < ShortestPeriod || period > LongestPeriod.TotalSeconds) return null;
            double jitter = Spread(gaps, period, 0.9);
            double answer = Middle([.. beats.Select(beat => (double)beat.Answered)]), lasted = Middle([.. beats.Select(beat => beat.Lasted)]);
            double sizes = Spread([.. beats.Select(beat => (double)beat.Answered)], answer, 0.8);
            // A connection that fills its interval is a stream, not a report.
            return jitter > MostJitter || sizes > MostSizeSpread || lasted > period * 0.9 ? null : new Rhythm(period, jitter, answer);
        }

        private static double Middle(double[] values)
        {
            Array.Sort(values);
            return values[values.Length / 2];
        }

        /// <summary>How far the given share of values lies from the middle at most, as a share of it.</summary>
        private static double Spread(double[] values, double middle, double share)
        {
            double[] away = [.. values.Select(value => Math.Abs(value - middle)).Order()];
            return middle <= 0 ? double.MaxValue : away[(int)((away.Length - 1) * share)] / middle;
        }
    }

    /// <summary>Who reports where.</summary>
    internal readonly record struct Way(Address From, Address To, ushort Port, Carrier Carrier);

    internal sealed class Beats
    {
        public long Count { get; set; }

        public string? Service { get; set; }

        public List<Beat> Last { get; set; } = [];
    }

    internal sealed class Beat
    {
        public CaptureTime Began { get; set; }

        public long Sent { get; set; }

        public long Answered { get; set; }

        public double Lasted { get; set; }
    }

    internal sealed class Host
    {
        public bool IsNamed { get; set; }

        public bool IsSelfSigned { get; set; }

        public string? OldAgent { get; set; }
    }
}
