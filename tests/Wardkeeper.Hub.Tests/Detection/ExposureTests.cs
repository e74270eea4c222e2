using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Register;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Detection;

/// <summary>What is reachable, left behind or out of place: when it is told, how bad it is, and what looks like it.</summary>
public class ExposureTests
{
    private const string A = "00:1b:21:00:00:0a", B = "00:1b:21:00:00:0b";

    private const string Zones = "networks: [{network: 10.0.1.0/24, name: ICU, zone: life-support}, {network: 10.0.2.0/24, name: Theatre, zone: life-support}, {network: 10.0.3.0/24, name: Office}]";

    /// <summary>From the epoch, at which scenes begin, to November 2026.</summary>
    internal static TimeSpan To2026 => new DateTime(2026, 11, 23, 0, 0, 0, DateTimeKind.Utc) - DateTime.UnixEpoch;

    [Fact]
    public void A_database_is_told_with_the_zones_that_reach_beyond_its_own()
    {
        new Scene(Zones).Flow("10.0.1.5", "10.0.2.9", 5432).Flow("10.0.2.5", "10.0.2.9", 5432).IsSilent();
        Finding finding = new Scene(Zones).Flow("10.0.1.5", "10.0.2.9", 5432).Flow("10.0.3.5", "10.0.2.9", 5432).Flow("10.0.4.5", "10.0.2.9", 5432).Fires("database-offered");
        Assert.Equal(["Office", "10.0.4.0/24"], finding.ReachedFrom);
        Assert.Equal("reachable inside life-support", finding.Facts.Single(fact => fact.Name == "port").Expected);
    }

    [Fact]
    public void Screens_and_shares_count_beyond_their_zone_alone()
    {
        new Scene().Flow("10.0.9.5", "10.0.9.9", 3389, "rdp").Flow("10.0.9.5", "10.0.9.9", 445, "smb").IsSilent();
        new Scene(Zones).Flow("10.0.1.5", "10.0.2.9", 5900, "rfb").Flow("10.0.1.5", "10.0.2.9", 2049, "rpc").IsSilent();
        new Scene().Flow("10.0.1.5", "10.0.9.9", 111, "rpc").Flow("10.0.1.5", "10.0.9.9", 5800).Flow("10.0.1.5", "203.0.113.9", 3389, "rdp").Fires("remote-desktop-offered");
        new Scene("servers: [{address: 10.0.9.9, roles: [terminal, file-transfer]}]").Flow("10.0.1.5", "10.0.9.9", 3389, "rdp").Flow("10.0.1.5", "10.0.9.9", 445, "smb").IsSilent();
        Assert.Equal(Severity.High, new Scene("servers: [{address: 10.0.9.9, roles: [terminal]}]").Flow("203.0.113.5", "10.0.9.9", 5938, "teamviewer").Fires("remote-desktop-offered").Severity);
        Assert.Equal("Windows share (SMB) on tcp/4450, reached from 10.0.1.0/24", new Scene().Flow("10.0.1.5", "10.0.9.9", 4450, "dce_rpc,smb").Fires("file-share-offered").Title.In(chinese: false));
    }

    [Theory]
    [InlineData("Windows 7 Professional 7601 Service Pack 1", "Windows 7 or Server 2008 R2", ClaimKind.OperatingSystem)]
    [InlineData("Windows NT 5.1", "Windows XP", ClaimKind.OperatingSystem)]
    [InlineData("Windows Server 2003 or XP x64 (5.2.3790)", "Windows Server 2003", ClaimKind.OperatingSystem)]
    [InlineData("Mozilla/5.0 (Linux; Android 4.4.2; PDA)", "Android 4", ClaimKind.UserAgent)]
    [InlineData("android-dhcp-9", "Android 9", ClaimKind.DhcpVendorClass)]
    [InlineData("Windows 10 1809 or Server 2019 (10.0.17763)", null, ClaimKind.OperatingSystem)]
    [InlineData("Windows NT 10.0", null, ClaimKind.OperatingSystem)]
    [InlineData("Mozilla/5.0 (Linux; Android 14)", null, ClaimKind.UserAgent)]
    [InlineData("MSFT 5.0", null, ClaimKind.DhcpVendorClass)]
    [InlineData("Unix", null, ClaimKind.OperatingSystem)]
    public void A_system_is_outdated_when_its_makers_support_is_over(string said, string? system, ClaimKind kind)
    {
        Scene scene = new Scene().Later(To2026).Claims("10.0.9.9", kind, said, "smb");
        if (system is null) scene.IsSilent();
        else Assert.Equal(system, scene.Fires("outdated-system").Title.Arguments[0]);
        // Thirteen years before, and outside, the same is in order.
        new Scene().Later(To2026 - TimeSpan.FromDays(16 * 365)).Claims("10.0.9.9", ClaimKind.OperatingSystem, "Windows 7 Professional", "smb").Later(TimeSpan.FromDays(6_000)).Claims("203.0.113.9", kind, said, "smb").IsSilent();
    }

