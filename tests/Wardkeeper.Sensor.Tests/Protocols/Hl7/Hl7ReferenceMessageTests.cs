using System.Globalization;
using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Hl7;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Hl7;

public sealed class Hl7ReferenceMessageTests
{
    [Fact]
    public void Every_published_message_is_read_as_the_index_says()
    {
        List<string> differences = [];
        string[] lines = File.ReadAllLines(SharedFiles.Path("reference/hl7/v2/index.tsv"));
        foreach (string[] row in lines.Skip(1).Select(line => line.Split('\t')))
        {
            byte[] message = File.ReadAllBytes(SharedFiles.Path("reference/hl7/v2/" + row[0]));
            Hl7Exchange[] read = Read(message);
            int trailers = Encoding.Latin1.GetString(message).Split('\r', '\n').Count(line => line.StartsWith("BTS|", StringComparison.Ordinal) || line.StartsWith("FTS|", StringComparison.Ordinal));
            string got = read.Length == 0 ? "nothing" : Describe(read[0]);
            string expected = $"{row[1].TrimEnd('^')} {row[2]} {int.Parse(row[3], CultureInfo.InvariantCulture) - trailers} {row[4]} {row[5]}";
            if (got != expected) differences.Add($"{row[0]}: expected {expected}, got {got} of {read.Length}");
        }
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    [Fact]
    public void Every_device_message_is_read()
    {
        string[] files = Directory.GetFiles(SharedFiles.Path("reference/hl7/v2-devices"), "*.hl7");
        Assert.NotEmpty(files);
        // This excerpt has lost a field: its time stands in MSH-8 and its type in MSH-10.
        foreach (string file in files.Where(file => !file.EndsWith("mindray_dseries_waveform.hl7", StringComparison.Ordinal)))
        {
            // One file begins with comments of its collector.
            byte[] message = File.ReadAllBytes(file);
            Hl7Exchange[] read = Read(message[message.AsSpan().IndexOf("MSH|"u8)..]);
            Assert.True(read.Length > 0, file);
            Assert.All(read, row => Assert.True(row is { MessageType: not null, Version: not null, Framed: true, Segments.Count: > 1 }, $"{file}: {row}"));
        }
    }

    [Theory]
    [InlineData("zh_his_pathology_orm.gb18030.hl7", "gb18030")]
    [InlineData("zh_his_pathology_orm.hl7", "utf-8")]
    [InlineData("sk_amis_pacs_orm_8859-2.hl7", "utf-8")]
    public void Device_messages_are_decoded_by_what_they_are(string file, string set) =>
        Assert.Equal(set, Read(File.ReadAllBytes(SharedFiles.Path("reference/hl7/v2-devices/" + file)))[0].DecodedAs);

    private static Hl7Exchange[] Read(byte[] message) =>
        [.. Conversation.Of<Hl7Analyser>([new Said(Side.Client, [0x0B, .. message, 0x1C, 0x0D])]).Transactions.Cast<Hl7Exchange>()];

    private static string Describe(Hl7Exchange row)
    {
        string type = row.MessageStructure is null ? row.MessageType ?? "" : $"{row.MessageType}^{row.MessageStructure}";
        return $"{type} {row.Version} {row.SegmentCounts.Sum()} {row.Msh3} {row.Msh4}";
    }
}
