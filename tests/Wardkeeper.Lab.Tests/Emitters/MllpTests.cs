using System.Text;
using Wardkeeper.Lab.Actors;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Emitters.Mllp;

namespace Wardkeeper.Lab.Tests.Emitters;

public class MllpTests
{
    private const int Port = 2575;

    [Theory]
    [InlineData("ascii", "", "MILLER^ANNA")]
    [InlineData("gb18030", "GB 18030-2000", "刘^朝阳")]
    [InlineData("utf-8", "UNICODE UTF-8", "王^小东")]
    public async Task Messages_are_acknowledged_and_arrive_as_they_were_written(string charset, string table, string name)
    {
        using NetworkPair pair = NetworkPair.Make(NetworkPair.Device("his", 2), NetworkPair.Device("lis", 3));
        using PairRecording recording = pair.Record();
        await using MllpServer server = MllpServer.Start(pair.Right, Port);
        await using MessageSentActor actor = new();
        MessageSent[] sent = [.. Enumerable.Range(1, 3).Select(number => Message(number, charset, table, name))];
        foreach (MessageSent message in sent) await actor.ActAsync(message, pair.Site, CancellationToken.None);

        Assert.Equal(sent.Select(message => message.Text), server.Log.Of("message"));
        Assert.Empty(server.Log.Errors);
        // The receiver's reading must not be the only proof: the name's bytes are on the wire in the encoding of another library.
        string bytes = Convert.ToHexStringLower(Encoding.GetEncoding(charset).GetBytes(name));
        IReadOnlyList<string[]> rows = recording.Fields("hl7", ["tcp.stream", "ip.src", "hl7.message.type", "tcp.payload"], "-d", $"tcp.port=={Port},hl7");
        Assert.Equal(6, rows.Count);
        Assert.Equal(["ADT", "ACK", "ADT", "ACK", "ADT", "ACK"], rows.Select(row => row[2]));
        Assert.Single(rows.Select(row => row[0]).Distinct());
        Assert.All(rows.Where(row => row[1] == "10.77.7.2"), row => Assert.Contains(bytes, row[3], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_connection_that_the_receiver_closed_is_opened_again()
    {
        using NetworkPair pair = NetworkPair.Make(NetworkPair.Device("his", 2), NetworkPair.Device("lis", 3));
        await using MessageSentActor actor = new();
        for (int turn = 1; turn <= 2; turn++)
        {
            await using MllpServer server = MllpServer.Start(pair.Right, Port);
            await actor.ActAsync(Message(turn, "ascii", "", "A^B"), pair.Site, CancellationToken.None);
            Assert.Single(server.Log.Of("message"));
        }
    }

    [Fact]
    public async Task A_real_sender_accepts_the_acknowledgements()
    {
        Needs.Program("mllp_send");
        using NetworkPair pair = NetworkPair.Make(NetworkPair.Device("his", 2), NetworkPair.Device("lis", 3));
        await using MllpServer server = MllpServer.Start(pair.Right, Port);
        string file = Path.Combine(pair.Site.Folder, "messages");
        byte[][] messages = [.. Enumerable.Range(1, 2).Select(number => Encoding.UTF8.GetBytes(Message(number, "utf-8", "UNICODE UTF-8", "王^小东").Text))];
        await File.WriteAllBytesAsync(file, [.. messages.SelectMany(message => (byte[])[0x0B, .. message, 0x1C, 0x0D])]);
        string said = Tool.Run("ip", "netns", "exec", pair.Left.Name, "mllp_send", "-p", $"{Port}", "-f", file, "10.77.7.3");
        Assert.Contains("MSA|AA|ID2", said, StringComparison.Ordinal);
        Assert.Contains("|LIS|LAB|HIS|HOSPITAL|", said, StringComparison.Ordinal);
        Assert.Equal(2, server.Log.Of("message").Count);
    }

    [Fact]
    public async Task A_name_that_the_character_set_lacks_is_an_error_and_nothing_is_sent()
    {
        using NetworkPair pair = NetworkPair.Make(NetworkPair.Device("his", 2), NetworkPair.Device("lis", 3));
        await using MllpServer server = MllpServer.Start(pair.Right, Port);
        await using MessageSentActor actor = new();
        await Assert.ThrowsAsync<LabException>(() => actor.ActAsync(Message(1, "ascii", "", "王^小东"), pair.Site, CancellationToken.None));
        Assert.Empty(server.Log.Entries);
    }

    [Fact]
    public async Task Nobody_there_is_an_error()
    {
        using NetworkPair pair = NetworkPair.Make(NetworkPair.Device("his", 2), NetworkPair.Device("lis", 3));
        await using MessageSentActor actor = new();
        await Assert.ThrowsAsync<LabException>(() => actor.ActAsync(Message(1, "ascii", "", "A^B"), pair.Site, CancellationToken.None));
    }

    private static MessageSent Message(int number, string charset, string table, string name)
    {
        string text = $@"MSH|^~\&|HIS|HOSPITAL|LIS|LAB|20261123091500||ADT^A01|ID{number}|P|2.5.1||||||{table}" + $"\rEVN|A01|20261123091500\rPID|1||HL0001||{name}\rPV1|1|I\r";
        return new(TimeSpan.FromHours(9), "his", "lis", Port, "ADT^A01", text, charset, "HL0001");
    }
}
