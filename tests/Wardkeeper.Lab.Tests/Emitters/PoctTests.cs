using System.Text;
using System.Xml.Linq;
using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Emitters;
using Wardkeeper.Lab.Emitters.Poct;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Tests.Emitters;

public class PoctTests
{
    private static readonly DateTime At = new(2026, 11, 23, 9, 15, 0);
    private static readonly HospitalPatient Patient = new("HL00018", "", "王", "小东", "M", new(1950, 3, 4), "utf-8", "");
    private static readonly SampleResult Sample = new("P77", Patient, [new("2345-7", "Glucose", "5.1", "mmol/L"), new("2823-3", "Potassium", "6.9", "mmol/L", "HH")]);

    [Theory]
    [InlineData("HEL.R01")]
    [InlineData("DST.R01")]
    [InlineData("OBS.R01")]
    [InlineData("EOT.R01")]
    [InlineData("ACK.R01")]
    [InlineData("REQ.R01")]
    public async Task A_message_has_the_shape_of_a_real_session(string type)
    {
        XElement real = (await RealSessionAsync()).First(message => message.Name == type);
        HospitalDevice device = NetworkPair.Device("poc1", 2);
        XElement ours = type switch
        {
            "HEL.R01" => PoctMessages.Hello(device, 1, At),
            "DST.R01" => PoctMessages.Status(1, 2, At),
            "OBS.R01" => PoctMessages.Observation(Sample, 3, At),
            "EOT.R01" => PoctMessages.EndOfTopic("9", 4, At),
            "ACK.R01" => PoctMessages.Accepted("1", 5, PoctMessages.Time(At)),
            _ => PoctMessages.AskForObservations(6, PoctMessages.Time(At)),
        };
        // Parts that both have must lie at the same place; what the real device adds (reagents, comments) and what ours adds
        // (the patient's name, the order) is the standard's choice.
        string[] realPaths = Paths(real), oursPaths = Paths(ours);
        string[] shared = [.. oursPaths.Intersect(realPaths)];
        Assert.Equal(realPaths.Where(oursPaths.Contains).Distinct(), shared);
        HashSet<string> names = [.. real.Descendants().Select(part => part.Name.LocalName)];
        Assert.All(ours.Descendants().Where(part => names.Contains(part.Name.LocalName)), part => Assert.Contains(PathOf(part), realPaths));
        Assert.True(shared.Length >= 5, string.Join(' ', shared));
    }

    [Fact]
    public async Task A_conversation_leaves_every_observation_with_the_manager()
    {
        using NetworkPair pair = NetworkPair.Make(NetworkPair.Device("poc1", 2), NetworkPair.Device("pocdm", 3));
        using PairRecording recording = pair.Record();
        await using PoctServer server = PoctServer.Start(pair.Right);
        PointOfCareUploaded upload = new(new(9, 15, 0), "poc1", "pocdm", [Sample, Sample with { Sample = "QC1", Patient = null }, Sample with { Sample = "P78", IsCorrection = true }]);
        await new PointOfCareUploadedActor().ActAsync(upload, pair.Site, CancellationToken.None);

        await Tool.UntilAsync(() => server.Log.Of("conversation").Count == 1, "the conversation is logged");
        Assert.Empty(server.Log.Errors);
        Assert.Equal(["HEL.R01", "DST.R01", "OBS.R01", "OBS.R02", "OBS.R01", "EOT.R01", "ACK.R01", "conversation"], server.Log.Entries.Select(entry => entry.What));
        Assert.Equal(["HL00018", "HL00018"], server.Log.Of("OBS.R01").Select(text => PoctMessages.Of(XElement.Parse(text), "PT.patient_id")));
        Assert.Equal("小东 王", PoctMessages.Of(XElement.Parse(server.Log.Of("OBS.R01")[0]), "PT.name"));
        foreach (WireFact fact in upload.Facts) Assert.Equal(fact.Count, server.Log.Of(fact.What).Count);
        // On the wire, read without our reader: the documents of both ends in their order.
        string[] wire = [.. recording.Fields("tcp.len>0", ["tcp.payload"]).Select(row => Encoding.UTF8.GetString(Convert.FromHexString(row[0])))];
        Assert.Equal(["HEL", "ACK", "DST", "ACK", "REQ", "OBS", "ACK", "OBS", "ACK", "OBS", "ACK", "EOT", "END", "ACK"], wire.Select(text => text[(text.IndexOf("?>", StringComparison.Ordinal) + 3)..][..3]));
    }

    private static async Task<IReadOnlyList<XElement>> RealSessionAsync()
    {
        string[] lines = await File.ReadAllLinesAsync(Needs.Shared("reference/hl7/poct1a/dca_vantage_session.txt"));
        using MemoryStream stream = new(Encoding.UTF8.GetBytes(string.Concat(lines.Where(line => !line.StartsWith('#')))));
        ByteReader reader = new(stream);
        List<XElement> messages = [];
        while (await PoctDocument.ReadAsync(reader, CancellationToken.None) is { } message) messages.Add(message);
        Assert.Equal(10, messages.Count);
        return messages;
    }

    private static string[] Paths(XElement message) => [.. message.Descendants().Select(PathOf).Distinct()];

    private static string PathOf(XElement part) => string.Join('/', part.AncestorsAndSelf().Reverse().Select(at => at.Name.LocalName));
}
