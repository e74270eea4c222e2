using System.Text.Json;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;
using Wardkeeper.Sensor.Protocols.Tls;

namespace Wardkeeper.Sensor.Tests.Protocols.Tls;

public class TlsAnalyserTests
{
    public static TheoryData<string> Names => [.. TlsConversations.All];

    [Theory]
    [MemberData(nameof(Names))]
    public void Handshake_is_reported_as_the_golden_file_says(string name) =>
        Golden.Hold(name, Conversation.Of<TlsAnalyser>(TlsConversations.Read(name)).Lines);

    [Theory]
    [MemberData(nameof(Names))]
    public void Cuts_change_nothing(string name) => Splits.HoldFor<TlsAnalyser>(TlsConversations.Read(name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Losses_invent_nothing(string name)
    {
        List<Said> said = TlsConversations.Read(name);
        Dictionary<string, JsonElement> whole = [];
        HashSet<string> certificates = [];
        foreach (Transaction one in Conversation.Of<TlsAnalyser>(said).Transactions)
        {
            JsonElement line = JsonDocument.Parse(Conversation.Render([one])[0]).RootElement;
            if (one is CertificateShown) certificates.Add(line.GetRawText());
            else foreach (JsonProperty field in line.EnumerateObject()) whole[field.Name] = field.Value.Clone();
        }
        // A loss makes a row poorer: what is left must stand in the whole row. These three say that something was not seen.
        string[] mayDiffer = ["established", "resumed", "ssl_history"];
        Splits.SurviveGapsFor<TlsAnalyser>(said, one =>
        {
            string text = Conversation.Render([one])[0];
            JsonElement line = JsonDocument.Parse(text).RootElement;
            if (one is CertificateShown) return certificates.Contains(text) ? "certificate" : text;
            foreach (JsonProperty field in line.EnumerateObject())
            {
                if (mayDiffer.Contains(field.Name)) continue;
                if (!whole.TryGetValue(field.Name, out JsonElement value) || !IsPart(field.Value, value)) return text;
            }
            return !line.GetProperty("established").GetBoolean() || whole["established"].GetBoolean() ? "connection" : text;
        });

        static bool IsPart(JsonElement part, JsonElement of) => part.GetRawText() == of.GetRawText();
    }

    [Fact]
    public void Established_connection_costs_nothing_further()
    {
        List<Said> said = TlsConversations.Read("tls12-full");
        Conversation played = Conversation.Of<TlsAnalyser>(said);
        Assert.Equal(Continuation.Done, played.Outcome);
        Assert.Single(played.Transactions, static one => one is TlsConnection);
    }

    [Fact]
    public void Encrypted_records_pass_without_allocation()
    {
        TlsAnalyser analyser = new();
        FlowView view = Conversation.View();
        NoSink sink = new();
        long offset = 0;
        foreach (Said one in TlsConversations.Read("tls12-full").Take(1))
            offset += analyser.Consume(new Segment { Side = Side.Client, Bytes = one.Bytes, At = default, Offset = 0, Flow = view }, sink).Consumed;
        byte[] data = [0x17, 3, 3, 0x05, 0x00, .. new byte[0x500]];
        Records(100);
        Assert.Equal(0, Allocations.Of(() => Records(1900)));

        void Records(int count)
        {
            for (int i = 0; i < count; i++)
            {
                offset += analyser.Consume(new Segment { Side = Side.Client, Bytes = data.AsSpan(0, 700), At = default, Offset = offset, Flow = view }, sink).Consumed;
                offset += analyser.Consume(new Segment { Side = Side.Client, Bytes = data.AsSpan(700), At = default, Offset = offset, Flow = view }, sink).Consumed;
            }
        }
    }

    [Fact]
    public void Client_and_server_are_told_apart_in_claims()
    {
        IReadOnlyList<Observation> observed = Conversation.Of<TlsAnalyser>(TlsConversations.Read("tls12-mutual")).Observe();
        FlowView view = Conversation.View();
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.Ja4 } claim && claim.Subject == view.Client && claim.Value.StartsWith("t12d", StringComparison.Ordinal));
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.Ja3 } claim && claim.Subject == view.Client);
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.Certificate } claim && claim.Subject == view.Server && claim.Value.Contains("CN=pacs.ward.example", StringComparison.Ordinal));
        Assert.Contains(observed, one => one is Claim { Kind: ClaimKind.Certificate } claim && claim.Subject == view.Client && claim.Value.Contains("infusion-pump-0815", StringComparison.Ordinal));
        Assert.Contains(observed, one => one is ServiceSighting sighting && sighting.Subject == view.Server);
    }

    [Fact]
    public void Hello_in_many_small_records_is_put_together()
    {
        Said hello = TlsConversations.Read("tls13")[0];
        byte[] message = hello.Bytes[5..];
        List<Said> said = [Said.Client([.. message.Chunk(7).SelectMany(static part => (byte[])[0x16, 3, 1, 0, (byte)part.Length, .. part])])];
        Assert.Equal(Conversation.Of<TlsAnalyser>([hello]).Lines, Conversation.Of<TlsAnalyser>(said).Lines);
        Splits.HoldFor<TlsAnalyser>(said);
    }

    [Fact]
    public void Server_that_is_no_tls_peer_ends_it()
    {
        Conversation played = Conversation.Of<TlsAnalyser>([TlsConversations.Read("tls13")[0], Said.Server("HTTP/1.1 400 Bad Request\r\n\r\n")]);
        Assert.Equal(Continuation.GiveUp, played.Outcome);
        TlsConnection row = Assert.IsType<TlsConnection>(Assert.Single(played.Transactions));
        Assert.Null(row.Version);
        Assert.False(row.Established);
        Assert.DoesNotContain(played.Observe(), static one => one is ServiceSighting);
    }

    [Fact]
    public void Alert_before_anything_else_is_reported()
    {
        Conversation played = Conversation.Of<TlsAnalyser>([Said.Server(0x15, 3, 1, 0, 2, 2, 80)]);
        Assert.Equal("internal_error", Assert.IsType<TlsConnection>(Assert.Single(played.Transactions)).LastAlert);
    }

    [Fact]
    public void Hello_of_ssl2_is_understood()
    {
        byte[] body = [1, 3, 1, 0, 9, 0, 0, 0, 16, 0, 0, 0x35, 0, 0, 0x0A, 1, 0, 0x80, .. new byte[16]];
        byte[] hello = [0x80, (byte)body.Length, .. body];
        Assert.Equal(Match.Yes, TlsAnalyser.Recognise(new Opening { Carrier = Carrier.Tcp, Client = hello, FromStart = true }));
        Conversation modern = Conversation.Of<TlsAnalyser>([Said.Client(hello), TlsConversations.Read("tls10")[1]]);
        Assert.Equal("TLSv10", modern.Transactions.OfType<TlsConnection>().Single().Version);

        byte[] answer = [4, 0, 1, 0, 2, 0, 0, 0, 3, 0, 16, 7, 0, 0xC0, .. new byte[16]];
        byte[] key = [2, 7, 0, 0xC0, 0, 0, 0, 24, 0, 8, .. new byte[32]];
        List<Said> old = [Said.Client(hello), Said.Server([0x80, (byte)answer.Length, .. answer]), Said.Client([0x80, (byte)key.Length, .. key])];
        TlsConnection row = Assert.IsType<TlsConnection>(Assert.Single(Conversation.Of<TlsAnalyser>(old).Transactions));
        Assert.Equal(("SSLv2", "SSLv20_CK_DES_192_EDE3_CBC_WITH_MD5", "CS"), (row.Version, row.Cipher, row.SslHistory?.ToUpperInvariant()));
        Splits.HoldFor<TlsAnalyser>(old);
    }

    [Fact]
    public void Records_after_a_loss_inside_encrypted_data_are_still_in_step()
    {
        List<Said> said = TlsConversations.Read("tls13-retry");
        Said flight = said[^1];
        said[^1] = flight with { Bytes = flight.Bytes[..100] };
        said.Add(Said.Lost(flight.Side, 50));
        said.Add(flight with { Bytes = flight.Bytes[150..] });
        Assert.Empty(Conversation.Of<TlsAnalyser>(said).Faults);
    }

    private sealed class NoSink : ITransactionSink
    {
        public PatientMasker Masker { get; } = new();

        public void Emit(Transaction transaction)
        {
        }

        public void Report(Fault fault)
        {
        }

        public void Expect(in ExpectedFlow expected)
        {
        }
    }
}
