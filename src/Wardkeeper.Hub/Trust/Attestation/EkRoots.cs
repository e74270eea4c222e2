using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.DeviceProtocol;

namespace Wardkeeper.Hub.Trust.Attestation;

/// <summary>Roots of the makers of TPMs that the site trusts, and what follows for a certificate of an endorsement key.</summary>
/// <param name="roots">The roots; none: no TPM is trusted to be one.</param>
internal sealed class EkRoots(IReadOnlyList<X509Certificate2> roots)
{
    private const string EkUsage = "2.23.133.8.1";

    /// <summary>Roots and intermediates from a file of PEM certificates.</summary>
    /// <exception cref="CryptographicException">A certificate in it cannot be read.</exception>
    public static EkRoots OfPem(string pem)
    {
        X509Certificate2Collection all = [];
        all.ImportFromPem(pem);
        return new EkRoots([.. all]);
    }

    /// <summary>Whether the first certificate is one of this endorsement key (TCG EK Credential Profile, section 3.2), made by a trusted maker, and in force.</summary>
    /// <param name="chain">Certificates in DER: the key's own, then those above it.</param>
    /// <param name="ek">The key.</param>
    /// <param name="at">When it shall be in force.</param>
    public bool Trusts(IReadOnlyList<byte[]> chain, TpmPublic ek, DateTimeOffset at)
    {
        if (roots.Count == 0 || chain.Count == 0 || ek.SubjectPublicKeyInfo() is not { } key) return false;
        List<X509Certificate2> loaded = [];
        try
        {
            foreach (byte[] one in chain) loaded.Add(X509CertificateLoader.LoadCertificate(one));
            if (!loaded[0].PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key)) return false;
            using X509Chain built = new();
            X509ChainPolicy policy = built.ChainPolicy;
            (policy.TrustMode, policy.RevocationMode, policy.VerificationTime, policy.DisableCertificateDownloads) = (X509ChainTrustMode.CustomRootTrust, X509RevocationMode.NoCheck, at.UtcDateTime, true);
            policy.ApplicationPolicy.Add(new Oid(EkUsage));
            foreach (X509Certificate2 root in roots)
            {
                // Only who signed himself is trusted by himself; what lies beside him in the file helps to reach him.
                if (root.SubjectName.RawData.AsSpan().SequenceEqual(root.IssuerName.RawData)) policy.CustomTrustStore.Add(root);
                else policy.ExtraStore.Add(root);
            }
            for (int i = 1; i < loaded.Count; i++) policy.ExtraStore.Add(loaded[i]);
            return built.Build(loaded[0]) && loaded[0].Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(static usage => usage.EnhancedKeyUsages[EkUsage] is not null);
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            foreach (X509Certificate2 one in loaded) one.Dispose();
        }
    }
}
