using System.Text;
using System.Text.Json;
using CsCheck;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Tests.Captures;
using Wardkeeper.Sensor.Tests.Flows;

namespace Wardkeeper.Sensor.Tests.Observations;

/// <summary>Rows are read by a walk of our own: it must find what a full reader of JSON finds.</summary>
public class TransactionRowTests
{
    private const string Sample = """{"ts":1.5,"uid":"C1","a":[{"b":"x}]\"","c":[1,2]},{"b":"y"}],"text":"a\"b\\","plain":"ward","yes":true,"none":null,"n":-12,"list":["1","2\n"],"last":"ü"}""";

    [Fact]
    public void Fields_of_every_kind_are_found()
    {
        TransactionRow row = Row(Sample);
        Assert.Equal("a\"b\\", row.Text("text"u8));
        Assert.Equal("ward", row.Text("plain"u8));
        Assert.Equal("ü", row.Text("last"u8));
        Assert.Equal(-12, row.Number("n"u8));
        Assert.True(row.Flag("yes"u8));
        Assert.Equal(1.5, row.Real("ts"u8));
        Assert.Equal(["1", "2\n"], row.Texts("list"u8));
        Assert.True(row.Says("plain"u8, "ward"));
        Assert.False(row.Says("plain"u8, "war"));
        Assert.False(row.Says("n"u8, "-12"));
        Assert.Null(row.Text("b"u8));
        Assert.Null(row.Text("none"u8));
        Assert.Null(row.Number("absent"u8));
    }

    [Fact]
    public void Each_row_is_read_for_itself_however_they_are_asked_in_turns()
    {
        TransactionRow one = Row("""{"a":"1"}"""), other = Row("""{"b":"2","a":"3"}""");
        for (int i = 0; i < 3; i++)
        {
            string?[] read = [one.Text("a"u8), other.Text("a"u8), one.Text("b"u8), other.Text("b"u8)];
            Assert.Equal<string?>(["1", "3", null, "2"], read);
        }
    }

    [Fact]
    public void Whatever_a_text_holds_is_read_back() =>
        Gen.String.Array[0, 6].Holds(texts =>
        {
            string json = JsonSerializer.Serialize(texts.Select((text, at) => (Key: $"k{at}", Value: text)).ToDictionary(pair => pair.Key, pair => pair.Value));
            TransactionRow row = Row(json);
            using JsonDocument whole = JsonDocument.Parse(json);
            foreach (JsonProperty field in whole.RootElement.EnumerateObject()) Assert.Equal(field.Value.GetString(), row.Text(Encoding.UTF8.GetBytes(field.Name)));
        });

    [Fact]
    public void A_row_that_is_cut_anywhere_throws_nothing_at_the_walk()
    {
        byte[] whole = Encoding.UTF8.GetBytes(Sample);
        for (int length = 0; length < whole.Length; length++)
        {
            TransactionRow row = new("dns", default, default, null, whole.AsMemory(0, length));
            Assert.True(row.Raw("absent"u8).IsEmpty);
            Assert.True(row.Text("uid"u8) is null or "C1");
        }
    }

    [Fact]
    public void What_the_writer_noted_is_what_the_walk_finds()
    {
        HashSet<string> logs = [];
        JsonRows rows = new(new PatientNames(showHashes: true));
        foreach (Transaction transaction in SensorRun.Of([SharedFiles.Path("captures/lab"), SharedFiles.Path("captures/zeek")]).Transactions)
        {
            int before = rows.Written.Length;
            rows.Line(transaction);
            byte[] line = rows.Written[before..^1].ToArray();
            TransactionRow noted = new(transaction.Log, default, default, null, line) { Written = rows.Fields }, walked = new(transaction.Log, default, default, null, line);
            using JsonDocument whole = JsonDocument.Parse(line);
            // Of two fields of one name both find the first.
            foreach (JsonProperty field in whole.RootElement.EnumerateObject().DistinctBy(field => field.Name))
            {
                byte[] name = Encoding.UTF8.GetBytes(field.Name);
                Assert.Equal(walked.Raw(name).ToArray(), noted.Raw(name).ToArray());
                Assert.Equal(field.Value.GetRawText(), Encoding.UTF8.GetString(noted.Raw(name)));
            }
            Assert.True(noted.Raw("absent"u8).IsEmpty);
            logs.Add(transaction.Log);
            // Several lines lie one behind the other before they are written out.
            if (rows.Written.Length > 4096) rows.Clear();
        }
        Assert.True(logs.Count > 20, "the captures gave rows of hardly any kind");
    }

    private static TransactionRow Row(string json) => new("dns", default, default, null, Encoding.UTF8.GetBytes(json));
}
