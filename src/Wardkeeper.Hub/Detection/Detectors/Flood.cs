using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Services that are flooded, or made to flood others. Connections that are opened and left: hundreds within ten seconds to one port, hardly any completed. Datagrams or pings without answer at a
/// rate that nothing clinical needs. A server of names, time or discovery that answers strangers with many times what they sent (an amplifier), and a machine that such
/// answers come to from many without having asked. Requests that are held open and fed drop by drop until the server has no place left. Silent on a scan (many ports, few
/// times), on a service that is down (few retries a second), on media streams, and on multicast. The sender of a flood may be forged: each finding says whether a
/// handshake proves it.
/// </summary>
internal sealed class Flood : IDetector, IDetector<FlowRecord>
{
    private const int Kept = 8192, SourcesKept = 1024;
    private const int HalfOpen = 500, Datagrams = 10_000, DatagramsASecond = 5000, Pings = 2000, PingsASecond = 200, UnansweredFlows = 2000;
    private const int Reflectors = 20, AmplifiedBytes = 100_000, Amplification = 8, SlowOnes = 30;
    private const long Bucket = 10 * CaptureTime.PerSecond;
    private static readonly TimeSpan Slowest = TimeSpan.FromSeconds(20), SlowWindow = TimeSpan.FromMinutes(5);
    private static readonly FindingType Syn = new("connection-flood", Severity.High, Duty.InformationDepartment, "T1499.001") { SubjectIs = PartyRole.Target };
    private static readonly FindingType Packets = new("packet-flood", Severity.High, Duty.InformationDepartment, "T1498.001") { SubjectIs = PartyRole.Target };
    private static readonly FindingType Amplifier = new("amplifier-abused", Severity.Medium, Duty.InformationDepartment, "T1498.002") { SubjectIs = PartyRole.Target };
    private static readonly FindingType Slow = new("slow-requests", Severity.Medium, Duty.InformationDepartment, "T1499.002");
    private static readonly HashSet<int> Reflecting = [17, 19, 53, 69, 111, 123, 137, 161, 389, 427, 520, 1434, 1900, 3283, 3702, 5353, 5683, 10001, 11211, 27960];
    private readonly RecentState<Target, Opened> opened = new(Kept);
    private readonly RecentState<Target, Poured> poured = new(Kept);
    private readonly RecentState<Held, Slowly> slow = new(Kept);
    private readonly RecentState<string, Reported> reported = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("flood", Syn, Packets, Amplifier, Slow);

    /// <inheritdoc/>
    public void Inspect(FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        FlowView view = seen.View;
        if (view.ResponderAddress.IsMulticastOrBroadcast || known.Site.IsScanner(view.OriginatorAddress)) return;
        if (view.Carrier == Carrier.Tcp)
        {
            if (!known.Local.Contains(view.ResponderAddress)) return;
            if (!seen.IsInterim) Opens(seen, known, findings);
            Drips(seen, known, findings);
        }
        else if (view.Carrier is Carrier.Udp or Carrier.Icmp) Pours(seen, known, findings);
    }

    private void Opens(FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        FlowView view = seen.View;
        Opened here = opened.Of(new Target(view.ResponderAddress, view.ResponderPort, view.Began.Nanoseconds / Bucket));
        // A SYN alone, or answered and never confirmed.
        bool isLeft = seen.History.StartsWith('S') && !seen.History.Contains('A', StringComparison.Ordinal) && !seen.History.Contains('D', StringComparison.Ordinal) && seen.ConnState != "REJ";
        if (!isLeft)
        {
            here.Completed++;
            return;
        }
        here.Left++;
        if (here.Sources.Count < SourcesKept) here.Sources.Add(view.OriginatorAddress);
        if (here.Left < HalfOpen || here.Left < 5 * here.Completed) return;
        findings.Raise(new Sighting
        {
            Type = Syn,
            Subject = known.Party(view.Responder, view.ResponderPort),
            Discriminator = FlowFacts.Port(Carrier.Tcp, view.ResponderPort),
            Confidence = 0.85,
            Arguments = [view.ResponderAddress.ToString(), FlowFacts.Port(Carrier.Tcp, view.ResponderPort), FlowFacts.Number(here.Left)],
            Facts =
            [
                new Fact("opened-and-left", FlowFacts.Number(here.Left)),
                new Fact("completed", FlowFacts.Number(here.Completed)),
                new Fact("sources", FlowFacts.Number(here.Sources.Count)),
                new Fact("latest-client", view.OriginatorAddress.ToString()),
                new Fact("source-proof", "single packets", "handshake"),
            ],
            Evidence = seen.Evidence(),
        });
    }

    private void Pours(FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        FlowView view = seen.View;
        bool isUdp = view.Carrier == Carrier.Udp;
        if (isUdp && known.Local.Contains(view.ResponderAddress) && !known.Local.Contains(view.OriginatorAddress) && Reflecting.Contains(view.ResponderPort)
            && seen.ResponderBytes >= AmplifiedBytes && seen.ResponderBytes >= Amplification * Math.Max(seen.OriginatorBytes, 1))
            Abused(seen, known, findings);
        if (!known.Local.Contains(view.ResponderAddress) || seen.Speaks("rtp")) return;
        Reported? before = reported.Find(view.Uid);
        long late = before is null ? 0 : Rushed(isUdp, seen.OriginatorPackets - before.Sent, seen.ResponderPackets - before.Answered, seen.End().Since(before.At));
        long rushed = Math.Max(late, Rushed(isUdp, seen.OriginatorPackets, seen.ResponderPackets, seen.Duration ?? default));
        if (rushed > 0) Told(seen, isUdp ? "udp" : "icmp", rushed, 1, known, findings);
        long counted = before?.Bytes ?? 0;
        if (seen.IsInterim) reported.Of(view.Uid).Note(seen);
        if (seen.ResponderPackets > 0) return;
        Poured here = poured.Of(new Target(view.ResponderAddress, 0, view.Began.Nanoseconds / Bucket));
        // What reported while it lived was counted then.
        if (before is null) here.Flows++;
        if (isUdp && Reflecting.Contains(view.OriginatorPort))
        {
            here.Bytes += seen.OriginatorBytes - counted;
            if (here.Sources.Count < SourcesKept) here.Sources.Add(view.OriginatorAddress);
        }
        if (here.Sources.Count >= Reflectors && here.Bytes >= AmplifiedBytes) Told(seen, "amplification", here.Flows, here.Sources.Count, known, findings);
        else if (here.Flows >= UnansweredFlows) Told(seen, isUdp ? "udp" : "icmp", here.Flows, 0, known, findings);
    }

