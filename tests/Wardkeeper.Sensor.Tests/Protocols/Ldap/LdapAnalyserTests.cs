using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Ldap;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Ldap;

public sealed class LdapAnalyserTests
{
    private static readonly List<Said> Session =
    [
        Said.Client(Message(1, 0x60, Der.Number(3), Text("cn=pump gateway,dc=clinic,dc=example"), Der.Text(0x80, "secret"))),
        Said.Server(Message(1, 0x61, Result(0))),
        Said.Client(Message(2, 0x63, Text(""), Choice(0), Choice(0), Der.Number(0), Der.Number(0), Der.Of(1, [0]), Der.Text(0x87, "objectClass"), Der.Sequence(Text("dnsHostName")))),
        Said.Server([.. Message(2, 0x64, Text(""), Der.Sequence(Attribute("dnsHostName", "dc1.clinic.example"), Attribute("defaultNamingContext", "DC=clinic,DC=example"), Attribute("domainControllerFunctionality", "7"))), .. Message(2, 0x65, Result(0))]),
        Said.Client(Message(3, 0x63, Text("dc=clinic,dc=example"), Choice(2), Choice(3), Der.Number(0), Der.Number(0), Der.Of(1, [0]), Filter, Der.Sequence())),
        Said.Client(Message(4, 0x66, Text("cn=zhang,dc=clinic,dc=example"), Der.Sequence(Der.Sequence(Choice(2), Der.Sequence(Text("unicodePwd"), Der.Of(0x31, Text("secret"))))))),
        Said.Server([.. Message(3, 0x64, Text("cn=zhang,dc=clinic,dc=example"), Der.Sequence()), .. Message(3, 0x64, Text("cn=li,dc=clinic,dc=example"), Der.Sequence()), .. Message(3, 0x65, Result(4))]),
        Said.Server(Message(4, 0x67, Result(50, "no"))),
        Said.Client(Message(5, 0x4A, "cn=zhang,dc=clinic,dc=example"u8.ToArray())),
        Said.Client([0x30, 5, 2, 1, 6, 0x42, 0]),
    ];

    private static byte[] Filter => Der.Of(0xA0, Der.Of(0xA3, Text("objectClass"), Text("user")), Der.Of(0xA2, Der.Of(0xA3, Text("cn"), Text("Zhang"))), Der.Of(0xA4, Text("sn"), Der.Sequence(Der.Text(0x80, "Zh"), Der.Text(0x82, "g"))), Der.Of(0xA9, Der.Text(0x81, "1.2.840.113556.1.4.803"), Der.Text(0x82, "userAccountControl"), Der.Text(0x83, "4194304")));

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<LdapAnalyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        Assert.DoesNotContain("secret", string.Join('\n', played.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<LdapAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<LdapAnalyser>(Session, one => one is LdapSearch search ? search.Filter ?? "" : ((LdapOperation)one).Opcode);

    [Fact]
    public void A_directory_server_says_what_it_is()
    {
        IReadOnlyList<Observation> observed = Conversation.Of<LdapAnalyser>(Session).Observe();
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.HostName, Value: "dc1.clinic.example" } && one.Subject == Conversation.View().Server);
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.OperatingSystem, Value: "Windows Server 2016 or newer" });
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.Role, Value: "domain-controller" });
    }

    [Fact]
    public void Behind_StartTLS_comes_TLS()
    {
        List<Said> said = [Said.Client(Message(1, 0x77, Der.Text(0x80, LdapNames.StartTls))), Said.Server(Message(1, 0x78, Result(0)))];
        Conversation played = Conversation.Of<LdapAnalyser>(said);
        Assert.Equal((Continuation.HandOver, "ssl"), (played.Outcome, played.Successor));
        Splits.HoldFor<LdapAnalyser>(said);
    }

    [Fact]
    public void What_a_log_in_signs_is_read_and_what_it_hides_ends_the_reading()
    {
        List<Said> said =
        [
            Said.Client(Message(1, 0x60, Der.Number(3), Text(""), Der.Of(0xA3, Text("GSSAPI"), Text("x")))),
            Said.Server(Message(1, 0x61, Result(0))),
            Said.Client(Buffer([5, 4, 4, 0xFF, 0, 12, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, .. new byte[12], .. Session[2].Bytes])),
            Said.Server(Buffer([1, 0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9, 0, 0, 0, 0, .. Session[3].Bytes])),
        ];
        Conversation played = Conversation.Of<LdapAnalyser>(said);
        Assert.Equal("dc1.clinic.example", Assert.IsType<LdapSearch>(played.Transactions[1]).ServerName);
        Splits.HoldFor<LdapAnalyser>(said);
        said.Add(Said.Client(Buffer([5, 4, 6, 0xFF, .. new byte[60]])));
        Assert.Equal(Continuation.Done, Conversation.Of<LdapAnalyser>(said).Outcome);
    }

    [Fact]
    public void Malformed_messages_are_faults()
    {
        Assert.Equal([LdapFaults.MalformedMessage], Conversation.Of<LdapAnalyser>([Said.Client(0x31, 0x80, 2, 1, 1)]).Faults);
        Assert.Equal([LdapFaults.MalformedOperation], Conversation.Of<LdapAnalyser>([Said.Client(Message(1, 0x63, Text(""), Der.Number(1)))]).Faults);
    }

    [Theory]
    [InlineData("captures/zeek/ldap/aduser1.pcap")]
    [InlineData("captures/zeek/ldap/ldap_invalid_credentials.pcap")]
    [InlineData("captures/zeek/ldap/missing_krbtgt_ldap_request.pcapng")]
    [InlineData("captures/suricata-verify/ldap-modify-dn/ldap.pcap")]
    [InlineData("captures/suricata-verify/ldap-udp/cldap.pcap")]
    public void Captures_give_their_operations(string capture)
    {
        string name = Path.GetFileNameWithoutExtension(capture);
        Golden.Hold(name, [.. Conversation.Render(CaptureRows<LdapOperation>.Of(capture)), .. Conversation.Render(CaptureRows<LdapSearch>.Of(capture))]);
    }

    [Fact]
    public void Others_are_not_taken_for_it()
    {
        Assert.Equal(Match.Yes, Ask(Session[0].Bytes));
        Assert.Equal(Match.NeedMore, Ask(Session[0].Bytes[..6]));
        // SNMP: behind its version comes a community.
        Assert.Equal(Match.No, Ask([0x30, 0x26, 2, 1, 0, 4, 6, (byte)'p', (byte)'u', (byte)'b', (byte)'l', (byte)'i', (byte)'c']));
        Assert.Equal(Match.No, Ask([0x30, 0x82, 1, 0, 0x30, 0x82, 0, 0xF0, 0xA0, 3]));
    }

    private static Match Ask(byte[] client) => LdapAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = client, FromStart = true });

    private static byte[] Message(byte id, byte operation, params byte[][] fields) => Der.Sequence(Der.Number(id), Der.Of(operation, fields));

    private static byte[] Text(string text) => Der.Text(4, text);

    private static byte[] Choice(byte value) => Der.Of(0x0A, [value]);

    private static byte[] Result(byte code, string said = "") => [.. Choice(code), .. Text(""), .. Text(said)];

    private static byte[] Attribute(string name, string value) => Der.Sequence(Text(name), Der.Of(0x31, Text(value)));

    private static byte[] Buffer(byte[] content) => [0, 0, (byte)(content.Length >> 8), (byte)content.Length, .. content];
}
