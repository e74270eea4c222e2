using System.Buffers.Binary;
using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Mongodb;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Mongodb;

public sealed class MongodbAnalyserTests
{
    private static readonly List<Said> Session =
    [
        Said.Client(Query(1, "admin.$cmd", Document(Int("isMaster", 1), Inner("client", Document(Inner("application", Document(Text("name", "viewer"))), Inner("driver", Document(Text("name", "PyMongo"), Text("version", "4.6"))), Inner("os", Document(Text("type", "Linux")))))))),
        Said.Server(Message(9, 1, 1, [.. new byte[16], 1, 0, 0, 0, .. Document(Real("ok", 1))])),
        Said.Client(Sections(2, 0, Document(Text("find", "patients"), Inner("filter", Document(Text("name", "Zhang San"))), Text("$db", "clinic")))),
        Said.Server(Sections(10, 2, Document(Inner("cursor", Document(Int("id", 0))), Real("ok", 1)))),
        Said.Client([.. Sections(3, 0, Document(Int("buildInfo", 1), Text("$db", "admin"))), .. Sections(4, 0, Document(Text("drop", "patients"), Text("$db", "clinic")))]),
        Said.Server(Sections(11, 4, Document(Real("ok", 0), Int("code", 13), Text("errmsg", "not authorised")))),
        Said.Server(Sections(12, 3, Document(Text("version", "7.0.5"), Real("ok", 1)))),
        Said.Client(Sections(5, 0, Document(Int("ping", 1)))),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<MongodbAnalyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        Assert.DoesNotContain("Zhang", string.Join('\n', played.Lines), StringComparison.Ordinal);
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.Software, Value: "MongoDB 7.0.5" } && one.Subject == Conversation.View().Server);
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<MongodbAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<MongodbAnalyser>(Session, one => ((MongodbCommand)one).Command);

    [Theory]
    [InlineData("captures/ndpi/mongodb.pcap")]
    public void Captures_give_their_commands(string capture) => Golden.Hold(Path.GetFileNameWithoutExtension(capture), Conversation.Render(CaptureRows<MongodbCommand>.Of(capture)));

    [Fact]
    public void Others_are_not_taken_for_it()
    {
        byte[] message = Session[2].Bytes;
        Assert.Equal(Match.Yes, Ask(message));
        Assert.Equal(Match.NeedMore, Ask(message[..20]));
        foreach (int at in (int[])[3, 13, 14, 15, 17, 20, 24])
        {
            byte[] other = [.. message];
            other[at] ^= 0x44;
            Assert.Equal(Match.No, Ask(other));
        }
    }

    [Fact]
    public void A_document_that_contradicts_itself_is_a_fault()
    {
        byte[] message = [.. Session[2].Bytes];
        message[25] = 0x55;
        Assert.Equal([MongodbFaults.MalformedDocument], Conversation.Of<MongodbAnalyser>([Said.Client(message)]).Faults);
    }

    private static Match Ask(byte[] client) => MongodbAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = client, FromStart = true });

    private static byte[] Sections(int id, int answers, byte[] document) => Message(id, answers, 2013, [0, 0, 0, 0, 0, .. document]);

    private static byte[] Query(int id, string collection, byte[] document) => Message(id, 0, 2004, [0, 0, 0, 0, .. Encoding.ASCII.GetBytes(collection), 0, 0, 0, 0, 0, 1, 0, 0, 0, .. document]);

    private static byte[] Message(int id, int answers, int operation, byte[] content) => [.. Four(16 + content.Length), .. Four(id), .. Four(answers), .. Four(operation), .. content];

    private static byte[] Document(params byte[][] elements) => [.. Four(5 + elements.Sum(one => one.Length)), .. elements.SelectMany(one => one), 0];

    private static byte[] Text(string name, string value) => [2, .. Encoding.UTF8.GetBytes(name), 0, .. Four(value.Length + 1), .. Encoding.UTF8.GetBytes(value), 0];

    private static byte[] Int(string name, int value) => [16, .. Encoding.UTF8.GetBytes(name), 0, .. Four(value)];

    private static byte[] Real(string name, double value) => [1, .. Encoding.UTF8.GetBytes(name), 0, .. BitConverter.GetBytes(value)];

    private static byte[] Inner(string name, byte[] document) => [3, .. Encoding.UTF8.GetBytes(name), 0, .. document];

    private static byte[] Four(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
