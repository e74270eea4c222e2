using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// One machine that looks for others or for what they offer. Tries are connections that were refused, not answered, or closed again before a byte
/// was said. A port scan is fifteen ports of one machine within ten minutes (thirty of one outside), twenty machines on one port, three machines on three ports
/// each of which none was open, or, slowly, sixty tries in a day, or three segments within ten minutes that belong to no connection (without SYN, RST and ACK, as scans that hide from logs send them); a sweep is sixty-four addresses asked for by ARP, or sixteen by echo request of which a quarter stays silent, within
/// a minute; a sweep for medical and control systems is four machines that refuse DICOM, HL7, Modbus, BACnet or their like, or five that are
/// asked only who they are. Silent on declared scanners, on whoever gets real conversations from at least a fifth of what it tries (an inventory of
/// known ports), on routers, which ask for whatever others look for, on retries of one service that is down, and on traffic of which one side is seen.
/// </summary>
internal sealed class NetworkScan : IDetector, IDetector<FlowRecord>, IDetector<TransactionRow>, IDetector<Observation>
{
    private const int Kept = 4096, FastPorts = 15, OutsidePorts = 30, FastHosts = 20, FewEach = 3, SlowTries = 60, SlowHosts = 8, EchoHosts = 16, ArpHosts = 64, RefusingCare = 4, FewestHidden = 3, AskedCare = 5, UdpHosts = 30;

    /// <summary>Real conversations may make up this share of what is tried, in percent.</summary>
    private const int MostTaken = 20;
    private static readonly TimeSpan Fast = TimeSpan.FromMinutes(10), Slow = TimeSpan.FromDays(1), Sweep = TimeSpan.FromMinutes(1);
    private static readonly FindingType Ports = new("port-scan", Severity.Medium, Duty.InformationDepartment, "T1046");
    private static readonly FindingType Hosts = new("address-sweep", Severity.Low, Duty.InformationDepartment, "T1018");
    private static readonly FindingType Care = new("medical-service-sweep", Severity.High, Duty.ClinicalEngineering, "T0846");

    /// <summary>Ports at which medical and control systems listen by registration or custom (IANA; PS3.8 9.1.1; Modbus, BACnet, S7, EtherNet/IP, DNP3).</summary>
    private static readonly Dictionary<int, string> CarePorts = new()
    {
        [104] = "DICOM",
        [11112] = "DICOM",
        [2761] = "DICOM",
        [2762] = "DICOM",
        [4242] = "DICOM",
        [8042] = "DICOMweb",
        [2575] = "HL7",
        [6661] = "HL7",
        [24105] = "Data Export",
        [3001] = "POCT1-A",
        [502] = "Modbus",
        [47808] = "BACnet",
        [102] = "S7",
        [44818] = "EtherNet/IP",
        [20000] = "DNP3",
        [4840] = "OPC UA",
        [5094] = "HART-IP",
        [9600] = "FINS",
        [5084] = "LLRP",
    };

    private readonly RecentState<Address, Tries> tries = new(Kept);
    private readonly RecentState<MacAddress, Asked> asked = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("network-scan", Ports, Hosts, Care) { Logs = ["arp", "dicom", "modbus", "bacnet"] };

