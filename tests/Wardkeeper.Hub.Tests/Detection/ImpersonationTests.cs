using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Detection;

/// <summary>Another machine behind a kiosk's card is told by what it cannot copy; what happens to a kiosk in its life is not.</summary>
public class ImpersonationTests
{
    private const string Card = "00:1b:21:00:00:0a", Ip = "10.0.9.9", Server = "10.0.1.10", Windows = "ttl=128;win=64240;mss=1460;ws=8;opts=2,1,3,1,1,4", Linux = "ttl=64;win=64240;mss=1460;ws=7;opts=2,4,8,1,3";

    [Fact]
    public void A_laptop_that_copies_card_address_lease_name_and_agent_is_found_within_a_minute_by_what_it_forgot()
    {
        Scene scene = Kiosk();
        CaptureTime plugged = scene.Now;
        Finding finding = Laptop(scene).Fires("device-impersonated");
        Assert.InRange(finding.First.Since(plugged), TimeSpan.Zero, TimeSpan.FromSeconds(60));
        Assert.Equal((Card, "T1200"), (finding.Subject.Subject.Mac.ToString(), finding.Technique));
        Fact Of(string name) => finding.Facts.Single(fact => fact.Name == name);
        Assert.Equal(("64", "128"), (Of("tcp-ttl").Observed, Of("tcp-ttl").Expected));
        Assert.Equal(("2,4,8,1,3", "2,1,3,1,1,4"), (Of("tcp-options").Observed, Of("tcp-options").Expected));
        Assert.Equal(("t13d_laptop", "t13d_kiosk"), (Of("tls-client").Observed, Of("tls-client").Expected));
        // What it copied is told as equal.
        foreach (string copied in (string[])["dhcp-order", "dhcp-class", "host-name"]) Assert.Equal(Of(copied).Expected, Of(copied).Observed);
        Assert.Equal("fewer than 3", Of("traits-different").Expected);
        Assert.Contains("mDNS", Of("group-protocols").Observed, StringComparison.Ordinal);
    }

    [Fact]
    public void A_laptop_that_copies_nothing_but_the_card_is_found_by_lease_and_stack()
    {
        // Another name alone is a device that was renamed; with another order and class of the lease it is another system.
        Scene scene = Kiosk().Row("dhcp", Asking(name: "KIOSK-08"), vlan: 7, carrier: Carrier.Udp);
        scene.IsSilent();
        scene.Row("dhcp", Asking("1,28,2,3,15,6,12", null, "LAPTOP-7"), vlan: 7, carrier: Carrier.Udp).Fires("device-impersonated");
        Assert.Equal(2, Stack(scene, Linux).Fires("device-impersonated").Count);
    }

    [Fact]
    public void A_laptop_that_copies_the_stack_as_well_is_found_by_its_habits_and_one_that_is_only_refused_is_not()
    {
        Scene Before(Scene scene) => scene.Claims(Ip, ClaimKind.AskedName, "his.hospital.test", "dns", "question", Card, 7);
        Scene Refused(Scene scene)
        {
            for (int i = 1; i <= 3; i++) scene.Flow(Ip, $"10.0.2.{i}", 3389, state: "REJ", history: "Sr", sent: 0, answered: 0, fromMac: Card, vlan: 7);
            return scene;
        }
        Scene copied = Refused(Stack(Before(Kiosk()).Later(TimeSpan.FromHours(2)), Windows).Claims(Ip, ClaimKind.Ja4, "t13d_laptop", "ssl", "", Card, 7));
        // Nobody refused a kiosk before; with its program and its peers that is not enough.
        copied.IsSilent();
        foreach (string name in (string[])["a.distro.test", "b.browser.test", "c.notes.test"]) copied.Claims(Ip, ClaimKind.AskedName, name, "dns", "question", Card, 7);
        copied.IsSilent();
        Assert.Contains(copied.Claims(Ip, ClaimKind.GroupProtocol, "mDNS", "udp", "destination port", Card, 7).Fires("device-impersonated").Facts, fact => fact is { Name: "refused-connections", Expected: "-" });
    }

