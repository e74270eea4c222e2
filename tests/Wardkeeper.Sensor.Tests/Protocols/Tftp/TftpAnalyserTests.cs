using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Tftp;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Tftp;

public sealed class TftpAnalyserTests
{
    private static readonly FlowView Udp = Conversation.View(Carrier.Udp, 40000, 69);

    [Fact]
    public void A_file_is_seen_with_its_request()
    {
        byte[] full = [.. "PK\u0003\u0004"u8, .. new byte[508]];
        Conversation played = Conversation.Of<TftpAnalyser>(
        [
            Said.Client("\0\u0001/fw/pump-2.1.zip\0octet\0tsize\00\0"),
            Said.Server([0, 3, 0, 1, .. full]),
            Said.Client(0, 4, 0, 1),
            Said.Server([0, 3, 0, 1, .. full]),
            Said.Server(0, 3, 0, 2, 1, 2, 3),
            Said.Client(0, 4, 0, 2),
            Said.Client("\0\u0002log.txt\0netascii\0blksize\01000\0"),
            Said.Server("\0\u0006blksize\01000\0"),
            Said.Client([0, 3, 0, 1, .. new byte[1000]]),
            Said.Server("\0\u0005\0\u0003Disk full\0"),
        ], Udp);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        Assert.Equal([(40000, "tftp"), (40000, "tftp")], played.Expected.Select(one => ((int)one.Port, one.Protocol!)));
    }

    [Fact]
    public void Nonsense_is_a_fault()
    {
        Assert.Equal([TftpFaults.NoOperation], Conversation.Of<TftpAnalyser>([Said.Client(0, 9, 0, 1)], Udp).Faults);
        Assert.Equal([TftpFaults.EndlessText], Conversation.Of<TftpAnalyser>([Said.Client("\0\u0001name")], Udp).Faults);
    }

    [Theory]
    [InlineData("captures/ndpi/tftp.pcap")]
    [InlineData("captures/suricata-verify/output-eve-tftp-01/input.pcap")]
    public void Captures_give_their_files(string capture) => Golden.Hold(Path.GetFileName(Path.GetDirectoryName(capture)!), Conversation.Render(CaptureRows<TftpTransfer>.Of(capture)));

    [Theory]
    [InlineData("\0\u0001name\0octet\0", 69, Match.Yes)]
    [InlineData("\0\u0001name\0OCTET\0", 6900, Match.Yes)]
    [InlineData("\0\u0001name\0other\0", 69, Match.No)]
    [InlineData("\0\u0003\0\u0001data", 50000, Match.Yes)]
    [InlineData("\0\u0003\0\u0001data", 53, Match.No)]
    [InlineData("\0\u0003\0\u0002data", 50000, Match.No)]
    [InlineData("\0\u0006tsize\012\0", 50000, Match.Yes)]
    public void Requests_and_beginnings_are_known(string text, int port, object match) =>
        Assert.Equal(match, TftpAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, Client = Encoding.Latin1.GetBytes(text), ClientPort = 40000, ServerPort = (ushort)port }));
}
