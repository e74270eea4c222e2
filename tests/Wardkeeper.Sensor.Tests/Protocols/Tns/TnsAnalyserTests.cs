using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Tns;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Tns;

public sealed class TnsAnalyserTests
{
    private const string Description = "(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=db.ward)(PORT=1521))(CONNECT_DATA=(SERVICE_NAME=PACSDB)(CID=(PROGRAM=viewer.exe)(HOST=WS-RAD-3)(USER=radiology))))";

    private static readonly List<Said> Session =
    [
        Said.Client(Connect(315, Description)),
        Said.Server(Packet(2, [1, 0x3B, 0, 0, 8, 0, 0x7F, 0xFF, 1, 0, 0, 0, 0, 0x20])),
        Said.Client(Wide(6, [0, 0, 1, 6, 5, 4, 3, 2, 1, 0, .. "x86_64/Windows-10\0"u8])),
        Said.Server(Wide(6, [0, 0, 1, 6, 0, .. "x86_64/Linux 2.4.xx\0"u8, 1, 2])),
        Said.Client(Wide(6, [0, 0, 3, 0x76, 2, 1, 1, 4, 2, 1, 1, 1, 1, 5, 1, 1, 4, .. "PACS"u8, .. Entry("AUTH_TERMINAL", "WS-RAD-3"), .. Entry("AUTH_PROGRAM_NM", "viewer.exe"), .. Entry("AUTH_MACHINE", "HOSPITAL\\WS-RAD-3"), .. Entry("AUTH_SID", "radiology")])),
        Said.Server(Wide(6, [0, 0, 8, 1, 5, 1, 12, 12, .. "AUTH_SESSKEY"u8])),
        Said.Client(Wide(6, [0, 0, 3, 0x73, 3, 1, 1, 4, 2, 1, 1, 4, .. "PACS"u8, .. Entry("AUTH_PASSWORD", "SECRET0123456789")])),
        Said.Server(Wide(6, [0, 0, 4, 1, 1, .. "ORA-01017: invalid username/password; logon denied"u8])),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<TnsAnalyser>(Session);
        Assert.Empty(played.Faults);
        Golden.Hold("session", played.Lines);
        Assert.DoesNotContain("SECRET", string.Join('\n', played.Lines), StringComparison.Ordinal);
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.HostName, Value: "WS-RAD-3" });
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.OperatingSystem, Value: "x86_64/Linux 2.4.xx" } && one.Subject == Conversation.View().Server);
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<TnsAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing() => Splits.SurviveGapsFor<TnsAnalyser>(Session, one => one.Log);

    [Fact]
    public void Refusals_tell_the_error_and_the_version()
    {
        TnsConnect row = Assert.IsType<TnsConnect>(Assert.Single(Conversation.Of<TnsAnalyser>([Said.Client(Connect(314, "(CONNECT_DATA=(SID=X))")), Said.Server(Packet(4, [4, 0, 0, 60, .. "(DESCRIPTION=(TMP=)(VSNNUM=186647040)(ERR=12505))"u8]))]).Transactions));
        Assert.Equal(("refused", 12505, "11.2.0.2.0", "X"), (row.Result, row.Error, row.ServerVersion, row.Sid));
        Assert.Equal("19.3.0.0.0", TnsText.Version(0x13030000));
    }

    [Fact]
    public void Redirections_announce_the_flow_that_follows()
    {
        List<Said> said = [Said.Client([.. Connect(314, "", 200)]), Said.Client(Packet(6, [0, 0, .. Encoding.ASCII.GetBytes(Description)])), Said.Server(Packet(5, [0, 52, .. "(ADDRESS=(PROTOCOL=tcp)(HOST=10.0.0.77)(PORT=51521))"u8]))];
        Conversation played = Conversation.Of<TnsAnalyser>(said);
        TnsConnect row = Assert.IsType<TnsConnect>(Assert.Single(played.Transactions));
        Assert.Equal(("redirected", "10.0.0.77", 51521, "PACSDB"), (row.Result, row.RedirectHost, row.RedirectPort, row.ServiceName));
        Assert.Equal(new ExpectedFlow(Address.FromV4(0x0A00004D), 51521, Carrier.Tcp, "tns"), Assert.Single(played.Expected));
        Splits.HoldFor<TnsAnalyser>(said);
    }

    [Fact]
    public void Capture_gives_its_connection() => Golden.Hold("arkime-oracle", Conversation.Render(CaptureRows<TnsConnect>.Of("captures/arkime/oracle.pcap")));

    [Fact]
    public void Packets_that_cannot_be_are_faults()
    {
        Assert.Equal([TnsFaults.MalformedPacket], Conversation.Of<TnsAnalyser>([Said.Client(0, 4, 0, 0, 1, 0, 0, 0)]).Faults);
        Assert.Equal([TnsFaults.MalformedContent], Conversation.Of<TnsAnalyser>([Said.Client(0, 12, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1)]).Faults);
    }

    [Theory]
    [InlineData(1, 315, Match.Yes)]
    [InlineData(2, 315, Match.No)]
    [InlineData(1, 3150, Match.No)]
    public void Connections_are_recognised(byte kind, int version, object match)
    {
        byte[] bytes = Connect(version, Description);
        bytes[4] = kind;
        Assert.Equal(match, TnsAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = bytes, FromStart = true }));
    }

    private static byte[] Connect(int version, string description, int length = 0) =>
        Packet(1, [(byte)(version >> 8), (byte)version, 1, 0x2C, 0, 0, 0x20, 0, 0xFF, 0xFF, 0x7F, 8, 0, 0, 1, 0, (byte)((length + description.Length) >> 8), (byte)(length + description.Length), 0, 58, 0, 0, 0, 0, 0x41, 0x41, .. new byte[24], .. Encoding.ASCII.GetBytes(description)]);

    private static byte[] Packet(byte kind, byte[] content) => [(byte)((content.Length + 8) >> 8), (byte)(content.Length + 8), 0, 0, kind, 0, 0, 0, .. content];

    private static byte[] Wide(byte kind, byte[] content) => [0, 0, (byte)((content.Length + 8) >> 8), (byte)(content.Length + 8), kind, 0, 0, 0, .. content];

    private static byte[] Entry(string key, string value) => [1, (byte)key.Length, (byte)key.Length, .. Encoding.ASCII.GetBytes(key), 1, (byte)value.Length, (byte)value.Length, .. Encoding.ASCII.GetBytes(value), 0];
}
