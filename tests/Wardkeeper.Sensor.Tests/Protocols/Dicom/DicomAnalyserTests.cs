using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Dicom;
using static Wardkeeper.Sensor.Tests.Protocols.Dicom.DicomConversations;
using static Wardkeeper.Sensor.Tests.Protocols.Dicom.DicomWriter;

namespace Wardkeeper.Sensor.Tests.Protocols.Dicom;

public sealed class DicomAnalyserTests
{
    public static TheoryData<string> Names => ["store", "find", "move", "steps", "get", "echo"];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_conversation_gives_its_association_and_its_exchanges(string name)
    {
        Conversation conversation = Conversation.Of<DicomAnalyser>(Of(name));
        Assert.Empty(conversation.Faults);
        Golden.Hold(name, conversation.Lines);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Where_the_stream_is_cut_changes_nothing(string name) => Splits.HoldFor<DicomAnalyser>(Of(name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Lost_segments_invent_nothing(string name) => Splits.SurviveGapsFor<DicomAnalyser>(Of(name), static transaction => transaction switch
    {
        DimseExchange exchange => $"{exchange.Command} {exchange.MessageId} {exchange.FromAcceptor}",
        AssociationAttempt attempt => $"{attempt.CallingAe} {attempt.CalledAe}",
        _ => "",
    });

    [Fact]
    public void A_lost_segment_never_turns_into_a_wrong_status()
    {
        HashSet<string> said = [.. Conversation.Of<DicomAnalyser>(Store).Transactions.OfType<DimseExchange>().Select(one => $"{one.MessageId} {one.Status}")];
        Splits.SurviveGapsFor<DicomAnalyser>(Store, one => one is not DimseExchange { Status: not null } exchange ? "" : said.Contains($"{exchange.MessageId} {exchange.Status}") ? "" : "wrong");
    }

    [Fact]
    public void Rejected_association_is_reported_with_its_reason()
    {
        Said[] said = [Said.Client(Request("NOBODY", "CT01", (1, Verification))), Said.Server(Reject(1, 1, 7))];
        Golden.Hold("association-rejected", Conversation.Of<DicomAnalyser>(said).Lines);
        Splits.HoldFor<DicomAnalyser>(said);
    }

    [Fact]
    public void Aborted_association_is_reported_with_source_and_unfinished_exchange()
    {
        Said[] said = [.. Store[..2], Said.Client(Message(1, StoreCommand(1, "1.2.3.9"), 1000)[..700]), Said.Server(Abort(2, 6))];
        Golden.Hold("association-aborted", Conversation.Of<DicomAnalyser>(said).Lines);
        Splits.HoldFor<DicomAnalyser>(said);
    }

    [Fact]
    public void How_an_association_ends_is_told()
    {
        Assert.Equal("no-answer closed", Ending([Store[0]], FlowEnd.Closed));
        Assert.Equal("aborted-before-answer aborted", Ending([Store[0], Said.Server(Abort(0, 0))], FlowEnd.Closed));
        Assert.Equal("accepted reset", Ending(Store[..2], FlowEnd.Reset));
        Assert.Equal("accepted open", Ending(Store[..2], FlowEnd.CaptureEnd));
        Assert.Equal("accepted release-requested", Ending(Store[..^1], FlowEnd.Closed));
        Assert.Equal("unknown closed", Ending([Store[0], Said.Lost(Side.Server, 200)], FlowEnd.Closed));
        Assert.Equal("accepted closed", Ending([Store[0], Store[2]], FlowEnd.Closed));
    }

    [Fact]
    public void Several_commands_in_one_segment_are_all_seen()
    {
        byte[] echo = Command(0x0030, (0x0002, Verification), (0x0110, 1), (0x0800, 0x0101)), second = Command(0x0030, (0x0002, Verification), (0x0110, 2), (0x0800, 0x0101));
        Said[] said = [.. Echo[..2], Said.Client(Data(Pdv(1, true, true, echo), Pdv(1, true, true, second))),
            Said.Server([.. Message(1, Reply(0x30, Verification, 1, 0)), .. Message(1, Reply(0x30, Verification, 2, 0))])];
        Assert.Equal([1, 2], Conversation.Of<DicomAnalyser>(said).Transactions.OfType<DimseExchange>().Where(one => one.Status == 0).Select(one => one.MessageId));
    }

    [Fact]
    public void A_command_set_may_be_split_over_fragments_and_an_empty_one()
    {
        byte[] echo = Command(0x0030, (0x0002, Verification), (0x0110, 1), (0x0800, 0x0101));
        Said[] said = [.. Echo[..2], Said.Client([.. Data(Pdv(1, true, false, echo[..5]), Pdv(1, true, false, [])), .. Data(Pdv(1, true, true, echo[5..]))]), .. Echo[3..]];
        Assert.Equal(Conversation.Of<DicomAnalyser>(Echo).Lines, Conversation.Of<DicomAnalyser>(said).Lines);
        Splits.HoldFor<DicomAnalyser>(said);
    }

    [Fact]
    public void A_response_that_overtook_its_request_joins_it()
    {
        Said[] said = [.. Echo[..2], Echo[3], Echo[2], .. Echo[4..]];
        Assert.Equal(Conversation.Of<DicomAnalyser>(Echo).Lines, Conversation.Of<DicomAnalyser>(said).Lines);
    }

    [Fact]
    public void A_loss_inside_image_data_loses_neither_the_place_nor_the_count()
    {
        byte[] image = Store[2].Bytes;
        Said[] said = [.. Store[..2], Said.Client(image[..5000]), Said.Lost(Side.Client, 7000), Said.Client(image[12_000..]), .. Store[3..]];
        Assert.Equal(Conversation.Of<DicomAnalyser>(Store).Lines, Conversation.Of<DicomAnalyser>(said).Lines);
    }

    [Fact]
    public void After_a_loss_of_headers_the_next_data_pdu_is_found()
    {
        byte[] image = Store[2].Bytes;
        Said[] said = [.. Store[..2], Said.Client(image[..5000]), Said.Lost(Side.Client, 20_000), Said.Client(image[25_000..]), .. Store[3..]];
        DimseExchange[] stores = [.. Conversation.Of<DicomAnalyser>(said).Transactions.OfType<DimseExchange>()];
        Assert.Equal([1, 2, 3], stores.Select(one => one.MessageId));
        Assert.Equal([true, false, false], stores.Select(one => one.Partial));
        Assert.Equal([0, 0xB007, 0xA700], stores.Select(one => one.Status));
    }

    [Fact]
    public void An_operation_that_began_while_the_other_side_was_lost_is_partial()
    {
        byte[] pending = Message(1, Reply(0x20, Worklist, 1, 0xFF00, true), 300);
        Said[] said = [Find[0], Said.Lost(Side.Server, 300), Said.Server(0), Find[2], Said.Lost(Side.Server, pending.Length), Find[5]];
        Assert.True(Assert.Single(Conversation.Of<DicomAnalyser>(said).Transactions.OfType<DimseExchange>()).Partial);
    }

    [Fact]
    public void A_capture_that_begins_inside_an_image_finds_the_next_message()
    {
        byte[] image = Store[2].Bytes;
        DimseExchange[] stores = [.. Conversation.Of<DicomAnalyser>([Said.Client(image[3000..]), .. Store[3..]]).Transactions.OfType<DimseExchange>()];
        Assert.Equal([1, 2, 3], stores.Select(one => one.MessageId));
        Assert.Equal([true, false, false], stores.Select(one => one.Partial));
    }

    [Fact]
    public void Only_the_acceptors_direction_still_tells_what_was_answered()
    {
        DimseExchange[] stores = [.. Conversation.Of<DicomAnalyser>(Store.Where(one => one.Side == Side.Server)).Transactions.OfType<DimseExchange>()];
        Assert.Equal([0, 0xB007, 0xA700], stores.Select(one => one.Status));
        Assert.All(stores, one => Assert.True(one.Partial));
    }

    [Fact]
    public void Neither_identity_nor_passcode_of_a_user_is_kept()
    {
        string all = string.Join('\n', Conversation.Of<DicomAnalyser>(Store).Lines);
        Assert.DoesNotContain("doctor", all, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", all, StringComparison.Ordinal);
    }

    [Fact]
    public void Devices_are_described_by_what_they_said_and_did()
    {
        string[] claims = [.. Conversation.Of<DicomAnalyser>(Store).Observe().OfType<Claim>().Select(one => $"{one.Subject.Ip} {one.Kind} {one.Value}")];
        Assert.Equal(
            [
                "10.0.0.1 Role dicom-scu", "10.0.0.1 SopClass 1.2.840.10008.5.1.4.1.1.2 scu", "10.0.0.1 Role dicom-storage-scu",
                "10.0.0.2 Role dicom-scp", "10.0.0.2 SopClass 1.2.840.10008.5.1.4.1.1.2 scp", "10.0.0.2 Role dicom-storage-scp",
                "10.0.0.1 Modality CT",
                "10.0.0.1 AeTitle CT01", "10.0.0.1 ImplementationUid 1.2.3.4.5", "10.0.0.1 ImplementationVersion TEST_1", "10.0.0.1 DicomProposal pdu=16384;contexts=3;syntaxes=1.2.840.10008.1.2,1.2.840.10008.1.2.1",
                "10.0.0.2 CalledAeTitle PACS01", "10.0.0.2 ImplementationUid 1.2.3.4.6", "10.0.0.2 ImplementationVersion PEER_2",
            ],
            claims);
        Assert.Contains(Conversation.Of<DicomAnalyser>(Store).Observe().OfType<ServiceSighting>(), one => one.Banner == "PEER_2");
    }

    [Fact]
    public void An_event_report_comes_from_the_scp_and_a_moved_image_tells_no_modality()
    {
        Assert.Contains(Conversation.Of<DicomAnalyser>(Steps).Observe().OfType<Claim>(), one => one.Origin == "N-EVENT-REPORT" && one.Subject.Ip == Address.FromV4(0x0A000002) && one.Value == "dicom-storage-commitment-scp");
        Said[] moved = [.. Store[..2], Said.Client(Message(1, StoreCommand(1, "1.2.3.9", moved: true), 10)), Said.Server(Message(1, Reply(1, CtStorage, 1, 0)))];
        Assert.DoesNotContain(Conversation.Of<DicomAnalyser>(moved).Observe().OfType<Claim>(), one => one.Kind == ClaimKind.Modality);
    }

    private static Said[] Of(string name) => name switch { "store" => Store, "find" => Find, "move" => Move, "steps" => Steps, "get" => Get, _ => Echo };

    private static string Ending(Said[] said, FlowEnd end)
    {
        AssociationAttempt attempt = Assert.Single(Conversation.Of<DicomAnalyser>(said, end: end).Transactions.OfType<AssociationAttempt>());
        return $"{attempt.Result} {attempt.Ended}";
    }
}
