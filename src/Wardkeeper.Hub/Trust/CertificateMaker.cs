using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.Hub.Trust.Keys;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Trust;

/// <summary>Alternative names of a certificate.</summary>
/// <param name="Dns">DNS names.</param>
/// <param name="Addresses">IP addresses.</param>
/// <param name="Module">Name of the hardware module, or null.</param>
internal sealed record AlternativeNames(IReadOnlyList<string> Dns, IReadOnlyList<IPAddress> Addresses, HardwareModuleName? Module)
{
    public static AlternativeNames None { get; } = new([], [], null);
}

/// <summary>Where lists of revoked certificates and OCSP answers are fetched; certificates name it. Null when nobody said how this machine is reached.</summary>
/// <param name="Address">Begin of the address, for example <c>http://pki.hospital.example:8081</c>.</param>
internal sealed record PublicationPoints(string? Address)
{
    /// <summary>Address of an authority's list.</summary>
    public string? Crl(string keyId) => Address is null ? null : $"{Address}/crl/{keyId}.crl";

    /// <summary>Address of the OCSP responder.</summary>
    public string? Ocsp => Address is null ? null : Address + "/ocsp";

    /// <summary>Address of an authority's certificate.</summary>
    public string? Authority(string keyId) => Address is null ? null : $"{Address}/ca/{keyId}.cer";
}

/// <summary>Makes certificates and requests (RFC 5280); pure but for the serial number.</summary>
internal static class CertificateMaker
{
    private const string OcspSigning = "1.3.6.1.5.5.7.3.9", NoCheck = "1.3.6.1.5.5.7.48.1.5";

    /// <summary>How far certificates reach back, for devices whose clock is a little behind.</summary>
    private static readonly TimeSpan Back = TimeSpan.FromHours(1);

    /// <summary>A certificate's time as the ledger counts it. Certificates of birth have no end (802.1AR, 8.7: the year 9999), which is more than it counts.</summary>
    public static CaptureTime Time(DateTime at) => CaptureTime.FromDate(at.ToUniversalTime() is { Year: > 2200 } ? new DateTimeOffset(2200, 1, 1, 0, 0, 0, TimeSpan.Zero) : at.ToUniversalTime());

    /// <summary>Key identifier of an authority's certificate, lower-case hex.</summary>
    public static string KeyId(X509Certificate2 certificate) =>
        (certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault() ?? new X509SubjectKeyIdentifierExtension(certificate.PublicKey, false)).SubjectKeyIdentifier!.ToLowerInvariant();

