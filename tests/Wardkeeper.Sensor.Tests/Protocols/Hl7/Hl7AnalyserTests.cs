using System.Text;
using Wardkeeper.Sensor.Flows;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Hl7;
using static Wardkeeper.Sensor.Tests.Protocols.Hl7.Hl7Text;

namespace Wardkeeper.Sensor.Tests.Protocols.Hl7;

public sealed class Hl7AnalyserTests
{
    private static readonly Said[] Ward =
    [
        Sends(Admit),
        Answers(Accept),
        Sends("MSH|^~\\&|PUMP^0012210039000002^EUI-64|ICU|||20190929092150||ORU^R01^ORU_R01|PMP1|P|2.6|||AL|NE||UNICODE UTF-8|||IHE_PCD_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO\r"
            + "PID|||HL00018^^^HOSP^MR||王^小东\rOBR|1\rOBX|1|NM|157784^MDC_FLOW_FLUID_PUMP^MDC|1.1.1.1|5.0|265266^MDC_DIM_MILLI_L_PER_HR^MDC|||||R|||||||PUMP4^^0012210041000000^EUI-64\rOBX|2\r"),
        Answers(Ack("PMP1", "CA")),
        Sends("MSH|^~\\&|PHARM|HOSP|PUMPSRV|HOSP|20261123091000||RDE^O11^RDE_O11|RDE1|P|2.5|||AL|AL\rPID|1||HL00001\rORC|NW|RX0\rRXE|^^^20261123|2345^Noradrenaline^L|5.0||ml/h\r"),
        Answers(Ack("RDE1", "CA")),
        Answers(Ack("RDE1", "AE", "ERR|||207^Application internal error^HL70357|E\r")),
        Sends("MSH|^~\\&|EXT|ROGUE|HIS|HOSP|20261123091000||QRY^A19|QRY1|P|2.3\rQRD|20261123|R|I|Q1|||100^RD|HL00002|DEM\r"),
        Answers("MSH|^~\\&|HIS|HOSP|EXT|ROGUE|20261123091500||ADR^A19|R1|P|2.3\rMSA|AA|QRY1\rQRD|20261123|R|I|Q1|||100^RD|HL00002|DEM\rPID|1||HL00002||SMITH^JOHN\r"),
        Sends("FHS|^~\\&|A\rBHS|^~\\&|LIS|LAB|||||||BATCH7\r" + Message("B1") + Message("B2", "ORU^R01", "|||NE|NE") + "BTS|2\rFTS|1\r"),
        Answers(Ack("B1") + Ack("ghost")),
        Sends(Admit),
    ];

    [Fact]
    public void A_ward_day_leaves_one_row_for_each_message_with_its_acknowledgement()
    {
        Conversation conversation = Conversation.Of<Hl7Analyser>(Ward);
        Golden.Hold("ward-day", conversation.Lines);
        Assert.Empty(conversation.Faults);
    }

    [Fact]
    public void Cutting_the_stream_anywhere_changes_nothing() => Splits.HoldFor<Hl7Analyser>(Ward);

    [Fact]
    public void Lost_bytes_cost_messages_but_invent_none() => Splits.SurviveGapsFor<Hl7Analyser>(Ward, SaidByMessage);

    [Fact]
    public void Bare_text_without_blocks_is_read_message_by_message()
    {
        Said[] said = [Said.Client("FHS|^~\\&\r\n" + Message("1") + Message("2")), Said.Server(Ack("1") + Ack("2")), Said.Client(Message("3", rest: "PID|1||PATIENT77"))];
        Conversation conversation = Conversation.Of<Hl7Analyser>(said);
        Golden.Hold("bare-text", conversation.Lines);
        Splits.HoldFor<Hl7Analyser>(said);
        Splits.SurviveGapsFor<Hl7Analyser>(said, SaidByMessage);
    }

    [Fact]
    public void An_acknowledgement_completes_bare_text_before_the_connection_closes()
    {
        Conversation conversation = Conversation.Of<Hl7Analyser>([Said.Client(Message("1")), Answers(Ack("1")), Said.Client(Message("2")), Answers(Ack("2"))]);
        Assert.All(conversation.Transactions, t => Assert.Equal("AA", ((Hl7Exchange)t).Ack));
        Assert.Equal([1_000_000, 1_000_000], conversation.Transactions.Select(t => (long)((Hl7Exchange)t).AckAfter!.Value.TotalNanoseconds));
    }

