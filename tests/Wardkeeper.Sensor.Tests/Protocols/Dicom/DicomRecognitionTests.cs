using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Dicom;
using static Wardkeeper.Sensor.Tests.Protocols.Dicom.DicomConversations;
using static Wardkeeper.Sensor.Tests.Protocols.Dicom.DicomWriter;

namespace Wardkeeper.Sensor.Tests.Protocols.Dicom;

public sealed class DicomRecognitionTests
{
    private static readonly byte[] Bulk = Data(Pdv(1, false, false, DicomWriter.Pattern(2000)));

    public static TheoryData<string, string> LookAlikes => new()
    {
        { "length too short", "01 00 00 00 00 10 00 01 00 00" },
        { "length absurd", "01 00 7F FF FF FF 00 01 00 00" },
        { "no version bit", "01 00 00 00 00 CD 00 02 00 00" },
        { "reserved byte set", "01 03 00 00 00 CD 00 01 00 00" },
        { "MQTT CONNECT like", "10 0E 00 04 4D 51 54 54 04 02 00 3C" },
        { "TPKT", "03 00 00 13 0E E0 00 00 00 00 00 01 00 08 00 00 00 00 00" },
        { "OpenFlow hello", "04 00 00 08 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00" },
        { "SOCKS4", "04 01 00 50 0A 00 00 01 00" },
        { "SOCKS5", "05 01 00" },
        { "TDS login", "12 01 00 2F 00 00 01 00" },
        { "NetBIOS session", "00 00 00 85 FF 53 4D 42" },
        { "Modbus", "00 01 00 00 00 06 01 03 00 00 00 0A" },
        { "BGP-less zeros after 4", "04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00" },
        { "release", "05 00 00 00 00 04 00 00 00 00" },
        { "abort", "07 00 00 00 00 04 00 00 00 00" },
    };

    [Theory]
    [MemberData(nameof(LookAlikes))]
    public void Look_alikes_are_refused(string what, string hex)
    {
        byte[] bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Assert.True(what.Length > 0);
        Assert.Equal(Match.No, Ask(bytes, [], fromStart: true));
        Assert.Equal(Match.No, Ask(bytes, [], fromStart: false));
        Assert.Equal(Match.No, Ask([.. bytes, .. new byte[200]], [], fromStart: false));
    }

    [Fact]
    public void A_header_of_fitting_bytes_without_titles_or_context_is_refused()
    {
        byte[] zeros = Pdu(1, [0, 1, .. new byte[198]]);
        Assert.Equal(Match.No, Ask(zeros, [], fromStart: true));
        byte[] noItem = Associate(1, "PACS01", "CT01", [0x77, 0, 0, 4, 1, 2, 3, 4]);
        Assert.Equal(Match.No, Ask(noItem, [], fromStart: true));
    }

    [Fact]
    public void An_association_request_is_recognised_as_soon_as_its_first_item_has_come()
    {
        byte[] request = Store[0].Bytes;
        for (int length = 1; length < 92; length++) Assert.Equal(Match.NeedMore, Ask(request[..length], [], fromStart: true));
        Assert.Equal(Match.Yes, Ask(request[..92], [], fromStart: true));
        Assert.Equal(Match.Yes, Ask(request, [], fromStart: false));
        Assert.Equal(Match.YesReversed, Ask([], request, fromStart: false));
        Assert.Equal(Match.No, Ask([], request, fromStart: true));
    }

    [Fact]
    public void An_answer_alone_is_recognised()
    {
        Assert.Equal(Match.Yes, Ask([], Store[1].Bytes, fromStart: true));
        Assert.Equal(Match.Yes, Ask([], Reject(1, 1, 3), fromStart: true));
        Assert.Equal(Match.YesReversed, Ask(Store[1].Bytes, [], fromStart: false));
    }

    [Fact]
    public void Data_is_recognised_in_mid_stream_only_and_tells_who_is_the_requestor()
    {
        byte[] request = Echo[2].Bytes, response = Echo[3].Bytes;
        Assert.Equal(Match.No, Ask(request, [], fromStart: true));
        Assert.Equal(Match.Yes, Ask(request, [], fromStart: false));
        Assert.Equal(Match.YesReversed, Ask(response, [], fromStart: false));
        Assert.Equal(Match.YesReversed, Ask([], request, fromStart: false));
        Assert.Equal(Match.Yes, Ask([], response, fromStart: false));
        Assert.Equal(Match.YesReversed, Ask(request, [], fromStart: false, clientPort: 104));
        Assert.Equal(Match.Yes, Ask(Bulk, [], fromStart: false));
    }

    [Fact]
    public void Data_whose_lengths_disagree_is_refused()
    {
        foreach (int at in new[] { 1, 5, 9, 10, 11 })
        {
            byte[] changed = [.. Bulk];
            changed[at] ^= 0x0F;
            Assert.Equal(Match.No, Ask(changed, [], fromStart: false));
        }
    }

    private static Match Ask(byte[] client, byte[] server, bool fromStart, ushort clientPort = 40000) => DicomAnalyser.Recognise(new Opening
    {
        Carrier = Carrier.Tcp,
        ClientPort = clientPort,
        ServerPort = 40001,
        Client = client,
        Server = server,
        FromStart = fromStart,
    });
}
