using System.Text.Json;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Synth;
using Wardkeeper.Lab.Truth;

namespace Wardkeeper.Lab.Tests.Truth;

public sealed class TruthTests
{
    private static readonly string[] Names = ["counts.ndjson", "devices.ndjson", "events.ndjson", "packets.ndjson", "patients.ndjson", "scenes.ndjson"];
    private static readonly TruthScene Scene = new("dicom-harvest", true, 1_796_600_000_123_456, 1_796_600_100_000_007, ["T1039", "T1046"], [("associations", "58")], [new TruthMachine("laptop", System.Net.IPAddress.Parse("10.77.10.66"), System.Net.NetworkInformation.PhysicalAddress.Parse("8C1645000001"), 10)], [3, 4, 5, 9, 11, 12]);

    private static DayPlan Day(int seed = 7) => DayPlan.FromSeed(HospitalPlan.FromSeed(seed, HospitalSize.Full), new DateOnly(2026, 12, 7), TimeSpan.FromHours(8), TimeSpan.FromHours(6));

    [Fact]
    public async Task Two_runs_agree_byte_for_byte_and_another_seed_does_not()
    {
        Dictionary<string, byte[]> one = await WriteAsync(Day()), two = await WriteAsync(Day()), other = await WriteAsync(Day(8));
        Assert.Equal(Names, one.Keys.Order(StringComparer.Ordinal));
        foreach (string name in Names) Assert.Equal(one[name], two[name]);
        foreach (string name in (string[])["counts.ndjson", "devices.ndjson", "events.ndjson", "patients.ndjson"]) Assert.NotEqual(one[name], other[name]);
        Assert.All(one.Values, bytes => Assert.DoesNotContain((byte)'\r', bytes));
    }

