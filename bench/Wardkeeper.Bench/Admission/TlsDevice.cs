using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.Bench.Platform;

namespace Wardkeeper.Bench.Admission;

/// <summary>A device with a certificate of the hub's that proves itself by EAP-TLS again and again, with <c>eapol_test</c>.</summary>
internal sealed class TlsDevice
{
    private readonly string network, mac;

    private TlsDevice(string network, string mac) => (this.network, this.mac) = (network, mac);

    /// <summary>Lets the hub issue its certificate.</summary>
    /// <param name="hub">The hub, which has authorities.</param>
    /// <param name="folder">Where its files lie.</param>
    /// <param name="device">Its number in the ledger.</param>
    /// <param name="mac">Its MAC address.</param>
    public static async Task<TlsDevice> MakeAsync(RunningHub hub, string folder, long device, string mac)
    {
        string At(string name) => Path.Combine(folder, name);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(At("device.key"), key.ExportPkcs8PrivateKeyPem() + "\n");
        await File.WriteAllTextAsync(At("device.csr"), new CertificateRequest("CN=bench", key, HashAlgorithmName.SHA256).CreateSigningRequestPem());
        await File.WriteAllTextAsync(At("device.pem"), await hub.MustAsync(null, "trust", "issue", At("device.csr"), "--profile", "device", "--device", $"D-{device}", "--reason", "bench"));
        await File.WriteAllTextAsync(At("roots.pem"), await hub.MustAsync(null, "trust", "crl", "--with-authorities"));
        await File.WriteAllTextAsync(At("eap.conf"), $"network={{\nkey_mgmt=IEEE8021X\neap=TLS\nidentity=\"bench\"\nca_cert=\"{At("roots.pem")}\"\nclient_cert=\"{At("device.pem")}\"\nprivate_key=\"{At("device.key")}\"\neapol_flags=0\n}}\n");
        return new TlsDevice(At("eap.conf"), mac);
    }

    /// <summary>Proves itself so many times, each with a whole handshake.</summary>
    /// <exception cref="InvalidOperationException">It was not let in.</exception>
    public async Task ProveAsync(RadiusServer radius, int times)
    {
        ProcessStartInfo start = new("eapol_test", ["-c", network, "-a", "127.0.0.1", "-p", RunningHub.Text(radius.AuthenticationPort), "-s", RadiusServer.Secret, "-M", mac.Replace('-', ':'), "-N", "30:s:00-11-22-33-44-55", "-r", RunningHub.Text(times - 1), "-t", "120"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> complained = process.StandardError.ReadToEndAsync();
        string said = await process.StandardOutput.ReadToEndAsync() + await complained;
        await process.WaitForExitAsync();
        int accepted = said.Split("CTRL-EVENT-EAP-SUCCESS").Length - 1;
        if (process.ExitCode != 0 || accepted < times) throw new InvalidOperationException($"eapol_test ended with {process.ExitCode} after {accepted} of {times}: {(said.Length > 3000 ? said[^3000..] : said)}");
    }
}
