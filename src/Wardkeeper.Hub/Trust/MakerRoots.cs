using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Wardkeeper.Hub.Trust;

/// <summary>What a maker's authorities say of a certificate.</summary>
/// <param name="Root">The root that vouches for it; null when it is refused.</param>
/// <param name="Issuer">Key identifier of the authority that signed it; empty when it is refused.</param>
/// <param name="Fault">Why it is refused; null when it is not.</param>
internal sealed record MakerVerdict(MakerRoot? Root, string Issuer, CsrFault? Fault);

/// <summary>Roots of makers, by which a device's certificate of birth (IDevID) is judged, and the makers' lists of revoked certificates.</summary>
internal sealed class MakerRoots
{
    private const int LargestCertificate = 64 << 10;
    private ImmutableArray<Held> all = [];
    private ImmutableDictionary<string, HeldList> lists = ImmutableDictionary.Create<string, HeldList>(StringComparer.Ordinal);

    /// <summary>All roots, by name.</summary>
    public IReadOnlyList<MakerRoot> All => [.. all.Select(one => one.Root).OrderBy(one => one.Name, StringComparer.Ordinal).ThenBy(one => one.Number)];

    /// <summary>Their lists of revoked certificates, by the name of who signed them.</summary>
    public IReadOnlyList<MakerList> Lists => [.. lists.Values.Select(one => one.List).OrderBy(one => one.IssuerName, StringComparer.Ordinal)];

    /// <summary>Reads an authority's certificate, DER or PEM; null when it is none.</summary>
    public static X509Certificate2? Read(byte[] content)
    {
        if (content.Length is 0 or > LargestCertificate) return null;
        try
        {
            X509Certificate2 read = X509CertificateLoader.LoadCertificate(content);
            bool isAuthority = read.Extensions.OfType<X509BasicConstraintsExtension>().Any(one => one.CertificateAuthority);
            // SM2 is loaded, but its signatures cannot be checked here.
            bool isChecked = !read.SignatureAlgorithm.Value!.StartsWith("1.2.156.", StringComparison.Ordinal);
            if (isAuthority && isChecked) return read;
            read.Dispose();
        }
        catch (CryptographicException)
        {
            // It is no certificate.
        }
        return null;
    }

    /// <summary>Holds a root.</summary>
    public void Put(MakerRoot root) => ImmutableInterlocked.Update(ref all, static (known, added) => known.Add(added), new Held(root, X509CertificateLoader.LoadCertificate(root.Certificate)));

    /// <summary>Holds a list, in the place of the one before.</summary>
    public void Put(MakerList list)
    {
        if (RevocationList.Read(list.Content, out _) is { } read) ImmutableInterlocked.Update(ref lists, static (known, added) => known.SetItem(added.List.Issuer, added), new HeldList(list, read.Revoked));
    }

    /// <summary>Lets go of a root, and of its maker's lists.</summary>
    public void Remove(long number)
    {
        ImmutableInterlocked.Update(ref all, static (known, gone) => known.RemoveAll(one => one.Root.Number == gone), number);
        ImmutableInterlocked.Update(ref lists, static (known, gone) => known.RemoveRange(known.Where(one => one.Value.List.Root == gone).Select(one => one.Key)), number);
    }

    /// <summary>When the maker revoked a certificate; null when no list that is held says so.</summary>
    /// <param name="issuer">Key identifier of who signed it.</param>
    /// <param name="serial">Its serial number, as <see cref="SerialNumbers"/> writes it.</param>
    public DateTimeOffset? RevokedAt(string issuer, string serial) => lists.TryGetValue(issuer, out HeldList? held) && held.Revoked.TryGetValue(serial, out DateTimeOffset at) ? at : null;

    /// <summary>Devices among these certificates whose maker revoked what they were born with, and which nobody here revoked.</summary>
    public IReadOnlyList<long> AffectedAmong(IEnumerable<IssuedCertificate> certificates) =>
        [.. certificates.Where(one => one is { Profile: IssuedCertificate.Outside, RevokedAt: null, Device: not null } && RevokedAt(one.Issuer, one.Serial) is not null).Select(one => one.Device!.Value).Distinct().Order()];

