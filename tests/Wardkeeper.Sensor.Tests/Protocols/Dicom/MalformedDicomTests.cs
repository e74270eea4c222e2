using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Dicom;
using static Wardkeeper.Sensor.Tests.Protocols.Dicom.DicomConversations;
using static Wardkeeper.Sensor.Tests.Protocols.Dicom.DicomWriter;

namespace Wardkeeper.Sensor.Tests.Protocols.Dicom;

public sealed class MalformedDicomTests
{
    private static readonly byte[] EchoCommand = Command(0x0030, (0x0002, Verification), (0x0110, 1), (0x0800, 0x0101));

    [Fact]
    public void An_item_that_runs_over_its_pdu_is_a_fault_and_the_rest_is_still_told()
    {
        byte[] request = Associate(1, "PACS01", "CT01", Item(0x10, "1.2.840.10008.3.1.1.1"), [0x20, 0, 0xFF, 0xFF, 1, 0, 0, 0]);
        Conversation conversation = Held(DicomFaults.ItemOverrun, Said.Client(request));
        Assert.Equal("CT01", Assert.IsType<AssociationAttempt>(Assert.Single(conversation.Transactions)).CallingAe);
    }

    [Fact]
    public void An_associate_pdu_of_an_absurd_length_is_passed_over() =>
        Held(DicomFaults.PduTooLong, Said.Client([1, 0, 0x7F, 0xFF, 0xFF, 0xFF, 0, 1, .. new byte[500]]), proven: true);

    [Fact]
    public void A_pdv_that_runs_over_its_pdu_costs_only_that_pdu() =>
        Finds(DicomFaults.PdvLength, Pdu(4, [0, 0, 0xFF, 0xFF, 1, 3, 1, 2, 3, 4, 5, 6, 7, 8]));

    [Fact]
    public void A_pdv_shorter_than_its_own_header_costs_only_its_pdu() => Finds(DicomFaults.PdvLength, Pdu(4, [0, 0, 0, 1, 1, 3, 9, 9, 9]));

    [Fact]
    public void A_pdu_with_a_few_stray_bytes_after_its_pdv_costs_only_those() => Finds(DicomFaults.PdvLength, Pdu(4, [.. Pdv(1, false, false, [1, 2]), 9, 9, 9]));

    [Fact]
    public void An_empty_pdu_is_a_fault() => Finds(DicomFaults.PduLength, Pdu(4, []));

    [Fact]
    public void A_command_element_of_an_absurd_length_spoils_its_command_only() =>
        Finds(DicomFaults.CommandElement, Message(1, [0, 0, 0, 0, 4, 0, 0, 0, 8, 0, 0, 0, 0, 0, 2, 0, 0xFF, 0xFF, 0xFF, 0x7F]));

    [Fact]
    public void An_unknown_command_is_a_fault() => Finds(DicomFaults.UnknownCommand, Message(1, Command(0x0077, (0x0110, 1), (0x0800, 0x0101))));

    [Fact]
    public void A_command_without_message_id_is_a_fault() => Finds(DicomFaults.CommandIncomplete, Message(1, Command(0x0030, (0x0800, 0x0101))));

    [Fact]
    public void A_command_set_without_end_is_bounded() =>
        Finds(DicomFaults.CommandTooLong, [.. Enumerable.Repeat(Data(Pdv(1, true, false, new byte[16000])), 6).SelectMany(pdu => pdu), .. Data(Pdv(1, true, true, []))]);

    [Fact]
    public void A_data_set_nobody_announced_is_a_fault() => Finds(DicomFaults.DataSetUnannounced, Data(Pdv(1, false, true, new byte[30])), afterEcho: true);

    [Fact]
    public void An_unknown_pdu_type_ends_in_a_search_for_the_next_message() => Finds(DicomFaults.UnknownPdu, [0x55, 0xAA, 1, 2, 3, 4, 5, 6, 4, 0, 0, 4, 0, 0]);

    [Fact]
    public void A_pdu_larger_than_its_receiver_takes_is_told() => Held(DicomFaults.PduExceedsMaximum, [.. Store[..2], Said.Client(Message(1, StoreCommand(1, "1.2"), 200_000, 200_000))]);

    [Fact]
    public void A_message_id_used_again_gives_both_exchanges()
    {
        Conversation conversation = Held(DicomFaults.MessageIdReused, [.. Echo[..2], Echo[2], Echo[2], Echo[3]]);
        Assert.Equal([null, 0], conversation.Transactions.OfType<DimseExchange>().Select(one => one.Status));
    }

    [Fact]
    public void Outstanding_operations_are_bounded()
    {
        IEnumerable<Said> requests = Enumerable.Range(1, 100).Select(id => Said.Client(Message(1, Command(0x0030, (0x0002, Verification), (0x0110, id), (0x0800, 0x0101)))));
        Conversation conversation = Held(DicomFaults.TooManyOutstanding, [.. Echo[..2], .. requests]);
        Assert.Equal(Enumerable.Range(1, 100), conversation.Transactions.OfType<DimseExchange>().Select(one => one.MessageId));
    }

