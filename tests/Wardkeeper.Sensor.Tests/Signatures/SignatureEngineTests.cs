using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Flows;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures;
using Wardkeeper.Sensor.Signatures.Rules;
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
    public void A_set_that_rules_change_is_asked_in_packet_order()
    {
        RuleSet rules = SignatureRun.Rules("alert dns any any -> any any (msg:\"new name\"; dns.query; dataset:set,names,type string; sid:1;)", "alert dns any any -> any any (msg:\"known name\"; dns.query; dataset:isset,names; sid:2;)");
        Assert.Empty(rules.Refusals);
        string[] one = [.. SignatureRun.Of(Capture, rules, looksAtOnce: false).Select(Line)], three = [.. SignatureRun.Of(Capture, rules, looksAtOnce: false, workers: 3).Select(Line)];
        int queries = SignatureRun.Of(Capture, "alert dns any any -> any any (msg:\"a query\"; dns.query; pcre:\"/^/\"; sid:1;)").Count;
        Assert.NotEmpty(one);
        Assert.Equal(one, three);
        Assert.InRange(one.Length, 1, 2 * queries);
    }

    [Fact]
    public void A_list_is_read_from_beside_its_rules_and_from_nowhere_else()
    {
        string folder = Directory.CreateTempSubdirectory("wardkeeper-rules-").FullName;
        try
        {
            string file = Path.Combine(folder, "lists.rules");
            File.WriteAllText(Path.Combine(folder, "names.lst"), Convert.ToBase64String("example.org"u8) + "\n");
            File.WriteAllText(Path.Combine(folder, "bad.lst"), "no base 64!\n");
            File.WriteAllLines(file,
            [
                "alert dns any any -> any any (dns.query; dataset:isset,a,type string,load names.lst; sid:1;)",
                "alert dns any any -> any any (dns.query; dataset:isset,b,type string,load ../names.lst; sid:2;)",
                "alert dns any any -> any any (dns.query; dataset:isset,c,type string,load /etc/passwd; sid:3;)",
                "alert dns any any -> any any (dns.query; dataset:isset,d,type string,load bad.lst; sid:4;)",
                "alert dns any any -> any any (dns.query; dataset:isset,e,type string,load none.lst; sid:5;)",
                "alert dns any any -> any any (dns.query; dataset:isset,a,type md5; sid:6;)",
            ]);
            RuleReader reader = new(new RuleVariables());
            reader.Read(file);
            RuleSet rules = reader.Finish();
            Assert.Equal([2L, 3, 4, 5, 6], rules.Refusals.Select(refusal => refusal.Sid));
            Assert.Equal("example.org", Assert.Single(((Wardkeeper.Sensor.Signatures.Matching.DatasetCheck)Assert.Single(Assert.Single(rules.Rules).Sections[0].Made)).Set.Loaded));
            RuleSet ofText = SignatureRun.Rules(File.ReadAllLines(file)[0]);
            Assert.Single(ofText.Refusals);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
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

    [Fact]
    public void Rules_that_come_while_a_sensor_runs_without_any_are_run_from_then_on_and_may_go_again()
    {
        int expected = SignatureRun.Of(Capture, Rule).Count;
        Counting alerts = new();
        using ICaptureSource source = CaptureFiles.Open([Capture]);
        SensorPipeline pipeline = new(new SensorOptions { Limits = new SensorLimits { RecogniseCopies = false } }, source, alerts);
        pipeline.Use(SignatureRun.Rules(Rule));
        pipeline.Run();
        Assert.Equal(expected, alerts.Count);
        Counting silent = new();
        using ICaptureSource again = CaptureFiles.Open([Capture]);
        SensorPipeline other = new(new SensorOptions { Rules = SignatureRun.Rules(Rule), Limits = new SensorLimits { RecogniseCopies = false } }, again, silent);
        other.Use(RuleSet.Empty);
        other.Run();
        Assert.Equal(0, silent.Count);
    }

    [Fact]
    public void A_rule_that_waits_for_a_note_that_no_rule_makes_says_so()
    {
        RuleFacts[] facts =
        [
            .. SignatureRun.Rules(
                "alert udp any any -> any any (msg:\"sets\"; flowbits:set,seen; sid:1;)",
                "alert udp any any -> any any (msg:\"waits\"; flowbits:isset,seen; sid:2;)",
                "alert udp any any -> any any (msg:\"waits in vain\"; flowbits:isset,never; sid:3;)",
                "alert udp any any -> any any (msg:\"one is enough\"; flowbits:isset,never|seen; sid:4;)",
                "alert udp any any -> any any (msg:\"of hosts\"; xbits:isset,nowhere,track ip_src; sid:5;)").Facts(),
        ];
        Assert.Equal([null, null, "never", null, "nowhere"], facts.Select(one => one.Missing));
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
