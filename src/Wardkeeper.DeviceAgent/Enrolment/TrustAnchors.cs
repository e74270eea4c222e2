using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.DeviceAgent.Configuration;

namespace Wardkeeper.DeviceAgent.Enrolment;

/// <summary>
/// The hub's roots as the device holds them. They begin with a given file, or with a fetched certificate whose fingerprint was given; later the hub lists them
/// over a connection that those held already vouch for. While a CA changes, old and new are trusted; one that is not listed any more goes after 30 days or when it is over.
/// </summary>
internal static class TrustAnchors
{
    private const int Most = 8;
    private static readonly TimeSpan Farewell = TimeSpan.FromDays(30);

    /// <summary>The certificates.</summary>
    public static IReadOnlyList<X509Certificate2> Of(IdentityState identity) => [.. identity.Anchors.Select(anchor => Pem.Certificate(anchor.Certificate))];

    /// <summary>The first ones.</summary>
    /// <exception cref="AgentFault">The server has no certificate with the given fingerprint, or does not prove to belong to it.</exception>
    public static async Task<IReadOnlyList<HeldAnchor>> BeginAsync(SealedSettings settings, TimeProvider clock, CancellationToken cancel)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (settings.CaPem is { } pem) return [.. Pem.Certificates(pem).Select(one => new HeldAnchor(Pem.Text(one), now))];
        HubTrust anybody = new([], clock);
        using HubConnection connection = new(new Uri(settings.Settings.Hub.Est), anybody, clock);
        (IReadOnlyList<X509Certificate2> listed, _) = await new EstClient(connection).CaCertificatesAsync(cancel);
        string wanted = SettingsReader.Fingerprint(settings.Settings.Hub.CaFingerprint!)!;
        X509Certificate2 root = listed.FirstOrDefault(one => Convert.ToHexStringLower(SHA256.HashData(one.RawDataMemory.Span)) == wanted)
            ?? throw new AgentFault(Outcome.Unreachable, "hub.caFingerprint: the server lists no certificate with this fingerprint; it is another server, or the fingerprint is wrong");
        // A list can be copied by anybody; the server's own certificate cannot.
        if (!anybody.IsTrusted([root])) throw anybody.Fault!;
        return [new HeldAnchor(Pem.Text(root), now)];
    }

    /// <summary>Those held, and those that the hub lists now.</summary>
    public static IReadOnlyList<HeldAnchor> Merge(IReadOnlyList<HeldAnchor> held, IReadOnlyList<X509Certificate2> listed, DateTimeOffset now)
    {
        HashSet<string> roots = [.. listed.Where(one => CertificateRequests.IsRoot(one) && one.NotAfter.ToUniversalTime() > now).Select(Pem.Text)];
        IEnumerable<HeldAnchor> kept = held.Where(anchor => !roots.Contains(anchor.Certificate) && anchor.LastListed > now - Farewell && Pem.Certificate(anchor.Certificate).NotAfter.ToUniversalTime() > now);
        return [.. roots.Order(StringComparer.Ordinal).Select(root => new HeldAnchor(root, now)).Concat(kept).Take(Most)];
    }
}
