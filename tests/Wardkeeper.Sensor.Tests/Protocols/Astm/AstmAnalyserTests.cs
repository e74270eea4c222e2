using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Astm;
using static Wardkeeper.Sensor.Tests.Protocols.Astm.AstmText;

namespace Wardkeeper.Sensor.Tests.Protocols.Astm;

public sealed class AstmAnalyserTests
{
    private static readonly Encoding Gb18030 = CodePagesEncodingProvider.Instance.GetEncoding(54936)!;

    private static readonly string[] Query = [@"H|\^&|||XN-550^00-24^22723^^^^BD634545", "Q|1|^SAMPLE7||ALL", "L|1|N"];

    private static readonly string[] Order =
        [@"H|@^!|MSG-HL00018-7|secret|LIS^Ward|||||XN-550||P|E1394-97|20261123", "P|1|HL00018|||王^小东", "O|1|SAMPLE7||^^^^WBC@^^^^RBC", "L|1|F"];

    private static readonly Said[] Morning =
    [
        // The host is busy once; then a damaged frame is refused and sent again, and a comment is cut over two frames.
        Enquiry, Nak, Enquiry, Ack,
        new(Side.Client, Frame(1, Result[0] + "\r")), Ack,
        new(Side.Client, Frame(2, Result[1] + "\r", checksum: "00")), Nak,
        new(Side.Client, Frame(2, Result[1] + "\r")), Ack,
        new(Side.Client, Frame(3, Result[2] + "\r")), Ack,
        new(Side.Client, Frame(4, "C|1|I|a comment that does not", goesOn: true)), Ack,
        new(Side.Client, Frame(5, " fit one frame|G\r")), Ack,
        new(Side.Client, Frame(6, Result[3] + "\r" + Result[4] + "\r")), Ack,
        // The acceptance of this one comes late: the sender repeats it.
        new(Side.Client, Frame(7, Result[5] + "\r")), new(Side.Client, Frame(7, Result[5] + "\r")), Ack, End,
        .. Transfer(Query), .. Transfer(Order, Side.Server),
        // Both want to speak; the analyser goes first.
        Enquiry, Said.Server("\u0005"), .. Transfer(Result),
        // The receiver asks for a pause, and the sender gives up.
        Enquiry, Ack, new(Side.Client, Frame(1, Header + "\r")), Said.Server("\u0004"), End,
        // Everything in one frame, refused for good.
        Enquiry, Ack, new(Side.Client, Frame(1, string.Join('\r', Result) + "\r")), Nak, new(Side.Client, Frame(1, string.Join('\r', Result) + "\r")), Nak, End,
    ];

    [Fact]
    public void A_morning_in_the_laboratory_leaves_one_row_for_each_message()
    {
        Conversation conversation = Play(Morning);
        Golden.Hold("morning", conversation.Lines);
        Assert.Equal([AstmFaults.Checksum, AstmFaults.Contention, AstmFaults.TerminatorMissing], conversation.Faults);
    }

    [Fact]
    public void Cutting_the_stream_anywhere_changes_nothing() => Splits.HoldFor<AstmAnalyser>(Morning);

    [Fact]
    public void Lost_bytes_cost_messages_but_invent_none() => Splits.SurviveGapsFor<AstmAnalyser>(Morning, SaidByHeader);

    [Fact]
    public void Records_without_frames_are_read_message_by_message()
    {
        // The last one has no line end; comments and blank lines of careless software say nothing.
        Said[] said = [Said.Client("\r\n" + string.Join('\n', Result) + "\n\n"), Said.Client(string.Join("\r\n", Query) + "\r\n" + string.Join('\r', Result))];
        Conversation conversation = Play(said);
        Golden.Hold("bare", conversation.Lines);
        Assert.Empty(conversation.Faults);
        Splits.HoldFor<AstmAnalyser>(said);
        Splits.SurviveGapsFor<AstmAnalyser>(said, SaidByHeader);
    }

    [Fact]
    public void The_duration_runs_from_the_first_byte_to_the_answer_to_the_last_frame()
    {
        AstmTransfer row = Single(Transfer(Result));
        // One millisecond for each thing said: six frames and six answers, from the first frame.
        Assert.Equal(TimeSpan.FromMilliseconds(11), row.Duration);
        Assert.Equal(row.At.Since(row.Began!.Value), row.Duration);
    }

