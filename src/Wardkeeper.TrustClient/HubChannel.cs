using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.DeviceProtocol;

namespace Wardkeeper.TrustClient;

/// <summary>The hub does not do what was asked, and says why.</summary>
/// <param name="refusal">The reason, a word of <see cref="RefusalReason"/>, and when to ask again.</param>
public sealed class RefusedByHubException(Refusal refusal) : Exception($"The hub refuses: {refusal.Reason}.")
{
    /// <summary>What it said.</summary>
    public Refusal Refusal => refusal;
}

/// <summary>
/// A channel to the hub that both ends proved themselves on: the hub by a certificate of one of the authorities given, this end by its own.
/// For servers, apps and gateways; may be used by several threads. A connection that breaks is made again at the next call.
/// </summary>
public sealed class HubChannel : IDisposable
{
    private readonly HttpClient http;
    private readonly X509Certificate2Collection authorities;
    private readonly TimeProvider clock;
    private volatile Seen? hub;

    /// <summary>Makes the channel; connects at the first call.</summary>
    /// <param name="address">The hub's listener for devices, <c>https://hub.example:8444</c>; the name must be in its certificate.</param>
    /// <param name="own">This end's certificate with its key, wherever that lies.</param>
    /// <param name="authorities">Roots that the hub's certificate must come from.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="inSuite">Makes the signer of another suite than 1 of this one; what the hub does not speak it refuses, and nothing is tried in its place.</param>
    public HubChannel(Uri address, X509Certificate2 own, X509Certificate2Collection authorities, TimeProvider? clock = null, Func<IMessageSigner, IMessageSigner>? inSuite = null)
    {
        ArgumentNullException.ThrowIfNull(own);
        (this.authorities, this.clock) = (authorities, clock ?? TimeProvider.System);
        Own = CertificateId.Of(own) ?? throw new ArgumentException("The certificate must name its issuer's key (AuthorityKeyIdentifier).", nameof(own));
        EcdsaSigner signer = new(Own, own.GetECDsaPrivateKey() ?? throw new ArgumentException("The certificate must have a P-256 key.", nameof(own)));
        Signer = inSuite?.Invoke(signer) ?? signer;
        SocketsHttpHandler handler = new()
        {
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),
            UseProxy = false,
            AllowAutoRedirect = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                ClientCertificates = [own],
                LocalCertificateSelectionCallback = (_, _, _, _, _) => own,
                RemoteCertificateValidationCallback = (_, shown, chain, errors) => Trusts(shown as X509Certificate2, chain, errors),
            },
        };
        http = new HttpClient(handler) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(15) };
    }

    /// <summary>This end's certificate.</summary>
    public CertificateId Own { get; }

    /// <summary>Signs with this end's key.</summary>
    public IMessageSigner Signer { get; }

    /// <summary>Now, in nanoseconds since 1970-01-01 UTC.</summary>
    public long Now => (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    /// <summary>The hub's certificate, as it showed it last; null before the first call.</summary>
    public CertificateId? Hub => hub?.Certificate;

    /// <summary>Asks whether a certificate counts now. It counts for a key only when the answer's key hash is that key's: <see cref="VerifyPeerAsync"/> does both.</summary>
    /// <exception cref="RefusedByHubException">The hub refuses.</exception>
    /// <exception cref="HttpRequestException">The hub cannot be reached.</exception>
    public Task<IdentityAnswer> AskIdentityAsync(CertificateId certificate, CancellationToken cancel = default) => AskAsync<IdentityQuestion, IdentityAnswer>("identity", new IdentityQuestion(certificate), cancel);

    /// <summary>Whether a certificate that a peer showed is one of the hub's ledger, of this very key, and neither revoked nor over.</summary>
    /// <returns>How it stands, and its device; <see cref="IdentityState.Unknown"/> when its key is another one.</returns>
    public async Task<IdentityAnswer> VerifyPeerAsync(X509Certificate2 peer, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(peer);
        IdentityAnswer unknown = new(IdentityState.Unknown, 0, new byte[32], false, []);
        if (CertificateId.Of(peer) is not { } id) return unknown;
        IdentityAnswer answer = await AskIdentityAsync(id, cancel);
        return SHA256.HashData(peer.PublicKey.ExportSubjectPublicKeyInfo()).AsSpan().SequenceEqual(answer.KeyHash) ? answer : unknown;
    }

    /// <summary>Sends telemetry.</summary>
    public Task<TelemetryReceipt> SendAsync(TelemetryBatch batch, CancellationToken cancel = default) => AskAsync<TelemetryBatch, TelemetryReceipt>("telemetry", batch, cancel);

    /// <summary>Agrees on session keys with the hub.</summary>
    /// <exception cref="CryptographicException">The answer is not the hub's.</exception>
    public async Task<SessionKeys> AgreeAsync(CancellationToken cancel = default)
    {
        Seen seen = await SeenAsync(cancel);
        using SessionAgreement agreement = SessionAgreement.Begin(Signer, seen.Certificate, Now);
        SessionAnswer answer = await AskAsync<SessionOffer, SessionAnswer>("session", agreement.Offer, cancel);
        return agreement.Finish(answer, seen.PublicKey, out ProtocolFault fault) ?? throw new CryptographicException($"The hub's answer does not hold: {fault}.");
    }

    /// <summary>Sends telemetry under session keys; null when new keys are to be agreed on first.</summary>
    public async Task<TelemetryReceipt?> SendSealedAsync(TelemetryBatch batch, SessionKeyRing ring, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(ring);
        if (ring.Seal(Message.Encode(batch), Now) is not { } message) return null;
        SealedMessage back = await AskAsync<SealedMessage, SealedMessage>("sealed", message, cancel);
        return ring.Open(back, Now) is { } clear ? Message.Decode<TelemetryReceipt>(clear, out _) : null;
    }

    /// <summary>Gets the data keys of a scope: <c>telemetry/d-17</c>, or the own ones.</summary>
    /// <exception cref="CryptographicException">The answer is not the hub's, or not to this request.</exception>
    public async Task<IReadOnlyList<DataKey>> DataKeysAsync(string scope = ReaderKey.Own, CancellationToken cancel = default)
    {
        Seen seen = await SeenAsync(cancel);
        using DataKeyRequest request = DataKeyRequest.Begin(Signer, Now, scope);
        DataKeyList list = await AskAsync<ReaderKey, DataKeyList>("keys", request.Key, cancel);
        return request.Unwrap(list, seen.Certificate, seen.PublicKey, out ProtocolFault fault) ?? throw new CryptographicException($"The hub's answer does not hold: {fault}.");
    }

    /// <summary>One message and its answer.</summary>
    /// <exception cref="RefusedByHubException">The hub refuses.</exception>
    /// <exception cref="HttpRequestException">The hub cannot be reached, or what answers is no hub.</exception>
    public async Task<TAnswer> AskAsync<TQuestion, TAnswer>(string path, TQuestion question, CancellationToken cancel = default)
        where TQuestion : class, IMessage<TQuestion>
        where TAnswer : class, IMessage<TAnswer>
    {
        using ByteArrayContent body = new(Message.Encode(question));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using HttpRequestMessage request = new(HttpMethod.Post, "trust/v1/" + path) { Content = body };
        using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        byte[] said = await ReadAsync(response, response.IsSuccessStatusCode ? TAnswer.MaxLength : Refusal.MaxLength, cancel);
        if (response.StatusCode != HttpStatusCode.OK) throw Message.Decode<Refusal>(said, out _) is { } refusal ? new RefusedByHubException(refusal) : new HttpRequestException($"The hub answers {(int)response.StatusCode}.");
        return Message.Decode<TAnswer>(said, out ProtocolFault fault) ?? throw new HttpRequestException($"What the hub answers is none of its messages: {fault}.");
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, int most, CancellationToken cancel)
    {
        await using Stream stream = await response.Content.ReadAsStreamAsync(cancel);
        byte[] buffer = new byte[most + 1];
        int length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        return length <= most ? buffer[..length] : throw new HttpRequestException("The hub's answer is too long.");
    }

    private async Task<Seen> SeenAsync(CancellationToken cancel)
    {
        if (hub is { } seen) return seen;
        await AskIdentityAsync(Own, cancel);
        return hub ?? throw new HttpRequestException("The hub showed no certificate that names its issuer.");
    }

    /// <summary>The chain is built again with the authorities given; of the errors of the platform's own chain only the name's counts.</summary>
    private bool Trusts(X509Certificate2? shown, X509Chain? offered, SslPolicyErrors errors)
    {
        if (shown is null || (errors & (SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateNotAvailable)) != 0) return false;
        using X509Chain chain = new();
        X509ChainPolicy policy = chain.ChainPolicy;
        (policy.TrustMode, policy.RevocationMode, policy.VerificationTime, policy.DisableCertificateDownloads) = (X509ChainTrustMode.CustomRootTrust, X509RevocationMode.NoCheck, clock.GetUtcNow().UtcDateTime, true);
        policy.CustomTrustStore.AddRange(authorities);
        policy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        foreach (X509ChainElement element in offered?.ChainElements ?? Enumerable.Empty<X509ChainElement>()) policy.ExtraStore.Add(element.Certificate);
        if (!chain.Build(shown)) return false;
        if (CertificateId.Of(shown) is { } id) hub = new Seen(id, shown.PublicKey.ExportSubjectPublicKeyInfo());
        return true;
    }

    private sealed record Seen(CertificateId Certificate, byte[] PublicKey);
}
