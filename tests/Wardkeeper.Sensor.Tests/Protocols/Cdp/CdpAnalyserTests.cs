using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Cdp;

namespace Wardkeeper.Sensor.Tests.Protocols.Cdp;

public sealed class CdpAnalyserTests
{
    private static readonly FlowView View = Conversation.View(Carrier.Link, 0, 0, 0x2000);

    [Fact]
    public void Both_versions_are_read()
    {
        Conversation said = Of(Seeds.Read("cdp", "switch"), Seeds.Read("cdp", "version-1"));
        Golden.Hold("both-versions", said.Lines);
        Assert.Empty(said.Faults);
    }

    [Fact]
    public void Switch_is_claimed_with_name_software_model_port_role_and_address()
    {
        string[] claims = [.. Of(Seeds.Read("cdp", "switch")).Observe(View).OfType<Claim>().Select(claim => $"{claim.Kind} {claim.Value}")];
        Assert.Equal(
        [
            "HostName sw-ward4.example", "Software Example IOS Software, Version 15.2", "SwitchPort GigabitEthernet0/1", "Vendor Cisco", "Model WS-C2960X", "Role switch", "AddressBinding 10.0.0.9",
        ], claims);
    }

    [Fact]
    public void Unchanged_announcement_is_shown_once() =>
        Assert.Single(Of(Seeds.Read("cdp", "switch"), Seeds.Read("cdp", "switch")).Transactions);

    [Theory]
    [InlineData(0, 3, "cdp.header")]
    [InlineData(7, 3, "cdp.header")]
    [InlineData(26, 9, "cdp.element-length")]
    [InlineData(27, 3, "cdp.element-length")]
    [InlineData(31, 9, "cdp.addresses")]
    public void Malformed_frame_is_a_named_fault(int at, byte value, string fault)
    {
        byte[] frame = Seeds.Read("cdp", "switch");
        frame[at] = value;
        Assert.Equal(fault, Assert.Single(Of(frame).Faults).Id);
    }

    [Fact]
    public void Every_cut_of_a_frame_is_survived()
    {
        byte[] frame = Seeds.Read("cdp", "switch");
        for (int length = 0; length < frame.Length; length++) Of(frame[..length]);
    }

    [Fact]
    public void Same_bytes_of_another_type_are_not_cdp()
    {
        byte[] frame = Seeds.Read("cdp", "switch");
        Assert.Equal(Match.Yes, CdpAnalyser.Recognise(new Opening { Carrier = Carrier.Link, EtherType = 0x2000, Client = frame }));
        Assert.Equal(Match.No, CdpAnalyser.Recognise(new Opening { Carrier = Carrier.Link, EtherType = 0x2004, Client = frame }));
    }

    private static Conversation Of(params byte[][] frames) => Conversation.Of<CdpAnalyser>(frames.Select(frame => Said.Client(frame)), View);
}