    [Fact]
    public void The_evidence_is_where_the_message_lies()
    {
        byte[] first = Frame(1, Header + "\r"), last = Frame(2, "L|1|N\r");
        AstmTransfer row = Single(Enquiry, Ack, new(Side.Client, first), Ack, new(Side.Client, last), Ack, End);
        Assert.Equal(new ByteRange(Side.Client, 1, first.Length + last.Length - 2), row.Bytes);
    }

    [Theory]
    [InlineData("acked", "\u0005", "<6", "\u00021H|\\^&\rL|1|N\r\u0003B5\r\n", "<6", "\u0004")]
    [InlineData("unanswered", "\u0005", "<6", "\u00021H|\\^&\rL|1|N\r\u0003B5\r\n")]
    [InlineData("unanswered", "\u0005", "<6", "\u00021H|\\^&\rL|1|N\r\u0003B5\r\n", "\u0004")]
    [InlineData("unfinished", "\u0005", "<6", "\u00021H|\\^&\rP|1\r\u0003", "<6", "\u0004")]
    [InlineData("unfinished", "\u0005", "<6", "\u00021H|\\^&\rP|1\r\u0003", "<6", "\u0005")]
    [InlineData("refused", "\u0005", "<6", "\u00021H|\\^&\rL|1|N\r\u0003B5\r\n", "<15", "\u0004")]
    [InlineData("refused", "\u0005", "<6", "\u00021H|\\^&\rP|1\r\u0003", "<6", "\u00022L|1|N\r\u0003", "<15")]
    [InlineData("acked", "\u0005", "<6", "\u00021H|\\^&\rL|1|N\r\u0003b5\r\n", "<4")]
    [InlineData("acked", "\u0002H|\\^&\rL|1|N\r\u0003", "<6")] // no number, no checksum
    [InlineData("acked", "\u00021H|\\\\^&\rL|1|N\u0003\r\n", "<6")] // a doubled delimiter, no end of the last record
    [InlineData("unanswered", "H|\\^&\rL|1|N")]
    public void A_message_ends_as_its_frames_did(string status, params string[] turns)
    {
        Said[] said = [.. turns.Select(turn => turn[0] == '<' ? Said.Server((char)Convert.ToInt32(turn[1..], 16) + "") : Said.Client(turn))];
        AstmTransfer row = Single(said);
        Assert.Equal(status, row.Status);
        Splits.HoldFor<AstmAnalyser>(said);
    }

    [Fact]
    public void A_damaged_frame_that_nobody_repeats_says_nothing() =>
        Assert.Empty(Play(Enquiry, Ack, new Said(Side.Client, Frame(1, string.Join('\r', Result), checksum: "00")), Nak, End).Transactions);

    [Theory]
    [InlineData("\u00021R|1|x\r\u0003")]
    [InlineData("R|1|^^^WBC|5\rL|1|N\r")]
    [InlineData("\u0005\u0004\u0005\u0004")]
    [InlineData("\u000224/10/29 13:08 ID# 1DC042FP   [B. Plasma] Na       131  mmol/L\u0003")]
    [InlineData("\u0002mtrsl|pi|pn|siciZ1G021SCR|rtHBCT|rnAnti-HBc Total II|tt18:35|td10/25/24|qlPositif|qn0.05|\u001db0\u0003")]
    [InlineData("HELO mail.hospital.test\r\n")]
    public void What_is_no_message_leaves_no_row(string stream)
    {
        Said[] said = [Said.Client(stream)];
        Assert.Empty(Play(said).Transactions);
        Splits.HoldFor<AstmAnalyser>(said);
    }

    [Fact]
    public void A_frame_without_end_is_given_up_and_the_next_one_is_read()
    {
        Said[] said = [Said.Client("\u00021H|\\^&|||lost"), .. Transfer(Result)];
        Conversation conversation = Play(said);
        Assert.Equal("acked", ((AstmTransfer)Assert.Single(conversation.Transactions)).Status);
        Assert.Equal([AstmFaults.FrameUnterminated], conversation.Faults);
    }