    [Fact]
    public async Task Devices_tell_all_that_a_ledger_could_find_and_can_be_learned_from()
    {
        DayPlan day = Day();
        string[] lines = Lines((await WriteAsync(day))["devices.ndjson"]);
        Assert.Equal(day.Hospital.Devices.Count, lines.Length);
        foreach ((HospitalDevice device, string line) in day.Hospital.Devices.Zip(lines))
        {
            JsonElement row = JsonDocument.Parse(line).RootElement;
            KnownDevice known = KnownDevice.Parse(line);
            Assert.Equal(device.Type, known.Type);
            Assert.Equal(device.Mac.ToString(), known.Mac.ToString("X12", System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal((device.Key, device.Ip.ToString()), (row.GetProperty("key").GetString(), row.GetProperty("ip").GetString()));
            Assert.Equal((device.Vendor, device.Model, device.SoftwareVersion, device.Serial), (Text(row, "vendor"), Text(row, "model"), Text(row, "software_version"), Text(row, "serial_number")));
            Assert.Equal((device.AeTitle, device.ImplementationUid, device.HlApplication), (Optional(row, "ae_title"), Optional(row, "implementation_class_uid"), Optional(row, "hl7_application")));
            Assert.Equal(device.Department.Chinese, Text(row, "department_zh"));
            Assert.Equal(device.Offers, row.GetProperty("offers").EnumerateArray().Select(word => word.GetString()!));
            Assert.Equal(device.Key == "gw" ? day.Hospital.Departments.Count : 1, row.GetProperty("interfaces").GetArrayLength());
        }
        JsonElement ris = JsonDocument.Parse(lines.Single(line => line.StartsWith("""{"key":"ris",""", StringComparison.Ordinal))).RootElement;
        Assert.Superset((HashSet<string>)["dicom", "hl7", "ssl"], ris.GetProperty("protocols").EnumerateArray().Select(word => word.GetString()!).ToHashSet());
        Assert.DoesNotContain("astm", ris.GetProperty("protocols").EnumerateArray().Select(word => word.GetString()!));
    }

    [Fact]
    public async Task Counts_are_the_sums_of_the_events_facts()
    {
        DayPlan day = Day();
        Dictionary<string, byte[]> files = await WriteAsync(day);
        JsonElement[] counts = [.. Lines(files["counts.ndjson"]).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(counts.Length, counts.Select(Key).Distinct().Count());
        Dictionary<string, int> sums = [];
        foreach (JsonElement fact in Lines(files["events.ndjson"]).SelectMany(line => JsonDocument.Parse(line).RootElement.GetProperty("facts").EnumerateArray()))
            sums[Key(fact)] = sums.GetValueOrDefault(Key(fact)) + fact.GetProperty("count").GetInt32();
        Assert.Equal(sums.OrderBy(pair => pair.Key, StringComparer.Ordinal), counts.ToDictionary(Key, fact => fact.GetProperty("count").GetInt32()).OrderBy(pair => pair.Key, StringComparer.Ordinal));
        Assert.Equal(day.Events.OfType<ImagesStored>().Where(what => what.Actor == "ct" && !what.Tls).Sum(what => what.Exam.Images), sums["dicom C-STORE ct pacs"]);

        static string Key(JsonElement fact) => $"{Text(fact, "protocol")} {Text(fact, "what")} {Text(fact, "from")} {Text(fact, "to")}";
    }

    [Fact]
    public async Task Events_have_their_moment_in_both_ways()
    {
        DayPlan day = Day();
        string[] lines = Lines((await WriteAsync(day))["events.ndjson"]);
        Assert.Equal(day.Events.Count, lines.Length);
        foreach ((LabEvent what, string line) in day.Events.Zip(lines))
        {
            JsonElement row = JsonDocument.Parse(line).RootElement;
            DateTimeOffset at = row.GetProperty("at").GetDateTimeOffset();
            Assert.Equal(TimeSpan.FromHours(8), at.Offset);
            Assert.InRange(what.At - at.TimeOfDay, TimeSpan.Zero, TimeSpan.FromSeconds(1));
            Assert.Equal(at.ToUnixTimeSeconds(), (long)row.GetProperty("ts").GetDouble());
            Assert.Equal((what.GetType().Name, what.Actor), (Text(row, "kind"), Text(row, "actor")));
        }
    }

    [Fact]
    public async Task Names_of_patients_are_written_as_they_are()
    {
        DayPlan day = Day();
        string[] lines = Lines((await WriteAsync(day))["patients.ndjson"]);
        Assert.Equal(day.Hospital.Patients.Select(patient => (patient.Id, patient.NationalId, patient.Family, patient.Given)),
            lines.Select(line => JsonDocument.Parse(line).RootElement).Select(row => (Text(row, "id"), Text(row, "national_id"), Text(row, "family"), Text(row, "given"))));
        Assert.Contains("王", string.Concat(lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visits_that_messages_name_are_their_patients_and_some_patients_have_several()
    {
        DayPlan day = Day();
        Dictionary<string, string> patientOf = [];
        int several = 0;
        foreach (JsonElement row in Lines((await WriteAsync(day))["patients.ndjson"]).Select(line => JsonDocument.Parse(line).RootElement))
        {
            foreach (JsonElement visit in row.GetProperty("visits").EnumerateArray()) patientOf.Add(Text(visit, "number"), Text(row, "id"));
            if (row.GetProperty("visits").GetArrayLength() > 1) several++;
        }
        Assert.True(several > 0, "nobody comes twice");
        int named = 0;
        foreach (MessageSent message in day.Events.OfType<MessageSent>())
        {
            // PV1-19.
            if (message.Text.Split('\r').FirstOrDefault(segment => segment.StartsWith("PV1|", StringComparison.Ordinal))?.Split('|') is not { Length: > 19 } fields) continue;
            Assert.Equal(message.Patient, patientOf[fields[19]]);
            named++;
        }
        Assert.True(named > 100, $"{named} messages name a visit");
    }

    /// <summary>Times and packets of scenes are the recording's; all else follows from the seed. With WARDKEEPER_ACCEPT=1 (<c>./test --accept</c>) it is written anew.</summary>
    [Theory]
    [InlineData("hospital-day", HospitalSize.Small, false)]
    [InlineData("attacks", HospitalSize.Full, true)]
    public async Task The_truth_that_is_shipped_is_what_the_lab_plans(string sample, HospitalSize size, bool isQuiet)
    {
        DayPlan day = DayPlan.FromSeed(HospitalPlan.FromSeed(1, size), new DateOnly(2026, 11, 23), TimeSpan.Zero, TimeSpan.FromDays(1));
        Dictionary<string, byte[]> planned = await WriteAsync(isQuiet ? day.Quiet() : day);
        foreach (string name in (string[])["counts.ndjson", "devices.ndjson", "events.ndjson", "patients.ndjson"])
        {
            string path = Path.Combine(Checkout.Sample(sample), "truth", name);
            if (Environment.GetEnvironmentVariable("WARDKEEPER_ACCEPT") == "1") await File.WriteAllBytesAsync(path, planned[name], TestContext.Current.CancellationToken);
            byte[] shipped = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
            Assert.True(planned[name].AsSpan().SequenceEqual(shipped), $"{path} is not what the lab would write: record the sample again");
        }
    }

    [Fact]
    public async Task Scenes_have_times_and_packets_as_ranges()
    {
        Dictionary<string, byte[]> files = await WriteAsync(Day());
        Assert.Equal("""{"scene":1,"name":"dicom-harvest","attack":true,"begin":1796600000.123456,"end":1796600100.000007,"techniques":["T1039","T1046"],"facts":{"associations":"58"},"machines":[{"type":"laptop","mac":"8c:16:45:00:00:01","ip":"10.77.10.66","vlan":10}],"packets":6}""", Assert.Single(Lines(files["scenes.ndjson"])));
        Assert.Equal("""{"scene":1,"name":"dicom-harvest","packets":[[3,5],[9,9],[11,12]]}""", Assert.Single(Lines(files["packets.ndjson"])));
    }

    private static async Task<Dictionary<string, byte[]>> WriteAsync(DayPlan day)
    {
        string folder = Directory.CreateTempSubdirectory("truth-").FullName;
        await DayTruth.WriteAsync(folder, day, day.Events, [Scene], TestContext.Current.CancellationToken);
        Dictionary<string, byte[]> files = Directory.EnumerateFiles(folder).ToDictionary(path => Path.GetFileName(path), File.ReadAllBytes);
        Directory.Delete(folder, recursive: true);
        return files;
    }

    private static string[] Lines(byte[] file) => System.Text.Encoding.UTF8.GetString(file).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;

    private static string? Optional(JsonElement row, string name) => row.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
