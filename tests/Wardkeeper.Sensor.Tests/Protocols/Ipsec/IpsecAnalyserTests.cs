using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Ipsec;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Ipsec;

public sealed class IpsecAnalyserTests
{
    private static readonly FlowView View = Conversation.View(Carrier.Udp, 500, 500);

    [Fact]
    public void Negotiations_are_reported_as_the_golden_file_says()
    {
        byte[] init = Seeds.Read("ipsec", "ike-sa-init"), auth = Seeds.Read("ipsec", "ike-auth-natt");
        Golden.Hold("main", Conversation.Of<IpsecAnalyser>([Said.Client(Seeds.Read("ipsec", "main-mode"))], View).Lines);
        Golden.Hold("aggressive", Conversation.Of<IpsecAnalyser>([Said.Client(Seeds.Read("ipsec", "aggressive-mode")), Said.Server(Answer(Seeds.Read("ipsec", "aggressive-mode")))], View).Lines);
        Golden.Hold("version-2", Conversation.Of<IpsecAnalyser>([Said.Client(init), Said.Server(Response(init, 0x20)), Said.Client(auth), Said.Server([.. auth[..4], .. Response(auth[4..], 0x20)]), Said.Client(0xFF), Said.Client(1, 2, 3, 4, 0, 0, 0, 1, 9, 9)], View).Lines);
    }

    [Fact]
    public void Products_are_claimed_from_vendor_ids()
    {
        IReadOnlyList<Observation> observed = Conversation.Of<IpsecAnalyser>([Said.Client(Seeds.Read("ipsec", "aggressive-mode")), Said.Server(Answer(Seeds.Read("ipsec", "aggressive-mode")))], View).Observe(View);
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.Software, Value: "FortiGate" } && one.Subject == View.Client);
        Assert.Contains(Conversation.Of<IpsecAnalyser>([Said.Client(Seeds.Read("ipsec", "ike-sa-init"))], View).Observe(View), one => one is Claim { Kind: ClaimKind.OperatingSystem, Value: "Windows-8" });
    }

    [Fact]
    public void Broken_payloads_are_faults()
    {
        byte[] payload = Seeds.Read("ipsec", "main-mode"), proposal = [.. payload];
        payload[30] = 0xFF;
        proposal[28 + 4 + 8 + 2] = 0xFF;
        Assert.Equal([IpsecFaults.MalformedPayload], Conversation.Of<IpsecAnalyser>([Said.Client(payload)], View).Faults);
        Assert.Equal([IpsecFaults.MalformedProposal], Conversation.Of<IpsecAnalyser>([Said.Client(proposal)], View).Faults);
        Assert.Equal([IpsecFaults.NoMessage], Conversation.Of<IpsecAnalyser>([Said.Client(Seeds.Read("ipsec", "main-mode")), Said.Client(0, 0, 0, 0, 7, 7)], View).Faults);
    }

    [Theory]
    [InlineData("captures/corelight-ipsec/ikev1-certs.pcap")]
    [InlineData("captures/corelight-ipsec/ipsec-ikev1-isakmp-aggressive-mode.pcap")]
    [InlineData("captures/corelight-ipsec/ipsec_client.pcap")]
    [InlineData("captures/arkime/IKEv2.pcap")]
    [InlineData("captures/joy/ikev1.pcap")]
    [InlineData("captures/suricata-verify/ikev1-duplicate-proposals/generated.pcap")]
    [InlineData("captures/tcpdump/ikev2four.pcap")]
    public void Captures_give_their_negotiations(string capture) => Golden.Hold(Path.GetFileNameWithoutExtension(capture), Conversation.Render(CaptureRows<IkeNegotiation>.Of(capture)));

    /// <summary>Zeek's ipsec.log has a row for each message; what the first of each side says is ours.</summary>
    [Theory]
    [InlineData("corelight-ipsec/ikev1-certs.pcap", "analyzer.ikev1-a")]
    [InlineData("corelight-ipsec/ipsec-ikev1-isakmp-aggressive-mode.pcap", "analyzer.ikev1-b")]
    [InlineData("corelight-ipsec/ipsec_client.pcap", "analyzer.basic")]
    public void Numbers_and_vendors_are_Zeeks(string capture, string test)
    {
        string[][] theirs = [.. File.ReadLines(SharedFiles.Path($"captures/{capture}.zeek/{test}/ipsec.log")).Where(line => line[0] != '#').Select(line => line.Split('\t'))];
        IkeNegotiation ours = CaptureRows<IkeNegotiation>.Of("captures/" + capture)[0];
        string[] first = theirs.First(cells => cells[6] == "T"), answer = theirs.First(cells => cells[6] == "F");
        Assert.Equal((first[7], answer[8], first[9], first[11]), ($"{ours.InitiatorSpi:x16}", $"{ours.ResponderSpi:x16}", $"{ours.MajVer}", $"{ours.ExchangeType}"));
        Assert.Equal(Vendors(first[19]), ours.VendorIds);
        Assert.Equal(Vendors(answer[19]), ours.ResponderVendorIds);
    }

    [Fact]
    public void The_header_and_its_length_make_it_known()
    {
        byte[] init = Seeds.Read("ipsec", "ike-sa-init");
        Assert.Equal(Match.Yes, Ask(init));
        Assert.Equal(Match.YesReversed, Ask(Response(init, 0x20)));
        Assert.Equal(Match.No, Ask([.. init, 0]));
        Assert.Equal(Match.No, Ask([.. new byte[8], .. init[8..]]));
        Assert.Equal(Match.No, Ask([.. init[..17], 0x30, .. init[18..]]));
    }

    private static IEnumerable<string> Vendors(string cell) => cell is "-" or "(empty)" ? [] : cell.Split(',').Distinct();

    private static Match Ask(byte[] client) => IpsecAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, Client = client, ClientPort = 40000, ServerPort = 40001 });

    private static byte[] Answer(byte[] request) => [.. request[..8], 1, 2, 3, 4, 5, 6, 7, 8, .. request[16..]];

    private static byte[] Response(byte[] request, byte flags) => [.. request[..8], 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, .. request[16..19], flags, .. request[20..]];
}
