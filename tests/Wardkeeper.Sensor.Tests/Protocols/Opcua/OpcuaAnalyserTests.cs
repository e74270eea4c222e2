using System.Globalization;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Opcua;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Opcua;

public sealed class OpcuaAnalyserTests
{
    private static readonly FlowView View = Conversation.View(serverPort: 4840);

    private static readonly List<Said> Session =
    [
        Said.Client(Seeds.Read("opcua", "hello")),
        Said.Server(Seeds.Read("opcua", "acknowledge")),
        Said.Client(Seeds.Read("opcua", "open")),
        Said.Client(Seeds.Read("opcua", "endpoints")),
        Said.Server(Seeds.Read("opcua", "endpoints-answer")),
        Said.Client(Seeds.Read("opcua", "activate")),
        Said.Server(Seeds.Read("opcua", "fault")),
        Said.Client(Seeds.Read("opcua", "read")),
        Said.Server(Seeds.Read("opcua", "read-answer")),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<OpcuaAnalyser>(Session, View);
        Golden.Hold("session", played.Lines);
        Assert.Empty(played.Faults);
        Assert.DoesNotContain("secret", string.Concat(played.Lines), StringComparison.Ordinal);
        string[] claims = [.. played.Observe(View).OfType<Claim>().Select(claim => $"{claim.Kind} {claim.Value}")];
        foreach (string claim in (string[])["FriendlyName Pump Server", "Vendor Acme", "Model Pump", "Software 1.2.3"]) Assert.Contains(claim, claims);
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<OpcuaAnalyser>(Session, View);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<OpcuaAnalyser>(Session, one => ((OpcuaExchange)one).Service, View);

    [Theory]
    [InlineData("open62541_client-server_mainloop")]
    [InlineData("open62541_client-server_encrypted")]
    [InlineData("open62541_browse_has_server_idx")]
    [InlineData("open62541_create_monitored_items")]
    [InlineData("python_opcua-client-server_encrypted")]
    public void Captures_give_their_exchanges(string capture) => Golden.Hold(capture, Conversation.Render(CaptureRows<OpcuaExchange>.Of($"captures/icsnpp-opcua/pcaps/{capture}.pcap").Take(40)));

    [Theory]
    [InlineData("open62541_client-server_mainloop-not-localhost")]
    [InlineData("open62541_read_service_test_data")]
    [InlineData("open62541_create_monitored_items")]
    public void Services_are_those_that_tshark_sees(string capture)
    {
        string path = $"captures/icsnpp-opcua/pcaps/{capture}.pcap";
        List<string> theirs = [];
        foreach (string[] cells in Tshark.Fields(SharedFiles.Path(path), "opcua.servicenodeid.numeric", "opcua.servicenodeid.numeric"))
        {
            foreach (string number in cells[0].Split('\u001F'))
            {
                long type = long.Parse(number, CultureInfo.InvariantCulture);
                if (type != OpcuaNames.Publish && OpcuaNames.Service(type) is { } service) theirs.Add(service);
            }
        }
        string[] ours = [.. CaptureRows<OpcuaExchange>.Of(path).Where(row => row.Service != "hello" && row.PduType != "RESP").Select(row => row.Service)];
        Assert.Equal(theirs.Order(StringComparer.Ordinal), ours.Order(StringComparer.Ordinal));
    }

    /// <summary>A message as its sender cuts it: every chunk has a header and numbers of its own.</summary>
    private static byte[] InChunks(byte[] message, int size, byte last = (byte)'F')
    {
        List<byte> chunks = [];
        for (int at = 24; at < message.Length; at += size)
        {
            byte[] body = message[at..Math.Min(message.Length, at + size)];
            byte[] header = message[..24];
            header[3] = at + size < message.Length ? (byte)'C' : last;
            System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), 24 + body.Length);
            chunks.AddRange([.. header, .. body]);
        }
        return [.. chunks];
    }

    [Fact]
    public void Messages_in_chunks_are_read_as_if_they_were_whole()
    {
        List<Said> cut = [.. Session.Select(one => one.Bytes[0] == 'M' ? one with { Bytes = InChunks(one.Bytes, 50) } : one)];
        Assert.Equal(Rows(Session), Rows(cut));
        Splits.HoldFor<OpcuaAnalyser>(cut, View);
        Splits.SurviveGapsFor<OpcuaAnalyser>(cut, one => ((OpcuaExchange)one).Service, View);

        static string[] Rows(List<Said> session) => [.. Conversation.Of<OpcuaAnalyser>(session, View).Transactions.Select(one => (OpcuaExchange)one)
            .Select(row => $"{row.Service} {row.Status} {row.UserToken} {row.User} {row.ProductName} {string.Join('|', row.Endpoints ?? [])} {string.Join('|', row.Nodes ?? [])}")];
    }

    [Fact]
    public void An_answer_that_is_given_up_says_why()
    {
        byte[] answer = Seeds.Read("opcua", "endpoints-answer");
        byte[] why = [.. answer[..24], 0, 0, 0x09, 0x80, 0xFF, 0xFF, 0xFF, 0xFF];
        why[3] = (byte)'A';
        (why[4], why[5]) = ((byte)why.Length, 0);
        Conversation played = Conversation.Of<OpcuaAnalyser>([Said.Client(Seeds.Read("opcua", "endpoints")), Said.Server(InChunks(answer, 60, (byte)'C')), Said.Server(why)], View);
        OpcuaExchange row = Assert.Single(played.Transactions.Cast<OpcuaExchange>());
        Assert.Equal(("get-endpoints", OpcuaNames.Status(0x80090000)), (row.Service, row.Status));
        Assert.Empty(played.Faults);
    }

    [Fact]
    public void Nonsense_is_a_fault()
    {
        byte[] cut = Seeds.Read("opcua", "endpoints")[..^10];
        cut[4] = (byte)cut.Length;
        Assert.Equal("opcua.malformed-message", Assert.Single(Conversation.Of<OpcuaAnalyser>([Said.Client(cut)], View).Faults).Id);
        Assert.Equal("opcua.malformed-header", Assert.Single(Conversation.Of<OpcuaAnalyser>([Said.Client("HELO mail.example\r\n")], View).Faults).Id);
    }

    [Theory]
    [InlineData("HELO mail", (int)Match.No)]
    [InlineData("HEL", (int)Match.NeedMore)]
    [InlineData("HELF\u0038\0\0\0\0\0\0\0", (int)Match.Yes)]
    [InlineData("ACKF\u001c\0\0\0\0\0\0\0", (int)Match.YesReversed)]
    [InlineData("ACKF\u001d\0\0\0\0\0\0\0", (int)Match.No)]
    public void It_is_known_by_type_and_size(string opening, int match) =>
        Assert.Equal((Match)match, OpcuaAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = System.Text.Encoding.Latin1.GetBytes(opening) }));
}
