using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Flows;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Signatures;

/// <summary>The engine as a whole: the same with any number of workers, and nothing lost when rules are replaced while it runs.</summary>
public class SignatureEngineTests
{
    private const string Rule = "alert dns any any -> any any (msg:\"a name\"; dns.query; content:\".\"; sid:1;)";

    private static string Capture => SharedFiles.Path("captures/lab/dns-tunnel.pcap");

    [Fact]
    public void Alerts_do_not_depend_on_the_number_of_workers()
    {
        RuleSet rules = SignatureRun.Rules(Rule, "alert udp any any -> any 53 (msg:\"port\"; threshold:type limit,track by_src,count 3,seconds 60; sid:2;)");
        string[] one = [.. SignatureRun.Of(Capture, rules, looksAtOnce: false).Select(Line)], three = [.. SignatureRun.Of(Capture, rules, looksAtOnce: false, workers: 3).Select(Line)];
        Assert.NotEmpty(one);
        Assert.Equal(one, three);
    }

    [Fact]
    public void Replaced_rules_lose_no_packet()
    {
        int expected = SignatureRun.Of(Capture, Rule).Count;
        Assert.True(expected > 0);
        Counting alerts = new();
        using ICaptureSource source = CaptureFiles.Open([Capture]);
        SensorPipeline pipeline = new(new SensorOptions { Rules = SignatureRun.Rules(Rule), Limits = new SensorLimits { RecogniseCopies = false } }, source, alerts);
        alerts.Replace = () => pipeline.Use(SignatureRun.Rules(Rule));
        pipeline.Run();
        Assert.Equal(expected, alerts.Count);
    }

    private static string Line(SignatureAlert alert) => FormattableString.Invariant($"{alert.Packet} {alert.Rule.Sid} {alert.Flow!.Uid} {alert.ToServer}");

    /// <summary>Counts alerts, and replaces the rules with each batch.</summary>
    private sealed class Counting : ISensorOutput
    {
        public int Count { get; private set; }

        public Action? Replace { get; set; }

        public void Take(Transaction transaction)
        {
            if (transaction is SignatureAlert) Count++;
        }

        public void Take(FlowRecord flow)
        {
        }

        public void Take(Observation observation)
        {
        }

        public void Advance(CaptureTime now) => Replace?.Invoke();
    }
}
