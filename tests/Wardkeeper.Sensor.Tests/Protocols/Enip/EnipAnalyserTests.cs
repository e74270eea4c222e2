using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Enip;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Enip;

public sealed class EnipAnalyserTests
{
    private static readonly FlowView View = Conversation.View(serverPort: 44818);

    private static readonly List<Said> Session =
    [
        Said.Client(Seeds.Read("enip", "register")),
        Said.Server([.. Seeds.Read("enip", "register")[..4], 1, 0, 0x2A, 0, .. Seeds.Read("enip", "register")[8..]]),
        Said.Client(Seeds.Read("enip", "get-all")),
        Said.Server(Seeds.Read("enip", "all")),
        Said.Client(Seeds.Read("enip", "stop")),
        Said.Client(Seeds.Read("enip", "list-identity")),
        Said.Server(Seeds.Read("enip", "identity")),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<EnipAnalyser>(Session, View);
        Golden.Hold("session", played.Lines);
        Assert.Empty(played.Faults);
        Assert.Contains(played.Observe(View), one => one is Claim { Kind: ClaimKind.Model, Value: "1756-ENBT/A" });
        Assert.Contains(played.Observe(View), one => one is Claim { Kind: ClaimKind.Role, Value: "plc" });
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<EnipAnalyser>(Session, View);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<EnipAnalyser>(Session, one => ((EnipExchange)one).Command, View);

    [Theory]
    [InlineData("captures/suricata-verify/enip-keywords/enip_cip_example.pcap")]
    [InlineData("captures/ics-security-tools/EthernetIP/cip_stop_plc.pcap")]
    [InlineData("captures/ics-security-tools/EthernetIP/enip_test.pcap")]
    [InlineData("captures/ndpi/ethernetIP.pcap")]
    public void Captures_give_their_exchanges(string capture) => Golden.Hold(Path.GetFileNameWithoutExtension(capture), Conversation.Render(CaptureRows<EnipExchange>.Of(capture).Take(40)));

    [Theory]
    [InlineData("multiple_service_packet_cip", "analyzer.multiple_service_request")]
    [InlineData("set_attribute_single_service_cip", "analyzer.set_attr_single_service")]
    public void Services_are_those_of_Zeeks_log(string name, string log)
    {
        // Zeek has a row for the packet and one for each request in it; these logs are without a line of their fields.
        string[] theirs = [.. File.ReadLines(SharedFiles.Path($"captures/icsnpp-enip/{name}.pcapng.zeek/{log}/cip.log")).Where(line => line[0] != '#').Select(line => line.Split('\t'))
            .Select(cells => $"{cells[14]} {(cells[20] == "unknown" ? "class-" + cells[19] : cells[20])}".ToLowerInvariant().Replace("attributes single", "attribute single", StringComparison.Ordinal).Replace("class-0x68", "program", StringComparison.Ordinal).Replace("class-0x8b", "wall-clock-time", StringComparison.Ordinal))];
        EnipExchange ours = Assert.Single(CaptureRows<EnipExchange>.Of($"captures/icsnpp-enip/{name}.pcapng"));
        string[] known = [$"{ours.Service} {ours.Class}", .. ours.Services ?? []];
        Assert.Equal(theirs.Select(one => one.Replace(' ', '-')), known.Select(one => one.Replace(' ', '-')));
    }

    [Fact]
    public void An_identity_is_what_Zeek_says()
    {
        string[] theirs = File.ReadLines(SharedFiles.Path("captures/icsnpp-enip/enip_cip_example.pcap.zeek/analyzer.basic/cip_identity.log")).First(line => line[0] != '#').Split('\t');
        EnipIdentity ours = CaptureRows<EnipExchange>.Of("captures/suricata-verify/enip-keywords/enip_cip_example.pcap").First(row => row.Identity is not null).Identity!;
        Assert.Equal((theirs[17], theirs[19], theirs[21], theirs[22]), (EnipNames.DeviceType(ours.DeviceType), ours.Revision, $"0x{ours.SerialNumber}", ours.ProductName));
    }

    [Fact]
    public void Cyclic_data_is_counted()
    {
        CipData row = Assert.Single(CaptureRows<CipData>.Of("captures/suricata-verify/enip-keywords/enip_cip_example.pcap"));
        Assert.Equal((368, 30), (row.ClientPackets, row.ServerPackets));
    }

    [Theory]
    [InlineData("70001c0001002a00000000000000000000000000000000000000000101000200a1000400224095ffb100080006010702208e2401", (int)Match.No)]
    [InlineData("70001c0001002a00000000000000000000000000000000000000000001000200a1000400224095ffb100080006010702208e2401", (int)Match.Yes)]
    [InlineData("6500040000000000000000000000000000000000000000000100", (int)Match.Yes)]
    [InlineData("6500050000000000000000000000000000000000000000000100", (int)Match.No)]
    [InlineData("650004", (int)Match.NeedMore)]
    public void It_is_known_by_its_header(string bytes, int match) =>
        Assert.Equal((Match)match, EnipAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Convert.FromHexString(bytes) }));

    [Fact]
    public void Nonsense_is_a_fault()
    {
        byte[] broken = Seeds.Read("enip", "stop");
        broken[42] = 9;
        Assert.Equal("enip.malformed-items", Assert.Single(Conversation.Of<EnipAnalyser>([Said.Client(broken)], View).Faults).Id);
        broken = Seeds.Read("enip", "stop");
        broken[47] = 90;
        Assert.Equal("enip.malformed-cip", Assert.Single(Conversation.Of<EnipAnalyser>([Said.Client(broken)], View).Faults).Id);
    }
}
