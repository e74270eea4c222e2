using CsCheck;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Tls;

namespace Wardkeeper.Sensor.Tests.Protocols.Tls;

public class TlsRecogniserTests
{
    [Fact]
    public void Hello_is_recognised_at_its_first_eleven_bytes()
    {
        byte[] hello = TlsConversations.Read("tls13")[0].Bytes;
        for (int length = 1; length < 11; length++) Assert.Equal(Match.NeedMore, Ask(hello[..length], []));
        for (int length = 11; length < hello.Length; length++) Assert.Equal(Match.Yes, Ask(hello[..length], []));
        Assert.Equal(Match.YesReversed, Ask([], hello));
    }

    [Fact]
    public void Stream_without_its_beginning_is_recognised_where_records_begin()
    {
        List<Said> said = TlsConversations.Read("tls12-full");
        byte[] chain = said.First(static one => one.Side == Side.Server).Bytes;
        Assert.Equal(Match.Yes, Ask([], chain, fromStart: false));
        Assert.Equal(Match.YesReversed, Ask(chain, [], fromStart: false));
        byte[] data = [0x17, 3, 3, 0, 32, .. new byte[32]];
        Assert.Equal(Match.NeedMore, Ask(data, [], fromStart: false));
        Assert.Equal(Match.Yes, Ask(data, data, fromStart: false));
        Assert.Equal(Match.Yes, Ask([.. data, .. data], [], fromStart: false));
        Assert.Equal(Match.Yes, Ask([.. data, .. data], [1, 2, 3, 4, 5, 6], fromStart: false));
        Assert.Equal(Match.No, Ask([.. data, .. data], [], fromStart: true));
        Conversation played = Conversation.Of<TlsAnalyser>([Said.Client(data), Said.Server(data)]);
        Assert.Equal(Continuation.Done, played.Outcome);
        Assert.Empty(played.Transactions);
    }

    public static TheoryData<string, byte[]> LookAlikes => new()
    {
        { "HTTP", "GET / HTTP/1.1\r\n\r\n"u8.ToArray() },
        { "a handshake record that carries no hello", [0x16, 3, 1, 0, 20, 20, 0, 0, 16, .. new byte[16]] },
        { "a hello too short for its fields", [0x16, 3, 1, 0, 20, 1, 0, 0, 16, 3, 3, .. new byte[14]] },
        { "a hello longer than any", [0x16, 3, 1, 0x40, 0, 1, 0xFF, 0xFF, 0xFF, 3, 3, .. new byte[14]] },
        { "a record longer than any", [0x16, 3, 1, 0xFF, 0xFF, 1, 0, 0xFF, 0xFB, 3, 3, .. new byte[14]] },
        { "another major version", [0x16, 4, 1, 0, 60, 1, 0, 0, 56, 3, 3, .. new byte[54]] },
        { "DTLS", [0x16, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 60, 1, 0, 0, 48, .. new byte[48]] },
        { "TPKT", [3, 0, 0, 0x16, 0x11, 0xE0, 0, 0, 0, 1, 0, 0xC1, 2, 1, 0, 0xC2, 2, 1, 2, 0xC0, 1, 0x0A] },
        { "an alert nobody knows", [0x15, 3, 1, 0, 2, 2, 200] },
        { "DICOM", [1, 0, 0, 0, 0, 205, 0, 1, 0, 0, .. "ANY-SCP         "u8] },
        { "LDAP", [0x30, 0x0C, 2, 1, 1, 0x60, 7, 2, 1, 3, 4, 0, 0x80, 0] },
        { "SSL 2.0 with lengths that do not add up", [0x80, 46, 1, 3, 1, 0, 9, 0, 0, 0, 17, .. new byte[40]] },
        { "binary data that begins like SSL 2.0", [0x80, 0x2E, 1, 0, 2, 0, 9, 0, 0, 0, 0, .. new byte[40]] },
    };

    [Theory]
    [MemberData(nameof(LookAlikes))]
    public void Look_alikes_are_refused(string what, byte[] bytes)
    {
        Assert.True(Ask(bytes, []) == Match.No, what);
        Assert.True(Ask([], bytes) == Match.No, what);
    }

    [Fact]
    public void Garbage_is_neither_recognised_nor_does_it_throw() =>
        Gen.Select(Gen.Byte.Array[0, 60], Gen.Byte.Array[0, 60], Gen.Bool).Holds((client, server, fromStart) =>
        {
            if (client.Length > 0) client[0] = (byte)(0x14 + (client[0] % 4));
            Ask(client, server, fromStart);
            Conversation played = Conversation.Of<TlsAnalyser>([Said.Client(client), Said.Server(server), Said.Client(server), Said.Server(client)]);
            Assert.DoesNotContain(played.Transactions, static one => one is TlsConnection { Established: true });
        }, iter: 5_000);

    [Fact]
    public void Mutated_handshakes_do_not_throw()
    {
        byte[][] flights = [.. TlsConversations.Read("tls12-mutual").Take(3).Select(static one => one.Bytes)];
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 4000].Array[1, 8], Gen.Byte.Array[8]).Holds((which, at, values) =>
        {
            byte[][] mutated = [.. flights.Select(static one => (byte[])[.. one])];
            for (int i = 0; i < at.Length; i++) mutated[which][at[i] % mutated[which].Length] = values[i];
            Conversation.Of<TlsAnalyser>([Said.Client(mutated[0]), Said.Server(mutated[1]), Said.Client(mutated[2])]);
        }, iter: 3_000);
    }

    [Fact]
    public void Lying_lengths_of_a_hello_are_faults()
    {
        byte[] hello = TlsConversations.Read("tls13")[0].Bytes;
        int session = 5 + 4 + 2 + 32;
        (int At, byte Value)[] lies = [(session, 200), (session + 33, 0xFF), (session, 33)];
        foreach ((int at, byte value) in lies)
        {
            byte[] lying = [.. hello];
            lying[at] = value;
            Conversation played = Conversation.Of<TlsAnalyser>([Said.Client(lying)]);
            Assert.Equal([TlsFaults.MalformedClientHello], played.Faults);
            Assert.Empty(played.Transactions);
        }
        byte[] cut = [.. TlsFingerprintTests.Hello(0x0303, [0x1301], (0, TlsFingerprintTests.ServerName("host")))];
        cut[^10]++;
        byte[] record = [0x16, 3, 1, 0, (byte)(cut.Length + 4), 1, 0, 0, (byte)cut.Length, .. cut];
        Assert.Equal([TlsFaults.MalformedExtensions], Conversation.Of<TlsAnalyser>([Said.Client(record)]).Faults);
    }

    [Fact]
    public void Message_longer_than_is_put_together_is_passed_by()
    {
        List<Said> said = [];
        byte[] part = [0x16, 3, 3, 0x40, 0, .. new byte[0x4000]];
        byte[] first = [.. part];
        (first[5], first[6], first[7], first[8]) = (11, 0x03, 0, 0);
        said.Add(TlsConversations.Read("tls12-full")[0]);
        said.Add(Said.Server(first));
        for (int i = 0; i < 11; i++) said.Add(Said.Server(part));
        Conversation played = Conversation.Of<TlsAnalyser>(said);
        Assert.Equal([TlsFaults.MessageTooLong], played.Faults);
        Assert.Equal("CX", Assert.IsType<TlsConnection>(Assert.Single(played.Transactions)).SslHistory?.ToUpperInvariant());
    }

    private static Match Ask(byte[] client, byte[] server, bool fromStart = true) =>
        TlsAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = client, Server = server, FromStart = fromStart });
}
