using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Detection;

/// <summary>Who takes the place of a gateway, a router, a name server or a radio cell, and who honestly takes it over.</summary>
public class NetworkAttackTests
{
    private const string A = "00:1b:21:00:00:0a", B = "00:1b:21:00:00:0b", C = "00:1b:21:00:00:0c", Gateway = "10.0.9.1", Own = "10.0.1.53";

    [Fact]
    public void A_host_that_claims_the_gateways_address_is_told_at_once_and_weighs_more_when_the_gateway_is_still_there()
    {
        Scene scene = Leased().Arp(A, Gateway, "10.0.9.5").Arp(B, Gateway, "10.0.9.5");
        Assert.Equal((Severity.High, 0.75), (scene.Fires("gateway-spoofed").Severity, scene.Fires("gateway-spoofed").Confidence));
        Assert.Equal(Severity.Critical, scene.Arp(A, Gateway, "10.0.9.7").Fires("gateway-spoofed").Severity);
        Assert.Equal("T1557.002", scene.Fires("gateway-spoofed").Technique);
    }

    [Fact]
    public void A_gateway_is_known_by_what_its_card_passes_on_too()
    {
        Scene scene = new();
        foreach (string from in (string[])["10.0.1.5", "10.0.2.5", "10.0.3.5"]) scene.Flow(from, "10.0.9.5", 443, fromMac: A, vlan: 7);
        scene.Arp(A, Gateway, "10.0.9.5").Arp(B, Gateway, "10.0.9.5").Fires("gateway-spoofed");
        // Its second router passes packets on as well.
        Scene pair = new();
        foreach (string card in (string[])[A, B])
        {
            foreach (string from in (string[])["10.0.1.5", "10.0.2.5", "10.0.3.5"]) pair.Flow(from, "10.0.9.5", 443, fromMac: card, vlan: 7);
        }
        pair.Arp(A, Gateway, "10.0.9.5").Arp(B, Gateway, "10.0.9.5").IsSilent();
    }

    [Fact]
    public void A_fail_over_of_a_gateway_is_silent()
    {
        Leased().Arp(A, Gateway, "10.0.9.5").Arp(B, Gateway, Gateway).Arp(B, Gateway, "10.0.9.5").IsSilent();
        Leased().Arp("00:00:5e:00:01:0a", Gateway, "10.0.9.5").Arp(B, Gateway, "10.0.9.5").IsSilent();
        Leased().Arp(A, Gateway, "10.0.9.5").Later(TimeSpan.FromDays(1)).Arp(B, Gateway, "10.0.9.5").IsSilent();
    }

    [Fact]
    public void An_address_of_version_6_that_two_claim_is_shared()
    {
        Scene Claims(string card, Scene scene, bool isSolicited = true) => scene.Row("nd", $$"""{"op":"neighbour-advertisement","target":"2001:db8::9","link_address":"{{card}}","is_solicited":{{(isSolicited ? "true" : "false")}},"overrides":true}""", vlan: 7, carrier: Carrier.Icmp);
        Claims(A, Claims(B, Claims(A, new Scene()))).Fires("address-shared");
        Claims(A, Claims(B, Claims(A, new Scene()), isSolicited: false), isSolicited: false).IsSilent();
    }

    [Fact]
    public void A_router_that_begins_to_announce_itself_later_is_foreign_and_the_networks_own_is_not()
    {
        Announced(new Scene(), A).IsSilent();
        Announced(Announced(new Scene(), A).Later(TimeSpan.FromHours(2)), A).IsSilent();
        Assert.Equal(Severity.Medium, Announced(new Scene().Row("nd", """{"op":"neighbour-solicitation"}""", vlan: 7).Later(TimeSpan.FromHours(2)), A).Fires("foreign-router").Severity);
        // A second router of the same prefixes is the network's own; one with others is not.
        Announced(Announced(new Scene(), A).Later(TimeSpan.FromHours(2)), B).IsSilent();
        Assert.Equal(Severity.High, Announced(Announced(new Scene(), A).Later(TimeSpan.FromHours(2)), B, "2001:db8:bad::/64").Fires("foreign-router").Severity);
        // Before an hour has passed nothing is known of the network.
        Announced(Announced(new Scene(), A), B, "2001:db8:bad::/64").IsSilent();
    }

