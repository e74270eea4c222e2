using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Kerberos;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Kerberos;

public sealed class KerberosAnalyserTests
{
    private static readonly List<Said> Session =
    [
        Said.Client(Framed(Request(10, 7, "WARD7$", "krbtgt", isProven: false))),
        Said.Server(Framed(Error(25))),
        Said.Client(Framed(Request(10, 8, "WARD7$", "krbtgt", isProven: true))),
        Said.Server(Framed(Reply(11, "krbtgt", 18))),
        Said.Client(Framed(Request(12, 9, null, "cifs", isProven: false))),
        Said.Server(Framed(Reply(13, "cifs", 23))),
        Said.Client(Framed(Request(12, 10, null, "http", isProven: false))),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<KerberosAnalyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<KerberosAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<KerberosAnalyser>(Session, one => ((KerberosExchange)one).RequestType + ((KerberosExchange)one).Service);

    [Fact]
    public void A_machine_tells_its_name_and_the_centre_its_realm()
    {
        IReadOnlyList<Observation> observed = Conversation.Of<KerberosAnalyser>(Session).Observe();
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.HostName, Value: "WARD7" } && one.Subject == Conversation.View().Client);
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.DomainName, Value: "CLINIC.EXAMPLE" } && one.Subject == Conversation.View().Server);
    }

    [Fact]
    public void Over_UDP_a_repeated_request_is_one()
    {
        byte[] request = Request(10, 7, "nurse", "krbtgt", isProven: false);
        FlowView view = Conversation.View(Carrier.Udp, 40000, 88);
        Conversation played = Conversation.Of<KerberosAnalyser>([Said.Client(request), Said.Client(request), Said.Server(Error(6))], view);
        KerberosExchange row = Assert.IsType<KerberosExchange>(Assert.Single(played.Transactions));
        Assert.Equal("KDC_ERR_C_PRINCIPAL_UNKNOWN", row.ErrorMsg);
    }

    [Fact]
    public void Cut_messages_are_faults()
    {
        byte[] broken = Request(10, 7, "nurse", "krbtgt", isProven: false);
        broken[^3] = 0x7F;
        FlowView view = Conversation.View(Carrier.Udp, 40000, 88);
        Assert.Equal([KerberosFaults.MalformedMessage], Conversation.Of<KerberosAnalyser>([Said.Client(broken[..40])], view).Faults);
        Assert.Equal([KerberosFaults.WrongLength], Conversation.Of<KerberosAnalyser>([Said.Client(0, 16, 0, 0, 1, 2, 3, 4)]).Faults);
    }

    [Theory]
    [InlineData("captures/zeek/krb/kerberos_tso.pcapng")]
    [InlineData("captures/zeek/krb/auth.pcap")]
    [InlineData("captures/suricata-verify/krb5-kerberoasting/kerberoast.pcap")]
    [InlineData("captures/arkime/krb5-tcp.pcap")]
    [InlineData("captures/zeek/krb/smb_gssapi.pcap")]
    public void Captures_give_their_tickets(string capture) => Golden.Hold(Path.GetFileNameWithoutExtension(capture), Conversation.Render(CaptureRows<KerberosExchange>.Of(capture).Take(30)));

    [Theory]
    [InlineData("captures/zeek/dce-rpc/dce_rpc_ntlm.pcapng")]
    [InlineData("captures/zeek/ldap/aduser1-ntlm.pcap")]
    [InlineData("captures/zeek/smb/smb311.pcap")]
    [InlineData("captures/arkime/smb-smb1-ascii.pcap")]
    [InlineData("captures/arkime/ntlm_synthetic.pcap")]
    [InlineData("captures/zeek/erspan.pcap")]
    public void Captures_give_their_log_ins_by_NTLM(string capture) => Golden.Hold("ntlm-" + Path.GetFileNameWithoutExtension(capture), Conversation.Render(CaptureRows<NtlmAuthentication>.Of(capture)));

    [Fact]
    public void Others_are_not_taken_for_it()
    {
        byte[] framed = Framed(Request(10, 7, "nurse", "krbtgt", isProven: false));
        Assert.Equal(Match.Yes, Ask(framed));
        Assert.Equal(Match.NeedMore, Ask(framed[..9]));
        framed[3]++;
        Assert.Equal(Match.No, Ask(framed));
        Assert.Equal(Match.No, Ask([0, 0, 0, 12, 0x6A, 10, 0x30, 8, 0xA1, 3, 2, 1, 4, 1, 1, 1]));
    }

    private static Match Ask(byte[] client) => KerberosAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = client, FromStart = true });

    private static byte[] Framed(byte[] message) => [0, 0, (byte)(message.Length >> 8), (byte)message.Length, .. message];

    private static byte[] Tagged(int number, byte[] content) => Der.Of((byte)(0xA0 | number), content);

    private static byte[] Name(params string[] parts) => Der.Sequence(Tagged(0, Der.Number(1)), Tagged(1, Der.Sequence([.. parts.Select(static part => Der.Text(0x1B, part))])));

    private static byte[] Realm => Der.Text(0x1B, "CLINIC.EXAMPLE");

    private static byte[] Request(byte kind, byte nonce, string? client, string service, bool isProven)
    {
        List<byte[]> body = [Tagged(0, Der.Of(3, [0, 0x40, 0x80, 0, 0]))];
        if (client is not null) body.Add(Tagged(1, Name(client)));
        body.AddRange([Tagged(2, Realm), Tagged(3, Name(service, "CLINIC.EXAMPLE")), Tagged(5, Der.Text(0x18, "20370913024805Z")), Tagged(7, Der.Number(nonce)), Tagged(8, Der.Sequence(Der.Number(23), Der.Number(3)))]);
        body.Add(Tagged(9, Der.Sequence(Der.Sequence(Tagged(0, Der.Number(20)), Tagged(1, Der.Text(4, "WARD7           "))))));
        byte[] proof = isProven ? Tagged(3, Der.Sequence(Der.Sequence(Tagged(1, Der.Number(2)), Tagged(2, Der.Of(4, [1, 2, 3]))))) : [];
        return Der.Of((byte)(0x60 | kind), Der.Sequence(Tagged(1, Der.Number(5)), Tagged(2, Der.Number(kind)), proof, Tagged(4, Der.Sequence([.. body]))));
    }

    private static byte[] Reply(byte kind, string service, byte cipher)
    {
        byte[] secret = Der.Sequence(Tagged(0, Der.Number(cipher)), Tagged(2, Der.Of(4, Encoding.ASCII.GetBytes("hidden"))));
        byte[] ticket = Der.Of(0x61, Der.Sequence(Tagged(0, Der.Number(5)), Tagged(1, Realm), Tagged(2, Name(service, "CLINIC.EXAMPLE")), Tagged(3, secret)));
        return Der.Of((byte)(0x60 | kind), Der.Sequence(Tagged(0, Der.Number(5)), Tagged(1, Der.Number(kind)), Tagged(3, Realm), Tagged(4, Name("WARD7$")), Tagged(5, ticket), Tagged(6, secret)));
    }

    private static byte[] Error(byte code) =>
        Der.Of(0x7E, Der.Sequence(Tagged(0, Der.Number(5)), Tagged(1, Der.Number(30)), Tagged(4, Der.Text(0x18, "20240101000000Z")), Tagged(6, Der.Number(code)), Tagged(9, Realm), Tagged(10, Name("krbtgt", "CLINIC.EXAMPLE"))));
}
