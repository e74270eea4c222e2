using System.Buffers.Text;
using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Http;

namespace Wardkeeper.Sensor.Protocols.Nats;

/// <summary>
/// NATS: what both ends say of themselves, subscriptions and messages by their subjects. Kept per flow is what the server said. Contents are
/// passed by; where encryption is demanded the stream is TLS from there on.
/// </summary>
internal sealed class NatsAnalyser : LineAnalyser, IProtocol
{
    private const int LongestText = 128, MostWords = 6, MostPayload = 64 << 20, Port = 4222;

    private NatsConnection? connection;
    private UriMasking? masking;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "nats",
        Title = "NATS messaging",
        Standard = "NATS client protocol",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of("ICPSMH"u8),
        Ports = [Port],
        LookAhead = 512,
        MaxHeld = 32 * 1024,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> bytes = opening.Any;
        if (Begins(bytes, "INFO {"u8) is var info and not Match.No)
        {
            if (info == Match.NeedMore || bytes.IndexOf("\"server_id\""u8) < 0) return bytes.Length < 400 ? Match.NeedMore : Match.No;
            return opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
        }
        if (Begins(bytes, "CONNECT {"u8) is var connect and not Match.No)
        {
            if (connect == Match.NeedMore || bytes.IndexOf("\"verbose\""u8) < 0) return bytes.Length < 400 ? Match.NeedMore : Match.No;
            return opening.Client.IsEmpty ? Match.YesReversed : Match.Yes;
        }
        // In mid-stream a whole line with a length, at the usual port.
        if (opening.FromStart || !opening.HasPort(Port)) return Match.No;
        int end = bytes.IndexOf("\r\n"u8);
        if (end < 0) return bytes.Length < 128 ? Match.NeedMore : Match.No;
        ReadOnlySpan<byte> line = bytes[..end];
        bool isFromServer = line.StartsWith("MSG "u8);
        if ((!isFromServer && !line.StartsWith("PUB "u8)) || !TryLast(line, out _)) return Match.No;
        return isFromServer == opening.Client.IsEmpty ? Match.Yes : Match.YesReversed;
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into)
    {
        if (connection is not null) into.Emit(connection);
        connection = null;
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        connection = null;
    }

    /// <inheritdoc/>
    protected override int LongestLine => 32 * 1024;

    /// <inheritdoc/>
    protected override Fault? TooLong => NatsFaults.LineTooLong;

    /// <inheritdoc/>
    protected override bool LinesStandAlone => false;

    /// <inheritdoc/>
    protected override string? Successor => "ssl";

    /// <inheritdoc/>
    protected override Continuation Take(in Line line, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = line.Bytes.TrimEnd((byte)' ');
        int blank = bytes.IndexOfAny((byte)' ', (byte)'\t');
        ReadOnlySpan<byte> word = blank < 0 ? bytes : bytes[..blank], rest = blank < 0 ? default : bytes[(blank + 1)..];
        bool isClient = line.Side == Side.Client;
        if (Is(word, "INFO") && !isClient)
        {
            // Later ones tell of changes in the cluster.
            if (connection is not null) return Continuation.Stay;
            string? product = JsonText.Value(rest, "version"u8);
            connection = new NatsConnection(line.At, line.Range)
            {
                Began = line.At,
                ServerName = JsonText.Value(rest, "server_name"u8),
                ServerVersion = product,
                Places = TextPlace.Of(null, line.Bytes, line.Range, product),
                IsAuthRequired = JsonText.Value(rest, "auth_required"u8) == "true",
                IsTlsRequired = JsonText.Value(rest, "tls_required"u8) == "true",
            };
            return connection.IsTlsRequired ? Continuation.HandOver : Continuation.Stay;
        }
        if (Is(word, "CONNECT") && isClient)
        {
            string? library = JsonText.Value(rest, "lang"u8), version = JsonText.Value(rest, "version"u8);
            into.Emit((connection ?? new NatsConnection(line.At, line.Range)) with
            {
                At = line.At,
                Began = connection?.Began ?? line.At,
                ClientName = JsonText.Value(rest, "name"u8),
                Places = TextPlace.Of(connection?.Places, line.Bytes, line.Range, version),
                ClientLibrary = library is null ? null : $"nats.{library} {version}".TrimEnd(),
                User = JsonText.Value(rest, "user"u8),
                Credentials = JsonText.Value(rest, "pass"u8) is { Length: > 0 } ? "password" : JsonText.Value(rest, "auth_token"u8) is { Length: > 0 } ? "token" : JsonText.Value(rest, "sig"u8) is { Length: > 0 } ? "key" : null,
            });
            connection = null;
            return Continuation.Stay;
        }
        Operate(in line, word, rest, isClient, into);
        return Continuation.Stay;
    }

    private static Match Begins(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> word) =>
        bytes.IsEmpty ? Match.No : Openings.Begin(bytes, word);

    private static bool Is(ReadOnlySpan<byte> word, string name) => word.Length == name.Length && Ascii.EqualsIgnoreCase(word, name);

    /// <summary>The number that is the last word of a line.</summary>
    private static bool TryLast(ReadOnlySpan<byte> line, out int number)
    {
        ReadOnlySpan<byte> last = line[(line.LastIndexOfAny((byte)' ', (byte)'\t') + 1)..];
        return Utf8Parser.TryParse(last, out number, out int used) && used == last.Length && number is >= 0 and <= MostPayload;
    }

    private void Operate(in Line line, ReadOnlySpan<byte> word, ReadOnlySpan<byte> rest, bool isClient, ITransactionSink into)
    {
        string? name = isClient
            ? Is(word, "PUB") ? "PUB" : Is(word, "HPUB") ? "HPUB" : Is(word, "SUB") ? "SUB" : Is(word, "UNSUB") ? "UNSUB" : null
            : Is(word, "MSG") ? "MSG" : Is(word, "HMSG") ? "HMSG" : Is(word, "-ERR") ? "-ERR" : null;
        if (name is null) return;
        NatsOperation operation = new(line.At, line.Range) { Operation = name, FromClient = isClient };
        if (name == "-ERR")
        {
            // Behind it the subject may follow, with whatever it names.
            ReadOnlySpan<byte> error = rest.Trim(" '"u8);
            int more = error.IndexOf(" for "u8);
            into.Emit(operation with { Error = ShortText.Of(more < 0 ? error : error[..more], LongestText) });
            return;
        }
        Span<Range> words = stackalloc Range[MostWords];
        int count = 0;
        foreach (Range range in rest.Split((byte)' '))
        {
            if (!rest[range].IsEmpty && count < MostWords) words[count++] = range;
        }
        if (count == 0) return;
        if (name is "SUB" or "UNSUB")
        {
            // A subscription ends by its number, which says nothing.
            if (name == "SUB") into.Emit(operation with { Subject = SubjectMasking.Of(rest[words[0]], into.Masker, ref masking), Queue = count == 3 ? ShortText.Of(rest[words[1]], LongestText) : null });
            return;
        }
        if (!TryLast(rest, out int length))
        {
            into.Report(NatsFaults.BadLength);
            FallSilent(line.Side);
            return;
        }
        Count(line.Side, length + 2);
        into.Emit(operation with { Subject = SubjectMasking.Of(rest[words[0]], into.Masker, ref masking), PayloadBytes = length });
    }
}
