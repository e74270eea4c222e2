using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Bacnet;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Bacnet;

public sealed class BacnetAnalyserTests
{
    private static readonly FlowView View = Conversation.View(Carrier.Udp, 47808, 47808);

    private static byte[] Npdu(params byte[] apdu) => [0x81, 0x0A, 0, (byte)(6 + apdu.Length), 1, 4, .. apdu];

    private static readonly List<Said> Session =
    [
        Said.Client(0x81, 0x0B, 0, 12, 1, 0x20, 0xFF, 0xFF, 0, 0xFF, 0x10, 8),
        Said.Server(Npdu(0x10, 0, 0xC4, 2, 0, 0, 9, 0x22, 5, 0xC4, 0x91, 3, 0x21, 5)),
        Said.Client(Npdu(0, 5, 1, 14, 0x0C, 2, 0, 0, 9, 0x1E, 9, 121, 9, 70, 9, 44, 9, 12, 0x1F)),
        Said.Server(Npdu([0x30, 1, 14, 0x0C, 2, 0, 0, 9, 0x1E, 0x29, 121, 0x4E, 0x75, 5, 0, .. "Acme"u8, 0x4F, 0x29, 70, 0x4E, 0x75, 7, 0, .. "AHU-12"u8, 0x4F, 0x29, 44, 0x4E, 0x74, 0, .. "4.1"u8, 0x4F, 0x29, 12, 0x5E, 0x91, 2, 0x91, 32, 0x5F, 0x1F])),
        Said.Client(Npdu([0, 5, 2, 20, 9, 0, 0x1D, 7, 0, .. "secret"u8])),
        Said.Server(Npdu(0x50, 2, 20, 0x91, 4, 0x91, 26)),
        Said.Client(Npdu(0, 5, 3, 15, 0x0C, 0, 0x40, 0, 1, 0x19, 85, 0x3E, 0x44, 0x42, 0x48, 0, 0, 0x3F, 0x49, 8)),
        Said.Server(Npdu(0x20, 3, 15)),
        Said.Client(0x81, 5, 0, 6, 3, 0x84),
        Said.Server(0x81, 0, 0, 6, 0, 0x30),
        Said.Client(0x81, 2, 0, 4),
        Said.Server(0x81, 3, 0, 14, 10, 0, 0, 1, 0xBA, 0xC0, 255, 255, 255, 255),
        Said.Client(0x81, 4, 0, 26, 10, 9, 8, 7, 0xBA, 0xC0, 1, 0, 0x10, 0, 0xC4, 2, 0, 0, 7, 0x22, 5, 0xC4, 0x91, 3, 0x21, 8),
        Said.Server(0x81, 0x0A, 0, 11, 1, 0x80, 1, 0, 5, 0, 6),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<BacnetAnalyser>(Session, View);
        Golden.Hold("session", played.Lines);
        Assert.Empty(played.Faults);
        Assert.DoesNotContain("secret", string.Concat(played.Lines), StringComparison.Ordinal);
        string[] claims = [.. played.Observe(View).OfType<Claim>().Select(claim => $"{claim.Subject.Ip} {claim.Kind} {claim.Value}")];
        Assert.Equal(
        [
            "10.0.0.2 Role bacnet-device", "10.0.0.2 AnnouncedService bacnet device 9", "10.0.0.2 Vendor Johnson Controls", "10.0.0.2 Vendor Acme", "10.0.0.2 Model AHU-12",
            "10.0.0.2 Firmware 4.1", "10.0.0.2 Role bacnet-broadcast-manager", "10.9.8.7 Role bacnet-device", "10.9.8.7 AnnouncedService bacnet device 7",
            "10.9.8.7 Vendor Delta Controls", "10.0.0.2 Role bacnet-router",
        ], claims);
    }

    [Theory]
    [InlineData("captures/ndpi/bacnet.pcap")]
    [InlineData("captures/arkime/bacnet-stack-services.pcap")]
    [InlineData("captures/icsnpp-bacnet/bacnet_error_reject_abort.pcap")]
    [InlineData("captures/icsnpp-bacnet/bacnet_segmented_data.pcap")]
    public void Captures_give_their_messages(string capture) => Golden.Hold(Path.GetFileNameWithoutExtension(capture), Conversation.Render(CaptureRows<BacnetMessage>.Of(capture)));

    [Theory]
    [InlineData("bacnet_error_reject_abort")]
    [InlineData("bacnet_segmented_data")]
    public void Services_are_those_of_Zeeks_log(string name)
    {
        string folder = Directory.GetDirectories(SharedFiles.Path($"captures/icsnpp-bacnet/{name}.pcap.zeek"))[0];
        string[] theirs = [.. BaselineLog.Read($"icsnpp-bacnet/{name}.pcap.zeek/{Path.GetFileName(folder)}/bacnet.log")
            .Where(row => row["pdu_type"] is "CONFIRMED_REQUEST" or "UNCONFIRMED_REQUEST").Select(row => $"{row["pdu_type"]} {row["pdu_service"]}".Replace('_', '-').ToLowerInvariant()).Order(StringComparer.Ordinal)];
        string[] ours = [.. CaptureRows<BacnetMessage>.Of($"captures/icsnpp-bacnet/{name}.pcap").Where(row => row.PduType.EndsWith("request", StringComparison.Ordinal)).Select(row => $"{row.PduType} {row.PduService}").Order(StringComparer.Ordinal)];
        Assert.Equal(theirs, ours);
    }

    [Fact]
    public void Broken_messages_are_faults()
    {
        Assert.Equal("bacnet.malformed-network", Fault([0x81, 0x0A, 0, 8, 2, 0, 0x10, 8]));
        Assert.Equal("bacnet.malformed-message", Fault(Npdu(0, 5, 1)));
        Assert.Equal("bacnet.malformed-tag", Fault(Npdu(0, 5, 1, 12, 0x0C, 2, 0)));
        Assert.Equal("bacnet.malformed-link", Fault([0x81, 5, 0, 7, 1, 2, 3]));
        Assert.Equal("bacnet.malformed-tag", Fault(Npdu(0x10, 0, 0xC4, 2, 0, 0, 9)));
    }

    [Theory]
    [InlineData("810b000801001008", 1)]
    [InlineData("810b000901001008", 0)]
    [InlineData("810b000802001008", 0)]
    [InlineData("810d000801001008", 0)]
    [InlineData("8105000601", 0)]
    [InlineData("81050006010a", 1)]
    public void It_is_known_by_its_lengths_and_versions(string bytes, int yes) =>
        Assert.Equal(yes == 1, BacnetAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, Client = Convert.FromHexString(bytes) }) == Match.Yes);

    private static string Fault(byte[] datagram) => Assert.Single(Conversation.Of<BacnetAnalyser>([Said.Client(datagram)], View).Faults).Id;
}
