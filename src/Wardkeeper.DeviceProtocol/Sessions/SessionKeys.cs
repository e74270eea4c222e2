using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Wardkeeper.DeviceProtocol;

/// <summary>
/// The keys of one session at one of its ends, one for each direction. They come from a secret of two keys that were made for this
/// agreement and are forgotten after it: who gets a certificate's key later cannot read what was said before. Not for several threads at once.
/// </summary>
public sealed class SessionKeys : IDisposable
{
    private readonly CipherSuite suite;
    private readonly bool isOfferer;
    private readonly byte[] sendKey, receiveKey, sendNonce, receiveNonce;
    private readonly CounterWindow received = new();
    private ulong sent;

    private SessionKeys(CipherSuite suite, SessionOffer offer, SessionAnswer answer, byte[] secret, bool isOfferer)
    {
        (this.suite, this.isOfferer) = (suite, isOfferer);
        (Key, Peer, MaxMessages) = (answer.Key, isOfferer ? answer.Signer : offer.Signer, answer.MaxMessages);
        // Each end counts by its own clock, from its own message.
        Begun = isOfferer ? offer.At : answer.At;
        Ends = Begun + (answer.LifeSeconds * 1_000_000_000L);
        int part = suite.KeyLength + CipherSuite.NonceLength;
        byte[] info = Info(suite, offer, answer), all = suite.Derive(secret, [.. offer.Nonce, .. answer.Nonce], info, part * 2);
        CryptographicOperations.ZeroMemory(secret);
        byte[] offerers = all[..part], answerers = all[part..];
        (byte[] mine, byte[] theirs) = isOfferer ? (offerers, answerers) : (answerers, offerers);
        (sendKey, sendNonce, receiveKey, receiveNonce) = (mine[..suite.KeyLength], mine[suite.KeyLength..], theirs[..suite.KeyLength], theirs[suite.KeyLength..]);
        foreach (byte[] used in (byte[][])[all, mine, theirs]) CryptographicOperations.ZeroMemory(used);
    }

    /// <summary>Their number.</summary>
    public KeyId Key { get; }

    /// <summary>Certificate of the other end.</summary>
    public CertificateId Peer { get; }

    /// <summary>From when on they count, in nanoseconds since 1970-01-01 UTC of this end's clock.</summary>
    public long Begun { get; }

    /// <summary>When they are over.</summary>
    public long Ends { get; }

    /// <summary>How many messages this end may send.</summary>
    public uint MaxMessages { get; }

    /// <summary>Whether new keys are due: three quarters of their time or of their messages are used.</summary>
    public bool IsDue(long now) => now - Begun >= (Ends - Begun) / 4 * 3 || sent >= (ulong)MaxMessages / 4 * 3;

    /// <summary>Whether nothing may be sent any more.</summary>
    public bool IsSpent(long now) => now >= Ends || sent >= MaxMessages;

    /// <summary>Encrypts the next message; null when the keys are spent.</summary>
    public SealedMessage? Seal(ReadOnlySpan<byte> clear, long now)
    {
        if (IsSpent(now)) return null;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(clear.Length, SealedMessage.MaxContent - CipherSuite.TagLength, nameof(clear));
        SealedMessage head = new(Key, isOfferer, ++sent, []);
        return head with { Content = suite.Seal(sendKey, Nonce(sendNonce, head.Counter), clear, head.Beside()) };
    }

    /// <summary>Decrypts a message of the other end; null when it is not one, was there before, or the keys are over.</summary>
    /// <param name="message">The message.</param>
    /// <param name="now">This end's time.</param>
    /// <param name="overlap">How long after their end keys still open what was under way, in nanoseconds.</param>
    public byte[]? Open(SealedMessage message, long now, long overlap = 0)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.Key != Key || message.FromOfferer == isOfferer || now >= Ends + overlap || message.Counter > MaxMessages || received.Judge(message.Counter) != CounterState.New) return null;
        byte[]? clear = suite.Open(receiveKey, Nonce(receiveNonce, message.Counter), message.Content, message.Beside());
        if (clear is not null) received.Take(message.Counter);
        return clear;
    }

    /// <summary>Forgets the keys.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(sendKey);
        CryptographicOperations.ZeroMemory(receiveKey);
        sent = MaxMessages;
    }

    /// <summary>The end that offered makes its keys from the answer, whose signature the caller has checked; null when the answer is not one to this offer.</summary>
    internal static SessionKeys? OfOfferer(CipherSuite suite, SessionOffer offer, SessionAnswer answer, IAgreementKey own)
    {
        if (answer.Suite != suite.Number || answer.Signer != offer.Peer || !answer.OfferHash.AsSpan().SequenceEqual(suite.Hash(Message.Encode(offer)))) return null;
        return own.Agree(answer.Public) is { } secret ? new SessionKeys(suite, offer, answer, secret, isOfferer: true) : null;
    }

    /// <summary>The end that answers makes its keys.</summary>
    internal static SessionKeys? OfAnswerer(CipherSuite suite, SessionOffer offer, SessionAnswer answer, IAgreementKey own) =>
        own.Agree(offer.Public) is { } secret ? new SessionKeys(suite, offer, answer, secret, isOfferer: false) : null;

    private static byte[] Info(CipherSuite suite, SessionOffer offer, SessionAnswer answer)
    {
        WireWriter info = new WireWriter().Raw("wardkeeper/1 session\0"u8).U8(suite.Number);
        offer.Signer.Write(info);
        answer.Signer.Write(info);
        return info.Raw(offer.Nonce).Raw(answer.Nonce).Raw(answer.Key.Bytes()).Raw(suite.Hash(Message.Encode(offer))).Raw(suite.Hash(Message.Encode(answer))).Written.ToArray();
    }

    /// <summary>As TLS 1.3 does it (RFC 8446, section 5.3): the counter over the end of a secret start value.</summary>
    private static byte[] Nonce(byte[] start, ulong counter)
    {
        byte[] nonce = [.. start];
        Span<byte> end = nonce.AsSpan(CipherSuite.NonceLength - 8);
        BinaryPrimitives.WriteUInt64BigEndian(end, BinaryPrimitives.ReadUInt64BigEndian(end) ^ counter);
        return nonce;
    }
}
