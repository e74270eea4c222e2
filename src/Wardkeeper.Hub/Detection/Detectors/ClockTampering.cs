using System.Globalization;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Clocks that somebody moves. A time server (NTP) whose time departs by more than a minute from that of a client which agreed with it, within five seconds, at least five times: the one of the two that
/// moved against the capture's time is told. A client that asked one server of the site at least ten times and now asks another one, five times and the first no more. A
/// sender of HL7, ASTM or POCT1-A whose time stamps kept step with the capture for twenty messages and then lie elsewhere, equally far, for five messages and ten minutes: stamps of messages that waited
/// in a queue are not equally far, and several messages of one conversation that bear the same stamp count once. And a device whose stamps keep step but are more than five minutes off, against their own time zone or that of at least three senders. Silent on changes of the time
/// zone and of summer time, on declared NTP servers, on a device that comes up with a wrong clock and is set right (its answer agrees again), and on captures whose stamps are not of their time.
/// </summary>
internal sealed class ClockTampering : IDetector, IDetector<TransactionRow>, IDetector<LedgerReview>
{
    private const int Kept = 16_384, FewestAgreed = 5, FewestOfServer = 10, FewestOfNew = 5, FewestInStep = 20, FewestMoved = 5, FewestOff = 10, FewestSenders = 3, ServersKept = 16;
    private const double Agrees = 5, Departs = 60, InStep = 300, Equally = 60, Quarter = 900, MostOfZone = 14 * 3600;
    private static readonly TimeSpan MovedFor = TimeSpan.FromMinutes(10), OffFor = TimeSpan.FromHours(1);
    private static readonly FindingType Jump = new("clock-jump", Severity.Medium, Duty.InformationDepartment, "T1565.002") { SubjectIs = PartyRole.Target };
    private static readonly FindingType Server = new("time-server-changed", Severity.Low, Duty.InformationDepartment, "T1557") { SubjectIs = PartyRole.Target };
    private static readonly FindingType Off = new("device-clock-off", Severity.Low, Duty.ClinicalEngineering, IsExposure: true);
    private readonly RecentState<string, Exchange> exchanges = new(Kept);
    private readonly RecentState<Address, Client> clients = new(Kept);
    private readonly RecentState<Address, Stamps> senders = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("clock-tampering", Jump, Server, Off) { Logs = [.. ClinicalMessage.Logs, "ntp"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Log != "ntp") Stamped(seen, known, findings);
        else if (seen.Flow is { } flow && seen.Number("mode"u8) == 4 && seen.Number("stratum"u8) is >= 1 and <= 15) Answered(seen, flow, known, findings);
    }

