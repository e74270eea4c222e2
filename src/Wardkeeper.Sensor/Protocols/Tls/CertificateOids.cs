using System.Collections.Frozen;

namespace Wardkeeper.Sensor.Protocols.Tls;

/// <summary>Names of object identifiers in certificates; data in <c>certificate-oids.tsv</c>.</summary>
internal static class CertificateOids
{
    public const string RsaEncryption = "1.2.840.113549.1.1.1";
    public const string RsaPss = "1.2.840.113549.1.1.10";
    public const string EcPublicKey = "1.2.840.10045.2.1";
    public const string Dsa = "1.2.840.10040.4.1";
    public const string Ed25519 = "1.3.101.112";
    public const string Ed448 = "1.3.101.113";
    public const string CommonName = "2.5.4.3";

    private static readonly FrozenDictionary<string, (string Short, string Long)> Names =
        EmbeddedRows.Of("certificate-oids.tsv").ToFrozenDictionary(static row => row[0], static row => (row[1], row[2]), StringComparer.Ordinal);

    /// <summary>Short name, as of an attribute (<c>CN</c>) or a curve (<c>prime256v1</c>); null if it is not known.</summary>
    public static string? ShortName(string oid) => Names.TryGetValue(oid, out (string Short, string Long) name) ? name.Short : null;

    /// <summary>Long name, as of an algorithm (<c>sha256WithRSAEncryption</c>); the identifier itself if it is not known.</summary>
    public static string LongName(string oid) => Names.TryGetValue(oid, out (string Short, string Long) name) ? name.Long : oid;
}
