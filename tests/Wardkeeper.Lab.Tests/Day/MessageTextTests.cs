using System.Globalization;
using System.Text;
using System.Text.Json;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Hospital;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Day;

/// <summary>Whether HL7 messages are right for others: python3-hl7 and tshark.</summary>
public sealed class MessageTextTests
{
    private const string Python = """
        import hl7, json, sys
        for line in open(sys.argv[1], encoding='utf-8'):
            row = json.loads(line)
            text = bytes.fromhex(row['bytes']).decode({'ascii': 'ascii', 'gb18030': 'gb18030', 'utf-8': 'utf-8'}[row['charset']])
            message = hl7.parse(text)
            pid = message.segment('PID')
            names = [hl7.Message.unescape(message, str(part)) for part in pid[5][0][:2]]
            print(json.dumps({'id': str(message['MSH'][0][10]), 'type': '^'.join(str(part) for part in message['MSH'][0][9][0][:2]), 'version': str(message['MSH'][0][12]), 'charset': str(message['MSH'][0][18]),
                'sender': str(message['MSH'][0][3]), 'receiver': str(message['MSH'][0][5]), 'patient': str(pid[3][0][0]) , 'family': names[0], 'given': names[1], 'segments': [str(segment[0]) for segment in message], 'text': str(message)}))
        """;

    private static readonly HashSet<string> Segments = ["MSH", "EVN", "PID", "PV1", "ORC", "OBR", "OBX", "RXE", "RXR", "PRT"];

    private static IReadOnlyList<(DayPlan Day, MessageSent Message)> Messages => [.. PlannedDays.Some.Where(day => day.Date.Day == 8 || day.Hospital.Size == HospitalSize.Small).SelectMany(day => day.Events.OfType<MessageSent>().Select(message => (day, message)))];

