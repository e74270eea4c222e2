namespace Wardkeeper.DeviceProtocol;

/// <summary>First message of an agreement on session keys: from a device (or app) to the hub, a server or an app.</summary>
/// <param name="Suite">Number of the suite.</param>
/// <param name="Signer">Certificate of who offers.</param>
/// <param name="Peer">Certificate of whom it is meant for; nobody else may answer it.</param>
/// <param name="Nonce">32 random bytes.</param>
/// <param name="Public">Public half of a key made for this agreement only.</param>
/// <param name="At">Time of who offers, in nanoseconds since 1970-01-01 UTC.</param>
/// <param name="Signature">Over all of it.</param>
public sealed record SessionOffer(byte Suite, CertificateId Signer, CertificateId Peer, byte[] Nonce, byte[] Public, long At, byte[] Signature) : ISigned<SessionOffer>
{
    /// <summary>Bytes of a nonce.</summary>
    public const int NonceLength = 32;

    /// <inheritdoc/>
    public static MessageKind Kind => MessageKind.SessionOffer;

    /// <inheritdoc/>
    public static int MaxLength => 512;

    /// <inheritdoc/>
    public SessionOffer With(byte[] signature) => this with { Signature = signature };

    /// <inheritdoc/>
    public static SessionOffer Read(ref WireReader reader) => new(reader.U8(), CertificateId.Read(ref reader), CertificateId.Read(ref reader),
        reader.Exactly(NonceLength).ToArray(), reader.Exactly(CipherSuite.PointLength).ToArray(), reader.Time(), Signing.Read(ref reader));

    /// <inheritdoc/>
    public void Write(WireWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.U8(Suite);
        Signer.Write(writer);
        Peer.Write(writer);
        writer.Exactly(Nonce, NonceLength).Exactly(Public, CipherSuite.PointLength).Time(At);
        Signing.Write(writer, Signature);
    }
}

/// <summary>Second and last message of an agreement. With it both ends have the same keys.</summary>
/// <param name="Suite">Number of the suite, the offer's.</param>
/// <param name="Signer">Certificate of who answers: the offer's <see cref="SessionOffer.Peer"/>.</param>
/// <param name="Key">Number of the session's keys.</param>
/// <param name="OfferHash">The suite's digest of the offer's bytes: an answer counts for one offer.</param>
/// <param name="Nonce">32 random bytes.</param>
/// <param name="Public">Public half of a key made for this agreement only.</param>
/// <param name="At">Time of who answers, in nanoseconds since 1970-01-01 UTC.</param>
/// <param name="LifeSeconds">How long the keys may be used, 60 to 86,400 s.</param>
/// <param name="MaxMessages">How many messages each direction may carry, 1 to 2³¹.</param>
/// <param name="Signature">Over all of it.</param>
public sealed record SessionAnswer(byte Suite, CertificateId Signer, KeyId Key, byte[] OfferHash, byte[] Nonce, byte[] Public, long At, uint LifeSeconds, uint MaxMessages, byte[] Signature) : ISigned<SessionAnswer>
{
    /// <inheritdoc/>
    public static MessageKind Kind => MessageKind.SessionAnswer;

    /// <inheritdoc/>
    public static int MaxLength => 512;

    /// <inheritdoc/>
    public SessionAnswer With(byte[] signature) => this with { Signature = signature };

    /// <inheritdoc/>
    public static SessionAnswer Read(ref WireReader reader)
    {
        SessionAnswer answer = new(reader.U8(), CertificateId.Read(ref reader), KeyId.Read(ref reader), reader.Exactly(CipherSuite.HashLength).ToArray(), reader.Exactly(SessionOffer.NonceLength).ToArray(),
            reader.Exactly(CipherSuite.PointLength).ToArray(), reader.Time(), reader.U32(), reader.U32(), Signing.Read(ref reader));
        reader.Require(answer.LifeSeconds is >= 60 and <= 86_400 && answer.MaxMessages is > 0 and <= 1u << 31);
        return answer;
    }

    /// <inheritdoc/>
    public void Write(WireWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.U8(Suite);
        Signer.Write(writer);
        Key.Write(writer);
        writer.Exactly(OfferHash, CipherSuite.HashLength).Exactly(Nonce, SessionOffer.NonceLength).Exactly(Public, CipherSuite.PointLength).Time(At).U32(LifeSeconds).U32(MaxMessages);
        Signing.Write(writer, Signature);
    }
}

/// <summary>A message under session keys.</summary>
/// <param name="Key">Number of the keys.</param>
/// <param name="FromOfferer">Direction: from who offered, or from who answered.</param>
/// <param name="Counter">1 for the first message of this direction under these keys, and one more for each.</param>
/// <param name="Content">Encrypted, a tag behind; at most 1 MiB.</param>
public sealed record SealedMessage(KeyId Key, bool FromOfferer, ulong Counter, byte[] Content) : IMessage<SealedMessage>
{
    /// <summary>Most bytes of the content, the tag included.</summary>
    public const int MaxContent = 1 << 20;

    /// <inheritdoc/>
    public static MessageKind Kind => MessageKind.SealedMessage;

    /// <inheritdoc/>
    public static int MaxLength => MaxContent + 64;

    /// <inheritdoc/>
    public static SealedMessage Read(ref WireReader reader)
    {
        KeyId key = KeyId.Read(ref reader);
        byte direction = reader.U8();
        ulong counter = reader.U64();
        reader.Require(direction <= 1 && counter is > 0 and <= 1ul << 31);
        return new SealedMessage(key, direction == 0, counter, reader.Bytes32(CipherSuite.TagLength, MaxContent));
    }

    /// <inheritdoc/>
    public void Write(WireWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        Key.Write(writer);
        writer.U8(FromOfferer ? (byte)0 : (byte)1).U64(Counter).Bytes32(Content, CipherSuite.TagLength, MaxContent);
    }

    /// <summary>What is authenticated beside the content.</summary>
    internal byte[] Beside() => [.. "wardkeeper/1 sealed\0"u8, .. Key.Bytes(), FromOfferer ? (byte)0 : (byte)1, .. new WireWriter().U64(Counter).Written];
}