    /// <inheritdoc/>
    public void Inspect(FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        FlowView view = seen.View;
        Address who = view.OriginatorAddress, whom = view.ResponderAddress;
        bool isInside = known.Local.Contains(whom);
        // Conversations with outside go through a router's card.
        if (!isInside && view.Carrier == Carrier.Tcp && !view.ResponderMac.IsNone && seen.IsAnswered()) asked.Of(view.ResponderMac).PassesOn = true;
        if (seen.IsInterim || !(isInside || known.Local.Contains(who)) || whom.IsMulticastOrBroadcast || known.Site.IsScanner(who) || who.IsUnspecified) return;
        if (view.Carrier == Carrier.Icmp)
        {
            if (isInside && view.OriginatorPort is 8 or 128) Echo(seen, known, findings);
            return;
        }
        TryOutcome outcome = ScanOutcome.Of(seen);
        if (outcome == TryOutcome.Unknown || (outcome == TryOutcome.Taken && tries.Find(who) is null)) return;
        Tries own = tries.Of(who);
        own.Begin(view.Began, Fast, Slow);
        if (outcome == TryOutcome.Taken)
        {
            own.Taken(whom, view.ResponderPort);
            return;
        }
        if (!own.Tried(whom, view.ResponderPort, view.Carrier == Carrier.Udp)) return;
        Judge(own, who, seen, known, findings);
    }

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Log == "arp") Arp(seen, known, findings);
        else if (seen.Flow is { } flow && ScanOutcome.IsWhoAreYou(seen) && known.Local.Contains(flow.Server.Ip) && !known.Site.IsScanner(flow.Client.Ip))
        {
            Tries own = tries.Of(flow.Client.Ip);
            own.Begin(seen.At, Fast, Slow);
            if (own.AskedCare.Count > AskedCare || !own.AskedCare.Add(flow.Server.Ip) || own.AskedCare.Count < AskedCare) return;
            string protocol = seen.Log.ToUpperInvariant();
            RaiseCare(flow.Client, protocol, own.AskedCare.Count, "asked only who they are", seen.Log != "bacnet", seen.Evidence(), known, findings);
        }
    }

    /// <inheritdoc/>
    public void Inspect(Observation seen, in Knowledge known, IFindingSink findings)
    {
        if (seen is not Claim { Kind: ClaimKind.Anomaly, Protocol: "tcp", Uid: { } uid } claim || !claim.Value.Contains("no connection", StringComparison.Ordinal) || claim.Subject.Ip.IsNone || known.Site.IsScanner(claim.Subject.Ip)) return;
        Tries own = tries.Of(claim.Subject.Ip);
        own.Begin(seen.At, Fast, Slow);
        if (own.Hidden.Count >= FewestHidden || !own.Hidden.Add(uid) || own.Hidden.Count < FewestHidden || own.IsTold) return;
        own.IsTold = true;
        findings.Raise(new Sighting
        {
            Type = Ports,
            Subject = known.Party(claim.Subject),
            Severity = known.Local.Contains(claim.Subject.Ip) ? null : Severity.Low,
            Confidence = 0.8,
            Arguments = [claim.Subject.Ip.ToString(), FlowFacts.Number(Math.Max(1, own.Hosts)), FlowFacts.Number(Math.Max(FewestHidden, own.Ports)), "hidden"],
            Facts = [new Fact("scan-way", "hidden"), new Fact("how-many", FlowFacts.Number(FewestHidden)), new Fact("seen-in", claim.Origin), new Fact("source-proof", "single packets")],
            Evidence = new Evidence(seen.At, uid, claim.Packet),
        });
    }

    private static void Judge(Tries own, Address who, FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        FlowView view = seen.View;
        ushort port = view.ResponderPort;
        if (CarePorts.TryGetValue(port, out string? protocol) && known.Local.Contains(view.ResponderAddress) && own.HostsOf(port, view.Carrier == Carrier.Udp) == RefusingCare && own.IsMostlyRefused(MostTaken))
            RaiseCare(view.Originator, protocol, RefusingCare, "refused or unanswered", view.Carrier == Carrier.Tcp && seen.ResponderPackets > 0, seen.Evidence(), known, findings);
        if (own.IsTold || !own.IsMostlyRefused(MostTaken)) return;
        int ports = own.PortsOf(view.ResponderAddress), hosts = own.HostsOf(port, view.Carrier == Carrier.Udp);
        // Outside, programs that share files meet many that are gone; only one machine's ports tell something there.
        string? way = !known.Local.Contains(view.ResponderAddress) ? ports >= OutsidePorts ? "vertical" : null : ports >= FastPorts ? "vertical" : hosts >= (view.Carrier == Carrier.Udp ? UdpHosts : FastHosts) ? "horizontal" : own.IsBlock(FewEach) ? "block" : own.Slow.Count >= SlowTries && own.SlowHosts >= SlowHosts ? "slow" : null;
        if (way is null) return;
        own.IsTold = true;
        bool isProven = view.Carrier == Carrier.Tcp && seen.ResponderPackets > 0;
        findings.Raise(new Sighting
        {
            Type = Ports,
            Subject = known.Party(view.Originator),
            Severity = known.Local.Contains(who) ? null : Severity.Low,
            Confidence = way switch { "vertical" => 0.95, "horizontal" => 0.9, "slow" => 0.75, _ => 0.7 } - (isProven ? 0 : 0.1),
            Arguments = [who.ToString(), FlowFacts.Number(own.Hosts), FlowFacts.Number(own.Ports), way],
            Facts =
            [
                new Fact("scan-way", way),
                new Fact("machines-tried", FlowFacts.Number(own.Hosts)),
                new Fact("ports-tried", FlowFacts.Number(own.Ports)),
                new Fact("conversations", FlowFacts.Number(own.TakenPairs), "more than a fifth of what is tried"),
                new Fact("source-proof", isProven ? "answered by the machines tried" : "single packets"),
            ],
            Evidence = seen.Evidence(),
        });
    }

    private static void RaiseCare(Subject client, string protocol, int machines, string what, bool isProven, Evidence evidence, in Knowledge known, IFindingSink findings) => findings.Raise(new Sighting
    {
        Type = Care,
        Subject = known.Party(client),
        Discriminator = protocol,
        Severity = known.Local.Contains(client.Ip) ? isProven ? null : Severity.Medium : Severity.Medium,
        Confidence = isProven ? 0.8 : 0.65,
        Arguments = [client.Ip.ToString(), protocol, FlowFacts.Number(machines)],
        Facts = [new Fact("protocol", protocol), new Fact("machines-tried", FlowFacts.Number(machines), "those that it works with"), new Fact("answers", what), new Fact("source-proof", isProven ? "answered by the machines tried" : "single packets")],
        Evidence = evidence,
    });

    private void Echo(FlowRecord seen, in Knowledge known, IFindingSink findings)
    {
        Tries own = tries.Of(seen.View.OriginatorAddress);
        own.Begin(seen.View.Began, Fast, Slow);
        // A monitor asks the same machines again and again, and most of them answer; who looks around meets silence.
        if (!own.Echoed(seen.View.ResponderAddress, seen.View.Began, Sweep, seen.ResponderPackets > 0) || own.EchoHosts.Count != EchoHosts || own.EchoAnswers * 4 > EchoHosts * 3) return;
        RaiseSweep(seen.View.Originator, "echo requests", EchoHosts, seen.Evidence(), 0.7, known, findings);
    }

    private void Arp(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Text("op"u8) != "request" || seen.Text("sender_mac"u8) is not { } text || !Register.RegisterValues.TryMac(text, out MacAddress mac) || !Address.TryParse(seen.Text("target_ip"u8), out Address target)) return;
        Address sender = Address.TryParse(seen.Text("sender_ip"u8), out Address stated) ? stated : default;
        if (known.Site.IsScanner(sender)) return;
        Asked own = asked.Of(mac);
        if (seen.At.Since(own.Began) > Sweep || own.Began > seen.At) own.Again(seen.At);
        if (own.Targets.Count > ArpHosts || !own.Targets.Add(target) || own.Targets.Count != ArpHosts) return;
        Subject who = Subject.Of(mac, sender, seen.Flow?.Vlan ?? 0);
        // A router asks for whatever others look for behind it.
        if (own.PassesOn) return;
        if (known.Devices.Of(who) is { } device && (device.IsBelievedToRoute(seen.At) || device.IsBelieved("access-point", seen.At))) return;
        RaiseSweep(who, "ARP requests", ArpHosts, new Evidence(seen.At, null, 0, "arp"), 0.7, known, findings);
    }

    private static void RaiseSweep(Subject who, string way, int machines, Evidence evidence, double confidence, in Knowledge known, IFindingSink findings) => findings.Raise(new Sighting
    {
        Type = Hosts,
        Subject = known.Party(who),
        Confidence = confidence,
        Arguments = [who.Ip.IsNone ? who.Mac.ToString() : who.Ip.ToString(), FlowFacts.Number(machines), way],
        Facts = [new Fact("way", way), new Fact("machines-tried", FlowFacts.Number(machines), "those that it works with"), new Fact("source-proof", "single packets")],
        Evidence = evidence,
    });

    private sealed class Asked
    {
        public CaptureTime Began { get; set; }

        public bool PassesOn { get; set; }

        public HashSet<Address> Targets { get; set; } = [];

        public void Again(CaptureTime at)
        {
            Began = at;
            Targets.Clear();
        }
    }
}
