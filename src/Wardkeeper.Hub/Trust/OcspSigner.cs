using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.Hub.Access;
using Wardkeeper.Hub.Audit;
using Wardkeeper.Hub.Trust.Keys;

namespace Wardkeeper.Hub.Trust;

/// <summary>
/// Signs OCSP answers in an authority's name (RFC 6960, 4.2.2.2): with a key that lives in this process only, and a certificate of two days that the authority's key
/// signs once a day. So strangers' questions never reach the authority's key, which may lie in a slow token. That certificate needs no list of its own: it says that nobody need ask for it.
/// </summary>
internal sealed class OcspSigner(AuthorityBook book, IAuditLog audit, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(2), RenewAfter = TimeSpan.FromDays(1);
    private readonly ConcurrentDictionary<string, Signer> signers = new(StringComparer.Ordinal);
    private static readonly Actor Hub = new("hub:trust", new HashSet<Role>());
    private readonly ConcurrentQueue<AuditNote> unwritten = new();
    private readonly Lock making = new();

    /// <summary>Signs, as an authority's responder.</summary>
    /// <exception cref="AuthorityKeyException">The responder's certificate is due, and the authority's key is not at hand.</exception>
    public Signer Of(Authority authority)
    {
        if (Fresh(authority) is { } ready) return ready;
        lock (making)
        {
            if (Fresh(authority) is { } made) return made;
            DateTimeOffset now = time.GetUtcNow();
            ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            try
            {
                X509Certificate2 certificate = CertificateMaker.Responder(new PublicKey(key), book.CertificateOf(authority), book.KeyOf(authority), now, Life);
                unwritten.Enqueue(new AuditNote("ocsp-responder-issued", AuthorityBook.AuthoritySubject(authority), null, $"serial {certificate.SerialNumber}, until {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC"));
                return signers[authority.KeyId] = new Signer(certificate, key, now);
            }
            catch
            {
                key.Dispose();
                throw;
            }
        }
    }

    /// <summary>Writes into the audit log which certificates were made since the last time; before an answer that shows one leaves.</summary>
    public async Task WriteAsync(CancellationToken cancel)
    {
        while (unwritten.TryDequeue(out AuditNote note))
        {
            try
            {
                await audit.AppendAsync(Hub, [note], cancel);
            }
            catch
            {
                unwritten.Enqueue(note);
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Signer one in signers.Values) one.Dispose();
    }

    /// <summary>The signer of today; a clock that was set back makes another.</summary>
    private Signer? Fresh(Authority authority) => signers.TryGetValue(authority.KeyId, out Signer? known) && time.GetUtcNow() - known.Since is var age && age >= TimeSpan.Zero && age < RenewAfter ? known : null;

    /// <summary>A responder's key and certificate.</summary>
    /// <param name="Certificate">Its certificate.</param>
    /// <param name="Key">Its key.</param>
    /// <param name="Since">When it was made.</param>
    internal sealed record Signer(X509Certificate2 Certificate, ECDsa Key, DateTimeOffset Since) : IDisposable
    {
        /// <summary>Signs, DER.</summary>
        public byte[] Sign(byte[] data) => Key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

        /// <inheritdoc/>
        public void Dispose()
        {
            Certificate.Dispose();
            Key.Dispose();
        }
    }
}
