using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Http;

namespace Wardkeeper.Sensor.Protocols.Kafka;

/// <summary>
/// Kafka: each request with its answer, who asks, and for which topics and groups. Kept per flow are the requests that wait, a bounded
/// number. Records are passed by.
/// </summary>
internal sealed class KafkaAnalyser : MessageAnalyser, IProtocol
{
    private const int Prefix = 4, RequestHead = 14, MostShown = 1024, Longest = 256 << 20, MostWaiting = 64, MostTopics = 8, LongestText = 128, Port = 9092;
    private const int Produce = 0, Fetch = 1, Metadata = 3, OffsetCommit = 8, SyncGroup = 14, SaslHandshake = 17, ApiVersions = 18, SaslAuthenticate = 36;

    private readonly Waiting<int, KafkaRequest> waiting = new(MostWaiting);
    private UriMasking? masking;
    private string? mechanism;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "kafka",
        Title = "Apache Kafka",
        Standard = "Kafka protocol guide",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of(0),
        Ports = [Port],
        LookAhead = 64,
        MaxHeld = 2048,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        Match client = IsRequest(opening.Client, opening.ServerPort);
        if (client != Match.No || opening.FromStart) return client;
        // The capture began in mid-conversation: a request of the other side, or an answer from the usual port that lists what the broker can do.
        if (IsRequest(opening.Server, opening.ClientPort) == Match.Yes) return Match.YesReversed;
        if (IsAbilities(opening.Server)) return Match.Yes;
        return IsAbilities(opening.Client) ? Match.YesReversed : Match.No;
    }

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into) => waiting.End(into);

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        waiting.Clear();
        mechanism = null;
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        int need = side == Side.Client ? RequestHead : Prefix + 4;
        if (bytes.Length < need) return Measured.Need(need);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        bool isSound = length + Prefix >= need && length <= Longest && (side == Side.Server || BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) <= KafkaNames.LastKey);
        return isSound ? new Measured(Prefix + (long)length, MostShown) : Measured.Wrong(KafkaFaults.MalformedMessage);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        SpanReader reader = new(message.Bytes);
        reader.Skip(Prefix);
        if (message.Side == Side.Server)
        {
            if (waiting.Take((int)reader.U32()) is not { } asked) return Continuation.Stay;
            short error = asked.Request is "ApiVersions" or "SaslHandshake" or "SaslAuthenticate" ? (short)reader.U16() : (short)0;
            // From version 2 on the head of this answer has tags before it.
            if (asked is { Request: "SaslAuthenticate", Version: >= 2 }) error = (short)((error << 8) | reader.U8());
            into.Emit(asked with { At = message.At, ResponseBytes = message.Length, Error = error == 0 || reader.Failed ? null : KafkaNames.Error(error) });
            return Continuation.Stay;
        }
        int key = reader.U16(), version = reader.U16(), correlation = (int)reader.U32();
        ReadOnlySpan<byte> client = Nullable(ref reader);
        bool isCompact = version >= KafkaNames.FirstCompact(key);
        if (isCompact) reader.Skip(Unsigned(ref reader));
        KafkaRequest request = new(message.At, message.Range) { Began = message.At, Request = KafkaNames.Request(key), Version = version, ClientId = ShortText.Of(client, LongestText), RequestBytes = message.Length };
        request = Read(request, key, version, isCompact, ref reader, into);
        request = request with { Places = TextPlace.Of(null, message.Bytes, message.Range, request.Software) };
        // A producer that wants no confirmation gets no answer.
        if (key == Produce && IsUnconfirmed(message.Bytes, version, isCompact)) into.Emit(request);
        else waiting.Add(correlation, request, into);
        return Continuation.Stay;
    }

    private static Match IsRequest(ReadOnlySpan<byte> bytes, ushort port)
    {
        if (bytes.Length < 6) return bytes.IsEmpty || bytes[0] != 0 ? Match.No : Match.NeedMore;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        if (length is < 10 or > 16 << 20 || bytes[4] != 0 || bytes[5] > KafkaNames.LastKey) return Match.No;
        if (bytes.Length < RequestHead) return bytes.Length > 6 && bytes[6] != 0 ? Match.No : Match.NeedMore;
        if (bytes[6] != 0 || bytes[7] > 20 || (bytes[5] == ApiVersions && length > 1024)) return Match.No;
        int client = BinaryPrimitives.ReadInt16BigEndian(bytes[12..]);
        // Without a name only the usual port tells.
        if (client is -1 or 0) return port == Port && bytes[5] != Produce && length <= 4096 ? Match.Yes : Match.No;
        if (client is < 2 or > 200 || client + 10 > length) return Match.No;
        int shown = Math.Min(client, 32);
        if (bytes.Length < RequestHead + shown) return Match.NeedMore;
        return bytes.Slice(RequestHead, shown).ContainsAnyExceptInRange((byte)'!', (byte)'~') ? Match.No : Match.Yes;
    }

    /// <summary>The answer to ApiVersions: no error, and requests in ascending order with the versions from which and to which they are known.</summary>
    private static bool IsAbilities(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 32 || bytes[0] != 0) return false;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes), count = BinaryPrimitives.ReadUInt32BigEndian(bytes[10..]);
        ReadOnlySpan<byte> first = bytes[14..];
        return bytes[8] == 0 && bytes[9] == 0 && count is > 10 and <= 100 && length >= 10 + (count * 6) && first[..4].SequenceEqual((ReadOnlySpan<byte>)[0, 0, 0, 0]) && first[6] == 0 && first[7] == 1 && first[12] == 0 && first[13] == 2;
    }

    private static bool IsUnconfirmed(ReadOnlySpan<byte> message, int version, bool isCompact)
    {
        SpanReader reader = new(message);
        reader.Skip(12);
        Nullable(ref reader);
        if (isCompact) reader.Skip(Unsigned(ref reader));
        if (version >= 3) Text(ref reader, isCompact);
        return reader.U16() == 0 && !reader.Failed;
    }

    /// <summary>A number of seven bits a byte, the lowest first.</summary>
    private static int Unsigned(scoped ref SpanReader reader)
    {
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7)
        {
            byte part = reader.U8();
            value |= (part & 0x7F) << shift;
            if ((part & 0x80) == 0) break;
        }
        return value;
    }

    private static ReadOnlySpan<byte> Nullable(scoped ref SpanReader reader)
    {
        short length = (short)reader.U16();
        return length < 0 ? default : reader.Take(length);
    }

    private static ReadOnlySpan<byte> Text(scoped ref SpanReader reader, bool isCompact)
    {
        if (!isCompact) return Nullable(ref reader);
        int length = Unsigned(ref reader);
        return length == 0 ? default : reader.Take(length - 1);
    }

    private KafkaRequest Read(KafkaRequest request, int key, int version, bool isCompact, ref SpanReader reader, ITransactionSink into)
    {
        switch (key)
        {
            case Produce:
                if (version >= 3) Text(ref reader, isCompact);
                reader.Skip(6);
                return request with { Topics = Topics(ref reader, isCompact, false, 1, into) };
            case Fetch:
                if (version >= 13) return request;
                reader.Skip(12 + (version >= 3 ? 4 : 0) + (version >= 4 ? 1 : 0) + (version >= 7 ? 8 : 0));
                return request with { Topics = Topics(ref reader, isCompact, false, 1, into) };
            case Metadata:
                return request with { Topics = Topics(ref reader, isCompact, version >= 10, MostTopics, into) };
            case (>= OffsetCommit and <= SyncGroup):
                return request with { Group = ShortText.Of(Text(ref reader, isCompact), LongestText) };
            case ApiVersions when isCompact:
                string? name = ShortText.Of(Text(ref reader, true), LongestText), its = ShortText.Of(Text(ref reader, true), LongestText);
                return request with { Software = name is null ? null : $"{name} {its}".TrimEnd() };
            case SaslHandshake:
                mechanism = ShortText.Of(Nullable(ref reader), LongestText);
                return request with { Mechanism = mechanism };
            case SaslAuthenticate:
                ReadOnlySpan<byte> response = isCompact ? Text(ref reader, true) : reader.Take((int)Math.Min(reader.U32(), int.MaxValue));
                return request with { Mechanism = mechanism, User = SaslCredentials.Of(mechanism, response).User };
            default:
                return request;
        }
    }

    private List<MaskedText>? Topics(ref SpanReader reader, bool isCompact, bool hasIds, int most, ITransactionSink into)
    {
        long count = isCompact ? Unsigned(ref reader) - 1 : (int)reader.U32();
        List<MaskedText>? topics = null;
        for (int i = 0; i < Math.Min(count, most); i++)
        {
            if (hasIds) reader.Skip(16);
            ReadOnlySpan<byte> topic = Text(ref reader, isCompact);
            if (isCompact && most > 1) reader.Skip(Unsigned(ref reader));
            if (reader.Failed) break;
            if (SubjectMasking.Of(topic, into.Masker, ref masking) is { } masked) (topics ??= []).Add(masked);
        }
        return topics;
    }
}
