using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Ssdp;

namespace Wardkeeper.Sensor.Tests.Protocols.Ssdp;

public class SsdpAnalyserTests
{
    private const string Search = "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 3\r\nST: ssdp:all\r\nUSER-AGENT: Linux/6.1 UPnP/2.0 app/1\r\n\r\n";

    private const string Alive = "NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nCACHE-CONTROL: max-age = 1800\r\nLOCATION: http://10.0.0.2:80/d.xml\r\nNT: urn:schemas-upnp-org:device:Basic:1\r\n"
        + "NTS: ssdp:alive\r\nSERVER: Linux/3.14 UPnP/1.0 Bridge/1.2\r\nUSN: uuid:2F402F80-DA50-11E1-9B23-001788101A2B::urn:schemas-upnp-org:device:Basic:1\r\n\r\n";

    private const string Answer = "HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nUSN: uuid:abc::upnp:rootdevice\r\nLOCATION: http://10.0.0.2/d.xml\r\nSERVER: printer\r\nCACHE-CONTROL: max-age=100\r\nEXT:\r\n\r\n";

    private static readonly FlowView Udp = Conversation.View(Carrier.Udp, serverPort: 1900);

    [Fact]
    public void Searches_answers_and_announcements_are_reported() => Golden.Hold("discovery", Play().Lines);

    [Fact]
    public void The_sender_of_an_announcement_is_described()
    {
        string[] claims = [.. Play().Observe(Udp).OfType<Claim>().Select(claim => $"{claim.Subject.Ip} {claim.Kind} {claim.Value}")];
        Assert.Contains("10.0.0.1 OperatingSystem Linux 3.14", claims);
        Assert.Contains("10.0.0.1 AnnouncedService urn:schemas-upnp-org:device:Basic:1", claims);
        Assert.Contains("10.0.0.2 Software printer", claims);
        Assert.DoesNotContain(claims, claim => claim.EndsWith("OperatingSystem printer", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Search, true, "Yes")]
    [InlineData(Alive, true, "Yes")]
    [InlineData(Answer, true, "YesReversed")]
    [InlineData(Answer, false, "Yes")]
    [InlineData("HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", false, "No")]
    [InlineData("NOTIFY sip:a@b SIP/2.0\r\n\r\n", true, "No")]
    [InlineData("M-SEARCH", true, "No")]
    public void Content_decides(string datagram, bool fromClient, string expected)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(datagram);
        Opening opening = new() { Carrier = Carrier.Udp, Client = fromClient ? bytes : default(ReadOnlySpan<byte>), Server = fromClient ? default(ReadOnlySpan<byte>) : bytes };
        Assert.Equal(Enum.Parse<Match>(expected), SsdpAnalyser.Recognise(in opening));
    }

    [Fact]
    public void Garbage_and_damaged_messages_are_faults()
    {
        Conversation played = Conversation.Of<SsdpAnalyser>([Said.Client("NOTIFY * HTTP/1.1\r\nno colon\r\nMX: -1\r\nUSN: uuid:\r\n"), Said.Client(0xFF, 0x00)], Udp);
        Assert.Equal([SsdpFaults.BadField, SsdpFaults.BadStartLine], played.Faults);
        Assert.Single(played.Transactions);
    }

    private static Conversation Play() => Conversation.Of<SsdpAnalyser>(
        [Said.Client(Search), Said.Client(Alive), Said.Client(Alive.Replace("ssdp:alive", "ssdp:byebye", StringComparison.Ordinal)), Said.Server(Answer)], Udp);
}