    static MessageTextTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [Fact]
    public async Task Python_reads_back_what_was_planned()
    {
        await RequireAsync("/usr/bin/python3", "-c", "import hl7");
        string folder = Directory.CreateTempSubdirectory("hl7-").FullName;
        string input = Path.Combine(folder, "messages.json"), script = Path.Combine(folder, "read.py");
        (DayPlan Day, MessageSent Message)[] all = [.. Messages];
        await File.WriteAllLinesAsync(input, all.Select(one => JsonSerializer.Serialize(new { bytes = Convert.ToHexString(Bytes(one.Message)), charset = one.Message.Charset })), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(script, Python, TestContext.Current.CancellationToken);
        (int code, string printed) = await Shell.RunAsync("/usr/bin/python3", [script, input], TestContext.Current.CancellationToken);
        Directory.Delete(folder, recursive: true);
        Assert.True(code == 0, printed);
        string[] lines = printed.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(all.Length, lines.Length);
        for (int i = 0; i < all.Length; i++) Check(all[i].Day, all[i].Message, JsonDocument.Parse(lines[i]).RootElement);
    }

    [Fact]
    public void Control_ids_are_unique_and_short()
    {
        foreach (DayPlan day in PlannedDays.Some)
        {
            string[] ids = [.. day.Events.OfType<MessageSent>().Select(message => message.Text.Split('\r')[0].Split('|')[9])];
            Assert.Equal(ids.Length, ids.Distinct().Count());
            Assert.All(ids, id => Assert.InRange(id.Length, 1, 20));
        }
    }

    [Fact]
    public void Pumps_name_themselves_by_serial_number_and_hardware_address()
    {
        (DayPlan Day, MessageSent Message)[] pumps = [.. Messages.Where(one => one.Day.Hospital[one.Message.Actor].Type is "infusion-pump" or "syringe-pump")];
        Assert.NotEmpty(pumps);
        Assert.All(pumps, one =>
        {
            HospitalDevice pump = one.Day.Hospital[one.Message.Actor];
            string mac = pump.Mac.ToString();
            Assert.Contains($"|{pump.Serial}^^{mac[..6]}FFFE{mac[6..]}^EUI-64\r", one.Message.Text, StringComparison.Ordinal);
            Assert.Contains("\rPRT|", one.Message.Text, StringComparison.Ordinal);
        });
        Assert.Contains(pumps, one => one.Message.Text.Contains($"|{one.Day.Hospital[one.Message.Actor].SoftwareVersion}|", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tshark_finds_every_message_with_its_type()
    {
        await RequireAsync("tshark", "--version");
        await RequireAsync("text2pcap", "--version");
        // tshark 4.0 splits GB 18030 at bytes of characters that look like delimiters.
        MessageSent[] messages = [.. Messages.Select(one => one.Message).Where(message => message.Charset != "gb18030").Take(600)];
        string folder = Directory.CreateTempSubdirectory("hl7-").FullName, dump = Path.Combine(folder, "dump.txt"), capture = Path.Combine(folder, "capture.pcap");
        await File.WriteAllLinesAsync(dump, messages.SelectMany(message => Dump([0x0B, .. Bytes(message), 0x1C, 0x0D])), TestContext.Current.CancellationToken);
        (int code, string printed) = await Shell.RunAsync("text2pcap", ["-q", "-T", "50000,2575", dump, capture], TestContext.Current.CancellationToken);
        Assert.True(code == 0, printed);
        (code, printed) = await Shell.RunAsync("tshark", ["-n", "-r", capture, "-Y", "hl7 && !hl7.malformed && !_ws.malformed", "-T", "fields", "-e", "hl7.message.type", "-e", "hl7.event.type"], TestContext.Current.CancellationToken);
        Assert.True(code == 0, printed);
        Directory.Delete(folder, recursive: true);
        string[] types = [.. printed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("Running", StringComparison.Ordinal)).Select(line => line.Replace('\t', '^'))];
        Assert.Equal(messages.Select(message => message.Type), types);
    }

    private static void Check(DayPlan day, MessageSent planned, JsonElement read)
    {
        string Of(string name) => read.GetProperty(name).GetString()!;
        Assert.Equal(planned.Text, Of("text").EndsWith('\r') ? Of("text") : Of("text") + "\r");
        Assert.Equal(planned.Type, Of("type"));
        Assert.Equal(planned.Charset switch { "gb18030" => "GB 18030-2000", "utf-8" => "UNICODE UTF-8", _ => "ASCII" }, Of("charset"));
        Assert.Equal(day.Hospital[planned.Actor].HlApplication, Of("sender"));
        Assert.Equal(day.Hospital[planned.Receiver].HlApplication, Of("receiver"));
        HospitalPatient patient = day.Hospital.Patients.Single(one => one.Id == planned.Patient);
        Assert.StartsWith(patient.Id, Of("patient"), StringComparison.Ordinal);
        Assert.Equal((patient.Family, patient.Given), (Of("family"), Of("given")));
        Assert.Equal(patient.Charset, planned.Charset);
        string[] segments = [.. read.GetProperty("segments").EnumerateArray().Select(segment => segment.GetString()!)];
        Assert.Equal("MSH", segments[0]);
        Assert.All(segments, segment => Assert.Contains(segment, Segments));
        Assert.Contains("PV1", segments);
        string time = planned.Text.Split('|')[6][..14];
        Assert.Equal(day.Date.ToDateTime(TimeOnly.MinValue) + planned.At, DateTime.ParseExact(time, "yyyyMMddHHmmss", CultureInfo.InvariantCulture), TimeSpan.FromSeconds(1));
    }

    private static byte[] Bytes(MessageSent message) => Encoding.GetEncoding(message.Charset, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback).GetBytes(message.Text);

    private static IEnumerable<string> Dump(byte[] bytes) =>
        bytes.Chunk(32).Select((part, i) => (32 * i).ToString("x6", CultureInfo.InvariantCulture) + " " + string.Join(' ', part.Select(one => one.ToString("x2", CultureInfo.InvariantCulture)))).Append("");

    private static async Task RequireAsync(string program, params string[] arguments)
    {
        bool isThere;
        try
        {
            isThere = (await Shell.RunAsync(program, arguments, TestContext.Current.CancellationToken)).ExitCode == 0;
        }
        catch (Exception e) when (e is LabException or System.ComponentModel.Win32Exception)
        {
            isThere = false;
        }
        if (isThere) return;
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", $"{program} is missing");
        Assert.Skip($"{program} is missing");
    }
}
