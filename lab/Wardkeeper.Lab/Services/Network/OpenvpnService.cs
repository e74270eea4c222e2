using Wardkeeper.Lab.Services.Certificates;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Services.Network;

/// <summary>The gateway for vendors' engineers: OpenVPN over UDP 1194. Who holds a certificate of the hospital's authority comes in and may reach every department.</summary>
internal sealed class OpenvpnService : IService
{
    /// <summary>UDP port of the gateway.</summary>
    public const int Port = 1194;

    /// <summary>What both sides say when a tunnel stands.</summary>
    public const string Ready = "Initialization Sequence Completed";

    private const string Tunnel = "10.76.0.0", Mask = "255.255.255.0", Inside = "10.77.0.0 255.255.0.0";

    /// <inheritdoc/>
    public string Word => "openvpn";

    /// <inheritdoc/>
    public IReadOnlyList<Requirement> Needs => [new("openvpn", "openvpn")];

    /// <inheritdoc/>
    public async Task<IAsyncDisposable> StartAsync(HostNamespace host, HospitalSite site, CancellationToken cancel) =>
        await ProgramRun.ServeUntilAsync(host, site.LogOf(host, "openvpn"), "openvpn",
            [
                .. Common(HospitalAuthority.Issue(site, host.Device)), "--port", Text(Port), "--server", Tunnel, Mask, "--topology", "subnet", "--dh", "none", "--push", "route " + Inside,
                "--keepalive", "10", "60", "--multihome", "--remote-cert-tls", "client",
            ], Ready, cancel);

    /// <summary>What both sides must be told alike.</summary>
    /// <param name="own">Certificate of who is told.</param>
    public static IEnumerable<string> Common(CertificateFiles own) =>
        ["--dev", "tun0", "--dev-type", "tun", "--proto", "udp4", "--ca", own.Authority, "--cert", own.Certificate, "--key", own.Key, "--data-ciphers", "AES-256-GCM", "--verb", "3"];

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