    [Theory]
    [InlineData("\u000BMSG1\u001C\u000BMSG2\u001C", 2)] // no carriage returns
    [InlineData("\u000BMSG1\u001C\rMSG2\u001C\r", 2)] // no second start block
    [InlineData("\u000BMSG1\u001C\r\n\r\n\u000BMSG2\u001C\r", 2)] // line ends between
    [InlineData("\u000BMSG1\u000BMSG2\u001C\r", 2)] // no end block
    [InlineData("\u000BMSG1\u001C\rnoise\u000BMSG2\u001C\r", 2)] // noise between
    [InlineData("\u000BMSG1\u001C\rnoise\u001C\u000BMSG2\u001C\r", 2)]
    [InlineData("\u000BMSG1MSG2\u001C\r", 2)] // two messages in one frame
    [InlineData("\u000B\u000BMSG1\u001C\r\u000B\u001C\r\u000BMSG2\u001C\r", 2)] // empty frames
    [InlineData("\u000B\u0006\u001C\r\u000BMSG1\u001C\r", 1)] // commit of MLLP release 2
    [InlineData("\u000BMSG1\u001C\r\u000BMSG2", 1)] // unfinished
    public void Careless_framing_is_forgiven(string stream, int messages)
    {
        Said[] said = [Said.Client(stream.Replace("MSG1", Message("one"), StringComparison.Ordinal).Replace("MSG2", Message("two"), StringComparison.Ordinal))];
        Conversation conversation = Conversation.Of<Hl7Analyser>(said);
        Assert.Equal(new[] { "one", "two" }[..messages], conversation.Transactions.Select(t => Shown(((Hl7Exchange)t).ControlId)));
        Splits.HoldFor<Hl7Analyser>(said);
    }

    [Fact]
    public void A_resend_is_marked_and_each_copy_gets_its_own_acknowledgement()
    {
        Conversation conversation = Conversation.Of<Hl7Analyser>([Sends(Message("7")), Sends(Message("7")), Answers(Ack("7")), Answers(Ack("7", "AR"))]);
        Assert.Equal([(false, "AA"), (true, "AR")], conversation.Transactions.Cast<Hl7Exchange>().Select(t => (t.Repeat, t.Ack!)));
        Assert.Single(conversation.Transactions.Cast<Hl7Exchange>().Select(t => t.Digest).Distinct());
    }

