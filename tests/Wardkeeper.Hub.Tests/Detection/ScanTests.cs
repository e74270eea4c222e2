using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Detection.Detectors;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;
using Site = Wardkeeper.Hub.Sites.Site;

namespace Wardkeeper.Hub.Tests.Detection;

/// <summary>Who looks for machines and what they offer, and who only looks as if.</summary>
public class ScanTests
{
    private const string Who = "10.0.1.5", A = "00:1b:21:00:00:0a";

    [Fact]
    public void Fifteen_ports_of_one_machine_are_a_scan_and_fourteen_are_not()
    {
        Finding finding = Vertical(15).Fires("port-scan");
        Assert.Equal("vertical", finding.Facts.Single(fact => fact.Name == "scan-way").Observed);
        Assert.Equal((Severity.Medium, "T1046"), (finding.Severity, finding.Technique));
        Vertical(14).IsSilent();
        Vertical(15, site: "declaredScanners: 10.0.1.5").IsSilent();
    }

    [Fact]
    public void Twenty_machines_on_one_port_are_a_scan_and_a_service_that_is_down_is_none()
    {
        Assert.Equal("horizontal", Horizontal(20, 9999).Fires("port-scan").Facts.Single(fact => fact.Name == "scan-way").Observed);
        Horizontal(19, 9999).IsSilent();
        Scene down = new();
        for (int i = 0; i < 500; i++) Refused(down, "10.0.9.9", 9999);
        down.IsSilent();
    }

    [Fact]
    public void Three_machines_on_three_ports_without_one_that_is_open_are_a_scan()
    {
        Assert.Equal("block", Block(3, [22, 3389, 5900], new Scene()).Fires("port-scan").Facts.Single(fact => fact.Name == "scan-way").Observed);
        // An inventory: two known ports of many machines.
        Block(15, [22, 9100], new Scene()).IsSilent();
        // One of what it tried answers: it knows whom to ask.
        Block(3, [22, 3389, 5900], new Scene().Flow(Who, "10.0.9.1", 8080, state: "S0", history: "S", sent: 0, answered: 0).Flow(Who, "10.0.9.1", 8081)).IsSilent();
    }

    [Fact]
    public void Three_segments_of_no_connection_are_a_scan_that_hides()
    {
        static Scene Hidden(int count, string site = "")
        {
            Scene scene = new(site);
            for (int i = 0; i < count; i++) scene.Claims(Who, ClaimKind.Anomaly, "segment of no connection", "tcp", "tcp flags");
            return scene;
        }
        Assert.Equal("hidden", Hidden(3).Fires("port-scan").Facts.Single(fact => fact.Name == "scan-way").Observed);
        Hidden(2).IsSilent();
        Hidden(3, site: "declaredScanners: 10.0.1.5").IsSilent();
        Hidden(2).Later(TimeSpan.FromMinutes(11)).Claims(Who, ClaimKind.Anomaly, "segment of no connection", "tcp", "tcp flags").IsSilent();
    }

    [Fact]
    public void A_slow_scan_is_found_over_the_day()
    {
        Scene slow = new();
        for (int i = 0; i < 64; i++) Refused(slow, $"10.0.9.{1 + (i % 16)}", (ushort)(9000 + (i / 16))).Later(TimeSpan.FromMinutes(11));
        Assert.Equal("slow", slow.Fires("port-scan").Facts.Single(fact => fact.Name == "scan-way").Observed);
    }

    [Fact]
    public void Whoever_mostly_gets_conversations_is_no_scanner()
    {
        Scene manager = new();
        Refused(manager, "10.0.8.1", 9100);
        for (int i = 1; i <= 30; i++) manager.Flow(Who, $"10.0.9.{i}", 9100);
        for (int i = 1; i <= 25; i++) Refused(manager, $"10.0.7.{i}", 9100);
        manager.IsSilent();
    }

    [Fact]
    public void A_mirror_of_one_side_shows_no_scan()
    {
        Scene oneSided = new();
        for (int i = 1; i <= 40; i++) oneSided.Flow(Who, $"10.0.9.{i}", 9999, state: "S0", history: "SADF", sent: 0, answered: 0);
        oneSided.IsSilent();
    }

    [Fact]
    public void A_million_machines_that_scan_once_are_forgotten_and_none_is_told()
    {
        NetworkScan detector = new();
        FindingBook book = new();
        Knowledge known = new(Site.Unknown, LocalNetworks.Default, new Nobody());
        for (uint i = 0; i < 1_000_000; i++)
        {
            detector.Inspect(new FlowRecord
            {
                View = new FlowView { Uid = "C", Carrier = Carrier.Tcp, Began = new CaptureTime(i * 1000), OriginatorAddress = Address.FromV4(0x0B00_0000 + i), ResponderAddress = Scene.Ip("10.0.9.9"), ResponderPort = 22 },
                ConnState = "S0",
                History = "S",
                CommunityId = "",
                OriginatorPackets = 1,
            }, known, book);
        }
        Assert.Empty(book.Findings);
    }