    [Fact]
    public void A_weak_password_is_told_by_its_rule_once_a_user()
    {
        Finding finding = new Scene().Claims("10.0.9.9", ClaimKind.WeakPassword, "admin: guessable", "ftp").Claims("10.0.9.9", ClaimKind.WeakPassword, "admin: guessable", "ftp").Fires("weak-password");
        Assert.Equal((Severity.High, 2L, "Password of admin over ftp: easily guessed"), (finding.Severity, finding.Count, finding.Title.In(chinese: false)));
        Assert.Equal("ftp 中 admin 的口令: 极易猜中", finding.Title.In(chinese: true));
        Assert.Equal("Password of the community over snmp: easily guessed", new Scene().Claims("10.0.9.9", ClaimKind.WeakPassword, "-: guessable", "snmp").Fires("weak-password").Title.In(chinese: false));
        Assert.Equal(Severity.Medium, new Scene().Claims("10.0.9.9", ClaimKind.WeakPassword, "a: b: digits-only", "telnet").Fires("weak-password").Severity);
        new Scene().Claims("203.0.113.9", ClaimKind.WeakPassword, "admin: guessable", "ftp").IsSilent();
    }

    [Fact]
    public void What_lies_beyond_the_site_speaks_the_readers_language()
    {
        Finding finding = new Scene().Flow("203.0.113.5", "10.0.9.9", 3306).Fires("database-offered");
        Assert.EndsWith("来自 院外", finding.Title.In(chinese: true), StringComparison.Ordinal);
        Assert.EndsWith("reached from outside", finding.Title.In(chinese: false), StringComparison.Ordinal);
        Assert.Equal("outside", Assert.Single(finding.ReachedFrom));
    }

    [Theory]
    [InlineData("his-test", true)]
    [InlineData("PACS_UAT2", true)]
    [InlineData("挂号测试服务器", true)]
    [InlineData("uat.hospital.test", true)]
    [InlineData("office-pc75.hospital.test", false)]
    [InlineData("latest", false)]
    [InlineData("contest-pc", false)]
    [InlineData("demonstrator", false)]
    public void A_test_system_says_so_in_a_word_of_its_own(string name, bool isTest)
    {
        Scene scene = new Scene().Claims("10.0.9.9", ClaimKind.HostName, name).Reviewed();
        if (isTest) Assert.Equal(Severity.Low, scene.Fires("test-system-left").Severity);
        else scene.IsSilent();
    }

    [Fact]
    public void A_test_system_weighs_more_the_longer_it_is_left()
    {
        const string Database = """{"database":"ris_test"}""";
        // Used by others: to know. After two weeks, or beyond the declared end: to mend.
        Finding used = new Scene().Says("mysql", "10.0.1.5", "10.0.1.9", 3307, Database).Flow("10.0.1.5", "10.0.1.9", 8080).Reviewed().Fires("test-system-left");
        Assert.Equal((Severity.Info, "1 machines"), (used.Severity, used.Facts.Single(fact => fact.Name == "used-by").Observed));
        Assert.Equal(Severity.Medium, new Scene().Says("mysql", "10.0.1.5", "10.0.1.9", 3307, Database).Later(TimeSpan.FromDays(15)).Says("mysql", "10.0.1.5", "10.0.1.9", 3307, Database).Reviewed().Fires("test-system-left").Severity);
        DeviceFacts device = Device(1, "server", "it", "10.0.1.9") with { LastSeen = CaptureTime.FromSeconds(86_400 * 12) };
        new Scene("testSystems: [{address: 10.0.1.9, until: '1970-01-09T00:00:00Z'}]").Knows(device).Claims("10.0.1.9", ClaimKind.HostName, "test").Reviewed().IsSilent();
        Assert.Equal("1970-01-03", new Scene("testSystems: [{address: 10.0.1.9, name: old RIS, until: '1970-01-03T00:00:00Z'}]").Knows(device).Claims("10.0.1.9", ClaimKind.HostName, "test").Reviewed().Fires("test-system-left").Title.Arguments[1]);
    }

