using System.Text;
using CsCheck;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Dns;

namespace Wardkeeper.Sensor.Tests.Protocols.Dns;

public sealed class DnsAnalyserTests
{
    private static readonly FlowView Dns53 = Conversation.View(Carrier.Udp, 53124, 53);

    private static Said Ask(DnsWriter message) => Said.Client(message.Bytes);

    private static Said Tell(DnsWriter message) => Said.Server(message.Bytes);

    private static DnsWriter AskA(string name, ushort id = 0x1234) => new DnsWriter(id, 0x0100).Question(name, 1);

    private static DnsWriter TellA(string name, string address, ushort id = 0x1234) => new DnsWriter(id, 0x8180).Question(name, 1).Answer("@12", 1, DnsWriter.V4(address));

    private static Said[] Exchanges(Func<DnsWriter, byte[]> form) =>
    [
        Said.Client(form(AskA("pacs.hospital.example"))),
        Said.Server(form(TellA("pacs.hospital.example", "10.77.20.20"))),
        Said.Client(form(new DnsWriter(2, 0x0110).Question("Hospital.Example", 15).Additional("", 41, [], 0x8000, 1232))),
        Said.Server(form(new DnsWriter(2, 0x8580).Question("Hospital.Example", 15).Answer("@12", 15, [0, 10, .. DnsWriter.Encode("mail.hospital.example")], 3600))),
        Said.Client(form(new DnsWriter(3, 0x0100).Question("nowhere.example", 28))),
        Said.Server(form(new DnsWriter(3, 0x8183).Question("nowhere.example", 28).Authority("example", 6, [.. DnsWriter.Encode("ns.example"), .. DnsWriter.Encode("root.example"), .. new byte[20]]))),
        Said.Client(form(new DnsWriter(4, 0x0100).Question("t.evil.test", 16))),
        Said.Server(form(new DnsWriter(4, 0x8400).Question("t.evil.test", 16).Answer("@12", 16, DnsWriter.Texts("abc", "v=1 \u00e9\u0007\\")))),
        Said.Client(form(new DnsWriter(5, 0x0100).Question("www.example", 65))),
        Said.Server(form(new DnsWriter(5, 0x8180).Question("www.example", 65).Answer("@12", 65, [0, 1, 0, 0, 1, 0, 3, 2, (byte)'h', (byte)'2', 0, 4, 0, 4, 192, 0, 2, 1]))),
        Said.Client(form(new DnsWriter(6, 0x0100).Question("_ldap._tcp.example", 33))),
        Said.Server(form(new DnsWriter(6, 0x8180).Question("_ldap._tcp.example", 33).Answer("@12", 33, [.. DnsWriter.U16s(0, 100, 389), .. DnsWriter.Encode("dc1.example")]))),
        Said.Client(form(new DnsWriter(7, 0x0100).Question("unanswered.example", 1))),
    ];

    [Fact]
    public void Queries_are_paired_with_their_replies_and_written_in_the_forms_of_Zeek() =>
        Golden.Hold("exchanges-udp", Conversation.Of<DnsAnalyser>(Exchanges(m => m.Bytes), Dns53).Lines);

    [Fact]
    public void A_stream_gives_the_same_rows_wherever_it_is_cut()
    {
        FlowView view = Conversation.View(Carrier.Tcp, 53124, 53);
        Said[] said = Exchanges(m => m.Framed);
        Assert.Equal(7, Conversation.Of<DnsAnalyser>(said, view).Transactions.Count);
        Splits.HoldFor<DnsAnalyser>(said, view);
    }

    [Fact]
    public void A_lost_piece_of_a_stream_invents_nothing()
    {
        static string Same(Transaction transaction) => ((DnsExchange)transaction).TransId + ((DnsExchange)transaction).OpcodeName;
        Splits.SurviveGapsFor<DnsAnalyser>(Exchanges(m => m.Framed), Same, Conversation.View(Carrier.Tcp, 53124, 53));
    }

    [Fact]
    public void After_a_gap_the_stream_is_read_again_from_a_whole_message()
    {
        Said[] said = [Said.Client(AskA("a.example", 1).Framed), Said.Lost(Side.Client, 40), Said.Client("garbage that is no message"), Said.Client(AskA("b.example", 2).Framed)];
        Conversation played = Conversation.Of<DnsAnalyser>(said, Conversation.View(Carrier.Tcp, 53124, 53));
        Assert.Equal(["a.example", "b.example"], played.Transactions.Cast<DnsExchange>().Select(t => t.Query));
    }

