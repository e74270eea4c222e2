using System.Buffers.Binary;
using System.IO.Compression;
using System.Reflection;
using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Dns;
using Wardkeeper.Sensor.Protocols.Enip;
using Wardkeeper.Sensor.Protocols.Http;
using Wardkeeper.Sensor.Protocols.Postgresql;
using Wardkeeper.Sensor.Protocols.Websocket;
using Wardkeeper.Sensor.Signatures;
using Wardkeeper.Sensor.Signatures.Buffers;
using Wardkeeper.Sensor.Signatures.Matching;
using Wardkeeper.Sensor.Signatures.Rules;
using Wardkeeper.Sensor.Tests.Captures;
using Wardkeeper.Sensor.Tests.Protocols;

namespace Wardkeeper.Sensor.Tests.Signatures;

/// <summary>What analysers offer to single words of rules, and what these words mean.</summary>
public class SignatureWordTests
{
    [Fact]
    public void Every_event_that_a_fault_names_can_be_waited_for()
    {
        string[] named = [.. typeof(Fault).Assembly.GetTypes().SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)).Where(field => field.FieldType == typeof(Fault)).Select(field => ((Fault)field.GetValue(null)!).Event).OfType<string>()];
        Assert.Contains("dns.name_too_long", named);
        Assert.Contains("dns.infinite_loop", named);
        Assert.Empty(named.Except(EventNames.Services));
    }

    [Fact]
    public void A_pass_rule_is_told_of_where_it_says_so_and_lets_go_all_the_same()
    {
        string capture = SharedFiles.Path("captures/lab/dns-tunnel.pcap");
        const string Every = "alert udp any any -> any 53 (content:\"|00|\"; sid:2;)";
        int packets = SignatureRun.Of(capture, Every).Count;
        Assert.True(packets > 0);
        Assert.Empty(SignatureRun.Of(capture, "pass udp any any -> any 53 (content:\"|00|\"; sid:1;)", Every));
        Assert.Equal(Enumerable.Repeat(1L, packets), SignatureRun.Of(capture, "pass udp any any -> any 53 (alert; content:\"|00|\"; sid:1;)", Every).Select(alert => alert.Rule.Sid));
    }

    [Fact]
    public void What_is_said_after_an_upgrade_is_of_the_newer_version_alone()
    {
        string capture = SharedFiles.Path("captures/suricata-verify/http2-range/http2-range.pcap");
        int Alerts(string protocol) => SignatureRun.Of(capture, $"alert {protocol} any any -> any any (http.header; header_lowercase; content:\"accept-ranges:\"; sid:1;)").Count;
        Assert.True(Alerts("http1") > 0 && Alerts("http2") > 0);
        Assert.Equal(Alerts("http"), Alerts("http1") + Alerts("http2"));
    }

    [Theory]
    [InlineData("tls1.0", 0x301, true)]
    [InlineData("tls1.0", 0x302, false)]
    [InlineData("tls1.0,tls1.1", 0x302, true)]
    [InlineData("!tls1.0", 0x301, false)]
    [InlineData("!tls1.0,!sslv3", 0x300, false)]
    [InlineData("!tls1.0,!sslv3", 0x303, true)]
    [InlineData("!tls1.3,tls1.2", 0x301, true)]
    [InlineData("!tls1.3,tls1.2", 0x304, false)]
    public void Versions_of_TLS_are_named_or_ruled_out(string value, long version, bool holds)
    {
        RuleSet set = SignatureRun.Rules($"alert tcp any any -> any any (ssl_version:{value}; sid:1;)");
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, version);
        Inspection inspection = new(bytes, Assert.Single(set.Rules[0].Sections).Made, new InspectionScratch());
        Assert.Equal(holds, inspection.Run());
    }

    [Fact]
    public void Names_of_Kerberos_are_those_of_answers()
    {
        IReadOnlyList<SignatureAlert> alerts = SignatureRun.Of(SharedFiles.Path("captures/suricata-verify/krb5-request-frag-log/krb5-frag.pcap"), "alert krb5 any any -> any any (krb5.cname; content:\"user01\"; sid:1;)");
        Assert.NotEmpty(alerts);
        Assert.All(alerts, alert => Assert.False(alert.ToServer));
    }

    [Fact]
    public void Types_of_an_answer_are_those_of_its_records()
    {
        byte[] query = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, (byte)'a', 0, 0, 1, 0, 1];
        byte[] reply = [0, 1, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0, 1, (byte)'a', 0, 0, 1, 0, 1, 0xC0, 12, 0, 5, 0, 1, 0, 0, 0, 9, 0, 3, 1, (byte)'b', 0, 1, (byte)'b', 0, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 10, 0, 0, 1];
        Assert.Equal([1L], Numbers(into => DnsBuffers.Offer(query, DnsKind.Unicast, into), BufferName.DnsType));
        Assert.Equal([5L, 1], Numbers(into => DnsBuffers.Offer(reply, DnsKind.Unicast, into), BufferName.DnsType));
    }

    [Fact]
    public void Requests_that_one_message_holds_and_the_attributes_they_list_are_looked_into()
    {
        // Several requests to the message router: attributes 5 and 6 of class 1, instance 1; then attribute 7 of class 4, instance 2.
        byte[] first = [0x03, 2, 0x20, 1, 0x24, 1, 2, 0, 5, 0, 6, 0], second = [0x0E, 3, 0x20, 4, 0x24, 2, 0x30, 7];
        byte[] cip = [0x0A, 2, 0x20, 2, 0x24, 1, 2, 0, 6, 0, 18, 0, .. first, .. second];
        byte[] message = [0x70, 0, .. new byte[22]];
        long[] Of(BufferName name) => Numbers(into => EnipBuffers.Offer(message, cip, default, null, Side.Client, into), name);
        Assert.Equal([2L, 1, 4], Of(BufferName.CipClass));
        Assert.Equal([1L, 1, 2], Of(BufferName.CipInstance));
        Assert.Equal([5L, 6, 7], Of(BufferName.CipAttribute));
    }

    [Fact]
    public void Fields_that_stand_for_the_start_line_are_named_first()
    {
        Heard heard = new();
        new HttpBuffers().Request("GET / HTTP/2\r\nhost: a\r\n"u8, heard, ":method\r\n:path\r\n"u8);
        Assert.Equal("\r\n:method\r\n:path\r\nhost\r\n\r\n", heard.Text(BufferName.HttpRequestHeaderNames));
    }

    [Theory]
    [InlineData("application/dns-message", ":method\r\n", 65_536, 1)]
    [InlineData("application/dns-message", ":method\r\n", 65_535, 0)]
    [InlineData("application/dns-message", "", 65_536, 0)]
    [InlineData("text/plain", ":method\r\n", 65_536, 0)]
    public void A_message_of_DNS_over_HTTP2_that_is_too_long_is_told_once(string type, string pseudo, int length, int events)
    {
        Heard heard = new();
        HttpBuffers buffers = new();
        buffers.Request(Encoding.ASCII.GetBytes($"POST /dns-query HTTP/2\r\ncontent-type: {type}\r\n"), heard, Encoding.ASCII.GetBytes(pseudo));
        buffers.Body(new byte[1000], Side.Client, heard);
        buffers.Body(new byte[length - 1000], Side.Client, heard);
        buffers.Body([], Side.Client, heard);
        buffers.Complete(Side.Client, heard);
        Assert.Equal(Enumerable.Repeat(EventNames.DnsRequestTooLong, events), heard.Events);
    }

    [Fact]
    public void A_packed_message_that_points_back_to_the_one_before_is_unpacked()
    {
        string[] messages = ["the pump of bed seven says nothing", "the pump of bed seven says something", "the pump of bed eight says nothing"];
        using MemoryStream packed = new();
        using DeflateStream writer = new(packed, CompressionLevel.Optimal, leaveOpen: true);
        Heard heard = new();
        WebsocketBuffers buffers = default;
        foreach (string message in messages)
        {
            long before = packed.Length;
            writer.Write(Encoding.ASCII.GetBytes(message));
            writer.Flush();
            // The empty block at the end of a flush is left out on the wire.
            byte[] content = packed.ToArray()[(int)before..^4];
            buffers.Offer([0xC1, (byte)content.Length, .. content], 2, Side.Server, heard);
        }
        Assert.Equal(messages, heard.Parts.Where(part => part.Name == BufferName.WebsocketPayload).Select(part => Encoding.ASCII.GetString(part.Bytes)));
    }

    [Fact]
    public void An_unknown_request_for_cover_on_the_port_of_PostgreSQL_is_told()
    {
        byte[] unknown = [0, 0, 0, 8, 0, 0xFF, 0, 0xFF];
        Opening Of(ushort port, string answer) => new() { Carrier = Carrier.Tcp, ClientPort = 40000, ServerPort = port, Client = unknown, Server = Encoding.ASCII.GetBytes(answer), FromStart = true };
        Assert.Equal(Match.NeedMore, PostgresqlAnalyser.Recognise(Of(5432, "")));
        Assert.Equal(Match.Yes, PostgresqlAnalyser.Recognise(Of(5432, "N")));
        Assert.Equal(Match.No, PostgresqlAnalyser.Recognise(Of(5432, "220 mail")));
        Assert.Equal(Match.No, PostgresqlAnalyser.Recognise(Of(80, "N")));
        Assert.Contains(PostgresqlFaults.UnknownMessage, Conversation.Of<PostgresqlAnalyser>([Said.Client(unknown), Said.Server("N")]).Faults);
    }

    [Fact]
    public void A_mail_in_a_mail_is_read_though_it_says_that_it_is_coded()
    {
        string capture = SharedFiles.Path("captures/suricata-verify/mime/smtp-mime-encap-8649-combined/input.pcap");
        Assert.Single(SignatureRun.Of(capture, "alert smtp any any -> any any (file.name; content:\"malware.exe\"; sid:1;)"));
        Assert.Single(SignatureRun.Of(capture, "alert smtp any any -> any any (file.data; content:\"EICAR\"; startswith; sid:1;)"));
    }

    [Fact]
    public void Two_files_of_one_upload_may_each_hold_what_a_rule_looks_for()
    {
        string capture = SharedFiles.Path("captures/suricata-verify/file-match-crossed/http-multipart-post.pcap");
        Assert.Single(SignatureRun.Of(capture, "alert http any any -> any any (file.data; content:\"bateau\"; file.data; content:\"minet\"; sid:1;)"));
        Assert.Empty(SignatureRun.Of(capture, "alert http any any -> any any (file.data; content:\"bateau\"; content:\"minet\"; sid:1;)"));
    }

    private static long[] Numbers(Action<IBufferSink> offer, BufferName name)
    {
        Heard heard = new();
        offer(heard);
        return [.. heard.Parts.Where(part => part.Name == name).Select(part => BinaryPrimitives.ReadInt64BigEndian(part.Bytes))];
    }

    /// <summary>Keeps what is offered.</summary>
    private sealed class Heard : IBufferSink
    {
        public List<(BufferName Name, byte[] Bytes)> Parts { get; } = [];

        public List<string> Events { get; } = [];

        public string Text(BufferName name) => Encoding.ASCII.GetString(Parts.Single(part => part.Name == name).Bytes);

        public void Offer(BufferName name, Side side, ReadOnlySpan<byte> bytes) => Parts.Add((name, bytes.ToArray()));

        public void Offer(BufferName name, Side side, long number)
        {
            byte[] bytes = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(bytes, number);
            Parts.Add((name, bytes));
        }

        public void Append(BufferName name, Side side, ReadOnlySpan<byte> bytes) => Offer(name, side, bytes);

        public void Event(Side side, string name) => Events.Add(name);

        public void Complete(Side side)
        {
        }
    }
}
