using System.Text;
using System.Xml.Linq;
using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Emitters;
using Wardkeeper.Lab.Emitters.Poct;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Tests.Running;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Emitters;

public class PoctTests
{
    private static readonly DateTime At = new(2026, 11, 23, 9, 15, 0);
    private static readonly HospitalDevice Analyser = TestHospital.Device("poc1", 2, "point-of-care-analyser") with { Vendor = "Siemens Healthineers", Model = "DCA Vantage", Serial = "S012345" };
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
        XElement ours = type switch
        {
            "HEL.R01" => PoctMessages.Hello(Analyser, 1, At),
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

    [LabFact("tcpdump tshark")]
    public async Task Plan_log_and_recording_agree()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(Analyser, TestHospital.Device("pocdm", 3, offers: "poct1a"));
        PointOfCareUploaded upload = new(new(9, 15, 0), "poc1", "pocdm", [Sample, Sample with { Sample = "QC1", Patient = null }, Sample with { Sample = "P78", IsCorrection = true }]);
        Capture capture = await hospital.RecordAsync(() => ActorRegistry.ActAsync(upload, hospital.Site, TestHospital.Cancel));

        string[][] log = WireCheck.LogOf(hospital, "pocdm", "poct1a");
        Assert.Equal(["HEL.R01", "DST.R01", "OBS.R01", "OBS.R02", "OBS.R01", "EOT.R01", "ACK.R01", "conversation"], log.Select(line => line[1]));
        Assert.Equal(["10003 P77 HL00018", "10005 P78 HL00018"], log.Details("OBS.R01"));
        Assert.Equal(["Siemens Healthineers^DCA Vantage^S012345"], log.Details("conversation"));
        Assert.Equal(WireCheck.Planned(hospital, upload), WireCheck.Seen(log.Where(line => upload.Facts.Any(fact => fact.What == line[1])).Select(line => (line[1], line[0], "10.77.10.3"))));
        Assert.DoesNotContain(log, line => line[2].Contains('王', StringComparison.Ordinal));
        // On the wire, read without our reader: the documents of both ends in their order. A busy machine may send one again.
        string[] wire = [.. (await capture.FieldsAsync("tcp.len>0 && !tcp.analysis.retransmission", "tcp.payload")).Select(bytes => Encoding.UTF8.GetString(Convert.FromHexString(bytes)))];
        Assert.Equal(["HEL.R01", "ACK.R01", "DST.R01", "ACK.R01", "REQ.R01", "OBS.R01", "ACK.R01", "OBS.R02", "ACK.R01", "OBS.R01", "ACK.R01", "EOT.R01", "END.R01", "ACK.R01"], wire.Select(text => text[(text.IndexOf("?>", StringComparison.Ordinal) + 3)..][..7]));
        Assert.Equal(2, wire.Count(text => text.Contains("\"小东 王\"", StringComparison.Ordinal)));
    }

    private static async Task<IReadOnlyList<XElement>> RealSessionAsync()
    {
        string[] lines = await File.ReadAllLinesAsync(PublishedSample.Path("reference/hl7/poct1a/dca_vantage_session.txt"));
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