    [Fact]
    public void Messages_without_acknowledgement_come_out_at_the_end_and_when_too_many_wait()
    {
        Conversation conversation = Conversation.Of<Hl7Analyser>(Enumerable.Range(0, 200).Select(i => Sends(Message($"m{i}"))));
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"m{i}"), conversation.Transactions.Select(t => Shown(((Hl7Exchange)t).ControlId)));
        Assert.All(conversation.Transactions, t => Assert.Null(((Hl7Exchange)t).Ack));
    }

    [Fact]
    public void A_message_of_a_megabyte_in_many_segments_is_searched_once()
    {
        byte[] message = Framed(Message("big", rest: string.Concat(Enumerable.Repeat("OBX|1|ED|PDF^^L||" + new string('A', 1500) + "\r", 700))));
        Hl7Analyser analyser = new();
        StreamFeeder feeder = new();
        feeder.Attach(Protocol.Of<Hl7Analyser>(), analyser, Conversation.View());
        Conversation into = new();
        for (int at = 0; at < message.Length; at += 1460)
        {
            int length = Math.Min(1460, message.Length - at);
            Assert.Equal(Continuation.Stay, feeder.Push(Side.Client, message.AsSpan(at, length), new CaptureTime(at), at, 0, into).Then);
        }
        feeder.End(FlowEnd.Closed, into);
        Assert.InRange(analyser.Searched, message.Length - 2, message.Length);
        Assert.Equal(message.Length - 3, Single(into).Bytes.Length);
        Assert.Equal([1, 700], Single(into).SegmentCounts);
    }

    [Fact]
    public void Of_a_message_that_is_too_long_the_beginning_is_read_and_the_next_one_is_not_lost()
    {
        string huge = Message("huge", rest: string.Concat(Enumerable.Repeat("OBX|1|ED|PDF^^L||" + new string('A', 65000) + "\r", 70)));
        foreach (int cut in new[] { 1 << 24, 1460 * 40, 70001 })
        {
            Conversation conversation = Conversation.Of<Hl7Analyser>(
                [.. Framed(huge).Chunk(cut).Select(bytes => new Said(Side.Client, bytes)), Answers(Ack("huge")), Sends(Message("next")), Answers(Ack("next"))]);
            Assert.Equal(Continuation.Stay, conversation.Outcome);
            Hl7Exchange[] rows = [.. conversation.Transactions.Cast<Hl7Exchange>()];
            Assert.Equal([("huge", true, "AA"), ("next", false, "AA")], rows.Select(t => (Shown(t.ControlId), t.Truncated, t.Ack!)));
            Assert.Equal([1, 64], rows[0].SegmentCounts);
            Assert.Equal([Hl7Faults.MessageTooLong], conversation.Faults);
        }
    }

    [Fact]
    public void Bare_text_that_is_too_long_is_cut_and_skipped()
    {
        Conversation conversation = Conversation.Of<Hl7Analyser>([Said.Client(Message("1", rest: new string('x', 500_000)) + "\u001C\r" + Message("2"))]);
        Assert.Equal(["1", "2"], conversation.Transactions.Select(t => Shown(((Hl7Exchange)t).ControlId)));
        Assert.Contains(Hl7Faults.MessageTooLong, conversation.Faults);
    }

    [Theory]
    [InlineData("\u000Bhello\u001C\r")]
    [InlineData("\u000BMSH\u001C\r")]
    [InlineData("\u000BMSH|\u001C\r")]
    [InlineData("\u000B\r\r\r\u001C\r")]
    [InlineData("\u000BPID|1||X\u001C\r")]
    [InlineData("\u0000\u0001\u0002garbage")]
    [InlineData("MSH: not a message")]
    public void What_is_no_message_leaves_no_row(string stream)
    {
        Said[] said = [Said.Client(stream)];
        Assert.Empty(Conversation.Of<Hl7Analyser>(said).Transactions);
        Splits.HoldFor<Hl7Analyser>(said);
    }

    [Theory]
    [InlineData("\u000BMSH|^~\\&\u001C\r")]
    [InlineData("\u000BMSH|^~\\&|\u001C\r")]
    [InlineData("\u000BMSH|abcd|x\u001C\r")]
    [InlineData("\u000BMSH|^|||||||^^^^|||^^||||||~~~\u001C\r")]
    [InlineData("\u000BMSH|^~\\&|A|B|C|D|E|F|ACK\rMSA\u001C\r")]
    [InlineData("\u000BMSH|^~\\&|A|B|C|D|E|F|ACK\rMSA|ZZ|1\rjunk\rpid|x\r\u001C\r")]
    [InlineData("\u000BMSH|^~\\&|A|B|C|D|E|F|ACK\r\u001C\r")]
    [InlineData("\u000BMSH|^~\\&|\\|\\\\|\\X|\\X4|\\X41\\|G|ADT\\\u001C\r")]
    public void A_poor_message_is_still_a_message(string stream)
    {
        Said[] said = [Said.Client(stream)];
        Assert.Single(Conversation.Of<Hl7Analyser>(said).Transactions);
        Splits.HoldFor<Hl7Analyser>(said);
    }

    [Fact]
    public void Random_bytes_between_blocks_never_throw()
    {
        Random random = new(7);
        byte[] alphabet = [0x0B, 0x1C, 0x0D, .. "MSHPIDA|^~\\&1"u8, 0x81, 0xFF, 0x1B, 0x00];
        for (int round = 0; round < 300; round++)
        {
            byte[] bytes = [.. Enumerable.Range(0, 400).Select(_ => alphabet[random.Next(alphabet.Length)])];
            byte[] header = Encoding.ASCII.GetBytes("\u000BMSH|^~\\&|");
            Conversation.Of<Hl7Analyser>([new Said(Side.Client, [.. header, .. bytes]), new Said(Side.Server, bytes), new Said(Side.Client, bytes, round % 3)]);
        }
    }

    [Fact]
    public void A_frame_with_too_many_messages_is_bounded()
    {
        Conversation conversation = Conversation.Of<Hl7Analyser>([Sends(string.Concat(Enumerable.Repeat("MSH|^~\\&|\r", 5000)))]);
        Assert.Equal(1000, conversation.Transactions.Count);
        Assert.Equal([Hl7Faults.BatchTooLong], conversation.Faults);
    }

    [Theory]
    [InlineData("BHS|^~\\&|LAB\r{0}{0}BTS|2\r", "")]
    [InlineData("BHS|^~\\&|LAB\r{0}{0}BTS||two\r", "")]
    [InlineData("BHS|^~\\&|LAB\r{0}{0}BTS|3|one was lost\r", "hl7.batch-count")]
    [InlineData("FHS|^~\\&|LAB\rBHS|^~\\&|LAB\r{0}BTS|1\rBHS|^~\\&|LAB\r{0}{0}BTS|2\rFTS|2\r", "")]
    [InlineData("FHS|^~\\&|LAB\rBHS|^~\\&|LAB\r{0}BTS|2\rFTS|2\r", "hl7.batch-count hl7.file-count")]
    [InlineData("{0}", "")]
    public void Trailers_are_compared_with_what_was_seen(string batch, string faults)
    {
        Said[] said = [Sends(batch.Replace("{0}", Message("c1").TrimStart('\u000B').TrimEnd('\u001C', '\r') + "\r", StringComparison.Ordinal))];
        Assert.Equal(faults, string.Join(' ', Conversation.Of<Hl7Analyser>(said).Faults.Select(fault => fault.Id)));
        Splits.HoldFor<Hl7Analyser>(said);
    }

    [Fact]
    public void A_side_that_both_answers_and_sends_is_followed_in_both_directions()
    {
        Conversation conversation = Conversation.Of<Hl7Analyser>(
            [Sends(Message("c1")), Answers(Message("s1", "ORM^O01")), Answers(Ack("c1")), Sends(Ack("s1", "AR")), Sends(Message("c2", rest: "MSA|AA|elsewhere\r")), Answers(Ack("c2"))]);
        Assert.Equal(
            [("c1", "AA", true), ("s1", "AR", false), ("c2", "AA", true)],
            conversation.Transactions.Cast<Hl7Exchange>().Select(t => (Shown(t.ControlId), t.Ack!, t.IsOrig)));
    }

    [Fact]
    public void A_device_that_lets_itself_be_called_is_still_the_sender()
    {
        FlowView view = Conversation.View();
        view.ClientIsResponder = true;
        Hl7Exchange row = Single(Conversation.Of<Hl7Analyser>([Sends(Message("1")), Answers(Ack("1"))], view));
        row.Flow = view;
        Assert.False(row.IsOrig);
        ObservationBatch batch = new();
        batch.Speak(view, "hl7", row.At, 1);
        row.Observe(view, batch);
        Assert.Contains(batch.Observations, o => o is Claim { Value: "hl7-sender" } && o.Subject == view.Responder);
    }

    [Fact]
    public void A_reset_analyser_remembers_nothing()
    {
        Hl7Analyser analyser = new();
        for (int round = 0; round < 2; round++)
        {
            StreamFeeder feeder = new();
            feeder.Attach(Protocol.Of<Hl7Analyser>(), analyser, Conversation.View());
            Conversation into = new();
            feeder.Push(Side.Client, Framed(Message("1")), default, 0, 0, into);
            feeder.Push(Side.Server, Encoding.ASCII.GetBytes(Ack("1")[..20]), default, 0, 0, into);
            feeder.Gap(Side.Server, 5, into);
            feeder.End(FlowEnd.Closed, into);
            feeder.Detach();
            analyser.Reset();
            Assert.False(Single(into).Repeat);
        }
    }

    /// <summary>What the message itself said; a lost acknowledgement or first copy honestly makes a row poorer.</summary>
    private static string SaidByMessage(Transaction transaction)
    {
        Hl7Exchange row = (Hl7Exchange)transaction;
        return Conversation.Render([row with { Ack = null, AckAfter = null, AckError = null, CommitAck = null, CommitAckAfter = null, Repeat = false }])[0];
    }
}