    [Fact]
    public void A_device_is_in_the_wrong_network_by_the_sites_word_or_by_the_great_majority()
    {
        Finding odd = Network(9, 1).Reviewed().Fires("device-in-wrong-network");
        Assert.Equal("Camera 10 (camera) stands in 10.0.7.0/24", odd.Title.In(chinese: false));
        Assert.Equal("infusion (9 of 10 devices)", odd.Facts.Single(fact => fact.Name == "kind-of-device").Expected);
        Network(6, 1).Reviewed().IsSilent();
        Assert.Equal(6, Network(6, 1, "networks: [{network: 10.0.7.0/24, name: Cameras, holds: [building]}]").Reviewed().Findings.Count(finding => finding.Type == "device-in-wrong-network"));
        Network(9, 3, "networks: [{network: 10.0.7.0/24, name: Ward, holds: [infusion, camera]}]").Reviewed().IsSilent();
    }

    [Fact]
    public void A_device_in_the_wrong_network_does_not_escape_by_calling_itself_a_switch()
    {
        DeviceFacts said = Device(10, "switch", "it", "10.0.7.10") with { Name = "Camera 10" };
        Scene With(DeviceFacts device) => Network(9, 0).Knows(device).Later(TimeSpan.FromHours(2)).Reviewed();
        Scene scene = Network(9, 1).Later(TimeSpan.FromHours(2)).Reviewed();
        scene.Replaces(said with { TypeBefore = "camera", TypeSince = scene.Now }).Reviewed();
        Assert.Equal(FindingState.New, scene.Fires("device-in-wrong-network").State);
        With(said with { TypeBefore = "camera" }).Fires("device-in-wrong-network");
        // A switch of long standing, one that people name so, and one of which nothing else was ever known.
        With(said with { TypeBefore = "camera", TypeSince = CaptureTime.FromSeconds(60) }).IsSilent();
        With(said with { TypeBefore = "camera", TypeIsFromPeople = true }).IsSilent();
        With(said).IsSilent();
    }

    [Fact]
    public void By_its_own_word_alone_nothing_gets_rid_of_the_question_whose_it_is()
    {
        DeviceFacts said = Device(10, "switch", "it", "10.0.7.10") with { LastSeen = CaptureTime.FromSeconds(100_000) };
        Scene Asked(DeviceFacts device) => new Scene().Owns(device).Later(TimeSpan.FromDays(2)).Reviewed();
        Asked(said with { TypeSince = CaptureTime.FromSeconds(60) }).IsSilent();
        Asked(said with { TypeIsFromPeople = true }).IsSilent();
        Asked(said).Fires("device-without-owner");
        Asked(said with { TypeSince = CaptureTime.FromSeconds(172_000) }).Fires("device-without-owner");
    }

    [Fact]
    public void A_device_that_was_moved_to_its_network_ends_the_finding()
    {
        Scene scene = Network(9, 1).Reviewed();
        scene.Fires("device-in-wrong-network");
        scene.Described("networks: [{network: 10.0.7.0/24, name: Ward, holds: [infusion, camera]}]", beginsBatch: true).Reviewed();
        Assert.Equal(FindingState.Closed, Assert.Single(scene.Findings).State);
    }

    [Fact]
    public void A_frame_of_another_vlan_than_the_rest_of_its_network_is_told()
    {
        Scene scene = new();
        for (int i = 1; i <= 10; i++) scene.Knows(Device(i, "infusion-pump", "infusion", $"10.0.7.{i}", vlan: i == 10 ? (ushort)99 : (ushort)7));
        Assert.Equal("VLAN 99", scene.Reviewed().Fires("device-in-wrong-network").Title.Arguments[2]);
    }

