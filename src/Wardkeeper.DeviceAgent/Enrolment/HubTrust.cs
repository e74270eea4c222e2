using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Wardkeeper.DeviceAgent.Enrolment;

/// <summary>
/// Judges the hub's certificate by the roots that the device trusts, and says in words what is wrong. Revocation of the hub's own certificate is not asked:
/// a device has nobody else to ask.
/// </summary>
/// <param name="anchors">Trusted roots; none accepts every server and keeps what it showed, for the one request that fetches the roots by fingerprint.</param>
/// <param name="clock">The device's clock.</param>
internal sealed class HubTrust(IReadOnlyList<X509Certificate2> anchors, TimeProvider clock)
{
    private readonly List<X509Certificate2> shown = [];

    /// <summary>Why the last server was not accepted; null when it was.</summary>
    public AgentFault? Fault { get; private set; }

    /// <summary>The certificate that the last server showed; null before the first.</summary>
    public X509Certificate2? Server => shown.Count > 0 ? shown[0] : null;

    /// <summary>Callback of the TLS connection.</summary>
    public bool Judge(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Fault = null;
        if (certificate is null) return Refuse("the server shows no certificate");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)) return Refuse($"the server's certificate ({certificate.Subject}) is for another name");
        shown.Clear();
        shown.Add(X509CertificateLoader.LoadCertificate(certificate.GetRawCertData()));
        if (chain is not null) shown.AddRange(chain.ChainPolicy.ExtraStore.Select(one => X509CertificateLoader.LoadCertificate(one.RawData)));
        return anchors.Count == 0 || IsTrusted(anchors);
    }

    /// <summary>Whether what the server showed leads to one of these roots.</summary>
    public bool IsTrusted(IReadOnlyList<X509Certificate2> roots)
    {
        if (shown.Count == 0) return Refuse("the server shows no certificate");
        X509Certificate2 server = shown[0];
        DateTimeOffset now = clock.GetUtcNow();
        string time = now.ToString("u", CultureInfo.InvariantCulture);
        if (server.NotBefore.ToUniversalTime() > now) return Refuse($"the hub's certificate is valid from {server.NotBefore.ToUniversalTime():u} on, and this device's clock says {time}: set the clock", Outcome.Clock);
        if (server.NotAfter.ToUniversalTime() < now) return Refuse($"the hub's certificate was valid until {server.NotAfter.ToUniversalTime():u}, and this device's clock says {time}: either the clock is wrong or the hub's certificate is over", Outcome.Clock);
        return Chains(server, roots, shown, "1.3.6.1.5.5.7.3.1", now.UtcDateTime, out string reason) || Refuse($"the server's certificate ({server.Subject}) does not lead to a trusted root: {reason}");
    }

    /// <summary>Whether a certificate leads to one of these roots.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="roots">The roots.</param>
    /// <param name="between">Certificates that may lie between.</param>
    /// <param name="purpose">The extended key usage that is needed.</param>
    /// <param name="at">The moment for which it must hold.</param>
    /// <param name="reason">Why not.</param>
    public static bool Chains(X509Certificate2 certificate, IReadOnlyList<X509Certificate2> roots, IEnumerable<X509Certificate2> between, string purpose, DateTime at, out string reason)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.VerificationTime = at;
        chain.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid(purpose));
        foreach (X509Certificate2 root in roots) chain.ChainPolicy.CustomTrustStore.Add(root);
        foreach (X509Certificate2 one in between) chain.ChainPolicy.ExtraStore.Add(one);
        bool holds = chain.Build(certificate);
        reason = string.Join(", ", chain.ChainStatus.Select(status => status.Status).Distinct());
        return holds;
    }

    private bool Refuse(string reason, Outcome outcome = Outcome.Unreachable)
    {
        Fault = new AgentFault(outcome, reason);
        return false;
    }
}