    [Fact]
    public void What_is_no_uid_is_not_kept()
    {
        byte[] command = Command(0x0030, (0x0002, "1.2.MILLER^ANNA "), (0x0110, 1), (0x0800, 0x0101));
        Conversation conversation = Held(DicomFaults.MalformedUid, [.. Echo[..2], Said.Client(Message(1, command))]);
        Assert.DoesNotContain("MILLER", string.Join('\n', conversation.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_title_with_bytes_that_are_not_printable_keeps_them_visible() =>
        Assert.Equal("CT\\x01\\xE5", Conversation.Of<DicomAnalyser>([Said.Client(Request("PACS01", "CT\u0001\u00E5", (1, Verification)))]).Transactions.OfType<AssociationAttempt>().Single().CallingAe);

    [Fact]
    public void Contexts_and_syntaxes_are_bounded()
    {
        byte[][] items = [Item(0x10, "1.2.840.10008.3.1.1.1"), .. Enumerable.Range(0, 300).Select(i => Context((byte)((2 * i) + 1), Verification, [.. Enumerable.Repeat(Implicit, 100)]))];
        AssociationAttempt attempt = Assert.IsType<AssociationAttempt>(Assert.Single(Held(DicomFaults.TooManyItems, Said.Client(Associate(1, "A", "B", items))).Transactions));
        Assert.Equal(128, attempt.Contexts.Count);
        Assert.All(attempt.Contexts, context => Assert.Equal(64, context.TransferSyntaxes.Count));
    }

    [Fact]
    public void Random_bytes_after_an_association_do_no_harm()
    {
        Random random = new(4711);
        for (int round = 0; round < 300; round++)
        {
            List<Said> said = [.. Store[..2]];
            for (int i = 0; i < 8; i++)
            {
                byte[] bytes = round % 2 == 0 ? [.. Store[2 + (i % 6)].Bytes.Take(900)] : new byte[random.Next(1, 600)];
                if (round % 2 == 0) for (int n = 0; n < 4; n++) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                else random.NextBytes(bytes);
                said.Add(new Said((Side)random.Next(2), bytes));
            }
            string[] whole = Conversation.Of<DicomAnalyser>(said).Lines;
            string[] bytewise = Conversation.Of<DicomAnalyser>(said.SelectMany(one => one.Bytes.Select((b, i) => one with { Bytes = [b], Continues = i > 0 }))).Lines;
            Assert.Equal(whole, bytewise);
        }
    }

    [Fact]
    public void Faults_stand_in_the_row_of_the_association_by_the_side_that_sent_them()
    {
        byte[] bad = Pdu(4, [0, 0, 0, 1, 1, 3, 9, 9, 9]);
        AssociationAttempt sent = Attempt([.. Echo[..2], Said.Client([.. bad, .. bad]), Echo[2], Said.Server(Pdu(4, [])), .. Echo[3..]]);
        Assert.Equal(["dicom.pdv-length"], sent.RequestorFaults);
        Assert.Equal(["dicom.pdu-length"], sent.AcceptorFaults);
        Assert.Null(Attempt(Echo).RequestorFaults);
        // Nobody is blamed for what the capture lost.
        Conversation lossy = Conversation.Of<DicomAnalyser>([.. Echo[..2], Said.Lost(Side.Client, 40), Said.Client([.. bad, .. bad]), Echo[2], .. Echo[3..]]);
        Assert.All(lossy.Transactions.OfType<AssociationAttempt>(), one => Assert.Null(one.RequestorFaults));

        static AssociationAttempt Attempt(Said[] said)
        {
            Splits.HoldFor<DicomAnalyser>(said);
            return Assert.Single(Conversation.Of<DicomAnalyser>(said).Transactions.OfType<AssociationAttempt>());
        }
    }

    private static Conversation Held(Fault fault, Said said, bool proven = false) => Held(fault, proven ? [.. Echo[..2], said] : [said]);

    private static Conversation Held(Fault fault, Said[] said)
    {
        Conversation conversation = Conversation.Of<DicomAnalyser>(said);
        Assert.Contains(fault, conversation.Faults);
        Assert.Equal(Continuation.Stay, conversation.Outcome);
        if (said.Sum(one => one.Bytes.Length) < 5000) Splits.HoldFor<DicomAnalyser>(said);
        return conversation;
    }

    /// <summary>The fault is reported, and an echo after it is understood all the same.</summary>
    private static void Finds(Fault fault, byte[] bad, bool afterEcho = false)
    {
        Said[] said = [.. Echo[..2], Said.Client([.. afterEcho ? Message(1, EchoCommand) : [], .. bad]), .. afterEcho ? [Echo[3]] : Array.Empty<Said>(), Echo[2], .. Echo[3..]];
        Conversation conversation = Held(fault, said);
        Assert.Equal(afterEcho ? 2 : 1, conversation.Transactions.OfType<DimseExchange>().Count(one => one.Status == 0));
    }
}