    [Fact]
    public void A_radio_cell_is_a_neighbours_unless_it_poses_or_is_on_the_wire()
    {
        Assert.Equal(Severity.Info, new Scene().Beacon(A, "Canteen").Beacon(A, "Canteen").Fires("private-access-point").Severity);
        Assert.Equal(Severity.High, new Scene("{accessPoints: ['00:1b:21:00:00:0b'], wirelessNames: [Hospital]}").Beacon(B, "Hospital").Beacon(A, "Hospital").Fires("private-access-point").Severity);
        Assert.Equal(Severity.Medium, new Scene().Knows(Device(1, "home-gateway", "building", "10.0.9.9") with { Subject = Subject.Of(Scene.Mac(A), default) }).Beacon(A, "home").Fires("private-access-point").Severity);
        new Scene("accessPoints: 001b-2100-000a").Beacon(A, "Hospital").IsSilent();
    }

    [Fact]
    public void A_second_server_hands_out_addresses_where_one_should()
    {
        Scene Two(string site, params DeviceFacts[] known) => known.Aggregate(new Scene(site), (scene, device) => scene.Knows(device)).Claims("10.0.1.1", ClaimKind.Role, "dhcp-server", "dhcp", "reply", A).Claims("10.0.1.7", ClaimKind.Role, "dhcp-server", "dhcp", "reply", B);
        Assert.Equal("10.0.1.7", Two("").Reviewed().Fires("foreign-dhcp-server").Subject.Address);
        Assert.Equal("10.0.1.1", Two("").Claims("10.0.1.7", ClaimKind.Role, "router", "ethernet", "packet seen on both sides", B).Fires("foreign-dhcp-server").Subject.Address);
        Assert.Equal("10.0.1.7", new Scene().Claims("10.0.1.1", ClaimKind.Role, "dhcp-server", "dhcp", "reply", A).Later(TimeSpan.FromMinutes(2)).Claims("10.0.1.7", ClaimKind.Role, "dhcp-server", "dhcp", "reply", B).Fires("foreign-dhcp-server").Subject.Address);
        Assert.Equal(Severity.High, Two("servers: [{address: 10.0.1.1, roles: [dhcp]}]").Fires("foreign-dhcp-server").Severity);
        Two("servers: [{address: 10.0.1.0/28, roles: [dhcp]}]").IsSilent();
        // A router serves each of its networks from an address of its own.
        DeviceFacts router = Device(1, "router", "information", "10.0.1.7") with { Ips = [Scene.Ip("10.0.1.1"), Scene.Ip("10.0.1.7")] };
        Two("servers: [{address: 10.0.1.1, roles: [dhcp]}]", router).IsSilent();
        // So does one that people keep in the ledger, before the address that is declared is heard of it.
        DeviceFacts kept = router with { Ips = [Scene.Ip("10.0.1.7")], IsKnownToPeople = true, TypeIsFromPeople = true };
        Two("servers: [{address: 10.0.1.1, roles: [dhcp]}]", kept).IsSilent();
        Two("servers: [{address: 10.0.1.1, roles: [dhcp]}]", kept with { TypeIsFromPeople = false }).Fires("foreign-dhcp-server");
        new Scene().Claims("10.0.1.1", ClaimKind.Role, "dhcp-server", "dhcp", "reply", A).Claims("10.0.2.7", ClaimKind.Role, "dhcp-server", "dhcp", "reply", B, vlan: 9).IsSilent();
    }

    [Fact]
    public void Several_systems_behind_one_card_are_told_unless_it_is_a_router()
    {
        string[] same = ["10.0.1.5", "10.0.1.6", "10.0.1.7"];
        Assert.Equal($"Several systems behind {A} (number of addresses: 3)", Behind(same).Reviewed().Reviewed().Fires("several-systems-behind-one-card").Title.In(chinese: false));
        Behind(["10.0.1.5", "10.0.2.6", "10.0.3.7"]).Reviewed().IsSilent();
        Behind(same).Claims("", ClaimKind.Role, "router", "ethernet", "packet seen on both sides", A).Reviewed().IsSilent();
        Behind(same).Flow("8.8.8.8", "10.0.9.9", 8080, fromMac: A).Reviewed().IsSilent();
    }

