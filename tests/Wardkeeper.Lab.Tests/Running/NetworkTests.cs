using System.Text.RegularExpressions;
using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Services.Network;
using Wardkeeper.Lab.Site;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Running;

public class NetworkTests
{
    private static readonly HospitalDevice Monitor = TestHospital.Device("mon1", 31, "patient-monitor", 30) with { Dhcp = new DhcpTraits("udhcp 1.20.1", [1, 3, 6, 12, 15, 28, 42]) };
    private static readonly HospitalDevice Pc = TestHospital.Device("pc1", 32, "office-pc") with { Dhcp = new DhcpTraits("MSFT 5.0", [1, 3, 6, 15, 31, 33, 43, 44, 46, 47, 119, 121, 249, 252]) };

    private static HospitalDevice Router(params string[] offers) => TestHospital.Device(HospitalNetwork.Router, 1, "router", offers: offers);

    private static async Task<Capture> RecordAsync(TestHospital hospital, params LabEvent[] events) => await hospital.RecordAsync(async () =>
    {
        foreach (LabEvent what in events) await ActorRegistry.ActAsync(what, hospital.Site, TestHospital.Cancel);
    });

    [LabFact("dnsmasq dhclient tshark tcpdump")]
    public async Task Devices_get_their_own_addresses_and_ask_in_their_own_way()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Router("dhcp"), Monitor, Pc, TestHospital.Device("fixed", 40));
        string[] before = await AddressesAsync(hospital, "mon1");
        Assert.Single(before);
        Capture capture = await RecordAsync(hospital, new AddressAsked(TimeSpan.Zero, "mon1", "gw"), new AddressAsked(TimeSpan.Zero, "pc1", "gw"), new AddressAsked(TimeSpan.Zero, "mon1", "gw"));
        // DISCOVER, OFFER, REQUEST, ACK, each time from the beginning, and no RELEASE.
        Assert.Equal(["1", "2", "3", "5", "1", "2", "3", "5", "1", "2", "3", "5"], await capture.FieldsAsync("dhcp", "dhcp.option.dhcp"));
        Assert.Equal(["10.77.30.31", "10.77.10.32", "10.77.30.31"], await capture.FieldsAsync("dhcp.option.dhcp==5", "dhcp.ip.your"));
        Assert.Equal(["10.77.30.1\t10.77.30.1", "10.77.10.1\t10.77.10.1", "10.77.30.1\t10.77.30.1"], await capture.FieldsAsync("dhcp.option.dhcp==5", "dhcp.option.router", "dhcp.option.domain_name_server"));
        IReadOnlyList<string> asked = await capture.FieldsAsync("dhcp.option.dhcp==1", "dhcp.option.vendor_class_id", "dhcp.option.request_list_item", "dhcp.option.hostname", "eth.src");
        Assert.Equal($"udhcp 1.20.1\t1,3,6,12,15,28,42\tmon1-patient-monitor\t20:e7:91:00:1e:1f", asked[0]);
        Assert.Equal($"MSFT 5.0\t1,3,6,15,31,33,43,44,46,47,119,121,249,252\tpc1-office-pc\t20:e7:91:00:0a:20", asked[1]);
        Assert.Equal(before, await AddressesAsync(hospital, "mon1"));
        Assert.Contains("DHCPACK(eth30) 10.77.30.31", await LogFile.WithAsync(hospital.Site.LogOf(hospital.Site["gw"], "dnsmasq-dhcp"), "DHCPACK(eth30) 10.77.30.31"), StringComparison.Ordinal);
        await Assert.ThrowsAsync<LabException>(() => ActorRegistry.ActAsync(new AddressAsked(TimeSpan.Zero, "fixed", "gw"), hospital.Site, TestHospital.Cancel));
    }

    [LabFact("dnsmasq getent tshark tcpdump")]
    public async Task Names_of_the_hospital_are_found_and_no_others()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Router("dns"), Monitor, Pc);
        Capture capture = await RecordAsync(
            hospital,
            new NameAsked(TimeSpan.Zero, "mon1", "gw", "pc1-office-pc.hospital.test"),
            new NameAsked(TimeSpan.Zero, "pc1", "gw", "nobody.hospital.test"),
            new NameAsked(TimeSpan.Zero, "pc1", "gw", "www.wikipedia.org"));
        Assert.Equal(
            ["pc1-office-pc.hospital.test\t1\t10.77.30.31\t10.77.30.1", "nobody.hospital.test\t1\t10.77.10.32\t10.77.10.1", "www.wikipedia.org\t1\t10.77.10.32\t10.77.10.1"],
            await capture.FieldsAsync("dns.flags.response==0", "dns.qry.name", "dns.qry.type", "ip.src", "ip.dst"));
        Assert.Equal(["0\t10.77.10.32", "3\t", "3\t"], await capture.FieldsAsync("dns.flags.response==1", "dns.flags.rcode", "dns.a"));
        Assert.Contains("query[A] www.wikipedia.org from 10.77.10.32", await LogFile.WithAsync(hospital.Site.LogOf(hospital.Site["gw"], "dnsmasq-dns"), "query[A] www.wikipedia.org from 10.77.10.32"), StringComparison.Ordinal);
    }

    [LabFact("dnsmasq getent")]
    public async Task A_name_server_that_is_silent_is_noticed()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Router(), Pc);
        // A socket that nobody reads: no port unreachable, no answer.
        using System.Net.Sockets.Socket silent = hospital.Site["gw"].Datagrams(53);
        LabException failure = await Assert.ThrowsAsync<LabException>(() => ActorRegistry.ActAsync(new NameAsked(TimeSpan.Zero, "pc1", "gw", "nobody.hospital.test"), hospital.Site, TestHospital.Cancel));
        Assert.Contains("nobody told pc1", failure.Message, StringComparison.Ordinal);
    }

    [LabFact("/usr/sbin/ntpd setpriv tshark tcpdump")]
    public async Task A_clock_is_asked_and_tells_the_time_but_cannot_set_it()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Router("ntp"), Monitor, Pc);
        Capture capture = await RecordAsync(hospital, new ClockAsked(TimeSpan.Zero, "mon1", "gw"));
        Assert.Equal(["3\t3\t10.77.30.31\t10.77.30.1"], await capture.FieldsAsync("ntp.flags.mode==3", "ntp.flags.mode", "ntp.flags.vn", "ip.src", "ip.dst"));
        Assert.Equal(["4\t3\t10.77.30.1"], await capture.FieldsAsync("ntp.flags.mode==4", "ntp.flags.mode", "ntp.stratum", "ip.src"));
        // What is sent as origin must come back in the answer, and both sides use one clock.
        string[] times = [.. (await capture.FieldsAsync("ntp", "ntp.xmt", "ntp.org"))];
        Assert.Equal(times[0].Split('\t')[0], times[1].Split('\t')[1]);
        Assert.Equal(times[0].Split('\t')[0][..17], times[1].Split('\t')[0][..17]);
        Assert.Contains("ntp_adjtime: Operation not permitted", await LogFile.WithAsync(hospital.Site.LogOf(hospital.Site["gw"], "ntpd"), "ntp_adjtime: Operation not permitted"), StringComparison.Ordinal);
        await Assert.ThrowsAsync<LabException>(() => ActorRegistry.ActAsync(new ClockAsked(TimeSpan.Zero, "mon1", "pc1"), hospital.Site, TestHospital.Cancel));
    }

    [LabFact("/usr/sbin/snmpd snmpget snmpwalk tshark tcpdump")]
    public async Task Agents_say_what_their_devices_are_and_nothing_of_this_machine()
    {
        HospitalDevice printer = TestHospital.Device("prn1", 50, "printer", 30, offers: "snmp") with { Vendor = "HP", Model = "LaserJet 400 M401dn" };
        await using TestHospital hospital = await TestHospital.StartAsync(Router("snmp") with { Vendor = "Huawei", Model = "AR6121" }, Pc, printer, TestHospital.Device("files", 51, offers: "snmp") with { SoftwareVersion = "Debian 12.4" });
        Capture capture = await RecordAsync(hospital, new AgentPolled(TimeSpan.Zero, "pc1", "gw"), new AgentPolled(TimeSpan.Zero, "pc1", "prn1"), new AgentPolled(TimeSpan.Zero, "pc1", "files"));
        // The printer is seen on both networks that its packets cross.
        Assert.Equal(1 + 2 + 1, await capture.CountAsync("snmp.data==0"));
        Assert.Equal(1 + 2 + 1, await capture.CountAsync("snmp.data==2"));
        string shown = await capture.TsharkAsync("-Y", "snmp.data==2", "-V");
        Assert.Contains("HP ETHERNET MULTI-ENVIRONMENT,SN:SN50", shown, StringComparison.Ordinal);
        Assert.Contains("Value (OID): 1.3.6.1.4.1.11.2.3.9.1", shown, StringComparison.Ordinal);
        Assert.Contains("1.3.6.1.4.1.2011.1", shown, StringComparison.Ordinal);
        Assert.Contains("Linux files-server 6.1.0-18-amd64 #1 SMP PREEMPT_DYNAMIC Debian x86_64", shown, StringComparison.Ordinal);
        Assert.Contains("AR6121", shown, StringComparison.Ordinal);
        ProgramResult walked = await ProgramRun.RunAsync(hospital.Site["pc1"], hospital.Site.LogOf(hospital.Site["pc1"], "snmpwalk"), "snmpwalk",
            ["-v2c", "-c", SnmpService.Community, "-m", "", "-On", "10.77.30.50", ".1.3"], TimeSpan.FromSeconds(20), TestHospital.Cancel);
        string[] lines = [.. walked.Output.Split('\n').Where(line => line.StartsWith(".1", StringComparison.Ordinal))];
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.Matches(new Regex(@"^\.1\.3\.6\.1\.2\.1\.[12]\."), line));
    }

    [LabFact("openvpn /dev/net/tun /usr/sbin/sshd ssh sshpass unshare tshark tcpdump")]
    public async Task An_engineer_outside_works_on_a_device_through_the_tunnel()
    {
        HospitalDevice vendor = TestHospital.Device("vendor", 99, "vendor-machine", 90) with { Ip = System.Net.IPAddress.Parse("203.0.113.20") };
        await using TestHospital hospital = await TestHospital.StartAsync(Router("openvpn"), vendor, TestHospital.Device("ct1", 21, "ct-scanner", offers: "ssh"));
        VendorConnected visit = new(TimeSpan.Zero, "vendor", "gw", "ct1");
        Capture capture = await RecordAsync(hospital, visit, visit);
        Assert.Equal(2, (await capture.FieldsAsync("openvpn.opcode==7 && udp.dstport==1194", "openvpn.sessionid")).Distinct().Count());
        Assert.True(await capture.CountAsync("openvpn.opcode==9") > 20);
        // Outside there is nothing but the tunnel; inside, the device sees the tunnel's address.
        Assert.Equal(0, await capture.CountAsync("ip.addr==203.0.113.20 && !(udp.port==1194)"));
        Assert.Equal(2, await capture.CountAsync("ssh.protocol && tcp.dstport==22 && ip.src==10.76.0.0/24 && ip.dst==10.77.10.21"));
        string log = await LogFile.WithAsync(hospital.Site.LogOf(hospital.Site["ct1"], "sshd"), "Accepted password for service from 10.76.0.", 2);
        Assert.Equal(2, Regex.Count(log, "Accepted password for service from 10.76.0."));
        Assert.Contains("VERIFY OK: depth=0, CN=vendor-vendor-machine, OU=Model, O=Vendor", await LogFile.WithAsync(hospital.Site.LogOf(hospital.Site["gw"], "openvpn"), "VERIFY OK: depth=0, CN=vendor-vendor-machine, OU=Model, O=Vendor"), StringComparison.Ordinal);
    }

    /// <summary>Addresses without what <c>ip</c> complains of when the other end's namespace is none it knows.</summary>
    private static async Task<string[]> AddressesAsync(TestHospital hospital, string key)
    {
        string shown = (await Shell.RunAsync("ip", ["-n", hospital.Site[key].Name, "-4", "addr", "show", "eth0"], TestHospital.Cancel)).Output;
        return [.. shown.Split('\n').Where(line => line.Contains("inet ", StringComparison.Ordinal))];
    }
}