    /// <summary>Judges a certificate. A list that is outdated still counts for what it names, and refuses nobody whom it does not name.</summary>
    /// <param name="certificate">What the device showed.</param>
    /// <param name="between">Certificates that it sent with it.</param>
    /// <param name="now">When.</param>
    public MakerVerdict Judge(X509Certificate2 certificate, X509Certificate2Collection between, DateTimeOffset now)
    {
        if (all.Length == 0 || certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(one => one.CertificateAuthority)) return Foreign;
        using X509Chain chain = Chain(now);
        chain.ChainPolicy.ExtraStore.AddRange(between);
        if (!chain.Build(certificate) || chain.ChainElements.Count < 2) return Unbuilt(chain, certificate);
        for (int i = 0; i + 1 < chain.ChainElements.Count; i++)
        {
            X509Certificate2 one = chain.ChainElements[i].Certificate;
            if (RevokedAt(CertificateMaker.KeyId(chain.ChainElements[i + 1].Certificate), SerialNumbers.Text(one.SerialNumberBytes.Span)) is not { } at) continue;
            string what = i == 0 ? "The maker revoked this certificate" : $"The maker revoked the certificate of {DistinguishedNames.Rfc4514(one.SubjectName.RawData)}, which stands behind this one,";
            return new(null, "", new CsrFault("client-certificate-revoked-by-maker", string.Create(CultureInfo.InvariantCulture, $"{what} on {at.UtcDateTime:yyyy-MM-dd}. Ask the maker; a one-time token enrols the device meanwhile.")));
        }
        string anchor = Convert.ToHexStringLower(SHA256.HashData(chain.ChainElements[^1].Certificate.RawData));
        return all.FirstOrDefault(one => one.Root.Fingerprint == anchor) is { } held ? new(held.Root, CertificateMaker.KeyId(chain.ChainElements[1].Certificate), null) : Foreign;
    }

    /// <summary>The authority of a maker that may have signed a list: the key belongs to a trusted root, or to an authority whose certificate is at hand and that a root vouches for.</summary>
    /// <param name="list">The list.</param>
    /// <param name="between">Certificates of authorities at hand.</param>
    /// <param name="now">When.</param>
    /// <returns>The authority's key identifier and the root; null when the signature is none of theirs.</returns>
    public (string KeyId, MakerRoot Root)? SignerOf(RevocationList list, X509Certificate2Collection between, DateTimeOffset now)
    {
        foreach (X509Certificate2 candidate in all.Select(one => one.Certificate).Concat(between))
        {
            if (!candidate.SubjectName.RawData.AsSpan().SequenceEqual(list.IssuerName.Span) || !IsListSigner(candidate) || list.Signed.IsSignedBy(candidate.PublicKey) != true) continue;
            using X509Chain chain = Chain(now);
            chain.ChainPolicy.ExtraStore.AddRange(between);
            if (!chain.Build(candidate)) continue;
            string anchor = Convert.ToHexStringLower(SHA256.HashData(chain.ChainElements[^1].Certificate.RawData));
            if (all.FirstOrDefault(one => one.Root.Fingerprint == anchor) is { } held) return (CertificateMaker.KeyId(candidate), held.Root);
        }
        return null;
    }

    private static MakerVerdict Foreign { get; } = new(null, "", new CsrFault("client-certificate-foreign", "The client certificate comes from no authority of this hospital, nor from a maker whose root is trusted here."));

    /// <summary>Why no chain leads to a root: nobody trusted is named, or one is named and it does not hold.</summary>
    private static MakerVerdict Unbuilt(X509Chain chain, X509Certificate2 certificate)
    {
        X509ChainStatusFlags all = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, static (sum, one) => sum | one.Status);
        if ((all & (X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot)) != 0 || all == X509ChainStatusFlags.NoError) return Foreign;
        return new(null, "", new CsrFault("client-certificate-unverifiable", $"The client certificate of {DistinguishedNames.Rfc4514(certificate.IssuerName.RawData)} cannot be verified ({all}). Check the clocks, and ask the maker."));
    }

    private static bool IsListSigner(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(one => one.CertificateAuthority) && certificate.Extensions.OfType<X509KeyUsageExtension>().All(one => one.KeyUsages.HasFlag(X509KeyUsageFlags.CrlSign));

    /// <summary>A chain that ends at the trusted roots. Lists are those that people imported: this machine does not go to the Internet.</summary>
    private X509Chain Chain(DateTimeOffset now)
    {
        X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        foreach (Held held in all) chain.ChainPolicy.CustomTrustStore.Add(held.Certificate);
        return chain;
    }

    private sealed record Held(MakerRoot Root, X509Certificate2 Certificate);

    private sealed record HeldList(MakerList List, FrozenDictionary<string, DateTimeOffset> Revoked);
}
