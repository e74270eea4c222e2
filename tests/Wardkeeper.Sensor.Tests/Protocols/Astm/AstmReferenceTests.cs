using System.Globalization;
using System.Text;
using Wardkeeper.Sensor.Capture;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Astm;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Astm;

/// <summary>Published sessions of real analysers and the laboratory's recording.</summary>
public sealed class AstmReferenceTests
{
    [Theory]
    [InlineData("abbott_afinion2.txt", "Afinion 2 Analyzer", "1H 1P 1O 1R 1L")]
    [InlineData("cobas_c111.txt", "c111", "1H 1P 1O 1R 1C 1M 1L")]
    [InlineData("cobas_c311.txt", "c311", "1H 1P 1O 7R 7C 1L")]
    [InlineData("dca_vantage.txt", "DCA VANTAGE", "1H 1P 1O 3R 2C 1L")]
    [InlineData("mini_vidas_mock.txt", "miniVidas", "1H 1P 1O 1R 1L")]
    [InlineData("openelis_hematology-cbc.astm", "XN-1000", "1H 1P 1O 10R 1L")]
    [InlineData("openelis_mindray-ba88a-result.txt", "BA-88A", null)]
    [InlineData("openelis_stago-start4-coagulation.astm", "START4", "1H 1P 1O 5R 1L")]
    [InlineData("openelis_qc-control-results.astm", "AU5800", null)]
    [InlineData("spotchem_el_mock.txt", "SE-1520", "1H 1O 3R 1L")]
    [InlineData("sysmex_xn550.txt", "XN-550", null)]
    [InlineData("sysmex_xp100.txt", "XP-100", null)]
    [InlineData("genexpert.txt", "GeneXpert", null)]
    [InlineData("pentra_xlr.txt", null, null)]
    [InlineData("yumizen_h500.txt", "H500", null)]
    public void Sessions_of_analysers_are_read(string file, string? model, string? records)
    {
        byte[] session = Session(file);
        AstmTransfer row = (AstmTransfer)Conversation.Of<AstmAnalyser>([new Said(Side.Client, session)]).Transactions[0];
        Assert.Equal(model, row.Model);
        Assert.Equal("analyser", row.SenderRole);
        if (records is not null) Assert.Equal(records, string.Join(' ', row.Records.Zip(row.RecordCounts, (name, count) => $"{count.ToString(CultureInfo.InvariantCulture)}{name}")));
        Opening opening = new() { Carrier = Carrier.Tcp, Client = session.AsSpan(0, Math.Min(session.Length, 256)) };
        Assert.Equal(Match.Yes, AstmAnalyser.Recognise(in opening));
    }

    [Fact]
    public void Every_session_gives_as_many_records_as_it_has()
    {
        foreach (string file in Directory.GetFiles(SharedFiles.Path("reference/hl7/astm")).Where(file => !IsOwnProtocol(file) && !file.Contains("malformed", StringComparison.Ordinal)))
        {
            byte[] session = Session(Path.GetFileName(file));
            // Independent of the analyser: a record begins at a line, after STX and a frame's number where there are frames.
            string text = Encoding.UTF8.GetString(session).Replace("\u0003", "\r", StringComparison.Ordinal);
            int expected = text.Split('\r', '\n').Count(line => IsRecord(line.TrimStart('\u0002')) || (line.StartsWith('\u0002') && line.Length > 2 && IsRecord(line[2..])));
            Conversation conversation = Conversation.Of<AstmAnalyser>([new Said(Side.Client, session)]);
            Assert.Equal(expected, conversation.Transactions.Sum(row => ((AstmTransfer)row).RecordCounts.Sum()));
            Assert.DoesNotContain(AstmFaults.HeaderMissing, conversation.Faults);
            Splits.HoldFor<AstmAnalyser>([new Said(Side.Client, session.AsSpan(0, Math.Min(session.Length, 2500)).ToArray())]);
        }
    }

    [Fact]
    public void Malformed_messages_are_named_as_such()
    {
        Conversation conversation = Conversation.Of<AstmAnalyser>([new Said(Side.Client, Session("openelis_malformed.astm"))]);
        Assert.Contains(AstmFaults.RecordType, conversation.Faults);
        Assert.Contains(AstmFaults.TerminatorMissing, conversation.Faults);
        Assert.NotEmpty(conversation.Transactions);
    }

    [Fact]
    public void The_recorded_laboratory_gives_its_six_messages()
    {
        Collected collected = new("captures/lab/astm.pcap");
        Assert.Equal(6, collected.Rows.Count);
        Assert.All(collected.Rows, row => Assert.Equal(("acked", "cobas-e411", "1.05"), (row.Status, row.Model, row.Software)));
        Assert.Equal(49, collected.Rows.Sum(row => row.Frames));
        Assert.Equal((1, 1, 1), (collected.Rows.Sum(row => row.ChecksumsWrong), collected.Rows.Sum(row => row.FramesRefused), collected.Rows.Sum(row => row.FramesRepeated)));
        Assert.Equal(3, collected.Rows.SelectMany(row => row.Patients!).Distinct().Count());
        Golden.Hold("recorded", Conversation.Render(collected.Rows));
    }

    private static bool IsOwnProtocol(string file) => Path.GetFileName(file) is "mini_vidas.txt" or "spotchem_el.txt";

    private static bool IsRecord(string line) => line.Length > 1 && "HPORCQMSL".Contains(line[0], StringComparison.Ordinal) && line[1] == '|';

    /// <summary>The bytes of a session; comments of its collector begin with a number sign.</summary>
    private static byte[] Session(string file)
    {
        byte[] bytes = File.ReadAllBytes(SharedFiles.Path("reference/hl7/astm/" + file));
        if (bytes.AsSpan().IndexOf((byte)0x02) >= 0) return bytes;
        return Encoding.UTF8.GetBytes(string.Join('\n', Encoding.UTF8.GetString(bytes).Split('\n').Where(line => !line.StartsWith('#'))));
    }

    private sealed class Collected : ISensorOutput
    {
        public Collected(string capture)
        {
            using ICaptureSource source = CaptureFiles.Open([SharedFiles.Path(capture)]);
            new SensorPipeline(new SensorOptions(), source, this).Run();
        }

        public List<AstmTransfer> Rows { get; } = [];

        public void Take(Transaction transaction)
        {
            if (transaction is AstmTransfer row) Rows.Add(row);
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
