using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Dns;

namespace Wardkeeper.Sensor.Tests.Protocols.Dns;

public sealed class MulticastAndNetBiosTests
{
    private static readonly FlowView Mdns = Conversation.View(Carrier.Udp, 5353, 5353);
    private static readonly FlowView NetBios = Conversation.View(Carrier.Udp, 137, 137);
    private static readonly FlowView Llmnr = Conversation.View(Carrier.Udp, 50000, 5355);

    private static (ClaimKind, string)[] ClaimsOf(Conversation played, FlowView view, Subject of) =>
        [.. played.Observe(view).OfType<Claim>().Where(c => c.Subject == of).Select(c => (c.Kind, c.Value))];

    private static DnsWriter Announcement(string address) => new DnsWriter(0, 0x8400)
        .Answer("_dicom._tcp.local", 12, DnsWriter.Encode("LOGIQ E10 US01._dicom._tcp.local"), 4500)
        .Answer("LOGIQ E10 US01._dicom._tcp.local", 33, [.. DnsWriter.U16s(0, 0, 104), .. DnsWriter.Encode("US01.local")], 120, 0x8001)
        .Answer("LOGIQ E10 US01._dicom._tcp.local", 16, DnsWriter.Texts("AET=US01", "model=LOGIQ E10", "usb_MFG=GE", "deviceid=44:4B:5D:10:00:22", "empty="), 4500, 0x8001)
        .Additional("US01.local", 1, DnsWriter.V4(address), 120, 0x8001)
        .Additional("US01.local", 28, System.Net.IPAddress.Parse("fe80::1").GetAddressBytes(), 120, 0x8001);

    [Fact]
    public void An_announcement_tells_name_addresses_services_model_and_maker()
    {
        Conversation played = Conversation.Of<DnsAnalyser>([Said.Client(Announcement("10.0.0.1").Bytes)], Mdns);
        Golden.Hold("mdns-announcement", played.Lines);
        Assert.Equal(
            [
                (ClaimKind.HostName, "US01"), (ClaimKind.AddressBinding, "fe80::1"), (ClaimKind.AnnouncedService, "_dicom._tcp.local"), (ClaimKind.FriendlyName, "LOGIQ E10 US01"),
                (ClaimKind.AeTitle, "US01"), (ClaimKind.Model, "LOGIQ E10"), (ClaimKind.Vendor, "GE"), (ClaimKind.OtherMac, "44:4b:5d:10:00:22"),
            ],
            ClaimsOf(played, Mdns, Mdns.Client));
    }

    [Fact]
    public void What_a_reflector_repeats_is_not_said_of_the_reflector() =>
        Assert.Empty(Conversation.Of<DnsAnalyser>([Said.Client(Announcement("10.9.9.9").Bytes)], Mdns).Observe(Mdns));

    [Fact]
    public void A_query_with_known_answers_tells_nothing_and_lists_its_questions()
    {
        DnsWriter query = new DnsWriter(0, 0).Question("_ipp._tcp.local", 12, 0x8001).Question("_airplay._tcp.local", 12).Answer("_ipp._tcp.local", 12, DnsWriter.Encode("P._ipp._tcp.local"));
        Conversation played = Conversation.Of<DnsAnalyser>([Said.Client(query.Bytes), Said.Client(Announcement("10.0.0.1").Bytes)], Mdns);
        DnsExchange row = (DnsExchange)played.Transactions[0];
        Assert.Equal(["_ipp._tcp.local PTR", "_airplay._tcp.local PTR"], row.Questions);
        Assert.Equal((1, "C_INTERNET"), (row.Qclass!.Value, row.QclassName));
        Assert.Empty(Conversation.Of<DnsAnalyser>([Said.Client(query.Bytes)], Mdns).Observe(Mdns));
        Assert.Equal(2, played.Transactions.Count);
    }