    /// <inheritdoc/>
    public void Inspect(LedgerReview seen, in Knowledge known, IFindingSink findings)
    {
        (Address Ip, Stamps Stamps)[] inStep = [.. senders.All.Where(one => one.Value.InStep >= FewestOff && one.Value.Last.Since(one.Value.First) >= OffFor)];
        IGrouping<double, Stamps>? zone = inStep.Where(one => !one.Stamps.HasZone && Math.Abs(one.Stamps.Offset) <= MostOfZone).Select(one => one.Stamps).GroupBy(one => Math.Round(one.Offset / Quarter) * Quarter).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).FirstOrDefault();
        foreach ((_, Stamps stamps) in inStep)
        {
            if (!stamps.HasZone && (zone is null || zone.Count() < FewestSenders)) continue;
            double off = stamps.Offset - (stamps.HasZone ? 0 : zone!.Key);
            // What is a whole number of quarters away may be another time zone.
            if (Math.Abs(off) <= InStep || IsOfZone(off)) continue;
            findings.Raise(new Sighting
            {
                Type = Off,
                Subject = known.Party(stamps.Subject),
                Confidence = stamps.HasZone ? 0.9 : 0.75,
                Arguments = [stamps.Subject.Ip.ToString(), Seconds(off)],
                Facts = [new Fact("seconds-off", Seconds(off), "0"), new Fact("messages-in-step", FlowFacts.Number(stamps.InStep))],
                Evidence = new Evidence(stamps.Last, stamps.Uid, 0, stamps.Log),
            });
        }
    }

    private void Answered(TransactionRow seen, FlowView flow, in Knowledge known, IFindingSink findings)
    {
        Subject client = flow.Client, server = flow.Server;
        double asked = seen.Real("org_time"u8) ?? 0, received = seen.Real("rec_time"u8) ?? 0;
        if (asked <= 0 || received <= 0) return;
        double differs = received - asked, ofServer = received - seen.At.Seconds, ofClient = asked - seen.At.Seconds;
        Exchange exchange = exchanges.Of($"{client.Ip}|{server.Ip}");
        bool departs = Math.Abs(differs) > Departs;
        if (departs && exchange.Agreed >= FewestAgreed)
        {
            double served = ofServer - exchange.OfServer, kept = ofClient - exchange.OfClient;
            // A device that came up with a wrong clock is set right by the next answer; a server that moved is the danger.
            if (Math.Abs(served) > Math.Abs(kept)) Raise(Jump, known.Party(server, 123), null, Severity.High, 0.8, [server.Ip.ToString(), Seconds(served), client.Ip.ToString()], [new Fact("seconds-moved", Seconds(served), "0"), new Fact("agreed-before", FlowFacts.Number(exchange.Agreed)), new Fact("latest-peer", client.Ip.ToString())], seen, findings);
        }
        Changes(seen, client, server, departs, known, findings);
        if (Math.Abs(differs) > Agrees) return;
        exchange.Agreed++;
        (exchange.OfServer, exchange.OfClient) = (ofServer, ofClient);
    }

    private void Changes(TransactionRow seen, Subject who, Subject server, bool departs, in Knowledge known, IFindingSink findings)
    {
        Client client = clients.Of(who.Ip);
        if (client.Main.Ip.IsNone || client.Main.Ip == server.Ip)
        {
            client.Main = server;
            client.Answers++;
            client.Others.Clear();
            return;
        }
        if (client.Others.Count == ServersKept && !client.Others.ContainsKey(server.Ip)) return;
        int answers = client.Others[server.Ip] = client.Others.GetValueOrDefault(server.Ip) + 1;
        if (answers < FewestOfNew) return;
        Subject before = client.Main;
        bool isLearned = client.Answers >= FewestOfServer;
        (client.Main, client.Answers) = (server, answers);
        client.Others.Clear();
        if (!isLearned || !known.Local.Contains(before.Ip) || known.Site.IsServer(server.Ip, "ntp")) return;
        Raise(Server, known.Party(who), known.Party(server, 123), departs ? Severity.High : null, departs ? 0.85 : 0.6, [who.Ip.ToString(), server.Ip.ToString(), before.Ip.ToString()],
            [new Fact("time-server", server.Ip.ToString(), before.Ip.ToString()), new Fact("agrees", departs ? "no" : "yes", "yes")], seen, findings);
    }

    private void Stamped(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (ClinicalMessage.Of(seen) is not { Time: { } text, IsTest: false } message || Moment(text) is not { } moment) return;
        Stamps stamps = senders.Of(message.From.Ip);
        // All messages of one conversation may bear the stamp of its beginning: they say it once.
        if (stamps.Uid == message.Flow.Uid && stamps.Text == text) return;
        double offset = moment.Seconds - seen.Began.Seconds;
        (stamps.Subject, stamps.Uid, stamps.Text, stamps.Log) = (message.From, message.Flow.Uid, text, seen.Log);
        if (stamps.InStep == 0) (stamps.Offset, stamps.First, stamps.HasZone) = (offset, seen.At, moment.HasZone);
        if (Math.Abs(offset - stamps.Offset) <= InStep)
        {
            stamps.InStep++;
            (stamps.Last, stamps.Moved) = (seen.At, 0);
            return;
        }
        if (stamps.Moved == 0 || Math.Abs(offset - stamps.MovedTo) > Equally) (stamps.Moved, stamps.MovedTo, stamps.MovedSince) = (0, offset, seen.At);
        stamps.Moved++;
        if (stamps.Moved < FewestMoved || seen.At.Since(stamps.MovedSince) < MovedFor) return;
        double by = stamps.MovedTo - stamps.Offset;
        bool wasInStep = stamps.InStep >= FewestInStep;
        (stamps.Offset, stamps.InStep, stamps.First, stamps.Last, stamps.Moved) = (stamps.MovedTo, stamps.Moved, stamps.MovedSince, seen.At, 0);
        if (wasInStep && !IsOfZone(by)) Raise(Jump, known.Party(message.From), null, null, 0.75, [message.From.Ip.ToString(), Seconds(by), message.To.Ip.ToString()], [new Fact("seconds-moved", Seconds(by), "0"), new Fact("latest-peer", message.To.Ip.ToString())], seen, findings);
    }

    private static bool IsOfZone(double by) => Math.Abs(by) <= MostOfZone && Math.Abs(by - (Math.Round(by / Quarter) * Quarter)) <= Equally / 2;

    private static string Seconds(double seconds) => seconds.ToString("0", CultureInfo.InvariantCulture);

    /// <summary>Reads YYYYMMDDHHMMSS with fraction and zone, or the same with the marks of ISO 8601; without a zone as if it were UTC.</summary>
    private static (double Seconds, bool HasZone)? Moment(string text)
    {
        int zone = text.LastIndexOfAny(['+', '-', 'Z']);
        bool hasZone = zone > 0 && (text[zone] == 'Z' || text.Length - zone is 5 or 6) && !(text[zone] == '-' && text.Length - zone < 5) && zone >= 12;
        string digits = new([.. (hasZone ? text[..zone] : text).TakeWhile(letter => letter != '.').Where(char.IsAsciiDigit)]);
        if (digits.Length < 14 || !DateTime.TryParseExact(digits[..14], "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime at)) return null;
        double seconds = (at - DateTime.UnixEpoch).TotalSeconds;
        if (!hasZone || text[zone] == 'Z') return (seconds, hasZone);
        string away = new([.. text[(zone + 1)..].Where(char.IsAsciiDigit)]);
        if (away.Length != 4) return null;
        double ahead = (int.Parse(away[..2], CultureInfo.InvariantCulture) * 3600) + (int.Parse(away[2..], CultureInfo.InvariantCulture) * 60);
        return (seconds - (text[zone] == '+' ? ahead : -ahead), true);
    }

    private static void Raise(FindingType type, Party subject, Party? peer, Severity? severity, double confidence, string[] arguments, Fact[] facts, TransactionRow seen, IFindingSink findings) => findings.Raise(new Sighting
    {
        Type = type,
        Subject = subject,
        Peer = peer,
        Severity = severity,
        Confidence = confidence,
        Arguments = arguments,
        Facts = [.. facts, new Fact("source-proof", seen.Log == "ntp" ? "single packets" : "handshake")],
        Evidence = new Evidence(seen.At, seen.Flow?.Uid, seen.Flow?.FirstPacket ?? 0, seen.Log),
    });

    private sealed class Exchange
    {
        public long Agreed { get; set; }

        public double OfServer { get; set; }

        public double OfClient { get; set; }
    }

    private sealed class Client
    {
        public Subject Main { get; set; }

        public long Answers { get; set; }

        public Dictionary<Address, int> Others { get; set; } = [];
    }

    private sealed class Stamps
    {
        public Subject Subject { get; set; }

        public string? Uid { get; set; }

        public string? Text { get; set; }

        public string? Log { get; set; }

        public double Offset { get; set; }

        public bool HasZone { get; set; }

        public long InStep { get; set; }

        public CaptureTime First { get; set; }

        public CaptureTime Last { get; set; }

        public int Moved { get; set; }

        public double MovedTo { get; set; }

        public CaptureTime MovedSince { get; set; }
    }
}
