using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Ssh;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Ssh;

public class SshAnalyserTests
{
    private const string ClientKex = "sntrup761x25519-sha512@openssh.com,curve25519-sha256,ext-info-c";
    private const string ServerKex = "curve25519-sha256,diffie-hellman-group14-sha256";

    private static readonly byte[] HostKey = [0, 0, 0, 11, .. "ssh-ed25519"u8, 0, 0, 0, 32, .. Enumerable.Range(0, 32).Select(static i => (byte)i)];

    private static readonly List<Said> Session =
    [
        Said.Server("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u2\r\n"),
        Said.Client("SSH-2.0-OpenSSH_for_Windows_8.1\r\n"),
        Said.Client(KexInit(ClientKex, "ssh-ed25519,rsa-sha2-512", "chacha20-poly1305@openssh.com,aes128-ctr", "aes128-ctr", "hmac-sha2-256,hmac-sha1", "none")),
        Said.Server(KexInit(ServerKex, "rsa-sha2-512,ssh-ed25519", "aes128-ctr", "aes128-ctr", "hmac-sha1,hmac-sha2-256", "none,zlib@openssh.com")),
        Said.Client(Packet([30, 0, 0, 0, 32, .. new byte[32]])),
        Said.Server([.. Packet([31, .. Counted(HostKey), 0, 0, 0, 32, .. new byte[32], 0, 0, 0, 4, 1, 2, 3, 4]), .. Packet([21]), .. new byte[64]]),
        Said.Client([.. Packet([21]), .. new byte[200]]),
        Said.Server(new byte[500]),
    ];

    [Fact]
    public void Session_is_reported_as_the_golden_file_says() => Golden.Hold("session", Conversation.Of<SshAnalyser>(Session).Lines);

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<SshAnalyser>(Session);

    [Fact]
    public void Losses_invent_nothing()
    {
        string[] whole = Conversation.Of<SshAnalyser>(Session).Lines[0].Trim('{', '}').Split("\",\"");
        Splits.SurviveGapsFor<SshAnalyser>(Session, one =>
        {
            // Of what is lost nothing can be counted.
            if (one is SshSession) return "session";
            string line = Conversation.Render([one])[0];
            string full = string.Join("\",\"", whole);
            string[] fields = line.Trim('{', '}').Split(",\"");
            return fields.All(field => field.Length == 0 || full.Contains(field.Trim('"'), StringComparison.Ordinal)) ? "session" : line;
        });
    }

    [Fact]
    public void Encrypted_bytes_are_counted_and_nothing_more()
    {
        Conversation played = Conversation.Of<SshAnalyser>(Session);
        Assert.Equal(Continuation.Stay, played.Outcome);
        Assert.Empty(played.Faults);
        SshSession session = Assert.IsType<SshSession>(played.Transactions[1]);
        Assert.Equal((200, 564, 1, 2), (session.ClientBytes, session.ServerBytes, session.ClientTurns, session.ServerTurns));
    }

    [Theory]
    [InlineData("short", 3, 100, 200)]
    [InlineData("interactive", 40, 36, 90)]
    [InlineData("upload", 12, 40_000, 40)]
    [InlineData("download", 12, 100, 40_000)]
    [InlineData("tunnel", 40, 900, 2_000)]
    [InlineData(null, 40, 36, 3_000)]
    [InlineData(null, 10, 300, 300)]
    public void Turns_have_a_shape(string? shape, int turns, int client, int server)
    {
        List<Said> said = [.. Session.Take(5), Said.Server([.. Packet([31, .. Counted(HostKey)]), .. Packet([21])]), Said.Client(Packet([21]))];
        for (int i = 0; i < turns; i++) said.AddRange([Said.Client(new byte[client]), Said.Server(new byte[server])]);
        Assert.Equal(shape, Assert.IsType<SshSession>(Conversation.Of<SshAnalyser>(said).Transactions[1]).Shape);
    }

    // Typed sessions and guessed passwords; no capture of files or tunnels is there to compare with.
    [Theory]
    [InlineData("captures/ndpi/ssh.pcap", "interactive")]
    [InlineData("captures/joy/kali-password-attack_hydra.pcap", "short")]
    public void Captures_look_like_what_they_are(string capture, string shape) => Assert.Contains(CaptureRows<SshSession>.Of(capture), row => row.Shape == shape);