    [Fact]
    public void Two_queries_with_one_id_meet_the_replies_to_their_own_questions()
    {
        Said[] said =
        [
            Ask(AskA("x.example", 9)), Ask(new DnsWriter(9, 0x0100).Question("x.example", 28)),
            Tell(new DnsWriter(9, 0x8180).Question("x.example", 28).Answer("@12", 28, new byte[16])), Tell(TellA("x.example", "192.0.2.1", 9)),
        ];
        DnsExchange[] rows = [.. Conversation.Of<DnsAnalyser>(said, Dns53).Transactions.Cast<DnsExchange>()];
        Assert.Equal(["::", "192.0.2.1"], rows.Select(r => r.Answers![0]));
        Assert.Equal(["AAAA", "A"], rows.Select(r => r.QtypeName));
    }

    [Fact]
    public void A_second_reply_and_a_reply_without_query_are_rows_of_their_own()
    {
        Conversation played = Conversation.Of<DnsAnalyser>([Ask(AskA("x.example")), Tell(TellA("x.example", "192.0.2.1")), Tell(TellA("x.example", "192.0.2.6"))], Dns53);
        DnsExchange alone = (DnsExchange)played.Transactions[1];
        Assert.Equal(("x.example", null, null, "192.0.2.6"), (alone.Query, alone.Qtype, alone.Rtt, alone.Answers![0]));
    }

    [Fact]
    public void An_old_query_is_reported_unanswered_while_the_flow_goes_on()
    {
        List<Said> said = [.. Enumerable.Range(0, 70).Select(i => Ask(AskA("x.example", (ushort)i)))];
        Conversation played = Conversation.Of<DnsAnalyser>(said, Dns53);
        Assert.Equal(Enumerable.Range(0, 70), played.Transactions.Cast<DnsExchange>().Select(t => t.TransId));
        Assert.All(played.Transactions.Cast<DnsExchange>(), t => Assert.Null(t.Rcode));
    }

    [Fact]
    public void A_long_answer_is_listed_in_part_and_counted_whole()
    {
        DnsWriter reply = new DnsWriter(1, 0x8180).Question("many.example", 1);
        for (int i = 0; i < 200; i++) reply.Answer("@12", 1, [10, 0, 0, (byte)i]);
        DnsExchange row = (DnsExchange)Conversation.Of<DnsAnalyser>([Ask(AskA("many.example", 1)), Tell(reply)], Dns53).Transactions.Single();
        Assert.Equal((64, 64, 200), (row.Answers!.Count, row.TTLs!.Count, row.AnswerCount));
    }

    [Fact]
    public void A_server_that_answers_is_known_once_per_flow_and_answers_name_nobody()
    {
        IReadOnlyList<Observation> observed = Conversation.Of<DnsAnalyser>(Exchanges(m => m.Bytes), Dns53).Observe(Dns53);
        Claim role = Assert.Single(observed.OfType<Claim>(), claim => claim.Kind != ClaimKind.AskedName);
        Assert.All(observed.OfType<Claim>().Where(claim => claim.Kind == ClaimKind.AskedName), claim => Assert.Equal(Dns53.Client, claim.Subject));
        Assert.Contains(observed.OfType<Claim>(), claim => claim.Value == "pacs.hospital.example");
        Assert.Equal((ClaimKind.Role, "dns-server", Dns53.Server), (role.Kind, role.Value, role.Subject));
        Assert.Single(observed, o => o is ServiceSighting);
    }

    [Fact]
    public void A_dynamic_update_of_the_own_address_names_the_host()
    {
        DnsWriter update = new DnsWriter(1, 0x2800).Question("hospital.example", 6).Answer("ct01.hospital.example", 255, [], 0, 254)
            .Authority("CT01.hospital.example", 1, [10, 0, 0, 1]).Authority("other.hospital.example", 1, [10, 0, 0, 9]).Authority("old.hospital.example", 255, [], 0, 255);
        Conversation played = Conversation.Of<DnsAnalyser>([Ask(update), Tell(new DnsWriter(1, 0xA800).Question("hospital.example", 6))], Dns53);
        DnsExchange row = (DnsExchange)played.Transactions.Single();
        Assert.Equal(["pre: NameNotInUse ct01.hospital.example", "add: A ct01.hospital.example 10.0.0.1", "add: A other.hospital.example 10.0.0.9", "del: RRSet * old.hospital.example"], row.Updates);
        Assert.Equal("dynamic-update", row.OpcodeName);
        Claim name = Assert.Single(played.Observe(Dns53).OfType<Claim>(), c => c.Kind == ClaimKind.HostName);
        Assert.Equal(("CT01.hospital.example", Dns53.Client), (name.Value, name.Subject));
    }

