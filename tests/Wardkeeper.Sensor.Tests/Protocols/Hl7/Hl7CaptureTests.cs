using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Hl7;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Hl7;

public sealed class Hl7CaptureTests
{
    [Theory]
    [InlineData("lab/hl7-day", 25, 25)]
    [InlineData("lab/hl7-attack", 6, 6)]
    [InlineData("lab/gb18030-trap", 4, 4)]
    [InlineData("tapirx/HL7-ADT-UDI-OBX", 1, 1)]
    [InlineData("tapirx/HL7-ORM", 1, 1)]
    [InlineData("mpa/data_exfiltration", 1, 0)]
    [InlineData("mpa/replay_attack", 1, 0)] // one segment, sent three times
    [InlineData("mpa/unencrypted_hl7", 1, 0)]
    public void Captures_give_their_messages_with_their_acknowledgements(string capture, int messages, int accepted)
    {
        Collected collected = new($"captures/{capture}.pcap");
        Assert.Equal(messages, collected.Rows.Count);
        Assert.Equal(accepted, collected.Rows.Count(row => row.Ack == "AA" && row.AckAfter > TimeSpan.Zero));
        Assert.DoesNotContain(collected.Rows, row => row.IsAck);
        Golden.Hold(Path.GetFileName(capture), Conversation.Render(collected.Rows));
    }

    [Fact]
    public void A_replayed_message_has_the_digest_of_the_first_and_an_altered_one_has_not()
    {
        Hl7Exchange[] rows = [.. new Collected("captures/lab/hl7-attack.pcap").Rows.Where(row => row.MessageType == "ORU^R01")];
        Assert.Equal(3, rows.Length);
        Assert.Single(rows.Select(row => row.ControlId).Distinct());
        Assert.Equal(rows[0].Digest, rows[1].Digest);
        Assert.NotEqual(rows[0].Digest, rows[2].Digest);
    }

    private sealed class Collected : ISensorOutput
    {
        public Collected(string capture)
        {
            using ICaptureSource source = CaptureFiles.Open([SharedFiles.Path(capture)]);
            new SensorPipeline(new SensorOptions(), source, this).Run();
        }

        public List<Hl7Exchange> Rows { get; } = [];

        public void Take(Transaction transaction)
        {
            if (transaction is Hl7Exchange row) Rows.Add(row);
        }

        public void Take(FlowRecord flow)
        {
        }

        public void Take(Observation observation)
        {
        }

        public void Advance(CaptureTime now)
        {
        }
    }
}