    /// <summary>How many datagrams or pings came too fast; 0 when they did not.</summary>
    private static long Rushed(bool isUdp, long sent, long answered, TimeSpan within)
    {
        double aSecond = sent / Math.Max(within.TotalSeconds, 0.1);
        bool isFast = isUdp ? sent >= Datagrams && aSecond >= DatagramsASecond : sent >= Pings && aSecond >= PingsASecond;
        return isFast && (!isUdp || answered * 20 < sent) ? sent : 0;
    }

    private static void Told(FlowRecord seen, string way, long count, int sources, in Knowledge known, IFindingSink findings) => findings.Raise(new Sighting
    {
        Type = Packets,
        Subject = known.Party(seen.View.Responder),
        Discriminator = way,
        Confidence = 0.8,
        Arguments = [seen.View.ResponderAddress.ToString(), way, FlowFacts.Number(count)],
        Facts =
        [
            new Fact("way", way),
            new Fact("packets", FlowFacts.Number(count)),
            new Fact("sources", sources == 0 ? "many" : FlowFacts.Number(sources)),
            new Fact("latest-client", seen.View.OriginatorAddress.ToString()),
            new Fact("source-proof", "single packets", "handshake"),
        ],
        Evidence = seen.Evidence(),
    });

    private static void Abused(FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        FlowView view = seen.View;
        string port = FlowFacts.Port(Carrier.Udp, view.ResponderPort);
        findings.Raise(new Sighting
        {
            Type = Amplifier,
            Subject = known.Party(view.Responder, view.ResponderPort),
            Discriminator = port,
            Confidence = 0.8,
            Arguments = [view.ResponderAddress.ToString(), port, view.OriginatorAddress.ToString()],
            Facts =
            [
                new Fact("port", port),
                new Fact("bytes-received", FlowFacts.Number(seen.OriginatorBytes)),
                new Fact("bytes-sent", FlowFacts.Number(seen.ResponderBytes)),
                new Fact("latest-client", view.OriginatorAddress.ToString()),
                new Fact("source-proof", "single packets", "handshake"),
            ],
            Evidence = seen.Evidence(),
        });
    }

    /// <summary>Requests that take their time, each on a connection of its own.</summary>
    private void Drips(FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        FlowView view = seen.View;
        if (seen.Duration is not { } lasted || lasted < Slowest || !seen.IsAnswered() || seen.ResponderBytes > 0 || seen.OriginatorBytes is < 1 or > 8192 || seen.OriginatorBytes / lasted.TotalSeconds > 200) return;
        // A connection counts once, when it first reports or ends.
        if (reported.Find(view.Uid) is not null) return;
        if (seen.IsInterim) reported.Of(view.Uid).Note(seen);
        Slowly here = slow.Of(new Held(view.OriginatorAddress, view.ResponderAddress, view.ResponderPort));
        if (view.Began.Since(here.Began) > SlowWindow) (here.Began, here.Count) = (view.Began, 0);
        if (++here.Count < SlowOnes) return;
        findings.Raise(new Sighting
        {
            Type = Slow,
            Subject = known.Party(view.Originator),
            Peer = known.Party(view.Responder, view.ResponderPort),
            Confidence = 0.8,
            Arguments = [view.OriginatorAddress.ToString(), view.ResponderAddress.ToString(), FlowFacts.Number(here.Count)],
            Facts =
            [
                new Fact("held-open", FlowFacts.Number(here.Count)),
                new Fact("seconds", FlowFacts.Number((long)lasted.TotalSeconds)),
                new Fact("bytes-sent", FlowFacts.Number(seen.OriginatorBytes)),
                new Fact("source-proof", "handshake"),
            ],
            Evidence = seen.Evidence(),
        });
    }

    /// <summary>What is flooded in which ten seconds: flows are told when they end, those of several such spans among each other.</summary>
    internal readonly record struct Target(Address Server, ushort Port, long Bucket);

    /// <summary>Who holds what open.</summary>
    internal readonly record struct Held(Address Client, Address Server, ushort Port);

    internal sealed class Opened
    {
        public long Left { get; set; }

        public long Completed { get; set; }

        public HashSet<Address> Sources { get; set; } = [];
    }

    /// <summary>What a living flow had when it last reported.</summary>
    internal sealed class Reported
    {
        public CaptureTime At { get; set; }

        public long Sent { get; set; }

        public long Answered { get; set; }

        public long Bytes { get; set; }

        public void Note(FlowRecord flow) => (At, Sent, Answered, Bytes) = (flow.End(), flow.OriginatorPackets, flow.ResponderPackets, flow.OriginatorBytes);
    }

    internal sealed class Poured
    {
        public long Flows { get; set; }

        public long Bytes { get; set; }

        public HashSet<Address> Sources { get; set; } = [];
    }

    internal sealed class Slowly
    {
        public CaptureTime Began { get; set; }

        public int Count { get; set; }
    }
}
