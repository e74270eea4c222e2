using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Poct1a;
using static Wardkeeper.Sensor.Tests.Protocols.Poct1a.PoctText;

namespace Wardkeeper.Sensor.Tests.Protocols.Poct1a;

public sealed class PoctAnalyserTests
{
    private static readonly Encoding Gb18030 = CodePagesEncodingProvider.Instance.GetEncoding(54936)!;

    private static readonly Said[] Shift =
    [
        Device("HEL.R01", "1", Hello), Ack("1"),
        Device("DST.R01", "2", "<DST><DST.new_observations_qty V=\"1\"/><DST.new_events_qty V=\"0\"/><DST.condition_cd V=\"R\"/></DST>"), Ack("2"),
        Manager("REQ.R01", "501", "<REQ><REQ.request_cd V=\"ROBS\"/></REQ>"),
        Device("OBS.R01", "3", Observed), Ack("3", "AE", more: "<ACK.error_detail_cd V=\"207\"/><ACK.note_txt V=\"HL00018 unknown\"/>"),
        Device("OBS.R02", "4", "<SVC><SVC.role_cd V=\"LQC\"/><CTC><CTC.name V=\"level 1\"/><OBS><OBS.observation_id V=\"GLU\"/></OBS></CTC></SVC>"), Ack("4"),
        Device("EOT.R01", "5", "<EOT><EOT.topic_cd V=\"OBS\"/></EOT>"),
        Manager("OPL.R01", "502", "<OPR><OPR.operator_id V=\"NURSE7\"/></OPR><OPR><OPR.operator_id V=\"NURSE8\"/></OPR>"), Ack("502", by: Side.Client),
        Manager("PTL.R01", "503", "<PT><PT.patient_id V=\"HL1\"/></PT><PT><PT.patient_id V=\"HL2\"/></PT>"), Ack("503", by: Side.Client),
        Manager("DTV.R01", "504", "<DTV><DTV.command_cd V=\"LOCK\" /></DTV>"), Ack("504", "AE", Side.Client, "<ACK.error_detail_cd V=\"300\" />"),
        Device("EVS.R01", "6", "<EVT><EVT.severity_cd V=\"W\"/></EVT>"), Ack("ghost"),
        Manager("END.R01", "599", "<TRM><TRM.reason_cd V=\"NRM\"/></TRM>"),
    ];

    [Fact]
    public void A_shift_leaves_one_row_for_each_message_with_its_acknowledgement()
    {
        Conversation conversation = Play(Shift);
        Golden.Hold("shift", conversation.Lines);
        Assert.Empty(conversation.Faults);
    }

    [Fact]
    public void Cutting_the_stream_anywhere_changes_nothing() => Splits.HoldFor<PoctAnalyser>(Shift);

    [Fact]
    public void Lost_bytes_cost_messages_but_invent_none() => Splits.SurviveGapsFor<PoctAnalyser>(Shift, transaction =>
    {
        PoctExchange row = (PoctExchange)transaction;
        return Conversation.Render([row with { Bytes = new ByteRange(row.Bytes.Side, 0, 0), Ack = null, AckAfter = null, AckError = null, Device = null, SenderRole = null, Digest = null }])[0];
    });

    [Fact]
    public void A_device_is_described_by_its_hello()
    {
        FlowView view = Conversation.View();
        IReadOnlyList<Observation> seen = Play(Device("HEL.R01", "1", Hello), Ack("1")).Observe(view);
        Assert.Equal(
            [
                (view.Client, ClaimKind.Role, "poct1a-device"), (view.Server, ClaimKind.Role, "poct1a-manager"), (view.Client, ClaimKind.Vendor, "Abbott Point of Care"),
                (view.Client, ClaimKind.Model, "i-STAT 1"), (view.Client, ClaimKind.SerialNumber, "SN40052"), (view.Client, ClaimKind.HardwareVersion, "2.0"),
                (view.Client, ClaimKind.Software, "JAMS145B"), (view.Client, ClaimKind.FriendlyName, "ED-1"), (view.Client, ClaimKind.Description, "00-26-93-40-00-52"), (view.Client, ClaimKind.Location, "Emergency"),
            ],
            seen.OfType<Claim>().Select(claim => (claim.Subject, claim.Kind, claim.Value)));
        Assert.Equal(view.Server, Assert.Single(seen.OfType<ServiceSighting>()).Subject);
    }