    [Fact]
    public void Medical_systems_that_are_asked_for_one_after_another_weigh_more()
    {
        Finding finding = Horizontal(4, 2575).Fires("medical-service-sweep");
        Assert.Equal((Severity.High, "10.0.1.5 looks for HL7 on 4 machines"), (finding.Severity, finding.Title.In(chinese: false)));
        Horizontal(3, 2575).IsSilent();
        Scene echoes = new();
        for (int i = 1; i <= 5; i++) echoes.Says("dicom", Who, $"10.0.9.{i}", 104, """{"kind":"dimse","command":"C-ECHO"}""");
        echoes.Fires("medical-service-sweep");
        Scene whoIs = new();
        for (int i = 1; i <= 9; i++) whoIs.Says("bacnet", Who, "10.0.9.255", 47808, """{"pdu_service":"who-is"}""");
        whoIs.IsSilent();
        for (int i = 1; i <= 5; i++) whoIs.Says("modbus", Who, $"10.0.9.{i}", 502, """{"func":"REPORT_SLAVE_ID"}""");
        whoIs.Fires("medical-service-sweep");
        Scene reads = new();
        for (int i = 1; i <= 20; i++) reads.Says("modbus", Who, $"10.0.9.{i}", 502, """{"func":"READ_HOLDING_REGISTERS"}""");
        reads.IsSilent();
    }

    [Fact]
    public void A_router_that_asks_for_what_others_look_for_does_not_sweep()
    {
        Sweep(64).Fires("address-sweep");
        Sweep(63).IsSilent();
        foreach (string type in (string[])["router", "switch", "access-point"])
        {
            DeviceFacts device = new() { Id = 3, Type = type, Subject = Subject.Of(Scene.Mac(A), default), Ips = [Scene.Ip("10.0.9.1")] };
            // Whoever announces himself as one is one to the ledger: that is believed when people say so, or after an hour; not because somebody entered whose it is, or it was there before.
            Sweep(64, new Scene().Knows(device)).Fires("address-sweep");
            Sweep(64, new Scene().Knows(device with { IsKnownToPeople = true, Person = "Li Na" })).Fires("address-sweep");
            Sweep(64, new Scene().Knows(device with { IsKnownToPeople = true, TypeIsFromPeople = true })).IsSilent();
            Sweep(64, new Scene().Knows(device with { TypeSince = CaptureTime.FromSeconds(0) }).Later(TimeSpan.FromHours(2))).IsSilent();
            Sweep(64, new Scene().Knows(device with { TypeSince = CaptureTime.FromSeconds(7000) }).Later(TimeSpan.FromHours(2))).Fires("address-sweep");
        }
        // Conversations with outside went through its card.
        Assert.DoesNotContain(Sweep(64, new Scene().Flow("10.0.8.5", "203.0.113.9", 443, "ssl", toMac: A)).Findings, finding => finding.Type == "address-sweep");
        Assert.Contains(Sweep(64, new Scene().Flow("10.0.8.5", "203.0.113.9", 443, state: "S0", history: "S", answered: 0, toMac: A)).Findings, finding => finding.Type == "address-sweep");
    }

    [Fact]
    public void A_machine_inside_that_scans_one_outside_is_told_and_many_peers_outside_are_not()
    {
        Scene scan = new(), peers = new();
        for (int i = 0; i < 30; i++) Refused(scan, "203.0.113.9", (ushort)(7000 + i));
        scan.Fires("port-scan");
        for (int i = 1; i < 60; i++) Refused(peers, $"203.0.113.{i}", 6881);
        peers.IsSilent();
    }

    internal static Scene Vertical(int ports, string site = "")
    {
        Scene scene = new(site);
        for (int i = 0; i < ports; i++) Refused(scene, "10.0.9.9", (ushort)(7000 + i));
        return scene;
    }

    internal static Scene Horizontal(int hosts, ushort port)
    {
        Scene scene = new();
        for (int i = 1; i <= hosts; i++) Refused(scene, $"10.0.9.{i}", port);
        return scene;
    }

    internal static Scene Sweep(int targets, Scene? scene = null)
    {
        scene ??= new Scene();
        for (int i = 1; i <= targets; i++)
        {
            // Two in a second of capture: what a scene tells takes a second each.
            scene.Row("arp", $$"""{"op":"request","sender_mac":"{{A}}","sender_ip":"10.0.9.1","target_ip":"10.0.8.{{i}}"}""", vlan: 7, carrier: Carrier.Link);
            if (i % 2 == 0) scene.Later(TimeSpan.FromSeconds(-1));
        }
        return scene;
    }

    private static Scene Block(int hosts, ushort[] ports, Scene scene)
    {
        for (int i = 1; i <= hosts; i++)
        {
            foreach (ushort port in ports) Refused(scene, $"10.0.9.{i}", port);
        }
        return scene;
    }

    private static Scene Refused(Scene scene, string host, ushort port) => scene.Flow(Who, host, port, state: "REJ", history: "Sr", sent: 0, answered: 0);

    private sealed class Nobody : IDeviceDirectory
    {
        public bool HasRegister => false;

        public DeviceFacts? Of(Subject subject) => null;

        public IEnumerable<DeviceFacts> All() => [];
    }
}
