using Wardkeeper.Hub.Changes;
using Wardkeeper.Hub.Signatures;
using Wardkeeper.Sensor;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures;
using RuleReader = Wardkeeper.Sensor.Signatures.Rules.RuleReader;

namespace Wardkeeper.Platform.Signatures;

/// <summary>Runs rules over a capture by a sensor of its own whose output goes nowhere but into counts.</summary>
internal static class RuleTrials
{
    /// <summary>Largest capture, bytes.</summary>
    public const long MostBytes = 64L << 20;

    private const int MostText = 256 << 10, MostNamed = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The rules of a text.</summary>
    /// <exception cref="RefusedException">It is too long, or none of them can be run.</exception>
    public static RuleSet Read(string text, LocalNetworks local)
    {
        if (text.Length > MostText) throw new RefusedException(Refusal.Invalid, "rules", "rules-too-long", $"At most {MostText >> 10} kB of rules are tried at once; add the file instead.");
        RuleReader reader = RuleSources.Reader(local);
        reader.ReadText(text, "rules");
        RuleSet set = reader.Finish();
        if (set.Count > 0) return set;
        throw set.Refusals.Count > 0
            ? new RefusedException(Refusal.Invalid, [.. set.Refusals.Take(5).Select(one => new Mistake("rules", "rules-mistake", one.ToString()))])
            : new RefusedException(Refusal.Invalid, "rules", "rules-nothing", "There is no rule. A rule is a line like: alert tcp any any -> any 104 (msg:\"…\"; sid:1;)");
    }

    /// <summary>Runs them.</summary>
    /// <exception cref="RefusedException">The file is no capture.</exception>
    public static RuleTrial Run(RuleSet set, string capture, LocalNetworks local, TimeProvider clock, CancellationToken cancel)
    {
        using ICaptureSource source = CaptureFiles.Open([capture]);
        if (source.Captures.Count == 0) throw new RefusedException(Refusal.Invalid, "capture", "rules-no-capture", "The file is no capture. Give a pcap or pcapng file, compressed with gzip or not.");
        using CancellationTokenSource late = new(Patience, clock);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        Counting counting = new();
        SensorPipeline pipeline = new(new SensorOptions { Workers = 1, Local = local, Rules = set }, source, counting);
        pipeline.Run(stop.Token);
        cancel.ThrowIfCancellationRequested();
        string[] problems = [.. source.Problems.Take(MostNamed).Select(one => FormattableString.Invariant($"{one.Kind}, packet {one.PacketNumber}: {one.Detail}"))];
        return new RuleTrial(set.Count, [.. set.Refusals.Take(MostNamed).Select(one => one.ToString())], pipeline.Reader.Packets, counting.Matches, problems, late.IsCancellationRequested);
    }

    /// <summary>Counts alerts and lets go of everything else.</summary>
    private sealed class Counting : ISensorOutput
    {
        private readonly Dictionary<long, RuleMatch> matches = [];

        /// <summary>By rule, the most frequent first.</summary>
        public IReadOnlyList<RuleMatch> Matches => [.. matches.Values.OrderByDescending(one => one.Count).ThenBy(one => one.Sid)];

        public void Take(Transaction transaction)
        {
            if (transaction is not SignatureAlert alert) return;
            matches[alert.Rule.Sid] = matches.TryGetValue(alert.Rule.Sid, out RuleMatch? known)
                ? known with { Count = known.Count + 1 }
                : new RuleMatch(alert.Rule.Sid, alert.Rule.Message, 1, alert.At, alert.Packet, $"{alert.Source} {alert.SourcePort}", $"{alert.Destination} {alert.DestinationPort}");
        }

        public void Take(FlowRecord flow)
        {
            // Only alerts count.
        }

        public void Take(Observation observation)
        {
            // Only alerts count.
        }

        public void Advance(CaptureTime now)
        {
            // Nothing waits for time.
        }
    }
}