    [Fact]
    public void How_much_it_matters_is_judged_by_what_the_device_was()
    {
        DeviceFacts Device(string type, string category) => new() { Id = 4, Name = "K-07", Type = type, Category = category, Subject = Subject.Of(Scene.Mac(Card), Scene.Ip(Ip)), Ips = [Scene.Ip(Ip)] };
        Scene kiosk = Kiosk().Knows(Device("registration-kiosk", "kiosk")).Reviewed();
        // While the other speaks the ledger takes it for a laptop.
        Finding finding = Laptop(kiosk.Replaces(Device("office-pc", "it"))).Fires("device-impersonated");
        Assert.Equal(Severity.High, finding.Severity);
        Assert.StartsWith("Another machine answers as K-07", finding.Title.In(chinese: false), StringComparison.Ordinal);
        Assert.Equal(Severity.Low, Laptop(Kiosk().Knows(Device("office-pc", "it")).Reviewed()).Fires("device-impersonated").Severity);
    }

    [Fact]
    public void A_thousand_reconnects_reboots_and_address_changes_and_an_update_are_silent()
    {
        Scene scene = Kiosk();
        for (int i = 0; i < 1000; i++)
        {
            string ip = $"10.0.9.{9 + (i / 100)}";
            scene.Row("dhcp", Asking(), vlan: 7, carrier: Carrier.Udp).Lease(Card, ip);
            // The network is looked for before the system is there.
            if (i % 10 == 0) scene.Row("dhcp", """{"mac":"00:1b:21:00:00:0a","msg_types":["DISCOVER"],"parameter_list":"1,2,3,4,5,6,11,12","vendor_class":"PXEClient:Arch:00007","arch":7}""", vlan: 7, carrier: Carrier.Udp);
            Stack(scene, Windows, ip).Claims(ip, ClaimKind.Ja4, "t13d_kiosk", "ssl", "", Card, 7).Claims(ip, ClaimKind.UserAgent, "Kiosk/1.0", "http", "User-Agent", Card, 7);
            scene.Flow(ip, Server, 443, "ssl", fromMac: Card, vlan: 7).Later(TimeSpan.FromMinutes(7));
        }
        scene.IsSilent();
        // The update changes programs, the window that the system opens with, and where it looks for more.
        Stack(scene, Windows.Replace("win=64240", "win=65535", StringComparison.Ordinal)).Claims(Ip, ClaimKind.Ja4, "t13d_next", "ssl", "", Card, 7).Claims(Ip, ClaimKind.UserAgent, "Kiosk/2.0", "http", "User-Agent", Card, 7);
        foreach (string host in (string[])["a.update.example", "b.windows.test", "c.cdn.test"]) scene.Claims(Ip, ClaimKind.AskedName, host, "dns", "question", Card, 7);
        scene.IsSilent();
    }

    [Fact]
    public void Another_card_is_another_device_and_a_new_machine_has_no_past()
    {
        Laptop(Kiosk(), "00:1b:21:00:00:0b").IsSilent();
        Laptop(Kiosk(TimeSpan.FromMinutes(20))).IsSilent();
    }

    [Fact]
    public void What_changes_with_the_switch_port_is_a_device_that_moved_and_two_ports_at_once_are_two_places()
    {
        Scene Ported(Scene scene, string port) => scene.Claims(Ip, ClaimKind.SwitchPort, port, "lldp", "port id", Card, 7);
        Laptop(Ported(Ported(new Scene(), "sw1 Gi1/0/22").Later(TimeSpan.FromHours(2)), "sw1 Gi1/0/7")).IsSilent();
        Scene moved = Ported(Kiosk(), "sw1 Gi1/0/22").Later(TimeSpan.FromHours(2));
        Laptop(Ported(moved, "sw1 Gi1/0/7")).IsSilent();
        Scene two = Ported(Ported(Ported(Kiosk(), "sw1 Gi1/0/22").Later(TimeSpan.FromHours(2)), "sw1 Gi1/0/7"), "sw1 Gi1/0/22");
        Assert.Contains(Laptop(two).Fires("device-impersonated").Facts, fact => fact.Name == "two-places");
    }

