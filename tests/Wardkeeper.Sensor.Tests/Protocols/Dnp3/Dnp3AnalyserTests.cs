using System.Globalization;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Dnp3;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Dnp3;

public sealed class Dnp3AnalyserTests
{
    private static readonly FlowView View = Conversation.View(serverPort: 20000);

    /// <summary>A frame; only its header's checksum is looked at.</summary>
    private static byte[] Frame(bool isMaster, params byte[] data)
    {
        byte[] header = [5, 0x64, (byte)(5 + data.Length), (byte)(isMaster ? 0xC4 : 0x44), (byte)(isMaster ? 4 : 3), 0, (byte)(isMaster ? 3 : 4), 0];
        int sum = 0;
        foreach (byte one in header)
        {
            sum ^= one;
            for (int bit = 0; bit < 8; bit++) sum = (sum & 1) != 0 ? (sum >> 1) ^ 0xA6BC : sum >> 1;
        }
        sum = ~sum;
        List<byte> frame = [.. header, (byte)sum, (byte)(sum >> 8)];
        for (int at = 0; at < data.Length; at += 16) frame.AddRange([.. data.Skip(at).Take(16), 0, 0]);
        return [.. frame];
    }

    private static readonly List<Said> Session =
    [
        Said.Client(Frame(true, 0xC0, 0xC1, 1, 60, 2, 6, 60, 3, 6)),
        Said.Server(Frame(false, 0xC0, 0xC1, 0x81, 0x10, 0)),
        Said.Client(Frame(true, 0xC0, 0xC2, 5, 12, 1, 0x28, 1, 0, 10, 0, 0x41, 1)),
        Said.Server(Frame(false, 0xC0, 0xC2, 0x81, 0, 0)),
        Said.Client(Frame(true, 0xC0, 0xC3, 1, 0, 254, 0, 0, 0)),
        Said.Server(Frame(false, [0xC0, 0xC3, 0x81, 0, 0, 0, 252, 0, 0, 0, 1, 4, .. "Acme"u8, 0, 250, 0, 0, 0, 1, 4, .. "RTU7"u8, 0, 242, 0, 0, 0, 1, 3, .. "2.1"u8])),
        Said.Server(Frame(false, 0xC0, 0xF1, 0x82, 0, 0)),
        Said.Client(Frame(true, 0xC0, 0xD1, 0)),
        Said.Client(Frame(true, 0xC0, 0xC4, 13)),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<Dnp3Analyser>(Session, View);
        Golden.Hold("session", played.Lines);
        Assert.Empty(played.Faults);
        Assert.Contains(played.Observe(View), one => one is Claim { Kind: ClaimKind.Vendor, Value: "Acme" });
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<Dnp3Analyser>(Session, View);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<Dnp3Analyser>(Session, one => $"{((Dnp3Exchange)one).FcRequest ?? ((Dnp3Exchange)one).FcReply}".Replace("UNSOLICITED_", "", StringComparison.Ordinal), View);

    [Theory]
    [InlineData("captures/suricata-verify/dnp3/dnp3-en-spon/input.pcap", "dnp3_en_spon")]
    [InlineData("captures/suricata-verify/dnp3/dnp3-file-read/input.pcap", "dnp3_file_read")]
    [InlineData("captures/suricata-verify/dnp3/dnp3-file-write/input.pcap", "dnp3_file_write")]
    [InlineData("captures/suricata-verify/dnp3/dnp3-select-operate/input.pcap", "dnp3_select_operate")]
    [InlineData("captures/suricata-verify/dnp3/dnp3-write/input.pcap", "dnp3_write")]
    [InlineData("captures/zeek/dnp3/dnp3_read.pcap", "dnp3_read")]
    public void Rows_are_those_of_Zeeks_log(string capture, string name)
    {
        string[] theirs = [.. BaselineLog.Read($"zeek/dnp3/{name}.pcap.zeek/scripts.base.protocols.dnp3.{name}/dnp3.log").Select(row => $"{row["fc_request"]} {row["fc_reply"]} {row["iin"]}")];
        string[] ours = [.. CaptureRows<Dnp3Exchange>.Of(capture).Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.FcRequest} {row.FcReply} {row.Iin}"))];
        Assert.Equal(theirs, ours);
    }

    [Theory]
    [InlineData("captures/suricata-verify/dnp3/dnp3-select-operate/input.pcap", "select-operate")]
    [InlineData("captures/arkime/dnp3_synthetic.pcap", "synthetic")]
    [InlineData("captures/ndpi/dnp3.pcap", "ndpi")]
    [InlineData("captures/ics-security-tools/openics/DNP3-TestDataPart1.pcap", "part1")]
    public void Captures_give_their_exchanges(string capture, string golden) => Golden.Hold(golden, Conversation.Render(CaptureRows<Dnp3Exchange>.Of(capture).Take(80)));

    /// <summary>A device's attributes, cut in the middle of the product's name by the transport, and gone on with in a second fragment.</summary>
    private static readonly List<Said> Parts =
    [
        Said.Client(Frame(true, 0xC0, 0xC3, 1, 0, 254, 0, 0, 0)),
        Said.Server(Frame(false, [0x45, 0x83, 0x81, 0, 0, 0, 252, 0, 0, 0, 1, 4, .. "Acme"u8, 0, 250, 0, 0, 0, 1, 4, .. "RT"u8])),
        Said.Server(Frame(false, [0x86, .. "U7"u8])),
        Said.Server(Frame(false, [0xC7, 0x44, 0x81, 0, 0, 0, 248, 0, 0, 0, 1, 4, .. "SN12"u8])),
        Said.Server(Frame(false, 0xC8, 0xC4, 0x81, 0, 0)),
    ];

    [Fact]
    public void Messages_in_parts_are_put_together()
    {
        Dnp3Exchange[] rows = [.. Conversation.Of<Dnp3Analyser>(Parts, View).Transactions.Cast<Dnp3Exchange>()];
        Assert.Equal(2, rows.Length);
        Assert.Equal(("READ", "Acme", "RTU7", "SN12"), (rows[0].FcRequest, rows[0].Vendor, rows[0].Product, rows[0].SerialNumber));
        Splits.HoldFor<Dnp3Analyser>(Parts, View);
    }

    [Fact]
    public void Of_a_message_whose_part_was_lost_the_beginning_is_told()
    {
        Dnp3Exchange row = Assert.Single(Conversation.Of<Dnp3Analyser>([.. Parts.Take(2), Parts[3]], View).Transactions.Cast<Dnp3Exchange>());
        Assert.Equal(("READ", "Acme", null, "SN12"), (row.FcRequest, row.Vendor, row.Product, row.SerialNumber));
    }

    [Fact]
    public void It_is_known_by_the_checksum_of_its_header()
    {
        byte[] frame = Seeds.Read("dnp3", "read");
        Assert.Equal(Match.Yes, Dnp3Analyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = frame }));
        Assert.Equal(Match.YesReversed, Dnp3Analyser.Recognise(new Opening { Carrier = Carrier.Tcp, Server = frame }));
        Assert.Equal(Match.NeedMore, Dnp3Analyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = frame.AsSpan(0, 9) }));
        frame[4] ^= 1;
        Assert.Equal(Match.No, Dnp3Analyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = frame }));
    }

    [Fact]
    public void Nonsense_is_a_fault()
    {
        Assert.Equal("dnp3.malformed-frame", Assert.Single(Conversation.Of<Dnp3Analyser>([Said.Client(5, 0x64, 5, 0, 0, 0, 0, 0, 0, 0)], View).Faults).Id);
        Assert.Equal("dnp3.malformed-message", Assert.Single(Conversation.Of<Dnp3Analyser>([Said.Server(Frame(false, 0xC0, 0xC1, 0x81))], View).Faults).Id);
    }
}
