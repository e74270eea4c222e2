using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.DceRpc;
using Wardkeeper.Sensor.Protocols.Http;
using Wardkeeper.Sensor.Protocols.Smb;
using Wardkeeper.Sensor.Tests.Captures;
using Wardkeeper.Sensor.Tests.Protocols.DceRpc;
using static Wardkeeper.Sensor.Tests.Protocols.Smb.SmbMessages;

namespace Wardkeeper.Sensor.Tests.Protocols.Smb;

public sealed class SmbAnalyserTests
{
    private static readonly byte[] Program = [(byte)'M', (byte)'Z', .. Enumerable.Range(0, 9000).Select(static i => (byte)(i % 251))];

    private static readonly List<Said> Session =
    [
        Ask(0, 0, [36, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, .. Guid.Parse("11111111-2222-3333-4444-555555555555").ToByteArray(), .. new byte[8], 2, 2, 0x10, 2]),
        Answer(0, 0, [65, 0, 3, 0, 0x10, 2, 0, 0, .. Guid.Parse("66666666-2222-3333-4444-555555555555").ToByteArray(), .. new byte[16], .. Number(133_000_000_000_000_000, 8), .. new byte[16]]),
        Ask(1, 1, [25, 0, 0, 1, .. new byte[8], .. Number(88, 2), .. Number(NtlmNegotiate.Length, 2), .. new byte[8], .. NtlmNegotiate]),
        Answer(1, 1, [9, 0, 0, 0, .. Number(72, 2), .. Number(NtlmChallenge.Length, 2), .. NtlmChallenge], 0xC0000016),
        Ask(1, 2, [25, 0, 0, 1, .. new byte[8], .. Number(88, 2), .. Number(NtlmAuthenticate.Length, 2), .. new byte[8], .. NtlmAuthenticate]),
        Answer(1, 2, [9, 0, 0, 0, .. Number(72, 2), 0, 0]),
        Ask(3, 3, [9, 0, 0, 0, .. Number(72, 2), .. Number(Wide(@"\\ward\images").Length, 2), .. Wide(@"\\ward\images")], tree: 0),
        Answer(3, 3, [16, 0, 1, 0, .. new byte[12]]),
        Ask(5, 4, Create(@"setup\tool.exe", 0x40000000)),
        Answer(5, 4, Created(1, 0, action: 2)),
        Ask(9, 5, Write(1, 0, Program[..6000])),
        Answer(9, 5, Written(6000)),
        Ask(9, 6, Write(1, 6000, Program[6000..])),
        Answer(9, 6, Written(Program.Length - 6000)),
        Ask(17, 7, Rename(1, @"setup\tool2.exe")),
        Answer(17, 7, [2, 0]),
        Ask(6, 8, Close(1)),
        Answer(6, 8, [60, 0, .. new byte[58]]),
        // Opened, read and closed in one message each way, the last two by the file that the first opens.
        Said.Client(Framed(Command(5, 9, [.. Create("a.txt", 1), .. new byte[6]], next: 136), Command(8, 10, [49, 0, 80, 0, .. Number(100, 4), .. new byte[8], .. Enumerable.Repeat((byte)0xFF, 16), .. new byte[40]], next: 136, flags: 4), Command(6, 11, [24, 0, .. new byte[6], .. Enumerable.Repeat((byte)0xFF, 16)], flags: 4))),
        Said.Server(Framed(Command(5, 9, Created(2, 10), isAnswer: true, next: 152), Command(8, 10, [.. ReadAnswer(Encoding.ASCII.GetBytes("plain text")), .. new byte[6]], isAnswer: true, next: 96), Command(6, 11, [60, 0, .. new byte[58]], isAnswer: true))),
        Ask(5, 12, Create("secret.txt", 1)),
        Answer(5, 12, [9, 0, .. new byte[8]], 0xC0000022),
        Ask(5, 13, Create("old.txt", 0x10000)),
        Answer(5, 13, Created(3, 4)),
        Ask(17, 14, Delete(3)),
        Answer(17, 14, [2, 0]),
    ];

    private static byte[] NtlmNegotiate => [.. "NTLMSSP\0"u8, 1, 0, 0, 0, 5, 2, 0, 0x62, .. new byte[16], 10, 0, 0x63, 0x45, 0, 0, 0, 15];

    private static byte[] NtlmChallenge => [.. "NTLMSSP\0"u8, 2, 0, 0, 0, 0, 0, 0, 0, 56, 0, 0, 0, 5, 2, 0x8A, 0x62, 1, 2, 3, 4, 5, 6, 7, 8, .. new byte[8], 16, 0, 16, 0, 56, 0, 0, 0, 10, 0, 0x63, 0x45, 0, 0, 0, 15, 1, 0, 8, 0, .. Wide("WARD"), 0, 0, 0, 0];