    [Fact]
    public void A_routers_frames_show_others_traits()
    {
        Scene scene = new();
        for (int i = 1; i <= 9; i++) Stack(scene, Windows, $"10.0.8.{i}");
        scene.Later(TimeSpan.FromHours(2));
        for (int i = 1; i <= 9; i++) Stack(scene, Linux, $"10.0.8.{i}").Claims($"10.0.8.{i}", ClaimKind.Ja4, "t" + i, "ssl", "", Card, 7);
        Assert.DoesNotContain(scene.Findings, finding => finding.Type == "device-impersonated");
    }

    [Fact]
    public void An_impostor_that_first_takes_four_addresses_is_no_router()
    {
        Scene taken = Kiosk();
        for (int i = 1; i <= 40; i++) Stack(taken, Linux, $"10.0.9.{100 + i}");
        Assert.Contains(Laptop(taken).Findings, finding => finding.Type == "device-impersonated");
        // Nor is it when somebody answers it at four addresses of one network.
        Scene answered = Kiosk();
        for (int i = 1; i <= 4; i++) answered.Flow($"10.0.9.{100 + i}", Server, 443, "ssl", fromMac: Card, vlan: 7);
        Assert.Contains(Laptop(answered).Findings, finding => finding.Type == "device-impersonated");
    }

    [Fact]
    public void A_card_that_routes_later_and_one_that_houses_others_from_the_beginning_are_nobodys_impostor()
    {
        Scene routes = Kiosk();
        for (int i = 1; i <= 4; i++) routes.Flow($"10.0.{9 + (i % 2)}.{100 + i}", Server, 443, "ssl", fromMac: Card, vlan: 7);
        Assert.DoesNotContain(Laptop(routes).Findings, finding => finding.Type == "device-impersonated");
        Scene houses = Kiosk(TimeSpan.FromMinutes(1));
        for (int i = 1; i <= 4; i++) Stack(houses, Windows, $"10.0.9.{100 + i}");
        Assert.DoesNotContain(Laptop(houses.Later(TimeSpan.FromHours(3))).Findings, finding => finding.Type == "device-impersonated");
    }

    [Fact]
    public void Guests_that_share_the_card_of_a_host_that_goes_on_are_not_its_impostor()
    {
        Scene host = Guests(Kiosk(), isHostOn: true);
        Assert.Equal("several-systems-behind-one-card", Assert.Single(host.Reviewed().Findings).Type);
        // A single one as well; that two systems share a card is told.
        Scene single = Guests(Kiosk(), isHostOn: true, guests: 1);
        Assert.Equal("several-systems-behind-one-card", Assert.Single(single.Reviewed().Findings).Type);
    }

    [Fact]
    public void Who_takes_the_place_of_a_machine_is_no_guest_of_it_at_whatever_address()
    {
        Scene alone = Kiosk();
        CaptureTime plugged = alone.Now;
        Finding finding = Guests(alone, isHostOn: false, guests: 1).Fires("device-impersonated");
        Assert.InRange(finding.First.Since(plugged), TimeSpan.Zero, TimeSpan.FromMinutes(6));
        // In another place at the same time, or at the host's own address beside its guests.
        Scene Ported(Scene scene, string port) => scene.Claims(Ip, ClaimKind.SwitchPort, port, "lldp", "port id", Card, 7);
        Scene two = Ported(Ported(Ported(Kiosk(), "sw1 Gi1/0/22").Later(TimeSpan.FromHours(2)), "sw1 Gi1/0/7"), "sw1 Gi1/0/22");
        Guests(two, isHostOn: true, guests: 1).Fires("device-impersonated");
        Assert.Contains(Laptop(Guests(Kiosk(), isHostOn: true)).Findings, one => one.Type == "device-impersonated");
        // A medical device or a kiosk houses nobody.
        DeviceFacts kiosk = new() { Id = 4, Type = "registration-kiosk", Category = "kiosk", Subject = Subject.Of(Scene.Mac(Card), Scene.Ip(Ip)), Ips = [Scene.Ip(Ip)] };
        Guests(Kiosk().Knows(kiosk).Reviewed(), isHostOn: true).Fires("device-impersonated");
    }

