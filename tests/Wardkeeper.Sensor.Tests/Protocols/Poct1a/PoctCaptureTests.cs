using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Poct1a;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Poct1a;

/// <summary>A published recording of a real analyser, and the laboratory's.</summary>
public sealed class PoctCaptureTests
{
    [Fact]
    public void A_real_device_says_who_it_is_and_every_message_of_it_is_read()
    {
        Collected collected = new("reference/hl7/poct1a/dca_basic_conversation_flow.pcapng");
        Golden.Hold("dca-vantage", Conversation.Render(collected.Rows));
        Assert.Equal(["HEL.R01", "DST.R01", "REQ.R01", "OBS.R01", "EOT.R01", "DTV.R01"], collected.Rows.Select(row => row.MessageType));
        Assert.All(collected.Rows, row => Assert.Equal(("Siemens Healthcare Diagnostics", "DCA Vantage", "S013023", "4.4.0.0"), (row.Vendor, row.Model, row.Serial, row.Software)));
        Assert.Equal(2, collected.Rows[3].Observations);
        Assert.Equal("300", collected.Rows[5].AckError);
    }

    [Fact]
    public void The_recorded_ward_gives_its_conversation()
    {
        Collected collected = new("captures/lab/poct1a.pcap");
        Golden.Hold("recorded", Conversation.Render(collected.Rows));
        Assert.Equal(3, collected.Rows.Count(row => row.MessageType == "OBS.R01" && row.Ack == "AA"));
        Assert.Equal(3, collected.Rows.Where(row => row.Patients is not null).SelectMany(row => row.Patients!).Distinct().Count());
        Assert.All(collected.Rows, row => Assert.Equal("SN40052", row.Serial));
    }

    private sealed class Collected : ISensorOutput
    {
        public Collected(string capture)
        {
            using ICaptureSource source = CaptureFiles.Open([SharedFiles.Path(capture)]);
            new SensorPipeline(new SensorOptions(), source, this).Run();
        }

        public List<PoctExchange> Rows { get; } = [];

        public void Take(Transaction transaction)
        {
            if (transaction is PoctExchange row) Rows.Add(row);
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
