using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Syslog;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Syslog;

public sealed class SyslogAnalyserTests
{
    private static readonly string[] Messages =
    [
        "<34>Oct 11 22:14:15 mymachine su[230]: 'su root' failed password=secret",
        "<165>1 2003-10-11T22:14:15.003Z pump.ward.example infusion 42 ID47 [a@1 b=\"]\"] Alarm for patient Zhang San",
        "<190>45: *Mar  1 00:00:12.003: %SYS-5-CONFIG_I: Configured from console",
        "<189>date=2024-01-01 time=10:00:00 devname=\"FW-1\" devid=\"FG100D\" logid=\"01\" type=\"event\"",
        "<13>1 - - - - - -",
        "<191>no form",
    ];

    private static readonly List<Said> Counted = [.. Messages.Select(one => Said.Client($"{one.Length} {one}"))];
    private static readonly List<Said> Lines = [.. Messages.Select(one => Said.Client(one + "\n"))];
    private static readonly FlowView Udp = Conversation.View(Carrier.Udp, 40000, 514);

    [Fact]
    public void Messages_of_every_form_are_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<SyslogAnalyser>(Messages.Select(Said.Client), Udp);
        Assert.Empty(played.Faults);
        Golden.Hold("messages", played.Lines);
        string all = string.Join('\n', played.Lines);
        Assert.DoesNotContain("secret", all, StringComparison.Ordinal);
        Assert.DoesNotContain("Zhang", all, StringComparison.Ordinal);
        IReadOnlyList<Observation> observed = played.Observe(Udp);
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.SerialNumber, Value: "FG100D" });
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.HostName, Value: "pump.ward.example" });
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.Vendor, Value: "Cisco" });
    }

    [Fact]
    public void Both_framings_of_streams_give_the_same_messages()
    {
        string[] texts = [.. Conversation.Of<SyslogAnalyser>(Lines).Lines];
        Assert.Equal(Messages.Length, texts.Length);
        Assert.Equal(texts, Conversation.Of<SyslogAnalyser>(Counted).Lines);
    }

    [Fact]
    public void Cuts_change_nothing()
    {
        Splits.HoldFor<SyslogAnalyser>(Lines);
        Splits.HoldFor<SyslogAnalyser>(Counted);
    }

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<SyslogAnalyser>(Lines, one => ((SyslogMessage)one).Facility + ((SyslogMessage)one).Severity);

    [Fact]
    public void Nonsense_is_a_fault()
    {
        Assert.Equal([SyslogFaults.NoPriority], Conversation.Of<SyslogAnalyser>([Said.Client("<192>a b c d")], Udp).Faults);
        Assert.Equal([SyslogFaults.FrameLength], Conversation.Of<SyslogAnalyser>([Said.Client("12345678 <1>a")]).Faults);
    }

    [Theory]
    [InlineData("captures/zeek/syslog-single-udp.pcap")]
    [InlineData("captures/zeek/tcp-syslog-nontransparent.pcap")]
    [InlineData("captures/ndpi/syslog.pcap")]
    [InlineData("captures/tcpdump/syslog_udp.pcap")]
    public void Captures_give_their_messages(string capture) => Golden.Hold(Path.GetFileNameWithoutExtension(capture), Conversation.Render(CaptureRows<SyslogMessage>.Of(capture).Take(40)));

    [Theory]
    [InlineData("<13>text", Carrier.Udp, Match.Yes)]
    [InlineData("<13>\u0001\u0002\u0003\u0004\u0005", Carrier.Udp, Match.No)]
    [InlineData("<192>text text", Carrier.Udp, Match.No)]
    [InlineData("<html>text", Carrier.Tcp, Match.No)]
    [InlineData("<1", Carrier.Tcp, Match.NeedMore)]
    [InlineData("30 <13>some text", Carrier.Tcp, Match.Yes)]
    [InlineData("220 ready for you", Carrier.Tcp, Match.No)]
    public void A_priority_and_text_make_it_known(string text, Carrier carrier, object match) =>
        Assert.Equal(match, SyslogAnalyser.Recognise(new Opening { Carrier = carrier, Client = Encoding.Latin1.GetBytes(text), ServerPort = 514, FromStart = true }));
}