    [Theory]
    [InlineData("C00C", "dns.pointer-not-backward")]
    [InlineData("C0FF", "dns.pointer-not-backward")]
    [InlineData("016178", "dns.label-type-reserved")]
    [InlineData("05616263", "dns.name-truncated")]
    [InlineData("0161", "dns.name-truncated")]
    [InlineData("016100", "dns.question-truncated")]
    public void A_malformed_name_is_a_fault_and_no_row(string hex, string fault)
    {
        Conversation played = Conversation.Of<DnsAnalyser>([Ask(new DnsWriter(1, 0x0100).Count(4).Raw(Convert.FromHexString(hex)))], Dns53);
        Assert.Equal(fault, played.Faults.Single().Id);
        Assert.Empty(played.Transactions);
    }

    [Fact]
    public void Chains_of_pointers_and_names_beyond_255_bytes_end()
    {
        DnsWriter chain = new DnsWriter(1, 0x8180).Question("a", 1);
        int target = 12;
        for (int i = 0; i < 60; i++)
        {
            chain.Answer("@" + target, 1, [1, 2, 3, 4]);
            target = chain.Position - 16;
        }
        Assert.Equal("dns.pointer-chain-too-long", Conversation.Of<DnsAnalyser>([Tell(chain)], Dns53).Faults.Single().Id);

        string label = new('a', 63);
        DnsWriter longName = new DnsWriter(1, 0x0100).Question($"{label}.{label}.{label}.{label}", 1);
        Assert.Equal("dns.name-too-long", Conversation.Of<DnsAnalyser>([Ask(longName)], Dns53).Faults.Single().Id);
    }

    [Fact]
    public void A_datagram_that_is_not_DNS_again_and_again_detaches_the_analyser()
    {
        Conversation played = Conversation.Of<DnsAnalyser>([.. Enumerable.Repeat(Ask(new DnsWriter(1, 0).Count(4).Raw(0xFF)), 5)], Dns53);
        Assert.Equal(Continuation.GiveUp, played.Outcome);
    }

    [Fact]
    public void Any_bytes_are_survived() => Gen.Byte.Array[0, 200].Holds(bytes =>
    {
        Conversation.Of<DnsAnalyser>([Said.Client(bytes), Said.Server(bytes)], Dns53);
        Conversation.Of<DnsAnalyser>([Said.Client(bytes), Said.Server(bytes)], Conversation.View(Carrier.Tcp, 1, 53));
        Conversation.Of<DnsAnalyser>([Said.Client([0, 0, 0x84, 0, .. bytes])], Conversation.View(Carrier.Udp, 5353, 5353));
    });

    [Fact]
    public void What_is_written_is_read() =>
        Gen.Select(Gen.UShort, Gen.String[Gen.Char['a', 'z'], 1, 20].Array[1, 5], Gen.UShort[1, 60], Gen.Byte.Array[4]).Holds((id, labels, type, address) =>
        {
            string name = string.Join('.', labels);
            Said[] said = [Ask(new DnsWriter(id, 0x0100).Question(name, type)), Tell(new DnsWriter(id, 0x8180).Question(name, type).Answer("@12", 1, address, 77))];
            Conversation played = Conversation.Of<DnsAnalyser>(said, Dns53);
            DnsExchange row = (DnsExchange)played.Transactions.Single();
            Assert.Empty(played.Faults);
            Assert.Equal((id, name, (int)type, string.Join('.', address), 77.0), ((ushort)row.TransId, row.Query, row.Qtype!.Value, row.Answers![0], row.TTLs![0]));
        });

    [Fact]
    public void Strange_bytes_in_names_are_shown_as_Zeek_shows_them()
    {
        Assert.Equal("b\u00fcro\\x00\\xff\\\\", DnsName.Printable([.. Encoding.UTF8.GetBytes("B\u00fcRo"), 0, 0xFF, (byte)'\\'], lower: true));
        Assert.Equal("plain", DnsName.Printable("PLAIN"u8, lower: true));
    }
}
