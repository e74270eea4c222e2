using System.Text;
using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Actors.Messages;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Emitters;
using Wardkeeper.Lab.Emitters.Mllp;
using Wardkeeper.Lab.Site;
using Wardkeeper.Lab.Tests.Running;
using Wardkeeper.Lab.Tests.Site;

namespace Wardkeeper.Lab.Tests.Emitters;

public class MllpTests
{
    private static readonly (string Charset, string Table, string Name)[] Written = [("ascii", "", "MILLER^ANNA"), ("gb18030", "GB 18030-2000", "刘^朝阳"), ("utf-8", "UNICODE UTF-8", "王^小东")];

    [LabFact("tcpdump tshark")]
    public async Task Plan_log_and_recording_agree_in_every_character_set()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("his", 2), TestHospital.Device("lis", 3, offers: "mllp"));
        MessageSent[] sent = [.. Written.SelectMany((way, number) => new[] { Message(2 * number, way), Message((2 * number) + 1, way) })];
        Capture capture = await hospital.RecordAsync(async () =>
        {
            foreach (MessageSent message in sent) await ActorRegistry.ActAsync(message, hospital.Site, TestHospital.Cancel);
        });

        string[] rows = [.. await capture.FieldsAsync("hl7", "tcp.stream", "ip.src", "ip.dst", "hl7.message.type", "hl7.event.type", "tcp.payload")];
        string[][] seen = [.. rows.Select(row => row.Split('\t'))];
        Assert.Equal(WireCheck.Planned(hospital, sent), WireCheck.Seen(seen.Select(row => (row[3] == "ACK" ? "ACK" : $"{row[3]}^{row[4]}", row[1], row[2]))));
        Assert.Single(seen.Select(row => row[0]).Distinct());
        string[][] log = WireCheck.LogOf(hospital, "lis", "mllp");
        Assert.Equal(sent.Select((message, number) => $"10.77.10.2 message ADT^A01 ID{number} {message.Patient}"), log.Select(line => string.Join(' ', line)));
        // The receiver's reading must not be the only proof: the name's bytes are on the wire in the encoding of another library.
        string[] asked = [.. seen.Where(row => row[1] == "10.77.10.2").Select(row => row[5])];
        for (int number = 0; number < sent.Length; number++)
        {
            (string charset, _, string name) = Written[number / 2];
            Assert.Contains(Convert.ToHexStringLower(Encoding.GetEncoding(charset).GetBytes(name)), asked[number], StringComparison.Ordinal);
        }
    }

    [LabFact("ip")]
    public async Task A_message_arrives_as_it_was_written_and_a_closed_connection_is_opened_again()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("his", 2), TestHospital.Device("lis", 3));
        await using SendMessage actor = new();
        foreach ((string, string, string) way in Written)
        {
            ServerLog log = new();
            await using MllpServer server = MllpServer.Start(hospital.Site["lis"], log);
            MessageSent message = Message(7, way);
            await actor.ActAsync(message, hospital.Site, TestHospital.Cancel);
            Assert.Equal(message.Text, Assert.Single(log.TextsOf("message")));
            Assert.Empty(log.Errors);
        }
    }

    [LabFact("mllp_send")]
    public async Task A_real_sender_accepts_the_acknowledgements()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("his", 2), TestHospital.Device("lis", 3, offers: "mllp"));
        string file = Path.Combine(hospital.Site.Folder, "messages");
        byte[][] messages = [.. Enumerable.Range(1, 2).Select(number => Encoding.UTF8.GetBytes(Message(number, Written[2]).Text))];
        await File.WriteAllBytesAsync(file, [.. messages.SelectMany(message => (byte[])[0x0B, .. message, 0x1C, 0x0D])], TestHospital.Cancel);
        HostNamespace his = hospital.Site["his"];
        ProgramResult said = await ProgramRun.MustRunAsync(his, hospital.Site.LogOf(his, "mllp_send"), "mllp_send", ["-p", $"{MllpServer.Port}", "-f", file, "10.77.10.3"], TimeSpan.FromSeconds(20), TestHospital.Cancel);
        Assert.Contains("MSA|AA|ID2", said.Output, StringComparison.Ordinal);
        Assert.Contains("|LIS|LAB|HIS|HOSPITAL|", said.Output, StringComparison.Ordinal);
        Assert.Equal(["ADT^A01 ID1 HL0001", "ADT^A01 ID2 HL0001"], WireCheck.LogOf(hospital, "lis", "mllp").Details("message"));
    }

    [LabFact("ip")]
    public async Task A_name_that_the_character_set_lacks_and_an_absent_receiver_are_errors()
    {
        await using TestHospital hospital = await TestHospital.StartAsync(TestHospital.Device("his", 2), TestHospital.Device("lis", 3));
        await using SendMessage actor = new();
        await Assert.ThrowsAsync<LabException>(() => actor.ActAsync(Message(1, Written[0]), hospital.Site, TestHospital.Cancel));
        ServerLog log = new();
        await using MllpServer server = MllpServer.Start(hospital.Site["lis"], log);
        await Assert.ThrowsAsync<LabException>(() => actor.ActAsync(Message(1, ("ascii", "", "王^小东")), hospital.Site, TestHospital.Cancel));
        Assert.Empty(log.Entries);
    }

    private static MessageSent Message(int number, (string Charset, string Table, string Name) way)
    {
        string text = $@"MSH|^~\&|HIS|HOSPITAL|LIS|LAB|20261123091500||ADT^A01|ID{number}|P|2.5.1||||||{way.Table}" + $"\rEVN|A01|20261123091500\rPID|1||HL0001^^^HIS^MR||{way.Name}\rPV1|1|I\r";
        return new(TimeSpan.FromHours(9), "his", "lis", MllpServer.Port, "ADT^A01", text, way.Charset, "HL0001");
    }
}