    [Fact]
    public void A_router_that_did_not_answer_when_somebody_asked_for_routers_was_not_there()
    {
        Assert.Equal(Severity.High, Announced(Asked(10), B, "2001:db8:bad::/64").Fires("foreign-router").Severity);
        Announced(Asked(5), B, "2001:db8:bad::/64").IsSilent();
        Announced(Asked(10), B).IsSilent();
        // The network's own router got another prefix, and a second one announces the same.
        Announced(Announced(Asked(10), A, "2001:db8:2::/64"), B, "2001:db8:2::/64").IsSilent();
        // Nobody has answered: a network without a router of its own is learnt for an hour.
        Announced(new Scene().Row("nd", """{"op":"router-solicitation"}""", vlan: 7).Later(TimeSpan.FromSeconds(60)), B).IsSilent();
        // Whoever announces himself is a router to the ledger as well: that is believed when people say so, or after an hour.
        Scene asked = Asked(10);
        DeviceFacts router = new() { Id = 9, Type = "router", Ips = [Scene.Ip("fe80::" + B[^2..])], FirstSeen = asked.Now };
        Announced(asked.Knows(router), B, "2001:db8:bad::/64").Fires("foreign-router");
        Announced(Asked(10).Knows(router with { IsKnownToPeople = true, Person = "Li Na" }), B, "2001:db8:bad::/64").Fires("foreign-router");
        Announced(Asked(10).Knows(router with { IsKnownToPeople = true, TypeIsFromPeople = true }), B, "2001:db8:bad::/64").IsSilent();
        // A laptop of two hours that begins to call itself a router; a router of two hours that gets other prefixes.
        Announced(Asked(7200).Knows(router with { FirstSeen = default, TypeSince = CaptureTime.FromSeconds(7100) }), B, "2001:db8:bad::/64").Fires("foreign-router");
        Announced(Asked(7200).Knows(router with { FirstSeen = default, TypeSince = default(CaptureTime) }), B, "2001:db8:bad::/64").IsSilent();

        static Scene Asked(int seconds) => Announced(new Scene().Row("nd", """{"op":"router-solicitation"}""", vlan: 7), A).Later(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public void Whoever_takes_the_router_away_in_its_name_is_told()
    {
        Scene scene = Announced(new Scene(), A).Row("nd", """{"op":"router-advertisement","router_lifetime":0,"source_mismatch":true}""", "fe80::1", "ff02::1", fromMac: B, vlan: 7, carrier: Carrier.Icmp);
        Assert.Equal(Severity.High, scene.Fires("foreign-router").Severity);
        scene = Announced(new Scene(), A).Claims("fe80::0a", ClaimKind.Anomaly, "router advertisement from another card than the router's", "nd", "frame source", B, 7);
        Assert.Equal(Severity.High, scene.Fires("foreign-router").Severity);
        // Its address is enough; the frame need not name a card.
        Announced(new Scene(), A).Row("nd", """{"op":"router-advertisement","router_lifetime":0}""", "fe80::0a", "ff02::1", fromMac: B, vlan: 7, carrier: Carrier.Icmp).Fires("foreign-router");
        Announced(new Scene(), A).Row("nd", """{"op":"router-advertisement","router_lifetime":0}""", "fe80::0b", "ff02::1", fromMac: B, vlan: 7, carrier: Carrier.Icmp).IsSilent();
        Announced(new Scene(), A).Row("nd", """{"op":"router-advertisement","router_lifetime":0}""", "fe80::1", "ff02::1", fromMac: A, vlan: 7, carrier: Carrier.Icmp).IsSilent();
    }

    [Fact]
    public void Twenty_routers_in_a_minute_are_one_finding_and_nineteen_are_none()
    {
        Flood(60).Fires("router-announcement-flood");
        Flood(19).IsSilent();
    }

    [Fact]
    public void A_resolver_to_which_machines_change_is_foreign_and_weighs_more_when_it_answers_otherwise()
    {
        Assert.Equal(Severity.Medium, Resolved("10.0.1.66", "93.184.216.34").Fires("foreign-name-server").Severity);
        Assert.Equal(Severity.High, Resolved("10.0.1.66", "10.0.1.66", clients: 1, asksAgain: true).Fires("foreign-name-server").Severity);
        Resolved("10.0.1.66", "93.184.216.34", clients: 2).IsSilent();
        Resolved("10.0.1.66", "93.184.216.34", site: "servers: [{address: 10.0.1.66, roles: [dns]}]").IsSilent();
        Resolved("8.8.8.8", "93.184.216.34").IsSilent();
    }

    [Theory]
    [InlineData(5, 2, "10.0.1.66", true)]
    [InlineData(4, 2, "10.0.1.66", false)]
    [InlineData(5, 1, "10.0.1.66", false)]
    [InlineData(5, 2, "10.0.1.80", false)]
    public void Within_the_first_hour_a_resolver_is_foreign_that_forges_two_names_for_a_client_that_knows_another(int answers, int names, string said, bool isTold)
    {
        Scene scene = new();
        for (int i = 0; i < answers; i++) Answers(scene, $"host{i}.ward.lan", Own, "10.0.1.80");
        for (int i = 0; i < names; i++) Answers(scene, $"host{i}.ward.lan", "10.0.1.66", said);
        if (isTold) Assert.Equal(Severity.High, scene.Fires("foreign-name-server").Severity);
        else scene.IsSilent();

        static void Answers(Scene to, string name, string server, string address) => to.Row("dns", $$"""{"query":"{{name}}","answers":["{{address}}"]}""", "10.0.9.5", server, 53, carrier: Carrier.Udp);
    }

    [Fact]
    public void A_network_that_has_its_own_resolver_is_silent()
    {
        Scene scene = Asks(new Scene(), Own, 3, "93.184.216.34").Later(TimeSpan.FromHours(2));
        for (int i = 1; i <= 9; i++) scene.Row("dns", """{"query":"www.example","answers":["93.184.216.34"]}""", $"10.0.7.{i}", "10.0.7.53", 53, carrier: Carrier.Udp);
        scene.IsSilent();
    }

    [Fact]
    public void Four_names_that_one_machine_answers_to_are_forged_and_three_are_not()
    {
        Assert.Equal("T1557.001", Forged(4).Fires("name-answers-forged").Technique);
        Forged(3).IsSilent();
        Scene netBios = new();
        for (int i = 0; i < 4; i++) netBios.Row("dns", $$"""{"query":"PC{{i}}","other_answers":["NB 10.0.9.66"]}""", "10.0.9.5", "10.0.9.66", 137, carrier: Carrier.Udp);
        netBios.Fires("name-answers-forged");
        // A name server of NetBIOS answers with others' addresses.
        Scene wins = new();
        for (int i = 0; i < 9; i++) wins.Row("dns", $$"""{"query":"PC{{i}}","other_answers":["NB 10.0.1.{{i}}"]}""", "10.0.9.5", "10.0.9.66", 137, carrier: Carrier.Udp);
        wins.IsSilent();
    }

    [Fact]
    public void A_cell_with_the_sites_name_and_weaker_security_is_a_twin()
    {
        const string Site = "accessPoints: ['00:1b:21:00:00:0a', '00:1b:21:00:00:0b']";
        Scene twin = Beacon(Beacon(new Scene(Site), A, "wpa2-enterprise"), C, "open");
        Finding finding = Assert.Single(twin.Findings, one => one.Type == "evil-twin");
        Assert.Equal(("\"hospital\" from 00:1b:21:00:00:0c with open", Severity.High), (finding.Title.In(chinese: false), finding.Severity));
        Beacon(Beacon(new Scene(Site), A, "wpa2-enterprise"), B, "wpa2-enterprise").IsSilent();
        Assert.DoesNotContain(Beacon(Beacon(new Scene(Site), A, "wpa2-enterprise"), C, "wpa2-enterprise").Findings, one => one.Type == "evil-twin");
        // A neighbour's two networks of one name are none of the site's.
        Assert.DoesNotContain(Beacon(Beacon(new Scene(), A, "wpa2-personal"), C, "open").Findings, one => one.Type == "evil-twin");
        // A cell whose settings were changed once.
        Cell(A, "wpa2-personal", "wpa3-personal").IsSilent();
    }

    [Fact]
    public void Thirty_farewells_in_a_minute_are_a_flood_and_a_few_are_not()
    {
        Farewells(1, unshown: 40).Fires("deauthentication-flood");
        Farewells(10, receiver: "ff:ff:ff:ff:ff:ff").Fires("deauthentication-flood");
        Farewells(9, receiver: "ff:ff:ff:ff:ff:ff").IsSilent();
        Farewells(29).IsSilent();
        Scene slow = new();
        for (int i = 0; i < 100; i++) slow.Row("wlan", $$"""{"kind":"deauthentication","receiver":"{{B}}","bssid":"{{A}}"}""", carrier: Carrier.Link).Later(TimeSpan.FromSeconds(10));
        slow.IsSilent();
    }

    [Fact]
    public void A_server_that_makes_itself_the_router_weighs_more_and_one_for_version_6_beside_that_for_4_is_none()
    {
        Scene Serves(Scene scene, string server, string card) => scene.Claims(server, ClaimKind.Role, "dhcp-server", "dhcp", "reply", card, 7);
        Scene HandsOut(Scene scene, string server, string router) =>
            Serves(scene, server, A).Row("dhcp", $$"""{"msg_types":["OFFER"],"server_id":"{{server}}","routers":["{{router}}"],"dns_servers":["10.0.1.53"]}""", "10.0.9.5", server, 67, vlan: 7, carrier: Carrier.Udp);
        Scene known = Serves(new Scene(), "10.0.9.2", B).Later(TimeSpan.FromMinutes(2));
        Assert.Equal(Severity.High, HandsOut(known, "10.0.9.66", "10.0.9.66").Fires("foreign-dhcp-server").Severity);
        Assert.Equal(Severity.Medium, HandsOut(Serves(new Scene(), "10.0.9.2", B).Later(TimeSpan.FromMinutes(2)), "10.0.9.66", Gateway).Fires("foreign-dhcp-server").Severity);
        HandsOut(new Scene(), "10.0.9.2", "10.0.9.2").IsSilent();
        Serves(Serves(new Scene(), "10.0.9.2", B), "fe80::2", B).IsSilent();
        Serves(Serves(new Scene(), "10.0.9.2", B).Later(TimeSpan.FromHours(2)), "fe80::66", A).Fires("foreign-dhcp-server");
    }

    [Fact]
    public void Routers_of_several_networks_in_one_mirror_each_serve_their_own()
    {
        Scene Serves(Scene scene, string server, string card, bool passes) => (passes ? scene.Claims("10.0.0.0", ClaimKind.Role, "router", "ethernet", "packet seen on both sides", card) : scene)
            .Claims(server, ClaimKind.Role, "dhcp-server", "dhcp", "reply", card);
        Scene First() => Serves(new Scene(), "10.0.9.1", B, passes: true).Later(TimeSpan.FromMinutes(5));
        Serves(First(), "10.0.28.1", A, passes: true).IsSilent();
        // Nobody saw it pass on anything.
        Serves(First(), "10.0.28.66", A, passes: false).Fires("foreign-dhcp-server");
        // It passes on, as one between a machine and its gateway does, but the network is another's.
        Serves(First(), "10.0.9.66", A, passes: true).Fires("foreign-dhcp-server");
        Serves(Serves(First(), "10.0.28.1", A, passes: true), "10.0.28.66", C, passes: true).Fires("foreign-dhcp-server");
    }

    [Fact]
    public void A_telephone_behind_a_computers_card_is_told_and_two_browsers_of_one_system_are_not()
    {
        const string Windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36", Phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)", Android = "Mozilla/5.0 (Linux; Android 14; Pixel 8)";
        Scene Browses(params string[] agents)
        {
            Scene scene = new();
            foreach (string agent in agents) scene.Claims("10.0.9.9", ClaimKind.UserAgent, agent, "http", "User-Agent", A, 7);
            return scene.Reviewed();
        }
        Assert.Contains(Browses(Windows, Phone).Fires("several-systems-behind-one-card").Facts, fact => fact is { Name: "browsers-of", Observed: "Windows, iOS" });
        Browses(Windows, Windows + " Edg/120", "curl/8.0").IsSilent();
        Browses(Phone, Phone).IsSilent();
        // Telephones of two makers are two as well.
        Browses(Phone, Android).Fires("several-systems-behind-one-card");
    }

    internal static Scene Leased() => new Scene().Row("dhcp", """{"msg_types":["ACK"],"server_id":"10.0.9.1","routers":["10.0.9.1"]}""", "10.0.9.5", "10.0.9.1", 67, vlan: 7, carrier: Carrier.Udp);

    internal static Scene Announced(Scene scene, string card, string prefix = "2001:db8:1::/64") =>
        scene.Row("nd", $$"""{"op":"router-advertisement","router_lifetime":1800,"prefixes":["{{prefix}}"],"dns_servers":["2001:db8:1::53"]}""", "fe80::" + card[^2..], "ff02::1", fromMac: card, vlan: 7, carrier: Carrier.Icmp);

    internal static Scene Flood(int routers)
    {
        Scene scene = new();
        for (int i = 0; i < routers; i++)
        {
            Announced(scene, $"00:1b:21:00:01:{i:x2}");
            if (i % 2 == 0) scene.Later(TimeSpan.FromSeconds(-1));
        }
        return scene;
    }

    internal static Scene Resolved(string server, string answer, int clients = 3, string site = "", bool asksAgain = false)
    {
        Scene scene = Asks(new Scene(site), Own, 3, "93.184.216.34").Later(TimeSpan.FromHours(2));
        if (asksAgain) Asks(scene, Own, 3, "93.184.216.34");
        return Asks(scene, server, clients, answer);
    }

    internal static Scene Forged(int names)
    {
        Scene scene = new();
        for (int i = 0; i < names; i++) scene.Row("dns", $$"""{"query":"fileserv{{i}}","answers":["10.0.9.66"]}""", "10.0.9.5", "10.0.9.66", 5355, carrier: Carrier.Udp);
        return scene;
    }

    internal static Scene Cell(string bssid, params string[] security)
    {
        Scene scene = new($"accessPoints: ['{bssid}']");
        foreach (string one in security) Beacon(scene, bssid, one);
        return scene;
    }

    internal static Scene Farewells(int times, int unshown = 0, string receiver = B)
    {
        Scene scene = new();
        for (int i = 0; i < times; i++) scene.Row("wlan", $$"""{"kind":"deauthentication","receiver":"{{receiver}}","bssid":"{{A}}","reason":"unspecified"{{(unshown > 0 ? $",\"unshown\":{unshown}" : "")}}}""", carrier: Carrier.Link);
        return scene;
    }

    private static Scene Asks(Scene scene, string server, int clients, string answer)
    {
        for (int i = 1; i <= clients; i++) scene.Row("dns", $$"""{"query":"www.example","answers":["{{answer}}"]}""", $"10.0.9.{i}", server, 53, carrier: Carrier.Udp);
        return scene;
    }

    private static Scene Beacon(Scene scene, string bssid, string security) =>
        scene.Row("wlan", $$"""{"kind":"beacon","sender":"{{bssid}}","bssid":"{{bssid}}","ssid":"hospital","security":["{{security}}"]}""", carrier: Carrier.Link);
}