    [Fact]
    public void Both_sides_are_known_by_what_they_say()
    {
        IReadOnlyList<Observation> observed = Conversation.Of<SshAnalyser>(Session).Observe();
        FlowView view = Conversation.View();
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.Software, Value: "OpenSSH_9.2p1" } && one.Subject == view.Server);
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.OperatingSystem, Value: "Debian-2+deb12u2" } && one.Subject == view.Server);
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.OperatingSystem, Value: "Windows" } && one.Subject == view.Client);
        Assert.Contains(observed, one => one is ServiceSighting { Banner: "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u2" } && one.Subject == view.Server);
    }

    [Fact]
    public void Server_that_opened_the_connection_is_still_the_server()
    {
        List<Said> turned = [.. Session.Select(static one => one with { Side = one.Side == Side.Client ? Side.Server : Side.Client })];
        Conversation played = Conversation.Of<SshAnalyser>(turned);
        Assert.Equal(Conversation.Of<SshAnalyser>(Session).Lines, played.Lines);
        Assert.DoesNotContain(played.Observe(), static one => one is ServiceSighting);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_6.2", "SSH-2.0-dropbear_2018.76", 2)]
    [InlineData("SSH-1.99-Cisco-1.25", "SSH-2.0-OpenSSH_6.2", 2)]
    [InlineData("SSH-1.5-OpenSSH_6.2", "SSH-1.99-OpenSSH_6.2", 1)]
    [InlineData("SSH-1.5-OpenSSH_6.2", "SSH-2.0-OpenSSH_6.2", null)]
    [InlineData("SSH-nothing", "SSH-2.0-OpenSSH_6.2", null)]
    public void Version_is_what_both_speak(string client, string server, int? version)
    {
        List<Said> said = [Said.Client(client + "\r\n"), Said.Server(server + "\n")];
        Assert.Equal(version, Assert.IsType<SshConnection>(Assert.Single(Conversation.Of<SshAnalyser>(said).Transactions)).Version);
        Splits.HoldFor<SshAnalyser>(said);
    }

    [Fact]
    public void Lines_before_the_identification_are_passed_by()
    {
        List<Said> said = [Said.Server("Hospital network\r\nAuthorised use only\r\n"), .. Session];
        Assert.Equal(Conversation.Of<SshAnalyser>(Session).Lines, Conversation.Of<SshAnalyser>(said).Lines);
        Assert.Equal(Match.NeedMore, Ask("", "Hospital network\r\n"));
        Assert.Equal(Match.Yes, Ask("SSH-2.0-x\r\n", "Hospital network\r\n"));
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2p1\r\n", "", true)]
    [InlineData("", "SSH-1.99-Cisco-1.25\n", true)]
    [InlineData("SSH-\r\n", "", false)]
    [InlineData("SSHX-2.0-a", "", false)]
    [InlineData("ssh-2.0-a\r\n", "", false)]
    [InlineData("GET / HTTP/1.1\r\n", "", false)]
    [InlineData("GET / HTTP/1.1\r\n", "SSH-2.0-OpenSSH_9.2p1\r\n", false)]
    public void Only_identifications_are_recognised(string client, string server, bool recognised) =>
        Assert.Equal(recognised ? Match.Yes : Match.No, Ask(client, server));

    [Fact]
    public void Impossible_packets_are_faults()
    {
        List<Said> said = [Session[0], Session[1], Said.Client(0x7F, 0xFF, 0xFF, 0xFF, 4, 20, 0, 0), Said.Server(0, 0, 0, 8, 200, 20, 0, 0, 0, 0, 0, 0)];
        Conversation played = Conversation.Of<SshAnalyser>(said);
        Assert.Equal([SshFaults.MalformedPacket, SshFaults.MalformedPacket], played.Faults);
        Assert.NotNull(Assert.IsType<SshConnection>(Assert.Single(played.Transactions)).Server);
        byte[] kexInit = KexInit("a", "b", "c", "d", "e", "f");
        kexInit[6 + 16] = 0x80;
        Assert.Equal([SshFaults.MalformedKexInit], Conversation.Of<SshAnalyser>([Session[0], Session[1], Said.Client(kexInit)]).Faults);
    }

    [Fact]
    public void Endless_lines_are_faults()
    {
        Assert.Equal([SshFaults.LineTooLong], Conversation.Of<SshAnalyser>([Said.Server(new string('x', 3000))]).Faults);
        Assert.Equal([SshFaults.TooManyLines], Conversation.Of<SshAnalyser>([Said.Server(string.Concat(Enumerable.Repeat("x\n", 100)))]).Faults);
    }

    [Fact]
    public void Mutated_sessions_do_not_throw() =>
        Gen.Select(Gen.Int[0, Session.Count - 1], Gen.Int[0, 900].Array[1, 8], Gen.Byte.Array[8]).Holds((which, at, values) =>
        {
            List<Said> mutated = [.. Session.Select(static one => one with { Bytes = [.. one.Bytes] })];
            byte[] bytes = mutated[which].Bytes;
            for (int i = 0; i < at.Length; i++) bytes[at[i] % bytes.Length] = values[i];
            Conversation.Of<SshAnalyser>(mutated);
        }, iter: 5_000);

    private static Match Ask(string client, string server) =>
        SshAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = Encoding.Latin1.GetBytes(client), Server = Encoding.Latin1.GetBytes(server), FromStart = true });

    private static byte[] KexInit(string kex, string hostKeys, string there, string back, string mac, string compression) =>
        Packet([20, .. new byte[16], .. Listed(kex), .. Listed(hostKeys), .. Listed(there), .. Listed(back), .. Listed(mac), .. Listed(mac), .. Listed(compression), .. Listed(compression), .. Listed(""), .. Listed(""), 0, 0, 0, 0, 0]);

    private static byte[] Listed(string names) => Counted(Encoding.ASCII.GetBytes(names));

    private static byte[] Counted(byte[] bytes)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        return [.. length, .. bytes];
    }

    private static byte[] Packet(byte[] payload)
    {
        int padding = 8 - ((5 + payload.Length) % 8);
        if (padding < 4) padding += 8;
        return Counted([(byte)padding, .. payload, .. new byte[padding]]);
    }
}