    /// <summary>A certificate for a device, a server or a person.</summary>
    public static X509Certificate2 Leaf(CertificateProfile profile, CheckedRequest request, X500DistinguishedName subject, AlternativeNames names, X509Certificate2 authority, IAuthorityKey key, PublicationPoints points, DateTimeOffset now)
    {
        CertificateRequest made = new(subject, request.Key, key.Hash);
        made.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        // An EC key cannot encipher.
        made.CertificateExtensions.Add(new X509KeyUsageExtension(request.Kind == KeyKind.Rsa ? profile.Usage : X509KeyUsageFlags.DigitalSignature, true));
        made.CertificateExtensions.Add(profile.PurposeExtension());
        if (Alternative(names) is { } alternative) made.CertificateExtensions.Add(alternative);
        made.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.Key, false));
        string issuer = KeyId(authority);
        made.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(Convert.FromHexString(issuer)));
        if (points.Address is not null)
        {
            made.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([points.Crl(issuer)!]));
            made.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension([points.Ocsp!], [points.Authority(issuer)!]));
        }
        return Sign(made, authority, key, now, profile.Life);
    }

    /// <summary>A root.</summary>
    public static X509Certificate2 Root(X500DistinguishedName name, IAuthorityKey key, DateTimeOffset now, TimeSpan life)
    {
        CertificateRequest made = AuthorityRequest(name, key.PublicKey, key.Hash, pathLength: 1);
        return made.Create(name, key.Signer, Whole(now - Back), Whole(now + life), SerialNumbers.Make());
    }

    /// <summary>An issuing authority under a root.</summary>
    public static X509Certificate2 Issuing(X500DistinguishedName name, PublicKey publicKey, X509Certificate2 root, IAuthorityKey rootKey, PublicationPoints points, DateTimeOffset now, TimeSpan life)
    {
        CertificateRequest made = AuthorityRequest(name, publicKey, rootKey.Hash, pathLength: 0);
        string issuer = KeyId(root);
        made.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(Convert.FromHexString(issuer)));
        if (points.Address is not null) made.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([points.Crl(issuer)!]));
        return Sign(made, root, rootKey, now, life);
    }

    /// <summary>A certificate for whoever signs an authority's OCSP answers; it is good for nothing else, and nobody need ask whether it was revoked (RFC 6960, 4.2.2.2.1).</summary>
    public static X509Certificate2 Responder(PublicKey publicKey, X509Certificate2 authority, IAuthorityKey key, DateTimeOffset now, TimeSpan life)
    {
        CertificateRequest made = new(DistinguishedNames.Make((DistinguishedNames.CommonName, "OCSP responder")), publicKey, key.Hash);
        made.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        made.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        made.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(OcspSigning)], false));
        made.CertificateExtensions.Add(new X509Extension(NoCheck, [5, 0], false));
        made.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(publicKey, false));
        made.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(Convert.FromHexString(KeyId(authority))));
        return Sign(made, authority, key, now, life);
    }

    /// <summary>The request of an issuing authority for an outside one, DER.</summary>
    public static byte[] Request(X500DistinguishedName name, IAuthorityKey key) => AuthorityRequest(name, key.PublicKey, key.Hash, pathLength: 0).CreateSigningRequest(key.Signer);

    /// <summary>A list of revoked certificates, DER.</summary>
    public static byte[] Crl(X509Certificate2 authority, IAuthorityKey key, IEnumerable<IssuedCertificate> revoked, long number, DateTimeOffset now, TimeSpan life)
    {
        CertificateRevocationListBuilder list = new();
        foreach (IssuedCertificate one in revoked) list.AddEntry(Convert.FromHexString(one.Serial), Access.WallClock.ToDate(one.RevokedAt!.Value), RevocationReasons.Of(one.RevocationReason!));
        X509AuthorityKeyIdentifierExtension issuer = X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(Convert.FromHexString(KeyId(authority)));
        return list.Build(authority.SubjectName, key.Signer, number, Whole(now + life), key.Hash, issuer, Whole(now));
    }

    private static X509Certificate2 Sign(CertificateRequest made, X509Certificate2 authority, IAuthorityKey key, DateTimeOffset now, TimeSpan life)
    {
        DateTimeOffset begin = Whole(now - Back), end = Whole(now + life), last = authority.NotAfter.ToUniversalTime(), first = authority.NotBefore.ToUniversalTime();
        return made.Create(authority.SubjectName, key.Signer, begin < first ? first : begin, end > last ? last : end, SerialNumbers.Make());
    }

    private static CertificateRequest AuthorityRequest(X500DistinguishedName name, PublicKey publicKey, HashAlgorithmName hash, int pathLength)
    {
        CertificateRequest made = new(name, publicKey, hash);
        made.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, pathLength, true));
        made.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.DigitalSignature, true));
        made.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(publicKey, false));
        return made;
    }

    private static DateTimeOffset Whole(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    private static X509Extension? Alternative(AlternativeNames names)
    {
        if (names.Dns.Count + names.Addresses.Count == 0 && names.Module is null) return null;
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (string dns in names.Dns) writer.WriteCharacterString(UniversalTagNumber.IA5String, dns, new Asn1Tag(TagClass.ContextSpecific, 2));
            foreach (IPAddress address in names.Addresses) writer.WriteOctetString(address.GetAddressBytes(), new Asn1Tag(TagClass.ContextSpecific, 7));
            if (names.Module is { } module)
            {
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0, true)))
                {
                    writer.WriteObjectIdentifier(CsrCheck.ModuleName);
                    using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0, true)))
                    using (writer.PushSequence())
                    {
                        writer.WriteObjectIdentifier(module.Type);
                        writer.WriteOctetString(module.Serial);
                    }
                }
            }
        }
        return new X509Extension("2.5.29.17", writer.Encode(), false);
    }
}