    /// <summary>Other systems begin to speak by the card, at addresses of their own, for ten minutes.</summary>
    private static Scene Guests(Scene scene, bool isHostOn, int guests = 4)
    {
        for (int minute = 0; minute < 10; minute++)
        {
            for (int i = 1; i <= guests; i++)
            {
                string ip = $"10.0.9.{100 + i}";
                Stack(scene.Claims(ip, ClaimKind.AddressBinding, ip, "arp", "request", Card, 7), Linux, ip).Claims(ip, ClaimKind.Ja4, "t13d_guest", "ssl", "", Card, 7).Claims(ip, ClaimKind.GroupProtocol, "mDNS", "udp", "destination port", Card, 7);
                for (int peer = 1; peer <= 3; peer++) scene.Flow(ip, $"10.0.2.{peer}", 5000, fromMac: Card, vlan: 7);
                if (isHostOn) Stack(scene.Claims(Ip, ClaimKind.AddressBinding, Ip, "arp", "request", Card, 7), Windows);
            }
            scene.Later(TimeSpan.FromSeconds(40));
        }
        return scene;
    }

    /// <summary>A kiosk that was watched for a while.</summary>
    internal static Scene Kiosk(TimeSpan? watched = null) => Kiosk(new Scene()).Later(watched ?? TimeSpan.FromHours(3));

    /// <summary>The kiosk begins to speak.</summary>
    internal static Scene Kiosk(Scene scene, string agent = "Kiosk/1.0", string tls = "t13d_kiosk", string name = "KIOSK-07")
    {
        scene.Row("dhcp", Asking(name: name), vlan: 7, carrier: Carrier.Udp);
        Stack(scene, Windows).Claims(Ip, ClaimKind.Ja4, tls, "ssl", "", Card, 7).Claims(Ip, ClaimKind.UserAgent, agent, "http", "User-Agent", Card, 7);
        return scene.Flow(Ip, Server, 443, "ssl", fromMac: Card, vlan: 7);
    }

    /// <summary>A laptop in its place that copies card, address, lease, name and agent.</summary>
    internal static Scene Laptop(Scene scene, string card = Card)
    {
        scene.Row("dhcp", Asking(card: card), vlan: 7, carrier: Carrier.Udp).Claims(Ip, ClaimKind.UserAgent, "Kiosk/1.0", "http", "User-Agent", card, 7);
        Stack(scene, Linux, card: card).Claims(Ip, ClaimKind.Ja4, "t13d_laptop", "ssl", "", card, 7);
        scene.Claims(Ip, ClaimKind.GroupProtocol, "mDNS", "udp", "destination port", card, 7);
        for (int i = 1; i <= 3; i++) scene.Flow(Ip, $"10.0.2.{i}", 5000, state: "REJ", history: "Sr", sent: 0, answered: 0, fromMac: card, vlan: 7);
        return scene;
    }

    private static Scene Stack(Scene scene, string traits, string ip = Ip, string card = Card) => scene.Claims(ip, ClaimKind.TcpStack, traits, "tcp", "SYN", card, 7);

    private static string Asking(string order = "1,3,6,15,31,33,43,44,46,47,119,121,249,252", string? vendor = "MSFT 5.0", string name = "KIOSK-07", string card = Card) =>
        $$"""{"mac":"{{card}}","msg_types":["REQUEST"],"host_name":"{{name}}","parameter_list":"{{order}}"{{(vendor is null ? "" : $",\"vendor_class\":\"{vendor}\"")}}}""";
}