    private static byte[] NtlmAuthenticate =>
    [
        .. "NTLMSSP\0"u8, 3, 0, 0, 0, 24, 0, 24, 0, 94, 0, 0, 0, 48, 0, 48, 0, 118, 0, 0, 0, 8, 0, 8, 0, 72, 0, 0, 0, 10, 0, 10, 0, 80, 0, 0, 0, 4, 0, 4, 0, 90, 0, 0, 0, 0, 0, 0, 0, 166, 0, 0, 0, 5, 2, 0x88, 0x62, 10, 0, 0x63, 0x45, 0, 0, 0, 15,
        .. Wide("CLIN"), .. Wide("nurse"), .. Wide("PC"), .. new byte[24], .. new byte[44], 0, 0, 0, 0,
    ];

    private static readonly List<Said> Pipe =
    [
        Ask(3, 1, [9, 0, 0, 0, .. Number(72, 2), .. Number(Wide(@"\\ward\IPC$").Length, 2), .. Wide(@"\\ward\IPC$")], tree: 0),
        Answer(3, 1, [16, 0, 2, 0, .. new byte[12]]),
        Ask(5, 2, Create("svcctl", 3)),
        Answer(5, 2, Created(1, 0)),
        Ask(9, 3, Write(1, 0, RpcUnits.Bind(RpcUnits.Services))),
        Answer(9, 3, Written(72)),
        Ask(8, 4, Read(1, 0, 1024)),
        Answer(8, 4, ReadAnswer(RpcUnits.Accept(@"\pipe\ntsvcs", 0))),
        Ask(11, 5, Transceive(1, RpcUnits.Call(2, 12, [.. new byte[20], .. RpcUnits.Text("PSEXESVC"), 1, 0, 0, 0, .. new byte[16], .. RpcUnits.Text(@"%SystemRoot%\PSEXESVC.exe")]))),
        Answer(11, 5, Transceived(1, RpcUnits.Answer(2, new byte[28]))),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<SmbAnalyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<SmbAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<SmbAnalyser>(Session, one => one is SmbFile file ? file.Action + Conversation.Render([file with { Status = null }])[0].Contains("tool", StringComparison.Ordinal) : one.Log);

    [Fact]
    public void What_is_said_in_a_pipe_is_read()
    {
        Conversation played = Conversation.Of<SmbAnalyser>(Pipe);
        Golden.Hold("pipe", played.Lines);
        Assert.Contains(played.Transactions, one => one is DceRpcCall { Operation: "CreateServiceW" });
        Splits.HoldFor<SmbAnalyser>(Pipe);
    }

    [Fact]
    public void Both_machines_are_known_by_their_log_in()
    {
        IReadOnlyList<Observation> observed = Conversation.Of<SmbAnalyser>(Session).Observe();
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.HostName, Value: "WARD" } && one.Subject == Conversation.View().Server);
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.HostName, Value: "PC" } && one.Subject == Conversation.View().Client);
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.OperatingSystem, Value: "Windows 10 1809 or Server 2019 (10.0.17763)" } && one.Subject == Conversation.View().Server);
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.Role, Value: "file-server" });
    }

    [Fact]
    public void A_DICOM_file_in_a_share_is_read_as_it_passes()
    {
        byte[] file = File.ReadAllBytes(Directory.EnumerateFiles(SharedFiles.Path("reference/dicom"), "*.dcm", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First(path => new FileInfo(path).Length is > 5000 and < 60_000));
        List<Said> said = [Session[6], Session[7], Ask(5, 4, Create(@"MR\Zhang^Wei.dcm", 1)), Answer(5, 4, Created(1, file.Length))];
        for (int at = 0; at < file.Length; at += 4000) said.AddRange([Ask(8, (byte)(5 + (at / 4000)), Read(1, at, 4000)), Answer(8, (byte)(5 + (at / 4000)), ReadAnswer(file[at..Math.Min(file.Length, at + 4000)]))]);
        Conversation played = Conversation.Of<SmbAnalyser>(said);
        DicomWebExchange row = Assert.Single(played.Transactions.OfType<DicomWebExchange>());
        Assert.Equal(("share", "file", 1), (row.Kind, row.Operation, row.Instances));
        Assert.DoesNotContain("Zhang", string.Join('\n', played.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Version_1_is_read_too()
    {
        List<Said> said =
        [
            Said.Client(First(0x72, 1, [], [2, .. "NT LM 0.12\0"u8])),
            Said.Server(First(0x72, 1, [0, 0, 3, .. new byte[16], 0, 0, 0, 0, .. Number(133_000_000_000_000_000, 8), 0, 0, 0], [], isAnswer: true)),
            Said.Client(First(0x73, 2, [0xFF, 0, 0, 0, .. new byte[10], 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [0, .. Wide("nurse\0CLIN\0Windows 5.1\0Windows 2000 LAN Manager\0")])),
            Said.Server(First(0x73, 2, [0xFF, 0, 0, 0, 1, 0], [0, .. Wide("Unix\0Samba 4.3.11\0CLIN\0")], isAnswer: true)),
            Said.Client(First(0x75, 3, [0xFF, 0, 0, 0, 0, 0, 1, 0], [0, .. Wide("\\\\WARD\\SCANS\0"), .. "?????\0"u8])),
            Said.Server(First(0x75, 3, [0xFF, 0, 0, 0, 0, 0], [.. "A:\0"u8, .. Wide("NTFS\0")], isAnswer: true)),
            Said.Client(First(0xA2, 4, [0xFF, 0, 0, 0, 0, 12, 0, .. new byte[8], 1, 0, 0, 0, .. new byte[29]], [0, .. Wide("\\a.txt\0")])),
            Said.Server(First(0xA2, 4, [0xFF, 0, 0, 0, 0, 8, 0, 1, 0, 0, 0, .. new byte[44], .. Number(5, 8), .. new byte[5]], [], isAnswer: true)),
            Said.Client(First(0x2E, 5, [0xFF, 0, 0, 0, 8, 0, .. new byte[14]], [])),
            Said.Server(First(0x2E, 5, [0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 59, 0, .. new byte[10]], [.. "hello"u8], isAnswer: true)),
            Said.Client(First(0x04, 6, [8, 0, 0, 0, 0, 0], [])),
            Said.Server(First(0x04, 6, [], [], isAnswer: true)),
        ];
        Conversation played = Conversation.Of<SmbAnalyser>(said);
        Assert.Empty(played.Faults);
        Golden.Hold("version1", played.Lines);
        Splits.HoldFor<SmbAnalyser>(said);
    }

    [Fact]
    public void Malformed_messages_are_faults()
    {
        Assert.Equal([SmbFaults.MalformedFrame], Conversation.Of<SmbAnalyser>([Session[0], Said.Client(9, 0, 0, 1, 1)]).Faults);
        Assert.Equal([SmbFaults.MalformedMessage2], Conversation.Of<SmbAnalyser>([Said.Client(Framed([0xFE, (byte)'S', (byte)'M', (byte)'B', 1, .. new byte[70]]))]).Faults);
        Assert.Equal([SmbFaults.MalformedMessage1], Conversation.Of<SmbAnalyser>([Said.Client(Framed([0xFF, (byte)'S', (byte)'M', (byte)'B', 0x72, .. new byte[27], 200, 0, 0]))]).Faults);
    }

    [Theory]
    [InlineData("captures/suricata-verify/smb1-01/smb1.pcap")]
    [InlineData("captures/suricata-verify/smb-eicar-file-nbss-more-ffsmb/input.pcap")]
    [InlineData("captures/zeek/smb/smb311.pcap")]
    [InlineData("captures/arkime/smb-smbclient.pcap")]
    [InlineData("captures/arkime/smb-smb1-ascii.pcap")]
    [InlineData("captures/ndpi/smb_deletefile.pcap")]
    [InlineData("captures/suricata-verify/smb3-01/input.pcap")]
    public void Captures_give_their_sessions_shares_and_files(string capture)
    {
        string[] parts = capture.Split('/');
        Golden.Hold(parts[^2] + "-" + Path.GetFileNameWithoutExtension(capture), [.. Conversation.Render(CaptureRows<SmbSession>.Of(capture)), .. Conversation.Render(CaptureRows<SmbMapping>.Of(capture)), .. Conversation.Render(CaptureRows<SmbFile>.Of(capture).Take(25))]);
    }

    [Theory]
    [InlineData("00000040fe534d4240000000000000000000000000000000000000000000000000000000", Match.Yes)]
    [InlineData("00000040fe534d", Match.NeedMore)]
    [InlineData("00000010fe534d4240000000000000000000000000000000000000000000000000000000", Match.No)]
    [InlineData("0000004003000000", Match.No)]
    [InlineData("810000442043454b", Match.NeedMore)]
    [InlineData("810000442043454b4341434143414341434143", Match.Yes)]
    public void Sessions_are_recognised(string client, object match) =>
        Assert.Equal(match, SmbAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Convert.FromHexString(client), FromStart = true }));
}