    [Fact]
    public void A_device_that_lets_itself_be_called_is_still_the_device()
    {
        FlowView view = Conversation.View();
        Said hello = Device("HEL.R01", "1", Hello);
        IReadOnlyList<Observation> seen = Play(hello with { Side = Side.Server }, Ack("1", by: Side.Client)).Observe(view);
        Assert.Contains(seen, one => one is Claim { Value: "poct1a-device" } && one.Subject == view.Server);
        Assert.Equal("i-STAT 1", Assert.Single(seen.OfType<ServiceSighting>()).Banner);
    }

    [Theory]
    [InlineData("<END.R01/>")]
    [InlineData("<?xml version=\"1.0\"?><END.R01 />")]
    [InlineData("<END.R01></END.R01 >")]
    [InlineData("\u00EF\u00BB\u00BF<?xml version='1.0'?>\n<!-- not read --><END.R01>")]
    [InlineData("<END.R01><TRM><TRM.reason_cd V='a &lt; &#x62; >'/></TRM></END.R01>\r\n\0")]
    [InlineData("<DTV.SIEM.DVCMD><x></DTV.SIEM.DVCMD>")]
    [InlineData("<ACK.R01><ACK><ACK.type_cd V=\"ZZ\"/></ACK></ACK.R01>")]
    [InlineData("<HEL.R01><!DOCTYPE x></HEL.R01>")]
    [InlineData("junk <OBS> junk<END.R01></END.R01>")]
    [InlineData("<END.R01></END.R01><ORU_R01></ORU_R01>more<END.R01></END.R01>")]
    public void Careless_messages_are_read_alike_wherever_they_are_cut(string stream) => Splits.HoldFor<PoctAnalyser>([Said.Client(stream)]);

    [Fact]
    public void A_message_without_end_is_told_and_leaves_no_row()
    {
        Conversation conversation = Play(Said.Client("<OBS.R01><HDR>"));
        Assert.Empty(conversation.Transactions);
        Assert.Equal([PoctFaults.MessageUnfinished], conversation.Faults);
    }

    [Fact]
    public void Of_a_message_that_is_too_long_the_beginning_is_read_and_the_next_one_is_not_lost()
    {
        string list = string.Concat(Enumerable.Repeat("<OPR><OPR.operator_id V=\"NURSE00000007\"/></OPR>", 20_000));
        foreach (int cut in new[] { 1 << 24, 60_000, 700_001 })
        {
            Conversation conversation = Play([.. Device("OPL.R01", "1", list).Bytes.Chunk(cut).Select(bytes => new Said(Side.Client, bytes)), Device("KPA.R01", "2", "")]);
            Assert.Equal(Continuation.Stay, conversation.Outcome);
            Assert.Equal([("OPL.R01", true), ("KPA.R01", false)], conversation.Transactions.Cast<PoctExchange>().Select(row => (row.MessageType!, row.Truncated)));
            Assert.Contains(PoctFaults.MessageTooLong, conversation.Faults);
        }
    }

    [Fact]
    public void Messages_nobody_acknowledges_come_out_at_the_end_and_when_too_many_wait()
    {
        Conversation conversation = Play(Enumerable.Range(0, 50).Select(i => Device("OBS.R01", $"{i}", Observed)));
        Assert.Equal(50, conversation.Transactions.Count);
        Assert.All(conversation.Transactions, row => Assert.Null(((PoctExchange)row).Ack));
        Assert.Equal([PoctFaults.HelloMissing], conversation.Faults);
    }

