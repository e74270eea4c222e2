using System.Security.Cryptography;

namespace Wardkeeper.DeviceProtocol;

/// <summary>How long session keys live.</summary>
/// <param name="Life">60 s to a day.</param>
/// <param name="MaxMessages">Messages in each direction, 1 to 2³¹.</param>
public sealed record SessionTerms(TimeSpan Life, uint MaxMessages)
{
    /// <summary>An hour, and 2²⁰ messages.</summary>
    public static SessionTerms Default { get; } = new(TimeSpan.FromHours(1), 1 << 20);
}

/// <summary>
/// An agreement on session keys. Who offers keeps this object until the answer comes; who answers needs one call. Both check the other's
/// signature with the public key of the certificate that the connection, or the ledger, showed.
/// </summary>
public sealed class SessionAgreement : IDisposable
{
    private readonly CipherSuite suite;
    private readonly IAgreementKey own;

    private SessionAgreement(CipherSuite suite, IAgreementKey own, SessionOffer offer) => (this.suite, this.own, Offer) = (suite, own, offer);

    /// <summary>What is sent.</summary>
    public SessionOffer Offer { get; }

    /// <summary>Begins one.</summary>
    /// <param name="signer">This end's certificate.</param>
    /// <param name="peer">The other end's certificate.</param>
    /// <param name="now">This end's time, in nanoseconds since 1970-01-01 UTC.</param>
    public static SessionAgreement Begin(IMessageSigner signer, CertificateId peer, long now)
    {
        ArgumentNullException.ThrowIfNull(signer);
        IAgreementKey own = signer.Suite.NewAgreementKey();
        SessionOffer offer = new(signer.Suite.Number, signer.Signer, peer, RandomNumberGenerator.GetBytes(SessionOffer.NonceLength), own.Public, now, []);
        return new SessionAgreement(signer.Suite, own, Signing.Sign(offer, signer));
    }

    /// <summary>Ends it with the answer; null with the fault when the answer is not one of the peer to this offer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="peerKey">Subject public key info of the peer's certificate.</param>
    /// <param name="fault">Why there are no keys.</param>
    public SessionKeys? Finish(SessionAnswer answer, ReadOnlySpan<byte> peerKey, out ProtocolFault fault)
    {
        ArgumentNullException.ThrowIfNull(answer);
        fault = ProtocolFault.BadSignature;
        if (!Signing.IsSigned(answer, suite, peerKey)) return null;
        SessionKeys? keys = SessionKeys.OfOfferer(suite, Offer, answer, own);
        fault = keys is null ? ProtocolFault.BadValue : ProtocolFault.None;
        return keys;
    }

    /// <summary>Answers an offer; null with the fault when it is not one for this end.</summary>
    /// <param name="offer">The offer.</param>
    /// <param name="offererKey">Subject public key info of the certificate that the offer names.</param>
    /// <param name="signer">This end's certificate.</param>
    /// <param name="terms">How long the keys shall live.</param>
    /// <param name="now">This end's time.</param>
    /// <param name="fault">Why there is no answer.</param>
    public static (SessionAnswer Answer, SessionKeys Keys)? Answer(SessionOffer offer, ReadOnlySpan<byte> offererKey, IMessageSigner signer, SessionTerms terms, long now, out ProtocolFault fault)
    {
        ArgumentNullException.ThrowIfNull(offer);
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(terms);
        CipherSuite suite = signer.Suite;
        fault = ProtocolFault.UnknownSuite;
        if (offer.Suite != suite.Number) return null;
        fault = ProtocolFault.BadSignature;
        if (!Signing.IsSigned(offer, suite, offererKey)) return null;
        fault = ProtocolFault.BadValue;
        if (offer.Peer != signer.Signer) return null;
        using IAgreementKey own = suite.NewAgreementKey();
        SessionAnswer answer = Signing.Sign(new SessionAnswer(suite.Number, signer.Signer, KeyId.New(), suite.Hash(Message.Encode(offer)), RandomNumberGenerator.GetBytes(SessionOffer.NonceLength),
            own.Public, now, (uint)terms.Life.TotalSeconds, terms.MaxMessages, []), signer);
        if (SessionKeys.OfAnswerer(suite, offer, answer, own) is not { } keys) return null;
        fault = ProtocolFault.None;
        return (answer, keys);
    }

    /// <summary>Forgets the key of the agreement.</summary>
    public void Dispose() => own.Dispose();
}