    [Fact]
    public void A_frame_that_is_too_long_is_passed_over()
    {
        byte[] huge = Frame(2, "M|1|" + new string('x', 200_000));
        foreach (int cut in new[] { 1 << 20, 1460, 64_999 })
        {
            Conversation conversation = Play([Enquiry, Ack, new(Side.Client, Frame(1, Header + "\r")), Ack, .. huge.Chunk(cut).Select(bytes => new Said(Side.Client, bytes)), Ack, new(Side.Client, Frame(3, "L|1|N\r")), Ack, End]);
            Assert.Equal(Continuation.Stay, conversation.Outcome);
            Assert.Equal(["H", "L"], ((AstmTransfer)Assert.Single(conversation.Transactions)).Records);
            Assert.Contains(AstmFaults.FrameTooLong, conversation.Faults);
        }
    }

    [Fact]
    public void A_long_record_is_read_at_its_beginning_only()
    {
        string many = @"O|1|S||" + string.Join('\\', Enumerable.Range(0, 5000).Select(i => $"^^^T{i}"));
        AstmTransfer row = Single(Transfer([Header, many, "L|1|N"]));
        Assert.Equal(64, row.Tests!.Count);
        Assert.Equal([1, 1, 1], row.RecordCounts);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("gb18030")]
    public void A_delimiter_inside_a_chinese_character_separates_nothing(string set)
    {
        Encoding encoding = set == "utf-8" ? Encoding.UTF8 : Gb18030;
        // The second byte of these characters is \ ^ | or ~ in GB18030.
        byte[] frame = Frame(1, "H|\\^&|||检验科^DCA VANTAGE^04.04.00.00^S067337\rP|1|王媆腲弢秪8||||\rL|1|N\r", encoding: encoding);
        AstmTransfer row = Single(Enquiry, Ack, new(Side.Client, frame), Ack, End);
        Assert.Equal((set, "DCA VANTAGE", "S067337"), (row.DecodedAs, row.Model, row.Serial));
        Assert.Equal(new PatientMasker().Identifier("王媆腲弢秪8"), Assert.Single(row.Patients!));
    }

    [Fact]
    public void No_identifier_name_or_password_leaves_in_clear()
    {
        Conversation conversation = Play(Transfer(
        [
            @"H|\^&|ID-HL00018-Xiaodong|passw0rd|cobas|Street 7||555-1234|||a comment|P|1|20261123",
            "P|1|HL00018|LAB77|THIRD5|XIAODONG^WANG^Q||19600101|M||1 MAIN ST||555-999||DR SMITH",
            "O|1|SPEC9|I9|^^^XIAODONG", "R|1|^^^TSH|99.5|u||||F||OPERATOR||2026|INST-LAB77", "C|1|I|ANNA WAS HERE|G", "M|1|WANG", "L|1|N",
        ]));
        string all = string.Join('\n', conversation.Lines.Concat(conversation.Observe().Select(o => o.ToString())));
        foreach (string secret in new[] { "HL00018", "LAB77", "THIRD5", "XIAODONG", "WANG", "MAIN", "19600101", "SMITH", "passw0rd", "555", "SPEC9", "99.5", "OPERATOR", "ANNA", "comment" })
            Assert.DoesNotContain(secret, all, StringComparison.OrdinalIgnoreCase);
        AstmTransfer row = (AstmTransfer)Assert.Single(conversation.Transactions);
        Assert.Equal("ID-patient-1-patient-2", Shown(row.ControlId));
        Assert.Single(row.Patients!);
    }

    [Fact]
    public void A_reset_analyser_remembers_nothing()
    {
        AstmAnalyser used = new();
        Protocol protocol = Protocol.Of<AstmAnalyser>();
        Said[] broken = [Enquiry, Nak, .. Transfer(Result).Take(6), Said.Client("\u00023O|1")];
        Conversation.Of(protocol, broken, analyser: used);
        used.Reset();
        Assert.Equal(Play(Transfer(Order)).Lines, Conversation.Of(protocol, Transfer(Order), analyser: used).Lines);
    }

    /// <summary>What the header said; lost frames and answers honestly make a row poorer.</summary>
    private static string SaidByHeader(Transaction transaction)
    {
        AstmTransfer row = (AstmTransfer)transaction;
        return Conversation.Render(
        [
            row with
            {
                SenderRole = null, DecodedAs = null, Records = [], RecordCounts = [], Tests = null, Instruments = null, Patients = null, Termination = null, Status = null, Frames = 0,
                FramesRepeated = 0, FramesRefused = 0, ChecksumsWrong = 0, EnquiriesRefused = 0, Contentions = 0, MissedBytes = false, ControlId = null, Digest = null, Results = null, ObservedAt = null, Orders = null,
            },
        ])[0];
    }
}
