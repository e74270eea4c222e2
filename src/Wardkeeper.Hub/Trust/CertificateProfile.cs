using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Wardkeeper.Hub.Trust;

/// <summary>What a certificate is for, which decides how its subject is built.</summary>
public enum SubjectKind
{
    /// <summary>A device of the ledger: number and serial number (802.1AR, section 8.6).</summary>
    Device,

    /// <summary>A server: its DNS names and addresses.</summary>
    Server,

    /// <summary>A person, or a program that acts for one: a name.</summary>
    Person,
}

/// <summary>What certificates of one kind hold; the kinds stand in <c>profiles.tsv</c>.</summary>
/// <param name="Name">Name of the profile.</param>
/// <param name="Subject">Whose certificates they are.</param>
/// <param name="Life">How long they are valid.</param>
/// <param name="RenewAfter">From when on in that life they are renewed.</param>
/// <param name="LeastRsaBits">Shortest RSA key that is taken, in bits.</param>
/// <param name="Usage">Key usage (RFC 5280, 4.2.1.3).</param>
/// <param name="Purposes">Object identifiers of the extended key usage.</param>
public sealed record CertificateProfile(string Name, SubjectKind Subject, TimeSpan Life, TimeSpan RenewAfter, int LeastRsaBits, X509KeyUsageFlags Usage, IReadOnlyList<string> Purposes)
{
    /// <summary>Name of the profile that devices get when nothing else is said.</summary>
    public const string Device = "device";

    private static readonly FrozenDictionary<string, string> PurposeIds = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["serverAuth"] = "1.3.6.1.5.5.7.3.1",
        ["clientAuth"] = "1.3.6.1.5.5.7.3.2",
        ["eapOverLan"] = "1.3.6.1.5.5.7.3.14",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All profiles by name.</summary>
    public static FrozenDictionary<string, CertificateProfile> All { get; } = Load();

    private static FrozenDictionary<string, CertificateProfile> Load()
    {
        using StreamReader reader = new(typeof(CertificateProfile).Assembly.GetManifestResourceStream("profiles.tsv")!);
        Dictionary<string, CertificateProfile> all = new(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            string[] cells = line.Split('\t');
            TimeSpan Days(int cell) => TimeSpan.FromDays(int.Parse(cells[cell], CultureInfo.InvariantCulture));
            X509KeyUsageFlags usage = cells[5].Split(',').Aggregate(X509KeyUsageFlags.None, (sum, word) => sum | Enum.Parse<X509KeyUsageFlags>(word, true));
            all.Add(cells[0], new(cells[0], Enum.Parse<SubjectKind>(cells[1], true), Days(2), Days(3), int.Parse(cells[4], CultureInfo.InvariantCulture), usage, [.. cells[6].Split(',').Select(word => PurposeIds[word])]));
        }
        return all.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The extended key usage as an extension.</summary>
    internal X509EnhancedKeyUsageExtension PurposeExtension()
    {
        OidCollection purposes = [];
        foreach (string purpose in Purposes) purposes.Add(new Oid(purpose));
        return new X509EnhancedKeyUsageExtension(purposes, false);
    }
}
