using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Tests.Detection;

/// <summary>What goes to hosts outside and should not, floods, and what honest traffic looks like them.</summary>
public class OutsideDetectorTests
{
    private const string Client = "10.0.1.5", Outside = "203.0.113.9";

    /// <summary>Connections to one host, each a period after the one before, with jitter to both sides in turn.</summary>
    internal static Scene Beats(int count, string to = Outside, ushort port = 4444, string? service = null, double period = 60, double jitter = 0.3, long answered = 236, Scene? scene = null, Carrier carrier = Carrier.Tcp)
    {
        scene ??= new Scene();
        for (int i = 0; i < count; i++) scene.Conversation(Client, to, port, carrier, service, sent: 30 + (i % 20), answered: answered, after: period * (1 + (jitter * ((i * 7 % 5) - 2) / 2)));
        return scene;
    }

    /// <summary>Questions for different names below one domain.</summary>
    internal static Scene Names(int count, string type, int length, string zone = "t.evil.example", string answer = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", string alphabet = "abcdefghijklmnopqrstuvwxyz0123456789", string client = Client)
    {
        Scene scene = new();
        for (int i = 0; i < count; i++)
            scene.Says("dns", client, "10.0.9.53", 53, $$"""{"query":"{{Label(i, length, alphabet)}}.{{zone}}","qtype_name":"{{type}}","rcode_name":"NOERROR","answers":["{{answer}}"]}""");
        return scene;
    }

    /// <summary>Questions for domains that do not exist.</summary>
    internal static Scene Missing(int count, bool isRandom)
    {
        string[] words = ["hospital", "radiology", "meeting", "calendar", "printer", "kitchen", "library", "weather"];
        Scene scene = new();
        for (int i = 0; i < count; i++)
            scene.Says("dns", Client, "10.0.9.53", 53, $$"""{"query":"{{(isRandom ? Label(i, 14, "bcdfghjklmnpqrstvwxz") : words[i % 8] + words[(i / 8) % 8])}}.com","qtype_name":"A","rcode_name":"NXDOMAIN"}""");
        return scene;
    }

    /// <summary>A proxy is asked for one name, and TLS names another.</summary>
    internal static Scene Fronted(string asked, string named)
    {
        FlowView flow = new() { Uid = "C77", Carrier = Carrier.Tcp, OriginatorAddress = Scene.Ip(Client), ResponderAddress = Scene.Ip("10.0.9.80"), OriginatorPort = 40_000, ResponderPort = 3128 };
        return new Scene().Says("http", flow, $$"""{"method":"CONNECT","uri":"{{asked}}:443","host":"{{asked}}:443"}""").Says("ssl", flow, $$"""{"version":"TLSv13","established":true,"server_name":"{{named}}"}""");
    }

    /// <summary>Connections that are opened and left, within seconds.</summary>
    internal static Scene Opened(int count, int completed = 0, bool isScan = false)
    {
        Scene scene = new();
        for (int i = 0; i < count; i++) scene.Conversation($"198.51.100.{i % 250}", "10.0.9.9", (ushort)(isScan ? 1000 + i : 8042), history: "S", state: "S0", sent: 0, answered: 0, packets: 1, answers: 0, after: i == 0 ? 10 : 0.001);
        for (int i = 0; i < completed; i++) scene.Conversation(Client, "10.0.9.9", 8042, service: "http", after: 0.001);
        return scene;
    }

    /// <summary>Requests that never end.</summary>
    internal static Scene Slow(int count, long answered = 0)
    {
        Scene scene = new();
        for (int i = 0; i < count; i++) scene.Conversation(Client, "10.0.9.9", 8042, sent: 300, answered: answered, seconds: 120, after: 0.5);
        return scene;
    }

    [Fact]
    public void A_beacon_is_found_in_spite_of_jitter_and_weighs_less_with_one_oddity()
    {
        Finding finding = Beats(12).Fires("beacon");
        Assert.Equal(Severity.Medium, finding.Severity);
        Assert.Contains(finding.Facts, fact => fact.Name == "period" && fact.Observed.StartsWith('6'));
        Scene named = new Scene().Says("dns", Client, "10.0.9.53", 53, $$"""{"query":"x.example.com","qtype_name":"A","answers":["{{Outside}}"]}""");
        Assert.Equal(Severity.Low, Beats(30, service: "http", port: 80).Fires("beacon").Severity);
        Beats(30, service: "http", port: 80, scene: named).IsSilent();
    }

    [Fact]
    public void Polling_inside_time_irregular_visits_and_downloads_are_no_beacons()
    {
        Beats(60, to: "10.0.9.9").IsSilent();
        Beats(60, port: 123, service: "ntp", carrier: Carrier.Udp).IsSilent();
        Beats(9).IsSilent();
        Scene visits = new();
        for (int i = 0; i < 40; i++) visits.Conversation(Client, Outside, 4444, answered: 200, after: i % 4 == 0 ? 600 : 2);
        visits.IsSilent();
        Scene downloads = new();
        for (int i = 0; i < 40; i++) downloads.Conversation(Client, Outside, 4444, answered: 1000 * (1 + (i * 13 % 40)), after: 60);
        downloads.IsSilent();
    }

    [Fact]
    public void Tunnels_in_texts_are_found_and_names_with_a_hash_are_not()
    {
        Names(25, "TXT", 63).Fires("dns-tunnel");
        Names(25, "CNAME", 63).Fires("dns-tunnel");
        Names(200, "A", 56, zone: "edge.cdn.example", answer: "203.0.113.7", alphabet: "0123456789abcdef").IsSilent();
        Names(15, "TXT", 63).IsSilent();
        Names(60, "TXT", 63, zone: "x.sophosxl.net").IsSilent();
        Names(60, "PTR", 12, zone: "1.10.in-addr.arpa").IsSilent();
        Names(60, "NULL", 40, client: Outside).IsSilent();
    }

    [Theory]
    [InlineData("H4sICN03*2QAA3Rlc3QudHh0AAvJyCxW.x.example.com", true)]
    [InlineData("1f8b0808dd37ff640003746573742e747874.x.example.com", true)]
    [InlineData("UEsDBBQAAAAIAAAAIQDfpNJsWgEAACAF.x.example.com", true)]
    [InlineData("JVBERi0xLjcKJeLjz9MKMSAwIG9iago8.x.example.com", true)]
    [InlineData("h4sicn03a2qaa3rlc3qudhh0aavjycxw.x.example.com", false)]
    [InlineData("H4sICN03.x.example.com", false)]
    [InlineData("MZSWCZDBNVQXAZLTORUGS4ZAON2HE2LO.x.example.com", false)]
    [InlineData("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c.x.example.com", false)]
    public void One_name_is_enough_when_a_file_begins_in_it(string name, bool fires)
    {
        Scene scene = new Scene().Says("dns", Client, "10.0.9.53", 53, $$"""{"query":"{{name.ToLowerInvariant()}}","original_query":"{{name}}","qtype_name":"A","rcode_name":"NXDOMAIN"}""");
        if (fires) Assert.Equal(Severity.Medium, scene.Fires("dns-tunnel").Severity);
        else scene.IsSilent();
    }

    [Fact]
    public void A_resolver_is_not_held_for_those_it_asks_for()
    {
        Scene scene = new Scene().Says("dns", "10.0.1.7", Client, 53, """{"query":"a.example.com","qtype_name":"A"}""");
        for (int i = 0; i < 30; i++) scene.Says("dns", Client, Outside, 53, $$"""{"query":"n{{i}}.t.evil.example","qtype_name":"NULL"}""");
        scene.IsSilent();
    }

    [Fact]
    public void Mistyped_names_and_search_lists_are_not_random()
    {
        Missing(60, isRandom: false).IsSilent();
        Missing(10, isRandom: true).IsSilent();
        Assert.Equal(Severity.High, Missing(70, isRandom: true).Fires("random-names").Severity);
        Scene list = new();
        for (int i = 0; i < 60; i++) list.Says("dns", Client, "10.0.9.53", 53, $$"""{"query":"{{Label(i, 14, "bcdfghjklm")}}.hospital.example","qtype_name":"A","rcode_name":"NXDOMAIN"}""");
        list.IsSilent();
    }

    [Fact]
    public void Pings_that_come_back_as_they_went_are_pings()
    {
        new Scene().Conversation(Client, Outside, 0, Carrier.Icmp, sent: 140_000, answered: 140_000, packets: 100, answers: 100, fromPort: 8).IsSilent();
        new Scene().Conversation(Client, Outside, 0, Carrier.Icmp, sent: 140_000, answered: 70_000, packets: 100, answers: 50, fromPort: 8).IsSilent();
        new Scene().Conversation(Client, Outside, 0, Carrier.Icmp, sent: 640, answered: 9000, packets: 10, answers: 10, fromPort: 8).IsSilent();
        // The system answers every question, and the tunnel some of them once more.
        new Scene().Conversation(Client, Outside, 0, Carrier.Icmp, sent: 69_920, answered: 87_078, packets: 284, answers: 336, fromPort: 8).Fires("ping-tunnel");
        new Scene().Conversation(Client, Outside, 0, Carrier.Icmp, sent: 400_000, answered: 430_000, packets: 400, answers: 430, fromPort: 8).IsSilent();
        new Scene().Conversation(Client, Outside, 0, Carrier.Icmp, sent: 30_000, answered: 45_000, packets: 30, answers: 45, fromPort: 8).IsSilent();
        Assert.Equal(Severity.Medium, new Scene().Conversation(Client, "10.0.9.9", 0, Carrier.Icmp, sent: 640, answered: 9000, packets: 30, answers: 30, fromPort: 8).Fires("ping-tunnel").Severity);
    }

    [Fact]
    public void What_is_at_home_on_its_port_hides_nothing()
    {
        const string Own = """{"version":"TLSv12","established":true,"self_signed":true,"subject":"CN=x"}""";
        new Scene().Tls(Client, Outside, Own, 3389).IsSilent();
        new Scene().Tls(Client, "10.0.9.9", Own, 6606).IsSilent();
        new Scene().Tls(Client, Outside, """{"version":"TLSv12","established":true,"self_signed":true,"server_name":"x.example.com"}""", 6606).IsSilent();
        new Scene().Conversation(Client, Outside, 22, service: "ssh").IsSilent();
        new Scene().Conversation(Client, Outside, 443, service: "http,ssh").IsSilent();
        new Scene().Conversation(Client, Outside, 443, sent: 4000, answered: 300, history: "DdA", state: "OTH").IsSilent();
        Fronted("www.example.com", "api.example.com").IsSilent();
    }

    [Fact]
    public void Scans_busy_servers_and_media_are_no_floods()
    {
        Opened(600, isScan: true).IsSilent();
        Opened(400).IsSilent();
        new Scene().Conversation(Client, "10.0.9.9", 7000, Carrier.Udp, "rtp", sent: 9_000_000, answered: 0, packets: 100_000, answers: 0, seconds: 5).IsSilent();
        new Scene().Conversation(Client, "239.1.1.1", 7000, Carrier.Udp, sent: 9_000_000, answered: 0, packets: 100_000, answers: 0, seconds: 5).IsSilent();
        new Scene().Conversation(Client, "10.0.9.9", 123, Carrier.Udp, "ntp", sent: 5000, answered: 400_000, packets: 500, answers: 1000, seconds: 20).IsSilent();
        Slow(40, answered: 500).IsSilent();
        Slow(20).IsSilent();
    }

    [Fact]
    public void A_flood_is_counted_though_its_flows_are_told_in_another_order()
    {
        // At the end of a capture those of several spans of ten seconds come among each other.
        Scene scene = new();
        for (int i = 0; i < 4400; i++) scene.Conversation(Client, "10.0.9.9", 80, Carrier.Udp, sent: 64, answered: 0, packets: 1, answers: 0, after: i % 2 == 0 ? 20 : -20, fromPort: (ushort)(1024 + i));
        Assert.Contains(scene.Fires("packet-flood").Facts, fact => fact is { Name: "way", Observed: "udp" });
    }

    [Fact]
    public void Answers_that_nobody_asked_for_flood_their_victim()
    {
        Scene scene = new();
        for (int i = 0; i < 40; i++) scene.Conversation($"198.51.100.{i + 1}", "10.0.9.9", 40_000, Carrier.Udp, sent: 40_000, answered: 0, packets: 30, answers: 0, after: i == 0 ? 10 : 0.01, fromPort: 389);
        Finding finding = scene.Fires("packet-flood");
        Assert.Contains(finding.Facts, fact => fact is { Name: "way", Observed: "amplification" });
        Assert.Contains(finding.Facts, fact => fact is { Name: "source-proof", Observed: "single packets" });
    }

    [Fact]
    public void Three_crash_packets_weigh_more_than_one_and_other_anomalies_are_others_to_tell()
    {
        Scene scene = new Scene().Claims(Client, ClaimKind.Anomaly, "urgent pointer of zero (CVE-2019-12255)", "tcp", "tcp urgent pointer");
        Assert.Equal(Severity.Low, scene.Fires("crash-packet").Severity);
        for (int i = 0; i < 2; i++) scene.Claims(Client, ClaimKind.Anomaly, "TCP option whose length is wrong", "tcp", "tcp options");
        Assert.Equal(Severity.Medium, scene.Fires("crash-packet").Severity);
        new Scene().Claims(Client, ClaimKind.Anomaly, "two-faced DICOM file: windows-program", "http", "DICOM preamble").IsSilent();
    }

    /// <summary>A label of its own for each number.</summary>
    private static string Label(int number, int length, string alphabet) =>
        string.Create(length, (number, alphabet), static (text, from) =>
        {
            ulong state = 0x9E37_79B9_7F4A_7C15UL * ((ulong)from.number + 1);
            for (int i = 0; i < text.Length; i++)
            {
                state = (state * 6364136223846793005UL) + 1442695040888963407UL;
                text[i] = from.alphabet[(int)((state >> 33) % (ulong)from.alphabet.Length)];
            }
        });
}