    [Theory]
    [InlineData("utf-8", "utf-8", "utf-8", false)]
    [InlineData("gb18030", "gb18030", "gb18030", false)]
    [InlineData("gb18030", "GBK", "gb18030", false)]
    [InlineData("gb18030", "utf-8", "gb18030", true)]
    [InlineData("utf-8", "GB2312", "utf-8", true)]
    public void The_bytes_decide_about_the_character_set(string written, string declared, string decodedAs, bool lie)
    {
        Encoding encoding = written == "utf-8" ? Encoding.UTF8 : Gb18030;
        byte[] bytes = encoding.GetBytes(Message("HEL.R01", "1", Hello.Replace("ED-1", "急诊科一号", StringComparison.Ordinal), $"<?xml version=\"1.0\" encoding=\"{declared}\"?>"));
        Conversation conversation = Play(new Said(Side.Client, bytes));
        PoctExchange row = (PoctExchange)Assert.Single(conversation.Transactions);
        Assert.Equal((decodedAs, "急诊科一号"), (row.DecodedAs, row.DeviceName));
        Assert.Equal(lie, conversation.Faults.Contains(PoctFaults.CharacterSet));
    }

    [Fact]
    public void No_identifier_or_name_of_a_patient_leaves_in_clear()
    {
        string body = "<SVC><SVC.role_cd V=\"OBS\"/><PT><PT.patient_id V=\"HL00018\"/><PT.name><GIV V=\"XIAODONG\"/><FAM V=\"WANG\"/></PT.name><PT.birth_date V=\"1960-01-01\"/><PT.location V=\"ICU-7\"/>"
            + "<OBS><OBS.observation_id V=\"GLU WANG\"/><OBS.value V=\"8.888\"/><NTE><NTE.text V=\"for HL00018\"/></NTE></OBS></PT><OPR><OPR.operator_id V=\"NURSE7\"/><OPR.name V=\"SMITH\"/></OPR><ORD><ORD.order_id V=\"ORDER5\"/></ORD></SVC>";
        Conversation conversation = Play(Device("HEL.R01", "1", Hello), Device("OBS.R01", "X-HL00018-Xiaodong", body), Ack("X-HL00018-Xiaodong", "AE", more: "<ACK.error_detail_cd V=\"HL00018\"/><ACK.note_txt V=\"WANG\"/>"));
        string all = string.Join('\n', conversation.Lines.Concat(conversation.Observe().Select(o => o.ToString())));
        foreach (string secret in new[] { "HL00018", "XIAODONG", "WANG", "1960", "ICU-7", "8.888", "NURSE7", "SMITH", "ORDER5" }) Assert.DoesNotContain(secret, all, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\"control_id\":\"X-patient-", all, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<HEL.R01>", "Yes")]
    [InlineData("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<OBS.R02 ", "Yes")]
    [InlineData("\u00EF\u00BB\u00BF<DTV.SIEM.DVCMD>", "Yes")]
    [InlineData("<?xml version=\"1.0\"?>", "NeedMore")]
    [InlineData("<HEL.R0", "NeedMore")]
    [InlineData("<HEL>", "No")]
    [InlineData("<HEL.R01x>", "No")]
    [InlineData("<ORU.R01>", "No")] // HL7 version 2 in XML has an underscore
    [InlineData("<ClinicalDocument xmlns=\"urn:hl7-org:v3\">", "No")]
    [InlineData("<?xml version=\"1.0\"?><Patient xmlns=\"http://hl7.org/fhir\">", "No")]
    [InlineData("<html>", "No")]
    [InlineData("<!DOCTYPE HEL.R01><HEL.R01>", "No")]
    [InlineData("<134>Nov 23 host app: message", "No")]
    [InlineData("<?xml version=\"1.0\"?><stream:stream", "No")]
    public void Content_decides(string opening, string expected)
    {
        Opening client = new() { Carrier = Carrier.Tcp, Client = Encoding.Latin1.GetBytes(opening), FromStart = true }, server = new() { Carrier = Carrier.Tcp, Server = Encoding.Latin1.GetBytes(opening) };
        Assert.Equal(Enum.Parse<Match>(expected), PoctAnalyser.Recognise(in client));
        Assert.Equal(Enum.Parse<Match>(expected), PoctAnalyser.Recognise(in server));
    }
}
