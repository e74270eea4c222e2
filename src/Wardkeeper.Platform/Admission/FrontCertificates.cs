using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Wardkeeper.Platform.Admission;

/// <summary>The certificates that FreeRADIUS shows and trusts, out of a folder of PEM files: <c>ca.pem</c> (one or more CAs), <c>crl.pem</c> (a revocation list of each), <c>radius.pem</c> with its chain, <c>radius.key</c>.</summary>
internal static class FrontCertificates
{
    /// <summary>The files of the folder.</summary>
    public const string Ca = "ca.pem", Crl = "crl.pem", Certificate = "radius.pem", Key = "radius.key";

    /// <summary>The file of CAs and their revocation lists that FreeRADIUS reads.</summary>
    public const string CaAndCrl = "ca-and-crl.pem";

    private const string CrlLabel = "X509 CRL";

    /// <summary>Reads and checks a folder; everything that is wrong is reported together.</summary>
    /// <returns>By the name of the file that FreeRADIUS reads, its text.</returns>
    /// <exception cref="UserError">Something is wrong.</exception>
    public static IReadOnlyDictionary<string, string> Read(string folder, DateTimeOffset now)
    {
        List<string> mistakes = [];
        Dictionary<string, string> texts = new(StringComparer.Ordinal);
        foreach (string name in (string[])[Ca, Crl, Certificate, Key])
        {
            string path = Path.Combine(folder, name);
            if (File.Exists(path)) texts[name] = File.ReadAllText(path);
            else mistakes.Add($"{path} is missing. The folder must hold {Ca}, {Crl}, {Certificate} and {Key} (PEM).");
        }
        if (mistakes.Count > 0) throw new UserError(mistakes);
        mistakes.AddRange(Mistakes(texts, now, needsLists: true));
        if (mistakes.Count > 0) throw new UserError(mistakes);
        return new Dictionary<string, string>(StringComparer.Ordinal) { [CaAndCrl] = $"{texts[Ca].Trim()}\n{texts[Crl].Trim()}\n", [Certificate] = texts[Certificate], [Key] = texts[Key] };
    }

    /// <summary>What is wrong with the files that FreeRADIUS reads.</summary>
    /// <param name="caAndCrl">CAs and revocation lists.</param>
    /// <param name="certificate">FreeRADIUS's certificate with its chain.</param>
    /// <param name="key">Its key.</param>
    /// <param name="now">The moment.</param>
    /// <param name="needsLists">Whether FreeRADIUS judges revocation by lists.</param>
    public static IEnumerable<string> Mistakes(string caAndCrl, string certificate, string key, DateTimeOffset now, bool needsLists) =>
        Mistakes(new Dictionary<string, string>(StringComparer.Ordinal) { [Ca] = caAndCrl, [Crl] = caAndCrl, [Certificate] = certificate, [Key] = key }, now, needsLists);

    private static List<string> Mistakes(Dictionary<string, string> texts, DateTimeOffset now, bool needsLists)
    {
        List<string> mistakes = [];
        X509Certificate2Collection authorities = [];
        try
        {
            authorities.ImportFromPem(texts[Ca]);
            using X509Certificate2 own = X509Certificate2.CreateFromPem(texts[Certificate], texts[Key]);
            if (own.NotAfter.ToUniversalTime() < now) mistakes.Add($"FreeRADIUS's certificate ended on {Day(own.NotAfter)}: no device can check it any more. Issue another and run 'wardkeeper admission install' again.");
            if (own.NotBefore.ToUniversalTime() > now) mistakes.Add($"FreeRADIUS's certificate begins on {Day(own.NotBefore)}, which lies ahead. Check this machine's clock.");
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            mistakes.Add($"{Ca}, {Certificate} and {Key} must be PEM, and the key must belong to the certificate: {e.Message}");
            return mistakes;
        }
        if (authorities.Count == 0) mistakes.Add($"{Ca} holds no certificate.");
        List<(string Issuer, DateTimeOffset Next)> lists = Lists(texts[Crl], mistakes);
        foreach (X509Certificate2 authority in authorities)
        {
            if (authority.NotAfter.ToUniversalTime() < now) mistakes.Add($"The CA {authority.Subject} ended on {Day(authority.NotAfter)}.");
            // Only what devices' certificates are issued by is asked for a list.
            if (!needsLists || (authority.SubjectName.RawData.AsSpan().SequenceEqual(authority.IssuerName.RawData) && authorities.Any(one => one != authority && one.IssuerName.RawData.AsSpan().SequenceEqual(authority.SubjectName.RawData)))) continue;
            (string Issuer, DateTimeOffset Next)[] own = [.. lists.Where(list => list.Issuer == Convert.ToHexString(authority.SubjectName.RawData))];
            if (own.Length == 0) mistakes.Add($"{Crl} holds no revocation list of the CA {authority.Subject}: FreeRADIUS would refuse every certificate of it. Add one, also an empty one.");
            else if (own.Max(list => list.Next) < now) mistakes.Add($"The revocation list of the CA {authority.Subject} is over since {Day(own.Max(list => list.Next).UtcDateTime)}: FreeRADIUS refuses every certificate of it. Renew it, run 'wardkeeper admission install' again and restart FreeRADIUS.");
        }
        return mistakes;
    }

    private static List<(string Issuer, DateTimeOffset Next)> Lists(string text, List<string> mistakes)
    {
        List<(string, DateTimeOffset)> found = [];
        ReadOnlySpan<char> left = text;
        while (PemEncoding.TryFind(left, out PemFields fields))
        {
            if (left[fields.Label].SequenceEqual(CrlLabel))
            {
                try
                {
                    found.Add(List(Convert.FromBase64String(left[fields.Base64Data].ToString())));
                }
                catch (Exception e) when (e is FormatException or System.Formats.Asn1.AsnContentException)
                {
                    mistakes.Add($"{Crl} is no revocation list: {e.Message}");
                }
            }
            left = left[fields.Location.End..];
        }
        return found;
    }

    /// <summary>Issuer and end of a revocation list (RFC 5280, section 5.1); one without an end lasts.</summary>
    private static (string Issuer, DateTimeOffset Next) List(byte[] der)
    {
        System.Formats.Asn1.AsnReader body = new System.Formats.Asn1.AsnReader(der, System.Formats.Asn1.AsnEncodingRules.DER).ReadSequence().ReadSequence();
        if (body.PeekTag().HasSameClassAndValue(System.Formats.Asn1.Asn1Tag.Integer)) body.ReadInteger();
        body.ReadSequence();
        string issuer = Convert.ToHexString(body.ReadEncodedValue().Span);
        _ = Time(body);
        return (issuer, body.HasData && Time(body) is { } next ? next : DateTimeOffset.MaxValue);
    }

    private static DateTimeOffset? Time(System.Formats.Asn1.AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(System.Formats.Asn1.Asn1Tag.UtcTime) ? reader.ReadUtcTime()
        : reader.PeekTag().HasSameClassAndValue(System.Formats.Asn1.Asn1Tag.GeneralizedTime) ? reader.ReadGeneralizedTime() : null;

    private static string Day(DateTime when) => when.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
