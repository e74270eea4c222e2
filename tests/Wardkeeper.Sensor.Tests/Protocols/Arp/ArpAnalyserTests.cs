using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Arp;

namespace Wardkeeper.Sensor.Tests.Protocols.Arp;

public sealed class ArpAnalyserTests
{
    private static readonly FlowView View = Conversation.View(Carrier.Link, 0, 0, 0x0806);

    [Fact]
    public void Requests_replies_probes_and_announcements_are_told_apart()
    {
        Conversation said = Of(Said.Client(Seeds.Read("arp", "request")), Said.Server(Seeds.Read("arp", "reply")), Said.Client(Seeds.Read("arp", "probe")), Said.Client(Seeds.Read("arp", "announcement")));
        Golden.Hold("four-kinds", said.Lines);
        Assert.Empty(said.Faults);
    }

    [Fact]
    public void Addresses_are_bound_except_by_a_probe()
    {
        Conversation said = Of(Said.Client(Seeds.Read("arp", "probe")), Said.Client(Seeds.Read("arp", "request")), Said.Server(Seeds.Read("arp", "reply")));
        Claim[] claims = [.. said.Observe(View).OfType<Claim>()];
        Assert.Equal(["10.0.0.1", "10.0.0.2"], claims.Select(claim => claim.Value));
        Assert.All(claims, claim => Assert.Equal(ClaimKind.AddressBinding, claim.Kind));
        Assert.Equal("02:00:00:00:00:02", claims[1].Subject.Mac.ToString());
    }

    [Fact]
    public void Sender_that_is_not_the_source_of_the_frame_is_marked()
    {
        Conversation said = Of(Said.Client(Seeds.Read("arp", "reply")));
        Assert.True(Assert.IsType<ArpStatement>(Assert.Single(said.Transactions)).SourceMismatch);
        Claim anomaly = Assert.Single(said.Observe(View).OfType<Claim>(), claim => claim.Kind == ClaimKind.Anomaly);
        Assert.Equal("02:00:00:00:00:01", anomaly.Subject.Mac.ToString());
    }

    [Fact]
    public void Repeated_statement_is_shown_once()
    {
        Said request = Said.Client(Seeds.Read("arp", "request"));
        Assert.Single(Of([.. Enumerable.Repeat(request, 50)]).Transactions);
    }

    [Fact]
    public void Repeated_statement_is_shown_again_after_ten_minutes()
    {
        RecentStatements recent = new();
        Assert.False(recent.IsRepeat(Side.Client, "who has"u8, CaptureTime.FromSeconds(1000)));
        Assert.True(recent.IsRepeat(Side.Client, "who has"u8, CaptureTime.FromSeconds(1599)));
        Assert.False(recent.IsRepeat(Side.Server, "who has"u8, CaptureTime.FromSeconds(1599)));
        Assert.False(recent.IsRepeat(Side.Client, "who has"u8, CaptureTime.FromSeconds(1600)));
        Assert.True(recent.IsRepeat(Side.Client, "who has"u8, CaptureTime.FromSeconds(1601)));
    }

    [Fact]
    public void Statements_beyond_the_memory_are_forgotten_oldest_first()
    {
        RecentStatements recent = new();
        for (byte i = 0; i <= RecentStatements.Kept; i++) Assert.False(recent.IsRepeat(Side.Client, [i], CaptureTime.FromSeconds(i)));
        Assert.True(recent.IsRepeat(Side.Client, [1], CaptureTime.FromSeconds(20)));
        Assert.False(recent.IsRepeat(Side.Client, [0], CaptureTime.FromSeconds(20)));
    }

    [Theory]
    [InlineData(27, 0, 0, "arp.short")]
    [InlineData(28, 1, 15, "arp.other-hardware")]
    [InlineData(28, 4, 8, "arp.other-hardware")]
    [InlineData(28, 7, 8, "arp.unknown-operation")]
    [InlineData(28, 8, 0xFF, "arp.no-sender")]
    public void Malformed_frame_is_a_named_fault(int length, int at, byte value, string fault)
    {
        byte[] frame = Seeds.Read("arp", "reply");
        if (length == frame.Length) frame[at] = value;
        Assert.Equal(fault, Assert.Single(Of(Said.Client(frame[..length])).Faults).Id);
    }

    [Fact]
    public void Group_address_is_never_bound()
    {
        byte[] frame = Seeds.Read("arp", "reply");
        frame[8] = 0xFF;
        Assert.DoesNotContain(Of(Said.Client(frame)).Observe(View).OfType<Claim>(), claim => claim.Kind == ClaimKind.AddressBinding);
    }

    [Fact]
    public void Only_arp_frames_are_recognised()
    {
        byte[] frame = Seeds.Read("arp", "request");
        Assert.Equal(Match.Yes, ArpAnalyser.Recognise(new Opening { Carrier = Carrier.Link, EtherType = 0x0806, Client = frame }));
        Assert.Equal(Match.No, ArpAnalyser.Recognise(new Opening { Carrier = Carrier.Link, EtherType = 0x88CC, Client = frame }));
        Assert.Equal(Match.No, ArpAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, Client = frame }));
        Assert.Equal(Match.No, ArpAnalyser.Recognise(new Opening { Carrier = Carrier.Link, EtherType = 0x0806, Client = frame.AsSpan(0, 20) }));
    }

    private static Conversation Of(params Said[] said) => Conversation.Of<ArpAnalyser>(said, View);
}