    [Fact]
    public void Two_systems_that_share_a_card_speak_in_turns_and_one_that_boots_another_does_not()
    {
        Scene Bound(bool both = true) => new Scene().Claims("10.0.1.5", ClaimKind.AddressBinding, "10.0.1.5", "arp", "request", A).Claims("10.0.1.6", ClaimKind.AddressBinding, both ? "10.0.1.6" : "10.0.1.5", "arp", "request", A);
        string[] turns = ["10.0.1.5", "10.0.1.6", "10.0.1.5", "10.0.1.6"], once = ["10.0.1.5", "10.0.1.5", "10.0.1.6", "10.0.1.6"];
        Scene Speak(Scene scene, string[] ips) => ips.Aggregate(scene, (all, ip) => all.Claims(ip, ClaimKind.TcpStack, ip.EndsWith('5') ? "ttl=64;win=1" : "ttl=128;win=1", "tcp", "SYN", A));
        Speak(Bound(), turns).Reviewed().Fires("several-systems-behind-one-card");
        Speak(Bound(), once).Reviewed().IsSilent();
        // Two behind a router that is not known yet: their addresses are not bound to its card.
        Speak(Bound(both: false), turns).Reviewed().IsSilent();
    }

    private static Scene Behind(string[] ips, Scene? scene = null)
    {
        scene ??= new Scene();
        for (int i = 0; i < ips.Length; i++) scene.Claims(ips[i], ClaimKind.TcpStack, i % 2 == 0 ? "ttl=64;win=1" : "ttl=128;win=1", "tcp", "SYN", A);
        return scene;
    }

    [Fact]
    public void Guests_of_a_telephone_are_told_when_they_are_heard()
    {
        const string Windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0", Android = "Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile";
        static Scene Browsing(params string[] agents)
        {
            Scene scene = new();
            foreach (string agent in agents) scene.Claims("10.0.1.5", ClaimKind.UserAgent, agent, "http", "User-Agent", A);
            return scene;
        }
        Assert.Equal($"Several systems behind {A} (number of addresses: 1)", Browsing(Windows, Android).Fires("several-systems-behind-one-card").Title.In(chinese: false));
        Browsing(Windows, Windows).IsSilent();
        Browsing(Android).IsSilent();
        new Scene().Claims("10.0.1.5", ClaimKind.Role, "router", "ethernet", "packet seen on both sides", A).Claims("10.0.1.5", ClaimKind.UserAgent, Windows, "http", "User-Agent", A).Claims("10.0.1.5", ClaimKind.UserAgent, Android, "http", "User-Agent", A).IsSilent();
    }

    [Fact]
    public void Who_only_says_that_he_is_a_router_serves_no_network_and_hides_no_systems()
    {
        DeviceFacts said = Device(1, "router", "information", "10.0.1.7") with { FirstSeen = CaptureTime.FromSeconds(60) };
        Scene Second(DeviceFacts device) => new Scene().Claims("10.0.1.1", ClaimKind.Role, "dhcp-server", "dhcp", "reply", A).Later(TimeSpan.FromMinutes(2)).Knows(device).Claims("10.0.1.7", ClaimKind.Role, "dhcp-server", "dhcp", "reply", B);
        Second(said).Fires("foreign-dhcp-server");
        Second(said with { IsKnownToPeople = true }).Fires("foreign-dhcp-server");
        Second(said with { TypeIsFromPeople = true }).IsSilent();
        Second(said with { FirstSeen = CaptureTime.FromSeconds(-7200) }).Fires("foreign-dhcp-server");
        Second(said with { TypeSince = CaptureTime.FromSeconds(-7200) }).IsSilent();
        Scene Shared(DeviceFacts? device, string protocol = "lldp", string origin = "enabled capabilities")
        {
            Scene scene = new Scene().Claims("", ClaimKind.Role, "router", protocol, origin, A);
            if (device is not null) scene.Knows(device with { Ips = [Scene.Ip("10.0.1.5"), Scene.Ip("10.0.1.6"), Scene.Ip("10.0.1.7")] });
            for (int i = 5; i <= 7; i++) scene.Claims($"10.0.1.{i}", ClaimKind.TcpStack, i % 2 == 0 ? "ttl=64;win=1" : "ttl=128;win=1", "tcp", "SYN", A);
            return scene.Reviewed();
        }
        Scene relay = Behind(["10.0.1.5", "10.0.1.6", "10.0.1.7"], new Scene().Claims("", ClaimKind.Role, "proxy", "http", "Via", A).Later(TimeSpan.FromHours(2)));
        relay.Reviewed().IsSilent();
        Shared(null).Fires("several-systems-behind-one-card");
        Shared(said).Fires("several-systems-behind-one-card");
        Shared(said with { IsKnownToPeople = true }).Fires("several-systems-behind-one-card");
        Shared(said with { TypeIsFromPeople = true }).IsSilent();
        Shared(null, "ethernet", "packet seen on both sides").IsSilent();
    }

