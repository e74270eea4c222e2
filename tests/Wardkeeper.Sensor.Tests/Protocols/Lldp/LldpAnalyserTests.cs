using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Lldp;

namespace Wardkeeper.Sensor.Tests.Protocols.Lldp;

public sealed class LldpAnalyserTests
{
    private static readonly FlowView View = Conversation.View(Carrier.Link, 0, 0, 0x88CC);

    [Fact]
    public void Switch_and_telephone_are_read_with_vlans_and_inventory()
    {
        Conversation said = Of(Seeds.Read("lldp", "least"), Seeds.Read("lldp", "switch"), Seeds.Read("lldp", "phone"));
        Golden.Hold("switch-and-telephone", said.Lines);
        Assert.Empty(said.Faults);
    }

    [Fact]
    public void Switch_is_claimed_with_name_role_port_and_management_address()
    {
        string[] claims = Claims(Seeds.Read("lldp", "switch"));
        Assert.Equal(
        [
            "02:00:00:00:00:01 HostName sw-ward3", "02:00:00:00:00:01 Description Example switch, software 1.2.3", "02:00:00:00:00:01 SwitchPort Gi1/0/1 (uplink to ward 3)",
            "02:00:00:00:00:01 Role switch", "02:00:00:00:00:01 OtherMac 02:00:00:00:00:09", "02:00:00:00:00:09 AddressBinding 10.0.0.9",
        ], claims);
    }

    [Fact]
    public void Telephone_is_claimed_with_its_inventory_and_is_not_a_switch()
    {
        string[] claims = Claims(Seeds.Read("lldp", "phone"));
        foreach (string claim in (string[])["Vendor Example Ltd", "Model Phone 100", "SerialNumber SN0007", "Firmware boot 2.0", "Software app 3.1", "Role telephone", "FriendlyName phone 7", "AddressBinding 10.0.0.7"])
            Assert.Contains("02:00:00:00:00:01 " + claim, claims);
        Assert.DoesNotContain("02:00:00:00:00:01 Role switch", claims);
    }

    [Fact]
    public void Unchanged_announcement_is_shown_once_and_a_changed_one_again()
    {
        byte[] first = Seeds.Read("lldp", "switch"), changed = [.. first];
        changed["uplink to ward 3".Length + first.AsSpan().IndexOf("uplink to ward 3"u8) - 1] = (byte)'4';
        Assert.Equal(2, Of(first, first, changed, first, changed).Transactions.Count);
    }

    [Fact]
    public void Elements_out_of_order_are_a_fault_and_not_lldp()
    {
        byte[] frame = Seeds.Read("lldp", "least");
        byte[] portFirst = [.. frame[9..], .. frame[..9]];
        Assert.Equal("lldp.mandatory-order", Assert.Single(Of(portFirst).Faults).Id);
        Assert.Equal(Match.No, Recognise(portFirst));
    }

    [Fact]
    public void Element_beyond_the_frame_is_a_fault_and_what_came_before_it_is_kept()
    {
        byte[] frame = [.. Seeds.Read("lldp", "least")[..^2], 0x0A, 200, (byte)'x'];
        Conversation said = Of(frame);
        Assert.Equal("lldp.element-too-long", Assert.Single(said.Faults).Id);
        Assert.Equal("Gi1/0/1", Assert.IsType<LldpNeighbour>(Assert.Single(said.Transactions)).PortId);
    }

    [Theory]
    [InlineData(new byte[] { 0x0E, 2, 0, 4 })]
    [InlineData(new byte[] { 0x10, 1, 5 })]
    [InlineData(new byte[] { 0xFE, 3, 0, 0x80, 0xC2 })]
    [InlineData(new byte[] { 0xFE, 7, 0, 0x80, 0xC2, 3, 0, 30, 9 })]
    [InlineData(new byte[] { 0xFE, 4, 0, 0x12, 0xBB, 1 })]
    public void Element_too_short_for_its_type_is_a_fault(byte[] element)
    {
        byte[] frame = [.. Seeds.Read("lldp", "least")[..^2], .. element, 0, 0];
        Assert.Equal("lldp.element-too-short", Assert.Single(Of(frame).Faults).Id);
    }

    [Fact]
    public void Flood_of_elements_is_bounded()
    {
        byte[] frame = [.. Seeds.Read("lldp", "least")[..^2], .. Enumerable.Repeat<byte[]>([0x12, 0], 400).SelectMany(element => element)];
        Assert.Equal("lldp.too-many-elements", Assert.Single(Of(frame).Faults).Id);
    }

    [Fact]
    public void Every_cut_of_a_frame_is_survived()
    {
        byte[] frame = Seeds.Read("lldp", "phone");
        for (int length = 0; length < frame.Length; length++) Of(frame[..length]);
    }

    [Fact]
    public void Same_bytes_of_another_ether_type_are_not_lldp()
    {
        byte[] frame = Seeds.Read("lldp", "switch");
        Assert.Equal(Match.Yes, Recognise(frame));
        Assert.Equal(Match.No, LldpAnalyser.Recognise(new Opening { Carrier = Carrier.Link, EtherType = 0x2000, Client = frame }));
    }

    private static Match Recognise(byte[] frame) => LldpAnalyser.Recognise(new Opening { Carrier = Carrier.Link, EtherType = 0x88CC, Client = frame });

    private static string[] Claims(byte[] frame) => [.. Of(frame).Observe(View).OfType<Claim>().Select(claim => $"{claim.Subject.Mac} {claim.Kind} {claim.Value}")];

    private static Conversation Of(params byte[][] frames) => Conversation.Of<LldpAnalyser>(frames.Select(frame => Said.Client(frame)), View);
}