    [Fact]
    public void A_probe_names_its_host()
    {
        DnsWriter probe = new DnsWriter(0, 0).Question("pump7.local", 255).Authority("pump7.local", 1, [10, 0, 0, 1]);
        Assert.Equal([(ClaimKind.HostName, "pump7")], ClaimsOf(Conversation.Of<DnsAnalyser>([Said.Client(probe.Bytes)], Mdns), Mdns, Mdns.Client));
    }

    [Fact]
    public void A_NetBIOS_registration_names_host_and_workgroup()
    {
        static DnsWriter Register(string name, byte suffix, byte flags, ushort id) => new DnsWriter(id, 0x2910).Question(DnsWriter.NetBios(name, suffix), 32)
            .Additional("@12", 32, [flags, 0, 10, 0, 0, 1], 300_000);
        Conversation played = Conversation.Of<DnsAnalyser>([Said.Client(Register("CT-CONSOLE", 0, 0, 1).Bytes), Said.Client(Register("RADIOLOGY", 0, 0x80, 2).Bytes), Said.Client(Register("RADIOLOGY", 0x1C, 0x80, 3).Bytes)], NetBios);
        Golden.Hold("netbios-registration", played.Lines);
        Assert.Equal([(ClaimKind.HostName, "CT-CONSOLE"), (ClaimKind.DomainName, "RADIOLOGY"), (ClaimKind.DomainName, "RADIOLOGY"), (ClaimKind.Role, "domain-controller")], ClaimsOf(played, NetBios, NetBios.Client));
    }

    [Fact]
    public void A_node_status_tells_the_servers_names_and_hardware_address()
    {
        byte[] names = [2, .. "WS-ICU-1       "u8, 0, 4, 0, .. "HOSPITAL       "u8, 0, 0x84, 0, 0xAC, 0xED, 0x5C, 0x50, 0, 5];
        string any = "CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        Conversation played = Conversation.Of<DnsAnalyser>([Said.Client(new DnsWriter(1, 0).Question(any, 33).Bytes), Said.Server(new DnsWriter(1, 0x8400).Answer(any, 33, names, 0).Bytes)], NetBios);
        DnsExchange row = (DnsExchange)played.Transactions.Single();
        Assert.Equal(("NBSTAT", "NBSTAT WS-ICU-1<00> HOSPITAL<00> group"), (row.QtypeName, row.OtherAnswers![0]));
        Assert.StartsWith("*\\x00", row.Query, StringComparison.Ordinal);
        Assert.Equal([(ClaimKind.HostName, "WS-ICU-1"), (ClaimKind.DomainName, "HOSPITAL"), (ClaimKind.OtherMac, "ac:ed:5c:50:00:05")], ClaimsOf(played, NetBios, NetBios.Server));
    }

    [Fact]
    public void A_NetBIOS_answer_for_somebody_else_names_nobody()
    {
        DnsWriter reply = new DnsWriter(1, 0x8500).Answer(DnsWriter.NetBios("HIS", 0x20), 32, [0, 0, 10, 9, 9, 9]).Answer(DnsWriter.NetBios("HIS", 0), 32, [0, 0, 10, 9, 9, 9]);
        Assert.Empty(Conversation.Of<DnsAnalyser>([Said.Server(reply.Bytes)], NetBios).Observe(NetBios));
    }

    [Fact]
    public void An_LLMNR_answer_with_the_own_address_names_its_sender()
    {
        DnsWriter reply = new DnsWriter(1, 0x8000).Question("WS-7", 1).Answer("@12", 1, [10, 0, 0, 2]);
        Conversation played = Conversation.Of<DnsAnalyser>([Said.Client(new DnsWriter(1, 0).Question("WS-7", 1).Bytes), Said.Server(reply.Bytes)], Llmnr);
        Assert.Equal([(ClaimKind.HostName, "WS-7")], ClaimsOf(played, Llmnr, Llmnr.Server));
        Assert.Single(played.Transactions);
    }
}