    [Fact]
    public void A_registered_device_that_is_back_ends_the_finding()
    {
        DeviceFacts pump = Device(4, "infusion-pump", "infusion", "10.0.9.9") with { Department = "ICU", IsKnownToPeople = true, LastSeen = CaptureTime.FromSeconds(10) };
        new Scene().Owns(pump with { IsKnownToPeople = false }).Later(TimeSpan.FromDays(40)).Reviewed().IsSilent();
        new Scene().Owns(pump with { LifeCycle = "in-repair" }).Later(TimeSpan.FromDays(40)).Reviewed().IsSilent();
        new Scene().Owns(pump).Later(TimeSpan.FromDays(29)).Reviewed().IsSilent();
        Scene scene = new Scene().Owns(pump).Later(TimeSpan.FromDays(41)).Reviewed();
        Assert.Equal("40", scene.Fires("device-not-seen").Title.Arguments[2]);
        scene.Replaces(pump with { LastSeen = scene.Now }).Later(TimeSpan.FromDays(1)).Reviewed();
        Assert.Equal(FindingState.Closed, Assert.Single(scene.Findings).State);
    }

    [Fact]
    public void What_was_published_for_a_test_system_is_told_when_the_laboratory_server_has_its_address()
    {
        Scene scene = Handed().Published(new PublishedService(Scene.Ip("203.0.113.5"), 443, 443, Scene.Ip("10.0.9.9"), 443, 443, Carrier.Tcp, "portal", 2)).Reviewed();
        scene.Gone(7).Moves("10.0.9.9", A, B, silent: 7_200).Passes(TimeSpan.FromMinutes(6)).Reviewed();
        Finding finding = Assert.Single(scene.Findings, one => one.Type == "inherited-reach");
        Assert.Equal("10.0.9.9: granted for old registration test system, now laboratory server", finding.Title.In(chinese: false));
        Assert.Equal((Severity.High, 8L, 7L), (finding.Severity, finding.Subject.Device!.Id, finding.Peer!.Device!.Id));
        Assert.Equal("203.0.113.5:443 tcp, rule portal", finding.Facts.Single(fact => fact.Name == "published-as").Observed);
        // A table that comes later finds what was handed on before; one without the address finds nothing.
        Scene late = Handed().Gone(7).Moves("10.0.9.9", A, B).Passes(TimeSpan.FromMinutes(6)).Published(new PublishedService(Scene.Ip("203.0.113.5"), 443, 443, Scene.Ip("10.0.9.9"), 443, 443, Carrier.Tcp, "portal", 2)).Reviewed();
        Assert.Contains(late.Findings, one => one.Type == "inherited-reach");
        Assert.DoesNotContain(Handed().Gone(7).Moves("10.0.9.9", A, B).Passes(TimeSpan.FromMinutes(6)).Reviewed().Findings, one => one.Type == "inherited-reach");
        Assert.DoesNotContain(Handed().Gone(7).Moves("10.0.9.9", A, B).Moves("10.0.9.9", B, A, isBack: true).Passes(TimeSpan.FromMinutes(6)).Reviewed().Findings, one => one.Type == "inherited-reach");
    }

    [Fact]
    public void Peers_from_beyond_the_zone_that_still_come_are_named()
    {
        Scene scene = Handed().Flow("10.0.1.5", "10.0.9.9", 8080).Flow("10.0.2.5", "10.0.9.9", 8080).Flow("10.0.9.5", "10.0.9.9", 8080).Gone(7).Moves("10.0.9.9", A, B).Passes(TimeSpan.FromMinutes(6));
        scene.Flow("10.0.1.5", "10.0.9.9", 8080).Flow("10.0.9.5", "10.0.9.9", 8080).Flow("10.0.3.5", "10.0.9.9", 8080).Reviewed();
        Assert.Equal("10.0.1.5", Assert.Single(scene.Findings, one => one.Type == "inherited-reach").Facts.Single(fact => fact.Name == "peers-of-the-former").Observed);
    }

