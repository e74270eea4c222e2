using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Eapol;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Eapol;

public sealed class EapolAnalyserTests
{
    private static readonly FlowView View = Conversation.View(Carrier.Link, 0, 0, 0x888E);

    [Fact]
    public void Admission_and_handshake_are_read()
    {
        Conversation said = Of(Frames("start", "request", "identity", "nak", "success", "failure", "logoff", "key-1", "key-2", "key-3", "key-4", "group-1"));
        Golden.Hold("frames", said.Lines);
        Assert.Empty(said.Faults);
    }

    [Fact]
    public void Machine_is_claimed_by_its_name() =>
        Assert.Equal(["HostName monitor-17.ward4.example", "Role supplicant"], Of(Frames("identity")).Observe(View).OfType<Claim>().Select(claim => $"{claim.Kind} {claim.Value}"));

    [Fact]
    public void Repeated_start_is_shown_once() => Assert.Single(Of(Frames("start", "start", "start")).Transactions);

    [Fact]
    public void Padding_is_not_read()
    {
        Conversation said = Of([.. Seeds.Read("eapol", "identity"), .. new byte[20]]);
        Assert.Equal("host/monitor-17.ward4.example", Assert.IsType<EapolFrame>(Assert.Single(said.Transactions)).Identity);
    }

    [Theory]
    [InlineData("identity", 0, 9, "eapol.header")]
    [InlineData("identity", 2, 9, "eapol.length")]
    [InlineData("identity", 4, 9, "eapol.eap")]
    [InlineData("identity", 6, 9, "eapol.eap")]
    [InlineData("key-1", 4, 7, "eapol.key")]
    [InlineData("key-1", 97, 9, "eapol.key")]
    public void Malformed_frame_is_a_named_fault(string seed, int at, byte value, string fault)
    {
        byte[] frame = Seeds.Read("eapol", seed);
        frame[at] = value;
        Assert.Equal(fault, Assert.Single(Of(frame).Faults).Id);
    }

    [Fact]
    public void Every_cut_of_a_frame_is_survived()
    {
        foreach (byte[] frame in Frames("identity", "key-1"))
        {
            for (int length = 0; length < frame.Length; length++) Of(frame[..length]);
        }
    }

    [Theory]
    [InlineData("captures/iot-sentinel/D-LinkCam/Setup-A-1-STA.pcap")]
    [InlineData("captures/iot-sentinel/Aria/Setup-A-3-STA.pcap")]
    [InlineData("captures/ndpi/iphone.pcap")]
    public void Real_handshakes_are_read(string capture) =>
        Golden.Hold("real-" + capture.Split('/')[^2].ToLowerInvariant(), Conversation.Render(CaptureRows<EapolFrame>.Of(capture)));

    private static byte[][] Frames(params string[] seeds) => [.. seeds.Select(seed => Seeds.Read("eapol", seed))];

    private static Conversation Of(params byte[][] frames) => Conversation.Of<EapolAnalyser>(frames.Select(frame => Said.Client(frame)), View);
}
