using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.NetBiosDatagram;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.NetBiosDatagram;

public sealed class NetBiosDatagramAnalyserTests
{
    private static readonly FlowView View = Conversation.View(Carrier.Udp, 138, 138);

    private static byte[] Announcement(byte count) => Datagram("WARD7", 0, "CLINIC", 0x1D, @"\MAILSLOT\BROWSE", [1, count, 0x80, 0x53, 7, 0, .. Padded("WARD7"), 6, 1, 3, 0x92, 0, 0, 15, 1, 0x55, 0xAA, .. "nurses' station\0"u8]);

    [Fact]
    public void Announcements_are_reported_once()
    {
        Conversation played = Conversation.Of<NetBiosDatagramAnalyser>([Said.Client(Announcement(1)), Said.Client(Announcement(2)), Said.Client(Datagram("WARD7", 0, "CLINIC", 0x1B, @"\MAILSLOT\NET\NETLOGON", [18, 0, 0, 0, .. Encoding.Unicode.GetBytes("WARD7\0nurse\0")]))], View);
        Assert.Empty(played.Faults);
        Golden.Hold("announcements", played.Lines);
        IReadOnlyList<Observation> observed = played.Observe(View);
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.HostName, Value: "WARD7" } && one.Subject == View.Client);
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.DomainName, Value: "CLINIC" });
    }

    [Fact]
    public void Others_are_faults_and_not_taken_for_it()
    {
        Assert.Equal([NetBiosDatagramFaults.MalformedDatagram], Conversation.Of<NetBiosDatagramAnalyser>([Said.Client(Announcement(1)), Said.Client(1, 2, 3)], View).Faults);
        byte[] other = Announcement(1);
        other[20] = (byte)'Z';
        Assert.Equal(Match.No, NetBiosDatagramAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, Client = other }));
        Assert.Equal(Match.No, NetBiosDatagramAnalyser.Recognise(new Opening { Carrier = Carrier.Udp, Client = Announcement(1).AsSpan(0, 60) }));
    }

    [Theory]
    [InlineData("captures/corelight-asyncrat/9596cf60-0da6-47a7-a375-1f25ae32d843.pcap")]
    [InlineData("captures/ndpi/dos_win98_smb_netbeui.pcap")]
    [InlineData("captures/suricata-verify/sip-method/sip.pcap")]
    public void Captures_give_their_machines(string capture) => Golden.Hold(Path.GetFileNameWithoutExtension(capture), Conversation.Render(CaptureRows<NetBiosDatagramSeen>.Of(capture).Take(30)));

    private static byte[] Padded(string text) => [.. Encoding.ASCII.GetBytes(text.PadRight(16, '\0'))];

    private static byte[] Encoded(string text, byte suffix) => [32, .. Encoding.ASCII.GetBytes(text.PadRight(15)).Append(suffix).SelectMany(static b => new[] { (byte)('A' + (b >> 4)), (byte)('A' + (b & 15)) }), 0];

    private static byte[] Datagram(string source, byte from, string destination, byte to, string mailslot, byte[] data)
    {
        byte[] name = [.. Encoding.ASCII.GetBytes(mailslot), 0];
        int offset = 32 + 1 + 34 + 2 + name.Length;
        byte[] words = [0, 0, (byte)data.Length, 0, .. new byte[14], 0, 0, 0, 0, (byte)data.Length, 0, (byte)offset, 0, 3, 0, 1, 0, 0, 0, 2, 0];
        byte[] smb = [0xFF, .. "SMB"u8, 0x25, .. new byte[27], 17, .. words, (byte)(data.Length + name.Length), 0, .. name, .. data];
        byte[] names = [.. Encoded(source, from), .. Encoded(destination, to)];
        int length = names.Length + smb.Length;
        return [0x11, 2, 1, 2, 10, 0, 0, 1, 0, 138, (byte)(length >> 8), (byte)length, 0, 0, .. names, .. smb];
    }
}