    [Fact]
    public void A_rule_for_a_test_before_which_something_else_stands_is_told_without_a_move()
    {
        PublishedService rule = new(Scene.Ip("203.0.113.5"), 443, 443, Scene.Ip("10.0.9.9"), 443, 443, Carrier.Tcp, "挂号测试系统", 2);
        Assert.Contains(new Scene().Knows(Device(8, "server", "it", "10.0.9.9")).Published(rule).Reviewed().Findings, one => one.Type == "inherited-reach");
        Assert.DoesNotContain(new Scene().Knows(Device(8, "server", "it", "10.0.9.9") with { Name = "ris-test" }).Published(rule).Reviewed().Findings, one => one.Type == "inherited-reach");
    }

    [Fact]
    public void An_address_that_is_handed_on_takes_no_verdict_and_no_suppression_along()
    {
        Scene scene = Handed().Flow("10.0.1.5", "10.0.9.9", 3306);
        Finding old = Assert.Single(scene.Findings);
        Assert.Equal(7, old.Subject.Device!.Id);
        scene.Book.Decided(old.Number, FindingState.Closed, Verdict.Benign, scene.Now);
        scene.Flow("10.0.1.5", "10.0.9.9", 3306);
        Assert.Equal(FindingState.Closed, Assert.Single(scene.Findings).State);
        scene.Gone(7).Moves("10.0.9.9", A, B).Passes(TimeSpan.FromMinutes(6)).Flow("10.0.1.5", "10.0.9.9", 3306).Reviewed();
        Finding[] databases = [.. scene.Findings.Where(one => one.Type == "database-offered")];
        Assert.Equal([(FindingState.Closed, 7L, 2L), (FindingState.New, 8L, 1L)], databases.Select(one => (one.State, one.Subject.Device!.Id, one.Count)));
        // A suppression of the address by itself says nothing of the device that has it now.
        Suppression bare = new() { Number = 1, Type = "database-offered", Address = "10.0.9.9", Reason = "x", Owner = "x", Made = default, Expires = default };
        Assert.True(bare.Means("database-offered", null, "10.0.9.9", Scene.Ip("10.0.9.9")));
        Assert.False(bare.Means("database-offered", 8, "10.0.9.9", Scene.Ip("10.0.9.9")));
    }

    [Fact]
    public void What_is_open_about_the_former_device_is_over_when_its_address_goes_to_another()
    {
        Scene scene = Handed().Flow("10.0.1.5", "10.0.9.9", 3306).Gone(7).Moves("10.0.9.9", A, B).Passes(TimeSpan.FromMinutes(6)).Reviewed();
        Finding old = Assert.Single(scene.Findings, one => one.Type == "database-offered");
        Assert.Equal((FindingState.Closed, null, 7L), (old.State, old.Verdict, old.Subject.Device!.Id));
        Assert.Contains(old.Number, scene.Book.Ended.Select(one => one.Number));
    }

    /// <summary>A registration test system that has an address which the laboratory server takes over.</summary>
    private static Scene Handed() => new Scene().Later(TimeSpan.FromDays(3))
        .Knows(new DeviceFacts { Id = 7, Name = "old registration test system", Subject = Subject.Of(Scene.Mac(A), default), Ips = [Scene.Ip("10.0.9.9")] })
        .Knows(new DeviceFacts { Id = 8, Name = "laboratory server", Subject = Subject.Of(Scene.Mac(B), default), Ips = [Scene.Ip("10.0.9.9")] });

    /// <summary>A network in which pumps and cameras live.</summary>
    internal static Scene Network(int pumps, int cameras, string site = "")
    {
        Scene scene = new(site);
        for (int i = 1; i <= pumps + cameras; i++) scene.Knows(i <= pumps ? Device(i, "infusion-pump", "infusion", $"10.0.7.{i}") : Device(i, "camera", "building", $"10.0.7.{i}") with { Name = $"Camera {i}" });
        return scene;
    }

    private static DeviceFacts Device(int id, string type, string category, string ip, ushort vlan = 0) =>
        new() { Id = id, Name = $"{type} {id}", Type = type, Category = category, Subject = Subject.Of(default, Scene.Ip(ip), vlan), Ips = [Scene.Ip(ip)] };
}
