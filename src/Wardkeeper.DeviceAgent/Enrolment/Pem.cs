using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Wardkeeper.DeviceAgent.Enrolment;

/// <summary>Certificates in the forms in which they come.</summary>
internal static class Pem
{
    private const int MaxCertificates = 32;

    /// <summary>All certificates of a PEM text, in order.</summary>
    public static IReadOnlyList<X509Certificate2> Certificates(string pem)
    {
        X509Certificate2Collection found = [];
        try
        {
            found.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            return [];
        }
        return [.. found];
    }

    /// <summary>The certificates of a certs-only CMS (RFC 5652, section 5.1; RFC 7030, section 4.1.3) in base64, with or without line ends.</summary>
    /// <exception cref="AgentFault">It is none, or it holds more than 32.</exception>
    public static IReadOnlyList<X509Certificate2> FromCms(string base64)
    {
        try
        {
            AsnReader outer = new AsnReader(Convert.FromBase64String(base64), AsnEncodingRules.BER).ReadSequence();
            if (outer.ReadObjectIdentifier() != "1.2.840.113549.1.7.2") throw new AsnContentException("it is no signedData");
            AsnReader data = outer.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadSequence();
            data.ReadInteger();
            data.ReadSetOf();
            data.ReadSequence();
            Asn1Tag certificates = new(TagClass.ContextSpecific, 0);
            List<X509Certificate2> found = [];
            if (!data.HasData || !data.PeekTag().HasSameClassAndValue(certificates)) return found;
            AsnReader list = data.ReadSetOf(true, certificates);
            while (list.HasData)
            {
                if (found.Count == MaxCertificates) throw new AsnContentException("it holds too many certificates");
                found.Add(X509CertificateLoader.LoadCertificate(list.ReadEncodedValue().Span));
            }
            return found;
        }
        catch (Exception wrong) when (wrong is AsnContentException or FormatException or CryptographicException)
        {
            throw new AgentFault(Outcome.Unreachable, $"the EST server's answer holds no certificates as RFC 7030 writes them: {wrong.Message}", wrong);
        }
    }

    /// <summary>DER in base64.</summary>
    public static string Text(X509Certificate2 certificate) => Convert.ToBase64String(certificate.RawDataMemory.Span);

    /// <summary>The certificate of DER in base64.</summary>
    public static X509Certificate2 Certificate(string text) => X509CertificateLoader.LoadCertificate(Convert.FromBase64String(text));
}
