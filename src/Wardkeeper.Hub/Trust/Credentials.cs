using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.Hub.Access;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Trust;

/// <summary>By what a device shows who it is when it asks for a certificate.</summary>
/// <param name="How">API value: voucher, idevid or renewal.</param>
/// <param name="Text">In words, for the audit log; never a secret.</param>
internal abstract record Credential(string How, string Text);

/// <summary>A one-time token.</summary>
internal sealed record VoucherCredential(Voucher Voucher) : Credential("voucher", $"voucher {Voucher.Number} of {Voucher.By}");

/// <summary>The certificate that the device was born with (IDevID).</summary>
/// <param name="Root">The maker's root that vouches for it.</param>
/// <param name="Certificate">The certificate.</param>
/// <param name="Issuer">Key identifier of its issuer.</param>
/// <param name="Serial">Serial number of the device in it, or null.</param>
/// <param name="Bound">It as it is bound to a device already, or null.</param>
internal sealed record BirthCredential(MakerRoot Root, X509Certificate2 Certificate, string Issuer, string? Serial, IssuedCertificate? Bound) : Credential("idevid", $"certificate of {Root.Name}, device {Serial ?? "without a serial number"}");

/// <summary>A certificate that was issued here before.</summary>
internal sealed record EarlierCredential(IssuedCertificate Certificate, X509Certificate2 Shown) : Credential("renewal", $"{Certificate.Id}");

/// <summary>Judges what a device shows. The TLS layer has proven that it holds the key of a certificate; everything else is judged here.</summary>
internal sealed class Credentials(ITrustStore store, AuthorityBook book, IdentityDirectory identities, MakerRoots roots, TimeProvider time)
{
    private const int LongestSecret = 200;

    /// <summary>Judges a certificate.</summary>
    /// <param name="shown">The certificate.</param>
    /// <param name="between">Certificates sent with it.</param>
    /// <returns>What it proves, or why it proves nothing.</returns>
    public (Credential? Credential, CsrFault? Fault) OfCertificate(X509Certificate2 shown, X509Certificate2Collection between)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (Own(shown) is { } own) return own;
        if (now < shown.NotBefore.ToUniversalTime()) return Fault("client-certificate-future", "The client certificate is not valid yet. Check the clocks.");
        if (now > shown.NotAfter.ToUniversalTime()) return Fault("client-certificate-over", "The client certificate is over.");
        MakerVerdict verdict = roots.Judge(shown, between, now);
        if (verdict.Root is not { } root) return (null, verdict.Fault);
        string issuer = verdict.Issuer;
        IssuedCertificate? bound = identities.FindCertificate(SerialNumbers.Text(shown.SerialNumberBytes.Span), issuer);
        if (bound?.RevokedAt is not null) return Fault("client-certificate-revoked", "The maker's certificate of this device was revoked here.");
        return (new BirthCredential(root, shown, issuer, SerialOf(shown), bound), null);
    }

    /// <summary>Judges a one-time token. A used one is good only for the message that used it, which <see cref="Enrolments"/> looks at.</summary>
    public async Task<(Credential? Credential, CsrFault? Fault)> OfSecretAsync(string secret, CancellationToken cancel)
    {
        if (secret.Length is 0 or > LongestSecret || await store.VoucherAsync(SecretText.Hash(secret.Trim()), cancel) is not { } voucher) return Fault("token-unknown", "There is no such one-time token.");
        return voucher.Used is null && voucher.Expires <= time.Now() ? Fault("token-over", "The one-time token is over. Ask for another.") : (new VoucherCredential(voucher), null);
    }

    /// <summary>Serial number of a device in its certificate of birth: in the subject (802.1AR, 8.6), else of the hardware module.</summary>
    private static string? SerialOf(X509Certificate2 certificate)
    {
        string? named = DistinguishedNames.Read(certificate.SubjectName.RawData).Where(one => one.Type == DistinguishedNames.SerialNumber).Select(one => one.Value.Trim()).FirstOrDefault(one => one.Length > 0);
        if (named is not null) return named;
        return CsrCheck.NamesOf(certificate).Module is { } module ? Convert.ToHexString(module.Serial) : null;
    }

    private static (Credential? Credential, CsrFault? Fault) Fault(string code, string message) => (null, new CsrFault(code, message));

    /// <summary>Judges a certificate that names an authority of ours as its issuer; null when it names none.</summary>
    private (Credential? Credential, CsrFault? Fault)? Own(X509Certificate2 shown)
    {
        string? keyId = KeyIdOfIssuer(shown);
        Authority? authority = keyId is null ? null : book.All.FirstOrDefault(one => one.KeyId == keyId && one.Kind == AuthorityKind.Issuing);
        if (authority is null) return null;
        CaptureTime now = time.Now();
        if (now < authority.NotBefore) return Fault("client-certificate-future", $"The client certificate comes from {authority.Name}, which is not valid yet. Check the clocks.");
        if (book.Trusted(authority.KeyId) is null) return Fault("client-certificate-issuer", $"The client certificate comes from {authority.Name}, which is trusted no more. Enrol anew.");
        if (identities.FindCertificate(SerialNumbers.Text(shown.SerialNumberBytes.Span), authority.KeyId) is not { } known || !IsSignedBy(shown, authority)) return Fault("client-certificate-unknown", "The client certificate was not issued here, though it says so.");
        if (known.RevokedAt is not null) return Fault("client-certificate-revoked", $"The client certificate was revoked ({known.RevocationReason}).");
        if (now < known.NotBefore) return Fault("client-certificate-future", "The client certificate is not valid yet. Check the clocks.");
        return now > known.NotAfter ? Fault("client-certificate-over", "The client certificate is over. Enrol anew, with a one-time token or the maker's certificate.") : (new EarlierCredential(known, shown), null);
    }

    private static string? KeyIdOfIssuer(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault()?.KeyIdentifier is { } key ? Convert.ToHexStringLower(key.Span) : null;

    /// <summary>By the signature alone: which authority it is, and that it is trusted, is known; a whole chain costs ten times as much.</summary>
    private bool IsSignedBy(X509Certificate2 shown, Authority authority)
    {
        try
        {
            return SignedContent.Read(shown.RawDataMemory).IsSignedBy(book.CertificateOf(authority).PublicKey) == true;
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            return false;
        }
    }
}
