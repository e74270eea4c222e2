using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Profinet;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Profinet;

public sealed class DcpAnalyserTests
{
    private static readonly FlowView View = Conversation.View(Carrier.Link, 0, 0, 0x8892);

    [Fact]
    public void Stations_say_who_they_are_and_are_told_what_to_become()
    {
        Conversation played = Conversation.Of<DcpAnalyser>(
            [Said.Client(Seeds.Read("pn_dcp", "identify")), Said.Server(Seeds.Read("pn_dcp", "identified")), Said.Client(Seeds.Read("pn_dcp", "set")), Said.Client(Seeds.Read("pn_dcp", "identify")), Said.Server(0x80, 1, 1, 2, 3)], View);
        Golden.Hold("stations", played.Lines);
        Assert.Empty(played.Faults);
        Assert.Equal(
        [
            "02:00:00:00:00:02 AddressBinding 10.0.0.9", "02:00:00:00:00:02 HostName plc-ward", "02:00:00:00:00:02 Model S7-1200", "02:00:00:00:00:02 Vendor Siemens",
            "02:00:00:00:00:02 Description PROFINET vendor 002a device 010d", "02:00:00:00:00:02 Role profinet-io-controller",
        ], played.Observe(View).OfType<Claim>().Select(claim => $"{claim.Subject.Mac} {claim.Kind} {claim.Value}"));
    }

    [Fact]
    public void A_capture_names_its_stations()
    {
        string[] theirs = [.. Tshark.Fields(SharedFiles.Path("captures/ics-security-tools/profinet/PROFINET-RT-DCP/PROFINET-RT.pcap"), "pn_dcp", "pn_dcp.suboption_device_nameofstation").Select(cells => cells[0]).Distinct().Order(StringComparer.Ordinal)];
        string[] ours = [.. CaptureRows<DcpMessage>.Of("captures/ics-security-tools/profinet/PROFINET-RT-DCP/PROFINET-RT.pcap").Select(row => row.StationName!).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(theirs, ours);
    }

    [Fact]
    public void Broken_frames_are_faults()
    {
        byte[] frame = Seeds.Read("pn_dcp", "identified");
        frame[14] = 9;
        Assert.Equal("pn_dcp.malformed-block", Assert.Single(Conversation.Of<DcpAnalyser>([Said.Client(frame)], View).Faults).Id);
        Assert.Equal("pn_dcp.malformed-header", Assert.Single(Conversation.Of<DcpAnalyser>([Said.Client(0xFE, 0xFF, 9, 1)], View).Faults).Id);
        for (int length = 0; length < frame.Length; length++) Conversation.Of<DcpAnalyser>([Said.Client(frame[..length])], View);
    }
}
